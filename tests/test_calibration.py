"""Probabilities of words: what they are made of, and how it is measured whether they keep their word."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep.consensus._weights import MERGED, SINGLE
from ocrprep.consensus.calibration import (
    Support,
    log_odds,
    look_of,
    merged_features,
    merged_probabilities,
    single_features,
    single_probabilities,
    weighed,
    with_probabilities,
)
from ocrprep.errors import InputError
from ocrprep.evaluation.calibration import Bin, calibration_error, shares
from tests.readings import reading

LINE = "Quick brown foxes jump over"


def probabilities(result):
    return single_probabilities(result.words, [number for number, line in enumerate(result.lines) for _ in line.words])


def looks(text):
    """The properties that hold for a text."""
    look = look_of(text)._asdict()
    return {name for name, value in look.items() if value and name not in {"length", "odd", "punctuation"}}


# What a word looks like.


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("brown", {"letters"}),
        ("Brown", {"letters"}),
        ("BROWN", {"letters"}),
        ("Müller", {"letters"}),
        ("bRown", {"letters", "odd_case"}),
        ("I", {"letters", "one_sign"}),
        ("of", {"letters", "two_signs"}),
        ("1234567", {"digits"}),
        ("98.50", set()),
        ("A4", {"letters_and_digits", "two_signs"}),
        ("brwn", {"letters", "no_vowel"}),
        ("eeee", {"letters", "repeated"}),
        ("111", {"digits"}),
        ("~", {"neither_letter_nor_digit", "one_sign", "sign_inside"}),
        ("-", {"neither_letter_nor_digit", "one_sign"}),
        ("---", {"neither_letter_nor_digit", "repeated"}),
        ("bro|wn", {"sign_inside"}),
        ("well-known", set()),
        ("(paid)", set()),
    ],
)
def test_a_word_looks_like(text, holds):
    assert looks(text) == holds


def test_shares_of_signs_are_of_the_length():
    assert look_of("ab~").odd == pytest.approx(1 / 3)
    assert look_of("(paid)").punctuation == pytest.approx(2 / 6)
    assert look_of("98.50").punctuation == pytest.approx(1 / 5)
    assert look_of("brown").length == 5


@given(st.text(min_size=1, max_size=12))
@settings(deadline=None, derandomize=True)
def test_any_text_looks_like_something(text):
    look = look_of(text)
    assert look.length == len(text)
    assert all(0.0 <= value <= 1.0 for value in look[1:])


# One reading.

words = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=12)
lines = st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=4)


@given(lines, st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_probabilities_lie_between_0_and_1_whatever_was_read(rows, data):
    made = reading(*rows)
    sure = {word.text: data.draw(st.floats(0.0, 100.0)) for word in made.words}
    found = probabilities(reading(*rows, sure=sure))
    assert len(found) == len(made.words)
    assert ((found > 0.0) & (found < 1.0)).all()


@pytest.mark.parametrize("others", [80.0, 90.0, 97.0])
def test_the_surer_the_engine_is_of_a_plain_word_the_likelier_it_is_right(others):
    levels = np.linspace(0.0, 100.0, 51)
    found = [probabilities(reading(LINE, confidence=others, sure={"brown": level}))[1] for level in levels]
    assert (np.diff(found) >= 0.0).all()
    assert found[0] < 0.3
    assert found[-1] > 0.97


def test_a_word_in_a_good_line_is_likelier_than_the_same_in_a_poor_one():
    good, poor = (probabilities(reading(LINE, confidence=others, sure={"brown": 85.0}))[1] for others in (95.0, 40.0))
    assert good > poor


def test_the_company_of_a_word_is_its_own_line():
    top, below = "Quick brown", "foxes jump"
    sure = {"Quick": 30.0, "foxes": 90.0}
    column = single_features(reading(top, below, confidence=80.0, sure=sure).words, [0, 0, 1, 1])
    assert column["line"] == pytest.approx([0.8, 0.3, 0.8, 0.9])
    alone = single_features(reading("Quick", "jump", sure={"jump": 45.0}).words, [0, 1])
    assert alone["line"] == pytest.approx(alone["page"])
    # The page's mean counts letters: five of 95, four of 45.
    assert alone["page"] == pytest.approx([(5 * 0.95 + 4 * 0.45) / 9] * 2)


def test_noise_is_less_likely_than_a_word_of_the_same_confidence():
    word, *noise = probabilities(reading("brown ~§ |", confidence=80.0))
    assert word > max(noise)


def test_a_page_without_words_has_no_probabilities():
    assert single_probabilities([], []).shape == (0,)
    assert merged_probabilities([]).shape == (0,)
    assert merged_features([]) == {}
    assert with_probabilities(()) == ()


@given(lines)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_probabilities_leave_everything_else_as_it_is(rows):
    before = reading(*rows).lines
    after = with_probabilities(before)
    found = [word.probability for line in after for word in line.words]
    bare = (replace(line, words=tuple(replace(word, probability=None) for word in line.words)) for line in after)
    assert tuple(bare) == before
    assert found == probabilities(reading(*rows)).tolist()


# Several readings.


def support(text="brown", supporting=(0.9, 0.8), opposing=(), looked=3, texts=1, confidence=0.95, page=0.9):
    return Support(text, supporting, confidence, opposing, looked, texts, page)


def likely(**changes):
    return float(merged_probabilities([support(**changes)])[0])


def test_weights_and_features_have_the_same_names():
    assert set(SINGLE) == {"always", *single_features(reading(LINE).words, [0] * 5)}
    assert set(MERGED) == {"always", *merged_features([support()])}


def test_each_word_of_a_consensus_has_a_number_for_each_feature():
    column = merged_features([support(), support("~", [0.1], [0.9], texts=2), support(looked=1)])
    assert {values.shape for values in column.values()} == {(3,)}
    assert column["support"] == pytest.approx([2 / 3, 1 / 3, 1.0])
    assert column["against"] == pytest.approx([0.0, 1 / 3, 0.0])
    assert column["missing"] == pytest.approx([1 / 3, 1 / 3, 0.0])


def test_agreement_makes_a_word_likelier_and_contradiction_less_likely():
    assert likely(supporting=[0.8, 0.8, 0.8]) > likely(supporting=[0.8, 0.8]) > likely(supporting=[0.8])
    assert likely() > likely(opposing=[0.5], texts=2)
    assert likely(supporting=[0.9, 0.9]) > likely(supporting=[0.5, 0.5])
    assert likely(supporting=[0.8], looked=1) > likely(supporting=[0.8], looked=4)
    assert likely(text="brown") > likely(text="|")


share = st.floats(0.0, 1.0)


@given(
    words,
    st.lists(share, min_size=1, max_size=6),
    st.lists(share, max_size=6),
    st.integers(1, 6),
    st.integers(1, 6),
    share,
    share,
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_consensus_is_never_quite_sure(text, supporting, opposing, looked, texts, confidence, page):
    # An engine's word of which nothing at all speaks does not exist: its probability is above 0.
    told = support(text, [max(value, 1e-9) for value in supporting], opposing, looked, texts, confidence, page)
    assert 0.0 < merged_probabilities([told])[0] < 1.0


def test_the_order_of_the_votes_does_not_matter():
    assert likely(supporting=[0.2, 0.9], opposing=[0.1, 0.5]) == likely(supporting=[0.9, 0.2], opposing=[0.5, 0.1])


def test_the_logistic_function_undoes_the_log_odds():
    given_shares = np.array([0.01, 0.25, 0.5, 0.9])
    assert weighed({"odds": log_odds(given_shares)}, {"always": 0.0, "odds": 1.0}) == pytest.approx(given_shares)
    assert weighed({"any": np.array([1e9, -1e9])}, {"always": 0.0, "any": 1.0}) == pytest.approx([1.0, 0.0])


# Whether probabilities keep their word.


def test_probabilities_that_come_true_have_no_error():
    said = [0.75, 0.75, 0.75, 0.75, 0.2, 0.2, 0.2, 0.2, 0.2, 1.0, 0.0]
    right = [1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0]
    assert calibration_error(said, right) == pytest.approx(0.0, abs=1e-9)


def test_the_error_is_the_mean_gap_of_the_bins_weighed_with_their_words():
    # Three words of 0.9 of which one is right are 56.67 points off, one of 0.25 that is right is 75.
    said, right = [0.9, 0.9, 0.9, 0.25], [1.0, 0.0, 0.0, 1.0]
    low, high = shares(said, right)
    assert (low.low, low.high, low.predicted, low.right, low.words) == (0.2, 0.3, 0.25, 1.0, 1)
    assert (high.low, high.high, high.words) == (0.9, 1.0, 3)
    assert (high.predicted, high.right) == pytest.approx((0.9, 1 / 3))
    assert calibration_error(said, right) == pytest.approx((3 * (90 - 100 / 3) + 75) / 4)
    # In a single bin, being too sure of some makes up for being too unsure of others.
    assert calibration_error(said, right, bins=1) == pytest.approx(100 * (2.95 / 4 - 0.5))


def test_a_bin_holds_its_lower_end_and_only_the_last_one_its_upper_end():
    assert shares([0.0, 0.1, 0.5, 1.0], [0, 0, 0, 1], bins=2) == [
        Bin(0.0, 0.5, 0.05, 0.0, 2),
        Bin(0.5, 1.0, 0.75, 0.5, 2),
    ]


def test_a_word_may_be_right_in_part():
    assert calibration_error([0.5, 0.5], np.array([0.75, 0.25])) == pytest.approx(0.0)


@given(st.lists(st.tuples(share, st.sampled_from([0.0, 0.5, 1.0])), min_size=1, max_size=40), st.integers(1, 15))
@settings(deadline=None, derandomize=True)
def test_bins_hold_every_word_once_and_the_error_is_a_percentage(pairs, bins):
    said, right = zip(*pairs, strict=True)
    found = shares(said, right, bins=bins)
    assert sum(item.words for item in found) == len(pairs)
    assert all(item.low - 1e-9 <= item.predicted <= item.high + 1e-9 for item in found)
    assert 0.0 <= calibration_error(said, right, bins=bins) <= 100.0 + 1e-9


@pytest.mark.parametrize(
    ("said", "right"),
    [([], []), ([0.5], []), ([0.5], [1, 0]), ([1.01], [1]), ([-0.01], [1]), ([float("nan")], [1]), ([[0.5]], [[1]])],
)
def test_what_cannot_be_measured_is_refused(said, right):
    with pytest.raises(InputError):
        calibration_error(said, right)


def test_at_least_one_bin_is_needed():
    with pytest.raises(ValueError, match="bins"):
        shares([0.5], [1], bins=0)
