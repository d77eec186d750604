import numpy as np
import pytest

from ocrprep.batch import Pages
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, RecognizerTimeoutError
from ocrprep.filters import registry
from ocrprep.filters.base import GeometryFilter, Moved, Orientation
from ocrprep.filters.threshold import Threshold
from ocrprep.geometry import Box
from ocrprep.page import PageRef, PixelMode, Source
from ocrprep.recognizers import Recognizer, recognize
from ocrprep.recognizers._seen import seen
from ocrprep.recognizers._table import lines_of
from ocrprep.recognizers._tessdata import listed
from ocrprep.result import PageFailure, RecognitionResult
from ocrprep.testing import FakeRecognizer
from tests.pages import page, text_gray


def named(name: str, width: int = 60):
    made = page(text_gray(width, 40))
    return type(made)(made.pixels, made.mode, made.dpi, source=Source(name, width=width, height=40))


# The shared way of reading a batch.


def test_a_batch_is_prepared_and_read_in_order():
    fake = FakeRecognizer(["one", "two"])
    output = recognize(fake, Pages((named("a.png"), named("b.png")), FilterChain([Threshold(120)])))
    assert [item.recognition_text for item in output] == ["one", "two"]
    assert [item.file_name for item in output] == ["a.png", "b.png"]
    assert {item.mode for item in fake.pages} == {PixelMode.BINARY}
    assert [step.kind for step in output[0].steps] == ["threshold"]


def test_failures_of_doors_filters_and_engines_stay_in_their_places():
    def damaged():
        raise DecodeError("truncated", source="c.png")

    late = RecognizerTimeoutError("too slow")
    area = Threshold(120, area=(0, 0, 100, 40))
    refs = [named("a.png", 120), PageRef(Source("c.png"), damaged), named("narrow.png", 60), named("slow.png", 120)]
    output = FakeRecognizer({"a": "text", "slow": late}).recognize(Pages(refs, FilterChain([area])), on_error="collect")
    assert [isinstance(item, RecognitionResult) for item in output] == [True, False, False, False]
    assert [failure.source.uri for failure in output.failures] == ["c.png", "narrow.png", "slow.png"]
    assert output.failures[2].error is late
    with pytest.raises(DecodeError):
        FakeRecognizer("x").recognize(Pages(refs, FilterChain([area])))


def test_the_engine_is_evidence_for_the_filters(monkeypatch):
    asked = []

    def run_in(_, page, context):
        asked.append(context.evidence.orientation(page))
        return Moved(page.pixels.copy(), np.eye(3))

    crop = registry()["crop"]
    monkeypatch.setattr(crop, "run_in", run_in)
    FakeRecognizer("x", orientation=Orientation(90, 7.0)).recognize(Pages([named("a")], FilterChain([crop.example()])))
    assert asked == [Orientation(90, 7.0)]


def test_an_array_a_page_or_a_list_is_a_batch():
    assert len(FakeRecognizer("x").recognize(text_gray(60, 40))) == 1
    assert len(FakeRecognizer("x").recognize(named("a"))) == 1
    assert len(FakeRecognizer("x").recognize([named("a"), text_gray(60, 40)])) == 2


# The fake engine.


def test_fake_lays_its_words_out_on_the_page():
    (read,) = FakeRecognizer("ab cde\nf").recognize(named("a.png", 60))
    assert [word.text for word in read.words] == ["ab", "cde", "f"]
    assert [word.box for word in read.words] == [Box(0, 0, 20, 20), Box(30, 0, 60, 20), Box(0, 20, 10, 40)]
    assert read.words[0].source_box == Box(0, 0, 20, 20)
    assert read.recognition_text == "ab cde\nf"


def test_fake_follows_its_script_and_complains_where_it_ends():
    assert FakeRecognizer({"a": "by stem"}).read(named("folder/a.png")).recognition_text == "by stem"
    assert FakeRecognizer(lambda item: f"{item.width} wide").read(named("a", 60)).recognition_text == "60 wide"
    output = FakeRecognizer(["only one"]).recognize([named("a"), named("b")], on_error="collect")
    assert isinstance(output[1], PageFailure)
    assert "b: the script says nothing" in output[1].message


def test_fake_is_a_recognizer():
    fake: Recognizer = FakeRecognizer()
    assert fake.name == "fake"
    assert fake.read(named("a")).engine == "fake 1"
    assert fake.read(named("a")).lines == ()


