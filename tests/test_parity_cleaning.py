"""Filters that promise to equal OpenCV do, and the rest equal their formulas."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage.exposure import adjust_gamma
from skimage.filters import unsharp_mask

from ocrprep.filters.bilateral import Bilateral
from ocrprep.filters.clahe import Clahe
from ocrprep.filters.gamma import Gamma
from ocrprep.filters.gaussian_blur import GaussianBlur
from ocrprep.filters.median import Median
from ocrprep.filters.non_local_means import NonLocalMeans
from ocrprep.filters.sharpen import Sharpen
from tests import pages

SCAN = pages.scan_rgb()
GRAY = np.asarray(cv2.cvtColor(SCAN, cv2.COLOR_RGB2GRAY))


@pytest.mark.parametrize("size", [3, 5, 7, 21])
@pytest.mark.parametrize("page", [GRAY, SCAN], ids=["gray", "rgb"])
def test_median(page: np.ndarray, size: int) -> None:
    assert (Median(size)(page) == cv2.medianBlur(page, size)).all()


@pytest.mark.parametrize(("sigma", "size"), [(1.0, None), (2.5, None), (1.5, 7)])
@pytest.mark.parametrize("page", [GRAY, SCAN], ids=["gray", "rgb"])
def test_gaussian(page: np.ndarray, sigma: float, size: int | None) -> None:
    window = (size or 0, size or 0)
    assert (GaussianBlur(sigma, size)(page) == cv2.GaussianBlur(page, window, sigma)).all()


@pytest.mark.parametrize("page", [GRAY, SCAN], ids=["gray", "rgb"])
def test_bilateral(page: np.ndarray) -> None:
    assert (Bilateral(9, 40, 5)(page) == cv2.bilateralFilter(page, 9, 40, 5)).all()


@pytest.mark.parametrize("page", [GRAY[:60, :80], SCAN[:60, :80]], ids=["gray", "rgb"])
def test_non_local_means(page: np.ndarray) -> None:
    page = np.ascontiguousarray(page)
    assert (NonLocalMeans(8, 5, 11)(page) == cv2.fastNlMeansDenoising(page, None, 8, 5, 11)).all()


@pytest.mark.parametrize(("limit", "tiles"), [(2.0, 8), (4.0, 3)])
def test_clahe(limit: float, tiles: int) -> None:
    assert (Clahe(limit, tiles)(GRAY) == cv2.createCLAHE(limit, (tiles, tiles)).apply(GRAY)).all()


@pytest.mark.parametrize("value", [0.5, 1.0, 1.8])
def test_gamma(value: float) -> None:
    # scikit-image's exponent is the inverse of ours, and it cuts off where we round.
    ours, theirs = Gamma(value)(GRAY).astype(int), adjust_gamma(GRAY, 1 / value).astype(int)
    assert ((ours - theirs >= 0) & (ours - theirs <= 1)).all()


def test_sharpen() -> None:
    # The blur is rounded to whole levels here and not there, and its window ends at 3 standard deviations instead of 4.
    theirs = unsharp_mask(GRAY, radius=1.5, amount=1.0) * 255
    assert np.abs(Sharpen(1.0, 1.5)(GRAY) - theirs).max() <= 3


def test_sharpen_by_strips_is_sharpen_at_once() -> None:
    page = np.random.default_rng(2).integers(0, 256, (300, 40)).astype(np.uint8)
    blurred = cv2.GaussianBlur(page, (0, 0), 2.0)
    assert (Sharpen(0.7, 2.0)(page) == cv2.addWeighted(page, 1.7, blurred, -0.7, 0)).all()
