"""The characters of words: from hOCR as Tesseract writes it, and from the engine itself."""

from __future__ import annotations

import functools
import pickle

import numpy as np
import pytest

from ocrprep.batch.job import Job
from ocrprep.chain import FilterChain
from ocrprep.filters import registry
from ocrprep.page import Page
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.recognizers._characters import with_characters
from ocrprep.recognizers._table import lines_of
from ocrprep.testing import FakeRecognizer
from tests.pages import page, text_gray

engine = pytest.mark.engine
drivers = pytest.mark.parametrize("driver", ["tesserocr", "pytesseract"])


@functools.cache
def letter() -> Page:
    return page(text_gray(800, 430, size=40), 300.0)


@functools.cache
def reader(driver: str, **settings) -> TesseractRecognizer:
    return TesseractRecognizer(driver=driver, **settings)


def spelled(word) -> str:
    return "".join(sign.text for sign in word.characters)


# hOCR.

TSV = "\n".join(
    "\t".join(row.split("|"))
    for row in (
        "4|1|1|1|1|0|10|20|90|20|-1|",
        "5|1|1|1|1|1|10|20|30|20|95.5|a&b",
        "5|1|1|1|1|2|60|20|10|20|90| ",
        "5|1|1|1|1|3|70|20|30|20|80.5|cd",
    )
)
WORD = "<span class='ocrx_word' id='word_1_{}' title='bbox {}; x_wconf 95'>"
SIGN = "<span class='ocrx_cinfo' title='x_bboxes {}; x_conf {}'>{}</span>"
GROUP = "<span class='ocrx_cinfo' id='lstm_choices_1_1_1'>{}</span>"
CHOICE = "<span class='ocrx_cinfo' id='choice_1_1_1' title='x_confs {}'>{}</span>"


def test_signs_and_choices_are_taken_from_hocr_in_either_order():
    sign_a, sign_b = SIGN.format("10 20 20 40", 99.5, "a"), SIGN.format("20 20 25 40", 98, "&amp;")
    sign_c = SIGN.format("25 20 40 40", 97, "b")
    choices_a = GROUP.format(CHOICE.format(90.25, "a") + CHOICE.format(1e-05, "o") + CHOICE.format(3, "&#39;"))
    choices_b = GROUP.format(CHOICE.format(80, "&amp;"))
    choices_c = GROUP.format(CHOICE.format(80, "h") + CHOICE.format(80, " ") + CHOICE.format(9, "h"))
    word = WORD.format(1, "10 20 40 40")
    after_each = word + sign_a + choices_a + sign_b + choices_b + sign_c + choices_c + "</span>"
    after_all = word + sign_a + sign_b + sign_c + choices_a + choices_b + choices_c + "</span>"
    for hocr in (after_each, after_all):
        first, second = with_characters(lines_of(TSV, letter()), hocr, letter())[0].words
        assert spelled(first) == "a&b"
        assert [sign.confidence for sign in first.characters] == [99.5, 98.0, 97.0]
        assert first.characters[1].box.corners().tolist() == [[20, 20], [25, 20], [25, 40], [20, 40]]
        assert [sign.alternatives for sign in first.characters] == [(("'", 3.0), ("o", 1e-05)), (), (("h", 80.0),)]
        # Nothing was told of the other one.
        assert second.characters == ()


def test_signs_that_do_not_spell_their_word_are_left_out():
    hocr = WORD.format(1, "70 20 100 40") + SIGN.format("70 20 80 40", 99, "c") + "</span>"
    assert all(word.characters == () for word in with_characters(lines_of(TSV, letter()), hocr, letter())[0].words)
    assert with_characters((), hocr, letter()) == ()
    assert with_characters(lines_of(TSV, letter()), "", letter()) == lines_of(TSV, letter())


def test_choices_that_belong_to_no_sign_for_sure_are_left_out():
    signs = SIGN.format("70 20 80 40", 99, "c") + SIGN.format("80 20 100 40", 99, "d")
    hocr = WORD.format(1, "70 20 100 40") + signs + GROUP.format(CHOICE.format(80, "e")) + "</span>"
    word = with_characters(lines_of(TSV, letter()), hocr, letter())[0].words[1]
    assert spelled(word) == "cd"
    assert [sign.alternatives for sign in word.characters] == [(), ()]


