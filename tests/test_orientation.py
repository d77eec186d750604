"""Which way up a page lies."""

import numpy as np
import pytest

from ocrprep.analysis.orientation import orientation
from tests.typeset import WORDS, text_page, tilted


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("size", [9, 18, 40])
def test_a_turned_page_is_turned_back(size, quarters):
    measured = orientation(np.ascontiguousarray(np.rot90(text_page(size=size), quarters)))
    assert measured.angle == (-90 * quarters) % 360
    assert measured.confidence > 0.4


@pytest.mark.parametrize("quarters", range(4))
def test_tilted_a_little_as_well(quarters):
    page = np.ascontiguousarray(np.rot90(tilted(text_page(size=22), 4.0), quarters))
    assert orientation(page).angle == (-90 * quarters) % 360


@pytest.mark.parametrize("quarters", [0, 2])
def test_light_on_dark_colour_and_black_and_white(quarters):
    page = np.ascontiguousarray(np.rot90(text_page(), quarters))
    binary = np.where(page > 128, 255, 0).astype(np.uint8)
    for variant in (255 - page, np.dstack([page] * 3), binary):
        measured = orientation(variant)
        assert measured.angle == 90 * quarters
        assert measured.confidence > 0.4


@pytest.mark.parametrize("quarters", range(4))
def test_small_type_on_a_large_page_is_looked_at_in_full_size(quarters):
    page = np.full((2100, 2400), 230, np.uint8)
    page[300:1200, 300:1000] = text_page(size=10)
    measured = orientation(np.ascontiguousarray(np.rot90(page, quarters)))
    assert measured.angle == (-90 * quarters) % 360
    assert measured.confidence > 0.4


@pytest.mark.parametrize("words", [tuple(word.upper() for word in WORDS), ("1984", "256", "(13.90)", "77,120")])
def test_capitals_and_digits_do_not_show_which_way_up_they_lie(words):
    for quarters in range(4):
        assert orientation(np.ascontiguousarray(np.rot90(text_page(words=words), quarters))).confidence < 0.2


@pytest.mark.parametrize(
    "picture",
    [
        np.full((400, 300), 230, np.uint8),
        np.zeros((1, 1), np.uint8),
        np.arange(250, dtype=np.uint8).reshape(-1, 1),
        np.random.default_rng(11).integers(0, 256, (400, 300)).astype(np.uint8),
    ],
    ids=["white", "pixel", "column", "noise"],
)
def test_without_text_there_is_no_confidence(picture):
    assert orientation(picture).confidence < 0.1
