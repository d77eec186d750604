"""What a network is shown: by the formula, and the same whichever part is asked for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrprep.models.normalization import CHANNELS, normalize, normalized
from tests import pages

SIZES = [(1, 1), (1, 9), (9, 1), (3, 200), (63, 64), (65, 3), (130, 517), (401, 333)]


def cut(shape: tuple[int, int]) -> np.ndarray:
    return np.ascontiguousarray(pages.scan_rgb(520, 410)[: shape[0], : shape[1], 0])


def by_formula(gray: np.ndarray) -> np.ndarray:
    """The local channels in double precision, a line for each sentence of the docstring."""
    height, width = gray.shape
    padded = np.pad(gray, ((0, -height % 4), (0, -width % 4)), mode="edge").astype(float)
    size = padded.shape[0] // 4, padded.shape[1] // 4
    cells = [part.reshape(size[0], 4, size[1], 4).mean((1, 3)) for part in (padded, padded**2)]
    mean, square = (cv2.boxFilter(part, -1, (49, 49), borderType=cv2.BORDER_REFLECT_101) for part in cells)
    deviation = np.sqrt(np.maximum(square - mean**2, 6**2))
    mean, deviation = (cv2.resize(part, padded.shape[::-1])[:height, :width] for part in (mean, deviation))
    levels = np.sort(gray.ravel())
    median, dark = (int(levels[int(np.ceil(share * gray.size)) - 1]) for share in (0.5, 0.003))
    depth = (median - gray.astype(float)) / max(median - dark, 16)
    return np.stack([np.clip((mean - gray) / deviation, -6, 6), np.clip(depth, -2, 4)])


@pytest.mark.parametrize("shape", SIZES)
def test_local_is_its_formula(shape):
    gray = cut(shape)
    made = normalize(gray)
    assert made.shape == (2, *shape)
    assert made.dtype == np.float32
    # Sums over 49×49 cells in single precision.
    assert np.abs(made - by_formula(gray)).max() < 1e-3


@pytest.mark.parametrize("kind", list(CHANNELS))
@pytest.mark.parametrize("shape", SIZES)
def test_a_part_is_what_the_whole_has_there(kind, shape):
    gray = cut(shape)
    whole, page = normalize(gray, kind), normalized(gray, kind)
    height = shape[0]
    for top, bottom in {(0, height), (height - 1, height), (height // 3, height // 3 + 1), (height // 2, height)}:
        assert np.array_equal(page.rows(top, bottom), whole[:, top:bottom])


def test_minmax_by_hand():
    gray = np.array([[50, 150], [100, 250]], np.uint8)
    assert np.allclose(normalize(gray, "minmax"), [[[0, 0.5], [0.25, 1]]])
    assert (normalize(np.full((3, 4), 77, np.uint8), "minmax") == 1).all()


@pytest.mark.parametrize("level", [0, 90, 255])
def test_an_even_page_is_paper(level):
    assert np.abs(normalize(np.full((70, 90), level, np.uint8))).max() == 0


def test_light_and_contrast_hardly_matter():
    page = pages.text_gray(400, 300, size=24, ink=20, paper=240)
    faint = (100 + page // 4).astype(np.uint8)
    bright, dim = normalize(page)[0], normalize(faint)[0]
    assert np.corrcoef(bright.ravel(), dim.ravel())[0, 1] > 0.999
    assert (bright[page == 20] > 1).mean() > 0.99
    assert (bright[page == 240] < 0.2).mean() > 0.99
