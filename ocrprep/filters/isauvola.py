"""Hadjadj, Meziane, Cherfa, Cheriet and Setitra, 2016."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters._contrast import contrast_image
from ocrprep.filters._local import mask_by
from ocrprep.filters._touching import touching
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class ISauvola(PixelFilter):
    """Turn pixels black by Sauvola's method, then keep only the strokes that have a sharp edge somewhere.

    Sauvola's mask with a tolerant k holds all ink, and stains too. Of its connected pieces those stay that touch a high
    contrast of Su, Lu and Tan. Hadjadj, Meziane, Cherfa, Cheriet and Setitra, "ISauvola: improved Sauvola's algorithm
    for document image binarization", ICIAR 2016; as in Doxa, without the paper's opening of the contrast image, which
    removes thin strokes.
    """

    kind: Literal["isauvola"] = Field(default="isauvola", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(75)] = 75
    k: Annotated[float, Field(ge=0, le=1, description="Sauvola's k; low, so that faint ink is in the first mask")] = 0.2
    r: Annotated[
        float, Field(gt=0, le=255, description="gray levels: the largest deviation that a window can have")
    ] = 128

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Make Sauvola's mask and keep its pieces with a sharp edge."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=75)
        k, r = self.k, self.r
        sauvola = mask_by(pixels, window, lambda w: w.m * (1 + k * (w.s / r - 1)))
        contrast = contrast_image(pixels)
        level = otsu_level(contrast)
        sharp = np.asarray(cv2.threshold(contrast, level, 255, cv2.THRESH_BINARY_INV, dst=contrast)[1], np.uint8)
        return Found(touching(sauvola, sharp), **facts, contrast_level=level)
