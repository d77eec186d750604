"""Faults of a page and where they are: one part of a page is spoiled, and just that part must be found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ocrprep.analysis._cell_grid import ACROSS, Grid, in_windows
from ocrprep.analysis.defect_areas import DefectKind, defect_areas
from ocrprep.decode import open_image
from ocrprep.geometry import Rectangle
from tests.ordinary_pages import ordinary_pages
from tests.test_house import ROOT
from tests.typeset import text_page

SIZES = {"small": (700, 900, 20), "wide": (1400, 1000, 16), "A4 at 150 dpi": (1240, 1754, 28)}


def blurred(page, part, random):
    return _mixed(page, part, cv2.GaussianBlur(page, (0, 0), 3.0))


def little_blurred(page, part, random):
    return _mixed(page, part, cv2.GaussianBlur(page, (0, 0), 2.0))


def moved(page, part, random):
    return _mixed(page, part, cv2.blur(page, (9, 1)))


def noisy(page, part, random):
    return _mixed(page, part, _hit(page, random, 0.04))


def little_noisy(page, part, random):
    return _mixed(page, part, _hit(page, random, 0.01))


def faint(page, part, random):
    return _mixed(page, part, (230 - (230.0 - page) * 0.2).round().astype(np.uint8))


def glaring(page, part, random):
    rows, columns = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    x, y = part.x + part.width / 2, part.y + part.height / 2
    far = np.hypot((columns - x) / (part.width / 2), (rows - y) / (part.height / 2))
    light = np.clip((1.35 - far) / 0.35, 0, 1)
    dim = page * 0.85
    return (dim + (255 - dim) * light).round().astype(np.uint8)


def _hit(page, random, share):
    drawn = random.random(page.shape)
    return np.where(drawn < share / 2, 0, np.where(drawn > 1 - share / 2, 255, page)).astype(np.uint8)


def _mixed(page, part, other):
    made = page.copy()
    made[part.slices] = other[part.slices]
    return made


SPOILED = {
    blurred: DefectKind.BLUR,
    little_blurred: DefectKind.BLUR,
    moved: DefectKind.BLUR,
    noisy: DefectKind.SALT_PEPPER_NOISE,
    little_noisy: DefectKind.SALT_PEPPER_NOISE,
    faint: DefectKind.LOW_CONTRAST,
    glaring: DefectKind.GLARE,
}


def in_common(one: Rectangle, other: Rectangle) -> float:
    """Intersection over union."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(0, across) * max(0, down)
    return both / (one.width * one.height + other.width * other.height - both)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_a_spoiled_part_is_found_in_its_place_and_nothing_else(spoil, size, seed):
    width, height, letters = SIZES[size]
    random = np.random.default_rng(seed)
    part = Rectangle(
        int(random.uniform(0.06, 0.25) * width),
        int(random.uniform(0.05, 0.5) * height),
        int(random.uniform(0.3, 0.5) * width),
        int(random.uniform(0.25, 0.4) * height),
    )
    found = defect_areas(spoil(text_page(width, height, letters), part, random))
    assert [item.kind for item in found] == [SPOILED[spoil]]
    # Windows are a twenty-fourth of the page: an edge may be off by a part of one.
    assert in_common(found[0].area, part) > 0.6
    assert 0 < found[0].strength <= 1


def test_two_faults_are_told_apart():
    page, random = text_page(1240, 1754, 28), np.random.default_rng(3)
    above, below = Rectangle(100, 100, 500, 500), Rectangle(600, 1100, 500, 500)
    found = {item.kind: item.area for item in defect_areas(noisy(blurred(page, above, random), below, random))}
    assert set(found) == {DefectKind.BLUR, DefectKind.SALT_PEPPER_NOISE}
    assert in_common(found[DefectKind.BLUR], above) > 0.6
    assert in_common(found[DefectKind.SALT_PEPPER_NOISE], below) > 0.6


def test_a_page_that_is_faint_all_over_has_one_area_around_its_text():
    page = text_page(1240, 1754, 28)
    (found,) = defect_areas(faint(page, Rectangle(0, 0, 1240, 1754), None))
    assert found.kind is DefectKind.LOW_CONTRAST
    rows, columns = np.nonzero(page < 128)
    text = Rectangle(columns.min(), rows.min(), np.ptp(columns) + 1, np.ptp(rows) + 1)
    assert in_common(found.area, text) > 0.8


def test_light_type_on_dark_is_judged_like_its_negative():
    page, random = text_page(1240, 1754, 28), np.random.default_rng(4)
    spoiled = blurred(page, Rectangle(200, 300, 500, 600), random)
    assert defect_areas(255 - spoiled) == defect_areas(spoiled)


def test_colour_is_judged_by_its_luma():
    spoiled = faint(text_page(), Rectangle(100, 200, 400, 300), None)
    assert defect_areas(np.dstack([spoiled] * 3)) == defect_areas(spoiled) != ()


def test_worse_is_stronger():
    page, part = text_page(1240, 1754, 28), Rectangle(200, 300, 500, 600)
    random = np.random.default_rng(5)
    for weak, strong in ((little_noisy, noisy),):
        assert defect_areas(weak(page, part, random))[0].strength < defect_areas(strong(page, part, random))[0].strength


def test_ordinary_pages_have_no_faults_but_their_own():
    found = {name: {item.kind for item in defect_areas(pixels)} for name, pixels in ordinary_pages()}
    # Grain of 40 levels does throw single pixels far out.
    assert {name for name, kinds in found.items() if kinds} == {"very noisy"}


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("clean.png", set()),
        ("skew.png", set()),
        ("shadow.jpg", set()),
        ("inverted.png", set()),
        ("coloured.jpg", set()),
        ("small_type.png", set()),
        ("noise.png", {DefectKind.SALT_PEPPER_NOISE}),
        ("low_contrast.jpg", {DefectKind.LOW_CONTRAST}),
    ],
)
def test_the_samples_have_the_faults_that_they_are_named_after(name, kinds):
    page, _ = open_image(ROOT / "samples" / "pages" / name)
    assert {item.kind for item in defect_areas(page.pixels)} == kinds


@settings(max_examples=30, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 90), st.integers(1, 90))) | st.just(np.zeros((64, 3000), np.uint8))
)
def test_areas_lie_on_the_page(pixels):
    for item in defect_areas(pixels):
        assert item.area.inside(pixels.shape[1], pixels.shape[0])
        assert 0 <= item.strength <= 1


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.bool_, st.tuples(st.integers(64, 100), st.integers(64, 140))))
def test_windows_count_what_is_in_their_cells(mask):
    grid = Grid.of(mask.astype(np.uint8))
    counts = in_windows(grid.sums(mask.astype(np.uint8) * 255))
    side = ACROSS * grid.side
    for row, column in ((0, 0), (counts.shape[0] - 1, counts.shape[1] - 1)):
        top, left = row * grid.side, column * grid.side
        assert counts[row, column] == mask[top : top + side, left : left + side].sum()
