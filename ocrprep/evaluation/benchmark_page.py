"""The page that speed is measured on, and the filters as they are measured."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep import filters
from ocrprep.filters.base import Filter
from ocrprep.page import Page, PixelMode, Pixels, Source

WIDTH, HEIGHT = 2480, 3508
"""A4 at 300 dots per inch."""

NEED_COLOUR = frozenset({"drop_color", "to_grayscale"})
"""Filters that leave a gray page as it is."""

_TILT = 0.8
_WORDS = (
    "the of and to in that was his with as had for on by this were from they which one you all her there been their "
    "invoice number total amount 1984 paid 27.50 page letter between quickly brown foxes jump over lazy dogs, while "
    "Committee report: timber paint wages council votes Thursday. Bridge inspected October, engineers found 148 bolts"
)


def benchmark_page(width: int = WIDTH, height: int = HEIGHT, *, colour: bool = False, seed: int = 7) -> Page:
    """A scan made by code, the same on every machine, with something to do for every filter.

    Lines of 10-point type when ``width`` is that of A4, ruled lines, a slope of 0.8 degrees, light that falls off to
    the right, grain, specks, and a dark band at the left edge.

    Args:
        width: in pixels; the type grows with it.
        height: in pixels.
        colour: yellowish paper with a red stamp, RGB; otherwise GRAY.
        seed: of the words, the specks and the grain.

    Returns:
        The page, with the dots per inch that make it as wide as A4.
    """
    random = np.random.default_rng(seed)
    levels = _turned(_typed(width, height, random)).astype(np.float32)
    across = np.linspace(0, 1, width, dtype=np.float32)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    levels *= 1 - 0.3 * across - 0.1 * down
    specks = width * height // 20_000
    levels[random.integers(0, height, specks), random.integers(0, width, specks)] = 50
    levels[:, : width // 80] = 30
    levels += 4 * random.standard_normal((height, width), dtype=np.float32)
    source = Source("benchmark.png", width=width, height=height)
    dpi = (300 * width / WIDTH,) * 2
    if not colour:
        return Page(_levels(levels), PixelMode.GRAY, dpi, source=source)
    channels = [levels, levels * 0.97, levels * 0.88]
    stamp = slice(height // 2, height // 2 + height // 20), slice(width // 2, width // 2 + width // 6)
    for channel, left in zip(channels, (0.9, 0.25, 0.25), strict=True):
        channel[stamp] *= left
    return Page(np.stack([_levels(channel) for channel in channels], axis=-1), PixelMode.RGB, dpi, source=source)


def _levels(values: np.ndarray[Any, Any]) -> Pixels:
    return np.asarray(np.clip(values, 0, 255).round(), np.uint8)


def _typed(width: int, height: int, random: np.random.Generator) -> Pixels:
    size = max(6.0, width / 60)
    picture = Image.new("L", (width, height), 240)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    words, margin = _WORDS.split(), round(width / 12)
    step = 1.6 * size
    for row in range(int((height - 2 * margin) / step)):
        line = ""
        # A ragged edge, and now and then the end of a paragraph.
        limit = (width - 2 * margin) * (0.5 if random.random() < 0.15 else 1.0)
        while font.getlength(longer := f"{line}{random.choice(words)} ") <= limit:
            line = longer
        pen.text((margin, margin + row * step), line, 40, font=font)
    rule = max(1, width // 800)
    for row in range(4):
        y = round(height - margin * (0.9 - 0.25 * row))
        pen.line([(margin, y), (width - margin, y)], 60, rule)
    return np.asarray(picture, np.uint8)


def _turned(pixels: Pixels) -> Pixels:
    height, width = pixels.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), _TILT, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def benchmark_filter(kind: str, width: int = WIDTH, height: int = HEIGHT) -> Filter:
    """The filter of a kind as it is measured: with its defaults, or where these would do nothing, with a usual value.

    Raises:
        ConfigError: no such filter.
    """
    right, low = 0.95 * width, 0.95 * height
    chosen: dict[str, dict[str, Any]] = {
        "crop": {"area": (width // 10, height // 10, max(1, width * 4 // 5), max(1, height * 4 // 5))},
        "dilate": {"binarize": False},
        "perspective": {"corners": ((0.05 * width, 0.03 * height), (right, 0.0), (0.97 * width, low), (0.0, low))},
        "resize": {"width": max(1, width * 2 // 3), "height": max(1, height * 2 // 3)},
        "rotate": {"angle": 2.0},
        "scale": {"ratio": 1.5},
        "scale_to_text_height": {"x_height": 30.0},
        "threshold": {"value": 128},
    }
    cls = filters.lookup(kind)
    kind = str(cls.model_fields["kind"].default)
    return cls(**chosen[kind]) if kind in chosen else cls.example()


def benchmark_page_for(kind: str, width: int = WIDTH, height: int = HEIGHT) -> Page:
    """The benchmark page that a filter is measured on: gray, unless that would leave it nothing to do."""
    return benchmark_page(width, height, colour=kind in NEED_COLOUR)
