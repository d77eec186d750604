"""Pieces of lines of text, and where the tops and feet of their letters lie."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import Ends, Glyphs

_Floats = npt.NDArray[np.float64]

_MOST_PIECES = 200
_PER_PIXEL = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters that stand in one line: a few words, or one.

    Heights are in rows of the reduced page, counted upwards from the line on which most letters stand.

    Args:
        tops: (n,) upper ends of letters.
        feet: (m,) lower ends; those of descenders are negative.
        top: where most tops are.
        letters: (k, 2) highest top and lowest foot of each connected component.
        ground: row of the line on which they stand, after levelling.
    """

    tops: _Floats
    feet: _Floats
    top: float
    letters: _Floats
    ground: float


def pieces(found: Glyphs, stops: Ends, slope: float) -> list[Piece]:
    """Group letters into pieces of lines.

    Args:
        found: the page's ink.
        stops: where its strokes end.
        slope: rows down per column to the right, of the lines of text.

    Returns:
        The larger pieces, at most 200; none on a page without anything like letters.
    """
    letter = _letters(found)
    if not letter.any():
        return []
    usual = _weighted_median(found.boxes[letter, 3].astype(np.float64))
    ink = np.concatenate([[0], letter * 255]).astype(np.uint8)[found.labels]
    reach = max(3, round(1.2 * usual)) | 1
    joined = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8)), np.uint8)
    _, labels = cv2.connectedComponents(joined, connectivity=8, ltype=cv2.CV_32S)
    stops = stops[letter[stops.component]]
    if len(stops) == 0:
        return []
    piece_of = np.asarray(labels, np.intp)[stops.row, stops.column]
    level = stops.height - slope * stops.column
    left, top, wide, high, _ = found.boxes.T
    middles = (top + (high - 1) / 2.0) - slope * (left + (wide - 1) / 2.0)
    # Of a letter's many ends only the outer ones count: a foot lies in its lower half, a top in its upper half.
    outer = stops.lower == (level > middles[stops.component])
    stops, piece_of, level = stops[outer], piece_of[outer], level[outer]
    order = np.argsort(piece_of, kind="stable")
    cuts = np.flatnonzero(np.diff(piece_of[order])) + 1
    groups = sorted(np.split(order, cuts), key=len, reverse=True)[:_MOST_PIECES]
    made = (_piece(stops[group], level[group], usual) for group in groups)
    return [piece for piece in made if piece is not None]


def _letters(found: Glyphs) -> npt.NDArray[np.bool_]:
    height, width = found.darkness.shape
    left, top, wide, high, area = found.boxes.T
    touches = (left == 0) | (top == 0) | (left + wide == width) | (top + high == height)
    frame = touches & ((wide > 0.2 * width) | (high > 0.2 * height)) & ((wide > 0.5 * width) | (high < 3 * wide))
    rule = (wide > 15 * high) | (high > 8 * wide)
    letter = (high >= 3) & (wide >= 2) & (area >= 5) & ~frame & ~rule
    if letter.any():
        usual = _weighted_median(high[letter].astype(np.float64))
        letter &= (high >= 0.3 * usual) & (high <= 4 * usual)
    return np.asarray(letter)


def _weighted_median(sizes: _Floats) -> float:
    # By themselves as weights: many specks do not outvote some letters.
    ordered = np.sort(sizes)
    total = np.cumsum(ordered)
    return float(ordered[np.searchsorted(total, total[-1] / 2.0)])


def _piece(stops: Ends, level: _Floats, usual: float) -> Piece | None:
    lower = stops.lower
    if np.count_nonzero(lower) < 4 or np.count_nonzero(~lower) < 4:
        return None
    blur = max(0.7, 0.06 * usual)
    ground = mode(level[lower], blur)
    heights = ground - level
    top = mode(heights[~lower], blur)
    if top < 2.0:
        return None
    return Piece(heights[~lower], heights[lower], top, _extents(stops.component, heights), ground)


def _extents(component: npt.NDArray[np.intp], heights: _Floats) -> _Floats:
    order = np.lexsort((heights, component))
    ordered, by_letter = heights[order], component[order]
    first = np.flatnonzero(np.diff(by_letter, prepend=-1))
    last = np.append(first[1:], len(ordered)) - 1
    return np.stack([ordered[last], ordered[first]], axis=1)


def mode(values: _Floats, blur: float, weights: _Floats | None = None) -> float:
    """Where values lie densest.

    Args:
        values: (n,), n above 0.
        blur: how far two values may lie apart to speak for each other.
        weights: (n,) or None.
    """
    low = float(values.min())
    places = ((values - low) * (_PER_PIXEL / blur)).astype(np.intp)
    counts = np.bincount(places, weights=weights)
    arm = np.arange(1.0, _PER_PIXEL + 1)
    smooth = np.convolve(counts, np.concatenate([arm, [_PER_PIXEL + 1.0], arm[::-1]]), mode="same")
    best = int(smooth[: len(counts)].argmax())
    near = values[np.abs(values - low - (best + 0.5) * blur / _PER_PIXEL) <= blur / 2.0]
    return float(near.mean()) if len(near) else low + (best + 0.5) * blur / _PER_PIXEL
