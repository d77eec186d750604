"""Where a page has ruled lines, told from the strokes of its type by length, thinness and straightness."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.components import Components, components, run_lengths
from ocrprep.page import Pixels

PIECE = 10.0
"""Stroke widths: a thin run this long is no part of a letter; the widest bars of type have seven."""

UNBROKEN = 16.0
"""Stroke widths: a run of ink this long goes through letters, not along one."""

SHORTEST = 20.0
"""Stroke widths: nothing shorter is called a line, however small the page; an em dash has about twelve."""

_SLOPE = 0.08
"""Rise over run of the steepest line: a little more than four degrees."""

Counts: TypeAlias = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The horizontal lines of a mask.

    Args:
        removable: (H, W) uint8, 255 on their ink, without the places where a stroke crosses or touches.
        course: (H, W) uint8, 255 along the whole course of every line, its gaps and crossings included, and one
            row more on each side.
        count: how many lines.
    """

    removable: Pixels
    course: Pixels
    count: int


def horizontal_lines(ink: Pixels, stroke: float, min_length: float, max_thickness: float, max_gap: float) -> Ruling:
    """Find lines that run from left to right within about two degrees.

    A line is made of thin runs too long for letters and, where letters stand in its way, of unbroken runs through
    them. Pieces one after the other are one line. Its ink may go wherever the column is no thicker there than the
    line itself: a stroke that crosses or touches makes the column thicker, and keeps it. Where the lines found first
    slope, columns are shifted until they do not, and what is found then, as runs are longer, is added.

    Args:
        ink: (H, W) uint8, 255 on ink.
        stroke: width of the page's strokes in pixels.
        min_length: of a line, in pixels.
        max_thickness: in pixels.
        max_gap: in pixels, between two pieces of one line.
    """
    search = _Search(stroke, max(min_length, SHORTEST * stroke), max_thickness, max_gap)
    first, slope = search.level(ink)
    rise = np.rint(slope * np.arange(ink.shape[1])).astype(np.int64)
    if np.ptp(rise) < 3:
        return first
    second, _ = search.level(_sheared(ink, -rise))
    height = ink.shape[0]
    return Ruling(
        first.removable | _sheared(second.removable, rise, height),
        first.course | _sheared(second.course, rise, height),
        max(first.count, second.count),
    )


