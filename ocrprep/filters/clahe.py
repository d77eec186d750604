"""Contrast-limited adaptive histogram equalisation."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters.base import GRAY, RGB, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Clahe(PixelFilter):
    """Spread the gray levels of every neighbourhood apart, so that faint text stands out everywhere.

    Each tile's histogram is flattened, but no level by more than the clip limit, and neighbouring tiles blend. Grain
    on empty paper is raised too. In colour only the lightness (L of CIE L*a*b*) changes, so hues stay. Pizer et al.,
    "Adaptive Histogram Equalization and Its Variations", 1987; Zuiderveld, "Graphics Gems IV", 1994. Equal to
    OpenCV's ``createCLAHE`` on gray pages.
    """

    kind: Literal["clahe"] = Field(default="clahe", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    clip_limit: Annotated[
        float,
        Field(
            gt=0, le=100, description="how steep the contrast may become, as a multiple of an even histogram's height"
        ),
    ] = 2.0
    tile_grid: Annotated[int, Field(ge=1, le=64, description="tiles along each side of the page")] = 8

    def apply(self, pixels: Pixels) -> Found:
        """Equalise tile by tile."""
        clahe = cv2.createCLAHE(self.clip_limit, (self.tile_grid, self.tile_grid))
        if pixels.ndim == 2:
            return Found(clahe.apply(pixels))
        lightness, *colour = cv2.split(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2Lab), np.uint8))
        merged = np.asarray(cv2.merge([np.asarray(clahe.apply(lightness), np.uint8), *colour]), np.uint8)
        return Found(cv2.cvtColor(merged, cv2.COLOR_Lab2RGB))
