"""The filter that chooses: by an engine's words where there is one, carefully by itself where there is none."""

import numpy as np
import pytest

from ocrprep import ImageProcessing, OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.chain import FilterChain
from ocrprep.errors import EngineNotFoundError
from ocrprep.filters._remedies import TRIED
from ocrprep.filters._sample import BANDS, sample
from ocrprep.filters.auto import Auto, worth
from ocrprep.geometry import Box
from ocrprep.page import PixelMode
from ocrprep.result import Line, RecognitionResult, Word
from tests.pages import page, text_gray

QUAD = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def reading(*words: tuple[str, float]) -> RecognitionResult:
    made = tuple(Word(text, confidence, Box(0, 0, 1, 1), QUAD) for text, confidence in words)
    return RecognitionResult(" ".join(word.text for word in made), lines=(Line(made, Box(0, 0, 1, 1), QUAD),))


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


def test_what_reads_clearly_better_is_done_and_can_be_done_again_without_choosing():
    engine, before = Engine(POOR, POOR, FAIR), long_page()
    result = Auto()(before, evidence=engine)
    second = list(TRIED.values())[1]
    chain = FilterChain.from_steps(result.steps)
    assert chain == FilterChain(second)
    again = chain(before)
    assert np.array_equal(again.pixels, result.pixels)
    assert np.array_equal(again.to_source, result.to_source)
    found = decision(result).found
    assert found["chain"] == [item.compact() for item in second]
    assert found["worth"]["as it is"] == round(worth(POOR.words), 1)


def test_a_little_better_is_not_enough():
    hardly = reading(*[("doubt", 56.0)] * 20)
    result = Auto()(long_page(), evidence=Engine(POOR, hardly, hardly))
    assert "nothing that was tried reads clearly better" in decision(result).found["reason"]
    assert FilterChain.from_steps(result.steps) == FilterChain()


def test_an_engine_that_is_not_there_is_not_needed():
    missing = EngineNotFoundError("no Tesseract on this machine")
    result = Auto()(long_page(), evidence=Engine(missing))
    assert decision(result).found["engine"] == "no Tesseract on this machine"
    alone = Auto()(long_page())
    assert "no engine to ask" in decision(alone).found["reason"]
    assert FilterChain.from_steps(alone.steps) == FilterChain()


def test_without_an_engine_only_plain_faults_are_mended():
    small = Auto()(page(text_gray(500, 300, size=11), None))
    assert [step.kind for step in small.steps if not step.implicit] == ["scale_to_text_height"]
    gray = np.tile(text_gray(300, 700, size=26), (1, 3)).astype(np.float64)
    shade = np.linspace(1.0, 0.3, 900)[None, :]
    dark = Auto()(page((gray * shade).astype(np.uint8)))
    assert [step.kind for step in dark.steps if not step.implicit] == ["normalize_background"]
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
    for top, level in ((200, 10), (900, 60), (1600, 110), (2300, 160)):
        pixels[top : top + 400] = np.where(text_gray(900, 400, size=30, ink=0, paper=255) < 128, level, 230)
    found = sample(page(pixels), 0.15)
    assert found.height < 0.3 * 3000
    assert {10, 60, 110, 160} <= set(np.unique(found.pixels))
    assert found.width == 900
    assert BANDS == 4


def test_the_sample_cuts_between_lines():
    whole = text_gray(900, 3000, size=30)
    found = sample(page(whole), 0.15).pixels
    ink = (found < 128).any(axis=1)
    starts = np.flatnonzero(ink[1:] & ~ink[:-1])
    ends = np.flatnonzero(ink[:-1] & ~ink[1:])
    lines = ends[: len(starts)] - starts[: len(ends)]
    usual = np.median(lines)
    assert (lines >= 0.5 * usual).mean() > 0.8


def test_low_pages_are_their_own_sample_and_empty_ones_have_none():
    low = page(text_gray(600, 120, size=30))
    assert sample(low, 0.1) is low
    assert sample(page(np.full((900, 600), 240, np.uint8)), 0.1) is None
    assert sample(page(np.full((1, 1), 240, np.uint8)), 0.1) is None
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
