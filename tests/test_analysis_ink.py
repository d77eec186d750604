"""What the page's ink, paper and noise measure."""

from __future__ import annotations

import numpy as np
import pytest

from ocrprep.analysis.background import background
from ocrprep.analysis.components import components, run_lengths
from ocrprep.analysis.noise import isolated, noise_sigma, salt_pepper
from ocrprep.analysis.stroke_width import stroke_width, stroke_width_of
from tests import pages


def bars(width: int, *, paper: int = 230, ink: int = 20) -> np.ndarray:
    """Upright and level bars of one width, far apart."""
    picture = np.full((160, 160), paper, np.uint8)
    for start in (10, 45):
        picture[10:75, start : start + width] = ink
        picture[90 + start - 10 : 90 + start - 10 + width, 20:150] = ink
    return picture


# Strokes


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7, 8])
def test_the_width_of_bars_is_their_width(width: int) -> None:
    # A bar's ends are shorter along the other axis: half a pixel is what they can move the median.
    assert stroke_width(bars(width)) == pytest.approx(width, abs=0.5)


def test_strokes_are_found_on_dark_paper_in_colour_and_in_a_shadow() -> None:
    page = bars(4)
    shadow = (page * np.linspace(1, 0.35, 160)).astype(np.uint8)
    for picture in (255 - page, np.dstack([page] * 3), shadow):
        assert stroke_width(picture) == pytest.approx(4, abs=0.5)


def test_neither_dust_nor_a_picture_moves_the_stroke_width() -> None:
    page = np.full((600, 600), 235, np.uint8)
    page[:300] = pages.text_gray(600, 300, size=36)
    clean = stroke_width(page)
    assert clean is not None
    page[320:580, 20:560] = 25
    seed = np.random.default_rng(1)
    page[seed.integers(0, 600, 60), seed.integers(0, 600, 60)] = 20
    # The strokes of this font are three and four pixels wide; the picture's rim may tip the balance.
    assert stroke_width(page) == pytest.approx(clean, abs=1)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (30, 30)])
def test_an_even_page_has_no_strokes(shape: tuple[int, int], level: int) -> None:
    assert stroke_width(np.full(shape, level, np.uint8)) is None
    assert stroke_width_of(np.zeros(shape, np.uint8)) is None


# Runs and pieces


def test_run_lengths_by_hand() -> None:
    ink = np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [1, 1, 1]], np.uint8)
    assert run_lengths(ink).tolist() == [[2, 0, 1], [2, 0, 0], [0, 2, 2], [1, 2, 2]]


def test_run_lengths_of_full_and_empty_columns() -> None:
    assert run_lengths(np.full((5, 2), 255, np.uint8)).tolist() == [[5, 5]] * 5
    assert not run_lengths(np.zeros((3, 4), np.uint8)).any()
    assert run_lengths(np.ones((1, 1), np.uint8)).tolist() == [[1]]


def test_run_lengths_agree_with_counting() -> None:
    ink = np.random.default_rng(3).integers(0, 2, (23, 17)).astype(np.uint8)
    counted = np.zeros(ink.shape, int)
    for column in range(17):
        for row in np.flatnonzero(ink[:, column]):
            up, down = row, row
            while up > 0 and ink[up - 1, column]:
                up -= 1
            while down < 22 and ink[down + 1, column]:
                down += 1
            counted[row, column] = down - up + 1
    assert (run_lengths(ink) == counted).all()


def test_components_by_hand() -> None:
    ink = np.zeros((6, 8), np.uint8)
    ink[1, 1] = ink[2, 2] = 255  # joined by a corner
    ink[4:6, 4:8] = 255
    pieces = components(ink)
    assert len(pieces) == 2
    assert pieces.area.tolist() == [2, 8]
    assert (pieces.left.tolist(), pieces.top.tolist()) == ([1, 4], [1, 4])
    assert pieces.extent.tolist() == [2, 4]
    assert pieces.centres.tolist() == [[1.5, 1.5], [5.5, 4.5]]
    assert (pieces.mask(np.array([False, True])) == np.where(np.arange(48).reshape(6, 8) // 8 >= 4, ink, 0)).all()
    assert len(components(np.zeros((3, 3), np.uint8))) == 0


# Paper


def test_the_background_of_an_even_page_is_the_page() -> None:
    for shape in ((1, 1), (1, 30), (30, 1), (90, 70), (40, 50, 3)):
        page = np.full(shape, 173, np.uint8)
        assert (background(page) == page).all()


def test_the_background_is_the_paper_under_the_text() -> None:
    light = np.linspace(240, 140, 600)
    page = pages.text_gray(600, 400, size=24, ink=0, paper=255) / 255.0 * light
    error = np.abs(background(page.astype(np.uint8)).astype(float) - light)
    # The window is 20 pixels wide, over which this light falls by 3 levels.
    assert np.quantile(error, 0.99) <= 4


def test_the_background_keeps_channels_apart() -> None:
    page = np.full((80, 80, 3), (200, 150, 100), np.uint8)
    page[40:43, 20:60] = 0
    assert np.abs(background(page).astype(int) - (200, 150, 100)).max() <= 1


def test_a_wider_window_closes_wider_ink() -> None:
    page = np.full((200, 200), 220, np.uint8)
    page[80:120, 80:120] = 30
    assert background(page, 16)[100, 100] < 60
    assert background(page, 120)[100, 100] > 210


# Noise


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0, 20.0])
def test_noise_of_known_size_is_measured_on_a_page_of_text(sigma: float) -> None:
    page = pages.text_gray(500, 400, ink=60, paper=180).astype(float)
    noisy = np.clip(np.rint(page + np.random.default_rng(5).normal(0, sigma, page.shape)), 0, 255).astype(np.uint8)
    # The edges of dense text read as a little more noise.
    assert noise_sigma(noisy) == pytest.approx(sigma, rel=0.15)
    assert noise_sigma(np.dstack([noisy] * 3)) == pytest.approx(noise_sigma(noisy))


def test_text_is_not_noise() -> None:
    page = pages.text_gray(500, 400)
    assert noise_sigma(page) == 0
    assert salt_pepper(page) < 0.0003


def test_a_slope_of_light_is_not_noise() -> None:
    assert noise_sigma(np.tile(np.arange(0, 250, dtype=np.uint8), (200, 1))) == 0


@pytest.mark.parametrize("share", [0.002, 0.02, 0.08])
def test_salt_and_pepper_of_known_share_is_measured(share: float) -> None:
    page = np.full((400, 400), 128, np.uint8)
    dice = np.random.default_rng(6).random(page.shape)
    page[dice < share / 2] = 0
    page[dice > 1 - share / 2] = 255
    # A few hundred hits: their number itself varies by that much.
    assert salt_pepper(page) == pytest.approx((page != 128).mean(), rel=0.12)
    assert noise_sigma(page) == 0


def test_isolated_pixels_by_hand() -> None:
    page = np.full((7, 9), 100, np.uint8)
    page[1, 1] = 20
    page[1, 6] = 200
    page[4, 3:5] = 0  # a pair
    page[6, 8] = 37  # 63 levels are not enough
    pepper, salt = isolated(page)
    assert np.argwhere(pepper).tolist() == [[1, 1]]
    assert np.argwhere(salt).tolist() == [[1, 6]]


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_pages_too_small_to_have_noise(shape: tuple[int, int]) -> None:
    page = np.zeros(shape, np.uint8)
    assert noise_sigma(page) == 0
    assert salt_pepper(page) == 0
