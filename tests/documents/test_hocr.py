"""hOCR, judged by its own checker, and read as HTML and as XML."""

import warnings

import html5lib
import pytest
from lxml import etree

from ocrprep.errors import DecodeError
from ocrprep.geometry import Box, quarter_turn, scaling
from ocrprep.page import Source
from ocrprep.result import Character, Line, PageFailure, RecognitionResult, Word, as_quad
from tests.documents.positional import XHTML, full, of_class, saved, title_of
from tests.readings import Row, reading

FAILURE = PageFailure(Source("b.png", width=100, height=50), DecodeError("truncated <here>"))
SPACES = ("source", "page", "points")


def report_of(data, path):
    """The complaints of hocr-spec, errors and warnings."""
    with warnings.catch_warnings():
        # It was written for Python 2 and 3 at once.
        warnings.simplefilter("ignore")
        from hocr_spec import HocrValidator

        path.write_bytes(data)
        report = HocrValidator("standard").validate(str(path))
    return [str(item) for item in report.items if item.level not in {"DEBUG", "OK"}]


def pages_of(data):
    return of_class(etree.fromstring(data), "ocr_page")


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("items", [[full()], [FAILURE], [reading()], [full(), FAILURE, reading("x")]])
def test_the_checker_has_nothing_to_say(items, space, tmp_path):
    assert report_of(saved(items, "hocr", space=space), tmp_path / "a.hocr") == []


def test_the_checker_would_say_something(tmp_path):
    data = saved(full(), "hocr")
    for old, new in (
        (b"bbox", b"box"),
        (b"ocrp_poly", b""),
        (b'<p class="ocr_par"', b'<p class="ocr_line"'),
        (b"x_wconf 95", b"x_wconf 195"),
    ):
        assert report_of(data.replace(old, new), tmp_path / "a.hocr")


@pytest.mark.parametrize("space", SPACES)
def test_it_is_html_without_an_error_and_xml(space):
    data = saved([full(), FAILURE], "hocr", space=space)
    as_html = html5lib.HTMLParser(strict=True).parse(data.decode())
    as_xml = etree.fromstring(data)
    assert [item.get("title") for item in as_html.iter() if item.get("title")] == as_xml.xpath("//@title")
    words = [["".join(word.itertext()) for word in of_class(root, "ocrx_word")] for root in (as_html, as_xml)]
    assert words[0] == words[1] == [word.text for word in full().words]


def test_the_head_tells_what_it_is():
    root = etree.fromstring(saved([full(), FAILURE, reading("x")], "hocr", title="A <title>", space="page"))
    told = {item.get("name"): item.get("content") for item in root.iter(f"{XHTML}meta")}
    assert root.findtext(f"{XHTML}head/{XHTML}title") == "A <title>"
    assert told["ocr-system"] == "tesseract 5.5.4 (tesserocr), made 1"
    assert told["ocr-number-of-pages"] == "3"
    assert told["ocr-langs"] == "en fr"
    assert told["coordinates"] == "space page; unit pixel"
    classes = {item.get("class") for item in root.iter() if isinstance(item.tag, str)} - {None}
    assert classes <= set(told["ocr-capabilities"].split())


def test_each_page_tells_its_coordinates():
    for space, size, unit, resolution in (
        ("source", "640 480", "pixel", "300 300"),
        ("page", "1280 960", "pixel", "300 300"),
        ("points", "15360 11520", "1/100 point", "7200 7200"),
    ):
        (page,) = pages_of(saved(full(), "hocr", space=space))
        told = title_of(page)
        assert told["bbox"] == f"0 0 {size}"
        assert (told["scan_res"], told["ppageno"]) == (resolution, "0")
        assert (page.get("data-space"), page.get("data-unit")) == (space, unit)
        assert page.get("data-source-page") == "3"


def test_the_resolution_of_the_read_page_follows_its_map():
    source = Source("a.png", width=100, height=50, dpi=(100.0, 200.0))
    doubled = reading("x", source=source, width=100, height=200, page=scaling(2, 2) @ quarter_turn(1, 100, 50))
    (page,) = pages_of(saved(doubled, "hocr", space="page"))
    assert title_of(page)["scan_res"] == "400 200"