# The engine.


@engine
@drivers
def test_every_word_is_spelled_by_its_characters(driver):
    read = reader(driver, characters=True).read(letter())
    assert len(read.words) > 15
    for word in read.words:
        assert spelled(word) == word.text
        for sign in word.characters:
            assert 0 <= sign.confidence <= 100
            assert abs(sign.box.top - word.box.top) <= word.box.height
            assert word.box.left - 1 <= sign.box.left < sign.box.right <= word.box.right + 1
            assert all(other != sign.text for other, _ in sign.alternatives)
            sure = [value for _, value in sign.alternatives]
            assert sure == sorted(sure, reverse=True)
    lefts = [sign.box.left for sign in read.words[0].characters]
    assert lefts == sorted(lefts)
    assert any(sign.alternatives for sign in read.recognition_characters_list)


@engine
@drivers
def test_all_else_is_as_without_characters(driver):
    with_them, without = (reader(driver, characters=wanted).read(letter()) for wanted in (True, False))
    assert with_them.recognition_text == without.recognition_text
    assert all(word.characters == () for word in without.words)
    for one, other in zip(with_them.words, without.words, strict=True):
        assert (one.text, one.confidence, one.box, one.probability) == (
            other.text,
            other.confidence,
            other.box,
            other.probability,
        )


@engine
def test_both_drivers_tell_the_same_characters():
    first, second = (reader(driver, characters=True).read(letter()) for driver in ("tesserocr", "pytesseract"))
    pairs = list(zip(first.recognition_characters_list, second.recognition_characters_list, strict=True))
    assert all(one.text == other.text for one, other in pairs)
    # Two versions of the engine cut some letters of a word elsewhere.
    apart = [np.abs(one.box.corners() - other.box.corners()).max() for one, other in pairs]
    assert np.mean(np.array(apart) <= 2) > 0.9


@engine
@drivers
def test_characters_lie_on_the_source_of_a_moved_page(driver):
    moved = FilterChain([registry()["scale"](1.5), registry()["pad"](37)])(letter())
    here, there = (reader(driver, characters=True).read(item).words[0] for item in (letter(), moved))
    for one, other in zip(here.characters, there.characters, strict=True):
        assert np.abs(one.box.corners() - np.array(other.source_quad)).max() <= 4


@engine
def test_characters_come_back_from_child_processes_and_jobs(tmp_path):
    recognizer = TesseractRecognizer(characters=True, isolation="process")
    with recognizer, Job(tmp_path / "job") as job:
        (first,) = recognizer.recognize([letter()], job=job, workers=1)
        assert all(spelled(word) == word.text for word in first.words)
        (again,) = recognizer.recognize([letter()], job=job, workers=1)
    assert again.words == first.words
    assert pickle.loads(pickle.dumps(first)).words == first.words


@engine
def test_a_consensus_takes_readings_with_characters():
    recognizer = TesseractRecognizer(characters=True, isolation="none")
    (made,) = recognizer.recognize([letter()], consensus=2, workers=1)
    assert [word.text for word in made.words] == [word.text for word in reader("tesserocr").read(letter()).words]
    assert all(spelled(word) in {"", word.text} for word in made.words)


def test_what_a_reading_depends_on_is_as_before_where_nothing_new_is_asked_for():
    plain = TesseractRecognizer().setting
    assert {"characters", "areas"}.isdisjoint(plain)
    assert TesseractRecognizer(characters=True).setting == {**plain, "characters": True}
    assert "characters" in repr(TesseractRecognizer(characters=True))


def test_a_fake_has_characters_too():
    made = FakeRecognizer("two words", characters=True).read(letter())
    assert [spelled(word) for word in made.words] == ["two", "words"]
    assert made.words[0].characters[0].box.left == made.words[0].box.left
    assert made.words[1].characters[-1].box.right == pytest.approx(made.words[1].box.right)
    assert all(word.characters == () for word in FakeRecognizer("two words").read(letter()).words)
