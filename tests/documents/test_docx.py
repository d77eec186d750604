import io
import sys
import zipfile

import docx
import pytest
from lxml import etree

from ocrprep.errors import OutputError
from ocrprep.page import Source
from tests.documents.flowing import CLEANED, NOTE, PARAGRAPHS, TABLE, controls, pages, saved, text_page
from tests.documents.laid import lines, run
from tests.readings import Row, reading

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def body(data: bytes):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml")).find(W + "body")


def text(node) -> str:
    return "".join(item.text or "" for item in node.iter(W + "t"))


def told(data: bytes) -> list:
    """Paragraphs with text as such, tables as rows of cells, and ends of pages as None."""
    found = []
    for item in body(data):
        if item.tag == W + "tbl":
            found.append([[text(cell) for cell in row.iter(W + "tc")] for row in item.iter(W + "tr")])
        elif text(item):
            found.append(text(item))
        if item.tag == W + "sectPr" or item.find(f".//{W}sectPr") is not None:
            found.append(None)
    return found


def test_paragraphs_tables_and_pages_in_their_order():
    expected = [PARAGRAPHS[0], TABLE, *PARAGRAPHS[1:], None, None, NOTE, None, "The last page", None]
    assert told(saved(pages(), "docx")) == expected


def test_the_library_reads_its_own_document():
    read = docx.Document(io.BytesIO(saved(pages(), "docx", title="A & B")))
    assert (read.core_properties.title, read.core_properties.language) == ("A & B", "en")
    assert [[cell.text for cell in row.cells] for row in read.tables[0].rows] == TABLE
    (note,) = [item for item in read.paragraphs if item.text == NOTE]
    assert note.runs[0].italic


def test_each_page_has_its_own_paper():
    sizes = [
        reading("a", source=Source("a.png", width=2480, height=3508, dpi=(300.0, 300.0))),
        reading("b", source=Source("b.png", width=3000, height=1500, dpi=(300.0, 300.0))),
        reading("c", source=Source("c.png", width=30000, height=15000, dpi=(100.0, 100.0))),
    ]
    read = docx.Document(io.BytesIO(saved(sizes, "docx")))
    found = [(round(item.page_width.pt), round(item.page_height.pt)) for item in read.sections]
    assert found == [(595, 842), (720, 360), (1584, 792)]
    marks = body(saved(sizes, "docx")).iter(W + "pgSz")
    assert [item.get(W + "orient") for item in marks] == [None, "landscape", "landscape"]


def test_a_heading_has_its_style():
    title, *rest = lines(
        [[("Title", 100.0, 0.0)], *[run("words of the body", 100, 200 + 45 * row) for row in range(4)]]
    )
    word = title.words[0]
    large = type(word)("Title", 95.0, type(word.box)(100, 0, 400, 90), word.source_quad)
    page = reading()
    page = type(page)("", (type(title)((large,), large.box, title.source_quad, block=9), *rest), page.source, 900, 900)
    assert docx.Document(io.BytesIO(saved(page, "docx"))).paragraphs[0].style.name == "Heading 1"


def test_tables_that_follow_each_other_stay_two():
    rows = ["one    two    three", "four   five   six", "seven  eight  nine"]
    more = ["   name          value", "   size          12", "   cost          15"]
    found = body(saved(reading(*rows, *more), "docx"))
    tags = [item.tag.removeprefix(W) for item in found]
    assert tags == ["tbl", "p", "tbl", "p", "sectPr"]


def test_text_from_the_right_is_marked():
    tree = body(saved(reading(Row("ארבע     לחם", leftwards=True), Row("אחת     חמאה", leftwards=True)), "docx"))
    assert [child.tag.removeprefix(W) for child in next(tree.iter(W + "tblPr"))][:2] == ["tblStyle", "bidiVisual"]
    assert len(list(tree.iter(W + "bidi"))) == len(list(tree.iter(W + "rtl"))) == 4
    tree = body(saved(reading(Row("םולש םלוע", leftwards=True)), "docx"))
    assert len(list(tree.iter(W + "bidi"))) == 1


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    data = saved(controls(), "docx")
    assert told(data) == [CLEANED, None]
    assert saved(pages(), "docx") == saved(pages(), "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_without_python_docx_the_error_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(OutputError, match="docx") as caught:
        saved(text_page(), "docx")
    assert "ocrprep[documents]" in caught.value.hint
