"""Parts of a page that are read alone."""

from __future__ import annotations

import functools
import json
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep import geometry
from ocrprep.chain import FilterChain
from ocrprep.errors import ConfigError, RecognizerError
from ocrprep.filters import registry
from ocrprep.filters.threshold import Threshold
from ocrprep.geometry import Box, Rectangle
from ocrprep.page import Page
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.recognizers._areas import parts_of
from ocrprep.result import AreasType
from tests.pages import TEXT, page, text_gray

engine = pytest.mark.engine
drivers = pytest.mark.parametrize("driver", ["tesserocr", "pytesseract"])
LINE = 64
"""Rows from one line of the letter to the next."""


@functools.cache
def letter() -> Page:
    return page(text_gray(800, 430, size=40), 300.0)


def row(number: int, width: int = 800) -> Rectangle:
    """The part of the letter that holds a line."""
    return Rectangle(0, number * LINE + 10, width, LINE)


def reader(driver: str, areas, **settings) -> TesseractRecognizer:
    return TesseractRecognizer(driver=driver, areas=areas, **settings)


# Cutting.


def test_a_part_is_cut_out_with_its_place_on_the_source():
    (part,) = parts_of(letter(), [Rectangle(100, 50, 200, 80)])
    assert (part.page.width, part.page.height, part.left, part.top) == (200, 80, 100, 50)
    assert np.array_equal(part.page.pixels, letter().pixels[50:130, 100:300])
    assert part.page.source_points(np.array([[0.0, 0.0]])).tolist() == [[100.0, 50.0]]


def test_what_sticks_out_is_cut_off():
    (part,) = parts_of(letter(), [Rectangle(-50, 400, 2000, 100)])
    assert (part.left, part.top, part.page.width, part.page.height) == (0, 400, 800, 30)


@pytest.mark.parametrize("area", [(800, 0, 10, 10), (0, 430, 10, 10), (-20, -20, 20, 20), (5000, 5000, 1, 1)])
def test_an_area_outside_the_page_is_named(area):
    with pytest.raises(RecognizerError) as caught:
        parts_of(letter(), [Rectangle(0, 0, 10, 10), Rectangle(*area)])
    assert str(area) in str(caught.value)
    assert "800x430" in str(caught.value)
    assert "made.png" in str(caught.value)


def test_a_part_of_a_moved_page_is_cut_where_it_has_gone():
    moved = FilterChain([registry()["scale"](2.0), registry()["pad"](30)])(letter())
    (part,) = parts_of(moved, [Rectangle(100, 50, 200, 80)])
    assert (part.left, part.top, part.page.width, part.page.height) == (230, 130, 400, 160)
    cropped = registry()["crop"](area=(0, 0, 100, 100))(letter())
    with pytest.raises(RecognizerError, match="outside"):
        parts_of(cropped, [Rectangle(300, 300, 50, 50)])


def test_a_part_of_a_page_without_a_way_there_is_outside():
    # The area's upper corners lie on the horizon of this view.
    tipped = replace(letter(), to_source=np.linalg.inv(np.array([[1, 0, 0], [0, 1, 0], [0, 0.01, -1.0]])))
    with pytest.raises(RecognizerError, match="outside"):
        parts_of(tipped, [Rectangle(0, 100, 50, 50)])


def test_the_gray_page_of_a_part_is_the_part_of_the_gray_page():
    binary = Threshold(120)(letter())
    (part,) = parts_of(binary, [Rectangle(100, 50, 200, 80)])
    assert np.array_equal(part.page.gray().pixels, letter().pixels[50:130, 100:300])


def test_only_what_lies_in_the_area_belongs_to_it():
    turned = replace(letter(), to_source=geometry.rotation(10.0, (400.0, 215.0)))
    (part,) = parts_of(turned, [Rectangle(300, 150, 200, 100)])
    assert part.page.width > 200
    assert part.page.height > 100
    inside, outside = Box(390, 190, 410, 210), Box(300, 130, 320, 140)
    assert part.holds(tuple(map(tuple, inside.corners())))
    assert not part.holds(tuple(map(tuple, outside.corners())))


# Arguments.


def test_areas_are_rectangles_or_four_numbers_and_travel_as_numbers():
    recognizer = TesseractRecognizer(areas=[Rectangle(1, 2, 3, 4), (5, 6, 7, 8), [9, 10, 11, 12]])
    assert recognizer.settings.areas == (Rectangle(1, 2, 3, 4), Rectangle(5, 6, 7, 8), Rectangle(9, 10, 11, 12))
    assert json.dumps(recognizer.setting["areas"]) == "[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]"


