"""Tables, found from where words stand.

A column ends at a *river*: a strip of paper that runs down between the words of several rows. A gap of a row supports
a river if it is clearly wider than the gaps inside of the row's cells: in a justified paragraph all gaps of a line
are wide, so none is, and no table comes of it. Rows are divided into tables and other text so that as many gaps as
possible are explained by as few rivers as possible (dynamic programming over the rows). Running text that stands in
columns, as in a newspaper, is taken out before. Engines' blocks are not asked: they cut tables by rows or by columns,
as their page segmentation wants it.

What stands behind nothing but the number or the bullet of a list is no column; so a column of bare signs or single
small letters, as which bullets are read, is none either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from ocrprep.outputs.documents._rows import Spot, pieces_of, rows_of
from ocrprep.outputs.documents._running import running

Row: TypeAlias = list[Spot]
Gap: TypeAlias = tuple[float, float]

_WIDE = 0.8
"""Of the page's word height: the narrowest river."""
_SPACE = 0.6
"""Of the height of two words: what is never more than a space, however small the page's type is."""
_WIDEST_SPACE = 0.95
"""Likewise: the space of a typewriter."""
_SPACES = 1.6
"""How much wider than a space between words a river, and a gap that supports one, must be."""
_RIVER = 1.2
"""What a river costs; a supporting gap is worth 1, or less where it is hardly wide enough."""
_UNDIVIDED = 0.4
"""What a row costs that supports none of the rivers."""
_MANY = 3
"""From how many gaps on it can be told whether they are alike."""
_ALIKE = 1.3
"""The widest of gaps that are alike, in terms of the narrowest."""
_CROSSED, _EVEN = 0.5, 0.59
"""What a gap gives that holds more than one river, and one of a row whose gaps are alike, if all are at
rivers: two such rows are no table yet."""
_LEADER = re.compile(r"\.{2,}|[.·•…‥_\-‐–—=~|¦‖]{3,}|[|¦‖]+")
"""Dots that lead to a page number, a line to write on, a ruled line: no text that would fill a river."""
_MARKER = re.compile(r"\(?(\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})[.)]|[a-z]|[^\w\s]{1,2}")
"""The number or the bullet of a list."""


@dataclass(frozen=True, slots=True)
class Found:
    """A table.

    Args:
        rows: from above, each a list of cells from the left, each a list of words from the left.
        rivers: where the columns end, one less than there are columns.
    """

    rows: list[list[list[Spot]]]
    rivers: list[Gap]


def tables_of(lines: Sequence[Sequence[Spot]]) -> list[Found]:
    """The tables among the words, from above.

    Args:
        lines: the engine's, upright, from the left.
    """
    least = _least(lines)
    pieces = pieces_of(lines, least)
    text = running(pieces)
    rows = rows_of([item for place, item in enumerate(pieces) if place not in text])
    return [_cut(rows[first : last + 1], rivers) for first, last, rivers in _best([_gaps(row) for row in rows], least)]


