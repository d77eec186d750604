"""Whole numbers for formats that take no others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.result import Region, as_quad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.result import Quad, RecognitionResult
    from ocrprep.result.frame import Frame, Placed

_PER_POINT = 100
"""Hundredths of a point: at 300 dpi a 24th of a pixel. A whole point would be four pixels."""
_UPRIGHT = 0.005


@dataclass(frozen=True)
class Raster:
    """The whole numbers in which a format tells where things are: pixels, or hundredths of a point.

    Each number is the nearest, so that an edge is off by half a pixel at most, and on the page: no format that wants
    whole numbers has a place for a negative one.

    Args:
        frame: what is rounded.
        per_inch: (x, y) numbers per inch; None where nobody knows how large a pixel is.
    """

    frame: Frame
    per_inch: tuple[float, float] | None

    @property
    def per_unit(self) -> int:
        """Numbers per unit of the frame."""
        return _PER_POINT if self.frame.unit == "point" else 1

    @property
    def unit(self) -> str:
        """What 1 is."""
        return "1/100 point" if self.frame.unit == "point" else self.frame.unit

    @property
    def width(self) -> int:
        """Of the page."""
        return max(1, _nearest(self.frame.width * self.per_unit))

    @property
    def height(self) -> int:
        """Of the page."""
        return max(1, _nearest(self.frame.height * self.per_unit))

    def quad(self, item: Placed) -> list[tuple[int, int]]:
        """The four corners of a thing, in the order of ``Frame.quad``."""
        return [(self._x(x), self._y(y)) for x, y in self.frame.quad(item)]

    def box(self, item: Placed) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the upright box around a thing."""
        box = self.frame.box(item)
        return self._x(box.left), self._y(box.top), self._x(box.right), self._y(box.bottom)

    def _x(self, value: float) -> int:
        return min(max(_nearest(value * self.per_unit), 0), self.width)

    def _y(self, value: float) -> int:
        return min(max(_nearest(value * self.per_unit), 0), self.height)


def raster_of(sheet: Sheet) -> Raster:
    """The whole numbers of a page."""
    frame = sheet.frame
    if frame.unit == "point":
        return Raster(frame, (72.0 * _PER_POINT, 72.0 * _PER_POINT))
    if not frame.dpi_known:
        return Raster(frame, None)
    if frame.space == "source":
        return Raster(frame, frame.dpi)
    matrix = np.array(sheet.result.to_source).reshape(3, 3)
    return Raster(frame, geometry.dpi_after(frame.dpi, matrix, sheet.result.width, sheet.result.height))


def blocks_of(result: RecognitionResult) -> list[tuple[Region, tuple[Region, ...]]]:
    """The blocks of a page, each with its paragraphs, in reading order.

    A block whose number comes again after another one is a block of its own, as the order of the text is kept.
    """
    made = []
    for _, group in groupby(result.regions(), key=lambda paragraph: paragraph.lines[0].block):
        paragraphs = tuple(group)
        made.append((_around(result, paragraphs), paragraphs))
    return made


def is_upright(quad: Quad) -> bool:
    """Whether four corners are an upright rectangle whose text runs from left to right."""
    corners = np.array(quad)
    return bool(np.abs(Box.around(corners).corners() - corners).max() < _UPRIGHT)


def angle(quad: Quad) -> float:
    """By how much a text is turned, in degrees, counter-clockwise as seen: above -180, up to 180, two digits."""
    (left, top), (right, bottom), _, _ = quad
    turned = round(math.degrees(math.atan2(top - bottom, right - left)), 2)
    return 180.0 if turned == -180.0 else turned + 0.0


def _around(result: RecognitionResult, paragraphs: Sequence[Region]) -> Region:
    if len(paragraphs) == 1:
        return paragraphs[0]
    box = Box.union(paragraph.box for paragraph in paragraphs)
    quad = as_quad(geometry.apply(np.array(result.to_source).reshape(3, 3), box.corners()))
    lines = tuple(line for paragraph in paragraphs for line in paragraph.lines)
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    words = [word.confidence for line in lines for word in line.words]
    return Region(text, sum(words) / len(words), box, quad, lines)


def _nearest(value: float) -> int:
    # Halves go up: to the nearest even number, two edges of the same place would part.
    return math.floor(value + 0.5)
