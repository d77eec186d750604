import re

from hypothesis import given, settings
from hypothesis import strategies as st
from striprtf.striprtf import rtf_to_text

from ocrprep.outputs.documents.rtf import _escaped
from ocrprep.page import Source
from tests.documents.flowing import CLEANED, NOTE, PARAGRAPHS, TABLE, controls, pages, saved, text_page
from tests.readings import Row, reading


def text(rtf: str) -> str:
    # This reader leaves the halves of what stands beyond the first plane apart.
    return rtf_to_text(rtf).encode("utf-16", "surrogatepass").decode("utf-16")


def told(data: bytes) -> list[str]:
    return [line for line in text(data.decode("ascii")).splitlines() if line.strip()]


def test_paragraphs_and_tables_in_their_order():
    rows = ["|".join(row) + "|" for row in TABLE]
    assert told(saved(pages(), "rtf")) == [PARAGRAPHS[0], *rows, *PARAGRAPHS[1:], NOTE, "The last page"]


def test_each_page_is_a_section_with_its_own_paper():
    sizes = [
        reading("a", source=Source("a.png", width=2400, height=3600, dpi=(300.0, 300.0))),
        reading("b", source=Source("b.png", width=3000, height=1500, dpi=(300.0, 300.0))),
    ]
    data = saved(sizes, "rtf").decode()
    assert re.findall(r"\\pgwsxn(\d+)\\pghsxn(\d+)", data) == [("11520", "17280"), ("14400", "7200")]
    assert len(re.findall(r"\\sect\b", data)) == 1


def test_groups_are_closed_and_the_title_is_told():
    data = saved(pages(), "rtf", title="{A} é").decode()
    plain = re.sub(r"\\[\\{}]", "", data)
    assert plain.count("{") == plain.count("}")
    assert plain.startswith("{\\rtf1")
    assert plain.endswith("}")
    assert r"{\title \{A\} \u233?}" in data


def test_a_table_says_where_its_cells_end_in_every_row():
    data = saved(text_page(), "rtf").decode()
    rows = re.findall(r"\\trowd.*?\\row\b", data, re.DOTALL)
    assert [(row.count("\\cellx"), len(re.findall(r"\\cell\b", row))) for row in rows] == [(3, 3)] * 3


def test_text_from_the_right_is_marked():
    data = saved(reading(Row("ארבע     לחם", leftwards=True), Row("אחת     חמאה", leftwards=True)), "rtf").decode()
    assert data.count("\\rtlrow") == 2
    assert data.count("\\rtlpar") == 4


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1))
def test_whatever_was_read_is_text(word):
    assert text(rf"{{\rtf1\ansi\uc1 {_escaped(word)}}}") == word


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    assert told(saved(controls(), "rtf")) == [CLEANED]
    assert saved(pages(), "rtf") == saved(pages(), "rtf")
