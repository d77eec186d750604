"""Stretching gray levels between two anchors: what the histogram filters share."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import PixelMode, Pixels, convert_pixels

Histogram = npt.NDArray[np.float64]
"""256 counts."""


def histogram(pixels: Pixels) -> Histogram:
    """How many pixels have each gray level; of RGB, its luma."""
    gray = convert_pixels(pixels, PixelMode.GRAY)
    return np.asarray(cv2.calcHist([gray], [0], None, [256], [0, 256]), np.float64).ravel()


def percentile(counts: Histogram, share: float) -> int:
    """The lowest level that at least ``share`` (0–1) of the counted pixels do not exceed; at 0 the lowest there is."""
    reached = np.cumsum(counts) >= max(share * counts.sum(), 1.0)
    return int(np.argmax(reached))


def stretched(pixels: Pixels, low: int, high: int, strength: float = 1.0) -> Pixels:
    """A page whose level ``low`` becomes 0 and ``high`` 255, with straight lines between and the rest held at the ends.

    Args:
        pixels: (H, W) or (H, W, 3); channels are treated alike.
        low: 0–254.
        high: above ``low``, at most 255.
        strength: 0 (nothing changes) to 1.
    """
    levels = np.arange(256)
    full = np.clip((levels - low) * (255.0 / (high - low)), 0, 255)
    table = np.rint(levels + strength * (full - levels)).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table), np.uint8)
