"""A fixed level."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
from pydantic import Field

from ocrprep.filters.base import BINARY, GRAY, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Threshold(PixelFilter):
    """Turn pixels lighter than a level white and all others black."""

    kind: Literal["threshold"] = Field(default="threshold", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    value: Annotated[
        int, Field(ge=0, le=255, description="gray level, 0-255; 0 chooses the level from the page by Otsu's method")
    ] = 0

    def apply(self, pixels: Pixels) -> Found:
        """Compare every pixel with the level."""
        how = cv2.THRESH_BINARY if self.value else cv2.THRESH_BINARY | cv2.THRESH_OTSU
        level, made = cv2.threshold(pixels, self.value, 255, how)
        return Found(made, level=int(level))
