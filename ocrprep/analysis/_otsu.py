"""Otsu's level from a histogram that is known already."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import histogram, otsu_level
from ocrprep.page import Pixels

_TIE = 1e-9
"""Relative difference below which rounding would choose between two levels."""

_MOST_FLOAT32 = 2**24
"""OpenCV's counts are single precision, and exact up to here."""

_EMPTY = 2.0**-23
"""A class with a smaller share of the pixels is none, as in OpenCV."""


def counted(pixels: Pixels) -> npt.NDArray[np.float64]:
    """The histogram of (H, W) pixels, (256,), as ``levels.histogram`` counts it.

    Neighbours are mostly alike, and each count would wait for the one before. So pixels of the upper and the lower half
    are counted as pairs: the bins of these are far apart, and there are half as many.
    """
    half = pixels.shape[0] // 2
    if half == 0 or half * pixels.shape[1] >= _MOST_FLOAT32:
        return histogram(pixels)
    upper, lower = pixels[:half], pixels[half : 2 * half]
    found = cv2.calcHist([upper, lower], [0, 1], None, [256, 256], [0.0, 256.0, 0.0, 256.0])
    pairs = np.asarray(found, np.float64)
    counts = np.asarray(pairs.sum(axis=0) + pairs.sum(axis=1), np.float64)
    return counts + histogram(pixels[2 * half :]) if pixels.shape[0] % 2 else counts


def otsu_of(counts: npt.NDArray[np.float64], pixels: Pixels) -> int:
    """A level that cuts the page into the same two classes as ``levels.otsu_level``, without counting it again.

    Args:
        counts: (256,), the histogram of ``pixels``.
        pixels: (H, W) uint8; asked only where two cuts are equally good.

    Returns:
        0–255; the lowest such level, which may lie below that of ``otsu_level`` by levels that no pixel has.
    """
    total = counts.sum()
    dark = np.cumsum(counts)
    moment = np.cumsum(counts * np.arange(256.0))
    share = dark / total
    useful = np.minimum(share, 1 - share) >= _EMPTY
    dark, moment = dark[useful], moment[useful]
    if dark.size == 0:
        return otsu_level(pixels)
    mean = float(counts @ np.arange(256.0)) / total
    variance = (mean * dark - moment) ** 2 / (dark * (total - dark))
    best = int(np.argmax(variance))
    equal = dark[variance >= variance[best] * (1 - _TIE)]
    if equal[0] != equal[-1]:
        return otsu_level(pixels)
    return int(np.searchsorted(share, share[useful][best]))
