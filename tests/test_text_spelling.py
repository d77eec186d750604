"""Spelling mended without harm."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep.errors import ConfigError
from ocrprep.geometry import Box
from ocrprep.result import Character, as_quad
from ocrprep.text import correct_spelling, dictionaries, misspelled
from tests.readings import reading

WRONG = "the lighthouse keeper recieved a sarnple of the tenth evenig"
RIGHT = "the lighthouse keeper received a sample of the tenth evening"


def test_mistakes_and_misread_letters_are_mended():
    assert correct_spelling(WRONG) == RIGHT
    assert correct_spelling("Imediately the keeper wrote.") == "Immediately the keeper wrote."
    assert correct_spelling("la letttre est arrivée avec du retard", language="fra") == (
        "la lettre est arrivée avec du retard"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 4711 of 12/03/2024: 1,234.50 EUR, 3x2 m, 20%, w0rd, A4-sheet",
        "NATO and UNESCO met in LANDON with Mr Smithe, Dr. Wattson and Ms Aplan.",
        "write to sarnple@exarnple.com or see www.exarnple.com/hepl and C:\\tenp\\fiel.txt",
        "xlttrq zzyzx the fjord of quxbazology",
        "the colour of the centre, realised by an organisation that has travelled, its neighbours' catalogue",
        "two spaces  stay,\n\n\ttabs too,\r\nand the recog-\nnition of divi-\nded words",
        "It's the keeper's: don't, won't; “quoted” – (in brackets) … [and so on]!",
        "die faulen Hunde springen über den schnellen braunen Fuchs",
        "",
        " \n ",
    ],
)
def test_what_is_right_or_not_to_be_judged_stays(text):
    assert correct_spelling(text) == text


def test_punctuation_and_lines_around_a_mended_word_stay():
    assert correct_spelling("(the evenig),\n  a “sarnple”; and recieved...\r\n") == (
        "(the evening),\n  a “sample”; and received...\r\n"
    )


def test_words_of_ones_own_are_right_and_are_suggested(tmp_path):
    text = "the ocrprepper mended the ocrpreper here"
    assert correct_spelling(text) == text
    mended = "the ocrprepper mended the ocrprepper here"
    assert correct_spelling(text, words=["Ocrprepper", "ocrprep"]) == mended
    file = tmp_path / "words.txt"
    file.write_text("\ufeffocrprepper\r\n\nocrprep\n", encoding="utf-8")
    assert correct_spelling(text, words=file) == correct_spelling(text, words=str(file)) == mended
    assert correct_spelling("a sarnple here", words=["sarnple"]) == "a sarnple here"
    with pytest.raises(ConfigError, match="cannot be read"):
        correct_spelling(text, words=tmp_path / "none.txt")
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        correct_spelling(text, words=file)


def test_mistakes_are_listed_with_places_and_suggestions():
    found = misspelled("the recieved, xlttrqq evenig")
    assert [(item.text, item.place) for item in found] == [("recieved", 4), ("xlttrqq", 14), ("evenig", 22)]
    assert found[0].suggestions[0] == "received"
    assert found[1].suggestions == ()
    assert "evening" in found[2].suggestions
    assert misspelled(RIGHT) == ()


def test_languages_by_either_name_and_several_at_once():
    for language in ("eng", "en", "ENG", "eng+fra", "fra+eng"):
        assert correct_spelling(WRONG, language=language) == RIGHT
    assert misspelled("aujourd'hui the keeper parle", language="eng+fra") == ()
    assert [item.text for item in misspelled("aujourd'hui the keeper parle", language="eng")] == [
        "aujourd'hui",
        "parle",
    ]


def test_a_language_without_a_dictionary_is_named_with_those_that_have_one():
    with pytest.raises(ConfigError, match="'jpn'") as caught:
        correct_spelling("text", language="jpn")
    assert "eng (en)" in caught.value.hint


def test_a_missing_library_names_the_extra(monkeypatch):
    dictionaries._shares.cache_clear()
    monkeypatch.setitem(sys.modules, "spellchecker", None)
    with pytest.raises(ConfigError, match="pyspellchecker") as caught:
        correct_spelling("text")
    assert "ocrprep[text]" in caught.value.hint


def test_a_result_keeps_its_boxes_and_what_was_read():
    page = reading("the keeper recieved a", "sarnple of the evenig", confidence=80.0)
    made = correct_spelling(page)
    assert [line.text for line in made.lines] == ["the keeper received a", "sample of the evening"]
    assert made.recognition_text == "the keeper received a\nsample of the evening\n\n"
    for old, new in zip(page.words, made.words, strict=True):
        assert (new.box, new.source_quad, new.confidence) == (old.box, old.source_quad, old.confidence)
        if new.text != old.text:
            assert [(other.text, other.share) for other in new.alternatives] == [(old.text, 0.0)]
    assert made.warnings == ("words mended by a dictionary: recieved → received, sarnple → sample, evenig → evening",)
    assert made.as_dict()["lines"][0]["words"][2]["alternatives"][0]["text"] == "recieved"
    assert correct_spelling(made) == made


def test_a_result_that_needs_no_mending_is_the_same():
    page = reading("the keeper received a note")
    assert correct_spelling(page) is page
    assert misspelled(page) == ()
    with pytest.raises(ConfigError, match="'jpn'"):
        correct_spelling(reading("text", language="jpn"))


def test_characters_of_a_mended_word_are_left_out():
    page = reading("the evenig")
    box = Box(0, 0, 1, 1)
    signs = tuple(Character(sign, 90.0, box, as_quad(box.corners())) for sign in "evenig")
    line = replace(page.lines[0], words=tuple(replace(word, characters=signs[: len(word.text)]) for word in page.words))
    made = correct_spelling(replace(page, lines=(line,)))
    assert [len(word.characters) for word in made.words] == [3, 0]


@settings(max_examples=60, deadline=None)
@given(st.text("abcdest -'.\n1A", max_size=40) | st.text(max_size=30))
def test_only_letters_within_words_change(text):
    made = correct_spelling(text)
    kept = [[sign for sign in item if not sign.isalpha() and sign not in "'’-"] for item in (text, made)]
    assert kept[0] == kept[1]
    assert len(made.split()) == len(text.split())
    assert made.count("\n") == text.count("\n")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(RIGHT.split()), max_size=12))
def test_right_texts_stay(words):
    assert correct_spelling(" ".join(words)) == " ".join(words)
