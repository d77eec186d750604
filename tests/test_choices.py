"""What a filter that chooses decided, as data: read from the steps, and a chain file that does it again."""

import json

import numpy as np
import pytest

from ocrprep import FilterChain, ImageProcessing, OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.choices import Choice, choices_of
from ocrprep.filters._choosing import ChoosingFilter, Chosen
from ocrprep.filters.auto import Auto
from ocrprep.page import Step
from ocrprep.result import RecognitionResult
from tests.pages import page, text_gray

SMALL = page(text_gray(500, 300, size=11), None)
ORDINARY = page(text_gray(700, 500, size=26), 300)

CHOSEN = [{"kind": "scale", "ratio": 2.0}, {"kind": "otsu"}]
FOUND = {"reason": "reads better", "worth": {"as it is": 1.5}, "chain": CHOSEN}
DECISION = Step("auto", {"area": None, "budget": 0.5}, FOUND, implicit=True)


@pytest.fixture
def chooser(monkeypatch):
    """``auto`` decides what the test says."""

    def decides(*filters):
        monkeypatch.setattr(Auto, "choose", lambda *_: Chosen(filters, reason="so it was told", tried=[1, 2]))

    return decides


def test_a_decision_is_read_from_the_steps():
    steps = (Step("median"), Step("convert", {"mode": "gray"}, implicit=True), DECISION, Step("scale"), Step("otsu"))
    [choice] = choices_of(steps)
    assert choice == Choice("auto", "reads better", tuple(CHOSEN), {"worth": {"as it is": 1.5}})
    assert choices_of(steps[:2]) == ()


def test_the_file_is_the_one_that_a_chain_writes():
    chain = FilterChain([PreprocessingFilter.scale(2), PreprocessingFilter.otsu()])
    [choice] = choices_of([DECISION])
    assert choice.to_yaml() == chain.to_yaml()
    assert Choice("auto").to_yaml() == FilterChain().to_yaml()
    assert FilterChain.from_yaml(Choice("auto").to_yaml(), name="empty") == FilterChain()


@pytest.mark.parametrize("area", [None, (10, 20, 300, 200)])
@pytest.mark.parametrize("before", [SMALL, ORDINARY], ids=["small", "ordinary"])
def test_the_file_makes_the_same_pixels_without_choosing(before, area):
    made = Auto(area=area)(before)
    [choice] = choices_of(made.steps)
    assert choice.reason
    again = FilterChain.from_yaml(choice.to_yaml())(before)
    assert np.array_equal(again.pixels, made.pixels)
    assert np.array_equal(again.to_source, made.to_source)


def test_small_type_is_not_left_as_it_is():
    assert choices_of(Auto()(SMALL).steps)[0].chain


def test_two_choosers_are_two_choices_and_the_filters_between_them_are_not_theirs(chooser):
    chooser(PreprocessingFilter.scale(1.5), PreprocessingFilter.clahe(tile_grid=4))
    chain = FilterChain([PreprocessingFilter.pad(7), Auto(), PreprocessingFilter.median(3), Auto(area=(1, 2, 60, 50))])
    made = chain(ORDINARY)
    first, second = choices_of(made.steps)
    assert [item["kind"] for item in first.chain] == ["scale", "clahe"]
    assert [item["kind"] for item in second.chain] == ["crop", "scale", "clahe"]
    assert first.facts == {"tried": [1, 2]}
    way = [chain[0], *FilterChain.from_yaml(first.to_yaml()), chain[2], *FilterChain.from_yaml(second.to_yaml())]
    assert np.array_equal(FilterChain(way)(ORDINARY).pixels, made.pixels)
    assert FilterChain(way) == FilterChain.from_steps(made.steps)


def test_a_result_tells_its_choices_in_json_too():
    result = RecognitionResult("text", steps=(DECISION,))
    [row] = json.loads(result.get_json())["choices"]
    assert row == {
        "kind": "auto",
        "reason": "reads better",
        "chain": CHOSEN,
        "facts": {"worth": {"as it is": 1.5}},
    }
    assert result.choices == choices_of([DECISION])
    assert RecognitionResult("text").as_dict()["choices"] == []


def test_a_saved_page_tells_its_choices_and_a_job_remembers_them(tmp_path, chooser):
    chooser(PreprocessingFilter.invert())
    assert issubclass(Auto, ChoosingFilter)
    for written in (True, False):
        batch = OcrInput(filters=[PreprocessingFilter.auto()]).add(ORDINARY)
        [saved] = ImageProcessing.save(batch, tmp_path / "out", job=tmp_path / "job")
        assert saved.written is written
        [choice] = saved.choices
        assert choice == Choice("auto", "so it was told", ({"kind": "invert"},), {"tried": [1, 2]})
        assert [step.kind for step in saved.steps] == ["auto", "invert"]


def test_a_page_after_each_filter_knows_the_steps_so_far(tmp_path, chooser):
    chooser(PreprocessingFilter.invert())
    batch = OcrInput(filters=[PreprocessingFilter.median(), PreprocessingFilter.auto()]).add(ORDINARY)
    saved = ImageProcessing.save(batch, tmp_path, steps=True)
    assert [[step.kind for step in item.steps] for item in saved] == [
        ["median"],
        ["median", "auto", "invert"],
        ["median", "auto", "invert"],
    ]


@pytest.mark.engine
def test_what_is_read_after_the_choice_is_read_again_from_its_file():
    read = TesseractRecognizer().recognize(OcrInput(filters=[PreprocessingFilter.auto()]).add(SMALL))[0]
    [choice] = read.choices
    chain = FilterChain.from_yaml(choice.to_yaml())
    again = TesseractRecognizer().recognize(OcrInput(filters=chain).add(SMALL))[0]
    assert again.recognition_text == read.recognition_text
    assert again.lines == read.lines