def _least(lines: Sequence[Sequence[Spot]]) -> float:
    """The width of the narrowest river of a page."""
    height = median([spot.height for row in lines for spot in row] or [1.0])
    spaces = sorted(b.left - a.right for row in lines for a, b in pairwise(row) if b.left > a.right)
    # Not the median: on a page of numbers in columns most gaps are rivers, and on some all are.
    space = spaces[len(spaces) * 3 // 10] if spaces else 0.0
    return max(_WIDE * height, _SPACES * space if space < _WIDEST_SPACE * height else 0.0)


@dataclass(frozen=True, slots=True)
class _Gaps:
    """A row as the search sees it.

    Args:
        inked: (left, right) of each run of words without a gap.
        gaps: between them.
        marked: those of the gaps that set off nothing but the bullet of a list, or a stray sign.
        even: whether all gaps are alike, as in a justified line.
    """

    inked: list[Gap]
    gaps: list[Gap]
    marked: set[Gap]
    even: bool


def _gaps(row: Row) -> _Gaps:
    words = [spot for spot in row if not _LEADER.fullmatch(spot.word.text)]
    inked: list[Gap] = []
    height = 0.0
    for spot in words:
        # A space between large letters may be as wide as a river of the page.
        if inked and spot.left - inked[-1][1] <= max(0.0, _SPACE * min(height, spot.height)):
            inked[-1] = inked[-1][0], max(inked[-1][1], spot.right)
        else:
            inked.append((spot.left, spot.right))
        height = spot.height
    gaps = [(a[1], b[0]) for a, b in pairwise(inked)]
    ends = {spot.left: spot for spot in words if _MARKER.fullmatch(spot.word.text)}
    first = gaps[:1] if inked and inked[0][0] in ends else []
    last = gaps[-1:] if inked and _stray(ends.get(inked[-1][0])) else []
    wide = sorted(gap[1] - gap[0] for gap in gaps)
    return _Gaps(inked, gaps, {*first, *last}, len(gaps) >= _MANY and wide[-1] < _ALIKE * wide[0])


def _stray(spot: Spot | None) -> bool:
    return spot is not None and not any(sign.isalnum() for sign in spot.word.text)


def _best(rows: Sequence[_Gaps], least: float) -> list[tuple[int, int, list[Gap]]]:
    """First and last row and the rivers of each table: the division of the rows that is worth most."""
    worth = [0.0] * (len(rows) + 1)
    chosen: list[tuple[int, list[Gap]] | None] = [None] * (len(rows) + 1)
    candidates: dict[int, list[tuple[int, float, list[Gap]]]] = {}
    for first in range(len(rows)):
        for last, value, rivers in _from(rows, first, least):
            candidates.setdefault(last, []).append((first, value, rivers))
    for end in range(1, len(rows) + 1):
        worth[end] = worth[end - 1]
        for first, value, rivers in candidates.get(end - 1, ()):
            if worth[first] + value > worth[end] + 1e-9:
                worth[end], chosen[end] = worth[first] + value, (first, rivers)
    found, end = [], len(rows)
    while end > 0:
        pick = chosen[end]
        if pick is None:
            end -= 1
        else:
            found.append((pick[0], end - 1, pick[1]))
            end = pick[0]
    return found[::-1]


def _from(rows: Sequence[_Gaps], first: int, least: float) -> list[tuple[int, float, list[Gap]]]:
    """What a table that begins with this row is worth, for each last row that divides it."""
    made: list[tuple[int, float, list[Gap]]] = []
    rivers = [gap for gap in rows[first].gaps if gap[1] - gap[0] >= least]
    inked = rows[first].inked
    total: list[float] = []
    idle = 0
    for last in range(first, len(rows)):
        if last > first:
            inked = _merged(inked, rows[last].inked)
            now = [(a[1], b[0]) for a, b in pairwise(inked) if b[0] - a[1] >= least]
            same = len(now) == len(rivers) and all(a[0] < d and c < a[1] for a, (c, d) in zip(now, rivers, strict=True))
            rivers = now
        else:
            same = False
        if not rivers:
            break
        added = (
            [_support(rows[last], rivers, least)]
            if same
            else [_support(row, rivers, least) for row in rows[first : last + 1]]
        )
        total = [sum(column) for column in zip(*([total] if same else []), *added, strict=True)]
        idle = (idle if same else 0) + sum(not any(row) for row in added)
        if last > first and any(added[-1]):
            kept = [(river, value - _RIVER) for river, value in zip(rivers, total, strict=True) if value > _RIVER]
            value = sum(value for _, value in kept) - _UNDIVIDED * idle
            if kept and value > 0:
                made.append((last, value, [river for river, _ in kept]))
    return made


def _support(row: _Gaps, rivers: Sequence[Gap], least: float) -> list[float]:
    """What this row gives to each river, 0–1."""
    here: list[Gap | None] = [
        next((gap for gap in row.gaps if gap[0] <= river[0] and river[1] <= gap[1]), None) for river in rivers
    ]
    inside = [gap[1] - gap[0] for gap in row.gaps if gap not in here]
    usual = median(inside) if inside else 0.0
    if row.even and inside:
        return [0.0] * len(rivers)
    given = []
    for gap in here:
        wide = 0.0 if gap is None or gap in row.marked else gap[1] - gap[0]
        crossed = gap is not None and here.count(gap) > 1
        enough = wide >= least and wide > _SPACES * usual
        most = _CROSSED if crossed else _EVEN if row.even else 1.0
        given.append(min(most, wide / (2 * least)) if enough else 0.0)
    return given


def _merged(one: Sequence[Gap], other: Sequence[Gap]) -> list[Gap]:
    made: list[Gap] = []
    for left, right in sorted([*one, *other]):
        if made and left <= made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], right)
        else:
            made.append((left, right))
    return made


def _cut(rows: Sequence[Row], rivers: list[Gap]) -> Found:
    """The words of the rows in their cells."""
    made = []
    for row in rows:
        cells: list[list[Spot]] = [[] for _ in range(len(rivers) + 1)]
        for spot in row:
            # A leader begins in its cell and may run on through the river.
            at = spot.left if _LEADER.fullmatch(spot.word.text) else (spot.left + spot.right) / 2
            cells[sum(at >= (river[0] + river[1]) / 2 for river in rivers)].append(spot)
        made.append(cells)
    return Found(made, rivers)
