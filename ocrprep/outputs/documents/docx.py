"""Word: paragraphs, headings and tables; a section with its own paper for each page.

The text flows; it does not stand where it stood on the page. The date in the document's properties is the same in all
documents, so that the same pages give the same bytes. The library holds the whole document in memory.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from ocrprep.outputs.documents._blocks import Block, Heading, Paragraph, Table, blocks_of
from ocrprep.outputs.documents._book import UNDETERMINED, language_of, title_of
from ocrprep.outputs.documents._library import library
from ocrprep.outputs.documents._paper import paper_of
from ocrprep.outputs.documents._xml import xml_text
from ocrprep.outputs.documents._zips import EPOCH, timeless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_IN_MEMORY = 4 << 20


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document.

    Raises:
        OutputError: python-docx is not installed.
    """
    del options
    document = library("docx").Document()
    for sheet in sheets:
        if sheet.number == 1:
            _describe(document, sheet)
        else:
            document.add_section(library("docx.enum.section").WD_SECTION.NEW_PAGE)
        _size(document.sections[-1], sheet)
        _fill(document, blocks_of(sheet))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as aside:
        document.save(aside)
        aside.seek(0)
        timeless(aside, to)


def _describe(document: Any, sheet: Sheet) -> None:
    known, language = document.core_properties, language_of(sheet)
    known.title, known.author, known.last_modified_by, known.comments = title_of(sheet)[:255], "ocrprep", "ocrprep", ""
    known.created = known.modified = datetime(*EPOCH)  # noqa: DTZ001 - the library takes all dates for UTC
    if language != UNDETERMINED:
        known.language = language
        for tag in document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang"):
            for name in ("w:val", "w:eastAsia", "w:bidi"):
                tag.set(library("docx.oxml.ns").qn(name), language)


def _size(section: Any, sheet: Sheet) -> None:
    points, paper = library("docx.shared").Pt, paper_of(sheet)
    orientation = library("docx.enum.section").WD_ORIENTATION
    section.orientation = orientation.LANDSCAPE if paper.width > paper.height else orientation.PORTRAIT
    section.page_width, section.page_height = points(paper.width), points(paper.height)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = points(paper.margin)
    section.header_distance = section.footer_distance = points(paper.margin / 2)


def _fill(document: Any, blocks: Sequence[Block]) -> None:
    before: Block | None = None
    for block in blocks:
        if isinstance(block, Table):
            if isinstance(before, Table):
                # Word makes one of two tables that touch.
                document.add_paragraph()
            _table(document, block)
        else:
            _text(document, block)
        before = block
    if isinstance(before, Table):
        document.add_paragraph()


def _text(document: Any, block: Heading | Paragraph) -> None:
    made = document.add_paragraph(style="Heading 1" if isinstance(block, Heading) else None)
    run = made.add_run(xml_text(block.text))
    run.italic = True if isinstance(block, Paragraph) and block.note else None
    if block.leftwards:
        _from_the_right(made)


def _table(document: Any, block: Table) -> None:
    made = document.add_table(rows=len(block.rows), cols=len(block.rows[0]), style="Table Grid")
    for row, texts in zip(made.rows, block.rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.paragraphs[0].add_run(xml_text(text))
            if block.leftwards:
                _from_the_right(cell.paragraphs[0])
    if block.leftwards:
        made.table_direction = library("docx.enum.table").WD_TABLE_DIRECTION.RTL


def _from_the_right(paragraph: Any) -> None:
    element = library("docx.oxml.parser").OxmlElement
    paragraph._p.get_or_add_pPr().append(element("w:bidi"))  # noqa: SLF001 - the library knows no direction
    for run in paragraph.runs:
        run.font.rtl = True