# Tesseract's answers, without Tesseract.

TABLE = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t60\t40\t-1\t
2\t1\t1\t0\t0\t0\t1\t2\t30\t8\t-1\t
3\t1\t1\t1\t0\t0\t1\t2\t30\t8\t-1\t
4\t1\t1\t1\t1\t0\t1\t2\t30\t8\t-1\t
5\t1\t1\t1\t1\t1\t1\t2\t12\t8\t96.5\tTotal:
5\t1\t1\t1\t1\t2\t15\t2\t16\t8\t90\t"98.50
2\t1\t2\t0\t0\t0\t0\t20\t60\t1\t-1\t
3\t1\t2\t1\t0\t0\t0\t20\t60\t1\t-1\t
4\t1\t2\t1\t1\t0\t0\t20\t60\t1\t-1\t
5\t1\t2\t1\t1\t1\t0\t20\t60\t1\t95\t\x20
4\t1\t3\t2\t1\t0\t2\t30\t9\t7\t-1\t
5\t1\t3\t2\t1\t1\t2\t30\t9\t7\t12.25\tpaid
"""


def test_table_gives_lines_with_words_and_leaves_out_ruled_lines():
    first, second = lines_of(TABLE, named("a.png"))
    assert first.text == 'Total: "98.50'
    assert first.box == Box(1, 2, 31, 10)
    assert [word.confidence for word in first.words] == [96.5, 90.0]
    assert (first.block, first.paragraph) == (0, 0)
    assert second.text == "paid"
    assert (second.block, second.paragraph) == (2, 1)
    assert second.words[0].source_quad == ((2.0, 30.0), (11.0, 30.0), (11.0, 37.0), (2.0, 37.0))


def test_a_table_of_nothing_gives_no_lines():
    assert lines_of("", named("a")) == ()
    assert lines_of(TABLE[:150], named("a")) == ()


@pytest.mark.parametrize(
    ("answer", "folder", "languages"),
    [
        ('List of available languages in "/t d/" (2):\nosd\nscript/Latin\n', "/t d/", ("osd", "script/Latin")),
        ("List of available languages (1):\neng\n", None, ("eng",)),
        ("Error opening data file\n", None, ()),
    ],
)
def test_languages_are_read_from_every_versions_list(answer, folder, languages):
    assert listed(answer) == (folder, languages)


# What the engine is given.


def chained(pixels: np.ndarray, *filters):
    return FilterChain(filters)(page(pixels))


def test_page_is_what_the_chain_made():
    made = chained(text_gray(), Threshold(120))
    assert seen(made, "page") is made


def test_gray_is_the_page_before_it_was_binarised():
    pixels = text_gray()
    given = seen(chained(pixels, Threshold(120)), "gray")
    assert given.mode is PixelMode.GRAY
    assert np.array_equal(given.pixels, pixels)
    assert given.steps[-1].kind == "recognize_on"
    assert given.steps[-1].implicit


def test_gray_follows_the_moves_after_the_binarisation():
    made = chained(text_gray(), Threshold(120), registry()["rotate"](90))
    given = seen(made, "gray")
    assert given.pixels.shape == made.pixels.shape
    assert np.array_equal(given.to_source, made.to_source)
    assert np.array_equal(given.pixels <= 120, made.pixels == 0)


def test_a_page_that_was_never_binarised_is_itself():
    gray = page(text_gray())
    assert seen(gray, "gray") is gray
    assert seen(gray, "auto") is gray


def test_auto_is_gray_where_a_level_shows_the_same_ink():
    made = chained(text_gray(), registry()["to_grayscale"](), Threshold(120))
    assert seen(made, "auto").mode is PixelMode.GRAY
    moved = chained(text_gray(), Threshold(120), registry()["pad"](5))
    assert issubclass(registry()["pad"], GeometryFilter)
    assert seen(moved, "auto").mode is PixelMode.GRAY


def test_auto_keeps_the_page_where_ink_was_changed_afterwards():
    made = chained(text_gray(), Threshold(120), registry()["invert"]())
    assert seen(made, "auto") is made


def test_auto_keeps_a_mask_that_found_more_than_a_level_can():
    pixels = text_gray(400, 150).astype(np.float64)
    shadow = np.linspace(1.0, 0.15, pixels.shape[1])
    made = chained((pixels * shadow).astype(np.uint8), registry()["sauvola"]())
    assert seen(made, "auto") is made
