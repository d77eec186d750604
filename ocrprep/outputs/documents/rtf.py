r"""Rich text (RTF 1.9.1): paragraphs, headings and tables; a section with its own paper for each page.

The writer is our own: no library under a licence that this package can take on is kept up, and what is needed of the
format is little. Everything but ASCII is written as ``\uN?``, by code units of UTF-16.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.outputs.documents._blocks import Block, Heading, Table, blocks_of
from ocrprep.outputs.documents._book import title_of
from ocrprep.outputs.documents._paper import paper_of
from ocrprep.outputs.documents._xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents._paper import Paper
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_TWIPS = 20
"""In a point."""
_BORDER = "".join(rf"\clbrdr{side}\brdrs\brdrw10" for side in "tlbr")


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    for sheet in sheets:
        if sheet.number == 1:
            title = _escaped(title_of(sheet))
            to.write(rb"{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}")
            to.write(f"{{\\info{{\\title {title}}}}}\n".encode())
        paper = paper_of(sheet)
        width, height, margin = (round(value * _TWIPS) for value in (paper.width, paper.height, paper.margin))
        size = rf"\pgwsxn{width}\pghsxn{height}\marglsxn{margin}\margrsxn{margin}\margtsxn{margin}\margbsxn{margin}"
        to.write(((r"\sect" if sheet.number > 1 else "") + rf"\sectd\sbkpage{size}" + "\n").encode())
        to.writelines(f"{_block(block, paper)}\n".encode() for block in blocks_of(sheet))
    to.write(b"}")


def _block(block: Block, paper: Paper) -> str:
    if isinstance(block, Table):
        return _table(block, paper)
    direction = r"\rtlpar\qr\rtlch" if block.leftwards else r"\ltrpar\ltrch"
    look = ""
    if isinstance(block, Heading):
        look = r"\b\fs32"
    elif block.note:
        look = r"\i"
    return rf"{{\pard\plain\sa120{direction}\fs24{look} {_escaped(block.text)}\par}}"


def _table(table: Table, paper: Paper) -> str:
    count = len(table.rows[0])
    inner = (paper.width - 2 * paper.margin) * _TWIPS
    edges = "".join(rf"{_BORDER}\cellx{round(inner * (place + 1) / count)}" for place in range(count))
    side, direction = (r"\rtlrow", r"\rtlpar\qr\rtlch") if table.leftwards else (r"\ltrrow", r"\ltrpar\ltrch")
    made = []
    for row in table.rows:
        cells = "".join(rf"\pard\plain\intbl{direction}\fs24 {_escaped(cell)}\cell" + "\n" for cell in row)
        made.append(rf"{{\trowd\trgaph80{side}{edges}" + "\n" + cells + r"\row}")
    return "\n".join([*made, r"{\pard\plain\fs12\par}"])


def _escaped(text: str) -> str:
    made = []
    for sign in xml_text(" ".join(text.split())):
        if sign in "\\{}":
            made.append(f"\\{sign}")
        elif sign.isascii():
            made.append(sign)
        else:
            units = sign.encode("utf-16-le")
            made += [f"\\u{unit}?" for unit in struct.unpack(f"<{len(units) // 2}h", units)]
    return "".join(made)
