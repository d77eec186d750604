"""Where text stands, without reading it."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from ocrprep.batch import Pages
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, RecognizerError
from ocrprep.filters import registry
from ocrprep.page import Page
from ocrprep.recognizers import Isolated, TesseractRecognizer
from ocrprep.result import AreasType, PageFailure
from tests.pages import page, text_gray

engine = pytest.mark.engine
drivers = pytest.mark.parametrize("driver", ["tesserocr", "pytesseract"])


@functools.cache
def letter() -> Page:
    return page(text_gray(800, 430, size=40), 300.0)


@functools.cache
def reader(driver: str, **settings) -> TesseractRecognizer:
    return TesseractRecognizer(driver=driver, **settings)


@engine
@drivers
@pytest.mark.parametrize("areas", AreasType)
def test_regions_are_where_a_reading_has_them(driver, areas):
    (found,) = reader(driver).regions(letter(), areas)
    read = reader(driver).read(letter()).regions(areas)
    assert len(found) == len(read)
    for one, other in zip(found, read, strict=True):
        assert np.abs(one.box.corners() - other.box.corners()).max() <= 4
        assert (one.text, one.confidence, one.lines) == ("", 0.0, ())


@engine
@drivers
def test_regions_lie_on_the_source_of_a_moved_page(driver):
    moved = FilterChain([registry()["scale"](1.5), registry()["pad"](37)])(letter())
    here, there = (reader(driver).layout(item, AreasType.LINES) for item in (letter(), moved))
    assert len(here) == len(there)
    for one, other in zip(here, there, strict=True):
        assert np.abs(one.box.corners() - np.array(other.source_quad)).max() <= 4
        assert one.source_box.corners() == pytest.approx(one.box.corners())


@engine
@drivers
def test_a_page_without_text_has_no_regions(driver):
    blank = page(np.full((60, 90), 255, np.uint8), None)
    assert reader(driver).regions([blank, letter()], AreasType.LINES)[0] == ()
    for shape in ((1, 1), (3, 3, 3)):
        assert reader(driver).layout(page(np.zeros(shape, np.uint8))) == ()


@engine
def test_pictures_are_no_text():
    pixels = np.full((900, 800), 255, np.uint8)
    pixels[:430] = letter().pixels
    noise = np.random.default_rng(3).integers(0, 200, (30, 30), np.uint8)
    pixels[500:800, 100:700] = np.kron(noise, np.ones((10, 20), np.uint8))
    for region in reader("tesserocr").layout(page(pixels), AreasType.LINES):
        assert region.box.top < 430


@engine
def test_what_was_looked_at_before_has_no_influence():
    recognizer = TesseractRecognizer(driver="tesserocr", isolation="none")
    first = recognizer.read(letter())
    looked = recognizer.layout(letter(), AreasType.WORDS)
    assert recognizer.read(letter()).words == first.words
    assert recognizer.layout(letter(), AreasType.WORDS) == looked


@engine
def test_a_batch_keeps_failures_in_their_places_and_walks_its_chain():
    broken = PageFailure(letter().source, DecodeError("torn"))
    told = []
    source = Pages((letter(), broken, letter()), FilterChain([registry()["pad"](50)]), "collect")
    output = TesseractRecognizer(driver="tesserocr").regions(source, AreasType.LINES, progress=told.append)
    assert [type(item) for item in output] == [tuple, PageFailure, tuple]
    assert output[0] == output[2]
    assert output[0][0].box.left == pytest.approx(output[0][0].source_box.left + 50)
    assert {item.step for item in told} >= {"load", "pad", "layout", "page", "failed"}
    with pytest.raises(DecodeError):
        TesseractRecognizer(driver="tesserocr").regions(source, on_error="raise")


@engine
def test_layouts_come_from_child_processes():
    with TesseractRecognizer(driver="tesserocr", isolation="process") as recognizer:
        there = recognizer.regions(letter(), AreasType.WORDS, workers=1)
        assert recognizer.layout(letter(), AreasType.WORDS) == there[0]
    assert there == reader("tesserocr", isolation="none").regions(letter(), AreasType.WORDS)
    with Isolated(reader("tesserocr", isolation="none"), workers=1) as isolated:
        assert isolated.layout(letter(), AreasType.WORDS) == there[0]


@engine
@drivers
def test_errors_name_their_page(driver):
    with pytest.raises(RecognizerError, match="32767"):
        reader(driver).layout(page(np.full((3, 32768), 255, np.uint8)))
    with pytest.raises(RecognizerError, match=r"made.png.*outside"):
        TesseractRecognizer(driver=driver, areas=[(5000, 0, 5, 5)]).layout(letter())


@engine
def test_a_failing_engine_is_an_error_of_its_page(monkeypatch):
    recognizer = TesseractRecognizer(driver="tesserocr", isolation="none")
    driver = recognizer._engines.here()

    def refuse(*_):
        raise RecognizerError("refused")

    monkeypatch.setattr(driver, "layout", refuse)
    with pytest.raises(RecognizerError, match=r"made\.png: refused"):
        recognizer.layout(letter())
