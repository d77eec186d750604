"""Thresholds from the mean and the deviation around each pixel: the arithmetic that the window methods share.

At the page's edges the window shrinks to what lies on the page, as in Doxa; scikit-image reflects the page instead. All
sums are exact integers and all formulas are in float64, so a threshold can differ from a reference in float64 only by
that reference's own rounding. Most thresholds need not be known so well: ``_cells.py`` bounds them for many pixels at
once, and only the pixels in between are compared with their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._cells import TALL, Places, Sums, Windows, levels_between, marked
from ocrprep.filters._strips import Strip, each, mapped, strips, thinner
from ocrprep.page import Pixels

Floats: TypeAlias = npt.NDArray[np.float64]

MID_GRAY = 127
"""The lightest level that is ink where a neighbourhood of a single level leaves the question open."""

_INT32_SUMS, _INT32_SQUARES = 2901, 181
"""Largest windows whose sums of bytes, and of their squares, fit the 32 bits in which OpenCV adds them."""


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds each pixel, in the letters of the papers; arrays of any shapes that broadcast.

    Args:
        m: mean of the window.
        v: variance of the window (of the population); exactly 0 where it holds one level only.
    """

    m: Floats
    v: Floats

    @property
    def s(self) -> Floats:
        """Standard deviation of the window; computed when it is asked for."""
        return np.asarray(np.sqrt(self.v), np.float64)


Formula: TypeAlias = Callable[[Around], Floats]
"""The threshold of each pixel; ink is at or below it.

With the one of m and v held, it must not turn round as the other grows from 0: it only rises, or only falls.
"""


def mask_by(pixels: Pixels, window: int, formula: Formula, flat: int | None = None) -> Pixels:
    """Black where a pixel is at or below its threshold, white elsewhere.

    Args:
        pixels: (H, W) uint8.
        window: odd, in pixels; it may be larger than the page.
        formula: called on arrays of any shape, on several threads.
        flat: the threshold where the window holds a single level, if it is not the formula's.
    """

    def threshold(w: Around) -> Floats:
        found = formula(w)
        return found if flat is None else np.where(w.v == 0, flat, found)

    def plain(strip: Strip) -> Pixels:
        return _compared(pixels[strip.rows], threshold(around(pixels, strip, window)))

    def plainly(strip: Strip) -> Pixels:
        return np.concatenate([plain(part) for part in thinner(strip, pixels.shape[0], window // 2)])

    windows = _windows(pixels, window)
    if windows is None:
        return mapped(pixels, window // 2, plain)

    def work(strip: Strip) -> Pixels:
        if not windows.pay:
            return plainly(strip)
        own, sums = pixels[strip.rows], windows.sums(strip)
        first, last = map(sums.spread, _open(sums, formula, flat))
        undecided = np.asarray(cv2.inRange(own, first, last), np.uint8)
        if not windows.decided(cv2.countNonZero(undecided) / undecided.size):
            return plainly(strip)
        made = np.asarray(cv2.compare(own, last, cv2.CMP_GT), np.uint8)
        at = marked(undecided)
        made.reshape(-1)[at] = _compared(own.reshape(-1)[at], threshold(Around(*sums.exact(at))))
        return made

    return mapped(pixels, window // 2, work, tall=TALL)


def _windows(pixels: Pixels, window: int) -> Windows | None:
    size = _clipped(pixels.shape, window)
    tallest = strips(pixels.shape[0], 0, TALL)[0].rows.stop
    return Windows(pixels, size) if Windows.fit(size, pixels.shape[1], tallest) else None


def _open(sums: Sums, formula: Formula, flat: int | None) -> tuple[Pixels, Pixels]:
    """First and last level that each cell's bounds leave open."""
    bounds = sums.bounds()
    corners = formula(Around(bounds.m, bounds.v))
    least, largest = corners.min((0, 1)), corners.max((0, 1))
    if flat is not None:
        maybe = bounds.v[0] == 0
        least = np.where(maybe, np.minimum(least, flat), least)
        largest = np.where(maybe, np.maximum(largest, flat), largest)
    return levels_between(least, largest)


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

    def plain(strip: Strip) -> float:
        return float(around(pixels, strip, window).v.max())

    def plainly(strip: Strip) -> float:
        return max(plain(part) for part in thinner(strip, pixels.shape[0], window // 2))

    windows = _windows(pixels, window)
    if windows is None:
        return math.sqrt(max(each(pixels.shape[0], window // 2, plain)))
    known = 0.0

    def work(strip: Strip) -> float:
        nonlocal known
        if not windows.pay:
            return plainly(strip)
        sums = windows.sums(strip)
        least, largest = sums.bounds().v

        def found(cells: Places) -> float:
            return float(sums.exact(sums.pixels_of(cells))[1].max(initial=0.0))

        # Another thread may put a smaller value in place of a larger one: then only more is looked at.
        known = max(known, found(np.asarray([largest.argmax(), least.argmax()])))
        cells = np.flatnonzero(largest >= known)
        most = found(cells) if windows.decided(cells.size / largest.size) else plainly(strip)
        known = max(known, most)
        return most

    return math.sqrt(max(each(pixels.shape[0], window // 2, work, tall=TALL)))


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
