"""The rows and columns of a page as CSV.

RFC 4180: fields that need it in double quotes, lines ended by CR LF. All rows have as many fields as the widest page
needs columns, pages have a row of empty fields between them, and what XLSX shows is what stands here (see ``_grid``).
The file begins with a byte order mark, without which Excel reads UTF-8 as something else; Python's ``utf-8-sig``, R,
pandas and LibreOffice skip it.

Fields are as they were read. A spreadsheet takes one that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and a
page may have been made to be read that way: whoever opens CSV of pages from strangers in a spreadsheet is better served
by XLSX, in which text is marked as text. A sign before such fields would protect spreadsheets, but make "-3.50" another
text for every other reader.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._blocks import blocks_of
from ocrprep.outputs.documents._grid import grid_of
from ocrprep.outputs.documents._xml import put_aside, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_MARK = "\N{BYTE ORDER MARK}".encode()


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    width = 1
    # How wide the widest page is, is only known behind the last one.
    with put_aside() as aside:
        for sheet in sheets:
            rows = grid_of(blocks_of(sheet)).rows
            width = max(width, *(len(row) for row in rows), 1)
            aside.write(_text(([[""]] if sheet.number > 1 else []) + [*map(list, rows)]))
        aside.seek(0)
        to.write(_MARK)
        with io.TextIOWrapper(aside, "utf-8", newline="") as lines:
            to.writelines(_text([[*row, *[""] * (width - len(row))]]) for row in csv.reader(lines))


def _text(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([xml_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode()
