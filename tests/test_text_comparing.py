"""Texts compared: the same whatever their lines, and how nearly the same."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrprep.text import _distance, contains, same_text, similarity

texts = st.text("ab -\n\u00adé", max_size=14)


@functools.cache
def by_the_book(one: str, other: str) -> int:
    """The definition of the edit distance."""
    if not one or not other:
        return len(one) + len(other)
    return min(
        by_the_book(one[1:], other) + 1,
        by_the_book(one, other[1:]) + 1,
        by_the_book(one[1:], other[1:]) + (one[0] != other[0]),
    )


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_distances_are_those_of_the_definition_with_and_without_the_library(one, other):
    assert _distance.own_distance(one, other) == _distance.distance(one, other) == by_the_book(one, other)


@given(st.text("abc", min_size=1, max_size=5), st.text("abc", max_size=8))
def test_the_nearest_part_is_found_where_it_ends_and_begins(pattern, text):
    ends = list(_distance.nearest_ends(pattern, text))
    assert ends == [
        min(by_the_book(pattern, text[start:end]) for start in range(end + 1)) for end in range(1, len(text) + 1)
    ]
    edits, start = _distance.nearest_start(pattern, text)
    assert edits == by_the_book(pattern, text[start:])
    assert edits == min(by_the_book(pattern, text[place:]) for place in range(len(text) + 1))


@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_without_the_library_is_the_same(one, other):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_distance, "_library", lambda: None)
        own = similarity(one, other)
    assert own == similarity(one, other)


@given(texts, texts)
def test_similarity_is_symmetric_and_a_share(one, other):
    value = similarity(one, other)
    assert 0.0 <= value <= 1.0
    assert value == similarity(other, one)
    assert similarity(one, one) == 1.0
    assert same_text(one, other) == (value == 1.0)
    assert same_text(one, other, tolerance=1.0)


def test_similarity_in_figures():
    assert similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)
    assert similarity("abcd", "wxyz") == 0.0
    assert similarity("", "") == 1.0
    assert similarity("", "abc") == 0.0
    assert similarity("Total", "TOTAL") == pytest.approx(0.2)
    assert similarity("Total", "TOTAL", ignore_case=True) == 1.0


def test_lines_and_divided_words_do_not_matter():
    one = "The bridge was inspec-\nted by two well-\nknown  engineers.\n\nIt stands."
    other = "The bridge was inspected by two well-known engineers. It stands."
    assert same_text(one, other)
    assert similarity(one, other) == 1.0
    assert same_text("na\u00adive", "naive")
    assert same_text("cafe\u0301", "café")
    assert not same_text("well-known", "wellknown")
    assert not same_text("a - b", "a b")


def test_as_much_as_is_tolerated_may_differ():
    assert same_text("0123456789", "0123456780", tolerance=0.1)
    assert not same_text("0123456789", "0123456700", tolerance=0.1)
    for wrong in (-0.1, 1.1):
        with pytest.raises(ValueError, match="tolerance"):
            same_text("a", "b", tolerance=wrong)


PAGE = "Supplies left: 12 kg\nof flour, three tins of pre-\nserved fruit, self-\nmade bread."


@pytest.mark.parametrize(
    "wanted", ["12 kg of flour", "PRESERVED fruit", "self-made bread", "selfmade", "tins\n of", "left:", "pre-\nserved"]
)
def test_a_text_holds_what_stands_there_across_its_lines(wanted):
    assert contains(PAGE, wanted)
    assert contains(f"{PAGE} {wanted}", wanted, ignore_case=False)


def test_a_text_does_not_hold_what_is_not_there():
    assert not contains(PAGE, "13 kg")
    assert not contains(PAGE, "Flour", ignore_case=False)
    assert not contains("", "flour")
    with pytest.raises(ValueError, match="nothing to look for"):
        contains(PAGE, " \n")


def test_misread_letters_are_tolerated_where_asked():
    assert not contains("Invoice nurnber 4711", "number 4711")
    assert contains("Invoice nurnber 4711", "number 4711", tolerance=0.2)
    assert not contains("Invoice nurnber 4711", "number 4711", tolerance=0.1)
    assert contains("abc", "abcd", tolerance=0.25)
    assert not contains("", "abcd", tolerance=0.5)
    assert contains("", "abcd", tolerance=1.0)


@given(st.text("ab ", max_size=12), st.text("ab", min_size=1, max_size=4), st.integers(0, 4))
def test_a_part_is_held_within_its_distance(text, wanted, allowed):
    plain = " ".join(text.split())
    parts = (plain[start:end] for start in range(len(plain) + 1) for end in range(start, len(plain) + 1))
    nearest = min(by_the_book(wanted, part) for part in parts)
    tolerance = min(1.0, allowed / len(wanted))
    assert contains(text, wanted, tolerance=tolerance) == (nearest <= min(allowed, len(wanted)))