def test_a_resolution_that_nobody_knows_is_not_told():
    (page,) = pages_of(saved(reading("x"), "hocr"))
    assert "scan_res" not in title_of(page)
    (page,) = pages_of(saved(reading("x"), "hocr", space="points", dpi=150))
    assert title_of(page)["scan_res"] == "7200 7200"
    assert (page.get("data-dpi"), page.get("data-dpi-known")) == ("150 150", "false")


def test_blocks_paragraphs_and_lines_stand_in_each_other():
    (page,) = pages_of(saved(reading("a b", Row("c"), Row("d", paragraph=1), Row("e", block=1)), "hocr"))
    shape = [
        [[[word.text for word in line] for line in paragraph] for paragraph in area] for area in page
    ]  # fmt: skip
    assert shape == [[[["a", "b"], ["c"]], [["d"]]], [[["e"]]]]
    assert [item.get("id") for item in page.iter() if item.get("class") == "ocr_line"] == [
        "line_1_1", "line_1_2", "line_1_3", "line_1_4"
    ]  # fmt: skip


@pytest.mark.parametrize(("quarters", "angle"), [(1, "90"), (2, "180"), (3, "-90")])
def test_turned_lines_say_so(quarters, angle):
    # Read upright; on the source the text runs upwards, upside down, downwards.
    turned = reading("Quick brown", upright=quarter_turn(quarters, 1000, 1000))
    (line,) = of_class(etree.fromstring(saved(turned, "hocr")), "ocr_line")
    told = title_of(line)
    assert told["textangle"] == angle
    first = tuple(map(int, told["poly"].split()[:2]))
    assert first == {1: (0, 1000), 2: (1000, 1000), 3: (1000, 0)}[quarters]
    (line,) = of_class(etree.fromstring(saved(turned, "hocr", space="page")), "ocr_line")
    assert {"textangle", "poly"}.isdisjoint(title_of(line))


def test_characters_have_boxes_and_no_blanks_between_them():
    root = etree.fromstring(saved(full(), "hocr"))
    word = of_class(root, "ocrx_word")[0]
    signs = of_class(word, "ocrx_cinfo")
    assert "".join(word.itertext()) == "Quick"
    assert [sign.text for sign in signs] == list("Quick")
    assert title_of(signs[1])["x_confs"] == "89.5"
    assert len(title_of(signs[0])["x_bboxes"].split()) == 4


def test_characters_that_do_not_make_up_the_word_are_left_out():
    box = Box(0, 0, 9, 9)
    quad = as_quad(box.corners())
    word = Word("fine", 90.0, box, quad, characters=(Character("f", 90.0, box, quad),))
    result = RecognitionResult("fine", (Line((word,), box, quad),), Source("a.png", width=9, height=9), 9, 9)
    (made,) = of_class(etree.fromstring(saved(result, "hocr")), "ocrx_word")
    assert (made.text, len(made)) == ("fine", 0)


def test_no_name_of_a_file_breaks_a_title(tmp_path):
    name = 'a"; bbox 1 2 3 4; 100% & <b>.png'
    data = saved(reading("x", source=Source(name, width=9, height=9)), "hocr")
    (page,) = pages_of(data)
    assert title_of(page)["image"] == '"a%22%3B bbox 1 2 3 4%3B 100%25 & <b>.png"'
    assert title_of(page)["bbox"] == "0 0 9 9"
    assert report_of(data, tmp_path / "a.hocr") == []


def test_a_page_that_failed_is_empty_but_for_the_reason():
    pages = pages_of(saved([reading("x"), FAILURE], "hocr"))
    assert [page.get("id") for page in pages] == ["page_1", "page_2"]
    assert "truncated <here>" in "".join(pages[1].itertext())
    assert title_of(pages[1])["bbox"] == "0 0 100 50"
    assert [item.get("class") for item in pages[1].iter()] == ["ocr_page", None]
