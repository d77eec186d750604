"""Colours: gray by every method, coloured ink dropped, and the measurements behind both."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import ValidationError

from ocrprep.analysis import colour
from ocrprep.filters.drop_color import DropColor
from ocrprep.filters.invert import Invert
from ocrprep.filters.to_grayscale import ToGrayscale
from ocrprep.page import PixelMode
from tests import pages

METHODS = ("luma", "mean", "lightness", "red", "green", "blue", "lightest", "darkest", "max_contrast")
FOUR = np.array([[[255, 0, 0], [0, 200, 0]], [[10, 20, 90], [60, 60, 60]]], np.uint8)
PAPER = (244, 240, 228)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # 0.299 · 255 = 76.2, 0.587 · 200 = 117.4, 2.99 + 11.74 + 10.26 = 24.99
        ("luma", [[76, 117], [25, 60]]),
        ("mean", [[85, 67], [40, 60]]),
        ("red", [[255, 0], [10, 60]]),
        ("green", [[0, 200], [20, 60]]),
        ("blue", [[0, 0], [90, 60]]),
        ("lightest", [[255, 200], [90, 60]]),
        ("darkest", [[0, 0], [10, 60]]),
    ],
)
def test_four_pixels_by_hand(method, expected):
    page = ToGrayscale(method)(pages.page(FOUR))
    assert page.mode is PixelMode.GRAY
    assert page.pixels.tolist() == expected


@pytest.mark.parametrize("method", METHODS)
def test_white_and_black_are_exact(method):
    ends = np.array([[[255] * 3, [0] * 3]], np.uint8)
    assert ToGrayscale(method)(ends).tolist() == [[255, 0]]


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"lightness"}))
def test_grays_keep_their_level(method):
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (ToGrayscale(method)(np.dstack([gray] * 3)) == gray).all()
    assert (ToGrayscale(method)(gray) == gray).all()


def test_luma_is_opencvs():
    pixels = np.random.default_rng(1).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    assert (ToGrayscale()(pixels) == cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)).all()


def test_lightness_is_cie_l_star():
    # CIE 1976: L* = 116 (Y / Yn)^(1/3) - 16, with Y of sRGB level 119 = 0.1845 and L* = 50.03.
    result = ToGrayscale("lightness")(np.full((1, 1, 3), 119, np.uint8))
    assert result[0, 0] / 255 * 100 == pytest.approx(50.03, abs=0.3)


def test_weights():
    weighted = ToGrayscale(weights=(0.5, 0.25, 0.25))
    assert weighted(FOUR).tolist() == [[128, 50], [32, 60]]
    assert weighted(np.full((2, 2, 3), 255, np.uint8)).min() == 255
    with pytest.raises(ValidationError, match=r"add up to 0\.9"):
        ToGrayscale(weights=(0.5, 0.2, 0.2))
    with pytest.raises(ValidationError, match="belong to the method luma"):
        ToGrayscale("red", weights=(0.5, 0.25, 0.25))
    with pytest.raises(ValidationError):
        ToGrayscale(weights=(1.5, -0.25, -0.25))


def words(paper, ink, size=(220, 60)) -> np.ndarray:
    picture = Image.new("RGB", size, paper)
    ImageDraw.Draw(picture).text((10, 18), "Equal brightness", ink, font=ImageFont.load_default(20))
    return np.asarray(picture).copy()


def test_max_contrast_reads_text_as_bright_as_its_ground():
    # Both have a luma of 118: text and ground are one gray.
    pixels = words(paper=(190, 90, 73), ink=(60, 150, 106))
    page = ToGrayscale("max_contrast")(pages.page(pixels))
    assert page.steps[-1].found["channel"] == "red"
    assert np.ptp(ToGrayscale()(pixels)) <= 2
    assert np.ptp(page.pixels) == 130


def test_max_contrast_keeps_the_luma_where_no_channel_is_better():
    page = ToGrayscale("max_contrast")(pages.page(words((240, 240, 240), (20, 20, 20))))
    assert page.steps[-1].found["channel"] == "luma"
    assert set(page.steps[-1].found["contrasts"]) == set(colour.CHANNELS)


def test_ink_contrast_is_the_depth_of_ink_whatever_its_share_and_the_light():
    gray = np.full((80, 120), 200, np.uint8)
    assert colour.ink_contrast(gray) == 0
    gray[20:23, 30:60] = 80
    assert colour.ink_contrast(gray) == pytest.approx(120)
    gray[40:43, 10:110] = 80
    assert colour.ink_contrast(gray) == pytest.approx(120)
    slope = np.clip(gray.astype(int) - np.arange(120) // 3, 0, 255).astype(np.uint8)
    assert colour.ink_contrast(slope) == pytest.approx(120, abs=3)


def test_invert_is_exact_and_its_own_way_back():
    for pixels in (pages.scan_rgb(), pages.text_gray()):
        assert (Invert()(pixels) == 255 - pixels).all()
        assert (Invert()(Invert()(pixels)) == pixels).all()
    page = Invert()(pages.page(pages.text_gray() > 128))
    assert page.mode is PixelMode.BINARY


def form(*, stamp=(215, 60, 70), line=(70, 90, 200), grain: float = 3.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Black text on paper, with coloured ink printed over it; the text alone; and where the stamp is."""
    text = Image.new("RGB", (260, 160), PAPER)
    draw = ImageDraw.Draw(text)
    for row in range(5):
        draw.text((8, 8 + row * 30), "Invoice 1234567 Total", (30, 28, 30), font=ImageFont.load_default(20))
    ink = Image.new("RGB", text.size, (255, 255, 255))
    draw = ImageDraw.Draw(ink)
    draw.ellipse((60, 20, 200, 130), outline=stamp, width=7)
    draw.line((0, 142, 260, 142), fill=line, width=3)
    over = np.asarray(ink)
    noise = np.random.default_rng(5).normal(0, grain, over.shape)
    # Printing inks multiply, as filters of light do.
    both = np.clip(np.asarray(text) * (over / 255) + noise, 0, 255).round().astype(np.uint8)
    clean = np.clip(np.asarray(text) + noise, 0, 255).round().astype(np.uint8)
    return both, clean, (over == np.array(stamp)).all(axis=-1)


