"""``binarize(quality="best")``: ink cut out along its edges."""

import itertools

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.filters import _strips
from ocrprep.filters._kept import Kept
from ocrprep.filters._swaying import swayed
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.sauvola import Sauvola
from ocrprep.preprocessing import PreprocessingFilter
from tests import pages
from tests.test_binarizing import f_measure, gray_scan, noisy, truth

BEST = Binarize(quality="best")


def soft(pixels, sigma=1.2):
    """As an optical scanner sees it."""
    return cv2.GaussianBlur(pixels.astype(np.float32), (0, 0), sigma)


def worn_page(width=480, height=320):
    """Faint soft text, the back showing through, and a stain with a blurred outline; and its true ink."""
    ink = truth(width, height, 26) == 0
    text = soft(np.where(ink, 125.0, 225))
    back = soft(np.roll(np.where(ink, 125.0, 225)[:, ::-1], 21, axis=0), 3)
    stain = np.zeros((height, width), np.float32)
    cv2.ellipse(stain, (width // 3, height // 4), (70, 40), 15, 0, 360, 1, -1)
    page = np.minimum(text, 225 - 0.3 * (225 - back)) * (1 - 0.35 * soft(stain, 7))
    return noisy(page, 2), np.where(ink, 0, 255).astype(np.uint8)


# --- messages -------------------------------------------------------------------------------------------------------


def energy(labels, lean, beside, below):
    apart = (labels[:, 1:] != labels[:, :-1]) * beside[:, :-1], (labels[1:] != labels[:-1]) * below[:-1]
    return (labels * lean).sum() + sum(part.sum() for part in apart)


def test_messages_find_the_least_energy_of_a_chain():
    random = np.random.default_rng(5)
    for _ in range(40):
        lean, beside = random.integers(-20, 21, (1, 9)), random.integers(0, 25, (1, 9))
        below = np.zeros_like(lean)
        found = swayed(lean.astype(np.int16), beside.astype(np.int16), below.astype(np.int16), 10, Kept())
        every = (np.array([labels]) for labels in itertools.product((0, 1), repeat=9))
        least = min(energy(labels, lean, beside, below) for labels in every)
        assert energy(found < 0, lean, beside, below) == least


def test_messages_come_near_the_least_energy_of_a_grid():
    random = np.random.default_rng(6)
    for _ in range(10):
        lean, beside, below = (random.integers(low, 21, (3, 4)) for low in (-20, 0, 0))
        found = swayed(lean.astype(np.int16), beside.astype(np.int16), below.astype(np.int16), 30, Kept())
        every = (np.reshape(labels, (3, 4)) for labels in itertools.product((0, 1), repeat=12))
        energies = [energy(labels, lean, beside, below) for labels in every]
        # Loops may leave a pixel or two wrong; a tenth of what lies between the best and the worst labelling is much.
        assert energy(found < 0, lean, beside, below) <= min(energies) + 0.02 * (max(energies) - min(energies))


def test_without_links_each_pixel_keeps_its_leaning():
    lean = np.arange(-6, 6, dtype=np.int16).reshape(3, 4)
    none = np.zeros((3, 4), np.int16)
    assert (swayed(lean.copy(), none, none, 5, Kept()) == lean).all()


def test_a_leaning_goes_as_far_as_there_are_rounds_and_not_over_a_cut():
    lean = np.zeros((1, 9), np.int16)
    lean[0, 0] = -9
    beside = np.full((1, 9), 5, np.int16)
    assert np.flatnonzero(swayed(lean.copy(), beside, beside, 3, Kept())[0]).tolist() == [0, 1, 2, 3]
    beside[0, 2] = 0
    assert np.flatnonzero(swayed(lean.copy(), beside, beside, 8, Kept())[0]).tolist() == [0, 1, 2]


# --- the filter -----------------------------------------------------------------------------------------------------


def test_fast_is_the_default_and_an_unknown_quality_is_refused():
    assert Binarize().quality == "fast"
    assert PreprocessingFilter.binarize(quality="best") == BEST
    assert BEST(pages.page(gray_scan())).steps[-1].parameters["quality"] == "best"
    with pytest.raises(ValidationError, match="quality"):
        Binarize(quality="good")


def test_the_quality_is_documented():
    described = Binarize.model_json_schema()["properties"]["quality"]
    assert described["enum"] == ["fast", "best"]
    assert "Howe" in described["description"]


def test_a_worn_page_comes_out_better_than_by_sauvola_and_with_fewer_gaps_than_fast():
    worn, expected = worn_page()
    best, fast, sauvola = (item(worn) for item in (BEST, Binarize(), Sauvola()))
    assert f_measure(best, expected) > 0.7
    assert f_measure(best, expected) > f_measure(sauvola, expected) + 0.1
    missed = [np.count_nonzero((mask == 255) & (expected == 0)) for mask in (best, fast)]
    assert missed[0] < 0.75 * missed[1]


def test_sharp_letters_that_fast_keeps_are_not_lost():
    faint = pages.text_gray(480, 300, size=28, ink=190)
    faint[:, 300:] = pages.text_gray(480, 300, size=28, ink=10)[:, 300:]
    page = noisy(faint, 1)
    count, labels = cv2.connectedComponents(255 - Binarize()(page), connectivity=8)
    assert count > 20
    assert set(np.unique(labels[BEST(page) == 0])) >= set(range(1, count))


@pytest.mark.parametrize("size", [19, 28])
def test_clean_type_keeps_its_weight(size):
    mask = BEST(pages.text_gray(480, 300, size=size))
    expected = truth(480, 300, size)
    assert f_measure(mask, expected) > 0.93
    assert np.count_nonzero(mask == 0) < 1.15 * np.count_nonzero(expected == 0)


def test_a_stain_that_touches_text_is_cut_off():
    text = soft(pages.text_gray(480, 300, size=28), 0.8)
    stain = np.zeros(text.shape, np.float32)
    cv2.circle(stain, (200, 90), 60, 1, -1)
    stained = noisy(text * (1 - 0.4 * soft(stain, 8)), 2)
    assert f_measure(BEST(stained), truth(480, 300, 28)) > 0.87
    assert np.count_nonzero(BEST(stained)[30:150, 140:260] == 0) < 0.3 * 120 * 120


def test_thick_letters_are_not_hollow():
    large = noisy(soft(pages.text_gray(900, 600, size=120)), 6)
    expected = truth(900, 600, 120)
    assert f_measure(BEST(large), expected) > 0.95
    hollow = (BEST(large) == 255) & (expected == 0)
    assert np.count_nonzero(hollow) < 0.02 * np.count_nonzero(expected == 0)


def test_light_text_on_dark_gives_the_same_ink():
    text = noisy(soft(pages.text_gray(480, 300, size=28)), 3)
    assert (BEST(255 - text) == BEST(text)).all()


@pytest.mark.parametrize("sigma", [0, 1, 4, 8, 15])
def test_blank_paper_stays_blank(sigma):
    assert np.mean(BEST(noisy(np.full((300, 300), 225.0), sigma)) == 0) < 0.02


def test_a_page_of_two_levels_stays():
    mask = truth()
    assert (BEST(np.where(mask == 0, 100, 130).astype(np.uint8)) == mask).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2), (3, 50)])
def test_any_size(shape):
    random = np.random.default_rng(3)
    found = BEST(random.integers(0, 256, shape).astype(np.uint8))
    assert found.shape == shape
    assert set(np.unique(found)) <= {0, 255}


def test_show_through_is_left_out():
    text = pages.text_gray(500, 300, ink=40, paper=225).astype(np.float32)
    back = cv2.GaussianBlur(np.roll(text[:, ::-1], 13, axis=0), (0, 0), 2.5)
    both = np.minimum(text, 225 - 0.3 * (225 - back))
    assert f_measure(BEST(noisy(both, 2)), np.where(text > 132, 255, 0)) > 0.9


def test_solid_bars_are_filled():
    text = pages.text_gray(300, 240)
    text[100:140] = 40
    assert np.mean(BEST(noisy(text, 4))[102:138] == 0) > 0.99


def test_a_page_in_strips_is_bit_equal_to_the_page_at_once(monkeypatch):
    pixels = worn_page()[0]
    monkeypatch.setattr(_strips, "ROWS", 10_000)
    whole = BEST(pixels)
    monkeypatch.setattr(_strips, "ROWS", 11)
    assert (BEST(pixels) == whole).all()
