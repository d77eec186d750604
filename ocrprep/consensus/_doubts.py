"""What a reading leaves open: lines with doubtful words, and ink that looks like text but was not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ocrprep import geometry
from ocrprep.analysis._glyphs import glyphs
from ocrprep.geometry import Box
from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    import numpy.typing as npt

    from ocrprep.page import Page, Pixels
    from ocrprep.result import Line, RecognitionResult, Word

DOUBTFUL = 0.5
"""Probability under which a word makes its line worth reading again."""

_PAD = 0.15
"""Line heights around a word in which ink counts as read."""

_WORD = 12.0
"""Width of a word in x-heights, about."""

_NEAR, _LEAST_LETTERS = 1.5, 3
"""Unread letters closer than so many x-heights make a line, if there are so many."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of the page that is worth another reading.

    Args:
        box: on the page.
        share: of the page's text that it holds, about.
        gain: words that another reading may win here, about.
    """

    box: Box
    share: float
    gain: float

    @property
    def extent(self) -> float:
        """Its length in its own heights."""
        return self.box.width / max(1.0, self.box.height)


def doubts(page: Page, result: RecognitionResult, x_height: float | None) -> list[Doubt]:
    """What is worth reading again, what promises most for its length first.

    Args:
        page: the page that lines are to be cut from.
        result: a reading or a consensus with probabilities, of any page from the same source.
        x_height: of the page's type, in pixels; None looks for no unread ink.
    """
    onto = geometry.invert(page.to_source)
    lines = [(line, _around(onto, line)) for line in result.lines]
    unread = [] if x_height is None else _unread(page, result, onto, x_height)
    # An engine that gives no places has nothing that could be cut out.
    lines = [(line, box) for line, box in lines if box.width > 0 and box.height > 0]
    total = sum(box.width for _, box in lines) + sum(box.width for box in unread)
    found = [
        Doubt(box, box.width / total, sum(_open(_probability(word)) for word in line.words))
        for line, box in lines
        if min(map(_probability, line.words)) < DOUBTFUL
    ]
    found += [Doubt(box, box.width / total, box.width / (_WORD * (x_height or 1.0))) for box in unread]
    return sorted(found, key=lambda doubt: (-doubt.gain / doubt.share, doubt.box.top, doubt.box.left))


def _open(probability: float) -> float:
    """1 where nobody knows, 0 where a word is right or noise."""
    return 4.0 * probability * (1.0 - probability)


def _probability(word: Word) -> float:
    return word.probability or 0.0


def _around(onto: geometry.Matrix, line: Line) -> Box:
    points = np.array([word.source_quad for word in line.words]).reshape(-1, 2)
    return Box.around(geometry.apply(onto, points))


def _unread(page: Page, result: RecognitionResult, onto: geometry.Matrix, x_height: float) -> list[Box]:
    """Boxes around rows of what is as large as letters and lies in no word."""
    found = glyphs(convert_pixels(page.pixels, PixelMode.GRAY))
    letters = found.boxes[found.of_letter_size(x_height)]
    if not len(letters):
        return []
    factor = np.tile(found.factor, 2)
    boxes = letters[:, :4] * factor
    free = boxes[~_inside(boxes, result, onto)]
    return _rows(free, page.pixels, x_height)


def _inside(boxes: npt.NDArray[np.float64], result: RecognitionResult, onto: geometry.Matrix) -> npt.NDArray[np.bool_]:
    """Which boxes (left, top, width, height) have their middle in a word; what was dropped is still to be read."""
    x, y = boxes[:, 0] + boxes[:, 2] / 2.0, boxes[:, 1] + boxes[:, 3] / 2.0
    inside = np.zeros(len(boxes), bool)
    for word in result.words:
        points = geometry.apply(onto, np.array(word.source_quad))
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        pad = _PAD * (bottom - top)
        inside |= (x >= left - pad) & (x <= right + pad) & (y >= top - pad) & (y <= bottom + pad)
    return inside


def _rows(boxes: npt.NDArray[np.float64], pixels: Pixels, x_height: float) -> list[Box]:
    unit = max(1.0, x_height / 4.0)
    shape = int(pixels.shape[0] / unit) + 2, int(pixels.shape[1] / unit) + 2
    mask = np.zeros(shape, np.uint8)
    for left, top, width, height in boxes / unit:
        mask[int(top) : int(top + height) + 1, int(left) : int(left + width) + 1] = 255
    reach = 2 * round(_NEAR * x_height / unit / 2.0) + 1
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, labels = cv2.connectedComponents(np.asarray(joined, np.uint8), connectivity=8)
    middles = np.clip(np.rint((boxes[:, :2] + boxes[:, 2:] / 2.0) / unit).astype(int), 0, np.array(shape[::-1]) - 1)
    rows: dict[int, list[npt.NDArray[np.float64]]] = {}
    for box, (column, row) in zip(boxes, middles, strict=True):
        rows.setdefault(int(labels[row, column]), []).append(box)
    return [_frame(row) for label, row in sorted(rows.items()) if label and _is_line(row)]


def _is_line(row: Sequence[npt.NDArray[np.float64]]) -> bool:
    if len(row) < _LEAST_LETTERS:
        return False
    frame = _frame(row)
    return frame.width > frame.height


def _frame(row: Sequence[npt.NDArray[np.float64]]) -> Box:
    boxes = np.array(row)
    left, top = boxes[:, :2].min(axis=0).tolist()
    right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0).tolist()
    return Box(left, top, right, bottom)
