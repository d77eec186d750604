"""A page read several times: what is read, how often, at what cost, and what comes of it."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from ocrprep import OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.chain import FilterChain
from ocrprep.consensus import Consensus, consensus_of, read_with_consensus
from ocrprep.consensus.reading import effort, extent_of
from ocrprep.errors import ConfigError, FilterError, RecognizerError
from ocrprep.evaluation.text import text_scores
from ocrprep.filters.base import Orientation
from ocrprep.geometry import Box, apply
from ocrprep.page import PixelMode, convert_pixels
from ocrprep.result import Line, PageFailure, RecognitionResult, Word, as_map, quad_on_source, text_of
from ocrprep.testing import FakeRecognizer
from tests.pages import TEXT, page, text_gray

engine = pytest.mark.engine

AS_IT_IS, TWICE = FilterChain(), FilterChain.from_flags(["scale=2"])
ALL_DOUBTFUL = frozenset(range(99))
SURE, NEVER_SURE = 96.0, dict.fromkeys(range(1, 9), 15.0)


class Rows:
    """Sees a line in each row of ink and a word in each run of it, by the pixels alone.

    Args:
        doubtful: 0-based numbers of the lines of the first page that it is not sure of.
        unsure: its confidence there by the number of the page, 1 being the first; on other pages it is sure of all.
        orientation: what it thinks of every page.
        errors: by the number of the page.
    """

    name, version, languages = "rows", "1", ("eng",)

    def __init__(self, doubtful=frozenset(), *, unsure=None, orientation=None, errors=None):
        self.doubtful, self.unsure = doubtful, {1: 15.0} if unsure is None else unsure
        self.told, self.errors = orientation, errors or {}
        self.pages, self.results = [], []

    def orientation(self, page):
        return self.told

    def read(self, page):
        self.pages.append(page)
        number = len(self.pages)
        if number in self.errors:
            raise self.errors[number]
        unsure = self.unsure.get(number, SURE)
        sure = (unsure if place in self.doubtful else SURE for place in range(len(ink_rows(page))))
        lines = [line_of(page, *row, how) for row, how in zip(ink_rows(page), sure, strict=False)]
        self.results.append(
            RecognitionResult(
                text_of(lines),
                tuple(lines),
                source=page.source,
                width=page.width,
                height=page.height,
                steps=page.steps,
                engine="rows 1",
                seconds=0.5,
                to_source=as_map(page.to_source),
            )
        )
        return self.results[-1]


def runs(there):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def ink(page):
    return convert_pixels(page.pixels, PixelMode.GRAY) < 150


def ink_rows(page):
    return [(top, bottom) for top, bottom in runs(ink(page).any(axis=1)) if bottom - top >= 5]


def line_of(page, top, bottom, confidence):
    columns = np.pad(ink(page)[top:bottom].any(axis=0).astype(np.uint8), 40)[None]
    joined = cv2.morphologyEx(columns, cv2.MORPH_CLOSE, np.ones((1, (bottom - top) // 2 | 1), np.uint8))[0, 40:-40]
    boxes = [Box(left, top, right, bottom) for left, right in runs(joined)]
    words = tuple(Word("quick", confidence, box, quad_on_source(page, box)) for box in boxes)
    whole = Box(boxes[0].left, top, boxes[-1].right, bottom)
    return Line(words, whole, quad_on_source(page, whole))


def clean(rows=6, *, size=30):
    """A page on which all is well, with so many lines."""
    step = round(size * 1.6)
    return page(text_gray(13 * size, rows * step + size, size=size, ink=20, paper=252), 300)


def small():
    return page(text_gray(300, 200, size=12, ink=20, paper=252))


def read(subject, reader, wanted="auto", budget=None):
    """The result, and what was told meanwhile."""
    told = []
    return read_with_consensus(subject, reader, consensus_of(wanted, budget), told.append), told


def efforts(reader):
    """Of each reading, in readings of the whole first page."""
    spent = [
        effort(page.pixels.size, extent_of(result)) for page, result in zip(reader.pages, reader.results, strict=True)
    ]
    return [item / spent[0] for item in spent]


def essence(result):
    """A result without its times."""
    return result.recognition_text, result.lines, result.dropped, [(item.name, item.words) for item in result.readings]


# Settings


@pytest.mark.parametrize("wanted", ["auto", *range(1, 7), [AS_IT_IS], (TWICE, AS_IT_IS)])
def test_a_consensus_is_auto_a_number_or_chains(wanted):
    assert consensus_of(wanted, None).readings == (tuple(wanted) if isinstance(wanted, list) else wanted)


@pytest.mark.parametrize("wanted", [0, 7, -1, True, 3.0, "often", "3", [], (), ["otsu"], AS_IT_IS, TWICE, {}])
def test_what_is_no_consensus_is_an_error_that_names_what_is(wanted):
    with pytest.raises(ConfigError, match=r"'auto', a number from 1 to 6, or a list of FilterChains"):
        consensus_of(wanted, None)


@pytest.mark.parametrize("budget", [0.99, 0, -1.5, float("nan"), float("inf"), "much"])
def test_what_is_no_budget_is_an_error_that_names_what_is(budget):
    with pytest.raises(ConfigError, match="budget is 1 or more"):
        consensus_of("auto", budget)


@pytest.mark.parametrize("wanted", [3, [AS_IT_IS]])
def test_a_budget_goes_with_auto_alone(wanted):
    assert consensus_of("auto", 1) == Consensus(budget=1.0)
    with pytest.raises(ConfigError, match="a budget goes with readings='auto'"):
        consensus_of(wanted, 1.5)


def test_a_budget_without_a_consensus_is_an_error_and_neither_is_none():
    assert consensus_of(None, None) is None
    with pytest.raises(ConfigError, match=r"without consensus \(consensus='auto'\)"):
        consensus_of(None, 1.5)


# How often, and what


@pytest.mark.parametrize("count", range(1, 7))
def test_a_number_is_that_of_the_readings_of_the_whole_page(count):
    reader = FakeRecognizer("Quick brown foxes")
    _, told = read(clean(), reader, count)
    assert len(reader.pages) == len(told) == len(set(told)) == count


def test_chains_are_read_in_their_order_and_named_by_it():
    reader = Rows()
    result, told = read(clean(), reader, [TWICE, AS_IT_IS, FilterChain.from_flags(["median", "scale=3"])])
    assert told == ["read 1: scale", "read 2: as it is", "read 3: median, scale"]
    assert [item.width for item in reader.pages] == [780, 390, 1170]
    assert {f"read {item.name}" for item in result.readings} == set(told)


def test_auto_reads_once_where_nothing_is_doubtful_and_six_times_where_everything_stays_so():
    assert read(clean(), Rows())[1] == ["read as it is"]
    doubtful = Rows(ALL_DOUBTFUL, unsure=NEVER_SURE)
    _, told = read(clean(), doubtful)
    assert told == [
        f"read {name}"
        for name in ("as it is", "prepared", "local contrast", "enlarged", "black and white", "larger")
    ]  # fmt: skip


def test_auto_stops_as_soon_as_nothing_is_doubtful_any_more():
    assert len(read(clean(), Rows(ALL_DOUBTFUL))[1]) < 6


def test_a_page_that_was_read_before_is_not_read_again():
    reader = Rows()
    assert len(read(clean(), reader, [AS_IT_IS, AS_IT_IS, TWICE, AS_IT_IS, TWICE])[1]) == len(reader.pages) == 2


def test_small_type_is_read_prepared_first_and_enlarged():
    before, reader = small(), FakeRecognizer("Quick")
    assert read(before, reader, 1)[1] == ["read prepared"]
    assert "scale" in [step.kind for step in reader.pages[0].steps]


@pytest.mark.parametrize("level", [128, None])
def test_a_clean_page_is_read_as_it_is_first(level):
    before = clean() if level is None else page(clean().pixels > level, 300)
    reader = FakeRecognizer("Quick")
    assert read(before, reader, 1)[1] == ["read as it is"]
    assert reader.pages[0] is before


@pytest.mark.parametrize("pixels", [clean().pixels, clean().pixels > 128, np.dstack([clean().pixels] * 3)])
@pytest.mark.parametrize(("wanted", "budget"), [("auto", None), ("auto", 3), (6, None), ((TWICE, AS_IT_IS), None)])
def test_pages_of_every_mode_are_read(pixels, wanted, budget):
    result, _ = read(page(pixels, 300), Rows(ALL_DOUBTFUL), wanted, budget)
    assert len(result.lines) == 6
    assert not result.warnings


@pytest.mark.parametrize("pixels", [np.zeros((1, 1), np.uint8), np.ones((1, 1), bool), np.full((1, 1, 3), 9, np.uint8)])
@pytest.mark.parametrize(("wanted", "budget"), [("auto", None), ("auto", 2), (6, None), ((TWICE, AS_IT_IS), None)])
def test_a_page_of_one_pixel_is_a_page(pixels, wanted, budget):
    assert not read(page(pixels), FakeRecognizer(""), wanted, budget)[0].words
    assert read(page(pixels), FakeRecognizer("a"), wanted, budget)[0].recognition_text.strip() == "a"


@pytest.mark.parametrize(("wanted", "budget"), [("auto", None), ("auto", 2), (3, None)])
def test_a_blank_page_has_no_words_and_what_the_engine_says_of_it_is_kept(wanted, budget):
    class Blank(FakeRecognizer):
        def read(self, page):
            return replace(super().read(page), warnings=("nothing here",))

    result, _ = read(page(np.full((400, 300), 240, np.uint8)), Blank(""), wanted, budget)
    assert (result.recognition_text, result.lines, result.dropped) == ("", (), ())
    assert result.warnings == ("nothing here",)


# Budget


@pytest.mark.parametrize("doubtful", [{3}, {0, 4}, {1, 2, 3}])
def test_with_a_budget_just_the_doubtful_lines_are_read_again(doubtful):
    subject, reader = clean(8), Rows(frozenset(doubtful))
    result, told = read(subject, reader, budget=3)
    assert told == ["read as it is", "read prepared"]
    cuttings = reader.pages[1]
    assert cuttings.pixels.size < subject.pixels.size
    assert len(ink_rows(cuttings)) == len(doubtful)
    assert len(result.lines) == 8
    assert [item.share for item in result.readings] == [1.0, pytest.approx(len(doubtful) / 8, abs=0.05)]


def test_the_cuttings_show_the_very_line_that_is_doubtful():
    subject = clean(8)
    pixels = subject.pixels.copy()
    # A mark in the fourth line, wider than any letter.
    top, bottom = ink_rows(subject)[3]
    pixels[top:bottom, 60:200] = 20
    reader = Rows(frozenset({3}))
    read(page(pixels, 300), reader, budget=2)
    assert runs(ink(reader.pages[1]).mean(axis=0) > 0.2)[0][1] >= 130


def test_doubtful_lines_side_by_side_are_read_as_often_as_they_stay_so():
    assert read(clean(), Rows(ALL_DOUBTFUL, unsure=NEVER_SURE), budget=20)[1] == [
        "read as it is", "read prepared", "read local contrast",
    ]  # fmt: skip


def test_a_budget_of_one_reads_once_and_leaves_out_what_is_doubtful():
    reader = Rows(frozenset({2}))
    result, told = read(clean(), reader, budget=1)
    assert told == ["read as it is"]
    assert len(result.lines) == 5
    assert [word.text for word in result.dropped] == ["quick"] * len(reader.results[0].lines[2].words)


def test_a_larger_budget_reads_no_less():
    lines = []
    for budget in (1, 1.2, 1.5, 2, 3, 6):
        reader = Rows(ALL_DOUBTFUL)
        read(clean(8), reader, budget=budget)
        lines.append(sum(len(ink_rows(item)) for item in reader.pages[1:]))
    assert lines == sorted(lines)
    assert lines[0] == 0
    assert lines[-1] == 8


@pytest.mark.parametrize("doubtful", [{3}, {0, 4}, ALL_DOUBTFUL])
@pytest.mark.parametrize("budget", [1, 1.25, 1.5, 2, 3])
def test_the_effort_of_all_readings_respects_the_budget(doubtful, budget):
    reader = Rows(doubtful, unsure=NEVER_SURE)
    read(clean(8), reader, budget=budget)
    assert sum(efforts(reader)) <= budget


# Failures


def test_a_later_reading_that_fails_is_a_warning():
    for wanted, budget in ((3, None), ("auto", None), ("auto", 3)):
        reader = Rows(ALL_DOUBTFUL, errors={2: RecognizerError("too dark")})
        result, _ = read(clean(), reader, wanted, budget)
        assert result.warnings == ("one of the readings failed: too dark",)
        assert len(reader.pages) >= 2


def test_where_all_readings_fail_the_first_error_is_raised():
    errors = {number: RecognizerError(f"error {number}") for number in range(1, 9)}
    for wanted, budget in ((3, None), ("auto", None), ("auto", 3), ((AS_IT_IS, TWICE), None)):
        with pytest.raises(RecognizerError, match="error 1"):
            read(clean(), Rows(errors=errors), wanted, budget)


def test_a_chain_that_cannot_be_applied_is_an_error():
    with pytest.raises(FilterError, match="reaches outside the page"):
        read(clean(), Rows(), [AS_IT_IS, FilterChain.from_flags(["invert:area=[0,0,9999,9]"])])


# The right way up


UPSIDE_DOWN = Orientation(180, 20.0)


def upside_down():
    return page(np.rot90(clean().pixels, 2).copy(), 300)


@pytest.mark.parametrize("budget", [None, 1.5])
def test_a_poor_page_is_turned_where_that_reads_better(budget):
    result, told = read(upside_down(), Rows(ALL_DOUBTFUL, orientation=UPSIDE_DOWN), budget=budget)
    assert told == ["read as it is", "read as it is"]
    assert [step.kind for step in result.steps] == ["auto_orientation"]
    assert result.to_source[0] == result.to_source[4] == -1.0
    assert len(result.lines) == 6
    assert len(result.readings) == 1


@pytest.mark.parametrize("budget", [None, 1.5])
def test_a_page_that_reads_worse_turned_stays_as_it_is(budget):
    reader = Rows(ALL_DOUBTFUL, unsure={1: 15.0, 2: 2.0}, orientation=UPSIDE_DOWN)
    result, told = read(upside_down(), reader, budget=budget)
    assert told[:2] == ["read as it is", "read as it is"]
    assert "auto_orientation" in [step.kind for step in reader.pages[1].steps]
    assert not any("auto_orientation" in [step.kind for step in item.steps] for item in (result, *reader.pages[2:]))


def test_a_page_that_reads_well_is_not_turned_whatever_the_engine_says():
    assert len(read(upside_down(), Rows(orientation=UPSIDE_DOWN))[1]) == 1


# What comes of it


def test_seconds_are_those_of_all_readings():
    for wanted, budget in ((4, None), ("auto", 3), ((AS_IT_IS, TWICE), None)):
        reader = Rows(frozenset({2}))
        assert read(clean(), reader, wanted, budget)[0].seconds == 0.5 * len(reader.pages) >= 1.0


def test_steps_that_readings_have_in_common_are_timed_once():
    before = PreprocessingFilter.median()(clean())
    result, _ = read(before, Rows(), [AS_IT_IS, TWICE])
    [own] = [item for item in result.readings if item.name == "2: scale"]
    assert len(result.readings) == 2
    assert [step.kind for step in own.steps] == ["median", "scale"]
    assert result.timings["filters"] == pytest.approx(sum(step.seconds for step in own.steps))


def test_boxes_lie_on_the_source_whatever_was_done_to_the_page():
    plain, _ = read(clean(), Rows(), 1)
    moved, _ = read(clean(), Rows(), [FilterChain.from_flags(["pad=37", "scale=2", "rotate=90"])])
    assert moved.to_source != plain.to_source
    for word in moved.words:
        onto = np.reshape(moved.to_source, (3, 3))
        assert np.allclose(word.source_quad, apply(onto, word.box.corners()), atol=0.01)
    for line in plain.lines:
        # Turned, the page is read in columns of ink; its words cover the same ink.
        assert any(box.top - 2 <= (line.line.top + line.line.bottom) / 2 <= box.bottom + 2 for box in boxes_of(moved))


def boxes_of(result):
    return [word.source_box for word in result.words]


def test_words_read_again_lie_where_they_lay():
    plain, _ = read(clean(8), Rows(), 1)
    again, _ = read(clean(8), Rows(frozenset({2, 5})), budget=2)
    assert len(again.words) == len(plain.words)
    for one, other in zip(boxes_of(plain), boxes_of(again), strict=True):
        assert np.abs(one.corners() - other.corners()).max() <= 1.0


def test_an_engine_that_does_not_say_where_its_page_lies_is_told():
    class Silent(Rows):
        def read(self, page):
            return replace(super().read(page), to_source=RecognitionResult("").to_source)

    one, other = (read(clean(), reader, [TWICE, AS_IT_IS])[0] for reader in (Silent(), Rows()))
    assert one.to_source == other.to_source
    assert essence(one) == essence(other)


def test_words_carry_probabilities_readings_and_alternatives():
    reader = FakeRecognizer(["Quick brown foxes", "Quick brawn foxes"])
    result, _ = read(clean(), reader, [AS_IT_IS, FilterChain.from_flags(["median"])])
    first, second, _ = result.words
    assert first.readings == (0, 1)
    assert not first.alternatives
    assert {second.text, second.alternatives[0].text} == {"brown", "brawn"}
    assert sorted((*second.readings, *second.alternatives[0].readings)) == [0, 1]
    assert 0.0 < second.probability < first.probability < 1.0


# Batches


@pytest.fixture
def files(tmp_path):
    for name in "abc":
        Image.fromarray(clean().pixels).save(tmp_path / f"{name}.png")
    return [str(tmp_path / f"{name}.png") for name in "abc"]


def batch_of(files):
    batch = OcrInput()
    for file in files:
        batch.add(file)
    return batch


def test_progress_tells_each_reading_then_the_merge_and_the_page(files):
    told = []
    FakeRecognizer("a").recognize(files[0], consensus=2, progress=told.append)
    assert [item.step for item in told] == ["load", "read as it is", "read prepared", "merge", "page"]
    assert told[-2].engine == "fake 1"


def test_a_page_that_fails_keeps_its_place(files):
    script = {"a": "first", "b": RecognizerError("no"), "c": "third"}
    output = FakeRecognizer(script).recognize(batch_of(files), consensus=3, on_error="collect")
    assert [isinstance(item, PageFailure) for item in output] == [False, True, False]
    assert [output[place].recognition_text.strip() for place in (0, 2)] == ["first", "third"]


def test_a_job_knows_the_same_consensus_and_no_other(files, tmp_path):
    reader, job = FakeRecognizer("Quick brown"), tmp_path / "job"
    settings = [
        {"consensus": 2},
        {},
        {"consensus": "auto"},
        {"consensus": "auto", "budget": 1.5},
        {"consensus": [TWICE]},
    ]
    for setting in settings:
        before = len(reader.pages)
        first = reader.recognize(batch_of(files), job=job, **setting)
        assert len(reader.pages) > before
        before = len(reader.pages)
        again = reader.recognize(batch_of(files), job=job, **setting)
        assert len(reader.pages) == before
        assert list(map(essence, again)) == list(map(essence, first))


def test_any_number_of_workers_reads_the_same(files):
    outputs = [
        FakeRecognizer(lambda page: f"Quick {page.source.stem}").recognize(files, consensus=3, workers=workers)
        for workers in (1, 2)
    ]
    assert list(map(essence, outputs[0])) == list(map(essence, outputs[1]))
    assert [item.words[1].text for item in outputs[0]] == ["a", "b", "c"]


def test_settings_that_make_no_sense_are_told_before_anything_is_read(files):
    reader = FakeRecognizer("a")
    with pytest.raises(ConfigError):
        reader.recognize(files, consensus=0)
    with pytest.raises(ConfigError):
        reader.recognize(files, budget=2)
    assert not reader.pages


# Tesseract


def poor(number):
    """A page that Tesseract misreads: small type, blurred, with grain."""
    gray = cv2.GaussianBlur(text_gray(300, 240, size=11, ink=60, paper=230), (0, 0), 0.7).astype(np.float64)
    grain = np.random.default_rng(number).normal(0, 6, gray.shape)
    return page(np.clip(gray + grain, 0, 255).astype(np.uint8), 150)


def f1(result):
    truth = "\n".join(TEXT[row % len(TEXT)] for row in range((240 - 11) // 18))
    return text_scores(truth, result.recognition_text).word_f1


@engine
def test_tesseract_in_this_process_and_in_others_reads_the_same():
    pages = [clean(3), poor(1)]
    outputs = []
    for isolation, workers in (("none", 1), ("process", 2)):
        told = []
        with TesseractRecognizer(isolation=isolation) as reader:
            outputs.append(
                reader.recognize(pages, consensus="auto", budget=2, workers=workers, progress=told.append)
            )  # fmt: skip
        steps = [[item.step for item in told if item.place == place] for place in (0, 1)]
        assert [item[-2:] for item in steps] == [["merge", "page"]] * 2
        assert "read as it is" in steps[0]
        assert "read prepared" in steps[1]
    assert list(map(essence, outputs[0])) == list(map(essence, outputs[1]))
    assert "Quick brown foxes" in outputs[0][0].recognition_text


@engine
@pytest.mark.parametrize(("wanted", "budget"), [("auto", None), ("auto", 1.5), (2, None)])
def test_tesseract_says_that_a_blank_page_holds_no_text(wanted, budget):
    blank = page(np.full((300, 200), 240, np.uint8))
    result = TesseractRecognizer().recognize(blank, consensus=wanted, budget=budget)[0]
    assert not result.words
    assert "no text was found on this page" in result.warnings


@engine
def test_three_readings_of_noisy_pages_are_better_than_one_of_the_page_as_it_is():
    pages = [poor(number) for number in range(3)]
    reader = TesseractRecognizer(isolation="none")
    before = [f1(item) for item in reader.recognize(pages, consensus=[AS_IT_IS])]
    after = [f1(item) for item in reader.recognize(pages, consensus=3)]
    assert max(before) < 80
    assert all(one <= other for one, other in zip(before, after, strict=True))
