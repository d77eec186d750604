"""Which connected pieces of a rough mask are ink: by how sharp their outline is, and how deep they lie below the paper.

Ink is deposited on the page and ends within a pixel or two; stains, shadows, and what shines through from the back are
shallow and blurred. Two questions decide about a piece. First, whether it belongs to the page's own ink: sharp, and not
much fainter than most. Second, for the rest, whether it is a fainter ink: not overshadowed by deeper ink near it, as
show-through between the lines is, and together as sharp, in proportion to its depth, as the page's ink, or else more
than that in amount. So a faint receipt is not lost for a black margin or a note in ballpoint.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._runs import Flags, Floats, Integers, Pieces
from ocrprep.filters._strips import Strip
from ocrprep.page import Pixels

_SHARP, _DEEP, _NO_GRAIN = 0.1, 0.4, 3.0
"""The page's own ink: share of its outline that is sharp, of the usual depth, and depth in deviations of the grain."""

_FAINT_DEEP, _ABOVE_NOISE = 0.5, 6.0
"""Fainter ink: its share of the depth of the ink around, and its depth in deviations of the grain."""

_AS_SHARP, _SHARP_IF_MANY = 0.9, 0.6
"""Fainter ink: its sharpness as a share of the page's ink's; less is asked where there is more of it."""

_SMALL, _LARGE = 0.25, 2.0
"""Areas in squares of the stroke width: the smallest piece of fainter ink, and of those that its sharpness is measured
on."""

_NEAR = 31
"""How far ink overshadows others: side of a window in thrice the stroke width."""

_SQUARE = np.ones((3, 3), np.uint8)


def outline(mask: Pixels, strip: Strip) -> Pixels:
    """255 on the ink of a strip that is next to paper, for a mask with a reach of 1."""
    part = mask[strip.padded]
    return np.asarray(cv2.subtract(cv2.dilate(part, _SQUARE), part), np.uint8)[strip.inner]


def ink_of(
    pixels: Pixels, mask: Pixels, paper: Pixels, sharp: Pixels, margin: Pixels | None, *, stroke: float, noise: float
) -> Pixels:
    """The pieces of a rough mask that are ink.

    Args:
        pixels: (H, W) uint8, dark on light.
        mask: (H, W), 0 where a pixel is darker than its surroundings; becomes the result.
        paper: (H, W), the paper beneath.
        sharp: (H, W), 255 where there is a high contrast, else 0.
        margin: (H, W), 0 on dark borders, whose pieces are no measure for others, and 255; None where there are none.
        stroke: width in pixels.
        noise: standard deviation of the grain.

    Returns:
        (H, W), 0 and 255.
    """
    pieces = Pieces.of(mask)

    def measured(strip: Strip) -> tuple[Pixels, ...]:
        own = paper[strip.rows]
        edge = outline(mask, strip)
        below = np.asarray(cv2.subtract(own, pixels[strip.rows]), np.uint8)
        return below, own, edge, np.asarray(cv2.bitwise_and(edge, sharp[strip.rows]), np.uint8)

    area = pieces.area()
    below, light, edge, sharp_edge = pieces.sums(1, measured)
    number = np.maximum(area, 1)
    depth = below / number
    keep = (sharp_edge / np.maximum(edge, 1) >= _SHARP) & (depth >= _NO_GRAIN * noise)
    keep[0] = False
    # Light falls on ink and paper alike: in a shadow both are darker by the same factor, and so is their distance.
    share = depth / np.maximum(light / number, 1)
    keep &= share >= _DEEP * _median(share, area, keep)
    faint = ~keep & (depth >= _ABOVE_NOISE * noise) & (area >= _SMALL * stroke**2)
    faint[0] = False
    if faint.any():
        inner = ~pieces.at_border()
        if margin is not None:
            inner &= pieces.sums(0, lambda strip: (margin[strip.rows],))[0] / number > 127
        own, large = keep & inner, inner & (area >= _LARGE * stroke**2)
        # The page's own ink, being sharp, has a slope; nothing is as sharp as that where there is nothing to measure.
        if (faint & large).any() or not own.any():
            faint &= share >= _FAINT_DEEP * _overshadowing(pieces, share, own, faint, cell=max(3, round(3 * stroke)))
            typical = faint & large
            asked = _SHARP_IF_MANY if area[typical].sum() > area[own].sum() else _AS_SHARP
            slope = _rise(pixels, mask, pieces) / np.maximum(edge / 255, 1) / np.maximum(depth, 1)
            if _median(slope, area, typical) >= asked * _median(slope, area, own):
                keep |= faint
    return pieces.keep(mask, keep)


