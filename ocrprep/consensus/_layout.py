"""Elected words put into the lines of the reading that found the best layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.result import Line, Word, as_quad

if TYPE_CHECKING:
    from ocrprep.consensus._ballot import Elected
    from ocrprep.consensus._seen import Seen
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
    rows: dict[int, _Row] = {}
    new: list[_Item] = []
    for item, word in zip(items, words_of(result, base, items), strict=True):
        anchors = [seen for seen in item.all_seen if seen.reading == base]
        if anchors:
            first = min(anchors, key=lambda seen: (seen.line, seen.place))
            row = rows.setdefault(first.line, _Row(result.lines[first.line].box))
            row.anchored.append((first.place, item.box.left, _Item(item, word)))
        else:
            new.append(_Item(item, word))
    for row in rows.values():
        row.settle()
    to_source = np.array(result.to_source).reshape(3, 3)
    homeless = _taken_in(rows, new)
    lines = [_line(result.lines[number], rows[number].words, to_source) for number in sorted(rows)]
    for words in _new_rows(homeless):
        _put_in(lines, words, to_source)
    return tuple(lines)


class _Item(NamedTuple):
    item: Elected
    word: Word

    @property
    def box(self) -> Box:
        return self.item.box


class _Row:
    """A line of the base and the words that it has by now; its frame grows along the line with each."""

    def __init__(self, frame: Box) -> None:
        self.frame = frame
        self.anchored: list[tuple[int, float, _Item]] = []
        self.items: list[_Item] = []

    @property
    def words(self) -> list[Word]:
        return [item.word for item in self.items]

    def settle(self) -> None:
        """Order the words that the base saw as it saw them."""
        by_place = sorted(self.anchored, key=lambda entry: entry[0])
        leftward = len(by_place) > 1 and by_place[0][1] > by_place[-1][1]
        by_place.sort(key=lambda entry: (entry[0], -entry[1] if leftward else entry[1]))
        self.items = [item for _, _, item in by_place]

    def gap(self, box: Box) -> float | None:
        """How far beside the line a box lies; None for one that is not on its level or too far away."""
        frame = self.frame
        if not _on_level(frame, box):
            return None
        gap = max(0.0, box.left - frame.right, frame.left - box.right)
        return gap if gap <= _BESIDE * frame.height else None

    def take(self, item: _Item) -> None:
        """Put a word where it stands."""
        middles = [_across(own.box) for own in self.items]
        middle = _across(item.box)
        # A script that runs to the left goes down where others go up.
        leftward = len(middles) > 1 and middles[0] > middles[-1]
        after = (own < middle for own in middles) if leftward else (own > middle for own in middles)
        place = next((number for number, is_after in enumerate(after) if is_after), len(middles))
        self.items.insert(place, item)
        frame = self.frame
        self.frame = Box(min(frame.left, item.box.left), frame.top, max(frame.right, item.box.right), frame.bottom)


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


def _taken_in(rows: dict[int, _Row], items: list[_Item]) -> list[_Item]:
    """Put words into the nearest line on whose level they stand, the nearest word first; returns those without one."""
    waiting = sorted(items, key=lambda item: (item.box.top, item.box.left, item.word.text))
    while True:
        near = [
            (gap, number, place)
            for place, item in enumerate(waiting)
            for number, row in rows.items()
            if (gap := row.gap(item.box)) is not None
        ]
        if not near:
            return waiting
        _, number, place = min(near)
        rows[number].take(waiting.pop(place))


def _on_level(frame: Box, box: Box) -> bool:
    # A tall box, such as a frame that was read as a sign, is on the level of many lines and belongs to none.
    shared = min(frame.bottom, box.bottom) - max(frame.top, box.top)
    return shared >= _LEVEL * min(frame.height, box.height) and box.height <= 2.0 * frame.height


def _across(box: Box) -> float:
    return (box.left + box.right) / 2.0


def _line(line: Line, words: Sequence[Word], to_source: Matrix) -> Line:
    box = Box.union((line.box, *(word.box for word in words)))
    quad = line.source_quad if box == line.box else _quad(box, to_source)
    return replace(line, words=tuple(words), box=box, source_quad=quad)


def _new_rows(items: list[_Item]) -> list[list[Word]]:
    """Words that no line took in, as lines of their own, from above."""
    made: list[list[Word]] = []
    waiting = sorted(items, key=lambda item: (-item.box.width, item.box.top, item.box.left, item.word.text))
    while waiting:
        row = _Row(waiting[0].box)
        row.items.append(waiting[0])
        waiting = _taken_in({0: row}, waiting[1:])
        made.append(_in_reading_order(row.items))
    return sorted(made, key=lambda words: (words[0].box.top, words[0].box.left, words[0].text))


def _in_reading_order(items: Sequence[_Item]) -> list[Word]:
    """A line's words from left to right, or from right to left where the reading that saw most of them has them so."""
    lines: dict[tuple[int, int], list[Seen]] = {}
    for item in items:
        for seen in item.item.seen:
            lines.setdefault((seen.reading, seen.line), []).append(seen)
    longest = max(lines.values(), key=len)
    first, last = (pick(longest, key=lambda seen: seen.place) for pick in (min, max))
    words = [item.word for item in sorted(items, key=lambda item: (_across(item.box), item.word.text))]
    return words[::-1] if first.left > last.left else words


def _put_in(lines: list[Line], words: Sequence[Word], to_source: Matrix) -> None:
    """Put a new line among those of its column by height, or where there is no column, after the last one above it."""
    box = Box.union(word.box for word in words)
    above = [place for place, line in enumerate(lines) if _middle(line.box) <= _middle(box)]
    column = [
        place for place, line in enumerate(lines) if min(line.box.right, box.right) > max(line.box.left, box.left)
    ]
    over = [place for place in column if place in above] or ([] if column else above)
    if over:
        before = max(over, key=lambda place: (_middle(lines[place].box), place))
    else:
        before = min(column, key=lambda place: (_middle(lines[place].box), place), default=0) - 1
    block, paragraph = _number(lines, before)
    lines.insert(before + 1, Line(tuple(words), box, _quad(box, to_source), block, paragraph))


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2.0


def _number(lines: Sequence[Line], before: int) -> tuple[int, int]:
    """Block and paragraph of a line between two others: theirs if they share one, else those of a block of its own."""
    if 0 <= before < len(lines) - 1:
        one, other = lines[before], lines[before + 1]
        if (one.block, one.paragraph) == (other.block, other.paragraph):
            return one.block, one.paragraph
    return max((line.block for line in lines), default=-1) + 1, 0