@pytest.mark.parametrize("wrong", [[], [(1, 2, 3)], [(0, 0, 0, 5)], [(0, 0, 5, -1)], ["abcd"], [(0.5, 0, 5, 5)]])
def test_wrong_areas_are_refused_at_once(wrong):
    with pytest.raises(ValidationError):
        TesseractRecognizer(areas=wrong)


def test_a_budget_does_not_go_with_areas():
    with pytest.raises(ConfigError, match="budget"):
        TesseractRecognizer(areas=[row(0)]).recognize([letter()], consensus="auto", budget=1.5)


# Reading.


@engine
@drivers
def test_only_the_areas_are_read_in_their_order(driver):
    read = reader(driver, [row(2), row(0)]).read(letter())
    assert read.recognition_text.split("\n") == [TEXT[2], TEXT[0], ""]
    assert [line.text for line in read.lines] == [TEXT[2], TEXT[0]]
    assert [line.block for line in read.lines] == [0, 1]
    assert (read.width, read.height) == (800, 430)
    assert read.warnings == ()
    assert read.steps[-1].kind == "recognition_areas"
    assert read.steps[-1].parameters == {"areas": [list(row(2)), list(row(0))]}
    assert len(read.regions()) == 2


@engine
@drivers
def test_boxes_are_where_a_reading_of_the_whole_page_has_them(driver):
    whole = TesseractRecognizer(driver=driver, characters=True).read(letter())
    part = reader(driver, [row(1)], characters=True).read(letter())
    assert [word.text for word in part.words] == [word.text for word in whole.lines[1].words]
    for one, other in zip(part.words, whole.lines[1].words, strict=True):
        assert np.abs(one.box.corners() - other.box.corners()).max() <= 2
        assert np.abs(np.array(one.source_quad) - np.array(other.source_quad)).max() <= 2
        for sign in one.characters:
            assert np.abs(sign.box.corners() - np.array(sign.source_quad)).max() < 1e-6


@engine
def test_areas_are_on_the_source_whatever_the_chain_did():
    chain = FilterChain([registry()["scale"](1.5), registry()["rotate"](2.0), registry()["pad"](20)])
    read = reader("tesserocr", [row(1)]).read(chain(letter()))
    # The upright rectangle around the turned area holds parts of other lines, and they are left out.
    assert [line.text for line in read.lines] == [TEXT[1]]
    assert abs(read.words[0].source_box.top - (LINE + 25)) < 20


@engine
@drivers
def test_an_area_without_text_is_named(driver):
    read = reader(driver, [row(0), Rectangle(700, 400, 100, 30)]).read(letter())
    assert [line.text for line in read.lines] == [TEXT[0]]
    assert read.warnings == ("no text was found in the area (700, 400, 100, 30)",)
    empty = reader(driver, [Rectangle(700, 400, 100, 30)]).read(letter())
    assert empty.lines == ()
    assert empty.warnings == ("no text was found on this page",)


@engine
def test_an_area_outside_is_an_error_of_its_page():
    output = reader("tesserocr", [Rectangle(0, 200, 700, 70)]).recognize(
        [page(text_gray(400, 100)), letter()], on_error="collect", workers=1
    )
    assert "outside the page of 400x100" in output[0].message
    assert output[1].lines != ()


@engine
def test_the_gray_page_is_chosen_for_the_whole_page():
    binary = Threshold(120)(letter())
    read = reader("tesserocr", [row(1)], recognize_on="gray").read(binary)
    assert [line.text for line in read.lines] == [TEXT[1]]
    assert [step.kind for step in read.steps][-2:] == ["recognize_on", "recognition_areas"]


@engine
def test_areas_are_read_in_child_processes_and_by_a_consensus():
    with reader("tesserocr", [row(2), row(0)], isolation="process") as recognizer:
        (read,) = recognizer.recognize([letter()], workers=1)
        assert [line.text for line in read.lines] == [TEXT[2], TEXT[0]]
    with reader("tesserocr", [row(2), row(0)], isolation="none") as recognizer:
        (made,) = recognizer.recognize([letter()], consensus=2, workers=1)
    assert [line.text for line in made.lines] == [TEXT[2], TEXT[0]]
    assert len(made.readings) >= 1


@engine
def test_regions_are_those_of_the_areas():
    found = reader("tesserocr", [row(2), row(0)]).layout(letter(), AreasType.LINES)
    assert len(found) == 2
    assert found[0].box.top > found[1].box.top
