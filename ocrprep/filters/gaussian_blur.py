"""Gaussian smoothing."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
from pydantic import Field

from ocrprep.filters._sizes import ODD
from ocrprep.filters.base import GRAY, RGB, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class GaussianBlur(PixelFilter):
    """Soften the page: every pixel becomes a mean of its neighbours, weighted by a bell curve.

    Colour is worked on channel by channel; a binary page becomes gray. Equal to OpenCV's ``GaussianBlur``.
    """

    kind: Literal["gaussian_blur"] = Field(default="gaussian_blur", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    sigma: Annotated[float, Field(gt=0, le=100, description="standard deviation of the bell curve in pixels")] = 1.0
    size: Annotated[
        Annotated[int, Field(ge=1, le=301), ODD] | None,
        Field(description="side of the window in pixels, odd; None is wide enough for sigma"),
    ] = None

    def apply(self, pixels: Pixels) -> Found:
        """Convolve along rows, then along columns."""
        size = self.size or 0
        return Found(cv2.GaussianBlur(pixels, (size, size), self.sigma))
