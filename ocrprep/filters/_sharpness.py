"""Where a page has sharp edges."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._otsu import counted, otsu_of
from ocrprep.filters._strips import Strip, each
from ocrprep.page import Pixels

_SQUARE = np.ones((3, 3), np.uint8)


def sharp_edges(pixels: Pixels) -> Pixels:
    """255 where the contrast image (``_contrast.contrast_image``) is above its Otsu level, else 0; (H, W)."""
    contrast = np.empty_like(pixels)

    def work(strip: Strip) -> npt.NDArray[np.float64]:
        contrast[strip.rows] = contrast_of(pixels[strip.padded])[strip.inner]
        return counted(contrast[strip.rows])

    counts = np.sum(each(pixels.shape[0], 1, work), axis=0)
    level = otsu_of(counts, contrast)
    return np.asarray(cv2.threshold(contrast, level, 255, cv2.THRESH_BINARY, dst=contrast)[1], np.uint8)


def contrast_of(part: Pixels) -> Pixels:
    """``⌊255 · (max − min) / (max + min + 10⁻⁴)⌋`` of the 3×3 pixels around each one: (H, W) uint8.

    The tiny addend only keeps 0 / 0 away and whole quotients from being reached. So with half a unit less in the
    numerator single precision is enough, as no quotient is then nearer to a whole number than its error. OpenCV rounds
    where this is to be cut off: half a unit is taken from the quotient, too.
    """
    low, high = cv2.erode(part, _SQUARE), cv2.dilate(part, _SQUARE)
    above = cv2.addWeighted(high, 254.5, low, -255.5, -0.5, dtype=cv2.CV_32F)
    return np.asarray(cv2.divide(above, cv2.add(high, low, dtype=cv2.CV_32F), dtype=cv2.CV_8U), np.uint8)
