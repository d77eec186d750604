"""Things on a ground, for the filters that place them: which pixels they are, and turns that lay the ground beneath."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import Field

from ocrprep.analysis.solid_ink import solid_ink
from ocrprep.filters._paint import grown, ink_of, painted
from ocrprep.geometry import Matrix
from ocrprep.page import Dpi, Page, PixelMode, Pixels

InkKind: TypeAlias = Literal["solid", "strokes"]
"""``solid``: whatever is darker than the ground around it, of any size. ``strokes``: as ``binarize()`` finds type."""

Ink = Annotated[
    InkKind,
    Field(
        description='what is ink on a gray or coloured page: "solid" is whatever is darker than the ground around it, '
        'of any size; "strokes" is what binarize() finds, made for type'
    ),
]
"""The parameter of a filter that looks for things."""

Move: TypeAlias = Callable[[Page, str | int], tuple[Pixels, Matrix]]
"""Some page, moved, with a fill for where it has no pixels; and the map from the new page to the old."""


def ink_on(pixels: Pixels, dpi: Dpi | None, kind: InkKind) -> Pixels:
    """(H, W) uint8, 255 on ink. A page of nothing but 0 and 255 is taken as it is."""
    return solid_ink(pixels) if kind == "solid" else ink_of(pixels, dpi)


def moved_on_ground(page: Page, ink: Pixels, fill: str | int, move: Move) -> tuple[Pixels, Matrix]:
    """A page moved, and the ground beneath its ink continued where it has no pixels.

    The usual background is what most of a part of the page looks like; on a small page that a thing nearly fills that
    is the thing. Here the ink is painted over first.

    Args:
        page: in any mode.
        ink: (H, W), 255 on its ink.
        fill: see ``_warp.Fill``.
        move: what is to be done, by way of ``_warp.warp``.
    """
    if fill != "background" or page.mode is PixelMode.BINARY:
        return move(page, fill)
    pixels, new_to_old = move(page, 0)
    outside, _ = move(Page(np.zeros_like(ink), PixelMode.BINARY), 255)
    if not outside.any():
        return pixels, new_to_old
    around = grown(ink, 2)
    bare = replace(page, pixels=painted(page.pixels, ink if around.all() else around, ink))
    ground, _ = move(bare, "background")
    laid = np.array(pixels)
    laid[outside > 0] = ground[outside > 0]
    return laid, new_to_old
