"""A photographed page is found, cut out and made rectangular, and nothing else is touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrprep import geometry
from ocrprep.analysis._view import seen_aspect
from ocrprep.analysis.page_outline import page_outline
from ocrprep.filters.find_page import FindPage
from ocrprep.geometry import Box
from ocrprep.page import PixelMode, convert_pixels
from tests import pages
from tests.ordinary_pages import ordinary_pages
from tests.photographs import photo
from tests.typeset import text_page

PHOTOS = range(200, 260)
ORDINARY = dict(ordinary_pages())
LEAST = FindPage().min_confidence


def error(outline, shot):
    """Mean distance of the corners, as a share of the picture's diagonal."""
    if outline.corners is None or outline.confidence < LEAST:
        return np.inf
    height, width = shot.pixels.shape[:2]
    return float(np.hypot(*(outline.corners - shot.corners).T).mean() / np.hypot(width, height))


def test_pages_on_desks_are_found():
    shots = [photo(seed) for seed in PHOTOS]
    errors = np.array([error(page_outline(shot.pixels), shot) for shot in shots])
    found = errors <= 0.01
    assert found.mean() >= 0.95, [(seed, shots[seed - 200].ground) for seed in 200 + np.nonzero(~found)[0]]
    assert errors[found].mean() < 0.003
    # A wrong cut is worse than none: what is not found is left alone.
    assert np.isinf(errors[~found]).all()


def test_pages_are_found_without_colour_too():
    shots = [photo(seed) for seed in (200, 201, 203, 208, 217, 220)]
    for shot in shots:
        gray = convert_pixels(shot.pixels, PixelMode.GRAY)
        assert error(page_outline(gray), shot) <= 0.01


@pytest.mark.parametrize("name", list(ORDINARY))
def test_ordinary_pages_stay_as_they_are(name):
    page = pages.page(ORDINARY[name])
    result = FindPage()(page)
    assert result.pixels is page.pixels
    assert geometry.is_identity(result.to_source)
    assert result.steps[-1].found["page"] is None
    assert 0.0 <= result.steps[-1].found["confidence"] < LEAST / 2


def test_there_are_enough_ordinary_pages():
    assert len(ORDINARY) >= 40


def test_points_map_back_through_the_perspective():
    shot = photo(217)
    result = FindPage(margin=30)(pages.page(shot.pixels))
    sheet = Box(30.0, 30.0, result.width - 30.0, result.height - 30.0)
    back = result.source_points(sheet.corners())
    found = result.steps[-1].found
    assert np.allclose(back, found["page"], atol=0.006)
    assert np.hypot(*(back - shot.corners).T).max() < 6.0
    assert found["aspect"] == pytest.approx(sheet.width / sheet.height, rel=0.002)
    assert found["confidence"] >= LEAST


def test_no_side_loses_pixels():
    for seed in (200, 203, 208):
        shot = photo(seed)
        result = FindPage()(pages.page(shot.pixels))
        corners = np.array(result.steps[-1].found["page"])
        upper, right, lower, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
        assert result.width >= max(upper, lower) - 1
        assert result.height >= max(left, right) - 1


def test_the_page_is_upright_text_again():
    width, height = 900, 1200
    corners = np.array([(150.0, 170.0), (760.0, 120.0), (820.0, 1050.0), (90.0, 1000.0)])
    upright = text_page()
    matrix = geometry.to_pixel_centres(geometry.homography(Box(0, 0, 700, 900).corners(), corners))
    picture = np.full((height, width), 60, np.uint8)
    cv2.warpPerspective(upright, matrix, (width, height), dst=picture, borderMode=cv2.BORDER_TRANSPARENT)
    result = FindPage()(pages.page(picture))
    again = cv2.resize(result.pixels, (700, 900), interpolation=cv2.INTER_AREA)
    inner = np.s_[10:-10, 10:-10]
    likeness = np.corrcoef(
        cv2.GaussianBlur(again, (0, 0), 2)[inner].ravel(), cv2.GaussianBlur(upright, (0, 0), 2)[inner].ravel()
    )
    assert likeness[0, 1] > 0.9


@pytest.mark.parametrize("confidence", [0.0, 1.0])
def test_confidence_decides(confidence):
    page = pages.page(photo(236).pixels)
    measured = page_outline(page.pixels).confidence
    result = FindPage(min_confidence=confidence)(page)
    assert (result.steps[-1].found["page"] is not None) == (measured >= confidence and measured > 0)


def test_nothing_is_found_on_the_smallest_pages():
    assert page_outline(np.full((20, 20), 90, np.uint8)).corners is None


def seen(aspect, focal, turns, size):
    """Corners of a rectangle before a pinhole camera that looks at the picture's middle."""
    flat = np.array([(-aspect, -1.0, 0.0), (aspect, -1.0, 0.0), (aspect, 1.0, 0.0), (-aspect, 1.0, 0.0)])
    turned = flat @ cv2.Rodrigues(np.radians(turns))[0].T
    return turned[:, :2] / (turned[:, 2:] + 5.0) * focal + np.array(size) / 2


@pytest.mark.parametrize("aspect", [0.5, 0.7071, 1.0, 1.4142])
@pytest.mark.parametrize("turns", [(25.0, 20.0, 10.0), (-30.0, 15.0, 0.0), (12.0, -12.0, 40.0)])
def test_proportions_come_from_the_perspective(aspect, turns):
    corners = seen(aspect, 1000.0, turns, (900, 1200))
    assert seen_aspect(corners, 900, 1200) == pytest.approx(aspect, rel=1e-3)


def test_proportions_without_perspective_are_those_of_the_sides():
    corners = Box(100, 100, 400, 700).corners()
    assert seen_aspect(corners, 900, 1200) == pytest.approx(0.5)
    trapezium = np.array([(120.0, 100.0), (380.0, 100.0), (400.0, 700.0), (100.0, 700.0)])
    upright = np.hypot(20, 600)
    assert seen_aspect(trapezium, 900, 1200) == pytest.approx(280 / upright)
