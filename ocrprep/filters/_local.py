"""Thresholds from the mean and the deviation around each pixel: the arithmetic that the window methods share.

At the page's edges the window shrinks to what lies on the page, as in Doxa; scikit-image reflects the page instead. All
sums are exact integers and all formulas are in float64, so a threshold can differ from a reference in float64 only by
that reference's own rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.page import Pixels

Floats: TypeAlias = npt.NDArray[np.float64]

MID_GRAY = 127
"""The lightest level that is ink where a neighbourhood of a single level leaves the question open."""

_INT32_SUMS, _INT32_SQUARES = 2901, 181
"""Largest windows whose sums of bytes, and of their squares, fit the 32 bits in which OpenCV adds them."""


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds each pixel of a strip, in the letters of the papers.

    Args:
        m: mean of the window, (rows, W).
        v: variance of the window (of the population), (rows, W); exactly 0 where it holds one level only.
    """

    m: Floats
    v: Floats

    @property
    def s(self) -> Floats:
        """Standard deviation of the window; computed when it is asked for."""
        return np.asarray(np.sqrt(self.v), np.float64)


Formula: TypeAlias = Callable[[Around], Floats]
"""The threshold of each pixel; ink is at or below it."""


def mask_by(pixels: Pixels, window: int, formula: Formula) -> Pixels:
    """Black where a pixel is at or below its threshold, white elsewhere.

    Args:
        pixels: (H, W) uint8.
        window: odd, in pixels; it may be larger than the page.
        formula: called on strips, on several threads.
    """

    def work(strip: Strip) -> Pixels:
        return _compared(pixels[strip.rows], formula(around(pixels, strip, window)))

    return mapped(pixels, window // 2, work)


def mask_by_mean(pixels: Pixels, window: int, formula: Callable[[Floats], Floats]) -> Pixels:
    """The same for a formula that needs the mean alone."""

    def work(strip: Strip) -> Pixels:
        total = box_sum(pixels[strip.padded], window)[strip.inner]
        return _compared(pixels[strip.rows], formula(np.divide(total, counts(pixels.shape, strip.rows, window))))

    return mapped(pixels, window // 2, work)


def _compared(pixels: Pixels, threshold: Floats) -> Pixels:
    white = np.greater(pixels, threshold).view(np.uint8)
    return np.multiply(white, 255, out=white)


def around(pixels: Pixels, strip: Strip, window: int) -> Around:
    """Mean and deviation of the window around each pixel of the strip's own rows."""
    part = pixels[strip.padded]
    n = counts(pixels.shape, strip.rows, window)
    m = np.divide(box_sum(part, window)[strip.inner], n)
    v = np.divide(square_sum(part, window)[strip.inner], n)
    v -= m * m
    return Around(m, v)


def largest_deviation(pixels: Pixels, window: int) -> float:
    """The largest standard deviation of any window of the page."""
    reach = window // 2
    return math.sqrt(max(each(pixels.shape[0], reach, lambda strip: float(around(pixels, strip, window).v.max()))))


def counts(shape: tuple[int, ...], rows: slice, window: int) -> Floats:
    """How many pixels of the page each window covers: (rows, W), or (1, W) where it is the same for all these rows."""
    down, across = _covered(shape[0], window)[rows], _covered(shape[1], window)
    if down.min() == down.max():
        down = down[:1]
    return np.asarray(np.multiply.outer(down, across), np.float64)


def _covered(length: int, window: int) -> Floats:
    reach = window // 2
    at = np.arange(length, dtype=np.float64)
    return np.asarray(np.minimum(at + reach, length - 1) - np.maximum(at - reach, 0) + 1, np.float64)


def box_sum(values: Pixels, window: int) -> npt.NDArray[np.int32] | Floats:
    """Exact sums over a window; beyond the edges of the array there is nothing."""
    size = _clipped(values.shape, window)
    if size[0] * size[1] <= _INT32_SUMS**2:
        found = cv2.boxFilter(values, cv2.CV_32S, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(found, np.int32)
    return _float_sum(values.astype(np.float64), size)


def square_sum(values: Pixels, window: int) -> Floats:
    """Exact sums of the squares over a window."""
    size = _clipped(values.shape, window)
    if size[0] * size[1] <= _INT32_SQUARES**2:
        found = cv2.sqrBoxFilter(values, cv2.CV_64F, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(found, np.float64)
    return _float_sum(np.square(values, dtype=np.float64), size)


def _float_sum(values: Floats, size: tuple[int, int]) -> Floats:
    found = cv2.boxFilter(values, cv2.CV_64F, size, normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(found, np.float64)


def _clipped(shape: tuple[int, ...], window: int) -> tuple[int, int]:
    # A window of twice the page covers all of it from everywhere; more would only cost.
    return min(window, 2 * shape[1] - 1), min(window, 2 * shape[0] - 1)


def paper_beneath(pixels: Pixels, mask: Pixels, window: int) -> Pixels:
    """The page with its ink replaced by the mean of the paper in the window, fractions cut off.

    Ink with no paper in its window stays as it is.
    """

    def work(strip: Strip) -> Pixels:
        part, paper = pixels[strip.padded], mask[strip.padded]
        n = box_sum(paper & np.uint8(1), window)[strip.inner]
        light = box_sum(part & paper, window)[strip.inner]
        own, is_paper = pixels[strip.rows], mask[strip.rows]
        filled = np.floor_divide(light, n, out=own.astype(np.int32), where=(n > 0) & (is_paper == 0))
        return filled.astype(np.uint8)

    return mapped(pixels, window // 2, work)
