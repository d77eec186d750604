"""The kernels by which pages are resized."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ocrprep.filters import _banded
from ocrprep.filters._interpolation import KERNELS, InterpolationFilterType, resize, weights
from tests import pages

ALL = list(InterpolationFilterType)
IN_PILLOW = {
    InterpolationFilterType.BOX: Image.Resampling.BOX,
    InterpolationFilterType.TRIANGLE: Image.Resampling.BILINEAR,
    InterpolationFilterType.CATMULL_ROM: Image.Resampling.BICUBIC,
    InterpolationFilterType.LANCZOS3: Image.Resampling.LANCZOS,
}
SIZES = [(40, 30), (262, 194), (300, 50), (130, 96), (1, 1), (7, 300)]


def soft_picture():
    # Far from black and white: Pillow cuts overshoots between its two passes, which is not what is compared here.
    return cv2.GaussianBlur(pages.text_gray(131, 97, ink=90, paper=170), (0, 0), 1.0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kernel", IN_PILLOW)
def test_as_pillow_within_one_level(kernel, size):
    picture = soft_picture()
    theirs = np.asarray(Image.fromarray(picture).resize(size, IN_PILLOW[kernel])).astype(int)
    # One level: Pillow rounds twice, after each pass.
    assert np.abs(resize(picture, *size, kernel) - theirs).max() <= 1


@pytest.mark.parametrize("kernel", IN_PILLOW)
def test_as_pillow_on_sharp_edges_along_one_axis(kernel):
    picture = np.random.default_rng(1).integers(0, 256, (40, 61)).astype(np.uint8)
    for size in ((150, 40), (23, 40), (61, 17), (61, 99)):
        theirs = np.asarray(Image.fromarray(picture).resize(size, IN_PILLOW[kernel])).astype(int)
        assert np.abs(resize(picture, *size, kernel) - theirs).max() <= 1


def test_cubic_convolution_as_opencv_when_enlarging():
    picture = np.random.default_rng(2).integers(0, 256, (60, 80)).astype(np.uint8)
    ours = resize(picture, 200, 130, InterpolationFilterType.CUBIC_CONVOLUTION).astype(int)
    theirs = cv2.resize(picture, (200, 130), interpolation=cv2.INTER_CUBIC)
    # At the rim OpenCV repeats pixels, and here the weights of those that exist are made up to 1.
    assert np.abs(ours - theirs)[6:-6, 6:-6].max() <= 1


def test_whole_shrinking_by_a_box_is_the_mean():
    picture = np.random.default_rng(3).integers(0, 256, (60, 90)).astype(np.uint8)
    means = picture.reshape(20, 3, 30, 3).mean(axis=(1, 3))
    assert np.abs(resize(picture, 30, 20, InterpolationFilterType.BOX) - means).max() <= 0.5 + 1e-3


def test_doubling_by_a_box_repeats_pixels():
    picture = np.array([[10, 20], [30, 40]], np.uint8)
    doubled = [[10, 10, 20, 20], [10, 10, 20, 20], [30, 30, 40, 40], [30, 30, 40, 40]]
    assert resize(picture, 4, 4, InterpolationFilterType.BOX).tolist() == doubled


def test_doubling_by_a_triangle_by_hand():
    # The new centres lie at 0.25, 0.75, 1.25, 1.75 of old ones at 0.5 and 1.5.
    assert resize(np.array([[0, 100]], np.uint8), 4, 1, InterpolationFilterType.TRIANGLE).tolist() == [[0, 25, 75, 100]]


@pytest.mark.parametrize("kernel", ALL)
def test_kernels_are_even_and_end_at_their_reach(kernel):
    radius, curve = KERNELS[kernel]
    x = np.linspace(0.01, 10, 500)
    assert curve(x) == pytest.approx(curve(-x))
    assert np.abs(curve(x[x > radius])).max(initial=0) == 0
    assert curve(np.zeros(1))[0] > 0


@pytest.mark.parametrize("kernel", ALL)
def test_kernels_sum_to_one_over_any_row_of_pixels(kernel):
    radius, curve = KERNELS[kernel]
    steps = np.arange(-np.ceil(radius) - 1, np.ceil(radius) + 2)
    # A windowed sinc is only near it; that is why weights are normalised.
    tolerance = 0.03 if "lanczos" in kernel.value else 1e-12
    for shift in np.linspace(-0.49, 0.49, 9):
        assert curve(steps + shift).sum() == pytest.approx(1.0, abs=tolerance)


INTERPOLATING = set(ALL) - {
    InterpolationFilterType.BELL,
    InterpolationFilterType.CUBIC_B_SPLINE,
    InterpolationFilterType.MITCHELL,
    InterpolationFilterType.QUADRATIC_B_SPLINE,
}


@pytest.mark.parametrize("kernel", ALL)
def test_which_kernels_keep_coinciding_pixels(kernel):
    # Tripled, every third new pixel lies on an old one.
    picture = np.random.default_rng(4).integers(60, 200, (20, 30)).astype(np.uint8)
    same = np.array_equal(resize(picture, 90, 60, kernel)[1::3, 1::3], picture)
    assert same == (kernel in INTERPOLATING)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(ALL), st.integers(0, 255))
def test_flat_stays_flat_in_any_size(old, new, kernel, level):
    first, table = weights(old, new, kernel)
    assert table.sum(axis=1) == pytest.approx(1.0)
    assert first.min() >= 0
    assert (first + table.shape[1]).max() <= old
    flat = np.full((old, 3), level, np.uint8)
    assert (resize(flat, 5, new, kernel) == level).all()


@pytest.mark.parametrize("kernel", ALL)
def test_fine_stripes_average_out_when_shrunk(kernel):
    stripes = np.tile(np.array([0, 255], np.uint8), (8, 128))
    inner = resize(stripes, 32, 8, kernel)[:, 4:-4]
    assert np.abs(inner.astype(int) - 128).max() <= 3


def test_colour_is_resized_channel_by_channel():
    colour = pages.scan_rgb(60, 40)
    big = resize(colour, 100, 70, InterpolationFilterType.LANCZOS3)
    assert big.shape == (70, 100, 3)
    for channel in range(3):
        alone = resize(np.ascontiguousarray(colour[..., channel]), 100, 70, InterpolationFilterType.LANCZOS3)
        assert np.array_equal(big[..., channel], alone)


def test_a_side_that_keeps_its_length_is_left_alone():
    picture = pages.text_gray(60, 40)
    assert np.array_equal(resize(picture, 60, 40, InterpolationFilterType.CUBIC_B_SPLINE), picture)


def test_many_bands_meet_without_a_seam():
    ramp = np.repeat(np.linspace(20, 230, 700).round().astype(np.uint8)[:, None], 5, axis=1)
    longer = resize(ramp, 5, 1500, InterpolationFilterType.CATMULL_ROM)[:, 0].astype(int)
    assert np.abs(longer - np.interp((np.arange(1500) + 0.5) * 700 / 1500 - 0.5, np.arange(700), ramp[:, 0])).max() <= 1


K = InterpolationFilterType


def exact(pixels, width, height, kernel):
    """The definition: one full matrix for each side, in double precision."""

    def matrix(old, new):
        if old == new:
            return np.eye(old)
        first, table = weights(old, new, kernel)
        full = np.zeros((new, old))
        np.put_along_axis(full, first[:, None] + np.arange(table.shape[1]), table, axis=1)
        return full

    down, across = matrix(pixels.shape[0], height), matrix(pixels.shape[1], width)
    return np.clip(np.einsum("ij,j...->i...", down, np.einsum("kj,ij...->ik...", across, pixels)), 0, 255)


SIDES = st.integers(1, 90)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from(ALL), st.sampled_from(["gray", "binary", "rgb"]))
def test_as_the_full_matrices_within_one_level(old_h, old_w, height, width, kernel, kind):
    random = np.random.default_rng(5)
    picture = random.integers(0, 256, (old_h, old_w, 3) if kind == "rgb" else (old_h, old_w)).astype(np.uint8)
    if kind == "binary":
        picture = np.where(picture > 127, 255, 0).astype(np.uint8)
    away = np.abs(resize(picture, width, height, kernel) - exact(picture, width, height, kernel))
    # Rounding is worth a half; the fixed point of OpenCV, which resizes by some kernels, up to another.
    assert away.max() <= 1.01


@pytest.mark.parametrize(("old", "new"), [(200, 999), (201, 70), (1, 900), (700, 1), (3, 2000), (997, 991)])
@pytest.mark.parametrize("kernel", [K.CATMULL_ROM, K.LANCZOS8, K.CUBIC_CONVOLUTION, K.BOX])
def test_long_sides_as_the_full_matrices(kernel, old, new):
    picture = np.random.default_rng(6).integers(0, 256, (old, 7)).astype(np.uint8)
    for pixels, size in ((picture, (7, new)), (np.ascontiguousarray(picture.T), (new, 7))):
        assert np.abs(resize(pixels, *size, kernel) - exact(pixels, *size, kernel)).max() <= 1.01


@pytest.mark.parametrize(
    ("kernel", "ratio", "theirs"),
    [
        (K.BOX, 1 / 3, cv2.INTER_AREA),
        (K.BOX, 2, cv2.INTER_NEAREST_EXACT),
        (K.TRIANGLE, 1.5, cv2.INTER_LINEAR),
    ],
)
def test_as_opencv_where_it_has_the_kernel(kernel, ratio, theirs):
    picture = np.random.default_rng(7).integers(0, 256, (60, 90)).astype(np.uint8)
    size = round(90 * ratio), round(60 * ratio)
    assert np.array_equal(resize(picture, *size, kernel), cv2.resize(picture, size, interpolation=theirs))


@pytest.mark.parametrize("size", [(1800, 1300), (611, 463), (1200, 451), (455, 900)])
@pytest.mark.parametrize("kernel", [K.CATMULL_ROM, K.LANCZOS3, K.TRIANGLE])
def test_threads_give_what_one_thread_gives(monkeypatch, kernel, size):
    picture = pages.text_gray(1200, 900)
    several = resize(picture, *size, kernel)
    monkeypatch.setattr(_banded, "cores", lambda: 1)
    assert np.array_equal(resize(picture, *size, kernel), several)


def test_blocks_of_any_size_give_the_same(monkeypatch):
    picture = pages.text_gray(300, 200)
    usual = resize(picture, 431, 333, K.CATMULL_ROM)
    for rows, products in ((1, 250_000), (40, 1), (100, 10**9)):
        monkeypatch.setattr(_banded, "_ROWS", rows)
        monkeypatch.setattr(_banded, "_PRODUCTS", products)
        # Sums in another order: a tie may round the other way.
        assert np.abs(resize(picture, 431, 333, K.CATMULL_ROM).astype(int) - usual).max() <= 1


def test_names_are_found_in_either_case():
    assert InterpolationFilterType("LANCZOS8") is InterpolationFilterType("lanczos8")
    with pytest.raises(ValueError, match="lanczos9"):
        InterpolationFilterType("lanczos9")
    assert [item.name for item in ALL] == [
        "BOX",
        "TRIANGLE",
        "HERMITE",
        "BELL",
        "CUBIC_B_SPLINE",
        "LANCZOS3",
        "MITCHELL",
        "COSINE",
        "CATMULL_ROM",
        "QUADRATIC",
        "QUADRATIC_B_SPLINE",
        "CUBIC_CONVOLUTION",
        "LANCZOS8",
    ]
