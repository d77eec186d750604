"""Specks removed by their size and by how alone they are."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from ocrprep.analysis.components import Components, components
from ocrprep.analysis.stroke_width import stroke_width_of
from ocrprep.filters._paint import ink_of, without
from ocrprep.filters.base import Context, Found, PixelFilter
from ocrprep.page import Pixels

DUST = 0.4
"""Stroke widths: no full stop or dot is this small, so it goes even beside a letter."""

_DOT = 0.5
"""Stroke widths: the smallest dot of a leader."""

_PITCH = 12.0
"""Stroke widths: the widest step from dot to dot of a leader."""


class Despeckle(PixelFilter):
    """Take away dark specks, and leave full stops, dots on i, accents, colons and leaders.

    A speck is a connected piece of ink that is small against the page's strokes and far from anything larger; dots of
    type stand beside their letters. Dots in a row at even steps are a leader, and stay wherever they are. What is
    much smaller than a stroke is dust and goes anywhere. On gray and coloured pages the ink is found by the automatic
    method and specks are painted over with the paper around them, keeping its colour; a binary page stays binary.
    """

    kind: Literal["despeckle"] = Field(default="despeckle", init=False)

    max_size: Annotated[
        float,
        Field(
            gt=0,
            le=20,
            description="stroke widths: the longer side of the largest speck; full stops are about 1 to 1.5",
        ),
    ] = 1.6
    isolation: Annotated[
        float,
        Field(
            ge=0,
            le=100,
            description="stroke widths between a speck and the nearest larger piece; 0 takes dots of type as well",
        ),
    ] = 3.0

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Measure the strokes, judge the pieces, remove those that are specks."""
        ink = ink_of(pixels, context.dpi)
        stroke = stroke_width_of(ink)
        if stroke is None:
            return Found(pixels.copy(), stroke_width=None, pieces=0, specks=0)
        pieces = components(ink)
        chosen = self._specks(pieces, stroke)
        count = int(np.count_nonzero(chosen))
        result = without(pixels, pieces.mask(chosen), ink) if count else pixels.copy()
        return Found(result, stroke_width=round(stroke, 2), pieces=len(pieces), specks=count)

    def _specks(self, pieces: Components, stroke: float) -> npt.NDArray[np.bool_]:
        size = pieces.extent
        small = size <= self.max_size * stroke
        if not small.any():
            return small
        alone = _distance(pieces, ~small) > self.isolation * stroke
        leader = np.zeros(len(pieces), np.bool_)
        if self.isolation > 0:
            dots = np.flatnonzero(small & (size >= _DOT * stroke))
            leader[dots] = _in_even_rows(pieces.centres[dots], size[dots], stroke)
        dust = size <= DUST * stroke
        return np.asarray(small & (alone | dust) & ~leader)


def _distance(pieces: Components, large: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Pixels between each piece's box and the nearest large piece; infinite where there is none."""
    if not large.any():
        return np.full(len(pieces), np.inf)
    elsewhere = np.asarray(cv2.bitwise_not(pieces.mask(large)), np.uint8)
    distance = np.asarray(cv2.distanceTransform(elsewhere, cv2.DIST_L2, 3), np.float32)
    x, y = np.rint(pieces.centres).astype(np.intp).T
    return np.asarray(distance[y, x] - pieces.extent / 2.0, np.float64)


def _in_even_rows(
    centres: npt.NDArray[np.float64], size: npt.NDArray[np.int32], stroke: float
) -> npt.NDArray[np.bool_]:
    """Which dots stand in a row with two others of their size, at even steps.

    Rows are bands one stroke high. They are cut twice, half a band apart, as a leader may lie on a cut.
    """
    found = np.zeros(len(centres), np.bool_)
    if len(centres) < 3:
        return found
    for offset in (0.0, 0.5):
        band = np.floor(centres[:, 1] / stroke + offset)
        order = np.lexsort((centres[:, 0], band))
        x, row, side = centres[order, 0], band[order], size[order].astype(np.float64)
        step = np.diff(x)
        alike = np.maximum(side[1:], side[:-1]) <= 1.5 * np.minimum(side[1:], side[:-1]) + 1.0
        joined = (np.diff(row) == 0) & (step <= _PITCH * stroke) & (step > 0) & alike
        even = np.abs(np.diff(step)) <= 0.15 * np.maximum(step[1:], step[:-1]) + 1.0
        middle = np.flatnonzero(joined[1:] & joined[:-1] & even)
        for neighbour in range(3):
            found[order[middle + neighbour]] = True
    return found
