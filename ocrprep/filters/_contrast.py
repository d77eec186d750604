"""The contrast image of Su, Lu and Tan, and what is found with its help."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._otsu import counted, otsu_of
from ocrprep.filters._cells import marked
from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.page import Pixels

_SQUARE = np.ones((3, 3), np.uint8)


def contrast_image(pixels: Pixels) -> Pixels:
    """How sharply the 3×3 pixels around each one differ, relative to their brightness: (H, W), 0–255.

    ``255 · (max − min) / (max + min + 10⁻⁴)``: the division makes strokes on a dark stain count as much as those on
    white paper. Su, Lu and Tan, "Binarization of Historical Document Images Using the Local Maximum and Minimum", 2010;
    the factor 255 is Doxa's.
    """
    return mapped(pixels, 1, lambda strip: contrast_of(pixels[strip.padded])[strip.inner])


def contrast_of(part: Pixels) -> Pixels:
    """``⌊255 · (max − min) / (max + min + 10⁻⁴)⌋`` of the 3×3 pixels around each one: (H, W) uint8.

    The tiny addend only keeps 0 / 0 away and whole quotients from being reached. So with half a unit less in the
    numerator single precision is enough, as no quotient is then nearer to a whole number than its error. OpenCV rounds
    where this is to be cut off: half a unit is taken from the quotient, too.
    """
    low, high = cv2.erode(part, _SQUARE), cv2.dilate(part, _SQUARE)
    above = cv2.addWeighted(high, 254.5, low, -255.5, -0.5, dtype=cv2.CV_32F)
    return np.asarray(cv2.divide(above, cv2.add(high, low, dtype=cv2.CV_32F), dtype=cv2.CV_8U), np.uint8)


def sharp_edges(pixels: Pixels) -> Pixels:
    """255 where the contrast image is above its Otsu level, else 0; (H, W)."""
    contrast = np.empty_like(pixels)

    def work(strip: Strip) -> npt.NDArray[np.float64]:
        contrast[strip.rows] = contrast_of(pixels[strip.padded])[strip.inner]
        return counted(contrast[strip.rows])

    counts = np.sum(each(pixels.shape[0], 1, work), axis=0)
    level = otsu_of(counts, contrast)
    return np.asarray(cv2.threshold(contrast, level, 255, cv2.THRESH_BINARY, dst=contrast)[1], np.uint8)


def edge_spacing(edges: Pixels) -> int:
    """The commonest distance between one thin edge and the next on the same row: an estimate of the stroke width.

    Args:
        edges: (H, W) of 0 and 1. An edge counts where it is a single pixel wide along the row.

    Returns:
        Pixels, 2 or more; the smallest of equally common distances, and 3 where there is none.
    """

    def work(strip: Strip) -> npt.NDArray[np.int64]:
        part = edges[strip.rows]
        thin = np.zeros(part.shape, np.uint8)
        thin[:, 1:-1] = part[:, 1:-1] & ~(part[:, :-2] | part[:, 2:])
        at = marked(thin)
        rows = at // part.shape[1]
        same = rows[1:] == rows[:-1]
        return np.bincount(np.diff(at)[same], minlength=part.shape[1])

    histogram = np.sum(each(edges.shape[0], 0, work), axis=0)
    histogram[:2] = 0
    return int(histogram.argmax()) if histogram.any() else 3
