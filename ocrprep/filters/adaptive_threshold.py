"""The mean or the Gaussian mean around each pixel, as in OpenCV."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters._strips import Strip, mapped
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class AdaptiveThreshold(PixelFilter):
    """Turn pixels black that are some gray levels darker than the mean around them.

    ``T = m − c`` with m the mean of the window, plain or with a Gaussian weight, rounded to a whole level; ink is at or
    below T. Beyond the edges the page goes on as its outermost pixels. The same pixels as OpenCV's
    ``adaptiveThreshold``, made by it.
    """

    kind: Literal["adaptive_threshold"] = Field(default="adaptive_threshold", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    method: Annotated[
        Literal["mean", "gaussian"], Field(description="all pixels of the window count alike, or the nearer ones more")
    ] = "mean"
    window: Annotated[Window, window_field(51)] = 51
    c: Annotated[
        float, Field(ge=-255, le=255, description="gray levels that ink is darker than the mean around it")
    ] = 10

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Compare every pixel with its window's threshold."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=51)
        method = cv2.ADAPTIVE_THRESH_MEAN_C if self.method == "mean" else cv2.ADAPTIVE_THRESH_GAUSSIAN_C

        def work(strip: Strip) -> Pixels:
            part = pixels[strip.padded]
            made = cv2.adaptiveThreshold(part, 255, method, cv2.THRESH_BINARY, window, self.c)
            return np.asarray(made, np.uint8)[strip.inner]

        return Found(mapped(pixels, window // 2, work), **facts)
