"""Words of several readings brought onto one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ocrprep import geometry
from ocrprep.consensus.calibration import single_probabilities
from ocrprep.geometry import Box

if TYPE_CHECKING:
    from ocrprep.geometry import Matrix
    from ocrprep.result import Quad, RecognitionResult, Word

Areas: TypeAlias = "tuple[Quad, ...]"
"""Parts of the source image."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A reading, and where it looked.

    Args:
        result: what was read.
        name: of the preparation.
        areas: the parts of the source that were shown to the engine; None for all of it.
        share: of the page's text in these.
    """

    result: RecognitionResult
    name: str = ""
    areas: Areas | None = None
    share: float = 1.0


@dataclass(slots=True, eq=False)
class Seen:
    """A word of one reading on the common page.

    Args:
        word: as it was read.
        reading: whose.
        line: number of its line in that reading.
        place: number of the word in that line.
        probability: that it is right, as far as its own reading tells.
        left: of the upright box around it on the common page, in pixels.
        top: likewise.
        right: likewise.
        bottom: likewise.
    """

    word: Word
    reading: int
    line: int
    place: int
    probability: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def text(self) -> str:
        """The word's."""
        return self.word.text

    @property
    def box(self) -> Box:
        """On the common page; ``word.box`` is on the page that was read."""
        return Box(self.left, self.top, self.right, self.bottom)

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2.0

    @property
    def height(self) -> float:
        """Bottom minus top."""
        return self.bottom - self.top

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left


def seen_by(readings: Sequence[Looked], from_source: Matrix) -> list[list[Seen]]:
    """The words of each reading on a page.

    Args:
        readings: in any order.
        from_source: the map from the source image to the page.
    """
    return [_placed(looked.result, number, from_source) for number, looked in enumerate(readings)]


def _placed(result: RecognitionResult, reading: int, from_source: Matrix) -> list[Seen]:
    words = [word for line in result.lines for word in line.words]
    if not words:
        return []
    lines = [number for number, line in enumerate(result.lines) for _ in line.words]
    places = [place for line in result.lines for place in range(len(line.words))]
    quads = np.array([word.source_quad for word in words])
    corners = geometry.apply(from_source, quads.reshape(-1, 2)).reshape(-1, 4, 2)
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1).tolist()
    sure = single_probabilities(words, lines).tolist()
    return [
        Seen(word, reading, line, place, probability, *box)
        for word, line, place, probability, box in zip(words, lines, places, sure, boxes, strict=True)
    ]


class Coverage:
    """Which readings looked at a place."""

    def __init__(self, readings: Sequence[Looked], from_source: Matrix) -> None:
        self._whole = sum(looked.areas is None for looked in readings)
        self._parts: list[list[tuple[float, float, float, float]]] = []
        for looked in readings:
            if looked.areas is not None:
                corners = [geometry.apply(from_source, np.array(area)) for area in looked.areas]
                self._parts.append([(*points.min(axis=0), *points.max(axis=0)) for points in corners])

    def count(self, left: float, top: float, right: float, bottom: float) -> int:
        """How many looked at the middle of a box."""
        x, y = (left + right) / 2.0, (top + bottom) / 2.0
        inside = sum(any(a <= x <= c and b <= y <= d for a, b, c, d in part) for part in self._parts)
        return self._whole + inside
