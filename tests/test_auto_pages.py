"""The automatic choice against one fault at a time: whatever is wrong with the page, Tesseract then reads it all."""

from __future__ import annotations

import functools

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrprep import PreprocessingFilter, TesseractRecognizer
from ocrprep.chain import FilterChain
from ocrprep.evaluation.text import text_scores
from tests.pages import page

PROSE = (
    "The first winter on the island was the hardest. Supplies came by boat every second",
    "week when the sea was calm, and in January it hardly ever was. The keeper wrote down",
    "the height of the waves each morning, with the wind and the colour of the sky, and",
    "nobody had asked him to. He said that a man who counts things sleeps better at night.",
    "In March a storm took the roof of the boat house and most of the garden wall. It was",
    "mended by the end of May, with timber that had been meant for a new stair. The cost",
    "was 148 crowns, which the office paid in full, though only after three letters.",
    "Visitors were few. A painter stayed for a month and left two pictures behind; one of",
    "them still hangs in the kitchen. A party of students came to measure the tide, asked",
    "many questions, and drank all of the coffee. The keeper liked them very much.",
    "By autumn he knew every bird that nested on the cliff, and he had named the seals.",
    "When the lamp was changed to electric light he was offered a post in the harbour, but",
    "he asked to stay. Somebody, he wrote, should be here to see how the weather turns out.",
    "The office agreed, and sent him a better coat, a radio, and a large box of paper.",
)
HEAD = ("Month", "Height of waves", "Wind from", "Boats seen")
TRUTH = " ".join(PROSE)
MARGIN, PAPER, INK = 2.4, 245, 25
"""The first in sizes of the type."""

MOST = 1.0
"""Percent of the characters."""


