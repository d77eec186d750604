"""Shape of ink: dilate thickens, erode thins, open clears, close mends; nothing moves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.filters.binarize_and_dilate import BinarizeAndDilate
from ocrprep.filters.close import Close
from ocrprep.filters.dilate import Dilate
from ocrprep.filters.erode import Erode
from ocrprep.filters.open import Open
from ocrprep.page import PixelMode
from tests import pages

SHAPES = ("rectangle", "ellipse", "cross", "line_horizontal", "line_vertical")
SIZES = (1, 3, 5, 9)


def ink(picture: str) -> np.ndarray:
    """Rows of ``#`` for ink and ``.`` for paper, as pixels."""
    rows = [[0 if char == "#" else 255 for char in row] for row in picture.split()]
    return np.array(rows, np.uint8)


def centroid(pixels: np.ndarray) -> np.ndarray:
    weights = 255.0 - pixels
    rows, columns = np.indices(pixels.shape)
    return np.array([(weights * rows).sum(), (weights * columns).sum()]) / weights.sum()


DOT = ink(".....  .....  ..#..  .....  .....")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("rectangle", ".....  .###.  .###.  .###.  ....."),
        ("ellipse", ".....  ..#..  .###.  ..#..  ....."),
        ("cross", ".....  ..#..  .###.  ..#..  ....."),
        ("line_horizontal", ".....  .....  .###.  .....  ....."),
        ("line_vertical", ".....  ..#..  ..#..  ..#..  ....."),
    ],
)
def test_a_dot_takes_the_form_of_the_element(shape, expected):
    assert (Dilate(3, shape)(DOT) == ink(expected)).all()


def test_by_hand():
    stroke = ink("......  .####.  .####.  .####.  ......")
    assert (Erode(3)(stroke) == ink("......  ......  ..##..  ......  ......")).all()
    assert (
        Open(3)(ink("#.....  ..###.  ..###.  ..###.  #....#")) == ink("......  ..###.  ..###.  ..###.  ......")
    ).all()
    # Elements that do not fit on the page are ink that closing may add: the hole and the gap at the edge are filled.
    assert (Close(3)(ink("#####  #.#.#  #####  .....  .....")) == ink("#####  #####  #####  .....  .....")).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_equals_opencv_in_the_inverted_sense(shape, size):
    gray, colour = pages.text_gray(), pages.scan_rgb()
    names = {"rectangle": cv2.MORPH_RECT, "ellipse": cv2.MORPH_ELLIPSE, "cross": cv2.MORPH_CROSS}
    sides = {"line_horizontal": (size, 1), "line_vertical": (1, size)}.get(shape, (size, size))
    element = cv2.getStructuringElement(names.get(shape, cv2.MORPH_RECT), sides)
    for pixels in (gray, colour):
        for times in (1, 2):
            settings = {"iterations": times}
            given = {"size": size, "shape": shape, "iterations": times}
            assert (Dilate(**given, binarize=False)(pixels) == cv2.erode(pixels, element, **settings)).all()
            assert (Erode(**given)(pixels) == cv2.dilate(pixels, element, **settings)).all()
            for cls, operation in ((Open, cv2.MORPH_CLOSE), (Close, cv2.MORPH_OPEN)):
                assert (cls(**given)(pixels) == cv2.morphologyEx(pixels, operation, element, **settings)).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
def test_ink_stays_where_it_was(shape, size):
    square = np.full((41, 61), 255, np.uint8)
    square[14:29, 20:39] = 0
    for cls in (Dilate, Erode, Open, Close, BinarizeAndDilate):
        result = cls(size, shape)(square)
        assert np.abs(centroid(result) - centroid(square)).max() < 1e-9, cls.__name__
    thick = Dilate(size, shape)(square)
    grown = np.flatnonzero((thick == 0).any(axis=0))
    half = 0 if shape == "line_vertical" else size // 2
    assert (grown[0], grown[-1]) == (20 - half, 38 + half)


def test_even_sizes_are_refused_as_they_would_move_ink():
    for name in ("size", "height"):
        with pytest.raises(ValidationError, match="half a pixel: use 3 or 5"):
            Dilate(**{name: 4})
    with pytest.raises(ValidationError, match="leave height out"):
        Open(5, "line_vertical", height=3)
    with pytest.raises(ValidationError):
        Erode(0)
    with pytest.raises(ValidationError):
        Close(iterations=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_order_and_idempotence(shape):
    page = pages.page(pages.scan_rgb())
    pixels = page.pixels
    thick, thin = Dilate(5, shape, binarize=False)(page).pixels, Erode(5, shape)(page).pixels
    opened, closed = Open(5, shape)(page), Close(5, shape)(page)
    assert (thick <= closed.pixels).all()
    assert (closed.pixels <= pixels).all()
    assert (pixels <= opened.pixels).all()
    assert (opened.pixels <= thin).all()
    assert (Open(5, shape)(opened).pixels == opened.pixels).all()
    assert (Close(5, shape)(closed).pixels == closed.pixels).all()


def test_the_outside_neither_adds_ink_nor_takes_it():
    black, white = np.zeros((9, 9), bool), np.ones((9, 9), bool)
    for cls in (Dilate, Erode, Open, Close):
        for pixels in (black, white):
            assert (cls(5, iterations=3)(pages.page(pixels)).pixels == pixels * 255).all(), cls.__name__


def test_iterations_add_up():
    gray = pages.text_gray()
    assert (Erode(3, iterations=3)(gray) == Erode(7)(gray)).all()
    assert (Dilate(3, iterations=2, binarize=False)(gray) == Dilate(5, binarize=False)(gray)).all()


def test_height_makes_elements_that_are_not_square():
    result = Dilate(1, height=5)(np.pad(DOT, 2, constant_values=255))
    assert [int(n) for n in (result == 0).sum(axis=0)] == [0, 0, 0, 0, 5, 0, 0, 0, 0]


def test_dilate_binarizes_first_unless_told_not_to():
    page = pages.page(pages.scan_rgb())
    thick = Dilate()(page)
    assert thick.mode is PixelMode.BINARY
    assert [(step.kind, step.implicit) for step in thick.steps] == [("convert", True), ("dilate", False)]
    gray = Dilate(binarize=False)(page)
    assert gray.mode is PixelMode.RGB
    assert [step.kind for step in gray.steps] == ["dilate"]
    for cls in (Erode, Open, Close):
        assert cls()(page).mode is PixelMode.RGB
        assert cls(binarize=True)(page).mode is PixelMode.BINARY


def test_binarize_and_dilate_is_the_two_in_one():
    page = pages.page(pages.scan_rgb())
    both = BinarizeAndDilate(5, "cross")(page)
    assert both.mode is PixelMode.BINARY
    assert (both.pixels == Dilate(5, "cross")(page).pixels).all()
    assert both.gray().mode is PixelMode.RGB
    black_and_white = pages.page(pages.text_gray() > 128)
    assert [step.kind for step in BinarizeAndDilate()(black_and_white).steps] == ["binarize_and_dilate"]
    with pytest.raises(ValidationError):
        BinarizeAndDilate(binarize=False)


def test_an_area_is_worked_on_as_a_page_of_its_own():
    gray = pages.text_gray()
    area = (30, 20, 101, 61)
    part = np.s_[20:81, 30:131]
    expected = gray.copy()
    expected[part] = Erode(5)(gray[part])
    assert (Erode(5, area=area)(gray) == expected).all()
