"""A page as paragraphs, headings and tables in reading order, for the formats that flow.

What is decided here, and what is not:

- Words, their order in a line and the order of lines are the engine's. A table is found by where words stand (see
  ``_tables``) and stands where its first line was read.
- Lines of a paragraph are joined by blanks. A hyphen at the end of a line stays and gets its blank, as nobody can
  tell "re- port" from "well- known" without a dictionary; only a soft hyphen (U+00AD), which says itself that it is
  none, goes away together with the blank.
- A heading is a line or two, alone, read with confidence, and much larger than the page's text; what is less clear
  stays a paragraph.
- Text that runs from the right is marked, and tables of such text have their first column on the right.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from ocrprep.outputs.documents._rows import Spot, in_order, upright
from ocrprep.outputs.documents._tables import Found, tables_of

if TYPE_CHECKING:
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.result import Line

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_LARGER = 1.5
"""How many times as tall as the page's text a heading is."""
_LONGEST = 12
"""Words of a heading."""
_SURE = 60.0
"""Confidence of a heading: noise and pictures are read as large, doubtful letters."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line or two in large type."""

    text: str
    leftwards: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text.

    Args:
        lines: as they stand on the page; at least one.
        leftwards: whether it runs from the right.
        note: whether it was not read but tells why nothing was.
    """

    lines: tuple[str, ...]
    leftwards: bool = False
    note: bool = False

    @property
    def text(self) -> str:
        """The lines as one; see the module about hyphens."""
        return joined(self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in rows and columns.

    Args:
        rows: from above, each with as many cells, in the order in which they are read; a cell may be empty.
        rivers: (left, right) of the gaps between columns, on the upright page and from its left.
        leftwards: whether the first column is the one on the right.
    """

    rows: tuple[tuple[str, ...], ...]
    rivers: tuple[tuple[float, float], ...]
    leftwards: bool = False


Block: TypeAlias = Heading | Paragraph | Table


def blocks_of(sheet: Sheet) -> list[Block]:
    """The page in reading order; of a failed page a paragraph that says so; none for an empty page."""
    if sheet.note:
        return [Paragraph((sheet.note,), note=True)]
    return arranged(sheet.lines)


def arranged(lines: Sequence[Line]) -> list[Block]:
    """The blocks of some lines in reading order."""
    spots = upright(lines)
    placed: list[tuple[int, Block]] = []
    taken: set[tuple[int, int]] = set()
    for found in tables_of(spots):
        words = [spot for row in found.rows for cell in row for spot in cell]
        taken.update((spot.line, spot.place) for spot in words)
        placed.append((min(spot.line for spot in words), _table(found, words)))
    rest = [(number, [spot for spot in row if (number, spot.place) not in taken]) for number, row in enumerate(spots)]
    usual = median([_height(row) for row in spots]) if len(spots) > 2 else float("inf")
    # A paragraph does not run on behind a table.
    tables = {number for number, _ in placed}
    broken, group = {}, 0
    for number in range(len(lines)):
        group += number in tables
        broken[number] = group
    for _, held in groupby(
        ((number, row) for number, row in rest if row),
        key=lambda item: (lines[item[0]].block, lines[item[0]].paragraph, broken[item[0]]),
    ):
        group_of = list(held)
        placed.append((group_of[0][0], _paragraph([row for _, row in group_of], usual)))
    return [block for _, block in sorted(placed, key=lambda item: (item[0], not isinstance(item[1], Table)))]


def joined(lines: Iterable[str]) -> str:
    """Lines as one line."""
    text = ""
    for line in lines:
        text = text[:-1] + line if text.endswith(_SOFT_HYPHEN) else f"{text} {line}" if text else line
    return text


def runs_leftwards(text: str) -> bool:
    """Whether most letters are of scripts that are written from the right."""
    counts = Counter(unicodedata.bidirectional(sign) for sign in text)
    return counts["R"] + counts["AL"] > counts["L"]


def _table(found: Found, words: Sequence[Spot]) -> Table:
    leftwards = runs_leftwards(" ".join(spot.word.text for spot in words))
    rows = []
    for row in found.rows:
        cells = [_text(in_order(cell, leftwards=leftwards)) for cell in row]
        rows.append(tuple(cells[::-1] if leftwards else cells))
    return Table(tuple(rows), tuple(found.rivers), leftwards)


def _paragraph(rows: Sequence[Sequence[Spot]], usual: float) -> Heading | Paragraph:
    lines = tuple(_text(sorted(row, key=lambda spot: spot.place)) for row in rows)
    leftwards = runs_leftwards(" ".join(lines))
    words = [spot.word for row in rows for spot in row]
    signs = "".join(word.text for word in words)
    if (
        len(rows) <= 2
        and len(words) <= _LONGEST
        and min(_height(row) for row in rows) >= _LARGER * usual
        and min(word.confidence for word in words) >= _SURE
        and sum(sign.isalpha() for sign in signs) >= max(3, 0.6 * len(signs))
    ):
        return Heading(joined(lines), leftwards)
    return Paragraph(lines, leftwards)


def _height(row: Sequence[Spot]) -> float:
    return median(spot.height for spot in row)


def _text(spots: Iterable[Spot]) -> str:
    return " ".join(spot.word.text for spot in spots)
