"""The median of the neighbours."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
from pydantic import Field

from ocrprep.filters._sizes import ODD
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels


class Median(PixelFilter):
    """Replace every pixel by the median of the square around it.

    Takes out specks and pinholes that fill less than half of the square; strokes thinner than half its side go too.
    Colour is worked on channel by channel; a binary page stays binary. Beyond the page's edge its outermost pixels
    are repeated. Tukey, "Exploratory Data Analysis", 1977; equal to OpenCV's ``medianBlur``.
    """

    kind: Literal["median"] = Field(default="median", init=False)

    size: Annotated[int, Field(ge=3, le=99, description="side of the square in pixels, odd"), ODD] = 3

    def apply(self, pixels: Pixels) -> Found:
        """Sort each neighbourhood."""
        return Found(cv2.medianBlur(pixels, self.size))
