"""Pages made by code, the same on every machine: the font that Pillow carries, and a seed."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep.page import Page, PixelMode, Source

TEXT = ("Quick brown foxes", "jump, over: lazy dogs.", "Invoice no. 1234567", "Total: 98.50 (paid)")


def text_gray(width: int = 240, height: int = 150, *, size: int = 19, ink: int = 40, paper: int = 225) -> np.ndarray:
    """Lines of text in a font of ``size`` pixels; (H, W) uint8."""
    picture = Image.new("L", (width, height), paper)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size)
    step = round(size * 1.6)
    for row in range((height - size) // step):
        draw.text((size * 0.6, size * 0.5 + row * step), TEXT[row % len(TEXT)], ink, font=font)
    return np.asarray(picture).copy()


def scan_rgb(width: int = 240, height: int = 150, *, seed: int = 7) -> np.ndarray:
    """The same text as a bad scan: uneven light, a stain, a ruled line, grain, yellowish paper; (H, W, 3) RGB uint8."""
    gray = text_gray(width, height).astype(np.float32)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    light = 1.0 - 0.35 * columns / width - 0.1 * rows / height
    stain = 1.0 - 0.25 * np.exp(-((columns - 0.7 * width) ** 2 + (rows - 0.4 * height) ** 2) / (2 * 18.0**2))
    gray[int(height * 0.93)] = 60
    grain = np.random.default_rng(seed).normal(0, 5, gray.shape)
    gray = gray * light * stain + grain
    colour = np.stack([gray, gray * 0.97, gray * 0.88], axis=-1)
    return np.clip(colour, 0, 255).round().astype(np.uint8)


def page(pixels: np.ndarray, dpi: float | None = 100.0) -> Page:
    """A page of an array; a bool array becomes BINARY."""
    mode = PixelMode.RGB if pixels.ndim == 3 else PixelMode.BINARY if pixels.dtype == bool else PixelMode.GRAY
    pixels = pixels.astype(np.uint8) * 255 if pixels.dtype == bool else pixels
    source = Source("made.png", width=pixels.shape[1], height=pixels.shape[0])
    return Page(pixels, mode, None if dpi is None else (dpi, dpi), source=source)
