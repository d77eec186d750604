"""Light text on dark is found and turned, everywhere or in parts; pictures, shadows and ordinary pages are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrprep.analysis.polarity import is_light_on_dark, polarity_map
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.normalize_polarity import NormalizePolarity
from ocrprep.page import PixelMode
from samples.bubbles.sheets import make_sheet
from tests import pages
from tests.photographs import photo

HEADER = (20, 20, 381, 31)


def table(ground=30, letters=240, ink=40, paper=230, *, text="Item   Quantity   Price  Total") -> np.ndarray:
    """A ruled table with a dark header that has light text on it."""
    picture = Image.new("L", (420, 260), paper)
    draw = ImageDraw.Draw(picture)
    x, y, width, height = HEADER
    draw.rectangle((x, y, x + width - 1, y + height - 1), fill=ground)
    draw.text((30, 25), text, letters, font=ImageFont.load_default(16))
    for row in range(6):
        draw.text((30, 63 + row * 30), "Widget no. 12   4   12.50", ink, font=ImageFont.load_default(16))
        draw.line((20, 81 + row * 30, 400, 81 + row * 30), fill=ink)
    for column in (20, 150, 300, 400):
        draw.line((column, 20, column, 231), fill=ink)
    return np.asarray(picture).copy()


def photograph(seed: int = 0) -> np.ndarray:
    """A page with a dark, grainy, sloping block in it."""
    page = pages.text_gray(420, 260)
    rng = np.random.default_rng(seed)
    texture = cv2.GaussianBlur(rng.normal(0, 60, (140, 200)), (0, 0), 2.0) * 2
    slope = np.linspace(10, 130, 200)[None, :]
    page[60:200, 100:300] = np.clip(slope + texture + rng.normal(0, 6, (140, 200)), 0, 255)
    return page


def in_header() -> np.ndarray:
    x, y, width, height = HEADER
    mask = np.zeros((260, 420), bool)
    mask[y : y + height, x : x + width] = True
    return mask


@pytest.mark.parametrize("make", [pages.text_gray, pages.scan_rgb], ids=["clean", "scan"])
def test_a_whole_page_is_turned(make):
    light_on_dark = 255 - make()
    assert is_light_on_dark(light_on_dark)
    assert not is_light_on_dark(make())
    page = NormalizePolarity()(pages.page(light_on_dark))
    assert (page.pixels == make()).all()
    assert page.steps[-1].found["inverted"] == "whole"


def test_black_and_white_pages_stay_so():
    page = NormalizePolarity()(pages.page(pages.text_gray() < 128))
    assert page.mode is PixelMode.BINARY
    assert ((page.pixels > 0) == (pages.text_gray() >= 128)).all()


@pytest.mark.parametrize(
    ("ground", "letters", "ink", "paper"),
    [(30, 240, 40, 230), (120, 255, 40, 250), (175, 255, 20, 252), (20, 90, 40, 230), (0, 255, 0, 255)],
    ids=["black", "middle gray", "light gray", "faint letters", "pure"],
)
def test_a_header_is_turned_alone(ground, letters, ink, paper):
    pixels = table(ground, letters, ink, paper)
    page = NormalizePolarity()(pages.page(pixels))
    changed = page.pixels != pixels
    header = in_header()
    # The last row of pixels may be taken from, or left to, the line under it.
    assert changed[header].mean() > 0.95
    rim = cv2.dilate(header.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    assert not changed[~rim].any()
    assert (page.pixels[changed] == 255 - pixels[changed]).all()
    found = page.steps[-1].found
    assert found["inverted"] == "parts"
    assert np.abs(np.array(found["regions"]) - [HEADER]).max() <= 2
    assert not is_light_on_dark(pixels)


def test_a_button_and_a_coloured_header():
    picture = Image.new("RGB", (300, 200), (250, 250, 245))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((40, 120, 180, 160), radius=14, fill=(0, 90, 170))
    draw.text((62, 128), "Send order", (255, 255, 255), font=ImageFont.load_default(18))
    draw.text((40, 40), "Press the button:", (20, 20, 20), font=ImageFont.load_default(18))
    regions = polarity_map(np.asarray(picture)).regions
    assert len(regions) == 1
    assert np.abs(np.array(list(regions[0])) - (40, 120, 141, 41)).max() <= 2


def test_a_light_box_on_a_dark_page_keeps_its_dark_text():
    pixels = 255 - pages.text_gray(420, 300)
    box = Image.new("L", (200, 80), 235)
    ImageDraw.Draw(box).text((12, 28), "Dark on light here", 20, font=ImageFont.load_default(18))
    pixels[120:200, 100:300] = np.asarray(box)
    page = NormalizePolarity()(pages.page(pixels))
    assert page.steps[-1].found["inverted"] == "parts"
    assert (page.pixels[124:196, 104:296] == pixels[124:196, 104:296]).all()
    dark = page.pixels < 128
    assert dark[:110].mean() < 0.2
    assert dark[124:196, 104:296].mean() < 0.2


@pytest.mark.parametrize(
    "pixels",
    [
        pages.text_gray(),
        pages.text_gray(size=32),
        pages.text_gray() > 128,
        pages.scan_rgb(),
        photograph(),
        photograph(3),
        np.zeros((120, 160), np.uint8),
        np.full((120, 160), 255, np.uint8),
        np.random.default_rng(2).integers(0, 256, (150, 200)).astype(np.uint8),
        table(text=""),
    ],
    ids=["text", "large text", "binary", "scan", "photo", "photo 2", "black", "white", "noise", "header without text"],
)
def test_everything_else_is_left_alone(pixels):
    page = NormalizePolarity()(pages.page(pixels))
    assert (page.pixels == pages.page(pixels).pixels).all()
    assert page.steps[-1].found["inverted"] == "nothing"


def test_shaded_paper_is_no_dark_ground():
    pixels = pages.text_gray(420, 300).astype(np.float32)
    pixels[:, :200] *= 0.5
    assert not polarity_map(pixels.astype(np.uint8)).mask.any()


@pytest.mark.parametrize(
    ("light", "seed"), [("shadow", 6), ("shadow", 36), ("shadow", 54), ("gradient", 48), ("phone", 21)]
)
def test_ruled_fields_at_a_shadow_s_edge_are_no_letters(light, seed):
    # Bubbles there are as light as the paper around them; lit parts of a frame have bubbles in them.
    assert not polarity_map(make_sheet(light, seed).pixels).mask.any()


@pytest.mark.parametrize("seed", [18, 22])
def test_lit_cells_of_a_shaded_table_are_no_letters(seed):
    # The text on the shaded paper is far smaller than they are.
    assert not polarity_map(photo(seed).pixels).mask.any()


def test_sheets_in_shadow_are_not_turned():
    page = pages.page(make_sheet("shadow", 6).pixels)
    assert not Binarize()(page).steps[-1].found["inverted"]


def test_letters_beside_dark_rules_stay_found():
    pixels = np.full((120, 420), 70, np.uint8)
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    for row in range(3):
        draw.text((30, 12 + row * 36), "Light words between rules", 220, font=ImageFont.load_default(18))
        draw.line((20, 38 + row * 36, 400, 38 + row * 36), fill=10, width=3)
    assert is_light_on_dark(np.asarray(picture))


def test_the_scanner_s_black_edge_is_no_dark_ground():
    pixels = np.pad(pages.text_gray(), 40, constant_values=12)
    assert not polarity_map(pixels).mask.any()


def test_bold_letters_that_touch_are_no_header():
    picture = Image.new("L", (300, 60), 255)
    ImageDraw.Draw(picture).text((10, 10), "mmm 0080 boom", 0, font=ImageFont.load_default(30), stroke_width=3)
    assert not polarity_map(np.asarray(picture)).mask.any()


def test_scopes():
    pixels = table()
    header, dark_page = pages.page(pixels), pages.page(255 - pages.text_gray())
    assert NormalizePolarity("whole")(header).steps[-1].found["inverted"] == "nothing"
    assert NormalizePolarity("parts")(header).steps[-1].found["inverted"] == "parts"
    assert NormalizePolarity("whole")(dark_page).steps[-1].found["inverted"] == "whole"
    assert NormalizePolarity("parts")(dark_page).steps[-1].found["inverted"] == "parts"


def test_twice_is_once():
    once = NormalizePolarity()(pages.page(table()))
    twice = NormalizePolarity()(once)
    assert (twice.pixels == once.pixels).all()


def test_large_pages_are_measured_reduced_and_turned_in_full():
    pixels = cv2.resize(table(0, 255, 0, 255), None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST)
    page = NormalizePolarity()(pages.page(pixels))
    changed = page.pixels != pixels
    header = np.kron(in_header(), np.ones((6, 6), bool))
    assert changed[header].mean() > 0.97
    assert changed[~header].mean() < 0.005
