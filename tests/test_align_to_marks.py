"""A sheet with four marks is brought into line; any other page is left alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrprep import geometry
from ocrprep.analysis.corner_marks import corner_marks
from ocrprep.filters.align_to_marks import AlignToMarks
from ocrprep.geometry import Box
from ocrprep.page import PixelMode, convert_pixels
from tests import pages
from tests.ordinary_pages import ordinary_pages
from tests.photographs import photo
from tests.typeset import text_page

KINDS = ("square", "disc", "target")
WIDTH, HEIGHT = 700, 900
PLACES = Box(50.0, 50.0, 650.0, 850.0).corners()
ORDINARY = dict(ordinary_pages())
LEAST = AlignToMarks().min_confidence


def sheet(kind, *, places=PLACES, sizes=(15, 15, 15, 15), fine=4):
    """Text with marks around it, drawn finely and averaged down."""
    text = np.full((HEIGHT, WIDTH), 232, np.uint8)
    text[120:780, 110:590] = text_page(480, 660, size=16)
    page = cv2.resize(text, None, fx=fine, fy=fine, interpolation=cv2.INTER_LINEAR)
    for (x, y), size in zip(places * fine, np.array(sizes) * fine, strict=True):
        centre = (round(x - 0.5), round(y - 0.5))
        if kind == "square":
            cv2.rectangle(page, (centre[0] - size, centre[1] - size), (centre[0] + size, centre[1] + size), 35, -1)
            continue
        for step, level in enumerate((35, 232, 35, 232, 35)[: 1 if kind == "disc" else 5]):
            cv2.circle(page, centre, round(size * 1.1 * (1 - step / 5)), level, -1)
    return cv2.resize(page, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def seen(picture, corners, size=(800, 1000), paper=70):
    """The picture before a camera, and where its marks are then."""
    matrix = geometry.homography(Box(0, 0, WIDTH, HEIGHT).corners(), np.array(corners, float))
    ground = np.full(size[::-1], paper, np.uint8)
    centres = geometry.to_pixel_centres(matrix)
    cv2.warpPerspective(picture, centres, size, dst=ground, borderMode=cv2.BORDER_TRANSPARENT)
    return cv2.GaussianBlur(ground, (0, 0), 0.7), geometry.apply(matrix, PLACES)


def furthest(found, truth):
    return np.inf if found.centres is None else float(np.hypot(*(found.centres - truth).T).max())


@pytest.mark.parametrize("kind", KINDS)
def test_marks_are_found_to_a_part_of_a_pixel(kind):
    found = corner_marks(sheet(kind))
    assert found.kind == kind
    assert found.confidence > 0.8
    assert furthest(found, PLACES) < 0.2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "corners",
    [
        [(60, 90), (720, 40), (770, 930), (40, 960)],
        [(130, 60), (700, 110), (640, 950), (60, 870)],
        [(190, 40), (780, 190), (610, 960), (20, 810)],
    ],
)
def test_marks_are_found_in_perspective_and_shadow(kind, corners):
    picture, truth = seen(sheet(kind), corners)
    light = np.where(np.add.outer(np.arange(1000), 0.7 * np.arange(800)) < 900, 1.0, 0.5)
    found = corner_marks((picture * cv2.GaussianBlur(light, (0, 0), 9)).astype(np.uint8))
    assert found.kind == kind
    assert found.confidence >= LEAST
    assert furthest(found, truth) < 1.0


def test_marks_of_unlike_sizes_are_marks():
    found = corner_marks(sheet("disc", sizes=(19, 15, 15, 15)))
    assert found.confidence >= LEAST
    assert furthest(found, PLACES) < 0.3


def test_a_stroke_of_a_pen_does_not_hide_a_mark():
    picture = sheet("target")
    cv2.line(picture, (30, 62), (68, 38), 60, 2)
    cv2.circle(picture, (628, 858), 7, 60, -1)
    found = corner_marks(picture)
    assert found.confidence >= LEAST
    assert furthest(found, PLACES) < 1.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", range(4))
def test_three_marks_are_no_answer(kind, missing):
    sizes = [15, 15, 15, 15]
    picture = sheet(kind, sizes=sizes)
    x, y = PLACES[missing].astype(int)
    picture[y - 25 : y + 25, x - 25 : x + 25] = 232
    assert corner_marks(picture).confidence < LEAST / 2
    page = pages.page(picture)
    assert AlignToMarks()(page).pixels is page.pixels


@pytest.mark.parametrize("name", list(ORDINARY))
def test_ordinary_pages_have_no_marks(name):
    page = pages.page(ORDINARY[name])
    result = AlignToMarks()(page)
    assert result.pixels is page.pixels
    assert geometry.is_identity(result.to_source)
    assert result.steps[-1].found["marks"] is None
    assert result.steps[-1].found["confidence"] < LEAST / 2


def test_photographs_of_pages_have_no_marks():
    assert max(corner_marks(photo(seed).pixels).confidence for seed in range(200, 204)) < LEAST / 2


def test_points_map_back_to_the_source():
    picture, truth = seen(sheet("square"), [(60, 90), (720, 40), (770, 930), (40, 960)])
    result = AlignToMarks(width=600, height=800, margin=20)(pages.page(picture))
    assert (result.width, result.height) == (640, 840)
    back = result.source_points(Box(20, 20, 620, 820).corners())
    assert np.allclose(back, result.steps[-1].found["marks"], atol=0.006)
    assert np.hypot(*(back - truth).T).max() < 1.0
    # A point of the sheet, by its true place in the photograph.
    matrix = geometry.homography(PLACES, truth)
    inside = np.array([(200.0, 300.0), (500.0, 640.0), (350.0, 120.0)])
    there = result.source_points(inside - PLACES[0] + 20)
    assert np.hypot(*(there - geometry.apply(matrix, inside)).T).max() < 1.0


def test_the_size_is_measured_where_it_is_not_given():
    page = pages.page(sheet("disc"))
    assert abs(AlignToMarks()(page).width - 600) <= 1
    assert abs(AlignToMarks()(page).height - 800) <= 1
    assert abs(AlignToMarks(width=300)(page).height - 400) <= 1
    assert abs(AlignToMarks(height=1600)(page).width - 1200) <= 2


def test_only_the_marks_that_are_asked_for():
    page = pages.page(sheet("disc"))
    assert AlignToMarks(marks="square")(page).pixels is page.pixels
    found = AlignToMarks(marks="disc")(page).steps[-1].found
    assert found["mark"] == "disc"
    assert len(found["marks"]) == 4
    assert AlignToMarks(min_confidence=1.0)(page).pixels is page.pixels


def test_colour_and_black_and_white_pages():
    gray = sheet("target")
    colour = convert_pixels(gray, PixelMode.RGB)
    assert furthest(corner_marks(colour), PLACES) < 0.2
    result = AlignToMarks()(pages.page(gray > 128))
    assert result.mode is PixelMode.BINARY
    assert result.steps[-1].found["marks"] is not None


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (47, 400), (60, 60)])
def test_odd_pages(shape):
    for level in (0, 128, 255):
        assert corner_marks(np.full(shape, level, np.uint8)).confidence == 0.0
