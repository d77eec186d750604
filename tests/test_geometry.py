"""Points, rectangles and maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrprep import geometry
from ocrprep.geometry import Box, Rectangle

coordinates = st.floats(-1000, 1000)


def test_a_positive_angle_turns_counter_clockwise_on_the_screen():
    # A point to the right of the origin goes up, which is negative y.
    turned = geometry.apply(geometry.rotation(30), np.array([[10.0, 0.0]]))[0]
    assert turned == pytest.approx((10 * np.sqrt(3) / 2, -5.0))


@pytest.mark.parametrize("quarters", range(4))
def test_a_quarter_turn_is_what_rot90_does(quarters):
    pixels = np.arange(15).reshape(3, 5)
    turned = np.rot90(pixels, quarters)
    to_new = geometry.quarter_turn(quarters, 5, 3)
    for row in range(3):
        for column in range(5):
            x, y = geometry.apply(to_new, np.array([[column + 0.5, row + 0.5]]))[0]
            assert turned[int(y), int(x)] == pixels[row, column]


def test_quarter_rotations_are_exact():
    for quarters in range(-4, 5):
        assert set(np.unique(geometry.rotation(90.0 * quarters))) <= {-1.0, 0.0, 1.0}


@given(st.floats(-360, 360), coordinates, coordinates)
def test_a_rotation_keeps_its_centre_and_all_distances(angle, x, y):
    turn = geometry.rotation(angle, (x, y))
    centre, arm = geometry.apply(turn, np.array([(x, y), (x + 3.0, y + 4.0)]))
    assert centre == pytest.approx((x, y), abs=1e-6)
    assert np.hypot(*(arm - centre)) == pytest.approx(5.0, abs=1e-6)


def test_a_homography_takes_each_corner_to_its_own():
    source = Box(0, 0, 200, 100).corners()
    target = np.array([(10.0, 20.0), (190.0, 5.0), (210.0, 130.0), (-5.0, 110.0)])
    there = geometry.homography(source, target)
    assert geometry.apply(there, source) == pytest.approx(target)
    assert geometry.apply(geometry.invert(there), target) == pytest.approx(source)


def test_three_corners_on_a_line_span_nothing():
    line = np.array([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 2.0)])
    square = Box(0, 0, 1, 1).corners()
    with pytest.raises(ValueError, match="one line"):
        geometry.homography(square, line)
    with pytest.raises(ValueError, match="one line"):
        geometry.homography(line, square)


def test_a_flat_map_has_no_way_back():
    with pytest.raises(ValueError, match="no way back"):
        geometry.invert(geometry.scaling(1.0, 0.0))
    assert not geometry.is_invertible(np.full((3, 3), np.nan))


def test_pixel_centres_of_a_doubling():
    # Old pixel 0 becomes pixels 0 and 1: its centre lies between theirs.
    centres = geometry.to_pixel_centres(geometry.scaling(2, 2))
    assert geometry.apply(centres, np.array([[0.0, 0.0]]))[0] == pytest.approx((0.5, 0.5))


def test_dpi_follows_the_map():
    dpi = (300.0, 150.0)
    assert geometry.dpi_after(dpi, geometry.identity(), 10, 10) == dpi
    assert geometry.dpi_after(dpi, geometry.scaling(0.5, 0.5), 20, 20) == (600.0, 300.0)
    back = geometry.invert(geometry.quarter_turn(1, 40, 30))
    assert geometry.dpi_after(dpi, back, 30, 40) == (150.0, 300.0)
    assert geometry.dpi_after((300.0, 300.0), geometry.rotation(7), 10, 10) == (300.0, 300.0)


def test_identity_is_known_up_to_its_scale():
    assert geometry.is_identity(3.0 * np.eye(3))
    assert not geometry.is_identity(geometry.translation(0.001, 0))


def test_a_rectangle_cuts_its_pixels():
    pixels = np.arange(20).reshape(4, 5)
    assert pixels[Rectangle(1, 2, 3, 2).slices].tolist() == [[11, 12, 13], [16, 17, 18]]
    assert tuple(Rectangle(1, 2, 3, 4)) == (1, 2, 3, 4)


@pytest.mark.parametrize(
    ("rectangle", "fits"), [((0, 0, 5, 4), True), ((1, 0, 5, 4), False), ((-1, 0, 2, 2), False), ((4, 3, 1, 1), True)]
)
def test_a_rectangle_knows_whether_it_is_on_the_page(rectangle, fits):
    assert Rectangle(*rectangle).inside(5, 4) is fits


def test_an_empty_rectangle_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        Rectangle(0, 0, 0, 5)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=8))
def test_the_box_around_points_holds_them(points):
    box = Box.around(np.array(points))
    assert all(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in points)
    assert box.width >= 0
    assert box.height >= 0
    assert Box.around(box.corners()) == box


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_map_with_a_number_that_is_none_has_no_way_back(bad):
    for place in np.ndindex(3, 3):
        for matrix in (np.eye(3), np.ones((3, 3)) + np.eye(3)):
            matrix[place] = bad
            assert not geometry.is_invertible(matrix)
            assert not np.isnan(bad) or not geometry.is_identity(matrix)


def test_whether_a_map_has_a_way_back_is_its_determinant():
    rng = np.random.default_rng(5)
    for _ in range(200):
        matrix = rng.normal(size=(3, 3)) * 10.0 ** rng.integers(-5, 3)
        assert geometry.is_invertible(matrix) == (abs(np.linalg.det(matrix)) > 1e-12)
        matrix[2] = 2.0 * matrix[0] - 3.0 * matrix[1]
        assert not geometry.is_invertible(matrix / np.abs(matrix).max())


def test_dpi_after_a_leaning_map_is_one_step_at_the_middle_measured_on_the_old_page():
    matrix = np.array([[1.1, 0.2, 5.0], [-0.3, 0.9, 7.0], [1e-4, -2e-4, 1.0]])
    steps = np.array([(199.5, 150.0), (200.5, 150.0), (200.0, 149.5), (200.0, 150.5)])
    left, right, up, down = geometry.apply(matrix, steps) / (300.0, 200.0)
    expected = 1.0 / np.linalg.norm(right - left), 1.0 / np.linalg.norm(down - up)
    assert geometry.dpi_after((300.0, 200.0), matrix, 400, 300) == pytest.approx(expected, abs=1e-4)
