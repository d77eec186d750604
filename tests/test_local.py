"""Filters that compare each pixel with its window: the bounds on whole cells change no pixel.

The reference is the paper's formula at every pixel of the whole page, in float64 over sums of whole numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters import _cells, _contrast, _local, _strips
from ocrprep.filters._cells import Windows
from ocrprep.filters._strips import Strip
from ocrprep.filters.su import Su

WINDOWS = [3, 17, 19, 25, 75, 181, 999]


def summed(values, window):
    """Sum over each pixel's window, by differences of one table of whole numbers."""
    reach = window // 2
    height, width = values.shape
    top, bottom = np.maximum(np.arange(height) - reach, 0), np.minimum(np.arange(height) + reach + 1, height)
    left, right = np.maximum(np.arange(width) - reach, 0), np.minimum(np.arange(width) + reach + 1, width)
    table = np.zeros((height + 1, width + 1), np.int64)
    table[1:, 1:] = values.cumsum(0).cumsum(1)
    return table[bottom][:, right] - table[top][:, right] - table[bottom][:, left] + table[top][:, left]


def windows_of(pixels, window):
    """Mean and variance of each pixel's window."""
    whole = pixels.astype(np.int64)
    n = summed(np.ones_like(whole), window).astype(np.float64)
    m = summed(whole, window) / n
    return m, summed(whole * whole, window) / n - m * m


def plain(pixels, window, formula, flat=None):
    m, v = windows_of(pixels, window)
    threshold = formula(_local.Around(m, v))
    if flat is not None:
        threshold = np.where(v == 0, flat, threshold)
    return np.where(pixels > threshold, 255, 0).astype(np.uint8)


def sauvola(k, r=128.0):
    return lambda w: w.m * (1 + k * (w.s / r - 1))


def wolf(k, M, R):  # noqa: N803 - the paper's letters
    return lambda w: w.m - k * (1 - w.s / R) * (w.m - M)


def niblack(k):
    return lambda w: w.m + k * w.s


def nick(k):
    return lambda w: w.m + k * np.sqrt(w.v + w.m * w.m)


FORMULAS = {
    "sauvola": (sauvola(0.5), None),
    "sauvola k=0": (sauvola(0.0), None),
    "sauvola k=1": (sauvola(1.0), None),
    "sauvola r=255": (sauvola(0.2, 255.0), None),
    "sauvola r small": (sauvola(0.5, 1e-6), None),
    "wolf": (wolf(0.5, 3, 60.0), None),
    "wolf R small": (wolf(1.0, 200, 1e-3), None),
    "niblack": (niblack(-0.2), 127),
    "niblack k=2": (niblack(2.0), 127),
    "niblack k=-2": (niblack(-2.0), 127),
    "nick": (nick(-0.2), None),
    "nick k=-1": (nick(-1.0), None),
}


def page(kind, shape=(150, 203), seed=0):
    random = np.random.default_rng(seed)
    height, width = shape
    if kind == "random":
        return random.integers(0, 256, shape).astype(np.uint8)
    if kind == "two levels":
        return np.where(random.random(shape) < 0.1, 20, 240).astype(np.uint8)
    if kind == "gradient":
        return np.add.outer(np.linspace(0, 120, height), np.linspace(0, 135, width)).astype(np.uint8)
    if kind == "grain":
        return np.clip(random.normal(230, 3, shape), 0, 255).astype(np.uint8)
    if kind == "type":
        found = np.clip(random.normal(225, 4, shape), 0, 255).astype(np.uint8)
        for _ in range(40):
            y, x = random.integers(0, max(1, height - 9)), random.integers(0, max(1, width - 3))
            found[y : y + 9, x : x + 3] = random.integers(10, 90)
        return found
    return np.full(shape, int(kind), np.uint8)


KINDS = ["random", "two levels", "gradient", "grain", "type", "0", "127", "128", "255"]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", WINDOWS)
def test_masks_are_bit_equal_to_the_formula_at_every_pixel(kind, window, formula):
    pixels = page(kind)
    found = _local.mask_by(pixels, window, *FORMULAS[formula])
    assert found.dtype == np.uint8
    assert (found == plain(pixels, window, *FORMULAS[formula])).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (9, 300), (10, 10), (23, 417), (1000, 31)])
@pytest.mark.parametrize("kind", ["type", "random", "255"])
def test_of_any_shape(shape, kind):
    pixels = page(kind, shape)
    for window in (3, 19, 33, 75, 2001):
        for name in ("sauvola", "niblack", "nick"):
            assert (_local.mask_by(pixels, window, *FORMULAS[name]) == plain(pixels, window, *FORMULAS[name])).all()


@pytest.mark.parametrize("rows", [1, 5, 8, 13, 64])
def test_however_the_page_is_cut(rows, monkeypatch):
    monkeypatch.setattr(_strips, "ROWS", rows)
    pixels = page("type", (150, 203))
    assert (_local.mask_by(pixels, 31, sauvola(0.3)) == plain(pixels, 31, sauvola(0.3))).all()
    assert _local.largest_deviation(pixels, 31) == np.sqrt(windows_of(pixels, 31)[1].max())


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    window=st.integers(1, 60).map(lambda half: 2 * half + 1),
    k=st.floats(0, 1),
    r=st.floats(1e-3, 255),
    kind=st.sampled_from(KINDS),
)
def test_of_any_parameters(seed, height, width, window, k, r, kind):
    pixels = page(kind, (height, width), seed)
    found = _local.mask_by(pixels, window, sauvola(k, r))
    assert (found == plain(pixels, window, sauvola(k, r))).all()
    assert (_local.mask_by(pixels, window, nick(-k)) == plain(pixels, window, nick(-k))).all()
    flat = _local.mask_by(pixels, window, niblack(4 * k - 2), 127)
    assert (flat == plain(pixels, window, niblack(4 * k - 2), 127)).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", WINDOWS)
