"""A margin where text touches the frame, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocrprep import geometry
from ocrprep.analysis.margins import margins
from ocrprep.evaluation.text import text_scores
from ocrprep.filters.auto_pad import AutoPad
from ocrprep.page import PixelMode, convert_pixels
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.recognizers import TesseractRecognizer
from tests import pages
from tests.ordinary_pages import ordinary_pages
from tests.photographs import ground
from tests.typeset import text_page

SIDES = ("left", "top", "right", "bottom")
ORDINARY = dict(ordinary_pages())
# Its weave passes for lines of type; a margin around a picture without text does no harm.
ORDINARY.pop("bare cloth desk")


def cut(pixels, sides, spare=0):
    """The page without the paper on some sides, but for some pixels."""
    gray = convert_pixels(np.ascontiguousarray(pixels), PixelMode.GRAY)
    rows, columns = np.nonzero(gray < 128)
    left, top = columns.min() - spare, rows.min() - spare
    right, bottom = columns.max() + 1 + spare, rows.max() + 1 + spare
    height, width = gray.shape
    left, top = left if "left" in sides else 0, top if "top" in sides else 0
    right, bottom = right if "right" in sides else width, bottom if "bottom" in sides else height
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def word(text, size):
    """Some letters, cut out closely."""
    picture = Image.new("L", (40 + size * len(text), 3 * size), 230)
    ImageDraw.Draw(picture).text((20, size), text, 35, font=ImageFont.load_default(size))
    return cut(np.asarray(picture), SIDES)


def in_mode(pixels, mode, *, light_on_dark=False):
    pixels = 255 - pixels if light_on_dark else pixels
    if mode is PixelMode.BINARY:
        pixels = np.where(pixels > 128, 255, 0).astype(np.uint8)
    return replace(pages.page(convert_pixels(pixels, mode)), mode=mode)


def added(page, result):
    """What was added on each side, by the map."""
    found = result.steps[-1].found
    sides = [found[name] for name in SIDES]
    left, top, right, bottom = sides
    assert np.array_equal(result.to_source, page.to_source @ geometry.translation(-left, -top))
    assert (result.width, result.height) == (page.width + left + right, page.height + top + bottom)
    return sides


def paper_of(page):
    return np.median(page.pixels.reshape(-1, *page.pixels.shape[2:]), axis=0)


@pytest.mark.parametrize("light_on_dark", [False, True], ids=["dark type", "light type"])
@pytest.mark.parametrize("mode", list(PixelMode))
@pytest.mark.parametrize("sides", [("left",), ("top",), ("right",), ("bottom",), ("top", "right"), SIDES])
def test_a_margin_is_laid_where_text_touches(sides, mode, light_on_dark):
    page = in_mode(cut(text_page(), sides), mode, light_on_dark=light_on_dark)
    result = AutoPad()(page)
    widths = added(page, result)
    assert [width > 0 for width in widths] == [name in sides for name in SIDES]
    # A quarter of an x-height of about 11 pixels.
    assert {width for width in widths if width} == {3}
    left, top, right, bottom = widths
    inner = result.pixels[top : result.height - bottom, left : result.width - right]
    assert np.array_equal(inner, page.pixels)
    rim = np.ones(result.pixels.shape[:2], bool)
    rim[top : result.height - bottom, left : result.width - right] = False
    assert (np.abs(result.pixels[rim].astype(int) - paper_of(page)) <= 2).all()
    assert result.mode is mode


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    sides=st.sets(st.sampled_from(SIDES)),
    spare=st.integers(0, 1),
    size=st.integers(14, 40),
    light_on_dark=st.booleans(),
)
def test_twice_is_once(sides, spare, size, light_on_dark):
    page = in_mode(cut(text_page(500, 600, size), sides, spare), PixelMode.GRAY, light_on_dark=light_on_dark)
    result = AutoPad()(page)
    assert [width > 0 for width in added(page, result)] == [name in sides for name in SIDES]
    again = AutoPad()(result)
    assert again.pixels is result.pixels
    assert not any(added(result, again))


@pytest.mark.parametrize("name", list(ORDINARY))
def test_pages_with_margins_stay_as_they_are(name):
    page = pages.page(ORDINARY[name])
    result = AutoPad()(page)
    assert result.pixels is page.pixels
    assert geometry.is_identity(result.to_source)
    assert not any(added(page, result))


def bleeding(kind):
    page, random = text_page().copy(), np.random.default_rng(3)
    if kind == "ruled frame":
        cv2.rectangle(page, (0, 0), (699, 899), 20, 2)
    elif kind == "ruled frame, near":
        cv2.rectangle(page, (2, 2), (697, 897), 20, 3)
    elif kind == "rules":
        page[::60] = 30
        page[:, ::350] = 30
    elif kind == "gradient":
        page[:250] = np.linspace(20, 200, 700).astype(np.uint8)
    elif kind == "dark stripe":
        page[:60] = 40
        cv2.putText(page, "Figures", (40, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 240, 3)
    elif kind == "black border":
        page[:25], page[:, -18:] = 8, 8
    elif kind == "ragged border":
        page = np.where(np.add.outer(np.zeros(900), np.arange(700)) < random.integers(4, 14, (900, 1)), 15, page)
    elif kind == "dust":
        page[random.random(page.shape) < 0.002] = 40
    else:
        picture = cv2.cvtColor(np.clip(ground(kind, 900, 300, random), 0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        page[:300] = cv2.resize(picture, (700, 300))
    return page.astype(np.uint8)


@pytest.mark.parametrize(
    "kind",
    [
        "ruled frame",
        "ruled frame, near",
        "rules",
        "gradient",
        "dark stripe",
        "black border",
        "ragged border",
        "dust",
        "wood",
        "dark",
        "light",
    ],
)
def test_what_is_no_text_may_touch(kind):
    page = pages.page(bleeding(kind))
    result = AutoPad()(page)
    assert result.steps[-1].found["x_height"] == pytest.approx(11, abs=0.5)
    assert result.pixels is page.pixels


@pytest.mark.parametrize("text", ["7", "O", "42", "Was", "Total", "98.50", "minimise", "Invoice no. 1234567"])
@pytest.mark.parametrize("size", [14, 40])
@pytest.mark.parametrize("light_on_dark", [False, True], ids=["dark type", "light type"])
def test_a_word_cut_out_closely(text, size, light_on_dark):
    page = in_mode(word(text, size), PixelMode.BINARY, light_on_dark=light_on_dark)
    result = AutoPad()(page)
    assert min(added(page, result)) >= 2
    assert result.pixels[0, 0] == (0 if light_on_dark else 255)


def test_the_bound_and_the_width_are_in_x_heights():
    page = pages.page(text_page())
    found = margins(page.pixels)
    assert found.x_height == pytest.approx(11, abs=0.2)
    assert found.left == pytest.approx(40, abs=3)
    far = AutoPad(near=10, size=3, fill=7)(page)
    assert [width > 0 for width in added(page, far)] == [side < 110 for side in found.sides]
    assert far.steps[-1].found["left"] == 33
    assert (far.pixels[:, :33] == 7).all()
    assert far.steps[-1].found["nearest"]["left"] == round(found.left, 1)
    assert PreprocessingFilter.auto_pad() == AutoPad(0.15, 0.25, "background")


def test_with_an_area_the_margin_is_laid_around_it():
    page = pages.page(text_page())
    whole = cut(text_page(), SIDES)
    rows, columns = np.nonzero(text_page() < 128)
    area = (int(columns.min()), int(rows.min()), whole.shape[1], whole.shape[0])
    result = AutoPad(area=area)(page)
    assert np.array_equal(result.pixels, AutoPad()(pages.page(whole)).pixels)
    assert np.allclose(result.source_points(np.array([(3.0, 3.0)])), [area[:2]])


@pytest.mark.engine
def test_the_engine_reads_more_words_cut_out_closely():
    reader = TesseractRecognizer(page_segmentation_mode=7)
    words = ("Total", "INVOICE", "paid in full", "98.50", "foxes", "1234567", "page 3 of 9", "while")
    images = [(text, pages.page(word(text, size), 300.0)) for text in words for size in (20, 40)]
    before, after = (
        sum(reader.read(change(page)).recognition_text.strip() == text for text, page in images)
        for change in (lambda page: page, AutoPad())
    )
    assert after >= before + 2, f"{before} of {len(images)} words before, {after} after"


@pytest.mark.engine
@pytest.mark.parametrize("size", [16, 20, 26])
def test_the_engine_reads_no_less(size):
    page, reader = pages.page(text_page(700, 500, size), 150.0), TesseractRecognizer()
    truth = reader.read(page).recognition_text
    tight = replace(page, pixels=cut(page.pixels, SIDES))
    before, after = (
        text_scores(truth, reader.read(item).recognition_text).word_f1 for item in (tight, AutoPad()(tight))
    )
    assert after >= max(before, 97)
