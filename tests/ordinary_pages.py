"""Pictures on which there is no page to be found: scans that are the page, and scenes without one."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from tests import pages
from tests.photographs import ground
from tests.typeset import text_page, tilted

WHITE, BLACK = 232, 12


def ordinary_pages() -> Iterator[tuple[str, np.ndarray]]:
    """Names and pixels, each with its own seed."""
    for make in (_scans, _frames, _borders, _colours, _pictures, _slides, _scenes):
        yield from make(np.random.default_rng(len(make.__name__)))


def _noisy(pixels: np.ndarray, random: np.random.Generator, sigma: float) -> np.ndarray:
    return np.clip(pixels + random.normal(0, sigma, pixels.shape), 0, 255).round().astype(np.uint8)


def _page() -> np.ndarray:
    return text_page().copy()


def _scans(random):
    yield "clean", _page()
    yield "noisy", _noisy(_page(), random, 12)
    yield "very noisy", _noisy(_page(), random, 40)
    yield "binary", np.where(_page() > 128, 255, 0).astype(np.uint8)
    yield "bad scan", pages.scan_rgb(600, 800)
    yield "large type", text_page(size=48).copy()
    yield "small type", text_page(1400, 1800, size=18).copy()
    yield "skewed", tilted(_page(), 4)
    yield "light on dark", 255 - _page()
    yield "blank", np.full((900, 700), WHITE, np.uint8)
    yield "blank with grain", _noisy(np.full((900, 700, 3), WHITE, np.uint8), random, 6)
    yield "black", np.full((900, 700), BLACK, np.uint8)
    receipt = text_page(300, 1200, size=16)
    yield "receipt", receipt.copy()
    ramp = np.linspace(0.45, 1.0, 700)
    yield "uneven light", _noisy(_page() * ramp, random, 4)
    folded = _page() * np.where(np.arange(900) < 450, 1.0, 0.86)[:, None]
    yield "folded", _noisy(folded, random, 3)


def _frames(random):
    for thick in (1, 3, 8, 16):
        page = _page()
        cv2.rectangle(page, (50, 60), (650, 840), 20, thick)
        yield f"frame of {thick}", page
        yield f"skewed frame of {thick}", _noisy(tilted(page, 3), random, 4)
    page = _page()
    page[80:820, 40:660] = WHITE
    for y in range(80, 821, 37):
        cv2.line(page, (40, y), (660, y), 30, 2)
    for x in (40, 140, 320, 480, 660):
        cv2.line(page, (x, 80), (x, 820), 30, 2)
    yield "table", page
    yield "skewed table", _noisy(tilted(page, -2.3), random, 5)
    page[80:117, 40:660] = 60
    page[117:820:74, 40:660] = 200
    yield "table with a dark head", tilted(page, 1.2)


def _borders(random):
    for name, sides in (("left", (0, 0, 40, 0)), ("upper", (35, 0, 0, 0)), ("two", (0, 30, 30, 0))):
        top, bottom, left, right = sides
        page = cv2.copyMakeBorder(_page(), top, bottom, left, right, cv2.BORDER_CONSTANT, value=BLACK)
        yield f"dark border, {name}", _noisy(page, random, 3)
    for depth in (8, 25, 60):
        page = np.pad(_page(), depth, constant_values=BLACK)
        yield f"dark border of {depth}", _noisy(page, random, 2)
    turned = tilted(_page(), 1.5, paper=BLACK)
    yield "dark corners", _noisy(turned, random, 2)
    yield "dark border, skewed", _noisy(tilted(np.pad(_page(), 40, constant_values=BLACK), 1.5, BLACK), random, 2)


def _colours(random):
    for name, colour in (("yellow", (1, 0.95, 0.6)), ("green", (0.6, 0.85, 0.65)), ("blue", (0.55, 0.7, 0.95))):
        page = _page()[..., None] * np.array(colour)
        yield f"{name} paper", _noisy(page, random, 4)
    page = _page()[..., None] * np.array((0.75, 0.85, 0.8))
    for top, bottom, left, right in ((300, 720, 60, 640), (120, 200, 60, 640)):
        page[top:bottom, left:right] = 245
    yield "form with light boxes", _noisy(tilted(page.astype(np.uint8), 1.1, 180), random, 3)


def _pictures(random):
    page = _page()
    page[120:600, 70:630] = cv2.resize(random.integers(20, 170, (6, 7), np.uint8), (560, 480))
    yield "page with a picture", page
    yield "skewed page with a picture", _noisy(tilted(page, -3), random, 4)
    page[120:600, 70:630] = 70
    yield "page with a dark box", tilted(page, 2)
    page[150:570, 100:600] = WHITE
    yield "page with a heavy frame", tilted(page, 2)
    page = _page()
    page[100:800, 60:640] = 150
    yield "page with a gray box", _noisy(page, random, 2)


def _slides(random):
    for colour in ((20, 40, 90), (70, 20, 30), (30, 30, 30)):
        slide = np.empty((720, 960, 3), np.uint8)
        slide[:] = colour
        cv2.putText(slide, "Figures of the year", (60, 90), cv2.FONT_HERSHEY_SIMPLEX, 1.8, (250, 250, 250), 4)
        slide[150:660, 80:880] = 240
        for row in range(6):
            cv2.putText(slide, "a point to be made", (120, 220 + 75 * row), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30,) * 3, 3)
        yield f"slide {colour}", slide


def _scenes(random):
    for kind in ("wood", "speckled", "cloth", "dark", "light"):
        yield f"bare {kind} desk", np.clip(ground(kind, 900, 700, random), 0, 255).astype(np.uint8)
    sky = np.linspace(230, 150, 700)[:, None, None] * np.array((0.8, 0.9, 1.0)) * np.ones((1, 900, 1))
    for left in range(0, 900, 90):
        sky[int(random.integers(200, 450)) :, left : left + int(random.integers(60, 90))] = random.integers(40, 140, 3)
    yield "skyline", _noisy(sky, random, 5)
    noise = cv2.GaussianBlur(random.normal(0, 1, (700, 900, 3)), (0, 0), 15)
    yield "foliage", _noisy(120 + 45 * noise / noise.std(), random, 8)
    tiles = np.kron((np.indices((7, 9)).sum(axis=0) % 2) * 120 + 70, np.ones((100, 100)))
    yield "tiles", _noisy(tiles, random, 5)
    road = np.full((700, 900, 3), (120, 150, 190), np.uint8)
    cv2.fillPoly(road, [np.array([(0, 700), (380, 300), (520, 300), (900, 700)])], (95, 95, 98))
    cv2.fillPoly(road, [np.array([(430, 700), (446, 300), (454, 300), (470, 700)])], (240, 240, 240))
    yield "road", _noisy(road, random, 5)
