"""The words that tell what a text is about."""

from __future__ import annotations

import math

import pytest

from ocrprep.errors import ConfigError
from ocrprep.text import keywords
from ocrprep.text.dictionaries import dictionary
from tests.readings import reading

TEXT = """The lighthouse stands on the rock. The keeper of the lighthouse wrote a note about the harbour each evening,
and the harbor was quiet. Two boats of the harbor were out, and the lighthouse showed them the way that they went."""


def test_the_words_of_the_subject_come_first_and_those_of_every_text_not_at_all():
    found = keywords(TEXT, count=4)
    assert found[0].text == "lighthouse"
    assert found[0].count == 3
    assert {"harbor", "keeper"} <= {item.text for item in found}
    assert not {"the", "and", "they", "that", "was"} & {item.text.lower() for item in keywords(TEXT, count=99)}
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def test_the_score_is_the_log_likelihood_ratio():
    (found,) = keywords("lighthouse lighthouse of the rock", count=1)
    expected = 5 * dictionary("eng").share("lighthouse")
    assert found.score == pytest.approx(2 * (2 * math.log(2 / expected) - (2 - expected)))


def test_a_word_is_written_as_most_often_and_unknown_ones_must_stand_twice():
    found = {item.text: item.count for item in keywords("NumPy numpy NumPy is qwxz, the rock", count=9)}
    assert found["NumPy"] == 3
    assert "qwxz" not in found


def test_divided_words_count_whole():
    assert keywords("the light-\nhouse", count=1)[0].text == "lighthouse"


def test_pages_and_languages():
    assert keywords(reading("The lighthouse on", "the rock"))[0].text == "lighthouse"
    assert keywords("le phare sur la falaise et le phare", language="fra", count=1)[0].text == "phare"
    assert keywords("") == ()
    assert keywords(TEXT, count=0) == ()
    with pytest.raises(ConfigError, match="'xyz'"):
        keywords(TEXT, language="xyz")
    with pytest.raises(ValueError, match="count"):
        keywords(TEXT, count=-1)
