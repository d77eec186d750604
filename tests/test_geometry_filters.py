"""Filters that move pixels, and their way back to the source."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ocrprep import geometry
from ocrprep.analysis.content import content
from ocrprep.analysis.skew import skew
from ocrprep.analysis.text_height import text_height
from ocrprep.errors import FilterError
from ocrprep.filters._interpolation import InterpolationFilterType
from ocrprep.filters.auto_orientation import AutoOrientation
from ocrprep.filters.base import Orientation
from ocrprep.filters.crop import Crop
from ocrprep.filters.crop_to_content import CropToContent
from ocrprep.filters.deskew import Deskew
from ocrprep.filters.pad import Pad
from ocrprep.filters.perspective import Perspective
from ocrprep.filters.resize import Resize
from ocrprep.filters.rotate import Rotate
from ocrprep.filters.scale import Scale
from ocrprep.filters.scale_to_text_height import ScaleToTextHeight
from ocrprep.filters.threshold import Threshold
from ocrprep.geometry import Box, Rectangle
from ocrprep.page import Page, PixelMode
from tests import pages
from tests.typeset import rendered_height, text_page, tilted

# Dark marks on a page of 200x260, far enough apart to stay apart: left, top, width, height.
MARKS = [(30, 40, 24, 14), (120, 30, 40, 20), (60, 110, 30, 30), (140, 150, 22, 40), (25, 200, 60, 18)]


def marked_page(mode=PixelMode.GRAY):
    pixels = np.full((260, 200), 235, np.uint8)
    for left, top, width, height in MARKS:
        pixels[top : top + height, left : left + width] = 20
    if mode is PixelMode.BINARY:
        return pages.page(pixels > 128)
    return pages.page(np.dstack([pixels] * 3) if mode is PixelMode.RGB else pixels)


def marks_found(page):
    """Centres and boxes of dark blobs on the page, in edge coordinates."""
    gray = page.pixels if page.pixels.ndim == 2 else page.pixels[..., 0]
    _, _, stats, centres = cv2.connectedComponentsWithStats((gray < 128).astype(np.uint8), connectivity=8)
    for (left, top, width, height, area), centre in zip(stats[1:], centres[1:], strict=True):
        if area >= 12:
            yield centre + 0.5, Box(left, top, left + width, top + height)


def whole_marks(page, marks):
    """Those marks that lie on the page with some paper around them."""
    from_source = geometry.invert(page.to_source)
    size = np.array([page.width, page.height])
    for mark in marks:
        left, top, width, height = mark
        corners = geometry.apply(from_source, Box(left, top, left + width, top + height).corners())
        if corners.min() >= 3 and (corners <= size - 3).all():
            yield mark


def assert_marks_map_back(page, marks, allowed=1.0):
    """Each of the marks is found on the page, and its centre and box lie where the map says.

    Args:
        page: the last one.
        marks: on the source.
        allowed: pixels of the source by which they may be off.
    """
    from_source = geometry.invert(page.to_source)
    straight = np.abs(from_source[[0, 1, 2, 2], [1, 0, 0, 1]]).max() == 0
    # The corners of a mark that lies aslant are cut off by the threshold. And a rim is rounded to a whole pixel.
    step = max(1.0, np.sqrt(abs(np.linalg.det(from_source[:2, :2]))))
    rim = allowed * step if straight else 2.0 * allowed * step
    found = list(marks_found(page))
    for left, top, width, height in marks:
        truth = np.array([left + width / 2, top + height / 2])
        distances = [np.hypot(*(page.source_points(centre[None])[0] - truth)) for centre, _ in found]
        assert min(distances) < allowed
        box = found[int(np.argmin(distances))][1]
        corners = Box(left, top, left + width, top + height).corners()
        assert np.abs(box.corners() - Box.around(geometry.apply(from_source, corners)).corners()).max() <= rim


def corners_inset(page, shares):
    """A quadrilateral on the page, its corners moved inwards by shares of its sides."""
    base = Box(0, 0, page.width, page.height).corners()
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    moved = base + inwards * np.array(shares).reshape(4, 2) * (page.width, page.height)
    return tuple((float(x), float(y)) for x, y in moved)


share = st.floats(0.0, 0.06)
steps = st.one_of(
    st.builds(Scale, st.floats(0.7, 1.8)),
    st.builds(
        lambda x, y, kernel: lambda page: Resize(round(page.width * x), round(page.height * y), kernel)(page),
        st.floats(0.75, 1.6),
        st.floats(0.75, 1.6),
        st.sampled_from(list(InterpolationFilterType)),
    ),
    st.builds(Rotate, st.floats(-360, 360), st.booleans()),
    st.builds(
        lambda quarters, expand: Rotate(90 * quarters, expand), st.integers(-4, 4), st.booleans()
    ),
    st.builds(lambda sides: Pad(3, *sides), st.tuples(*[st.integers(0, 30)] * 4)),
    st.builds(
        lambda left, top: lambda page: Crop((left, top, page.width - 2 * left, page.height - left - top))(page),
        st.integers(0, 12),
        st.integers(0, 12),
    ),
    st.builds(CropToContent, st.integers(0, 20)),
    st.builds(
        lambda shares: lambda page: Perspective(corners_inset(page, shares))(page), st.tuples(*[share] * 8)
    ),
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(steps, min_size=1, max_size=4), st.sampled_from(list(PixelMode)))
def test_marks_map_back_through_any_chain(chain, mode):
    page, rounding, marks = marked_page(mode), 0.1, MARKS
    for step in chain:
        page = step(page)
        rounding += 0.5 * np.sqrt(abs(np.linalg.det(page.to_source[:2, :2])))
        marks = list(whole_marks(page, marks))
        assume(marks)
    # Black and white cannot hold half a pixel: each cut moves an edge by up to that.
    assert_marks_map_back(page, marks, max(1.0, rounding) if mode is PixelMode.BINARY else 1.0)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(steps, min_size=1, max_size=3))
def test_marks_map_back_on_the_gray_page_too(chain):
    page, marks = Threshold(128)(marked_page()), MARKS
    for step in chain:
        page = step(page)
        marks = list(whole_marks(page, marks))
        assume(marks)
    gray = page.gray()
    assert gray.mode is PixelMode.GRAY
    assert gray.pixels.shape == page.pixels.shape
    assert np.array_equal(gray.to_source, page.to_source)
    assert_marks_map_back(gray, marks)


def test_a_word_maps_back_from_a_deskewed_scaled_padded_page():
    angle, size = 4.0, 16
    upright = text_page(size=size).copy()
    # Dark squares in the margins stand for words whose place is known to the pixel.
    squares = [(8, 400), (10, 520), (672, 350), (670, 480)]
    for x, y in squares:
        upright[y : y + 20, x : x + 20] = 0
    to_tilted = geometry.rotation(angle, (350, 450))
    page = pages.page(tilted(upright, angle))
    for step in (Deskew(), ScaleToTextHeight(20), Pad(12), Threshold(128)):
        page = step(page)
    assert [step.found.get("done") for step in page.steps[:2]] == ["turned", "scaled"]
    scale = page.steps[1].found["ratio"]
    for x, y in squares:
        truth = geometry.apply(to_tilted, np.array([(x + 10.0, y + 10.0)]))[0]
        blobs = [
            page.source_points(centre[None])[0]
            for centre, box in marks_found(page)
            if abs(box.width - 20 * scale) < 3 and abs(box.height - 20 * scale) < 3
        ]
        assert min(np.hypot(*(blob - truth)) for blob in blobs) < 1.0


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.floats(-15, 15))
def test_a_deskewed_page_is_straight(angle):
    page = Deskew(dead_zone=0)(pages.page(tilted(text_page(), angle)))
    assert abs(skew(page.pixels).angle) < 0.1
    assert page.steps[-1].found["angle"] == pytest.approx(-angle, abs=0.1)


@pytest.mark.parametrize(
    ("pixels", "filter_", "why"),
    [
        (text_page(), Deskew(), "straight enough"),
        (tilted(text_page(), 0.15), Deskew(), "straight enough"),
        (tilted(text_page(), 3.0), Deskew(min_confidence=1.0), "too uncertain"),
        (np.full((50, 60), 200, np.uint8), Deskew(), "too uncertain"),
        (tilted(text_page(), 8.0), Deskew(max_angle=5), "too uncertain"),
    ],
)
def test_deskew_leaves_alone_what_it_should(pixels, filter_, why):
    given_page = pages.page(pixels)
    page = filter_(given_page)
    assert page.pixels is given_page.pixels
    assert geometry.is_identity(page.to_source)
    assert why in page.steps[-1].found["done"]
    assert set(page.steps[-1].found) == {"angle", "confidence", "done"}


def test_deskew_loses_no_corner_unless_told_to():
    given_page = pages.page(tilted(text_page(), 6.0))
    page = Deskew()(given_page)
    inside = geometry.apply(geometry.invert(page.to_source), Box(0, 0, 700, 900).corners())
    assert inside.min() >= -1e-6
    assert (inside <= np.array([page.width, page.height]) + 1e-6).all()
    assert Deskew(expand=False)(given_page).pixels.shape == (900, 700)


def test_turned_corners_take_the_paper_of_their_place():
    shaded = np.repeat(np.linspace(240, 120, 400).astype(np.uint8)[None], 300, axis=0)
    corners = Rotate(10)(pages.page(shaded)).pixels
    # Left of the page the paper is light, right of it dark; a single fill would be neither.
    assert corners[-1, 0] > 200
    assert corners[0, -1] < 160
    assert (Rotate(10, fill=7)(pages.page(shaded)).pixels[[0, -1], [0, -1]] == 7).all()


@pytest.mark.parametrize("angle", [1.3, -4.0, 20.0, 45.0, 130.0])
@pytest.mark.parametrize("expand", [True, False])
@pytest.mark.parametrize("colour", [False, True])
def test_a_turn_is_one_resampling_with_the_fill_where_the_page_is_not(angle, expand, colour):
    page = pages.page(pages.scan_rgb(150, 110) if colour else pages.text_gray(150, 110))
    turned = Rotate(angle=angle, expand=expand, fill=7)(page)
    to_old = geometry.to_pixel_centres(turned.to_source)
    size, how = (turned.width, turned.height), cv2.WARP_INVERSE_MAP
    whole = cv2.warpPerspective(page.pixels, to_old, size, flags=cv2.INTER_CUBIC | how, borderMode=cv2.BORDER_REPLICATE)
    everywhere = np.full(page.pixels.shape[:2], 255, np.uint8)
    inside = cv2.warpPerspective(everywhere, to_old, size, flags=cv2.INTER_NEAREST | how) > 0
    whole[~inside] = 7
    away = np.abs(whole.astype(int) - turned.pixels)
    # A pixel whose centre lies on the page's very edge may fall to either side.
    assert np.mean(away > 1) < 1e-3


@pytest.mark.parametrize("size", [3, 40, 300])
def test_the_paper_of_a_margin_goes_on_from_the_page(size):
    # Lighter to the right: so must the margins above and below be, and those beside it must be level.
    page = np.tile(np.linspace(100, 220, 240).round().astype(np.uint8), (160, 1))
    padded = Pad(size=size)(page).astype(int)
    assert np.array_equal(padded[size:-size, size:-size], page)
    for row in (padded[0], padded[-1]):
        assert (np.diff(row) >= -1).all()
        assert row[0] < row[-1] - 60
    for column in (padded[:, 0], padded[:, -1]):
        assert np.ptp(column) <= 1


def test_the_fill_of_a_black_and_white_page():
    ink = pages.page(np.zeros((40, 40), bool))
    for fill, level in (("background", 255), (127, 0), (128, 255)):
        padded = Pad(5, fill=fill)(ink)
        assert padded.mode is PixelMode.BINARY
        assert padded.pixels[0, 0] == level


def test_colour_is_filled_with_colour():
    page = pages.page(np.full((30, 40, 3), (250, 230, 180), np.uint8))
    assert Pad(4)(page).pixels[0, 0].tolist() == [250, 230, 180]
    assert Rotate(20)(page).pixels[0, 0].tolist() == [250, 230, 180]


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 360, -90, -180, -270, -360])
def test_quarter_turns_are_exact(angle):
    pixels = pages.scan_rgb(33, 21)
    page = Rotate(angle)(pages.page(pixels))
    assert np.array_equal(page.pixels, np.rot90(pixels, angle // 90))


@pytest.mark.parametrize("angle", [90, -90, 270])
@pytest.mark.parametrize("size", [(30, 20), (31, 20)])
def test_quarter_turns_in_the_old_size_move_whole_pixels(angle, size):
    pixels = np.random.default_rng(12).integers(0, 255, size[::-1]).astype(np.uint8)
    page = Rotate(angle, expand=False)(pages.page(pixels))
    assert page.pixels.shape == pixels.shape
    for x, y in ((size[0] // 2, 3), (size[0] // 2 + 2, size[1] - 4)):
        there = page.source_points(np.array([(x + 0.5, y + 0.5)]))[0]
        assert page.pixels[y, x] == pixels[int(there[1]), int(there[0])]


def test_a_positive_angle_turns_counter_clockwise():
    pixels = np.full((101, 101), 255, np.uint8)
    pixels[48:53, 80:95] = 0
    rows, columns = np.nonzero(Rotate(45, expand=False)(pages.page(pixels)).pixels < 128)
    assert columns.mean() > 60
    assert rows.mean() < 40


def test_turning_there_and_back_gives_the_same_picture():
    pixels = cv2.GaussianBlur(text_page(200, 240, 20), (0, 0), 1.5)
    there = Rotate(20)(pages.page(pixels))
    back = Rotate(-20)(there)
    x, y = (round(value) for value in geometry.apply(geometry.invert(back.to_source), np.zeros((1, 2)))[0])
    middle = back.pixels[y : y + 240, x : x + 200].astype(int) - pixels
    # Two resamplings and up to half a pixel of rounding.
    assert np.abs(middle[5:-5, 5:-5]).mean() < 12


@pytest.mark.parametrize(("ratio", "size"), [(2, (480, 300)), (0.5, (120, 75)), (1 / 3, (80, 50)), (1, (240, 150))])
def test_scale_has_an_exact_map(ratio, size):
    page = Scale(ratio)(pages.page(pages.text_gray()))
    assert (page.width, page.height) == size
    assert np.array_equal(page.to_source, geometry.scaling(240 / size[0], 150 / size[1]))
    assert page.dpi == pytest.approx((100 * size[0] / 240, 100 * size[1] / 150), abs=1e-4)


def test_a_scale_that_leaves_nothing_or_too_much_is_an_error():
    with pytest.raises(FilterError, match="0x0"):
        Scale(0.001)(pages.page(pages.text_gray()))
    with pytest.raises(FilterError, match="2\\^31"):
        Scale(1000)(pages.page(pages.text_gray()))
    with pytest.raises(FilterError, match="2\\^31"):
        Pad(10**6)(pages.page(pages.text_gray()))


@pytest.mark.parametrize("ratio", [0, -1, float("nan"), float("inf")])
def test_a_ratio_is_a_positive_number(ratio):
    with pytest.raises(ValidationError):
        Scale(ratio)


def test_resize_is_exact_and_takes_the_names_of_the_kernels():
    page = Resize(100, 77, "LANCZOS8")(pages.page(pages.text_gray() > 128))
    assert page.pixels.shape == (77, 100)
    assert page.mode is PixelMode.BINARY
    assert set(np.unique(page.pixels)) == {0, 255}
    assert Resize(3, 4, "lanczos8").interpolation is InterpolationFilterType.LANCZOS8
    with pytest.raises(ValidationError):
        Resize(3, 4, "sharpest")


@pytest.mark.parametrize("size", [10, 14, 50])
def test_text_gets_the_wanted_height(size):
    page = ScaleToTextHeight(20)(pages.page(text_page(size=size)))
    assert text_height(page.pixels).x_height == pytest.approx(20, rel=0.08)
    assert page.steps[-1].found["ratio"] == pytest.approx(20 / rendered_height("x", size), rel=0.08)


def test_text_height_is_left_alone_near_the_target_and_without_text():
    given_page = pages.page(text_page(size=36))
    assert ScaleToTextHeight(20)(given_page).pixels is given_page.pixels
    assert ScaleToTextHeight(20, dead_zone=0)(given_page).width != 700
    blank = pages.page(np.full((60, 60), 255, np.uint8))
    assert ScaleToTextHeight()(blank).steps[-1].found["done"] == "nothing: no text found"


def test_text_height_keeps_to_the_allowed_ratios():
    page = pages.page(text_page(size=10))
    assert ScaleToTextHeight(40, max_ratio=1.5)(page).width == 1050
    assert ScaleToTextHeight(2, min_ratio=0.5)(page).width == 350
    assert ScaleToTextHeight(40, max_ratio=1.5)(page).steps[-1].found["done"] == "scaled as far as allowed"


def test_pad_lays_each_margin_where_it_belongs():
    page = Pad(2, left=1, bottom=0, fill=9)(pages.page(np.array([[1, 2]], np.uint8)))
    assert page.pixels.tolist() == [[9, 9, 9, 9, 9], [9, 9, 9, 9, 9], [9, 1, 2, 9, 9]]
    assert page.source_points(np.array([(1.0, 2.0)])).tolist() == [[0.0, 0.0]]


def test_crop_keeps_the_rectangle():
    pixels = np.arange(30, dtype=np.uint8).reshape(5, 6)
    for area in ((1, 2, 3, 2), Rectangle(1, 2, 3, 2)):
        page = Crop(area)(pages.page(pixels))
        assert page.pixels.tolist() == [[13, 14, 15], [19, 20, 21]]
        assert page.source_points(np.zeros((1, 2))).tolist() == [[1.0, 2.0]]
    assert Crop.example().area == Rectangle(0, 0, 1, 1)
    with pytest.raises(ValidationError):
        Crop()
    with pytest.raises(FilterError, match="outside"):
        Crop((4, 0, 3, 2))(pages.page(pixels))


def test_an_area_is_cut_out_first():
    page = Rotate(90, area=(10, 20, 40, 30))(marked_page())
    assert page.pixels.shape == (40, 30)
    assert np.array_equal(page.pixels, np.rot90(marked_page().pixels[20:50, 10:50]))
    corner = page.source_points(np.array([(0.0, 0.0)]))[0]
    assert corner.tolist() == [50.0, 20.0]


@pytest.mark.parametrize("margin", [0, 7])
def test_content_is_kept_to_the_pixel(margin):
    page = CropToContent(margin)(marked_page())
    left, top, right, bottom = 25 - margin, 30 - margin, 160 + margin + 2, 218 + margin
    rectangle = page.steps[-1].found["content"]
    assert rectangle == [25, 30, 137, 188]
    assert (page.width, page.height) == (right - left, bottom - top)
    assert_marks_map_back(page, MARKS)


def test_content_leaves_out_specks_and_scanner_borders_but_no_full_stops():
    page = np.full((1500, 1200), 228, np.uint8)
    page[400:1000, 300:900] = text_page(600, 600, 24)
    page[955:959, 700:704] = 30  # a full stop a little below
    bare = content(page)
    page[60:63, 1100:1103] = 20  # dust
    page[:, :40] = 12
    page[:25] = 12
    grain = np.clip(page + np.random.default_rng(13).normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    for variant in (page, grain):
        found = content(variant)
        assert abs(np.array(tuple(found)) - np.array(tuple(bare))).max() <= 4
    assert bare.y + bare.height >= 959
    assert bare.x >= 330


def test_content_keeps_a_lone_page_number_and_faint_ink():
    page = np.full((1500, 1200), 228, np.uint8)
    page[300:900, 300:900] = text_page(600, 600, 24)
    page[1400:1424, 590:602] = 200
    found = content(page)
    assert found.y + found.height >= 1424


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_page_is_not_cropped(level):
    blank = pages.page(np.full((80, 60), level, np.uint8))
    assert CropToContent()(blank).pixels is blank.pixels
    noisy = np.random.default_rng(14).normal(200, 6, (300, 200)).clip(0, 255).astype(np.uint8)
    assert CropToContent()(pages.page(noisy)).pixels.shape == (300, 200)


def test_perspective_straightens_a_photographed_sheet():
    upright = marked_page().pixels
    corners = np.array([(60.0, 40.0), (330.0, 70.0), (300.0, 420.0), (30.0, 380.0)])
    to_photo = geometry.homography(Box(0, 0, 200, 260).corners(), corners)
    photo = cv2.warpPerspective(
        upright, geometry.to_pixel_centres(to_photo), (400, 460), flags=cv2.INTER_CUBIC, borderValue=90
    )
    page = Perspective(tuple(map(tuple, corners.tolist())), 200, 260)(pages.page(photo))
    # Resampled twice: only the rims of the marks and of the sheet differ.
    assert (np.abs(page.pixels.astype(int) - upright)[2:-2, 2:-2] > 60).mean() < 0.02
    assert geometry.apply(page.to_source, Box(0, 0, 200, 260).corners()) == pytest.approx(corners)


def test_perspective_takes_the_size_from_the_longer_sides():
    page = Perspective(((10, 10), (110, 10), (100, 90), (10, 70)))(marked_page())
    assert (page.width, page.height) == (100, round(np.hypot(10, 80)))


def test_perspective_of_the_whole_page_changes_nothing():
    given_page = marked_page()
    page = Perspective(((0, 0), (200, 0), (200, 260), (0, 260)))(given_page)
    assert np.array_equal(page.pixels, given_page.pixels)


def test_perspective_beyond_the_page_is_filled():
    page = Perspective(((-50, -50), (250, -40), (260, 300), (-40, 310)), fill=3)(marked_page())
    assert page.pixels[0, 0] == page.pixels[-1, -1] == 3
    assert_marks_map_back(page, MARKS)


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (0, 10), (10, 10), (10, 0)),  # counter-clockwise
        ((0, 0), (10, 10), (10, 0), (0, 10)),  # crossing itself
        ((0, 0), (5, 0), (10, 0), (0, 10)),  # three on a line
        ((0, 0), (10, 0), (3, 3), (0, 10)),  # dented
        ((0, 0), (10, 0), (10, 10), (float("nan"), 10)),
        ((0, 0), (10, 0), (10, 10)),
    ],
)
def test_corners_that_are_no_sheet_are_refused(corners):
    with pytest.raises(ValidationError):
        Perspective(corners)


class _Engine:
    def __init__(self, angle, confidence):
        self.opinion = None if angle is None else Orientation(angle, confidence)

    def orientation(self, page):
        assert isinstance(page, Page)
        return self.opinion


@pytest.mark.parametrize("quarters", range(4))
def test_a_page_is_turned_the_right_way_up(quarters):
    upright = text_page()
    page = AutoOrientation()(pages.page(np.ascontiguousarray(np.rot90(upright, quarters))))
    assert np.array_equal(page.pixels, upright)
    assert page.steps[-1].found["decided_by"] == ("shape")
    assert page.steps[-1].found["angle"] == (-90 * quarters) % 360


@pytest.mark.parametrize(
    ("angle", "confidence", "turned", "decided_by"),
    [(180, 20.0, 180, "engine"), (90, 1.0, 0, "shape"), (None, 0.0, 0, "shape"), (0, 20.0, 0, "engine")],
)
def test_a_sure_engine_decides(angle, confidence, turned, decided_by):
    page = AutoOrientation()(pages.page(text_page()), evidence=_Engine(angle, confidence))
    assert page.steps[-1].found["angle"] == turned
    assert page.steps[-1].found["decided_by"] == decided_by


def test_nobody_is_sure_about_an_empty_page():
    blank = pages.page(np.full((60, 40), 255, np.uint8))
    page = AutoOrientation()(blank, evidence=_Engine(90, 1.0))
    assert page.pixels is blank.pixels
    assert page.steps[-1].found["decided_by"] == "nobody: too uncertain"


def test_dpi_is_swapped_by_a_quarter_turn():
    page = replace(marked_page(), dpi=(300.0, 150.0))
    assert Rotate(90)(page).dpi == (150.0, 300.0)
