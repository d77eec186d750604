"""Light becomes even and contrast grows, without emptying a page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.filters.clahe import Clahe
from ocrprep.filters.contrast import Contrast
from ocrprep.filters.contrast_correction_filter import ContrastCorrectionFilter
from ocrprep.filters.gamma import Gamma
from ocrprep.filters.gaussian_blur import GaussianBlur
from ocrprep.filters.normalize_background import NormalizeBackground
from ocrprep.filters.sharpen import Sharpen
from ocrprep.filters.stretch_histogram import StretchHistogram
from ocrprep.page import PixelMode
from tests import pages

COLOURS = np.array([[[200, 40, 40], [40, 160, 60], [50, 60, 190]]], np.uint8)


def hue(page: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2HSV))[..., 0].astype(int)


# contrast


@pytest.mark.parametrize(("ink", "paper"), [(100, 160), (60, 140), (130, 150), (160, 100), (150, 130)])
def test_a_faint_page_becomes_black_and_white_whichever_is_darker(ink: int, paper: int) -> None:
    page = pages.text_gray(400, 240, size=30, ink=ink, paper=paper)
    result = Contrast()(page)
    assert set(result[page == ink]) == {0 if ink < paper else 255}
    assert set(result[page == paper]) == {255 if ink < paper else 0}


def test_grain_on_the_paper_does_not_become_ink() -> None:
    page = pages.text_gray(400, 240, size=30, ink=110, paper=170)
    grained = np.clip(page + np.random.default_rng(1).normal(0, 4, page.shape), 0, 255).astype(np.uint8)
    result = Contrast()(grained)
    assert (result[page == 170] > 160).mean() > 0.999
    assert (result[page == 110] < 80).mean() > 0.99


@pytest.mark.parametrize("level", [0, 90, 255])
@pytest.mark.parametrize("sigma", [0, 2])
def test_an_empty_page_stays_as_it_is(level: int, sigma: int) -> None:
    page = np.clip(np.random.default_rng(2).normal(level, sigma, (80, 90)), 0, 255).astype(np.uint8)
    result = Contrast()(pages.page(page))
    assert (result.pixels == page).all()
    assert result.steps[-1].found["why"] == "even page"


def test_a_good_page_stays_as_it_is() -> None:
    for page in (pages.text_gray(ink=5, paper=250), pages.text_gray(ink=250, paper=5)):
        result = Contrast()(pages.page(page))
        assert (result.pixels == page).all()
        assert not result.steps[-1].found["changed"]
    black = pages.page(pages.text_gray() > 128)
    assert (Contrast()(black).pixels == black.pixels).all()
    assert Contrast()(black).mode is PixelMode.BINARY


def test_half_the_strength_is_half_the_way() -> None:
    page = pages.text_gray(ink=100, paper=160).astype(int)
    full, half = (Contrast(strength)(page.astype(np.uint8)).astype(int) for strength in (1.0, 0.5))
    assert np.abs(half - (page + full) / 2).max() <= 1


def test_contrast_correction_is_contrast_and_then_black_and_white() -> None:
    for given in (pages.page(pages.text_gray(ink=100, paper=160)), pages.page(pages.text_gray(ink=255, paper=0))):
        gray, black = Contrast()(given), ContrastCorrectionFilter()(given)
        assert black.mode is PixelMode.BINARY
        assert (black.gray().pixels == gray.pixels).all()
        # Never an empty page.
        assert 0.01 < (black.pixels == 0).mean() < 0.99
        assert (ContrastCorrectionFilter(binarize=False)(given).pixels == gray.pixels).all()


def test_contrast_keeps_a_colour_a_colour() -> None:
    page = np.full((60, 90, 3), (190, 180, 150), np.uint8)
    page[20:40, 20:70] = (110, 70, 70)
    result = Contrast()(page)
    assert result[30, 45, 0] > result[30, 45, 1]
    assert int(result[5, 5].min()) - int(result[30, 45].min()) > 150


# stretch_histogram


def test_two_levels_become_black_and_white() -> None:
    page = np.array([[90, 90, 120], [150, 150, 150]], np.uint8)
    # Halfway between 90 and 150 is halfway between black and white, rounded to an even number as numpy does.
    assert StretchHistogram(0, 100)(page).tolist() == [[0, 0, 128], [255, 255, 255]]


def test_percentiles_leave_outliers_out() -> None:
    page = np.full((100, 100), 180, np.uint8)
    page[:20] = 80
    page[0, :10], page[99, :10] = 0, 255
    result = StretchHistogram(1, 99)(pages.page(page))
    assert result.steps[-1].found == {"low": 80, "high": 180, "changed": True}
    assert set(np.unique(result.pixels)) == {0, 255}


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_page_of_one_level_is_not_stretched(level: int) -> None:
    page = np.full((20, 30), level, np.uint8)
    assert (StretchHistogram()(page) == page).all()
    assert (StretchHistogram(0, 100)(page) == page).all()


def test_a_binary_page_stays_binary() -> None:
    given = pages.page(pages.text_gray() > 128)
    for item in (StretchHistogram(), StretchHistogram(0, 3), Gamma(2.2)):
        assert (item(given).pixels == given.pixels).all()
        assert item(given).mode is PixelMode.BINARY


# gamma


def test_gamma_by_hand() -> None:
    page = np.array([[0, 64, 255]], np.uint8)
    # 255 · √(64 / 255) = 127.75 and 255 · (64 / 255)² = 16.06
    assert Gamma(2)(page).tolist() == [[0, 128, 255]]
    assert Gamma(0.5)(page).tolist() == [[0, 16, 255]]
    assert Gamma(1)(page).tolist() == page.tolist()


def test_gamma_is_monotone() -> None:
    levels = np.arange(256, dtype=np.uint8)[None]
    for value in (0.2, 0.7, 1.5, 5):
        assert (np.diff(Gamma(value)(levels).astype(int)) >= 0).all()


# clahe


def test_clahe_raises_faint_text_in_a_dark_corner() -> None:
    page = (pages.text_gray(400, 300, size=24, ink=200, paper=230) * np.linspace(0.3, 1, 400)).astype(np.uint8)
    steps = [np.abs(np.diff(picture[:, :140].astype(int))) for picture in (page, Clahe()(page))]
    edges = steps[0] >= 8
    assert edges.sum() > 200
    assert steps[1][edges].mean() > 1.5 * steps[0][edges].mean()


def test_clahe_keeps_hues() -> None:
    page = np.repeat(np.repeat(COLOURS, 40, 0), 40, 1)
    page = np.clip(page + np.arange(120)[None, :, None] // 6, 0, 255).astype(np.uint8)
    # OpenCV's hue counts in steps of two degrees, of 180.
    turn = np.abs(hue(Clahe()(page)) - hue(page))
    assert np.minimum(turn, 180 - turn).max() <= 6


# normalize_background


@pytest.mark.parametrize("darkest", [0.8, 0.6, 0.4])
def test_a_shadow_goes_and_the_ink_stays(darkest: float) -> None:
    page = pages.text_gray(600, 400, size=24, ink=30, paper=240)
    light = np.ones((400, 600))
    light[:, 200:450] = darkest
    light = cv2.GaussianBlur(light, (0, 0), 15)
    result = NormalizeBackground()((page * light).astype(np.uint8)).astype(int)
    paper = cv2.erode(page, np.ones((3, 3), np.uint8)) == 240
    assert np.quantile(result[paper], 0.01) >= 238
    # As dark against its paper as it was: 30 of 240 are 32 of 255.
    assert np.abs(result[page == 30] - 32).max() <= 12


def test_it_is_nearly_the_identity_on_an_even_white_page() -> None:
    page = pages.text_gray(600, 400, size=24, ink=20, paper=253)
    assert np.abs(NormalizeBackground()(page).astype(int) - page).max() <= 3


def test_it_does_nothing_more_the_second_time() -> None:
    page = (pages.text_gray(600, 400, size=24, ink=30, paper=240) * np.linspace(1, 0.5, 600)).astype(np.uint8)
    once = NormalizeBackground()(page)
    assert np.abs(NormalizeBackground()(once).astype(int) - once).mean() < 1


def test_a_dark_block_stays_dark_and_its_white_type_readable() -> None:
    page = np.full((500, 600), 235, np.uint8)
    block = 255 - pages.text_gray(400, 300, size=30, ink=15, paper=230)
    noisy = np.clip(block + np.random.default_rng(3).normal(0, 3, block.shape), 0, 255).astype(np.uint8)
    page[100:400, 100:500] = noisy
    result = NormalizeBackground()(page)[100:400, 100:500]
    ground, type_ = result[block == 25], result[block == 240]
    assert ground.mean() < 90
    assert type_.mean() - ground.mean() > 150
    # Away from the block's rim its grain of 3 levels is raised by less than max_gain, 5, allows: on 25, half-way to
    # the brightness from which the gain falls back, it is 1 + 4 * 25 / 51, about 3.
    assert result[210:280, 310:370].std() < 3 * 3.2


@pytest.mark.parametrize("level", [0, 1, 255])
def test_black_stays_black_and_white_white(level: int) -> None:
    page = np.full((40, 40), level, np.uint8)
    assert np.abs(NormalizeBackground()(page).astype(int) - level).max() <= 1


def test_the_gain_never_exceeds_its_bound_and_never_swaps_two_grays() -> None:
    levels = np.repeat(np.arange(256, dtype=np.uint8), 64 * 64).reshape(256 * 64, 64)
    for gain in (1.0, 2.0, 5.0):
        result = NormalizeBackground(max_gain=gain, window=3)(levels)[32::64, 32].astype(float)
        assert (result <= np.arange(256) * gain * 1.02 + 1).all()
        assert (np.diff(result) >= -1).all()


def test_coloured_type_keeps_its_hue_and_its_contrast() -> None:
    page = np.full((200, 400, 3), (230, 225, 210), np.uint8)
    for index, colour in enumerate(COLOURS[0]):
        page[60:140:10, 40 + index * 120 : 100 + index * 120] = colour
    shaded = (page * np.linspace(1, 0.55, 400)[None, :, None]).astype(np.uint8)
    result = NormalizeBackground()(shaded)
    for index in range(3):
        column = 70 + index * 120
        turn = abs(int(hue(result)[60, column]) - int(hue(page)[60, column]))
        assert min(turn, 180 - turn) <= 4
        gray = np.asarray(cv2.cvtColor(result, cv2.COLOR_RGB2GRAY)).astype(int)
        assert gray[65, column] - gray[60, column] > 80
    paper = np.asarray(cv2.cvtColor(result, cv2.COLOR_RGB2GRAY))[20]
    assert np.ptp(paper.astype(int)) <= 6


def test_strength_is_the_share_of_the_unevenness() -> None:
    page = np.tile(np.linspace(250, 150, 400).astype(np.uint8), (200, 1))
    spread = [np.ptp(NormalizeBackground(strength=share)(page).astype(int)) for share in (0.25, 0.5, 1.0)]
    assert 100 > spread[0] > spread[1] > spread[2]
    assert spread[2] <= 6


def test_the_window_may_be_given_in_inches() -> None:
    page = pages.page(pages.text_gray(), dpi=100)
    assert NormalizeBackground(window="0.31in")(page).steps[-1].found["window"] == 31
    assert NormalizeBackground(window=31)(page).steps[-1].found["window"] == 31
    assert (NormalizeBackground(window="0.31in")(page).pixels == NormalizeBackground(window=31)(page).pixels).all()


# sharpen, gaussian_blur


def test_sharpening_by_hand() -> None:
    page = np.full((21, 21), 100, np.uint8)
    page[:, 10:] = 180
    result = Sharpen(1.0, 1.0)(page)[10].astype(int)
    assert result[9] < 100
    assert result[10] > 180
    assert (result[:5] == 100).all()
    assert (result[-5:] == 180).all()


def test_the_threshold_keeps_grain_and_sharpens_edges() -> None:
    page = np.full((60, 60), 150, np.uint8)
    page[:, 30:] = 50
    grained = np.clip(page + np.random.default_rng(4).integers(-3, 4, page.shape), 0, 255).astype(np.uint8)
    result = Sharpen(2.0, 1.5, threshold=15)(grained)
    assert (result[:, :20] == grained[:, :20]).all()
    assert result[:, 29].astype(int).mean() > 160


def test_blur_by_hand() -> None:
    page = np.zeros((9, 9), np.uint8)
    page[4, 4] = 255
    result = GaussianBlur(1.0, 3)(page)
    # 0.27406, 0.45187, 0.27406 along each axis.
    assert result[3:6, 3:6].tolist() == [[19, 32, 19], [32, 52, 32], [19, 32, 19]]
    assert result.sum() == result[3:6, 3:6].sum()


@pytest.mark.parametrize(
    "make",
    [
        lambda: StretchHistogram(60, 40),
        lambda: Gamma(0),
        lambda: Clahe(0),
        lambda: GaussianBlur(1, 4),
        lambda: GaussianBlur(0),
        lambda: Contrast(0),
        lambda: Contrast(2),
        lambda: NormalizeBackground(window=10),
        lambda: NormalizeBackground(max_gain=0.5),
        lambda: Sharpen(-1),
    ],
)
def test_parameters_that_have_no_meaning_are_refused(make) -> None:
    with pytest.raises(ValidationError):
        make()
