"""What is darker than its surroundings: Sauvola's threshold in windows of a few strokes, decided in bytes.

The exact threshold is ``m · (1 − k + k · s / 128)``, in float64. It grows with the mean and with the deviation, and of
both a bound costs little: the mean in whole levels is right to one level, and the deviation is at most half of what
lies between the darkest and the lightest pixel. Paper is lighter than what follows from these, strokes are darker. The
few pixels in between, and those whose window reaches beyond the page, are compared with the exact threshold.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.filters._cells import CELL, Windows, marked
from ocrprep.filters._kept import Kept
from ocrprep.filters._local import Around, Floats, around, mask_by
from ocrprep.filters._strips import ROWS, Strip, mapped
from ocrprep.page import Pixels

_LARGEST = 31
"""Above this window ``mask_by`` bounds whole cells at less cost."""

_OPEN = 0.15
"""Share of a strip's pixels left open from which on computing all thresholds is quicker."""

_MOST_INT32 = 2**31 - 1

_SLACK = 0.51
"""OpenCV rounds, by up to half a level, where a bound is to be on one side; and a little for single precision."""


def darker(pixels: Pixels, window: int, k: float) -> Pixels:
    """Black where a pixel is at or below Sauvola's threshold, white elsewhere: ``mask_by`` of it, bit for bit.

    Args:
        pixels: (H, W) uint8.
        window: odd, in pixels; it may be larger than the page.
        k: 0–1.
    """

    def threshold(w: Around) -> Floats:
        return np.asarray(w.m * (1 + k * (w.s / 128 - 1)), np.float64)

    height, width = pixels.shape
    reach = window // 2
    if window > _LARGEST or 2 * window > min(height, width) or not _fit(window, width):
        return mask_by(pixels, window, threshold)
    windows, kept = Windows(pixels, (window, window)), Kept()

    def work(strip: Strip) -> Pixels:
        own = pixels[strip.rows]
        first, last = _open(pixels[strip.padded], window, k, kept)
        inner = strip.inner
        undecided = kept.of("open", own.shape, np.uint8)
        cv2.inRange(own, first[inner], last[inner], dst=undecided)
        _frame(undecided, reach, above=reach - strip.rows.start, below=strip.rows.stop + reach - height)
        if cv2.countNonZero(undecided) > _OPEN * undecided.size:
            return _white(own, threshold(around(pixels, strip, window)))
        made = np.asarray(cv2.compare(own, last[inner], cv2.CMP_GT), np.uint8)
        at = marked(undecided)
        made.reshape(-1)[at] = _white(own.reshape(-1)[at], threshold(Around(*windows.sums(strip).exact(at))))
        return made

    return mapped(pixels, reach, work)


def _fit(window: int, width: int) -> bool:
    """Whether the sums of a strip with its margins, and a cell more on each side, fit their table."""
    spare = window + CELL
    return 255 * (width + spare) * (ROWS + spare) <= _MOST_INT32


def _open(part: Pixels, window: int, k: float, kept: Kept) -> tuple[Pixels, Pixels]:
    """First and last level that each pixel's bounds leave open, right where the window lies inside ``part``."""
    mean, low, high = (kept.of(name, part.shape, np.uint8) for name in ("mean", "low", "high"))
    square = np.ones((window, window), np.uint8)
    cv2.blur(part, (window, window), dst=mean)
    between = cv2.subtract(cv2.dilate(part, square, dst=high), cv2.erode(part, square, dst=low), dst=high)
    # (m ± 1) · (1 − k), and at most the whole of k · s / 128 · 256 above it; below the first a pixel is ink.
    first = cv2.addWeighted(mean, 1 - k, mean, 0, k - _SLACK, dst=low)
    last = cv2.addWeighted(mean, 1 - k, between, k, 1 - k + _SLACK, dst=high)
    return np.asarray(first, np.uint8), np.asarray(last, np.uint8)


def _frame(undecided: Pixels, reach: int, *, above: int, below: int) -> None:
    """Leave open what is nearer to the page's edge than ``reach``: so many rows above and below, and the sides."""
    undecided[: max(0, above)] = 255
    undecided[len(undecided) - max(0, below) :] = 255
    undecided[:, :reach] = undecided[:, undecided.shape[1] - reach :] = 255


def _white(pixels: Pixels, threshold: Floats) -> Pixels:
    white = np.greater(pixels, threshold).view(np.uint8)
    return np.multiply(white, 255, out=white)
