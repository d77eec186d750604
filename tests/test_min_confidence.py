"""Words that are too doubtful are kept apart, never lost; and a job keeps every number of a result."""

import functools
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ocrprep import geometry
from ocrprep.batch.codecs import READINGS
from ocrprep.batch.job import Job
from ocrprep.chain import FilterChain
from ocrprep.consensus import merge_readings
from ocrprep.filters.scale import Scale
from ocrprep.geometry import Box
from ocrprep.page import Page, PageRef, Source
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.result import RecognitionResult, sifted, text_of
from tests.pages import page, scan_rgb
from tests.readings import reading, texts

engine = pytest.mark.engine

ROWS = ["Quick brown foxes", "jump over", "lazy dogs"]
SURE = {"brown": 20.0, "jump": 10.0, "over": 30.0, "dogs": 50.0}


def word_texts(words):
    return [word.text for word in words]


# Sifting.


def test_doubtful_words_go_into_dropped_and_a_line_without_words_is_none():
    before = reading(*ROWS, sure=SURE)
    after = sifted(before, 40.0)
    assert texts(after) == ["Quick foxes", "lazy dogs"]
    assert word_texts(after.dropped) == ["brown", "jump", "over"]
    assert after.recognition_text == "Quick foxes\nlazy dogs\n\n"
    assert after.lines[0].box == before.lines[0].box
    assert after.lines[1] is before.lines[2]


def test_a_word_of_just_the_least_confidence_stays():
    assert word_texts(sifted(reading(*ROWS, sure=SURE), 30.0).dropped) == ["brown", "jump"]


def test_the_engines_own_text_is_kept_unless_a_word_went():
    own = replace(reading(*ROWS, sure=SURE), recognition_text="Quick  brown foxes\njump over\nlazy dogs\f")
    assert sifted(own, 10.0) is own
    assert sifted(own, 0.0) is own
    assert sifted(own, 11.0).recognition_text == "Quick brown foxes\nover\nlazy dogs\n\n"


def test_what_was_dropped_before_stays_dropped():
    once = sifted(reading(*ROWS, sure=SURE), 15.0)
    assert word_texts(sifted(once, 25.0).dropped) == ["jump", "brown"]


def test_words_of_a_consensus_are_sifted_by_their_probability():
    right = [reading("Quick brown foxes", confidence=number) for number in (95, 94)]
    made = merge_readings([*right, reading("Quick brovm foxes", confidence=93)])
    doubtful = next(word for word in made.words if word.text == "brown")
    level = 100.0 * doubtful.probability
    assert doubtful.confidence == 95.0
    assert sifted(made, level - 0.01) is made
    assert word_texts(sifted(made, level + 0.01).dropped) == ["brown"]
    # The words of a single reading have probabilities as well, but are sifted by the engine's own confidence.
    single = replace(
        made, readings=(), lines=tuple(replace(line, words=tuple(map(one_voice, line.words))) for line in made.lines)
    )
    assert sifted(single, 95.0) is single


def one_voice(word):
    return replace(word, readings=(), alternatives=(), probability=0.1)


rows = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4).map(" ".join), max_size=4)


@given(rows, st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 100)), st.floats(0, 100))
@settings(deadline=None, derandomize=True)
def test_no_word_is_lost_and_none_made(lines, sure, least):
    before = reading(*lines, sure=sure)
    after = sifted(before, least)
    assert sorted(map(repr, (*after.words, *after.dropped))) == sorted(map(repr, before.words))
    assert all(word.confidence >= least for word in after.words)
    assert all(word.confidence < least for word in after.dropped)
    assert after.recognition_text == text_of(after.lines)


# Tesseract.


@pytest.mark.parametrize("wrong", [-0.1, 100.1, "much", None, float("nan")])
def test_a_least_confidence_that_is_none_is_refused_at_once(wrong):
    with pytest.raises(ValidationError):
        TesseractRecognizer(min_confidence=wrong)


def test_a_least_confidence_belongs_to_what_a_reading_depends_on():
    assert TesseractRecognizer(min_confidence=30).setting["min_confidence"] == 30
    assert repr(TesseractRecognizer(min_confidence=30)) == "TesseractRecognizer(min_confidence=30.0)"
    assert TesseractRecognizer().settings.min_confidence == 0


@functools.cache
def scans() -> tuple[Page, Page]:
    return page(scan_rgb(400, 250), 300.0), page(scan_rgb(400, 200, seed=8), 300.0)


@functools.cache
def all_words() -> tuple[RecognitionResult, RecognitionResult]:
    reader = TesseractRecognizer()
    return reader.read(scans()[0]), reader.read(scans()[1])


