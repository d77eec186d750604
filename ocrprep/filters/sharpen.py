"""Unsharp masking."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters._strips import Strip, mapped
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
        """Add the difference, strip by strip."""
        # The blur's window reaches three to four standard deviations; a margin beyond it costs nothing and keeps
        # strips exact.
        reach = int(np.ceil(4 * self.radius)) + 1

        def work(strip: Strip) -> Pixels:
            part = pixels[strip.padded]
            blurred = np.asarray(cv2.GaussianBlur(part, (0, 0), self.radius), np.uint8)
            sharp = cv2.addWeighted(part, 1 + self.amount, blurred, -self.amount, 0)
            if self.threshold:
                calm = cv2.threshold(cv2.absdiff(part, blurred), self.threshold - 1, 255, cv2.THRESH_BINARY_INV)[1]
                sharp = np.where(calm > 0, part, sharp)
            return np.asarray(sharp, np.uint8)[strip.inner]

        return Found(mapped(pixels, reach, work))
