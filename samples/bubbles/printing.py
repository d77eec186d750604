"""The printed answer sheet: marks at its corners, an identity number, questions with five choices."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from samples.bubbles.layout import Block, Layout, grid

WIDTH, HEIGHT = 700, 900
MARKS = ("square", "disc", "target")
CORNERS = np.array([(42.0, 42.0), (658.0, 42.0), (658.0, 858.0), (42.0, 858.0)])
"""Centres of the four marks: top left, top right, bottom right, bottom left."""

_PAPER, _INK, _FRAME = 238, 40, 95
_BUBBLE, _SIZE, _FINE = 18.0, 15.0, 3
_DIGITS, _CHOICES = tuple("0123456789"), tuple("ABCDE")


def sheet_layout() -> Layout:
    """The bubbles of the printed sheet: 8 digits and 45 questions of 5 choices."""
    size = (_BUBBLE, _BUBBLE)
    across, down = np.array([26.0, 0.0]), np.array([0.0, 23.0])
    blocks = [Block("id", tuple(f"id{n}" for n in range(1, 9)), _DIGITS, grid((92, 108), 8, 10, across, down), size)]
    for column in range(3):
        fields = tuple(f"q{15 * column + row}" for row in range(1, 16))
        centres = grid((108.0 + 196.0 * column, 390.0), 15, 5, np.array([0.0, 30.0]), across)
        blocks.append(Block(f"questions {column + 1}", fields, _CHOICES, centres, size))
    return Layout(WIDTH, HEIGHT, tuple(blocks))


@cache
def printed_sheet(marks: str) -> npt.NDArray[np.uint8]:
    """The empty sheet, (900, 700) gray.

    Args:
        marks: one of ``MARKS``.
    """
    fine = Image.new("L", (WIDTH * _FINE, HEIGHT * _FINE), _PAPER)
    draw = ImageDraw.Draw(fine)
    for x, y in CORNERS:
        _mark(draw, marks, x, y)
    _text(draw, 470, 90, "ANSWER SHEET", 24)
    for row, words in enumerate(("Name", "Class", "Date")):
        _text(draw, 360, 170 + 60 * row, words, 14)
        draw.line(_fine(390, 178 + 60 * row, 610, 178 + 60 * row), fill=_FRAME, width=_FINE)
    for block in sheet_layout().blocks:
        _block(draw, block)
    return np.asarray(fine.resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.uint8)


def _fine(*numbers: float) -> tuple[float, ...]:
    return tuple(_FINE * number for number in numbers)


def _text(draw: ImageDraw.ImageDraw, x: float, y: float, words: str, size: float, *, ink: int = _INK) -> None:
    draw.text(_fine(x, y), words, fill=ink, font=_font(size), anchor="mm")


@cache
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FINE * size)


def _mark(draw: ImageDraw.ImageDraw, kind: str, x: float, y: float) -> None:
    if kind == "square":
        draw.rectangle(_fine(x - _SIZE, y - _SIZE, x + _SIZE, y + _SIZE), fill=_INK)
        return
    levels = (_INK,) if kind == "disc" else (_INK, _PAPER, _INK, _PAPER, _INK)
    for step, level in enumerate(levels):
        radius = 1.1 * _SIZE * (1.0 - step / len(levels))
        draw.ellipse(_fine(x - radius, y - radius, x + radius, y + radius), fill=level)


def _block(draw: ImageDraw.ImageDraw, block: Block) -> None:
    low, high = block.centres.min(axis=(0, 1)), block.centres.max(axis=(0, 1))
    left = 20 if block.name == "id" else 48
    draw.rectangle(_fine(low[0] - left, low[1] - 20, high[0] + 20, high[1] + 20), outline=_FRAME, width=_FINE)
    half = _BUBBLE / 2.0
    for field, row in zip(block.fields, block.centres, strict=True):
        if block.name != "id":
            _text(draw, row[0, 0] - 30, row[0, 1], field.removeprefix("q"), 13)
        for value, (x, y) in zip(block.values, row, strict=True):
            draw.ellipse(_fine(x - half, y - half, x + half, y + half), outline=_FRAME, width=_FINE)
            _text(draw, x, y, value, 9, ink=_FRAME + 25)


def shrunk(picture: npt.NDArray[np.uint8], width: int) -> npt.NDArray[np.uint8]:
    """The picture at another width, with its proportions."""
    height = round(picture.shape[0] * width / picture.shape[1])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