@functools.cache
def middle() -> float:
    """A confidence that splits the words of each page."""
    return sorted(word.confidence for word in all_words()[0].words)[len(all_words()[0].words) // 2]


def by_place(words):
    return sorted(words, key=lambda word: (word.box.top, word.box.left, word.text))


@engine
def test_tesseracts_doubtful_words_are_kept_apart():
    before = all_words()[0]
    after = TesseractRecognizer(min_confidence=middle()).read(scans()[0])
    assert after.words
    assert after.dropped
    assert min(word.confidence for word in after.words) >= middle() > max(word.confidence for word in after.dropped)
    assert by_place((*after.words, *after.dropped)) == by_place(before.words)
    assert after.recognition_text == text_of(after.lines)
    assert before.dropped == ()


@engine
def test_words_have_probabilities_if_the_engine_is_the_one_that_they_were_fitted_on():
    assert all(0.0 < word.probability < 1.0 for word in all_words()[0].words)


@engine
def test_read_all_keeps_what_read_drops():
    reader = TesseractRecognizer(min_confidence=middle())
    assert reader.read_all(scans()[0]).lines == all_words()[0].lines
    assert sifted(reader.read_all(scans()[0]), middle()).words == reader.read(scans()[0]).words


@engine
@pytest.mark.parametrize("isolation", ["process", "none"])
def test_a_batch_is_sifted_wherever_its_engines_run(isolation):
    with TesseractRecognizer(min_confidence=middle(), isolation=isolation) as reader:
        output = reader.recognize(scans(), workers=2)
    for before, after in zip(all_words(), output, strict=True):
        assert after.dropped
        assert after.lines == sifted(before, middle()).lines
        assert by_place((*after.words, *after.dropped)) == by_place(before.words)


@engine
@pytest.mark.parametrize("isolation", ["process", "none"])
def test_a_consensus_is_sifted_by_probability_after_the_merge(isolation):
    def read(least):
        with TesseractRecognizer(isolation=isolation, min_confidence=least) as reader:
            return reader.recognize(scans()[0], consensus=[FilterChain(), FilterChain([Scale(1.5)])])[0]

    whole = read(0)
    sure = sorted(100.0 * word.probability for word in whole.words)
    after = read(sure[5])
    assert len(after.readings) == len(whole.readings) == 2
    assert sorted(100.0 * word.probability for word in after.words) == [value for value in sure if value >= sure[5]]
    assert by_place((*after.words, *after.dropped)) == by_place((*whole.words, *whole.dropped))


@engine
def test_a_job_with_another_least_confidence_reads_again(tmp_path):
    def steps(least):
        told = []
        reader = TesseractRecognizer(isolation="none", min_confidence=least)
        (made,) = reader.recognize(scans()[0], job=tmp_path / "job", progress=told.append)
        return made, [news.step for news in told][-1]

    first, _ = steps(0)
    second, step = steps(middle())
    again, known = steps(middle())
    assert (step, known) == ("page", "known")
    assert len(first.words) == len(second.words) + len(second.dropped)
    assert again == second


# What is kept of a result.


ENLARGED = geometry.rotation(1.0) @ geometry.scaling(3.0, 3.0)


def consensus():
    """A result in which every field of a consensus says something."""
    rest = "Quick brown foxes"
    third = reading("Quick brovm foxes ~;", confidence=91.3, sure={"~;": 12}, after=["scale"], page=ENLARGED)
    made = merge_readings([reading(rest), reading(rest, confidence=100 / 3 + 60), third])
    assert made.dropped
    assert made.words[1].alternatives
    return replace(made, to_source=(0.1, 1e-17, 1 / 3, -0.0, 2.0, 1e22, 1e-5, 0.0, 1.0), source=Source("a.png"))


def test_a_consensus_comes_back_from_json_exactly():
    made = consensus()
    again = READINGS.decode(json.loads(json.dumps(READINGS.encode(made))), PageRef(made.source, lambda: None))
    assert again == made
    assert (again.to_source, again.dropped, again.readings) == (made.to_source, made.dropped, made.readings)
    for one, other in zip(again.words, made.words, strict=True):
        assert (one.probability, one.readings, one.alternatives) == (
            other.probability,
            other.readings,
            other.alternatives,
        )
    assert hash(again.words) == hash(made.words)


def test_a_consensus_comes_back_from_a_job_exactly(tmp_path):
    made = consensus()
    ref = PageRef(Source("a.png", sha256="ab"), lambda: None)
    made = replace(made, source=ref.source)
    for known in (False, True):
        with Job(tmp_path / "job") as job:
            assert job.around({}, READINGS, lambda _: "t")(ref, lambda: made) == (made, known)


def test_json_tells_what_a_consensus_knows():
    made = consensus()
    told = json.loads(made.get_json())
    assert told == made.as_dict()
    assert told["to_source"] == list(made.to_source)
    word = told["lines"][0]["words"][1]
    (other,) = word["alternatives"]
    assert word["text"] == "brown"
    assert word["probability"] == round(made.words[1].probability, 4)
    assert word["readings"] == list(made.words[1].readings)
    assert other == {
        "text": "brovm",
        "share": round(made.words[1].alternatives[0].share, 4),
        "readings": list(made.words[1].alternatives[0].readings),
    }
    assert word_texts(made.dropped) == [item["text"] for item in told["dropped"]]
    assert set(told["dropped"][0]) >= {"confidence", "page_box", "source_quad", "probability", "readings"}
    assert [(item["name"], item["words"], item["share"]) for item in told["readings"]] == [
        (item.name, item.words, item.share) for item in made.readings
    ]
    assert [step["kind"] for item in told["readings"] for step in item["steps"]] == ["scale"]


def test_json_of_a_single_reading_says_nothing_of_votes():
    told = reading("Quick").as_dict()
    assert (told["dropped"], told["readings"]) == ([], [])
    assert told["to_source"] == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    assert set(told["lines"][0]["words"][0]) == {"text", "confidence", "quad", "page_box", "source_quad"}


def test_the_box_of_a_dropped_word_is_one_of_its_page():
    (word,) = sifted(reading("Quick brown", sure={"Quick": 3.0}), 5.0).dropped
    assert word.box == Box(0.0, 0.0, 50.0, 20.0)
    assert word.source_box == word.box
