"""A workbook with a sheet for each page: the words in the rows and columns in which they stand (see ``_grid``).

All cells are text. A number that was read is not made one: "007" would lose its zeros, "1.234" be one thing here and
another there, and "1/2" become a day. What begins with ``=`` is text as well, and never a formula. Rows and columns are
as many as were read; a column is as wide as its text, up to 60 characters.
"""

from __future__ import annotations

import tempfile
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from ocrprep.outputs.documents._blocks import blocks_of
from ocrprep.outputs.documents._book import title_of
from ocrprep.outputs.documents._grid import Grid, grid_of
from ocrprep.outputs.documents._library import library
from ocrprep.outputs.documents._xml import xml_text
from ocrprep.outputs.documents._zips import EPOCH, timeless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_WIDEST = 60
_LONGEST = 32767
"""Characters that a cell can hold."""
_FORMULA = "=+-@"
"""With what a formula may begin."""
_IN_MEMORY = 4 << 20


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document.

    Raises:
        OutputError: openpyxl is not installed.
    """
    del options
    openpyxl = library("openpyxl")
    # Cells go to files of their own as they are written, not to memory.
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "ocrprep"
    # A date for all documents, in the zone that the format takes for granted.
    book.properties.created = book.properties.modified = datetime(*EPOCH)  # noqa: DTZ001
    for sheet in sheets:
        if sheet.number == 1:
            book.properties.title = title_of(sheet)
        _fill(book.create_sheet(f"Page {sheet.number}"), grid_of(blocks_of(sheet)))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as aside:
        # Its own ``save`` does the same, but notes the time of saving first.
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            library("openpyxl.writer.excel").ExcelWriter(book, archive).save()
        aside.seek(0)
        timeless(aside, to)


def _fill(page: Any, grid: Grid) -> None:
    styles, cells, utils = library("openpyxl.styles"), library("openpyxl.cell"), library("openpyxl.utils")
    page.sheet_view.rightToLeft = grid.leftwards
    italic = styles.Font(italic=True)
    for column, texts in enumerate(zip(*grid.rows, strict=True), 1):
        if any(texts) and len(grid.rows[0]) > 1:
            page.column_dimensions[utils.get_column_letter(column)].width = min(_WIDEST, 2 + max(map(len, texts)))
    for row in grid.rows:
        made: list[Any] = []
        for text in row:
            if not text:
                made.append(None)
                continue
            cell = cells.WriteOnlyCell(page)
            cell.value = xml_text(text)[:_LONGEST]
            # Set behind the value, from which the library concludes a formula.
            cell.data_type = "s"
            # And it stays text when somebody edits the cell.
            cell.quotePrefix = text[0] in _FORMULA
            if grid.note:
                cell.font = italic
            made.append(cell)
        page.append(made)
