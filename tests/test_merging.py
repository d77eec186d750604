"""Several readings made into one: who wins, where it stands, and that nothing depends on what it should not."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep import geometry
from ocrprep.consensus import merge_readings
from ocrprep.consensus._rover import aligned, combined
from ocrprep.consensus._seen import Coverage, Looked
from ocrprep.consensus.merging import merged
from ocrprep.errors import InputError
from ocrprep.geometry import Box
from ocrprep.page import Source
from ocrprep.result import as_quad, text_of
from tests.readings import HEIGHT, Row, places, reading, texts

WORDS = ["Quick", "brown", "foxes", "over", "lazy", "dogs.", "Invoice", "no.", "1234567", "total:", "98.50", "(paid)"]

rows = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=4)
angles = st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(-180.0, 180.0))


def moves(angle, bend):
    """Maps that turn, bend, stretch and move what lies near the origin."""
    return st.builds(
        lambda turn, x, y, size, dx, dy: (
            geometry.translation(dx, dy)
            @ geometry.scaling(size, size)
            @ geometry.rotation(turn, about=(150.0, 50.0))
            @ np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [x, y, 1.0]])
        ),
        angle,
        st.floats(-bend, bend),
        st.floats(-bend, bend),
        st.floats(0.4, 4.0),
        st.floats(-2000.0, 2000.0),
        st.floats(-2000.0, 2000.0),
    )


straight = moves(st.sampled_from([0.0, 90.0, 180.0, 270.0]), 0.0)
bent = moves(st.floats(-2.0, 2.0), 5e-5)
anyhow = moves(angles, 2e-4)


@st.composite
def noisy(draw, lines):
    """A reading of the lines with some signs wrong, which divides, joins, misses and invents words."""
    signs = [list(line) for line in lines]
    for _ in range(draw(st.integers(0, 5))):
        line = draw(st.sampled_from(signs))
        line[draw(st.integers(0, len(line) - 1))] = draw(st.sampled_from("x1|.   "))
    return reading(*map("".join, signs), confidence=draw(st.integers(10, 97)), page=draw(bent))


several = rows.flatmap(lambda lines: st.lists(noisy(lines), min_size=2, max_size=4))


def unvoted(result):
    """The lines without what a consensus adds to their words."""
    return tuple(
        replace(
            line,
            words=tuple(replace(word, probability=None, readings=(), alternatives=()) for word in line.words),
        )
        for line in result.lines
    )


def words_by_text(result):
    return {word.text: word for word in result.words}


# Whatever is read.


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows.flatmap(noisy), st.integers(1, 5))
def test_a_reading_merged_with_itself_changes_nothing(one, times):
    made = merge_readings([one] * times)
    assert unvoted(made) == one.lines
    assert made.recognition_text == one.recognition_text
    assert made.dropped == ()
    assert len(made.readings) == 1
    assert all(0.0 < word.probability < 1.0 and word.readings == (0,) for word in made.words)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(several.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_the_order_of_the_readings_does_not_matter(orders):
    given_order, another = orders
    assert merge_readings(another) == merge_readings(given_order)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(several, st.integers(0, 4))
def test_a_reading_given_twice_counts_once(readings, which):
    again = readings[which % len(readings)]
    assert merge_readings([again, *readings]) == replace(merge_readings(readings), seconds=0.25 * (len(readings) + 1))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(several, st.integers(0, 4), straight)
def test_an_empty_reading_changes_nothing(readings, place, page):
    empty = reading(page=page, seconds=0.0)
    assert merge_readings([*readings[:place], empty, *readings[place:]]) == merge_readings(readings)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(several)
def test_a_consensus_of_anything_is_sound(readings):
    made = merge_readings(readings)
    for word in (*made.words, *made.dropped):
        assert word.text
        assert 0.0 <= word.probability <= 1.0
        assert set(word.readings) <= set(range(len(made.readings)))
        assert 0.0 <= sum(other.share for other in word.alternatives) <= 1.0 + 1e-9
        assert word.text not in {other.text for other in word.alternatives}
    assert made.recognition_text == text_of(made.lines)
    assert all(line.words for line in made.lines)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows, anyhow, st.lists(straight, min_size=2, max_size=4))
def test_words_keep_their_places_on_the_source_through_turned_scaled_and_moved_pages(lines, upright, pages):
    readings = [
        reading(*lines, page=page, upright=upright, confidence=95.0 - number) for number, page in enumerate(pages)
    ]
    made = merge_readings(readings)
    truth = places(*lines, upright=upright)
    assert [word.text for word in made.words] == [text for text, _ in truth]
    for word, (_, corners) in zip(made.words, truth, strict=True):
        assert len(word.readings) == len(readings)
        # The first corner is the upper left one of the page that was read, which may lie on its side.
        off = min(np.abs(np.roll(corners, turn, axis=0) - np.array(word.source_quad)).max() for turn in range(4))
        assert off <= 1e-6 * max(1.0, np.abs(corners).max())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows, anyhow, st.lists(bent, min_size=2, max_size=4))
def test_the_true_words_vote_together_although_each_page_is_bent_in_its_own_way(lines, upright, pages):
    readings = [
        reading(*lines, page=page, upright=upright, confidence=95.0 - number) for number, page in enumerate(pages)
    ]
    made = merge_readings(readings)
    to_source = np.array(made.to_source).reshape(3, 3)
    assert texts(made) == texts(readings[0])
    for place, word in enumerate(made.words):
        assert len(word.readings) == len(readings)
        assert word.alternatives == ()
        assert word.source_quad in {item.words[place].source_quad for item in readings}
        corners = geometry.apply(to_source, word.box.corners())
        assert np.abs(corners - np.array(word.source_quad)).max() <= 1e-6 * max(1.0, np.abs(corners).max())


# Who wins.


def test_two_that_are_right_outvote_one_that_is_wrong():
    right, again, wrong = "Quick brown foxes", "Quick brown foxes", "Quick brovm foxes"
    made = merge_readings([reading(wrong, confidence=96), reading(right), reading(again, confidence=94)])
    word = words_by_text(made)["brown"]
    (other,) = word.alternatives
    assert texts(made) == ["Quick brown foxes"]
    assert other.text == "brovm"
    assert 0.0 < other.share < 0.5
    assert sorted([*word.readings, *other.readings]) == [0, 1, 2]
    assert word.confidence == 95.0
    assert word.probability < words_by_text(made)["Quick"].probability


def test_voters_are_places_in_the_list_of_readings():
    made = merge_readings(
        [
            reading("Quick brown", after=["scale", "threshold"]),
            reading("Quick brown", confidence=94),
            reading("Quick brovm", confidence=93, after=["binarize"]),
        ]
    )
    names = [item.name for item in made.readings]
    word = words_by_text(made)["brown"]
    assert sorted(names) == ["as it is", "binarize", "scale, threshold"]
    assert {names[number] for number in word.readings} == {"as it is", "scale, threshold"}
    assert [names[number] for number in word.alternatives[0].readings] == ["binarize"]
    assert all(
        (item.words, item.engine, item.seconds, item.share) == (2, "made 1", 0.25, 1.0) for item in made.readings
    )
    assert made.seconds == 0.75


def test_words_that_one_reading_joined_stay_divided():
    split = "Quick brown foxes"
    for joined in ("Quick brown-foxes", "Quickxbrown foxes", "Quick-brown-foxes"):
        made = merge_readings([reading(joined), reading(split, confidence=94), reading(split, confidence=93)])
        assert texts(made) == [split]


def test_a_word_that_one_reading_divided_stays_whole():
    whole = "Quick recognition foxes"
    made = merge_readings(
        [reading("Quick recog ition foxes"), reading(whole, confidence=94), reading(whole, confidence=93)]
    )
    (other,) = words_by_text(made)["recognition"].alternatives
    assert texts(made) == [whole]
    assert other.text == "recogition"


def test_a_reading_that_left_out_a_blank_votes_for_both_words_and_one_that_read_them_otherwise_against_them():
    close = [Row("brown"), Row("foxes", left=52.0, top=0.0)]
    apart = [reading(*close, confidence=number) for number in (95, 94)]
    assert len(apart[0].lines) == 2
    made = merge_readings([*apart, reading("brownfoxes", confidence=90)])
    assert [(word.text, len(word.readings)) for word in made.words] == [("brown", 3), ("foxes", 3)]
    made = merge_readings([*apart, reading("brovmfoxes", confidence=90)])
    assert [(word.text, len(word.readings)) for word in made.words] == [("brown", 2), ("foxes", 2)]


def test_a_doubtful_word_that_only_one_reading_saw_is_kept_apart():
    rest = "Quick brown foxes"
    noise = reading(f"{rest} ~;", confidence=90, sure={"~;": 12})
    made = merge_readings([reading(rest), noise, reading(rest, confidence=91)])
    (word,) = made.dropped
    assert texts(made) == [rest]
    assert made.recognition_text == f"{rest}\n\n"
    assert (word.text, word.confidence) == ("~;", 12)
    assert word.probability < 0.3
    assert word.source_quad == noise.words[-1].source_quad


def test_where_all_differ_the_word_is_put_together_letter_by_letter():
    seen = ["rccognition of", "recogmition of", "recognitlon of"]
    made = merge_readings([reading(text, confidence=90 - number) for number, text in enumerate(seen)])
    word = made.words[0]
    assert word.text == "recognition"
    assert {other.text for other in word.alternatives} == {"rccognition", "recogmition", "recognitlon"}
    assert sum(other.share for other in word.alternatives) == pytest.approx(1.0)


# Letter by letter.

short = st.text("abco0 é", max_size=8)
votes = st.lists(st.tuples(st.text("abco0é", min_size=1, max_size=7), st.floats(0.01, 1.0)), min_size=1, max_size=5)


@given(short, short)
@settings(deadline=None, derandomize=True)
def test_an_alignment_covers_both_texts_in_order(one, other):
    pairs = aligned(one, other)
    assert [mine for mine, _ in pairs if mine is not None] == list(range(len(one)))
    assert [theirs for _, theirs in pairs if theirs is not None] == list(range(len(other)))
    assert (None, None) not in pairs


@given(short, short)
@settings(deadline=None, derandomize=True)
def test_an_alignment_needs_as_many_edits_both_ways_and_no_more_than_the_longer_text_is_long(one, other):
    def edits(first, second):
        return sum(None in pair or first[pair[0]] != second[pair[1]] for pair in aligned(first, second))

    assert edits(one, other) == edits(other, one)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))
    assert edits(one, one) == 0


@given(votes)
@settings(deadline=None, derandomize=True)
def test_equal_texts_are_combined_into_themselves(given_votes):
    text = given_votes[0][0]
    assert combined([(text, weight) for _, weight in given_votes]) == text


@given(votes)
@settings(deadline=None, derandomize=True)
def test_a_combination_uses_only_signs_that_were_seen_and_follows_a_majority(given_votes):
    made = combined(given_votes)
    assert set(made) <= set("".join(text for text, _ in given_votes))
    total = sum(weight for _, weight in given_votes)
    assert combined([*given_votes, ("bob", 1.01 * total)]) == "bob"


@pytest.mark.parametrize(
    ("seen", "true"),
    [
        ({"rccognition": 1.0, "recogmition": 1.0, "recognitlon": 1.0}, "recognition"),
        ({"hell": 1.0, "hello": 1.0, "ello": 1.0}, "hello"),
        ({"helo": 0.4, "hello": 0.3, "hello.": 0.3}, "hello"),
        ({"helo": 0.6, "hello": 0.2, "hello.": 0.3}, "helo"),
        ({"total.": 0.4, "total": 0.3, "tctal": 0.3}, "total"),
    ],
)
def test_each_place_takes_the_sign_with_most_votes(seen, true):
    assert combined(list(seen.items())) == true


# Where it stands.


def test_a_missed_word_stands_in_its_line_at_its_place():
    rest = "Total: 98.50 paid in full"
    base = reading("Quick       foxes jump over", rest)
    made = merge_readings([base, reading("Quick brown foxes jump", rest, confidence=90)])
    assert texts(made) == ["Quick brown foxes jump over", rest]
    assert made.lines[0].box == base.lines[0].box
    assert words_by_text(made)["brown"].box == Box(60.0, 0.0, 110.0, HEIGHT)


def test_words_missed_at_the_ends_widen_their_line():
    rest = "Total: 98.50 paid in full and so on"
    made = merge_readings([reading("      brown", rest), reading("Quick brown foxes", rest[:9], confidence=90)])
    assert texts(made) == ["Quick brown foxes", rest]
    assert made.lines[0].box == Box(0.0, 0.0, 170.0, HEIGHT)
    assert made.lines[0].source_quad == as_quad(made.lines[0].box.corners())


def test_a_line_that_runs_to_the_left_takes_a_missed_word_in_at_its_place():
    base = reading(Row("ruof eerht     eno", leftwards=True))
    made = merge_readings([base, reading(Row("     eerht owt eno", leftwards=True), confidence=90)])
    assert texts(base) == ["eno eerht ruof"]
    assert texts(made) == ["eno owt eerht ruof"]


def test_a_missed_line_stands_between_its_neighbours_in_their_paragraph():
    whole = ["Quick brown foxes", "jump over lazy", "dogs and more of them"]
    made = merge_readings([reading(whole[0], "", whole[2]), reading("Quick", whole[1], "dogs", confidence=90)])
    assert texts(made) == whole
    assert {(line.block, line.paragraph) for line in made.lines} == {(0, 0)}
    assert made.recognition_text == "Quick brown foxes\njump over lazy\ndogs and more of them\n\n"


def test_a_missed_line_before_the_first_or_after_the_last_is_a_paragraph_of_its_own():
    whole = ["Quick brown foxes", "jump over lazy dogs", "Invoice number"]
    made = merge_readings([reading("", whole[1], ""), reading(whole[0], "", whole[2], confidence=60)])
    assert texts(made) == whole
    assert made.recognition_text == "".join(f"{line}\n\n" for line in whole)


def test_what_the_base_saw_keeps_its_boxes_to_the_last_digit():
    def bent(angle, size):
        return geometry.rotation(angle) @ geometry.scaling(size, size)

    rest = "Total: 98.50 paid in full"
    base = reading("Quick brown foxes", rest, page=bent(0.7, 1 / 3), confidence=90)
    made = merge_readings([base, reading("Quick brown", page=bent(-0.4, 1.7), confidence=97)])
    assert len(made.words[0].readings) == 2
    assert [word.box for word in made.words] == [word.box for word in base.words]
    assert [word.source_quad for word in made.words] == [word.source_quad for word in base.words]
    assert (made.width, made.height, made.to_source) == (base.width, base.height, base.to_source)


def columns(left, right):
    return [
        *(Row(text, top=40.0 * number) for number, text in enumerate(left)),
        *(Row(text, 400.0, 40.0 * number, block=1) for number, text in enumerate(right)),
    ]


def test_two_columns_stay_apart_and_each_takes_in_its_own_missed_line():
    left, right = ["Quick brown", "foxes jump", "over lazy"], ["Invoice number", "total 98.50", "paid twice"]
    base = reading(*columns([left[0], "", left[2]], [right[0], "", right[2]]))
    made = merge_readings([base, reading(*columns(["Quick", left[1]], ["Invoice", right[1]]), confidence=90)])
    assert texts(made) == [*left, *right]
    assert [line.block for line in made.lines] == [0, 0, 0, 1, 1, 1]


def test_where_one_reading_ran_across_two_columns_the_better_layout_holds():
    left, right = ["Quick brown", "foxes jump"], ["Invoice number", "total 98.50"]
    across = reading(
        *(
            Row(f"{one:40}{other}", top=40.0 * place)
            for place, (one, other) in enumerate(zip(left, right, strict=True))
        ),
        confidence=60,
    )
    made = merge_readings([across, reading(*columns(left, right))])
    assert texts(across)[0] == "Quick brown Invoice number"
    assert texts(made) == [*left, *right]


# Text and paragraphs.

PARAGRAPHS = [Row("Quick brown foxes"), Row("jump over"), Row("lazy dogs", paragraph=1), Row("paid", block=1)]


def test_a_text_has_a_line_for_each_line_and_an_empty_one_after_each_paragraph():
    assert text_of(()) == ""
    assert text_of(reading(*PARAGRAPHS).lines) == "Quick brown foxes\njump over\n\nlazy dogs\n\npaid\n\n"


def test_the_engines_own_text_is_kept_where_no_word_changed():
    own = "Quick  brown foxes\njump over\n\nlazy dogs\n\npaid\n\f"
    base = replace(reading(*PARAGRAPHS), recognition_text=own)
    other = replace(reading(*PARAGRAPHS, confidence=94), recognition_text=own)
    made = merge_readings([base, other])
    assert made.recognition_text == own
    assert [(line.block, line.paragraph) for line in made.lines] == [(0, 0), (0, 0), (0, 1), (1, 0)]
    wrong = [reading(*PARAGRAPHS[:3], Row("pald", block=1), confidence=number) for number in (93, 92, 91)]
    assert merge_readings([base, *wrong]).recognition_text == "Quick brown foxes\njump over\n\nlazy dogs\n\npald\n\n"


# What cannot be merged, and what was read in part.


def test_nothing_to_merge_is_refused():
    with pytest.raises(InputError, match="no reading"):
        merge_readings([])


@pytest.mark.parametrize(
    "source", [Source("other.png"), Source("made.png", page_index=1), Source("made.png", sha256="ab")]
)
def test_readings_of_different_pages_are_refused(source):
    with pytest.raises(InputError, match="different pages"):
        merge_readings([reading("Quick"), reading("Quick", source=source)])


def test_readings_without_words_make_one_without_words():
    made = merge_readings([reading(), reading(after=["scale"])])
    assert (made.lines, made.dropped, made.recognition_text) == ((), (), "")


UPPER, LOWER = "Quick brown foxes", "jump over lazy dogs"
BELOW = (as_quad(Box(0.0, 30.0, 300.0, 70.0).corners()),)


def test_a_reading_counts_only_where_it_looked():
    whole = Looked(reading(UPPER, LOWER))
    part = Looked(reading("", LOWER, confidence=90), areas=BELOW, share=0.5)
    half = np.diag([0.5, 0.5, 1.0])
    for from_source, size in ((geometry.identity(), 1.0), (half, 0.5)):
        looked = Coverage([whole, part, whole], from_source)
        assert looked.count(0.0, 0.0, 50.0 * size, 20.0 * size) == 2
        assert looked.count(0.0, 40.0 * size, 50.0 * size, 60.0 * size) == 3


def test_who_did_not_look_does_not_speak_against_a_word():
    wholes = [Looked(reading(UPPER, LOWER, confidence=number)) for number in (80, 79)]
    seen = reading("", LOWER, confidence=90)
    partly = merged([*wholes, Looked(seen, "part", BELOW, 0.5)])
    wholly = merged([*wholes, Looked(seen, "whole")])
    assert texts(partly) == texts(wholly) == [UPPER, LOWER]
    for one, other in zip(partly.lines[0].words, wholly.lines[0].words, strict=True):
        assert one.probability > other.probability
    assert [item.share for item in partly.readings] == [1.0, 1.0, 0.5]


def test_the_layout_is_that_of_a_reading_of_the_whole_page():
    part = Looked(reading("", LOWER, confidence=97, page=np.diag([3.0, 3.0, 1.0])), "part", BELOW, 0.5)
    whole = reading("Quick", "jump ovor", confidence=40)
    for order in permutations([part, Looked(whole, "whole")]):
        made = merged(order)
        assert made.to_source == whole.to_source
        assert made.words[0].box == whole.words[0].box
