"""Tesseract's table of a page as lines and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocrprep.geometry import Box
from ocrprep.result import Line, Word, quad_on_source

if TYPE_CHECKING:
    from ocrprep.page import Page

_COLUMNS = 12
_LINE, _WORD = "4", "5"


def lines_of(tsv: str, page: Page) -> tuple[Line, ...]:
    """The lines that hold a word, in the engine's order.

    Args:
        tsv: columns level, page, block, paragraph, line, word, left, top, width, height, confidence, text. Blocks and
            paragraphs are numbered from 1; here from 0.
        page: what was read; its map gives the places on the source.
    """
    lines: list[Line] = []
    words: list[Word] = []
    head: list[str] = []
    for row in tsv.split("\n"):
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] not in {_LINE, _WORD}:
            continue
        if cells[0] == _LINE:
            _close(lines, head, words, page)
            head, words = cells, []
        elif cells[11].strip():
            box = _box(cells)
            words.append(Word(cells[11], float(cells[10]), box, quad_on_source(page, box)))
    _close(lines, head, words, page)
    return tuple(lines)


def _close(lines: list[Line], head: list[str], words: list[Word], page: Page) -> None:
    if words:
        box = _box(head)
        lines.append(Line(tuple(words), box, quad_on_source(page, box), int(head[2]) - 1, int(head[3]) - 1))


def _box(cells: list[str]) -> Box:
    left, top, width, height = map(float, cells[6:10])
    return Box(left, top, left + width, top + height)
