"""Tesseract's table: its twelve columns, a row for the page and for each block, paragraph, line and word.

``level`` is 1 for a page, 2 for a block, 3 for a paragraph, 4 for a line and 5 for a word. The numbers of blocks,
paragraphs, lines and words count from 1 within what is around them, ``page_num`` from 1 within the document.

``left``, ``top``, ``width`` and ``height`` are the upright box around a thing: of pixels whole numbers, each edge the
nearest, so that a row is what Tesseract itself would write; of points decimals with two digits. The table has no place
for a remark that its readers would not take for a row. So a file says its coordinates with what it has: the row of
level 1 holds the size of the page in them, and a point can be told from a pixel by its decimals, which are always
written. ``transform=True`` puts all that is known beside the file.

``conf`` is -1 but for words. The text of a page that could not be read is the reason, in its row of level 1, where a
page that was read has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._raster import blocks_of, raster_of
from ocrprep.outputs.documents._xml import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.outputs.documents._raster import Raster
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.result.frame import Placed

HEADER = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
"""What would end a cell or a row, for this reader or that."""


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    to.write(_row(HEADER))
    for sheet in sheets:
        to.writelines(map(_row, _rows(sheet)))


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    raster = raster_of(sheet)
    page = _cells(raster, (0, 0, raster.width, raster.height))
    yield [*_place(1, sheet.number), *page, "-1", sheet.note]
    for block_number, (block, paragraphs) in enumerate(blocks_of(sheet.result), 1):
        yield _part(raster, block, 2, sheet.number, block_number)
        for paragraph_number, paragraph in enumerate(paragraphs, 1):
            place = [sheet.number, block_number, paragraph_number]
            yield _part(raster, paragraph, 3, *place)
            for line_number, line in enumerate(paragraph.lines, 1):
                yield _part(raster, line, 4, *place, line_number)
                for word_number, word in enumerate(line.words, 1):
                    row = _part(raster, word, 5, *place, line_number, word_number)
                    yield [*row[:-2], number(word.confidence, 6), word.text]


def _part(raster: Raster, item: Placed, level: int, *place: int) -> list[str]:
    return [*_place(level, *place), *_cells(raster, raster.box(item)), "-1", ""]


def _place(level: int, *place: int) -> list[str]:
    return [str(value) for value in (level, *place, 0, 0, 0, 0)][:6]


def _cells(raster: Raster, box: tuple[int, int, int, int]) -> list[str]:
    left, top, right, bottom = box
    cells = (left, top, right - left, bottom - top)
    digits = 2 if raster.per_unit > 1 else 0
    return [f"{cell / raster.per_unit:.{digits}f}" for cell in cells]


def _row(cells: Sequence[str]) -> bytes:
    return ("\t".join(_BREAKS.sub(" ", cell) for cell in cells) + "\n").encode(errors="replace")
