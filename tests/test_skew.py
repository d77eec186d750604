"""The measured angle of lines of text."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep.analysis._glyphs import ends, glyphs
from ocrprep.analysis.skew import skew
from tests.typeset import text_page, tilted

# Degrees; what a 700-pixel page allows is half of it.
CLOSE = 0.05


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.floats(-15, 15))
def test_known_angles_are_found(angle):
    measured = skew(tilted(text_page(), angle))
    # A page turned counter-clockwise is straightened by turning it back.
    assert measured.angle == pytest.approx(-angle, abs=CLOSE)
    assert measured.confidence > 0.6


@pytest.mark.parametrize("size", [8, 12, 32, 80])
@pytest.mark.parametrize("angle", [-11.3, -0.15, 0.0, 0.08, 4.2])
def test_in_any_size_of_type(size, angle):
    measured = skew(tilted(text_page(size=size), angle))
    assert measured.angle == pytest.approx(-angle, abs=CLOSE)
    assert measured.confidence > 0.3


@pytest.mark.parametrize("lines", [1, 3])
def test_a_few_lines_are_enough(lines):
    measured = skew(tilted(text_page(lines=lines), 3.0))
    assert measured.angle == pytest.approx(-3.0, abs=CLOSE)
    assert measured.confidence > 0.3


def _light_on_dark(page, _):
    return 255 - page


def _colour(page, _):
    return np.dstack([page, page // 2 + 100, page // 3])


def _binary(page, _):
    return np.where(page > 128, 255, 0).astype(np.uint8)


def _grain(page, random):
    return np.clip(page + random.normal(0, 30, page.shape), 0, 255).astype(np.uint8)


def _salt_and_pepper(page, random):
    chance = random.random(page.shape)
    return np.where(chance < 0.02, 0, np.where(chance > 0.98, 255, page)).astype(np.uint8)


def _shadow(page, _):
    return (page * np.linspace(1.0, 0.35, page.shape[1])).astype(np.uint8)


def _scanner_border(page, _):
    # Level, as the scanner is, whatever the sheet does.
    page = page.copy()
    page[:, :45] = 15
    page[:30] = 15
    return page


def _enlarged(page, _):
    return cv2.resize(page, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize(
    "spoil", [_light_on_dark, _colour, _binary, _grain, _salt_and_pepper, _shadow, _scanner_border, _enlarged]
)
def test_in_spite_of(spoil):
    measured = skew(spoil(tilted(text_page(), -2.4), np.random.default_rng(6)))
    assert measured.angle == pytest.approx(2.4, abs=CLOSE)
    assert measured.confidence > 0.5


def test_in_spite_of_a_table_and_a_picture():
    page = text_page(size=16).copy()
    page[100:800:70] = 30
    page[100:800, 60:660:120] = 30
    waves = np.hypot(*np.mgrid[-130:130, -150:150])
    page[300:560, 200:500] = (128 + 100 * np.sin(waves / 7.0)).astype(np.uint8)
    measured = skew(tilted(page, 1.7))
    assert measured.angle == pytest.approx(-1.7, abs=CLOSE)
    assert measured.confidence > 0.4


def _noise(low, high):
    return np.random.default_rng(7).integers(low, high, (500, 400)).astype(np.uint8)


def _clouds():
    field = cv2.GaussianBlur(np.random.default_rng(8).normal(0, 1, (500, 400)), (0, 0), 6)
    return cv2.normalize(field, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


@pytest.mark.parametrize(
    "picture",
    [
        np.full((500, 400), 230, np.uint8),
        np.zeros((500, 400), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.full((1, 300), 7, np.uint8),
        np.arange(250, dtype=np.uint8).reshape(-1, 1),
        _noise(0, 256),
        _noise(215, 235),
        _clouds(),
    ],
    ids=["white", "black", "pixel", "row", "column", "noise", "grain", "clouds"],
)
def test_without_text_there_is_no_confidence(picture):
    assert skew(picture).confidence < 0.1


@pytest.mark.parametrize("angle", [20.0, -27.0, 90.0])
def test_a_page_that_lies_steeper_than_asked_is_not_forced(angle):
    assert skew(tilted(text_page(700, 700), angle)).confidence < 0.2


def test_the_bound_can_be_raised():
    assert skew(tilted(text_page(), 27.0), 30.0).angle == pytest.approx(-27.0, abs=CLOSE)


def test_ends_of_ink_are_where_a_column_steps_over_the_level():
    found = glyphs(text_page())
    ink = np.pad(found.darkness > found.level, ((1, 1), (0, 0)))
    area = np.append(0, found.boxes[:, 4])
    places = ends(found)
    for lower, beyond in ((False, ink[:-2]), (True, ink[2:])):
        rows, columns = np.nonzero(ink[1:-1] & ~beyond & (area[found.labels] >= 4))
        some = places[places.lower == lower]
        assert np.array_equal(some.row, rows)
        assert np.array_equal(some.column, columns)
        assert np.array_equal(some.component, found.labels[rows, columns] - 1)
        assert np.abs(some.height - some.row).max() <= 1.0
