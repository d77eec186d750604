"""The bilateral filter."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
from pydantic import Field

from ocrprep.filters.base import GRAY, RGB, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Bilateral(PixelFilter):
    """Smooth the page where it is even, and keep its edges: a mean of those neighbours that look alike.

    In colour, neighbours are compared by the sum of the differences of their channels, so no new colours appear.
    Tomasi and Manduchi, "Bilateral Filtering for Gray and Color Images", ICCV 1998; equal to OpenCV's
    ``bilateralFilter``.
    """

    kind: Literal["bilateral"] = Field(default="bilateral", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    diameter: Annotated[
        int, Field(ge=3, le=25, description="width of the neighbourhood in pixels; time grows with its square")
    ] = 7
    sigma_color: Annotated[
        float, Field(gt=0, le=255, description="gray levels: how different a neighbour may be and still count")
    ] = 25.0
    sigma_space: Annotated[
        float, Field(gt=0, le=50, description="pixels: how fast a neighbour's weight falls with its distance")
    ] = 3.0

    def apply(self, pixels: Pixels) -> Found:
        """Weigh each neighbour by distance and likeness."""
        return Found(cv2.bilateralFilter(pixels, self.diameter, self.sigma_color, self.sigma_space))