@dataclass(frozen=True, slots=True)
class _Search:
    stroke: float
    min_length: float
    max_thickness: float
    max_gap: float

    def level(self, ink: Pixels) -> tuple[Ruling, float]:
        """The lines that are about level, and their usual slope: rows down per column to the right."""
        nothing = np.zeros_like(ink)
        thickness = run_lengths(ink)
        thin = np.where((thickness > 0) & (thickness <= self.max_thickness), np.uint8(255), np.uint8(0))
        pieces = _long_runs(thin, PIECE * self.stroke)
        if not cv2.countNonZero(pieces):
            return Ruling(nothing, nothing, 0), 0.0
        found = np.asarray(cv2.bitwise_or(pieces, _long_runs(ink, UNBROKEN * self.stroke)), np.uint8)
        # Two rows of slack let pieces meet that a slight turn has put into different rows; one row is taken back.
        joined = cv2.morphologyEx(_rows(found, 2), cv2.MORPH_CLOSE, _element(1, 2 * (round(self.max_gap) // 2) + 1))
        lines = components(np.asarray(joined, np.uint8))
        usual = _usual_thickness(lines, pieces, thickness)
        chosen = _are_lines(lines, found, self.min_length, self.max_thickness) & (usual > 0)
        if not chosen.any():
            return Ruling(nothing, nothing, 0), 0.0
        course = np.asarray(cv2.bitwise_and(cv2.erode(joined, _element(3, 1)), lines.mask(chosen)), np.uint8)
        alone = np.concatenate(([0], usual)).astype(np.uint16)[lines.labels]
        removable = _without_touched(np.asarray(cv2.bitwise_and(course, ink), np.uint8), thickness, alone, self.stroke)
        return Ruling(removable, course, int(np.count_nonzero(chosen))), _slope(lines, found, chosen)


def _element(rows: int, columns: int) -> Pixels:
    return np.ones((rows, columns), np.uint8)


def _rows(mask: Pixels, by: int) -> Pixels:
    return np.asarray(cv2.dilate(mask, _element(2 * by + 1, 1)), np.uint8)


def _long_runs(mask: Pixels, length: float) -> Pixels:
    """The mask's runs along rows of at least that length; a run may step up or down by one row."""
    span = min(max(3, round(length)), mask.shape[1] + 1)
    # The outside of the page counts as empty, or a short run at its edge would be endless.
    opened = cv2.erode(_rows(mask, 1), _element(1, span), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    opened = cv2.dilate(opened, _element(1, span), anchor=((span - 1) - (span // 2), 0))
    return np.asarray(cv2.bitwise_and(opened, mask), np.uint8)


def _usual_thickness(lines: Components, pieces: Pixels, thickness: Counts) -> npt.NDArray[np.int64]:
    """The thickness that three quarters of each line's columns do not exceed; 0 where it has no piece of its own."""
    where = pieces > 0
    label, value = lines.labels[where].astype(np.int64), thickness[where].astype(np.int64)
    levels = int(value.max()) + 1
    counts = np.bincount(label * levels + value, minlength=(len(lines) + 1) * levels).reshape(-1, levels)[1:]
    # A column of thickness n has n pixels.
    below = np.cumsum(counts / np.maximum(np.arange(levels), 1), axis=1)
    usual = np.argmax(below >= 0.75 * below[:, -1:], axis=1)
    return np.asarray(usual * (below[:, -1] > 0), np.int64)


def _without_touched(line: Pixels, thickness: Counts, alone: Counts, stroke: float) -> Pixels:
    """The line's ink without the columns where something crosses or touches it.

    A column two pixels thicker than the line is touched. One pixel may be the line's ragged edge, but beside a
    touched column it is the foot of the same letter; and so is a gap of up to a stroke between columns that are only
    a stroke thicker, where the bottom of a round letter dips into the line.
    """
    sure = np.where(thickness > alone + 1, line, np.uint8(0))
    reach = max(1, round(stroke))
    maybe = np.where(thickness > alone, line, np.uint8(0))
    touched = cv2.bitwise_and(cv2.dilate(sure, _element(1, 2 * reach + 1)), maybe)
    shallow = np.where(thickness <= alone + round(1.5 * stroke), touched, np.uint8(0))
    dips = cv2.morphologyEx(shallow, cv2.MORPH_CLOSE, _element(1, 2 * max(1, round(0.5 * stroke)) + 1))
    touched = cv2.bitwise_or(touched, dips)
    return np.asarray(cv2.subtract(line, touched), np.uint8)


def _are_lines(lines: Components, found: Pixels, min_length: float, max_thickness: float) -> npt.NDArray[np.bool_]:
    """Long, flat, and inked along at least half of their length."""
    # A pixel with no ink of the line right above it begins a column: their number is the inked length.
    above = np.zeros_like(found)
    above[1:] = found[:-1]
    tops = np.asarray(cv2.subtract(found, above), np.uint8) > 0
    inked = np.bincount(lines.labels[tops], minlength=len(lines) + 1)[1:]
    slack = 2 * max_thickness + 8
    flat = lines.height <= slack + _SLOPE * lines.width
    return np.asarray((lines.width >= min_length) & flat & (inked >= 0.5 * lines.width))


def _slope(lines: Components, found: Pixels, chosen: npt.NDArray[np.bool_]) -> float:
    """The median of the chosen lines' slopes by least squares, weighted by their lengths."""
    y, x = np.nonzero(found)
    label = lines.labels[y, x]
    size = len(lines) + 1
    count = np.maximum(np.bincount(label, minlength=size), 1)
    dx = x - (np.bincount(label, x, size) / count)[label]
    dy = y - (np.bincount(label, y, size) / count)[label]
    slopes = np.bincount(label, dx * dy, size) / np.maximum(np.bincount(label, dx * dx, size), 1e-9)
    slopes, weights = slopes[1:][chosen], lines.width[chosen]
    order = np.argsort(slopes)
    middle = np.searchsorted(np.cumsum(weights[order]), weights.sum() / 2.0)
    return float(slopes[order[middle]])


def _sheared(mask: Pixels, down: npt.NDArray[np.int64], height: int | None = None) -> Pixels:
    """Each column moved down by so many rows.

    Args:
        mask: (H, W) uint8.
        down: (W,); negative is up.
        height: rows to keep, counted from the page's own first row; None makes room for all, so that the opposite move
            with the page's height gives the page back.
    """
    rows, columns = mask.shape
    # Columns that move by as much lie side by side.
    starts = np.concatenate(([0], np.flatnonzero(np.diff(down)) + 1, [columns]))
    lowest, highest = min(int(down.min()), 0), max(int(down.max()), 0)
    made = np.zeros((height or rows + int(np.ptp(np.append(down, 0))), columns), np.uint8)
    for left, right in itertools.pairwise(starts):
        shift = int(down[left]) - (lowest if height is None else highest)
        source = mask[max(-shift, 0) : max(-shift, 0) + made.shape[0] - max(shift, 0), left:right]
        made[max(shift, 0) : max(shift, 0) + source.shape[0], left:right] = source
    return made
