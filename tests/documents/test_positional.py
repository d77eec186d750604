"""What holds for every format with positions."""

import gc
import io

import pytest
from lxml import etree

from ocrprep.errors import DecodeError
from ocrprep.geometry import Box
from ocrprep.outputs.documents import Sheet, save_document
from ocrprep.outputs.documents._language import _TABLE, language_names, language_tags
from ocrprep.outputs.documents._xml import number
from ocrprep.page import Source
from ocrprep.result import Line, PageFailure, RecognitionResult, Word, as_quad
from tests.documents.positional import FORMATS, full, saved, words_in
from tests.readings import reading
from tests.schemas import official_page_languages

FAILURE = PageFailure(Source("b.png"), DecodeError("truncated"))
SEVERAL = tuple(wanted for wanted in FORMATS if wanted != "page")


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("space", ["source", "page", "points"])
def test_the_same_result_is_the_same_file(wanted, space):
    assert saved(full(), wanted, space=space) == saved(full(), wanted, space=space)


@pytest.mark.parametrize("wanted", FORMATS)
def test_texts_and_confidences_come_back(wanted):
    told = [(word.text, word.sure) for word in words_in(wanted, saved(full(), wanted))[0]]
    assert [text for text, _ in told] == [word.text for word in full().words]
    assert [sure for _, sure in told] == pytest.approx([word.confidence for word in full().words], abs=0.01)


@pytest.mark.parametrize("wanted", SEVERAL)
def test_failed_pages_are_in_their_places(wanted):
    data = saved([reading("a"), FAILURE, reading("b c")], wanted)
    if wanted in {"tsv", "hocr", "alto"}:
        assert [[word.text for word in page] for page in words_in(wanted, data)] == [["a"], [], ["b", "c"]]
    assert b"truncated" in data


@pytest.mark.parametrize("wanted", FORMATS)
def test_what_markup_cannot_hold_is_replaced(wanted):
    box = Box(0.0, 0.0, 9.0, 9.0)
    quad = as_quad(box.corners())
    line = Line((Word("a\x00\x1b\ud800\uffffb", 90.0, box, quad), Word("]]>&amp;<", 80.0, box, quad)), box, quad)
    result = RecognitionResult("a\x00b", (line,), Source("\udcff.png", width=9, height=9), 9, 9, engine="\x07")
    first, second = words_in(wanted, saved(result, wanted))[0]
    assert second.text == "]]>&amp;<"
    if wanted not in {"json", "tsv"}:
        assert first.text == "a\ufffd\ufffd\ufffd\ufffdb"


def sheets_in_memory():
    # Asking every object for its class would wake lazy ones of other libraries.
    return sum(type(item) is Sheet for item in gc.get_objects())


@pytest.mark.parametrize("wanted", SEVERAL)
def test_no_page_is_kept_once_it_is_written(wanted):
    gc.collect()
    before, seen = sheets_in_memory(), []

    def results():
        for place in range(8):
            yield reading(f"page {place}")
            seen.append(sheets_in_memory() - before)

    save_document(results(), io.BytesIO(), wanted)
    # The one in the writer's hands, and the one that the walk has just let go.
    assert max(seen) <= 2


@pytest.mark.parametrize("wanted", ["hocr", "alto", "page"])
def test_names_of_elements_are_unique_and_what_they_refer_to_is_there(wanted):
    items = [full()] if wanted == "page" else [full(), FAILURE, full()]
    root = etree.fromstring(saved(items, wanted))
    names = root.xpath("//@id | //@ID")
    assert len(names) == len(set(names)) > 10
    referred = [name for value in root.xpath("//@PROCESSINGREFS | //@regionRef") for name in value.split()]
    assert set(referred) <= set(names)
    assert bool(referred) is (wanted != "hocr")


def test_numbers_have_no_exponent_and_no_digits_to_spare():
    assert [number(value) for value in (0, -0.0, -0.000001, 1e-4, 100, 1e7, 12.5, 1 / 3, -7.10)] == [
        "0", "0", "0", "0.0001", "100", "10000000", "12.5", "0.33333", "-7.1"
    ]  # fmt: skip
    assert [number(12.34567, digits) for digits in (0, 2)] == ["12", "12.35"]


@pytest.mark.parametrize(
    ("asked", "tags", "names"),
    [
        ("eng", ["en"], ["English"]),
        ("deu+deu_latf+frk", ["de", "de-Latf"], ["German"]),
        ("chi_sim_vert+jpn_vert", ["zh-Hans", "ja"], ["Chinese", "Japanese"]),
        ("grc+osd+equ", ["grc"], ["other"]),
        ("script/Latin", [], []),
        ("", [], []),
    ],
)
def test_languages_have_the_names_of_the_standards(asked, tags, names):
    assert (language_tags(asked), language_names(asked)) == (tags, names)


def test_every_language_of_the_table_is_one_that_page_knows():
    known = official_page_languages()
    assert {name for _, name in _TABLE.values()} <= known
