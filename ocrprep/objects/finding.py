"""From a page to its objects."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ocrprep.analysis.components import components
from ocrprep.analysis.moments import Runs
from ocrprep.analysis.solid_ink import covered_ink
from ocrprep.decode import open_image
from ocrprep.errors import ConfigError
from ocrprep.filters._on_ground import InkKind, ink_on
from ocrprep.objects.items import Objects
from ocrprep.objects.rims import weighed


def find_objects(
    image: Any,
    *,
    min_area: int = 30,
    max_area: int | None = None,
    connectivity: Literal[4, 8] = 8,
    border: Literal["keep", "drop"] = "keep",
    ink: InkKind = "solid",
) -> Objects:
    """The connected pieces of a page's ink, with their shapes.

    Args:
        image: a page; or an array, a Pillow image, bytes of or a path to an image file. Of a binary page its black is
            the ink.
        min_area: of the smallest piece that counts, in pixels as :attr:`Objects.area`; smaller ones are stray.
        max_area: of the largest, likewise; None: any.
        connectivity: 8: pieces that touch by a side or a corner are one; 4: by a side only.
        border: ``drop`` leaves out pieces that touch the page's edge, of which a part may be missing.
        ink: on a gray or coloured page ``solid`` takes whatever is darker than the ground around it, ``strokes`` what
            ``binarize()`` finds.

    Returns:
        From the top of the page to its bottom, by the first row of each.

    Raises:
        InputError: the image cannot be opened.
        ConfigError: a range in which nothing lies, or another value that is none.
    """
    if min_area < 0 or (max_area is not None and max_area < max(min_area, 1)):
        raise ConfigError(f"no piece has at least {min_area} and at most {max_area} pixels", hint="check the areas")
    for name, value, known in (
        ("connectivity", connectivity, (4, 8)),
        ("border", border, ("keep", "drop")),
        ("ink", ink, ("solid", "strokes")),
    ):
        if value not in known:
            raise ConfigError(f"{name} is {value!r}", hint=f"it is {known[0]!r} or {known[1]!r}")
    page, _ = open_image(image)
    if ink == "solid":
        mask, cover = covered_ink(page.pixels)
    else:
        mask = cover = ink_on(page.pixels, page.dpi, ink)
    pieces = components(mask, connectivity)
    runs = Runs.of(pieces.labels)
    moments = weighed(runs, len(pieces), pieces.labels, mask, cover)
    kept = moments.area >= min_area
    if max_area is not None:
        kept &= moments.area <= max_area
    if border == "drop":
        kept &= (pieces.left > 0) & (pieces.top > 0)
        kept &= (pieces.left + pieces.width < page.width) & (pieces.top + pieces.height < page.height)
    chosen = np.flatnonzero(kept)
    # What stays is numbered from 1 again; what goes becomes 0 there, and stays ink.
    table = np.zeros(len(pieces) + 1, np.int32)
    table[chosen + 1] = np.arange(1, len(chosen) + 1)
    boxes = np.stack([pieces.left, pieces.top, pieces.width, pieces.height], axis=1)[chosen]
    runs, moments = runs.renumbered(table), moments.chosen(chosen)
    return Objects(page, mask, table[pieces.labels], boxes, pieces.area[chosen], runs, moments)
