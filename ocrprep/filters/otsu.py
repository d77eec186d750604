"""Otsu, 1979."""

from __future__ import annotations

from typing import ClassVar, Literal

import cv2
from pydantic import Field

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
        level, made = cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        return Found(made, level=int(level))
