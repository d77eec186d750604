"""Non-local means."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
from pydantic import Field

from ocrprep.filters._sizes import ODD
from ocrprep.filters.base import GRAY, RGB, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class NonLocalMeans(PixelFilter):
    """Replace every pixel by the mean of pixels whose surroundings look alike, anywhere within a search window.

    The gentlest of the classical denoisers and the slowest: seconds for a page. ``denoise`` takes a hundredth of
    that. In colour the three channels are compared together. Buades, Coll and Morel, "A non-local algorithm for image
    denoising", CVPR 2005; equal to OpenCV's ``fastNlMeansDenoising``.
    """

    kind: Literal["non_local_means"] = Field(default="non_local_means", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    strength: Annotated[
        float, Field(gt=0, le=100, description="gray levels: the paper's h; about the standard deviation of the noise")
    ] = 10.0
    template: Annotated[
        int, Field(ge=3, le=21, description="side of the surroundings that are compared, pixels, odd"), ODD
    ] = 7
    search: Annotated[int, Field(ge=3, le=51, description="side of the window that is searched, pixels, odd"), ODD] = 21

    def apply(self, pixels: Pixels) -> Found:
        """Compare patches."""
        return Found(cv2.fastNlMeansDenoising(pixels, None, self.strength, self.template, self.search))
