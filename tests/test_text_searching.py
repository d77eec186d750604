"""Texts found on a page, with their places on the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrprep import geometry
from ocrprep.text import contains, find
from tests.readings import LETTER, Row, reading

RESULT = reading("Invoice number: 4711", "Total to be paid at de-", "livery: 98.50 EUR", "Total again", "")


def told(found):
    return [" / ".join(" ".join(word.text for word in line) for line in item.lines) for item in found]


def test_words_are_found_with_their_boxes():
    (found,) = find(RESULT, "number: 4711")
    assert found.text == "number: 4711"
    assert found.score == 1.0
    assert found.words == RESULT.lines[0].words[1:]
    assert found.box.left == 8 * LETTER
    assert found.source_box == found.box
    assert found.source_boxes == (found.source_box,)


def test_every_place_is_found_in_reading_order():
    assert told(find(RESULT, "total")) == ["Total", "Total"]
    assert find(RESULT, "total")[0].words[0] is RESULT.lines[1].words[0]
    assert find(RESULT, "total", ignore_case=False) == ()
    assert find(RESULT, "nothing") == ()


def test_a_part_of_a_word_is_found_in_its_word_unless_whole_words_are_wanted():
    assert told(find(RESULT, "voice")) == ["Invoice"]
    assert find(RESULT, "voice", whole_words=True) == ()
    assert told(find(RESULT, "invoice number", whole_words=True)) == ["Invoice number:"]
    assert told(find(reading("banana"), "an")) == ["banana"]


def test_text_across_lines_and_divided_words_is_found():
    (found,) = find(RESULT, "at delivery: 98.50")
    assert told([found]) == ["at de- / livery: 98.50"]
    assert len(found.source_boxes) == 2
    assert told(find(reading("self-", "made bread"), "self-made")) == ["self- / made"]
    assert told(find(reading("self-", "made bread"), "selfmade")) == ["self- / made"]


def test_misread_text_is_found_within_the_tolerance_and_the_best_place_wins():
    page = reading("lnvoice nurnber 4711", "invoice number 4712")
    exact, *others = sorted(find(page, "invoice number", tolerance=0.25), key=lambda item: -item.score)
    assert told([exact]) == ["invoice number"]
    assert exact.score == 1.0
    assert told(others) == ["lnvoice nurnber"]
    assert others[0].score == pytest.approx(1 - 3 / 14)
    assert told(find(page, "invoice number", tolerance=0.1)) == ["invoice number"]


def test_places_are_on_the_source_of_a_turned_page():
    turned = geometry.rotation(90.0, (500.0, 500.0))
    (found,) = find(reading("one two three", page=turned), "two")
    (plain,) = find(reading("one two three"), "two")
    assert found.source_box.corners() == pytest.approx(plain.source_box.corners())
    assert found.box.corners() != pytest.approx(plain.box.corners())


@pytest.mark.parametrize("wrong", [{"wanted": " "}, {"wanted": "a", "tolerance": 2}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match=r"nothing|tolerance"):
        find(RESULT, **wrong)


rows = st.lists(st.lists(st.text("aB", min_size=1, max_size=3), min_size=1, max_size=4), max_size=3)


@given(rows, st.text("ab", min_size=1, max_size=3), st.sampled_from([0.0, 0.34, 0.5]))
def test_what_a_page_contains_is_found_there(words, wanted, tolerance):
    page = reading(*(Row(" ".join(row)) for row in words))
    text = "\n".join(" ".join(row) for row in words)
    found = find(page, wanted, tolerance=tolerance)
    assert bool(found) == contains(text, wanted, tolerance=tolerance)
    order = {id(word): place for place, word in enumerate(page.words)}
    seen = [order[id(word)] for item in found for word in item.words]
    assert seen == sorted(set(seen))
    assert all(1 - tolerance <= item.score <= 1 for item in found)
