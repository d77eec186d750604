import json
import pickle

import pytest

from ocrprep import geometry
from ocrprep.errors import DecodeError
from ocrprep.geometry import Box
from ocrprep.page import Page, PixelMode, Source, Step
from ocrprep.result import Line, OcrOutput, PageFailure, RecognitionResult, Word, quad_on_source
from tests.pages import page, text_gray


def word(text: str, confidence: float, left: float = 0.0) -> Word:
    box = Box(left, 0.0, left + 10.0, 5.0)
    return Word(text, confidence, box, quad_on_source(page(text_gray(60, 40)), box))


def line(*words: Word) -> Line:
    return Line(words, words[0].box, words[0].source_quad)


def result(**changes) -> RecognitionResult:
    lines = (line(word("Total:", 90.0), word("98.50", 70.0, 12.0)), line(word("paid", 50.0)))
    values = {"recognition_text": "Total: 98.50\npaid\n", "lines": lines, "source": Source("a.png"), **changes}
    return RecognitionResult(**values)


FAILURE = PageFailure(Source("b.png"), DecodeError("truncated", source="b.png"))


def test_words_lines_and_confidences_add_up():
    read = result()
    assert [item.text for item in read.words] == ["Total:", "98.50", "paid"]
    assert read.confidence == pytest.approx(70.0)
    assert read.lines[0].text == "Total: 98.50"
    assert read.lines[0].confidence == pytest.approx(80.0)
    assert RecognitionResult("").confidence == 0


def test_aspose_names_say_the_same():
    read = result()
    assert read.recognition_lines_result == read.lines
    assert read.file_name == "a.png"
    assert read.lines[0].text_in_line == read.lines[0].text
    assert read.lines[0].line == read.lines[0].words[0].source_box


def test_a_box_on_a_turned_page_is_a_turned_quadrilateral_on_the_source():
    upright = text_gray(60, 40)
    # A point of the turned page → the source: the quarter turn's inverse.
    back = geometry.invert(geometry.quarter_turn(1, 60, 40))
    turned = Page(upright.T.copy(), PixelMode.GRAY, to_source=back)
    quad = quad_on_source(turned, Box(0.0, 0.0, 10.0, 5.0))
    # The left upper corner of a page that was turned counter-clockwise was the right upper corner of its source.
    assert quad == ((60.0, 0.0), (60.0, 10.0), (55.0, 10.0), (55.0, 0.0))
    assert Word("x", 1.0, Box(0, 0, 10, 5), quad).source_box == Box(55.0, 0.0, 60.0, 10.0)


def test_json_holds_everything_and_keeps_letters():
    read = result(
        recognition_text="Müller\n",
        steps=(Step("threshold", {"value": 150}, {"level": 150}, 0.01),),
        warnings=("small",),
    )
    data = json.loads(read.get_json())
    assert data["text"] == "Müller\n"
    assert "Müller" in read.get_json()
    assert data["steps"][0]["parameters"] == {"value": 150}
    assert data["lines"][0]["words"][1]["page_box"] == [12.0, 0.0, 22.0, 5.0]
    assert data["lines"][0]["page_box"] == [0.0, 0.0, 10.0, 5.0]
    assert data["lines"][0]["source_quad"] == [[0.0, 0.0], [10.0, 0.0], [10.0, 5.0], [0.0, 5.0]]
    assert (data["lines"][0]["block"], data["lines"][0]["paragraph"]) == (0, 0)
    assert data["warnings"] == ["small"]
    assert data["page"] == 1


def test_a_failed_page_has_no_text_not_an_empty_one():
    assert "truncated" in FAILURE.message
    with pytest.raises(DecodeError):
        _ = FAILURE.recognition_text


def test_output_keeps_places_and_sorts_out_what_failed():
    output = OcrOutput([result(), FAILURE, result(recognition_text="two\n")])
    assert len(output) == 3
    assert output[1] is FAILURE
    assert output.failures == (FAILURE,)
    assert output.text == "Total: 98.50\npaid\n\ftwo\n"
    assert isinstance(output[1:], OcrOutput)
    assert list(output[1:]) == [FAILURE, output[2]]
    assert "2 pages read, 1 failed" in repr(output)


def test_results_travel_between_processes():
    read = result()
    assert pickle.loads(pickle.dumps(read)) == read
    again = pickle.loads(pickle.dumps(FAILURE))
    assert again.message == FAILURE.message
