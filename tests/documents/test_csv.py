import csv
import io

from tests.documents.flowing import CLEANED, HOSTILE, NOTE, STRANGE, TABLE, controls, pages, saved, text_page
from tests.readings import reading


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_rows_and_columns_with_an_empty_row_between_pages():
    expected = [
        ["A page of plain text", "", ""],
        ["on two lines", "", ""],
        *TABLE,
        [" ".join(HOSTILE), "", ""],
        [STRANGE, "", ""],
        ["", "", ""],
        ["", "", ""],
        [NOTE, "", ""],
        ["", "", ""],
        ["The last page", "", ""],
    ]
    assert rows(saved(pages(), "csv")) == expected


def test_it_is_what_rfc_4180_says_with_a_mark_for_excel():
    data = saved(text_page(), "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == data.count(b"\n") == 7
    assert data.endswith(b"\r\n")


def test_fields_are_as_they_were_read():
    data = saved(reading("=1+1     -3.50", "@SUM     +7", '"a",b    007'), "csv")
    assert rows(data) == [["=1+1", "-3.50"], ["@SUM", "+7"], ['"a",b', "007"]]


def test_an_empty_document_has_no_rows():
    assert rows(saved(reading(), "csv")) == []


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    assert rows(saved(controls(), "csv")) == [[CLEANED]]
    assert saved(pages(), "csv") == saved(pages(), "csv")
