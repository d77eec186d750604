"""The filters for single things: pieces kept by area, a thing stood upright, a thing brought to one size."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep import Page, PixelMode, PreprocessingFilter, geometry
from ocrprep.analysis.moments import Moments
from ocrprep.analysis.solid_ink import solid_ink
from ocrprep.filters.fit_to import FitTo
from ocrprep.filters.keep_components import KeepComponents
from ocrprep.filters.orient_by_major_axis import OrientByMajorAxis
from tests import shapes
from tests.pages import page


def pieces() -> Page:
    """A square of 100 pixels, a bar of 40 and a dot; BINARY."""
    pixels = np.full((40, 60), 255, np.uint8)
    pixels[5:15, 5:15] = pixels[30:34, 20:30] = pixels[20, 50] = 0
    return Page(pixels, PixelMode.BINARY)


def made(name: str, angle: float, mode: PixelMode = PixelMode.GRAY, size: float = 120) -> Page:
    """One shape on paper."""
    gray = page(shapes.gray(shapes.placed(name, size, angle), noise=3.0))
    if mode is PixelMode.BINARY:
        return page(solid_ink(gray.pixels) == 0)
    return gray.converted(mode)


def moments(result: Page) -> Moments:
    return Moments.of_mask(solid_ink(result.pixels))


@pytest.mark.parametrize(
    ("parameters", "area"),
    [
        ({}, 140),
        ({"min_area": 0}, 141),
        ({"min_area": 50}, 100),
        ({"min_area": 2, "max_area": 50}, 40),
        ({"min_area": 0, "largest": 1}, 100),
        ({"min_area": 0, "max_area": 50, "largest": 1}, 40),
        ({"min_area": 500}, 0),
    ],
)
def test_pieces_are_kept_by_their_area(parameters, area):
    result = KeepComponents(**parameters)(pieces())
    assert (result.mode, np.count_nonzero(result.pixels == 0)) == (PixelMode.BINARY, area)
    assert result.steps[-1].found["pieces"] == 3


def test_stray_pieces_become_paper_of_the_same_colour():
    pixels = np.full((60, 80, 3), (230, 220, 190), np.uint8)
    pixels[10:40, 10:40], pixels[50:53, 60:63] = (30, 60, 30), (40, 40, 40)
    result = KeepComponents(30)(page(pixels))
    assert np.abs(result.pixels[45:58, 55:68].astype(int) - (230, 220, 190)).max() <= 2
    assert np.array_equal(result.pixels[:45], pixels[:45])


def test_a_range_without_an_area_is_refused():
    with pytest.raises(ValidationError, match="no piece would stay"):
        KeepComponents(10, 9)


@pytest.mark.parametrize("mode", list(PixelMode))
@pytest.mark.parametrize("name", ["rectangle", "ellipse", "T", "triangle"])
def test_the_main_axis_stands_upright_from_any_angle(name, mode):
    for angle in range(0, 360, 60):
        given = made(name, angle, mode)
        result = OrientByMajorAxis()(given)
        after = moments(result)
        assert shapes.apart(after.orientation[0], 90.0) < 1.0, angle
        # Nothing is lost, and the way back leads to the same place but for half a pixel of an edge along a row.
        assert after.area[0] == pytest.approx(moments(given).area[0], rel=0.01), angle
        assert geometry.apply(result.to_source, after.centre)[0] == pytest.approx(moments(given).centre[0], abs=0.75)
        if name in {"T", "triangle"}:
            assert after.skewness(90.0)[0] > 0, "the thin end is not up"


def test_an_axis_can_lie_flat_with_its_heavier_end_on_the_left():
    for angle in (0, 100, 250):
        after = moments(OrientByMajorAxis("flat")(made("T", angle)))
        assert shapes.apart(after.orientation[0], 0.0) < 1.0
        assert after.skewness(0.0)[0] > 0


def test_without_the_rule_the_shorter_way_is_taken():
    turns = [
        OrientByMajorAxis(heavy_end=False)(made("T", angle)).steps[-1].found["turn"] for angle in (0, 60, 180, 300)
    ]
    assert max(map(abs, turns)) <= 90


def test_a_quarter_turn_loses_no_pixel():
    given = pieces()
    only = KeepComponents(2, 50)(given)
    result = OrientByMajorAxis()(only)
    assert (result.width, result.height) == (given.height, given.width)
    assert np.count_nonzero(result.pixels == 0) == 40


@pytest.mark.parametrize("pixels", [np.full((20, 30), 200), np.zeros((20, 20)), np.full((1, 1), 0)])
def test_what_has_no_main_axis_stays_as_it_is(pixels):
    given = page(pixels.astype(np.uint8))
    result = OrientByMajorAxis()(given)
    assert np.array_equal(result.pixels, given.pixels)
    assert result.steps[-1].found["done"].startswith("nothing")


@pytest.mark.parametrize("mode", list(PixelMode))
@pytest.mark.parametrize("size", [(64, 64), (30, 90), (300, 200)])
def test_the_ink_reaches_the_margin_and_lies_in_the_middle(mode, size):
    given = made("L", 20, mode)
    result = FitTo(*size, margin=5)(given)
    assert ((result.width, result.height), result.mode) == (size, mode)
    rows, columns = (np.flatnonzero((solid_ink(result.pixels) > 0).any(axis=axis)) for axis in (1, 0))
    free = [columns[0], size[0] - 1 - columns[-1], rows[0], size[1] - 1 - rows[-1]]
    assert min(free) == pytest.approx(5, abs=1)
    assert abs(free[0] - free[1]) <= 2
    assert abs(free[2] - free[3]) <= 2
    centre = geometry.apply(result.to_source, moments(result).centre)[0]
    assert centre == pytest.approx(moments(given).centre[0], abs=0.02 * 120)


def test_centred_by_mass_the_centre_of_mass_is_the_middle():
    result = FitTo(90, 70, margin=3, centre="mass")(made("triangle", 33))
    assert moments(result).centre[0] == pytest.approx([45, 35], abs=0.7)


def test_the_whole_page_can_be_fitted_and_small_things_need_not_grow():
    assert FitTo(120, 120, centre="page")(pieces()).steps[-1].found["ratio"] == 2.0
    assert FitTo(120, 120, enlarge=False)(pieces()).steps[-1].found["ratio"] == 1.0
    assert FitTo(20, 20)(page(np.full((40, 40), 220, np.uint8))).pixels.min() == 220


def test_what_is_added_is_paper_and_not_the_thing_that_fills_the_page():
    pixels = np.full((40, 100, 3), (232, 224, 200), np.uint8)
    pixels[2:38, 2:98] = (40, 80, 30)
    fitted = FitTo(64, 64)(page(pixels))
    turned = OrientByMajorAxis()(PreprocessingFilter.rotate(30)(page(np.pad(pixels, ((9, 9), (9, 9), (0, 0)), "edge"))))
    for result in (fitted, turned):
        assert np.abs(result.pixels[0, 0].astype(int) - (232, 224, 200)).max() <= 2
        assert np.abs(result.pixels[-1].astype(int) - (232, 224, 200)).max() <= 2


def test_a_margin_without_room_is_refused():
    with pytest.raises(ValidationError, match="no room"):
        FitTo(20, 20, margin=10)
