"""Elected words put into the lines of the reading that found the best layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.result import Line, Word, as_quad

if TYPE_CHECKING:
    from ocrprep.consensus._ballot import Elected
    from ocrprep.geometry import Matrix
    from ocrprep.result import Quad, RecognitionResult

_BESIDE = 3.0
"""Line heights between the end of a line and a word that still belongs to it."""

_LEVEL = 0.5
"""Share of the lower height that a word and its line have in common."""


def words_of(result: RecognitionResult, base: int, items: Sequence[Elected]) -> list[Word]:
    """The elected words as words of the common page.

    Args:
        result: of the base, whose page is the common page.
        base: its number.
        items: in any order.
    """
    to_source = np.array(result.to_source).reshape(3, 3)
    return [_word(item, base, to_source) for item in items]


def laid_out(result: RecognitionResult, base: int, items: Sequence[Elected]) -> tuple[Line, ...]:
    """Lines in the order of the base; words that it did not see stand in its lines where they fit, else in new ones.

    Args:
        result: of the base.
        base: its number.
        items: the words to keep, in any order.
    """
    words = words_of(result, base, items)
    own: dict[int, list[tuple[tuple[int, float], Word, Box]]] = {}
    new: list[tuple[Elected, Word]] = []
    for item, word in zip(items, words, strict=True):
        anchors = [seen for seen in item.all_seen if seen.reading == base]
        if anchors:
            first = min(anchors, key=lambda seen: (seen.line, seen.place))
            own.setdefault(first.line, []).append(((first.place, item.box.left), word, item.box))
        else:
            new.append((item, word))
    rows = {number: [(word, box) for _, word, box in sorted(own[number], key=lambda row: row[0])] for number in own}
    homeless = [pair for pair in new if not _taken_in(result, rows, *pair)]
    to_source = np.array(result.to_source).reshape(3, 3)
    lines = [_line(result.lines[number], [word for word, _ in rows[number]], to_source) for number in sorted(rows)]
    for row in _new_rows(homeless):
        _put_in(lines, row, to_source)
    return tuple(lines)


def _word(item: Elected, base: int, to_source: Matrix) -> Word:
    seen = item.seen
    if len(seen) == 1 and seen[0].reading == base:
        box, quad = seen[0].word.box, seen[0].word.source_quad
    else:
        box = item.box
        quad = seen[0].word.source_quad if len(seen) == 1 else _quad(box, to_source)
    return Word(item.text, item.confidence, box, quad, item.probability, item.voters, item.alternatives)


def _quad(box: Box, to_source: Matrix) -> Quad:
    return as_quad(geometry.apply(to_source, box.corners()))


def _taken_in(result: RecognitionResult, rows: dict[int, list[tuple[Word, Box]]], item: Elected, word: Word) -> bool:
    """Put a word into the line on whose level it stands, if one is near enough."""
    best: tuple[float, int] | None = None
    for number in rows:
        frame = result.lines[number].box
        low = min(frame.height, item.box.height)
        if min(frame.bottom, item.box.bottom) - max(frame.top, item.box.top) < _LEVEL * low:
            continue
        # A tall box, such as a frame read as a sign, is on the level of many lines and belongs to none.
        if item.box.height > 2.0 * frame.height:
            continue
        gap = max(0.0, item.box.left - frame.right, frame.left - item.box.right)
        if gap <= _BESIDE * frame.height and (best is None or (gap, number) < best):
            best = gap, number
    if best is None:
        return False
    row = rows[best[1]]
    row.insert(_place_in(row, item.box), (word, item.box))
    return True


def _place_in(row: Sequence[tuple[Word, Box]], box: Box) -> int:
    centres = [(own.left + own.right) / 2.0 for _, own in row]
    middle = (box.left + box.right) / 2.0
    if len(centres) > 1 and centres[0] > centres[-1]:
        # A script that runs to the left.
        return next((place for place, centre in enumerate(centres) if centre < middle), len(row))
    return next((place for place, centre in enumerate(centres) if centre > middle), len(row))


def _line(line: Line, words: Sequence[Word], to_source: Matrix) -> Line:
    frames = [word.box for word in words]
    own = line.box
    box = Box(
        min(own.left, *(frame.left for frame in frames)),
        min(own.top, *(frame.top for frame in frames)),
        max(own.right, *(frame.right for frame in frames)),
        max(own.bottom, *(frame.bottom for frame in frames)),
    )
    quad = line.source_quad if box == own else _quad(box, to_source)
    return replace(line, words=tuple(words), box=box, source_quad=quad)


def _new_rows(items: Sequence[tuple[Elected, Word]]) -> list[list[Word]]:
    """Words that no line took in, in rows as the reading that gives their place has them, from above."""
    rows: dict[tuple[int, int], list[tuple[int, Word]]] = {}
    for item, word in items:
        seen = item.seen[0]
        rows.setdefault((seen.reading, seen.line), []).append((seen.place, word))
    made = [[word for _, word in sorted(row, key=lambda entry: entry[0])] for row in rows.values()]
    return sorted(made, key=lambda row: (row[0].box.top, row[0].box.left, row[0].text))


def _put_in(lines: list[Line], words: Sequence[Word], to_source: Matrix) -> None:
    """Put a new line after the last one that stands above it in the same column, or above it at all."""
    frames = [word.box for word in words]
    box = Box(
        min(frame.left for frame in frames),
        min(frame.top for frame in frames),
        max(frame.right for frame in frames),
        max(frame.bottom for frame in frames),
    )
    above = [place for place, line in enumerate(lines) if _middle(line.box) <= _middle(box)]
    column = [place for place in above if min(lines[place].box.right, box.right) > max(lines[place].box.left, box.left)]
    nearest = max(column or above, key=lambda place: (_middle(lines[place].box), place), default=-1)
    block, paragraph = _number(lines, nearest)
    lines.insert(nearest + 1, Line(tuple(words), box, _quad(box, to_source), block, paragraph))


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2.0


def _number(lines: Sequence[Line], before: int) -> tuple[int, int]:
    """Block and paragraph of a line between two others: theirs if they share one, else those of a block of its own."""
    if 0 <= before < len(lines) - 1:
        one, other = lines[before], lines[before + 1]
        if (one.block, one.paragraph) == (other.block, other.paragraph):
            return one.block, one.paragraph
    return max((line.block for line in lines), default=-1) + 1, 0