def test_the_largest_deviation_is_that_of_all_windows(kind, window):
    pixels = page(kind, (900, 120))
    assert _local.largest_deviation(pixels, window) == np.sqrt(windows_of(pixels, window)[1].max())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("window", [19, 31, 75, 305])
def test_all_windows_of_a_cell_lie_within_its_bounds(kind, window):
    pixels = page(kind)
    height, width = pixels.shape
    sums = Windows(pixels, (window, window)).sums(Strip(slice(0, height), slice(0, height)))
    bounds = sums.bounds()
    m, v = windows_of(pixels, window)
    rows, columns = np.arange(height) // _cells.CELL, np.arange(width) // _cells.CELL

    def each(values):
        return values[rows][:, columns]

    assert (each(bounds.m[0, 0]) <= m).all()
    assert (m <= each(bounds.m[1, 0])).all()
    assert (each(bounds.v[0]) <= np.maximum(v, 0)).all()
    assert (v <= each(bounds.v[1])).all()
    exact = sums.exact(np.arange(pixels.size))
    assert (exact[0] == m.ravel()).all()
    assert (exact[1] == v.ravel()).all()


def test_most_of_a_page_of_type_is_decided_by_the_bounds():
    pixels = page("type", (600, 800))
    sums = Windows(pixels, (75, 75)).sums(Strip(slice(0, 600), slice(0, 600)))
    first, last = map(sums.spread, _local._open(sums, sauvola(0.5), None))
    assert ((first <= pixels) & (pixels <= last)).mean() < 0.01


def test_a_page_that_the_bounds_do_not_decide_is_soon_left_to_the_plain_way(monkeypatch):
    asked = []
    sums = Windows.sums
    monkeypatch.setattr(Windows, "sums", lambda self, strip: asked.append(strip) or sums(self, strip))
    monkeypatch.setattr(_strips, "ROWS", 16)
    pixels = page("grain", (960, 200))
    assert (_local.mask_by(pixels, 31, sauvola(0.0)) == plain(pixels, 31, sauvola(0.0))).all()
    assert len(_strips.strips(960, 15, _cells.TALL)) == 20
    assert len(asked) < 10


def test_levels_are_open_where_a_bound_is_no_number_and_none_beyond_the_bytes():
    least, largest = np.array([[np.nan, -5.0, 300.0, -np.inf, 7.5]]), np.array([[np.nan, -2.0, 400.0, np.inf, 9.5]])
    first, last = _cells.levels_between(least, largest)
    assert first.tolist() == [[0, 0, 255, 0, 8]]
    assert last.tolist() == [[255, 0, 255, 255, 9]]


@pytest.mark.parametrize("size", [1, 7, 8, 9, 64, 1001])
def test_marked_places(size):
    mask = (np.random.default_rng(size).random((1, size)) < 0.2).astype(np.uint8) * np.uint8(200)
    assert _cells.marked(mask).tolist() == np.flatnonzero(mask).tolist()


def test_windows_whose_tables_would_overflow_are_left_to_the_plain_way():
    assert Windows.fit((75, 75), 2480, 384)
    assert not Windows.fit((17, 75), 2480, 384)
    assert not Windows.fit((2901, 2901), 2480, 384)


def test_tables_hold_the_sums_of_the_lightest_page():
    pixels = np.full((800, 2000), 255, np.uint8)
    assert Windows.fit((1599, 1599), 2000, 384)
    assert (_local.mask_by(pixels, 1599, sauvola(0.5)) == 255).all()
    assert (_local.mask_by(pixels, 1599, sauvola(0.0)) == 0).all()


def test_contrast_in_single_precision_is_that_in_double_of_any_two_levels():
    low, high = (values.astype(np.uint8) for values in np.triu_indices(256))
    pairs = np.full((3, 3 * low.size), 255, np.uint8)
    pairs[:] = np.repeat(low, 3)
    pairs[1, 1::3] = high
    expected = 255 * (high.astype(float) - low) / (high + 1e-4 + low)
    # Beside the lighter pixel, so that the next pair's columns are not in its window.
    assert (_contrast.contrast_image(pairs)[1, 1::3] == expected.astype(np.uint8)).all()


@pytest.mark.parametrize("window", [5, 31, 75])
@pytest.mark.parametrize("n_min", [1, 20, 400])
def test_su_is_its_formula_at_every_pixel(window, n_min):
    pixels = page("type", (300, 230))
    made = Su(window=window, n_min=n_min)(pixels)
    contrast = _contrast.contrast_image(pixels)
    edges = contrast > otsu_level(contrast)
    n = summed(edges.astype(np.int64), window)
    safe = np.maximum(n, 1).astype(float)
    mean = summed(edges * pixels.astype(np.int64), window) / safe
    v = summed(edges * pixels.astype(np.int64) ** 2, window) / safe - mean * mean
    ink = (n >= n_min) & (pixels <= mean + np.sqrt(np.maximum(v, 0)) / 2)
    assert (made == np.where(ink, 0, 255)).all()
