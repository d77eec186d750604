"""Whole pages of text in known sizes, for tests that measure text."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep import geometry

WORDS = [
    "quick",
    "brown",
    "foxes",
    "jump",
    "over",
    "lazy",
    "dogs",
    "while",
    "the",
    "invoice",
    "numbers",
    "of",
    "that",
    "day",
    "were",
    "paid",
    "in",
    "full",
    "by",
    "many",
    "a",
    "friend",
    "Letters",
    "and",
    "words",
    "of",
    "different",
    "lengths",
    "should",
    "be",
    "seen",
    "here",
    "The",
    "It",
    "Was",
    "1984",
    "and",
    "42",
    "more",
]


@functools.cache
def text_page(
    width: int = 700, height: int = 900, size: int = 20, *, words: tuple[str, ...] = tuple(WORDS), lines: int = 1000
) -> np.ndarray:
    """Ragged lines of text, dark on light; (height, width) uint8, read-only."""
    random = np.random.default_rng(5)
    picture = Image.new("L", (width, height), 230)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    margin = 40
    for row in range(min(lines, int((height - 2 * margin) / (1.5 * size)))):
        text = ""
        limit = (width - 2 * margin) * (0.5 if random.random() < 0.15 else 1.0)
        while font.getlength(longer := f"{text}{random.choice(words)} ") <= limit:
            text = longer
        draw.text((margin, margin + int(row * 1.5 * size)), text, 35, font=font)
    pixels = np.asarray(picture).copy()
    pixels.flags.writeable = False
    return pixels


def rendered_height(letter: str, size: int) -> int:
    """Rows of a letter in that font."""
    return -int(ImageFont.load_default(size).getbbox(letter, anchor="ls")[1])


def tilted(pixels: np.ndarray, angle: float, paper: int = 230) -> np.ndarray:
    """The page turned counter-clockwise about its middle, in its old size, by OpenCV alone."""
    height, width = pixels.shape[:2]
    matrix = geometry.to_pixel_centres(geometry.rotation(angle, (width / 2, height / 2)))
    return cv2.warpAffine(pixels, matrix[:2], (width, height), flags=cv2.INTER_CUBIC, borderValue=[paper] * 3)
