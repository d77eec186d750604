"""Light for dark."""

from __future__ import annotations

from typing import Literal

import cv2
from pydantic import Field

from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels


class Invert(PixelFilter):
    """Turn every gray level or colour into its opposite: x becomes 255 − x, in each channel.

    Whatever the page holds; ``normalize_polarity`` does it only where text is light on dark.
    """

    kind: Literal["invert"] = Field(default="invert", init=False)

    def apply(self, pixels: Pixels) -> Found:
        """Exact, and its own way back."""
        return Found(cv2.bitwise_not(pixels))
