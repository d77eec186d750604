"""Automatic contrast: the page's own ink and paper moved to the ends of the range."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters._levels import Histogram, histogram, percentile, stretched
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import PixelMode, Pixels, convert_pixels

FLAT = 16
"""Gray levels: with less between ink and paper there is only grain, which a stretch would turn into ink."""

GOOD = 0.9
"""Share of the range that ink and paper span on a page that needs no help."""


SLIVER = 0.002
"""Share of the page that may lie beyond the end of the range on the ink's side."""


class AutoContrast(PixelFilter):
    """What the filters for automatic contrast share; each has its own default for ``binarize``."""

    binarizes: ClassVar[Literal["before", "after"] | None] = "after"

    strength: Annotated[
        float,
        Field(gt=0, le=1, description="share of the missing contrast that is added; 1 makes ink black and paper white"),
    ] = 1.0

    def apply(self, pixels: Pixels) -> Found:
        """Find the two classes of gray levels, and stretch between them."""
        counts = histogram(pixels)
        low, high = _anchors(counts, otsu_level(convert_pixels(pixels, PixelMode.GRAY)))
        spread = high - low
        if spread < FLAT or spread >= GOOD * 255:
            return Found(
                pixels.copy(), low=low, high=high, changed=False, why="even page" if spread < FLAT else "good page"
            )
        return Found(stretched(pixels, low, high, self.strength), low=low, high=high, changed=True)


def _anchors(counts: Histogram, level: int) -> tuple[int, int]:
    """The levels of ink and paper, whichever of them is the darker.

    The larger class is paper, and its middle becomes the end of the range. Of the smaller, which may hold faint and
    strong ink, only the tenth that lies farthest from the paper does, so that faint strokes are not the ones that are
    lost; and never more than a sliver of the page, as that class may also be a shadow with type of its own.
    """
    dark, light = counts.copy(), counts.copy()
    dark[level + 1 :] = 0
    light[: level + 1] = 0
    if dark.sum() == 0 or light.sum() == 0:
        there = int(np.argmax(counts))
        return there, there
    if dark.sum() <= light.sum():
        return min(percentile(dark, 0.1), percentile(counts, SLIVER)), percentile(light, 0.5)
    return percentile(dark, 0.5), max(percentile(light, 0.9), percentile(counts, 1 - SLIVER))
