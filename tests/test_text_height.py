"""The measured size of type."""

import cv2
import numpy as np
import pytest

from ocrprep.analysis.text_height import text_height
from tests.typeset import WORDS, rendered_height, text_page, tilted

CAPITALS = tuple(word.upper() for word in WORDS)
# The share that may be wrong; rendered letters are whole pixels high.
SHARE = 0.08


@pytest.mark.parametrize("size", [8, 9, 10, 12, 16, 20, 28, 40, 60, 90])
def test_x_height_of_type_of_known_size(size):
    measured = text_height(text_page(size=size))
    assert measured is not None
    assert measured.x_height == pytest.approx(rendered_height("x", size), rel=SHARE)
    # Up to the taller b and d.
    assert rendered_height("H", size) * (1 - 0.15) < measured.capital_height < rendered_height("d", size) * (1 + SHARE)


@pytest.mark.parametrize("size", [12, 24, 60])
@pytest.mark.parametrize("words", [CAPITALS, ("1984", "256", "13.90", "77,120", "66")])
def test_capitals_and_digits_are_known_for_what_they_are(size, words):
    measured = text_height(text_page(size=size, words=words))
    assert measured is not None
    assert measured.capital_height == pytest.approx(rendered_height("H", size), rel=SHARE)
    # 0.72 of the capitals, whatever this typeface has.
    assert measured.x_height == pytest.approx(0.72 * measured.capital_height)


@pytest.mark.parametrize("angle", [-9.0, -1.5, 4.0])
def test_on_a_tilted_page(angle):
    measured = text_height(tilted(text_page(size=24), angle))
    assert measured is not None
    assert measured.x_height == pytest.approx(rendered_height("x", 24), rel=SHARE)


def test_the_body_text_wins_over_headings_and_notes():
    page = np.full((1000, 700), 230, np.uint8)
    page[:200] = text_page(size=60)[:200]
    page[200:800] = text_page(size=18)[40:640]
    page[840:900] = text_page(size=9)[40:100]
    measured = text_height(page)
    assert measured is not None
    assert measured.x_height == pytest.approx(rendered_height("x", 18), rel=SHARE)


def test_in_spite_of_grain_and_rules():
    page = text_page(size=22).copy()
    page[70:870:33] = 60
    page[:, 30:33] = 40
    page = np.clip(page + np.random.default_rng(9).normal(0, 25, page.shape), 0, 255).astype(np.uint8)
    measured = text_height(page)
    assert measured is not None
    assert measured.x_height == pytest.approx(rendered_height("x", 22), rel=SHARE)


def test_light_on_dark_colour_and_black_and_white():
    page, truth = text_page(size=20), rendered_height("x", 20)
    binary = np.where(page > 128, 255, 0).astype(np.uint8)
    for variant in (255 - page, np.dstack([page] * 3), binary):
        measured = text_height(variant)
        assert measured is not None
        assert measured.x_height == pytest.approx(truth, rel=SHARE)


def test_small_type_on_a_large_page_is_measured_in_full_size():
    # 2400x2100 is looked at in a third of its size, where this type has no letters any more.
    page = np.full((2100, 2400), 230, np.uint8)
    page[300:1200, 300:1000] = text_page(size=10)
    measured = text_height(page)
    assert measured is not None
    assert measured.x_height == pytest.approx(rendered_height("x", 10), rel=SHARE)


def test_heights_grow_with_the_page():
    page = text_page(size=14)
    small = text_height(page)
    large = text_height(cv2.resize(page, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC))
    assert small is not None
    assert large is not None
    assert large.x_height == pytest.approx(3 * small.x_height, rel=SHARE)
    assert large.lines == pytest.approx(small.lines, abs=2)


def test_lines_are_counted():
    for lines in (1, 2, 7):
        measured = text_height(text_page(lines=lines))
        assert measured is not None
        assert measured.lines == lines


@pytest.mark.parametrize(
    "picture",
    [
        np.full((400, 300), 230, np.uint8),
        np.zeros((400, 300), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.arange(250, dtype=np.uint8).reshape(1, -1),
        np.arange(250, dtype=np.uint8).reshape(-1, 1),
        np.random.default_rng(10).integers(0, 256, (400, 300)).astype(np.uint8),
        (128 + 100 * np.sin(np.hypot(*np.mgrid[-200:200, -150:150]) / 9.0)).astype(np.uint8),
    ],
    ids=["white", "black", "pixel", "row", "column", "noise", "rings"],
)
def test_none_where_there_is_no_text(picture):
    assert text_height(picture) is None
