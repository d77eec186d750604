import io
import sys
import zipfile

import openpyxl
import pytest
from lxml import etree

from ocrprep.errors import OutputError
from tests.documents.flowing import CLEANED, HOSTILE, NOTE, STRANGE, TABLE, controls, pages, saved, text_page
from tests.readings import Row, reading

M = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def book(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def raw(data: bytes, name: str = "xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def test_a_sheet_for_each_page_with_the_words_in_rows_and_columns():
    read = book(saved(pages(), "xlsx", title="A & B"))
    assert read.sheetnames == ["Page 1", "Page 2", "Page 3", "Page 4"]
    assert read.properties.title == "A & B"
    first = [[cell or "" for cell in row] for row in read["Page 1"].values]
    assert first == [
        ["A page of plain text", "", ""],
        ["on two lines", "", ""],
        *TABLE,
        [" ".join(HOSTILE), "", ""],
        [STRANGE, "", ""],
    ]
    assert list(read["Page 2"].values) == []
    assert read["Page 3"]["A1"].value == NOTE
    assert read["Page 3"]["A1"].font.italic
    assert read["Page 4"]["A1"].value == "The last page"


def test_numbers_and_formulas_stay_text():
    data = saved(reading("=1+1     007", "+7       1.234", "-3.50    #N/A", "@SUM     1/2"), "xlsx")
    page = book(data)["Page 1"]
    cells = [cell for row in page.rows for cell in row]
    assert [cell.value for cell in cells] == ["=1+1", "007", "+7", "1.234", "-3.50", "#N/A", "@SUM", "1/2"]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [bool(cell.quotePrefix) for cell in cells] == [True, False] * 4
    tree = raw(data)
    assert {item.get("t") for item in tree.iter(M + "c")} == {"inlineStr"}
    assert not list(tree.iter(M + "f"))


def test_another_reader_sees_the_same_in_the_same_places():
    cells = {item.get("r"): "".join(item.itertext()) for item in raw(saved(text_page(), "xlsx")).iter(M + "c")}
    assert {place: text for place, text in cells.items() if text} == {
        "A1": "A page of plain text",
        "A2": "on two lines",
        **{f"{'ABC'[x]}{3 + y}": text for y, row in enumerate(TABLE) for x, text in enumerate(row) if text},
        "A6": " ".join(HOSTILE),
        "A7": STRANGE,
    }


def test_a_page_from_the_right_is_shown_from_the_right():
    read = book(saved(reading(Row("ארבע     לחם", leftwards=True), Row("אחת     חמאה", leftwards=True)), "xlsx"))
    assert read["Page 1"].sheet_view.rightToLeft
    assert read["Page 1"]["A1"].value == "לחם"


def test_what_is_longer_than_a_cell_can_be_is_cut():
    read = book(saved(reading("x" * 40000), "xlsx"))
    assert len(read["Page 1"]["A1"].value) == 32767


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    data = saved(controls(), "xlsx")
    assert book(data)["Page 1"]["A1"].value == CLEANED
    assert saved(pages(), "xlsx") == saved(pages(), "xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026" not in archive.read("docProps/core.xml")


def test_without_openpyxl_the_error_tells_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(OutputError, match="openpyxl") as caught:
        saved(text_page(), "xlsx")
    assert "ocrprep[documents]" in caught.value.hint
