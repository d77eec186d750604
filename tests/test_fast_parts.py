"""What the quick ways of measuring give, against the plain formula of each, on random pages."""

import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from ocrprep.analysis._otsu import counted, otsu_of
from ocrprep.analysis.components import run_lengths, run_lengths_of_ink
from ocrprep.analysis.levels import histogram, otsu_level
from ocrprep.analysis.noise import isolated, noise_sigma, salt_pepper
from ocrprep.filters import _automatic, _filling
from ocrprep.filters._contrast import contrast_image, sharp_edges
from ocrprep.filters._darker import darker
from ocrprep.filters._kept import Kept
from ocrprep.filters._local import mask_by
from ocrprep.filters._runs import Pieces, true_at
from ocrprep.filters._strips import ROWS
from ocrprep.filters._touching import touching
from ocrprep.threads import together
from tests.typeset import text_page

SHAPES = [(1, 1), (1, 40), (40, 1), (2, 3), (ROWS, 37), (ROWS + 1, 64), (3 * ROWS + 5, 61)]


def blotches(shape, seed, share=0.4):
    """A mask of random blots, 0 on ink."""
    noise = np.random.default_rng(seed).random(shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.where(soft < np.quantile(soft, share), 0, 255).astype(np.uint8)


def gray(shape, seed):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.02, 0.5, 1.0])
def test_pieces_are_those_of_opencv(shape, share):
    mask, values = blotches(shape, 1, share), gray(shape, 2)
    count, labels = cv2.connectedComponents(cv2.bitwise_not(mask), connectivity=8)
    pieces = Pieces.of(mask)
    assert pieces.count == count
    # Pieces are numbered otherwise: what OpenCV calls each of them.
    named = np.zeros(count, int)
    named[pieces.piece] = labels[pieces.row, pieces.start]
    assert sorted(named[1:]) == list(range(1, count))
    flat = labels.ravel()
    assert np.array_equal(pieces.area()[1:], np.bincount(flat, minlength=count)[named][1:])
    of_values, of_ones = pieces.sums(0, lambda strip: (values[strip.rows], np.ones_like(values[strip.rows])))
    assert np.array_equal(of_values[1:], np.bincount(flat, weights=values.ravel(), minlength=count)[named][1:])
    assert np.array_equal(of_ones[1:], pieces.area()[1:])
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    assert set(named[pieces.at_border()]) - {0} == set(edge) - {0}
    keep = np.arange(count) % 2 == 1
    expected = np.where(np.isin(labels, named[keep]) & (labels > 0), 0, 255)
    assert np.array_equal(pieces.keep(mask.copy(), keep), expected)


def test_a_spiral_through_many_strips_is_one_piece():
    mask = np.full((5 * ROWS, 90), 255, np.uint8)
    for index in range(0, 40, 4):
        cv2.rectangle(mask, (index, index), (89 - index, 5 * ROWS - 1 - index), 0)
        mask[index + 1, index] = 255
        mask[index + 2 : index + 5, index + 2] = 0
    count, _ = cv2.connectedComponents(cv2.bitwise_not(mask), connectivity=8)
    assert Pieces.of(mask).count == count


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 1000])
def test_true_at_is_flatnonzero(size):
    flags = np.random.default_rng(size).random(size) < 0.1
    assert np.array_equal(true_at(flags), np.flatnonzero(flags))


@pytest.mark.parametrize("shape", SHAPES)
def test_sharp_edges_are_those_of_the_contrast_image(shape):
    for page in (gray(shape, 3), blotches(shape, 3), cv2.GaussianBlur(gray(shape, 4), (0, 0), 2)):
        contrast = contrast_image(page)
        assert np.array_equal(sharp_edges(page) > 0, contrast > otsu_level(contrast))


@pytest.mark.parametrize("shape", SHAPES)
def test_levels_are_counted_alike(shape):
    page = gray(shape, 5)
    assert np.array_equal(counted(page), histogram(page))


@pytest.mark.parametrize("levels", [1, 2, 3, 5, 40, 256])
def test_otsu_of_a_histogram_cuts_as_otsu_of_the_page(levels):
    random = np.random.default_rng(levels)
    for _ in range(100):
        page = random.choice(random.permutation(256)[:levels], (12, 13)).astype(np.uint8)
        assert np.array_equal(page <= otsu_of(histogram(page), page), page <= otsu_level(page))