def _rise(pixels: Pixels, mask: Pixels, pieces: Pieces) -> Floats:
    """The sum over each piece's outline of how much the 3×3 pixels around each one differ."""

    def work(strip: Strip) -> tuple[Pixels]:
        part = pixels[strip.padded]
        rise = np.asarray(cv2.subtract(cv2.dilate(part, _SQUARE), cv2.erode(part, _SQUARE)), np.uint8)[strip.inner]
        return (np.asarray(cv2.bitwise_and(rise, outline(mask, strip)), np.uint8),)

    return pieces.sums(1, work)[0]


def _median(values: Floats, weights: Floats, chosen: Flags) -> float:
    """Weighted median of the chosen; 0 of none."""
    index = np.flatnonzero(chosen)
    if index.size == 0:
        return 0.0
    rising = index[np.argsort(values[index])]
    below = np.cumsum(weights[rising])
    return float(values[rising[np.searchsorted(below, below[-1] / 2)]])


def _overshadowing(pieces: Pieces, depth: Floats, own: Flags, asking: Flags, *, cell: int) -> Floats:
    """Around each asking piece, the depth of the page's own ink, the deeper counting more; 0 where there is none.

    Measured on a grid of square cells, as nothing here depends on single pixels.
    """
    height, width = pieces.shape
    shape = -(-height // cell), -(-width // cell)
    run, where, number = _cut(pieces, cell, shape[1])
    piece = pieces.piece[run]

    def per_pixel(values: npt.NDArray[Any], chosen: Flags) -> npt.NDArray[Any]:
        # One by one, as a rounded sum depends on how it is added up, and ink of one depth everywhere makes ties.
        return np.repeat(values[chosen], number[chosen])

    ink = own[piece]
    at, level = per_pixel(where, ink), per_pixel(depth[piece], ink)
    squares, total = (
        cv2.boxFilter(
            np.bincount(at, weights=weights, minlength=shape[0] * shape[1]).reshape(shape),
            cv2.CV_64F,
            (_NEAR, _NEAR),
            normalize=False,
            borderType=cv2.BORDER_CONSTANT,
        )
        for weights in (level * level, level)
    )
    field = (np.asarray(squares) / np.maximum(np.asarray(total), 1e-6)).ravel()
    asked = asking[piece]
    found = np.bincount(per_pixel(piece, asked), weights=per_pixel(field[where], asked), minlength=pieces.count)
    return np.asarray(found / np.maximum(pieces.area(), 1))


def _cut(pieces: Pieces, cell: int, across: int) -> tuple[Integers, Integers, Integers]:
    """Runs cut where a new cell begins: of each part the run, the cell, and how many pixels it has."""
    first, last = pieces.start // cell, (pieces.stop - 1) // cell
    parts = last - first + 1
    run = np.repeat(np.arange(len(parts)), parts)
    column = np.arange(len(run)) - np.repeat(np.cumsum(parts) - parts, parts) + first[run]
    number = np.minimum(pieces.stop[run], (column + 1) * cell) - np.maximum(pieces.start[run], column * cell)
    return run, (pieces.row[run] // cell) * across + column, number