@functools.cache
def prose(size: int = 38, *, pitch: float = 1.6, head: bool = False) -> np.ndarray:
    """Type of that size, with an x-height of half of it, in lines ``pitch`` sizes apart.

    With ``head`` a dark bar of light words stands above; (H, W) uint8, read-only.
    """
    font = ImageFont.load_default(size)
    margin, step = round(MARGIN * size), pitch * size
    width = 2 * margin + round(max(font.getlength(line) for line in PROSE))
    rows = len(PROSE) + 2 * head
    picture = Image.new("L", (width, 2 * margin + round(rows * step)), PAPER)
    draw = ImageDraw.Draw(picture)
    if head:
        draw.rectangle((margin - size // 2, margin - size // 2, width - margin + size // 2, margin + 3 * size // 2), 40)
        for column, word in enumerate(HEAD):
            draw.text((margin + column * (width - 2 * margin) / len(HEAD), margin), word, 245, font=font)
    for row, line in enumerate(PROSE):
        draw.text((margin, margin + (row + 2 * head) * step), line, INK, font=font)
    pixels = np.asarray(picture).copy()
    pixels.flags.writeable = False
    return pixels


def on_colour(*paper: int) -> np.ndarray:
    """Dark ink on paper of that RGB colour."""
    share = (prose()[..., None].astype(np.float32) - INK) / (PAPER - INK)
    return (INK + share * (np.array(paper) - INK)).round().astype(np.uint8)


def shaded(light: np.ndarray) -> np.ndarray:
    """The page in that light, 1 being full."""
    return (prose() * np.clip(light, 0, 1)).round().astype(np.uint8)


def across() -> np.ndarray:
    """Light that falls off smoothly to 35 %; one row."""
    return np.linspace(1.0, 0.35, prose().shape[1])[None]


def behind_an_edge(wide: float) -> np.ndarray:
    """A shadow that takes 60 % of the light; its edge, so many pixels wide, runs across the page aslant."""
    height, width = prose().shape
    rows, columns = np.mgrid[:height, :width]
    return 1.0 - 0.6 * np.clip((0.78 * (columns - 0.6 * width) + 0.62 * rows) / wide + 0.5, 0, 1)


def coarse() -> np.ndarray:
    """Three pixels each way averaged to one."""
    height, width = (side // 3 for side in prose().shape)
    return cv2.resize(prose()[: 3 * height, : 3 * width], (width, height), interpolation=cv2.INTER_AREA)


def askew(angle: float) -> np.ndarray:
    """Turned counter-clockwise by degrees, on more paper."""
    pixels = cv2.copyMakeBorder(prose(), 250, 250, 250, 250, cv2.BORDER_CONSTANT, value=int(prose()[0, 0]))
    height, width = pixels.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=int(pixels[0, 0]))


def cut(*, all_round: bool) -> np.ndarray:
    """Without the paper around the type, or without that to its left."""
    ink = prose() < 128
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if all_round:
        return prose()[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
    return prose()[:, columns[0] :].copy()


FAULTS = {
    "white on black": (lambda: 255 - prose(), 300),
    "dark table head": (lambda: prose(head=True), 300),
    "light blue paper": (lambda: on_colour(185, 215, 245), 300),
    "yellow paper": (lambda: on_colour(250, 235, 90), 300),
    "orange paper": (lambda: on_colour(255, 130, 0), 300),
    "dark to the right": (lambda: shaded(across()), 300),
    "dark to the left": (lambda: shaded(across()[:, ::-1]), 300),
    "shadow with a soft edge": (lambda: shaded(behind_an_edge(90)), 300),
    "shadow with a sharp edge": (lambda: shaded(behind_an_edge(32)), 300),
    "shadow with a sharper edge": (lambda: shaded(behind_an_edge(7)), 300),
    "set at 100 dpi": (lambda: prose(13), 100),
    "averaged to 100 dpi": (coarse, 100),
    "600 dpi": (lambda: prose(76), 600),
    "climbing by 6 degrees": (lambda: askew(6.0), 300),
    "falling by 9 degrees": (lambda: askew(-9.0), 300),
    "upside down": (lambda: np.rot90(prose(), 2).copy(), 300),
    "on its left side": (lambda: np.rot90(prose(), 1).copy(), 300),
    "on its right side": (lambda: np.rot90(prose(), 3).copy(), 300),
    "cut to its type": (lambda: cut(all_round=True), 300),
    "cut on the left": (lambda: cut(all_round=False), 300),
}


def error_rate(engine, of, head=()):
    """Characters read wrongly, in percent."""
    return text_scores(" ".join((*head, TRUTH)), engine.read(of).recognition_text).cer


def decision(result):
    return next(step for step in result.steps if step.kind == "auto")


@pytest.fixture(scope="module")
def engine():
    return TesseractRecognizer(isolation="none")


@pytest.mark.engine
def test_a_clean_page_is_left_alone(engine):
    before = page(prose(), 300)
    result = PreprocessingFilter.auto()(before, evidence=engine)
    assert result.pixels is before.pixels
    assert FilterChain.from_steps(result.steps) == FilterChain()
    assert decision(result).found["reason"] == "it reads well as it is"
    assert error_rate(engine, result) <= MOST


@pytest.mark.engine
@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_is_mended(engine, fault):
    make, dpi = FAULTS[fault]
    result = PreprocessingFilter.auto()(page(make(), dpi), evidence=engine)
    found = decision(result).found
    # The truth is that of the whole page, also where it is cut: no letter is lost with the paper.
    rate = error_rate(engine, result, HEAD if fault == "dark table head" else ())
    assert rate <= MOST, f"{found['reason']}: {found['chain']}"


@pytest.mark.engine
def test_light_words_in_a_dark_bar_are_read(engine):
    result = PreprocessingFilter.auto()(page(prose(head=True), 300), evidence=engine)
    assert " ".join(HEAD) in engine.read(result).recognition_text


@pytest.mark.engine
@pytest.mark.parametrize("fault", ["upside down", "on its left side", "on its right side"])
def test_the_page_stands_upright_afterwards(engine, fault):
    result = PreprocessingFilter.auto()(page(FAULTS[fault][0](), 300), evidence=engine)
    assert np.array_equal(result.pixels, prose())


@pytest.mark.engine
@pytest.mark.parametrize("size", [30, 36, 44])
@pytest.mark.parametrize("pitch", [1.3, 1.6, 2.0])
def test_no_line_is_cut_through_whatever_their_distance(engine, size, pitch):
    before = page(prose(size, pitch=pitch), 300)
    result = PreprocessingFilter.auto()(before, evidence=engine)
    assert result.pixels is before.pixels, decision(result).found