def test_otsu_of_a_tie_is_that_of_the_page():
    page = np.repeat(np.array([0, 73, 146], np.uint8), [28, 25, 28]).reshape(9, 9)
    assert otsu_of(histogram(page), page) == otsu_level(page)


@pytest.mark.parametrize("shape", SHAPES)
def test_noise_is_the_median_of_the_diagonals_difference(shape):
    for page in (gray(shape, 6), (gray(shape, 7) // 32 + 120).astype(np.uint8)):
        height, width = shape[0] // 2 * 2, shape[1] // 2 * 2
        if min(height, width) == 0:
            assert noise_sigma(page) == 0
            continue
        whole = page[:height, :width].astype(int)
        apart = np.abs(whole[::2, ::2] - whole[::2, 1::2] - whole[1::2, ::2] + whole[1::2, 1::2])
        counts = np.bincount(np.minimum(apart, 255).ravel(), minlength=256)
        half, below = counts.sum() / 2, np.cumsum(counts)
        value = int(np.searchsorted(below, half))
        median = value - 0.5 + (half - below[value - 1]) / counts[value] if value else 0.0
        assert noise_sigma(page) == pytest.approx(median / 2 / 0.6745, rel=1e-12)


def test_salt_and_pepper_are_the_isolated_pixels():
    page = np.full((2 * ROWS + 9, 70), 128, np.uint8)
    random = np.random.default_rng(8)
    page[random.integers(0, len(page), 60), random.integers(0, 70, 60)] = 0
    page[random.integers(0, len(page), 60), random.integers(0, 70, 60)] = 255
    pepper, salt = (cv2.countNonZero(mask) / page.size for mask in isolated(page))
    assert pepper > 0
    assert salt > 0
    # Rarely is one hit hidden by another: p · (1 − p)⁸ = seen.
    found = salt_pepper(page)
    assert found == pytest.approx(sum(seen * (1 + 8 * seen) for seen in (pepper, salt)), rel=1e-2)
    part = page[ROWS - 20 : ROWS + 20]
    assert 0 < salt_pepper(np.ascontiguousarray(part)) < 2 / 9


@pytest.mark.parametrize("shape", SHAPES)
def test_run_lengths_by_hand(shape):
    ink = np.asarray(cv2.bitwise_not(blotches(shape, 9)))
    expected = np.zeros(shape, int)
    for column in range(shape[1]):
        row = 0
        while row < shape[0]:
            end = row
            while end < shape[0] and ink[end, column]:
                end += 1
            expected[row:end, column] = end - row
            row = max(end, row + 1)
    assert np.array_equal(run_lengths(ink), expected)
    across = run_lengths(np.ascontiguousarray(ink.T)).T
    assert np.array_equal(run_lengths_of_ink(ink), across[ink > 0])


@pytest.mark.parametrize("shape", [(300, 320), (3 * ROWS + 5, 200), (40, 1601)])
def test_cells_are_averaged_as_opencv_does(shape):
    mask = blotches(shape, 10)
    size = (-(-shape[1] // 16), -(-shape[0] // 16))
    assert np.array_equal(_automatic._averaged(mask, size), cv2.resize(mask, size, interpolation=cv2.INTER_AREA))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("share", [0.001, 0.02, 0.3])
def test_what_touches_ink_is_found_near_and_far(shape, share):
    mask, ink = blotches(shape, 11), blotches(shape, 12, share)
    _, labels = cv2.connectedComponents(cv2.bitwise_not(mask), connectivity=8)
    held = np.setdiff1d(labels[ink == 0], [0])
    expected = np.where(np.isin(labels, held), 0, 255)
    assert np.array_equal(touching(mask.copy(), ink), expected)


def bars(seed):
    """A page with dark bars, a blurred shadow, letters on both, and its ink without what lies inside the bars."""
    random = np.random.default_rng(seed)
    page = np.full((2 * ROWS + 60, 400), 220, np.uint8)
    page[20:290, :30] = 20
    page[40:120, 100:300] = 30
    page[150:250, 60:200] = 25
    page[160:240:6, 70:190] = 90
    page[170:280, 260:380] = cv2.GaussianBlur(
        np.pad(np.full((50, 60), 20, np.uint8), 30, constant_values=220), (0, 0), 15
    )
    page = np.clip(page + random.normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    mask = np.where(page < 120, 0, 255).astype(np.uint8)
    mask[cv2.erode(np.asarray(cv2.bitwise_not(mask)), np.ones((9, 9), np.uint8)) > 0] = 255
    return page, mask


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("reach", [4, 14])
def test_areas_are_filled_alike_one_by_one_and_at_once(seed, reach, monkeypatch):
    page, mask = bars(seed)
    one_by_one = _filling.filled(page, mask.copy(), sharp_edges(page), reach)
    assert np.count_nonzero(one_by_one == 0) > np.count_nonzero(mask == 0)
    monkeypatch.setattr(_filling, "_FEW", 0)
    assert np.array_equal(_filling.filled(page, mask.copy(), sharp_edges(page), reach), one_by_one)
    monkeypatch.setattr(_filling, "_FEW", 1)
    assert np.array_equal(_filling.filled(page, mask.copy(), sharp_edges(page), reach), one_by_one)


def test_together_returns_both_and_raises_what_was_raised():
    assert together(lambda: 1, lambda: "two") == (1, "two")
    with pytest.raises(ZeroDivisionError):
        together(lambda: 1, lambda: 1 // 0)
    with pytest.raises(KeyError):
        together(lambda: {}["no"], lambda: 1 // 0)


def test_together_may_nest_deeper_than_there_are_threads():
    def deep(depth):
        return 1 if depth == 0 else sum(together(lambda: deep(depth - 1), lambda: deep(depth - 1)))

    found = []
    worker = threading.Thread(target=lambda: found.append(deep(8)), daemon=True)
    worker.start()
    worker.join(60)
    assert found == [256]


def test_many_threads_binarize_alike():
    page = text_page()
    expected = _automatic.automatic_mask(page, None)[0]
    with ThreadPoolExecutor(6) as pool:
        for mask, _ in pool.map(lambda _: _automatic.automatic_mask(page, None), range(12)):
            assert np.array_equal(mask, expected)


def levels_of(kind, shape, seed):
    """Pages on which few, many, or all pixels are near their threshold."""
    random = np.random.default_rng(seed)
    if kind == "noise":
        return gray(shape, seed)
    if kind == "soft":
        return cv2.GaussianBlur(gray(shape, seed), (0, 0), 3)
    if kind == "white":
        return np.where(random.random(shape) < 0.03, random.integers(0, 255, shape), 255).astype(np.uint8)
    page = np.full(shape, 200.0) - 120 * (blotches(shape, seed, 0.1) == 0) + 4 * random.standard_normal(shape)
    return page.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("kind", ["noise", "soft", "white", "type"])
@pytest.mark.parametrize("shape", [*SHAPES, (ROWS + 3, 200), (3 * ROWS + 7, 150)])
@pytest.mark.parametrize(("window", "k"), [(7, 0.1), (11, 0.05), (13, 0.0), (31, 0.1), (33, 0.02)])
def test_what_is_darker_is_that_of_the_exact_threshold(kind, shape, window, k):
    pixels = levels_of(kind, shape, 5)
    expected = mask_by(pixels, window, lambda w: w.m * (1 + k * (w.s / 128 - 1)))
    assert np.array_equal(darker(pixels, window, k), expected)


@pytest.mark.parametrize("level", [0, 1, 127, 254, 255])
@pytest.mark.parametrize("k", [0.0, 0.1, 0.5, 1.0])
def test_what_is_darker_on_a_page_of_one_level_and_one_speck(level, k):
    pixels = np.full((60, 70), level, np.uint8)
    pixels[30, 31] = 255 - level
    expected = mask_by(pixels, 7, lambda w: w.m * (1 + k * (w.s / 128 - 1)))
    assert np.array_equal(darker(pixels, 7, k), expected)


def test_kept_arrays_are_each_threads_own():
    kept = Kept()
    first = kept.of("a", (4, 5), np.uint8)
    assert np.shares_memory(first, kept.of("a", (2, 3), np.uint8))
    assert not np.shares_memory(first, kept.of("b", (4, 5), np.uint8))
    assert kept.of("a", (6, 7), np.float32).dtype == np.float32
    with ThreadPoolExecutor(1) as other:
        theirs = other.submit(kept.of, "b", (4, 5), np.uint8).result()
    assert not np.shares_memory(theirs, kept.of("b", (4, 5), np.uint8))
