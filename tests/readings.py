"""Readings made from rows of text, each of a page that may have been turned, scaled or bent in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.page import Source, Step
from ocrprep.result import Line, RecognitionResult, Word, as_map, as_quad, text_of

if TYPE_CHECKING:
    from typing import Any

    from ocrprep.geometry import Matrix

LETTER, HEIGHT, STEP = 10.0, 20.0, 40.0
"""Width of a sign, height of a word and distance of two lines, in pixels of the upright page."""


class Row(NamedTuple):
    """A line of text.

    Args:
        text: a sign or a blank for each column, so that a word that was missed is as many blanks.
        left: of the first column, on the upright page.
        top: likewise; None goes by the number of the row.
        block: of the layout.
        paragraph: of the block.
        leftwards: whether it is read from the right.
    """

    text: str
    left: float = 0.0
    top: float | None = None
    block: int = 0
    paragraph: int = 0
    leftwards: bool = False


def reading(
    *rows: Row | str,
    confidence: float = 95.0,
    sure: Mapping[str, float] | None = None,
    page: Matrix | None = None,
    upright: Matrix | None = None,
    after: Sequence[str] = (),
    **changes: Any,
) -> RecognitionResult:
    """What an engine might have read.

    Args:
        rows: from above; one without text was missed, and leaves its place empty.
        confidence: of every word, 0–100.
        sure: confidence of single words.
        page: the map from the upright page to the page that was read; None where that is the same.
        upright: the map from the upright page to the source image; None where that is the same.
        after: kinds of the steps that were taken before.
        changes: fields of the result.
    """
    onto = geometry.identity() if page is None else page
    to_source = (geometry.identity() if upright is None else upright) @ geometry.invert(onto)
    given = [row if isinstance(row, Row) else Row(row) for row in rows]
    lines = []
    for number, row in enumerate(given):
        top = number * STEP if row.top is None else row.top
        words = [
            _word(text, Box.around(geometry.apply(onto, box.corners())), (sure or {}).get(text, confidence), to_source)
            for text, box in _boxes(row, top)
        ]
        if words:
            lines.append(_line(words[::-1] if row.leftwards else words, row, to_source))
    values = {
        "source": Source("made.png", width=1000, height=1000),
        "width": 1000,
        "height": 1000,
        "engine": "made 1",
        "language": "eng",
        "seconds": 0.25,
        **changes,
    }
    return RecognitionResult(
        text_of(lines), tuple(lines), steps=tuple(map(Step, after)), to_source=as_map(to_source), **values
    )


def places(*rows: Row | str, upright: Matrix | None = None) -> list[tuple[str, np.ndarray]]:
    """The words of the rows and their corners, (4, 2), on the source image."""
    given = [row if isinstance(row, Row) else Row(row) for row in rows]
    onto = geometry.identity() if upright is None else upright
    return [
        (text, geometry.apply(onto, box.corners()))
        for number, row in enumerate(given)
        for text, box in _boxes(row, number * STEP if row.top is None else row.top)
    ]


def texts(result: RecognitionResult) -> list[str]:
    """The lines of a result."""
    return [line.text for line in result.lines]


def _boxes(row: Row, top: float) -> list[tuple[str, Box]]:
    made, column = [], 0
    for blank, signs in groupby(row.text, str.isspace):
        text = "".join(signs)
        left = row.left + column * LETTER
        if not blank:
            made.append((text, Box(left, top, left + len(text) * LETTER, top + HEIGHT)))
        column += len(text)
    return made


def _word(text: str, box: Box, confidence: float, to_source: Matrix) -> Word:
    return Word(text, confidence, box, as_quad(geometry.apply(to_source, box.corners())))


def _line(words: Sequence[Word], row: Row, to_source: Matrix) -> Line:
    box = Box.around(np.concatenate([word.box.corners() for word in words]))
    return Line(tuple(words), box, as_quad(geometry.apply(to_source, box.corners())), row.block, row.paragraph)
