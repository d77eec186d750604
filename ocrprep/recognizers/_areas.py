"""Parts of a page that are read alone, and what was read of them put back onto the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ocrprep import geometry
from ocrprep.errors import RecognizerError
from ocrprep.geometry import Box, Rectangle

if TYPE_CHECKING:
    from ocrprep.page import Page
    from ocrprep.result import Character, Line, Quad, Word

_EXACT = 6
"""Decimals of a pixel to which a corner is where it should be, after a map there and back."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page.

    Args:
        page: the upright rectangle around it, cut out; its map leads to the same source.
        left: its place on the page, in pixels.
        top: likewise.
        area: what was asked for, on the source.
    """

    page: Page
    left: int
    top: int
    area: Rectangle

    def holds(self, quad: Quad) -> bool:
        """Whether the middle of a thing on the source lies in the area: of a turned page more than that was cut out."""
        x, y = (sum(values) / 4.0 for values in zip(*quad, strict=True))
        area = self.area
        return area.x <= x <= area.x + area.width and area.y <= y <= area.y + area.height

    def lines(self, lines: Sequence[Line], first_block: int) -> tuple[Line, ...]:
        """Lines that were read of the part as lines of the page, without the words beside the area.

        Args:
            lines: with boxes on the part.
            first_block: number of the part's first block.
        """
        made = []
        for line in lines:
            words = tuple(self._word(word) for word in line.words if self.holds(word.source_quad))
            if not words:
                continue
            if len(words) == len(line.words):
                box, quad = self.box(line.box), line.source_quad
            else:
                box = Box.union(word.box for word in words)
                quad = _around([word.source_quad for word in words])
            made.append(replace(line, words=words, box=box, source_quad=quad, block=line.block + first_block))
        return tuple(made)

    def box(self, box: Box) -> Box:
        """A box of the part on the page."""
        return Box(box.left + self.left, box.top + self.top, box.right + self.left, box.bottom + self.top)

    def _word(self, word: Word) -> Word:
        signs: tuple[Character, ...] = tuple(replace(sign, box=self.box(sign.box)) for sign in word.characters)
        return replace(word, box=self.box(word.box), characters=signs)


def _around(quads: Sequence[Quad]) -> Quad:
    """From the first word's beginning to the last one's end."""
    first, last = quads[0], quads[-1]
    return first[0], last[1], last[2], first[3]


def parts_of(page: Page, areas: Sequence[Rectangle]) -> list[Part]:
    """Areas of the source as parts of a page, each cut off at the page's edge.

    Raises:
        RecognizerError: one lies outside the page.
    """
    from_source = geometry.invert(page.to_source)
    return [_part(page, area, from_source) for area in areas]


def _part(page: Page, area: Rectangle, from_source: geometry.Matrix) -> Part:
    whole = Box(area.x, area.y, area.x + area.width, area.y + area.height)
    with np.errstate(all="ignore"):
        corners = geometry.apply(from_source, whole.corners())
    frame = Box.around(corners.round(_EXACT)) if np.isfinite(corners).all() else Box(0.0, 0.0, 0.0, 0.0)
    left, top = max(0, math.floor(frame.left)), max(0, math.floor(frame.top))
    right, bottom = min(page.width, math.ceil(frame.right)), min(page.height, math.ceil(frame.bottom))
    if left >= right or top >= bottom:
        source = page.source
        size = f" of {source.width}x{source.height} pixels" if source.width and source.height else ""
        raise RecognizerError(
            f"{source}: the area {named(area)} lies outside the page{size}",
            hint="areas are x, y, width and height in pixels of the source image",
        )
    cut = replace(
        page,
        pixels=page.pixels[top:bottom, left:right],
        to_source=page.to_source @ geometry.translation(left, top),
    )
    return Part(cut, left, top, area)


def named(area: Rectangle) -> str:
    """An area's four numbers."""
    return f"({area.x}, {area.y}, {area.width}, {area.height})"
