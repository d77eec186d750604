import itertools

import numpy as np
import pytest
from skimage.filters import threshold_multiotsu, threshold_otsu

from ocrprep.analysis.levels import histogram, multi_otsu_levels, otsu_level
from tests import pages


def spread(pixels, levels):
    """Within-class sum of squares: what the best levels make smallest. Written without the code's algebra."""
    edges = [-1, *levels, 255]
    parts = [pixels[(pixels > low) & (pixels <= high)].astype(float) for low, high in itertools.pairwise(edges)]
    return sum(((part - part.mean()) ** 2).sum() for part in parts if part.size)


def test_otsu_splits_two_levels_anywhere_between_them():
    pixels = np.array([[10, 10, 200], [200, 200, 10]], np.uint8)
    assert 10 <= otsu_level(pixels) < 200


def test_otsu_equals_scikit_image():
    for pixels in (pages.text_gray(), pages.scan_rgb()[..., 1]):
        assert otsu_level(pixels) == threshold_otsu(pixels)


def test_histogram_counts_every_pixel():
    pixels = np.array([[0, 0, 7], [255, 7, 7]], np.uint8)
    counts = histogram(pixels)
    assert counts.shape == (256,)
    assert (counts[0], counts[7], counts[255], counts.sum()) == (2, 3, 1, 6)


def test_histogram_is_exact_beyond_what_float32_can_count():
    pixels = np.zeros((4100, 4101), np.uint8)
    assert pixels.size > 2**24
    assert histogram(pixels)[0] == pixels.size


@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_multi_otsu_is_the_best_of_all_choices(classes):
    random = np.random.default_rng(classes)
    used = np.sort(random.choice(256, 9, replace=False))
    pixels = random.choice(used, (20, 30)).astype(np.uint8)
    best = min(spread(pixels, cut) for cut in itertools.combinations(used[:-1], classes - 1))
    levels = multi_otsu_levels(pixels, classes)
    assert len(levels) == classes - 1
    assert levels == sorted(set(levels))
    assert spread(pixels, levels) == pytest.approx(best)


@pytest.mark.parametrize("classes", [3, 4])
def test_multi_otsu_equals_scikit_image(classes):
    pixels = pages.scan_rgb()[..., 0]
    assert multi_otsu_levels(pixels, classes) == list(threshold_multiotsu(pixels, classes))


@pytest.mark.parametrize(("used", "expected"), [([90], [0]), ([10, 200], [10]), ([10, 80, 200], [10, 80])])
def test_multi_otsu_of_no_more_levels_than_classes(used, expected):
    assert multi_otsu_levels(np.array([used], np.uint8), 3) == expected


def test_two_classes_are_otsu():
    pixels = pages.scan_rgb()[..., 0]
    assert multi_otsu_levels(pixels, 2) == [otsu_level(pixels)]
