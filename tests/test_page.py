"""The noun that travels: its contract, its copies, its conversions, and its way back."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep import geometry
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.crop import Crop
from ocrprep.filters.dilate import Dilate
from ocrprep.filters.invert import Invert
from ocrprep.filters.pad import Pad
from ocrprep.filters.rotate import Rotate
from ocrprep.filters.scale import Scale
from ocrprep.filters.threshold import Threshold
from ocrprep.filters.to_grayscale import ToGrayscale
from ocrprep.geometry import Box
from ocrprep.page import Page, PixelMode, Source, Step, convert_pixels, is_black_and_white
from tests import pages

GRAY = np.arange(12, dtype=np.uint8).reshape(3, 4)


def test_pixels_are_read_only_and_the_callers_array_is_not():
    array = GRAY.copy()
    page = Page(array, PixelMode.GRAY)
    assert not page.pixels.flags.writeable
    assert array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        page.pixels[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        page.to_source[0, 0] = 2


def test_pixels_are_made_contiguous():
    page = Page(np.asfortranarray(GRAY)[:, ::2], PixelMode.GRAY)
    assert page.pixels.flags.c_contiguous
    assert (page.pixels == GRAY[:, ::2]).all()


def test_it_is_frozen():
    page = Page(GRAY, PixelMode.GRAY)
    with pytest.raises(FrozenInstanceError):
        page.dpi = (300.0, 300.0)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"pixels": GRAY.astype(float)}, "uint8 array, not float64"),
        ({"pixels": GRAY > 3}, "uint8 array, not bool"),
        ({"pixels": [[1, 2]]}, "uint8 array, not list"),
        ({"pixels": GRAY[0]}, r"\(H, W\), not \(4,\)"),
        ({"mode": PixelMode.RGB}, r"\(H, W, 3\), not \(3, 4\)"),
        ({"pixels": np.zeros((2, 2, 4), np.uint8), "mode": PixelMode.RGB}, r"not \(2, 2, 4\)"),
        ({"pixels": np.zeros((2, 2, 3), np.uint8)}, r"\(H, W\), not \(2, 2, 3\)"),
        ({"pixels": np.zeros((0, 4), np.uint8)}, "at least one pixel"),
        ({"dpi": (0.0, 300.0)}, "dpi must be two numbers above 0"),
        ({"dpi": (300.0, float("nan"))}, "dpi must be two numbers above 0"),
        ({"to_source": np.zeros((3, 3))}, "invertible 3x3"),
        ({"to_source": np.eye(2)}, "invertible 3x3"),
        ({"to_source": np.full((3, 3), np.inf)}, "invertible 3x3"),
    ],
)
def test_what_breaks_the_contract_is_no_page(fields, message):
    with pytest.raises(ValueError, match=message):
        Page(**{"pixels": GRAY, "mode": PixelMode.GRAY, **fields})


@pytest.mark.parametrize("duplicate", [lambda page: pickle.loads(pickle.dumps(page)), copy.deepcopy, copy.copy])
def test_copies_keep_everything(duplicate):
    page = Binarize()(Rotate(90)(pages.page(pages.scan_rgb())))
    again = duplicate(page)
    assert np.array_equal(again.pixels, page.pixels)
    assert not again.pixels.flags.writeable
    assert not again.to_source.flags.writeable
    assert np.array_equal(again.to_source, page.to_source)
    assert (again.mode, again.dpi, again.source, again.steps) == (page.mode, page.dpi, page.source, page.steps)
    assert np.array_equal(again.gray().pixels, page.gray().pixels)


def test_repr_is_one_line_without_pixels():
    page = Binarize()(pages.page(pages.scan_rgb()))
    assert repr(page) == "<Page 240x150 binary, 100x100 dpi, made.png: binarize>"
    assert repr(Page(GRAY, PixelMode.GRAY)) == "<Page 4x3 gray, unknown dpi, <array>: untouched>"


def test_modes_are_ordered_by_what_they_can_hold():
    assert [mode.rank for mode in (PixelMode.BINARY, PixelMode.GRAY, PixelMode.RGB)] == [0, 1, 2]


@pytest.mark.parametrize("mode", [PixelMode.GRAY, PixelMode.RGB])
def test_converted(mode):
    for page in (pages.page(GRAY), pages.page(GRAY > 5), pages.page(pages.scan_rgb())):
        other = page.converted(mode)
        assert other.mode is mode
        assert (other.pixels == convert_pixels(page.pixels, mode)).all()
        if page.mode is mode:
            assert other is page
        else:
            assert other.steps == (Step("convert", {"mode": mode.value}, {"from": page.mode.value}, implicit=True),)


def test_conversion_is_exact_between_gray_and_rgb():
    rgb = pages.page(GRAY).converted(PixelMode.RGB)
    assert rgb.pixels.shape == (3, 4, 3)
    assert (rgb.converted(PixelMode.GRAY).pixels == GRAY).all()
    white = np.full((1, 1, 3), 255, np.uint8)
    assert convert_pixels(white, PixelMode.GRAY).item() == 255


def test_no_page_becomes_binary_by_itself():
    with pytest.raises(ValueError, match="add binarize"):
        pages.page(GRAY).converted(PixelMode.BINARY)
    binary = pages.page(GRAY > 5)
    assert binary.converted(PixelMode.BINARY) is binary


def test_gray_of_a_page_that_was_never_binarised_is_that_page():
    for page in (pages.page(GRAY), pages.page(GRAY > 5)):
        assert page.gray() is page


def test_gray_is_the_page_before_its_last_binarisation():
    before = pages.page(pages.scan_rgb())
    page = Dilate(binarize=False)(Threshold(120)(before))
    assert page.mode is PixelMode.BINARY
    assert (page.gray().pixels == before.pixels).all()
    assert page.gray().mode is PixelMode.RGB
    assert [step.kind for step in page.gray().steps if not step.implicit] == ["threshold", "dilate"]
    brighter = ToGrayscale("red")(before)
    assert (Threshold(100)(brighter).gray().pixels == brighter.pixels).all()
    assert page.gray().gray().pixels is page.gray().pixels


@pytest.mark.parametrize(
    "moves",
    [
        [Crop((20, 10, 101, 83))],
        [Rotate(90)],
        [Rotate(180), Pad(7)],
        [Pad(5), Crop((3, 4, 150, 99)), Rotate(270)],
    ],
)
def test_gray_follows_moves_that_need_no_resampling_exactly(moves):
    before = pages.page(pages.text_gray())
    page, expected = Threshold(120)(before), before
    for move in moves:
        page, expected = move(page), move(expected)
    gray = page.gray()
    assert gray.pixels.shape == expected.pixels.shape
    # What was padded holds the nearest paper instead of the padding's own level.
    inner = np.s_[12:-12, 12:-12]
    assert np.abs(gray.pixels[inner].astype(int) - expected.pixels[inner]).max() <= 1
    assert np.array_equal(gray.to_source, page.to_source)
    assert gray.dpi == page.dpi


@pytest.mark.parametrize("ratio", [0.4, 2.0])
def test_gray_follows_a_change_of_size(ratio):
    before = pages.page(cv2.GaussianBlur(pages.text_gray(), (0, 0), 2.0))
    page = Scale(ratio)(Threshold(160)(before))
    expected = Scale(ratio)(before)
    gray = page.gray()
    assert (gray.width, gray.height) == (expected.width, expected.height)
    difference = np.abs(gray.pixels.astype(int) - expected.pixels)
    assert difference.mean() < 3


def test_gray_follows_a_small_turn():
    before = pages.page(cv2.GaussianBlur(pages.text_gray(), (0, 0), 1.5))
    page, expected = Rotate(3)(Threshold(160)(before)), Rotate(3)(before)
    inner = np.s_[20:-20, 20:-20]
    assert np.abs(page.gray().pixels[inner].astype(int) - expected.pixels[inner]).mean() < 2


def test_a_box_finds_its_way_to_the_source():
    page = Rotate(90)(Crop((20, 10, 101, 83))(pages.page(pages.text_gray())))
    # The crop is 101 wide; a quarter turn counter-clockwise takes its right edge to the top.
    assert (page.width, page.height) == (83, 101)
    box = page.source_box(Box(0, 0, 10, 20))
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((20 + 101 - 20, 10, 20 + 101, 20))
    whole = page.source_box(Box(0, 0, page.width, page.height))
    assert (whole.left, whole.top, whole.right, whole.bottom) == pytest.approx((20, 10, 121, 93))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.floats(-180, 180),
    st.floats(0.3, 3.0),
    st.floats(-50, 50),
    st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), min_size=1, max_size=5),
)
def test_points_go_to_the_source_and_back(angle, ratio, shift, points):
    matrix = (
        geometry.translation(shift, -shift) @ geometry.rotation(angle, (50, 40)) @ geometry.scaling(ratio, 1 / ratio)
    )
    page = replace(pages.page(GRAY), to_source=matrix)
    there = page.source_points(np.array(points))
    assert np.allclose(geometry.apply(geometry.invert(page.to_source), there), points, atol=1e-6)


@pytest.mark.parametrize(
    ("uri", "stem"),
    [
        ("scan.png", "scan"),
        ("folder/Scan 1.TIFF", "Scan 1"),
        ("a.zip!inner/page.jpg", "page"),
        ("https://example.org/x/page.png?size=2", "page"),
        ("C:\\scans\\page.png", "page"),
        ("archive.tar.gz", "archive.tar"),
        (".hidden", ".hidden"),
        ("<array>", "array"),
        ("folder/", "folder"),
        ("", "page"),
    ],
)
def test_stems(uri, stem):
    assert Source(uri).stem == stem


def test_sources_name_their_page():
    assert str(Source("a.png")) == "a.png"
    assert str(Source("a.pdf", page_index=2, page_count=5)) == "a.pdf, page 3"


def test_steps_do_not_reach_the_page_they_were_made_from():
    page = pages.page(GRAY)
    assert Invert()(page).steps
    assert page.steps == ()


def test_numpy_takes_a_page_for_its_pixels():
    page = pages.page(pages.scan_rgb())
    assert np.asarray(page) is page.pixels or np.shares_memory(np.asarray(page), page.pixels)
    assert np.array_equal(np.asarray(page, dtype=float), page.pixels.astype(float))
    own = np.array(page)
    own[:] = 0
    assert page.pixels.any()


@pytest.mark.parametrize("level", range(256))
def test_black_and_white_is_told_from_every_other_level(level):
    pixels = np.zeros((5, 7), np.uint8)
    pixels[1:3] = 255
    pixels[4, 6] = level
    assert is_black_and_white(pixels) == (level in {0, 255})
    assert is_black_and_white(pixels[:, ::2]) == (level in {0, 255})


@pytest.mark.parametrize("place", [(0, 0), (0, -1), (-1, 0), (-1, -1), (1000, 5), (999, 5), (1001, 5)])
def test_one_gray_pixel_of_a_large_page_is_found_in_either_half(place):
    pixels = np.full((2001, 2500), 255, np.uint8)
    assert is_black_and_white(pixels)
    pixels[place] = 254
    assert not is_black_and_white(pixels)


def test_a_large_page_of_one_row_is_looked_at_too():
    pixels = np.zeros((1, 5_000_000), np.uint8)
    assert is_black_and_white(pixels)
    pixels[0, -1] = 1
    assert not is_black_and_white(pixels)
