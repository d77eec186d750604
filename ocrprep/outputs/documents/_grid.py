"""A page as rows and columns, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.outputs.documents._blocks import Block, Heading, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Grid:
    """A page as a spreadsheet shows it.

    Args:
        rows: from above, each as long as the page has columns; cells may be empty.
        leftwards: whether the first column belongs on the right.
        note: whether the page was not read, and its only cell says why.
    """

    rows: tuple[tuple[str, ...], ...]
    leftwards: bool = False
    note: bool = False


def grid_of(blocks: Sequence[Block]) -> Grid:
    """The rows of all blocks in reading order over the columns that the tables of the page have in common.

    Rivers of two tables that lie beside each other are one; a cell of a table that has fewer rivers than the page
    stands in the first of the columns that it covers. A line of a paragraph is one cell in the first column.
    """
    tables = [block for block in blocks if isinstance(block, Table)]
    leftwards = sum(table.leftwards for table in tables) * 2 > len(tables)
    rivers = _common([river for table in tables for river in table.rivers])
    width = len(rivers) + 1
    rows = [row for block in blocks for row in _rows(block, rivers, leftwards=leftwards)]
    note = any(isinstance(block, Paragraph) and block.note for block in blocks)
    return Grid(tuple((*row, *[""] * (width - len(row))) for row in rows), leftwards, note)


def _common(rivers: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Rivers that overlap as one: the part that they share."""
    made: list[tuple[float, float]] = []
    for left, right in sorted(rivers):
        if made and left < made[-1][1]:
            made[-1] = left, min(right, made[-1][1])
        else:
            made.append((left, right))
    return made


def _rows(block: Block, rivers: Sequence[tuple[float, float]], *, leftwards: bool) -> Iterator[tuple[str, ...]]:
    if isinstance(block, Heading):
        yield (block.text,)
    elif isinstance(block, Paragraph):
        yield from ((line,) for line in block.lines)
    else:
        # Of each river of the table, which one of the page's it is; its next column begins behind that.
        begins = [0, *(sum(other[0] < river[1] for other in rivers) for river in block.rivers)]
        for cells in block.rows:
            row = [""] * (len(rivers) + 1)
            for begin, text in zip(begins, cells[::-1] if block.leftwards else cells, strict=True):
                row[begin] = text
            yield tuple(row[::-1] if leftwards else row)
