"""Otsu, 1979."""

from __future__ import annotations

from typing import ClassVar, Literal

import cv2
from pydantic import Field

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters.base import BINARY, GRAY, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Otsu(PixelFilter):
    """Turn pixels black at or below the one level that best splits the page's gray levels in two.

    The level with the largest variance between the two classes; right for an evenly lit page. Otsu, "A threshold
    selection method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics, 1979.
    """

    kind: Literal["otsu"] = Field(default="otsu", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    def apply(self, pixels: Pixels) -> Found:
        """Find the level and compare every pixel with it."""
        level = otsu_level(pixels)
        return Found(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], level=level)
