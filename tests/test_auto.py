"""The filter that chooses: by an engine's words where there is one, carefully by itself where there is none."""

import numpy as np
import pytest

from ocrprep import ImageProcessing, OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.chain import FilterChain
from ocrprep.errors import EngineNotFoundError
from ocrprep.filters._remedies import SMALL, cleared, look
from ocrprep.filters._sample import BANDS, bands, sample
from ocrprep.filters.auto import Auto, worth
from ocrprep.filters.base import Orientation
from ocrprep.geometry import Box
from ocrprep.page import PixelMode
from ocrprep.result import Line, RecognitionResult, Word
from tests.pages import page, text_gray

EVERYWHERE = Box(0, 0, 9000, 9000)
QUAD = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def reading(*words: tuple[str, float]) -> RecognitionResult:
    made = tuple(Word(text, confidence, EVERYWHERE, QUAD) for text, confidence in words)
    return RecognitionResult(" ".join(word.text for word in made), lines=(Line(made, EVERYWHERE, QUAD),))


class Engine:
    """Reads better or worse, the taller the page that it is given is."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.heights = []

    def orientation(self, page):
        return None

    def read(self, page):
        self.heights.append(page.height)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


GOOD = reading(*[("certain", 96.0)] * 20)
POOR = reading(*[("doubt", 55.0)] * 20)
FAIR = reading(*[("doubtful", 75.0)] * 20)


def decision(result):
    return next(step for step in result.steps if step.kind == "auto")


def long_page(height=2400):
    return page(text_gray(700, height, size=30), 300)


def test_a_page_that_reads_well_is_left_alone_after_one_look():
    engine, before = Engine(GOOD), long_page()
    result = Auto()(before, evidence=engine)
    assert result.pixels is before.pixels
    assert np.array_equal(result.to_source, before.to_source)
    assert decision(result).found["reason"] == "it reads well as it is"
    assert len(engine.heights) == 1
    assert engine.heights[0] < 0.4 * before.height
    assert FilterChain.from_steps(result.steps) == FilterChain()


def test_a_page_that_reads_badly_is_prepared_and_can_be_so_again_without_choosing():
    engine, before = Engine(POOR, FAIR), long_page()
    result = Auto()(before, evidence=engine)
    wanted = cleared(look(before))
    chain = FilterChain.from_steps(result.steps)
    assert chain == FilterChain(wanted)
    again = chain(before)
    assert np.array_equal(again.pixels, result.pixels)
    assert np.array_equal(again.to_source, result.to_source)
    assert again.dpi == result.dpi == (300.0, 300.0)
    found = decision(result).found
    assert found["chain"] == [item.compact() for item in wanted]
    assert found["worth"] == {"as it is": round(worth(POOR.words), 1), "prepared": round(worth(FAIR.words), 1)}
    assert [step.kind for step in result.steps].index("auto") == 0


def test_lines_that_read_clearly_better_as_they_are_are_a_veto():
    before = long_page()
    result = Auto()(before, evidence=Engine(reading(*[("doubtful", 75.0)] * 30), POOR))
    assert decision(result).found["reason"] == "it reads no better prepared"
    assert result.pixels is before.pixels
    hardly = Auto()(before, evidence=Engine(FAIR, reading(*[("doubtful", 74.0)] * 20)))
    assert FilterChain.from_steps(hardly.steps) == FilterChain(cleared(look(before)))


def test_text_that_the_engine_passes_over_says_that_the_page_is_not_fine():
    corner = tuple(Word("certain", 96.0, Box(0, 0, 40, 20), QUAD) for _ in range(20))
    blind = RecognitionResult("certain", lines=(Line(corner, EVERYWHERE, QUAD),))
    before = long_page()
    result = Auto()(before, evidence=Engine(blind, GOOD))
    assert FilterChain.from_steps(result.steps) == FilterChain(cleared(look(before)))


def test_words_that_run_up_the_page_say_that_it_lies_on_its_side():
    tall = tuple(Word("doubtful", 75.0, Box(0, 0, 20, 90), QUAD) for _ in range(20))
    lying = RecognitionResult("doubtful", lines=(Line(tall, EVERYWHERE, QUAD),))
    before = page(np.rot90(text_gray(700, 2400, size=30), 2).copy(), 300)
    result = Auto()(before, evidence=Turning(lying, POOR, GOOD))
    assert decision(result).found["reason"] == "it reads well the right way up"


def test_too_few_words_are_neither_praise_nor_a_veto():
    few = reading(("certain", 96.0), ("certain", 96.0))
    result = Auto()(long_page(), evidence=Engine(few, reading()))
    assert FilterChain.from_steps(result.steps) != FilterChain()


def test_small_type_is_enlarged_however_sure_the_engine_is():
    before = page(text_gray(420, 900, size=12), None)
    assert look(before).x_height < SMALL
    result = Auto()(before, evidence=Engine(GOOD, GOOD))
    assert "scale" in [step.kind for step in result.steps]
    assert abs(result.to_source[0, 0]) < 0.7


class Turning(Engine):
    """Knows which way up the page is."""

    def orientation(self, page):
        return Orientation(180, 20.0)


def test_a_page_that_nothing_makes_readable_is_tried_the_other_way_up():
    poor = reading(*[("x", 20.0)] * 20)
    before = page(np.rot90(text_gray(700, 2400, size=30), 2).copy(), 300)
    result = Auto()(before, evidence=Turning(poor, poor, GOOD))
    assert decision(result).found["reason"] == "it reads well the right way up"
    assert [step.kind for step in result.steps if not step.implicit] == ["auto_orientation"]
    in_vain = Auto()(before, evidence=Turning(poor, poor, poor, poor))
    assert "auto_orientation" not in [step.kind for step in in_vain.steps]
    assert np.allclose(in_vain.to_source[:2, :2] / abs(in_vain.to_source[0, 0]), np.eye(2))


def test_light_type_on_dark_is_mended_even_where_the_rest_reads_well():
    before = long_page()
    pixels = before.pixels.copy()
    pixels[200:500] = 255 - pixels[200:500]
    result = Auto()(page(pixels, 300), evidence=Engine(GOOD))
    assert [step.kind for step in result.steps if not step.implicit] == ["normalize_polarity"]
    assert np.abs(result.pixels[220:480].astype(int) - before.pixels[220:480]).mean() < 2


def test_an_engine_that_is_not_there_is_not_needed():
    missing = EngineNotFoundError("no Tesseract on this machine")
    result = Auto()(long_page(), evidence=Engine(missing))
    assert decision(result).found["engine"] == "no Tesseract on this machine"
    alone = Auto()(long_page())
    assert "no engine to ask" in decision(alone).found["reason"]
    assert FilterChain.from_steps(alone.steps) == FilterChain()


def test_without_an_engine_only_plain_faults_are_mended():
    small = page(text_gray(500, 300, size=11), None)
    assert FilterChain.from_steps(Auto()(small).steps) == FilterChain(cleared(look(small)))
    gray = np.tile(text_gray(300, 700, size=26), (1, 3)).astype(np.float64)
    shade = np.linspace(1.0, 0.3, 900)[None, :]
    dark = Auto()(page((gray * shade).astype(np.uint8)))
    assert "normalize_background" in [step.kind for step in dark.steps]
    light = Auto()(page(255 - text_gray(700, 700, size=30)))
    assert [step.kind for step in light.steps if not step.implicit] == ["normalize_polarity"]
    black = Auto()(page(text_gray(500, 300, size=11) > 128))
    assert black.mode is PixelMode.BINARY
    assert "black and white" in decision(black).found["reason"]


def test_a_larger_budget_reads_more_lines():
    few, many = Engine(GOOD), Engine(GOOD)
    Auto(budget=0.4)(long_page(), evidence=few)
    Auto(budget=1.5)(long_page(), evidence=many)
    assert many.heights[0] > 1.5 * few.heights[0]


def test_an_area_is_cut_out_first():
    before = long_page()
    result = Auto(area=(10, 20, 300, 400))(before)
    assert (result.width, result.height) == (300, 400)
    assert result.to_source[0, 2] == 10
    again = FilterChain.from_steps(result.steps)(before)
    assert np.array_equal(again.pixels, result.pixels)


def test_signs_without_letters_are_worth_less_than_nothing():
    assert worth(reading(("certain", 95.0)).words) > worth(reading(("a", 95.0)).words) > 0
    assert worth(reading(("~|", 30.0), ("—", 50.0)).words) < 0
    assert worth(reading(("|", 99.0)).words) == 0
    assert worth(()) == 0


def test_the_sample_is_bands_of_text_from_all_over_the_page():
    pixels = np.full((3000, 900), 230, np.uint8)
    for top, level in ((200, 10), (1600, 110)):
        pixels[top : top + 400] = np.where(text_gray(900, 400, size=30, ink=0, paper=255) < 128, level, 230)
    whole = page(pixels)
    spans = bands(whole, 0.3)
    assert len(spans) == BANDS == 2
    found = sample(whole, spans, whole)
    assert found.height < 0.3 * 3000
    assert {10, 110} <= set(np.unique(found.pixels))
    assert found.width == 900


def test_the_sample_of_a_page_that_was_cut_and_enlarged_is_the_same_text():
    whole = page(text_gray(900, 3000, size=30))
    spans = bands(whole, 0.15)
    made = PreprocessingFilter([PreprocessingFilter.crop((0, 200, 900, 2700)), PreprocessingFilter.scale(2)])(whole)
    small, large = sample(whole, spans, whole), sample(made, spans, whole)
    ink = [(item.pixels < 128).any(axis=1).sum() for item in (small, large)]
    assert abs(ink[1] / ink[0] - 2.0) < 0.1


def test_the_sample_cuts_between_lines():
    whole = page(text_gray(900, 3000, size=30))
    found = sample(whole, bands(whole, 0.2), whole).pixels
    ink = (found < 128).any(axis=1)
    starts = np.flatnonzero(ink[1:] & ~ink[:-1])
    ends = np.flatnonzero(ink[:-1] & ~ink[1:])
    lines = ends[: len(starts)] - starts[: len(ends)]
    usual = np.median(lines)
    assert (lines >= 0.5 * usual).mean() > 0.8


def test_low_pages_are_their_own_sample_and_empty_ones_have_none():
    low = page(text_gray(600, 120, size=30))
    assert sample(low, bands(low, 0.1, 60.0), low) is low
    assert bands(page(np.full((900, 600), 240, np.uint8)), 0.1) == ()
    assert bands(page(np.full((1, 1), 240, np.uint8)), 0.1) == ()
    empty = Auto()(page(np.full((900, 600), 240, np.uint8)), evidence=Engine())
    assert "nothing on this page looks like text" in decision(empty).found["reason"]


@pytest.mark.engine
def test_tesseract_chooses_for_each_page_of_a_batch(tmp_path):
    pages = [page(text_gray(900, 600, size=34), 300), page(text_gray(420, 300, size=11, ink=90, paper=170), None)]
    output = TesseractRecognizer().recognize(OcrInput(filters=[PreprocessingFilter.auto()]).add(pages[0]).add(pages[1]))
    first, second = output
    assert "Quick brown foxes" in first.recognition_text
    assert decision(first).found["reason"] == "it reads well as it is"
    plain = TesseractRecognizer().recognize(pages[1])[0]
    assert worth(second.words) >= worth(plain.words)
    saved = ImageProcessing.save(OcrInput(filters=[PreprocessingFilter.auto()]).add(pages[0]), tmp_path)
    assert saved[0].path.exists()
