"""How thick the strokes of the page's type are."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.analysis._otsu import counted, otsu_of
from ocrprep.analysis.background import background
from ocrprep.analysis.components import run_lengths, run_lengths_of_ink
from ocrprep.analysis.levels import otsu_level
from ocrprep.page import PixelMode, Pixels, convert_pixels
from ocrprep.threads import together

_SAMPLE = 2_000_000
"""Pixels that are enough to know a page's type by."""

_FLAT = 24
"""Gray levels: a page whose ink and paper differ by less has none."""


def stroke_width(pixels: Pixels) -> float | None:
    """The median width of the page's strokes, in pixels.

    The width at a pixel of ink is the shorter of its runs along the row and along the column, and every stretch of
    stroke counts by its length: big pictures and tiny specks, which have little of it, hardly matter.

    Args:
        pixels: (H, W) or (H, W, 3); dark strokes on light paper, or the other way round.

    Returns:
        Whole widths with fractions where several are mixed; None for a page without ink.
    """
    gray = convert_pixels(_sample(pixels), PixelMode.GRAY)
    ink = _ink(gray)
    return None if ink is None else stroke_width_of(ink)


def stroke_width_of(ink: Pixels) -> float | None:
    """The same of a mask of ink.

    Args:
        ink: (H, W) uint8, not 0 where there is ink.
    """
    ink = _sample(ink)
    down, across = together(lambda: run_lengths(ink), lambda: run_lengths_of_ink(ink))
    counts = np.bincount(np.minimum(down[ink != 0], across))
    if counts.size == 0:
        return None
    # A stroke of width w and length l has w·l pixels.
    lengths = counts[1:] / np.arange(1, counts.size)
    half = lengths.sum() / 2.0
    below = np.cumsum(lengths)
    index = int(np.searchsorted(below, half))
    before = float(below[index - 1]) if index else 0.0
    return float(index + 0.5 + (half - before) / lengths[index])


def _sample(pixels: Pixels) -> Pixels:
    """The middle of the page, where a big one has enough; margins and scanner edges are left out."""
    height, width = pixels.shape[:2]
    keep = min(1.0, float(np.sqrt(_SAMPLE / (height * width))))
    rows, columns = max(1, round(height * keep)), max(1, round(width * keep))
    top, left = (height - rows) // 2, (width - columns) // 2
    return np.ascontiguousarray(pixels[top : top + rows, left : left + columns])


def _ink(gray: Pixels) -> Pixels | None:
    """255 on ink, 0 on paper; None for an even page."""
    counts = counted(gray)
    used = np.flatnonzero(counts)
    if used[-1] - used[0] < _FLAT:
        return None
    flat, ink = _dark_ink(gray)
    if 2 * counts[: otsu_of(counts, gray) + 1].sum() > gray.size:
        # A mostly dark page is light type on dark, or lies in a shadow: the right view of it falls into clearer halves.
        light_flat, light = _dark_ink(np.asarray(cv2.bitwise_not(gray), np.uint8))
        ink = light if _clearness(light_flat, light) > _clearness(flat, ink) else ink
    return ink if cv2.countNonZero(ink) else None


def _dark_ink(gray: Pixels) -> tuple[Pixels, Pixels]:
    """The page on evenly lit paper, and its ink by Otsu's level."""
    flat = np.asarray(cv2.divide(gray, np.maximum(background(gray), 1), scale=255), np.uint8)
    return flat, np.asarray(cv2.threshold(flat, otsu_level(flat), 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def _clearness(flat: Pixels, ink: Pixels) -> float:
    """Share of the variance that lies between ink and paper."""
    share = cv2.countNonZero(ink) / ink.size
    variance = float(np.asarray(cv2.meanStdDev(flat)[1])[0, 0]) ** 2
    if variance == 0 or share in {0.0, 1.0}:
        return 0.0
    between = cv2.mean(flat, ink)[0] - cv2.mean(flat, np.asarray(cv2.bitwise_not(ink), np.uint8))[0]
    return share * (1 - share) * between**2 / variance