def dark(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(ToGrayscale()(pixels)) < 110


@pytest.mark.parametrize("color", ["red", "#d73c46", (215, 60, 70), "any"])
def test_a_red_stamp_goes_and_black_ink_under_it_stays(color):
    both, clean, stamp = form()
    result = DropColor(color)(both)
    paper = stamp & ~cv2.dilate(dark(clean).astype(np.uint8), np.ones((5, 5))).astype(bool)
    assert paper.sum() > 500
    away = np.abs(result[paper].astype(int) - PAPER).max(axis=1)
    assert np.mean(away < 20) > 0.99
    under = stamp & dark(clean)
    assert under.sum() > 50
    assert dark(result)[under].mean() > 0.95
    assert (dark(result) == dark(clean))[~(stamp | (both[..., 2] > both[..., 0].astype(int) + 30))].mean() > 0.999


def test_other_colours_stay():
    both, _, stamp = form()
    result = DropColor("blue")(both)
    assert (result[20:130][stamp[20:130]] == both[20:130][stamp[20:130]]).all()
    assert dark(both)[142].mean() > 0.9
    assert dark(result)[142].mean() < 0.3
    red = DropColor("red")(both)
    assert (red[142] == both[142]).mean() > 0.95


def test_a_coloured_ground_becomes_paper():
    pixels = np.full((120, 200, 3), PAPER, np.uint8)
    pixels[30:90, 40:160] = (255, 225, 110)
    pixels[58:62, 50:150] = (25, 25, 25)
    page = DropColor("yellow")(pages.page(pixels))
    ground = np.zeros((120, 200), bool)
    ground[30:90, 40:160] = True
    ground[56:64, 48:152] = False
    assert np.abs(page.pixels[ground].astype(int) - PAPER).max() <= 2
    assert (page.pixels[58:62, 50:150] == 25).all()
    assert page.steps[-1].found["dropped"] == pytest.approx((60 * 120 - 4 * 100) / (120 * 200), abs=1e-4)


def test_pages_without_the_colour_are_left_alone_and_say_so():
    gray = DropColor("red")(pages.page(pages.text_gray()))
    assert (gray.pixels == pages.text_gray()).all()
    assert gray.steps[-1].found == {"dropped": 0.0, "reason": "the page has no colours"}
    scan = pages.scan_rgb()
    page = DropColor("green")(pages.page(scan))
    assert (page.pixels == scan).all()
    assert page.steps[-1].found["reason"] == "the page has no such colour"
    binary = DropColor("red")(pages.page(pages.text_gray() > 128))
    assert binary.mode is PixelMode.BINARY


@pytest.mark.parametrize("color", ["reddish", "#12", "#808080", (7, 7, 7), (300, 0, 0), (1, 2)])
def test_what_is_no_colour_is_refused(color):
    with pytest.raises(ValidationError):
        DropColor(color)


@pytest.mark.parametrize(
    ("rgb", "hue"),
    [
        ((255, 0, 0), 0),
        ((255, 255, 0), 60),
        ((0, 255, 0), 120),
        ((0, 0, 255), 240),
        ((255, 0, 128), 329.9),
        ((9, 9, 9), None),
    ],
)
def test_hue_of(rgb, hue):
    found = colour.hue_of(*rgb)
    assert found is None if hue is None else found == pytest.approx(hue, abs=0.1)


def test_hue_mask_closes_the_circle_and_ignores_faint_and_dark_pixels():
    row = np.array([[[200, 60, 70], [200, 70, 60], [200, 190, 190], [20, 4, 4], [60, 200, 60]]], np.uint8)
    hsv = colour.hue_saturation_value(row)
    assert colour.hue_mask(hsv, 0.0, 20.0, 0.25).tolist() == [[True, True, False, False, False]]
    assert colour.hue_mask(hsv, 355.0, 20.0, 0.25).tolist() == [[True, True, False, False, False]]
    assert colour.hue_mask(hsv, None, 0.0, 0.25).tolist() == [[True, True, False, False, True]]


def test_paper_colour_follows_the_page_and_is_white_where_there_is_none():
    pixels = np.zeros((200, 300, 3), np.uint8)
    pixels[:, :150] = (240, 230, 220)
    pixels[:, 150:] = (200, 200, 210)
    ignore = np.zeros((200, 300), bool)
    ignore[90:110] = True
    pixels[90:110] = (250, 0, 0)
    paper = colour.paper_colour(pixels, ignore)
    assert np.abs(paper[100, 20].astype(int) - (240, 230, 220)).max() <= 2
    assert np.abs(paper[100, 280].astype(int) - (200, 200, 210)).max() <= 2
    assert (colour.paper_colour(pixels, np.ones((200, 300), bool)) == 255).all()
