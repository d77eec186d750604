"""A clip by code: a hand-held camera before a running meter, under a lamp that flickers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Frame = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 640, 480
PANEL = (900, 680)
DIGITS, DIGIT = 6, (74, 104)
COUNTER = (190, 230)
GAUGE, RADIUS = (690, 490), 95
GRAIN, GRAINS = 11.0, 4


def clip(frames: int, seed: int = 1) -> Iterator[Frame]:
    """Frames of 480×640×3 in RGB, each made when it is asked for; the same seed gives the same clip."""
    rng = np.random.default_rng(seed)
    panel, digits = _panel(), [_digit(value) for value in range(10)]
    grains = rng.normal(0.0, GRAIN, (GRAINS, HEIGHT, WIDTH, 3)).astype(np.float32)
    shade = _shade()
    x, y, turn = 0.0, 0.0, 0.0
    for number in range(frames):
        scene = panel.copy()
        _count(scene, digits, 30417 + number // 3)
        _needle(scene, 225.0 - 2.0 * number)
        # A hand drifts, and is pulled back to where it wants to be.
        x, y = (0.9 * value + step for value, step in zip((x, y), rng.normal(0.0, 2.5, 2), strict=True))
        turn = 0.9 * turn + float(rng.normal(0.0, 0.25))
        seen = _seen(scene, 45.0 * math.sin(number / 25.0) + x, y, turn)
        # A lamp on alternating current beats with the shutter.
        light = 0.66 + 0.28 * math.sin(number * 0.9) + 0.05 * float(rng.normal())
        shown = seen * (shade * np.float32(light)) + grains[rng.integers(GRAINS)][:, :: int(rng.choice([-1, 1]))]
        yield np.clip(shown, 0.0, 255.0).astype(np.uint8)


def _panel() -> Frame:
    picture = Image.new("RGB", PANEL, (72, 84, 92))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((60, 50, 840, 630), 24, fill=(232, 229, 218), outline=(40, 40, 40), width=4)
    pen.text((110, 80), "COLD WATER METER", (30, 40, 60), font=ImageFont.load_default(46))
    pen.text((110, 145), "No. 83-20517   Qn 2.5   class B   30 °C", (60, 60, 60), font=ImageFont.load_default(28))
    left, top = COUNTER
    pen.rounded_rectangle(
        (left - 14, top - 14, left + DIGITS * DIGIT[0] + 14, top + DIGIT[1] + 14), 8, fill=(25, 25, 25)
    )
    pen.text((left + DIGITS * DIGIT[0] + 30, top + 30), "m", (30, 40, 60), font=ImageFont.load_default(52))
    # The built-in font has no superscript.
    pen.text((left + DIGITS * DIGIT[0] + 80, top + 18), "3", (30, 40, 60), font=ImageFont.load_default(32))
    for row, line in enumerate(("Read the black digits.", "Report leaks at once.", "Next check: 2031")):
        pen.text((110, 430 + 46 * row), line, (60, 60, 60), font=ImageFont.load_default(34))
    (x, y), reach = GAUGE, RADIUS
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=(250, 250, 248), outline=(40, 40, 40), width=4)
    for mark in range(10):
        inner, outer = (_around(36.0 * mark, share * reach) for share in (0.8, 0.93))
        pen.line((*inner, *outer), (40, 40, 40), 4)
    return np.array(picture)


def _digit(value: int) -> Frame:
    wheel = Image.new("RGB", DIGIT, (245, 245, 240))
    pen = ImageDraw.Draw(wheel)
    pen.rectangle((0, 0, DIGIT[0] - 1, DIGIT[1] - 1), outline=(25, 25, 25), width=5)
    middle = (DIGIT[0] / 2, DIGIT[1] / 2)
    pen.text(middle, str(value), (20, 20, 20), font=ImageFont.load_default(84), anchor="mm")
    return np.array(wheel)


def _count(scene: Frame, digits: list[Frame], value: int) -> None:
    (left, top), (width, height) = COUNTER, DIGIT
    for place, letter in enumerate(f"{value:0{DIGITS}d}"):
        scene[top : top + height, left + place * width : left + (place + 1) * width] = digits[int(letter)]


def _needle(scene: Frame, angle: float) -> None:
    tip = tuple(round(value) for value in _around(angle, 0.75 * RADIUS))
    cv2.line(scene, GAUGE, tip, (190, 30, 30), 7, cv2.LINE_AA)
    cv2.circle(scene, GAUGE, 10, (40, 40, 40), -1, cv2.LINE_AA)


def _around(angle: float, reach: float) -> tuple[float, float]:
    """A point around the gauge; degrees, counter-clockwise from the right."""
    radians = math.radians(angle)
    return GAUGE[0] + reach * math.cos(radians), GAUGE[1] - reach * math.sin(radians)


def _seen(scene: Frame, x: float, y: float, turn: float) -> Frame:
    """The part of the panel before the camera, which looks ``x``, ``y`` pixels beside its middle."""
    matrix = cv2.getRotationMatrix2D((PANEL[0] / 2 + x, PANEL[1] / 2 + y), turn, 0.8)
    matrix[:, 2] += WIDTH / 2 - PANEL[0] / 2 - x, HEIGHT / 2 - PANEL[1] / 2 - y
    return np.asarray(cv2.warpAffine(scene, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _shade() -> npt.NDArray[np.float32]:
    """Light from the upper left, H×W×1, 0.7 … 1.1."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return (1.1 - 0.4 * (0.5 * rows / HEIGHT + 0.5 * columns / WIDTH))[..., None]
