"""Places, divisions and orders that are easily got wrong when readings are merged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocrprep.consensus import merge_readings
from ocrprep.errors import InputError
from ocrprep.evaluation.calibration import shares
from ocrprep.geometry import Box
from ocrprep.page import Source
from ocrprep.result import Line, as_quad, sifted
from tests.readings import Row, reading, texts


def test_a_missed_line_stays_one_line_although_its_words_have_different_witnesses():
    first, last = "Quick brown foxes", "over lazy dogs and more"
    base = reading(first, "", last)
    other = reading("Quick", "alpha beta gamma delta", "over", confidence=90, sure={"alpha": 95, "gamma": 95})
    third = reading("Quick", "alpha beta gamma delta", "over", confidence=89, sure={"beta": 95, "delta": 95})
    assert texts(merge_readings([base, other, third])) == [first, "alpha beta gamma delta", last]


def test_a_word_put_together_letter_by_letter_is_one_of_a_consensus():
    seen = ["rccognition of", "recogmition of", "recognitlon of"]
    made = merge_readings([reading(text, confidence=90 - number) for number, text in enumerate(seen)])
    word = made.words[0]
    assert word.text == "recognition"
    assert "alternatives" in made.as_dict()["lines"][0]["words"][0]


def test_a_word_put_together_letter_by_letter_is_sifted_by_its_probability():
    seen = ["rccognition of", "recogmition of", "recognitlon of"]
    made = merge_readings([reading(text, confidence=90 - number) for number, text in enumerate(seen)])
    level = 100 * made.words[0].probability + 1
    assert "recognition" in [word.text for word in sifted(made, level).dropped]


def tall(text, box, confidence):
    made = reading("x", confidence=confidence)
    word = replace(made.words[0], text=text, box=box, source_quad=as_quad(box.corners()))
    return replace(made, lines=(Line((word,), box, word.source_quad),))


def test_a_tall_sign_across_two_lines_does_not_glue_their_words_together():
    two = [Row("alpha gamma"), Row("betas delta", top=22.0)]
    bar = tall("|", Box(20.0, 0.0, 26.0, 42.0), 30.0)
    made = merge_readings([reading(*two), reading(*two, confidence=94), bar])
    assert [word.alternatives for word in made.words] == [(), (), (), ()]


def test_the_rest_of_a_line_that_the_base_read_in_part_stays_in_it():
    long = "Invoice number 1234567 of today's date and place"
    base = reading("Quick", long)
    other = reading("Quick brown foxes jump over", "Invoice number", confidence=94)
    assert texts(merge_readings([base, other])) == ["Quick brown foxes jump over", long]


def test_a_line_of_one_word_that_others_divide_keeps_its_block():
    base = reading("First line here", "helloworld")
    others = [reading("First line", "hello world", confidence=94), reading("First", "hello world", confidence=93)]
    made = merge_readings([base, *others])
    assert made.recognition_text == "First line here\nhello world\n\n"


def test_the_first_line_of_a_column_that_was_missed_stays_in_its_column():
    left = [Row("Second left line", 0.0, 40.0), Row("Third left line", 0.0, 80.0)]
    right = [Row("First right line", 400.0, -1.0, 1), Row("Second right line", 400.0, 39.0, 1)]
    other = reading(Row("First left line", 0.0, 0.0), Row("Second left", 0.0, 40.0), confidence=94)
    made = merge_readings([reading(*left, *right), other])
    assert texts(made) == [
        "First left line",
        "Second left line",
        "Third left line",
        "First right line",
        "Second right line",
    ]


def test_the_order_does_not_matter_even_where_readings_differ_only_in_their_lines():
    one = reading("Quick brown")
    lines = tuple(replace(one.lines[0], words=(w,), box=w.box, source_quad=w.source_quad) for w in one.words)
    two = replace(one, lines=lines, recognition_text="Quick\nbrown\n\n")
    assert merge_readings([one, two]) == merge_readings([two, one])


def test_the_order_does_not_matter_even_where_engines_differ():
    one, two = reading("Quick", engine="one 1"), reading("Quick", engine="two 1")
    assert merge_readings([one, two]) == merge_readings([two, one])


def test_seconds_do_not_depend_on_the_order():
    many = [reading("Quick", confidence=90 + n, seconds=s) for n, s in enumerate((0.1, 0.2, 0.3))]
    assert merge_readings(many) == merge_readings(many[::-1])


def test_words_that_were_dropped_before_the_merge_are_not_lost():
    rest = "Quick brown foxes"
    one = sifted(reading(rest, "a", sure={"a": 3.0}), 5.0)
    two = sifted(reading(rest, "b", confidence=94, sure={"b": 3.0}), 5.0)
    assert {word.text for word in merge_readings([one, two]).dropped} == {"a", "b"}


def test_a_word_that_others_saw_is_not_dropped_as_well():
    one = sifted(reading("Quick brown foxes jump over", sure={"brown": 3.0}), 5.0)
    made = merge_readings([one, reading("Quick brown foxes", confidence=94)])
    assert "brown" in [word.text for word in made.words]
    assert "brown" not in [word.text for word in made.dropped]


def test_files_of_one_name_and_different_content_are_told_apart():
    with pytest.raises(InputError) as caught:
        merge_readings(
            [reading("a", source=Source("a.png", sha256="1")), reading("a", source=Source("a.png", sha256="2"))]
        )
    one, _, other = str(caught.value).rpartition(": ")[2].partition(" and ")
    assert one != other


def test_a_bin_holds_its_lower_end_whatever_its_width():
    (found,) = shares([0.29], [1.0], bins=100)
    assert found.low == 0.29


def test_truth_out_of_range():
    with pytest.raises(InputError):
        shares([0.5], [float("nan")])
