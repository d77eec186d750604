"""Unsharp masking."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters.base import GRAY, RGB, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Sharpen(PixelFilter):
    """Make edges steeper: add to every pixel what a blurred copy of the page lacks (unsharp masking).

    ``p + amount · (p − blurred)``, rounded and held within 0–255. Helps soft, out-of-focus type a little; on grain
    raise the threshold, or denoise first. Colour is worked on channel by channel.
    """

    kind: Literal["sharpen"] = Field(default="sharpen", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    amount: Annotated[float, Field(gt=0, le=10, description="how much of the difference is added; 1 doubles it")] = 1.0
    radius: Annotated[float, Field(gt=0, le=20, description="standard deviation of the blur in pixels")] = 1.5
    threshold: Annotated[
        int,
        Field(ge=0, le=255, description="gray levels: smaller differences are left alone, so that grain is not raised"),
    ] = 0

    def apply(self, pixels: Pixels) -> Found:
        """Add the difference; OpenCV's own threads are quicker at these few calls than strips."""
        blurred = cv2.GaussianBlur(pixels, (0, 0), self.radius)
        sharp = np.asarray(cv2.addWeighted(pixels, 1 + self.amount, blurred, -self.amount, 0), np.uint8)
        if self.threshold:
            calm = cv2.threshold(cv2.absdiff(pixels, blurred), self.threshold - 1, 255, cv2.THRESH_BINARY_INV)[1]
            np.copyto(sharp, pixels, where=np.asarray(calm) > 0)
        return Found(sharp)
