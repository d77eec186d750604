"""The histogram of a page as SVG, with the levels that divide it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    from ocrprep.page import Page

_LEFT, _TOP, _TALL, _STEP = 8, 22, 120, 2
_WIDE = 256 * _STEP
_BELOW = 34


def histogram_svg(page: Page, levels: Sequence[float] = ()) -> str:
    """Its 256 gray levels from black to white; heights are square roots, as paper would dwarf all ink.

    The colours are the surrounding text's, so that it is read on a light and on a dark ground.

    Args:
        page: any; colours by their luma.
        levels: 0–255, each drawn as a line with its number.
    """
    gray = convert_pixels(page.pixels, PixelMode.GRAY)
    counts = np.sqrt(cv2.calcHist([gray], [0], None, [256], [0, 256]).ravel())
    heights = counts / max(float(counts.max()), 1.0) * _TALL
    floor = _TOP + _TALL
    told = f"Histogram of gray levels{''.join(f', level {level:g}' for level in levels)}"
    bars = "".join(
        f'<rect x="{_LEFT + level * _STEP}" y="{floor - height:.1f}" width="{_STEP}" height="{height:.1f}"/>'
        for level, height in enumerate(heights)
        if height >= 0.05
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE + 2 * _LEFT} {floor + _BELOW}" role="img" '
        f'aria-label="{told}" class="histogram" font-family="system-ui,sans-serif" font-size="13">'
        f'<g fill="currentColor" fill-opacity="0.45">{bars}</g>'
        f'<path d="M{_LEFT} {floor + 0.5}h{_WIDE}" stroke="currentColor" stroke-opacity="0.6"/>'
        f"{_scale(floor)}{''.join(_line(level, floor) for level in levels)}</svg>"
    )


def _scale(floor: int) -> str:
    shades = "".join(
        f'<rect x="{_LEFT + place * _WIDE / 32:g}" y="{floor + 4}" width="{_WIDE / 32:g}" height="7" '
        f'fill="rgb({shade},{shade},{shade})"/>'
        for place, shade in enumerate(round(index * 255 / 31) for index in range(32))
    )
    ticks = ((0, "start"), (64, "middle"), (128, "middle"), (192, "middle"), (255, "end"))
    numbers = "".join(
        f'<text x="{_at(level)}" y="{floor + 27}" text-anchor="{side}" fill="currentColor">{level}</text>'
        for level, side in ticks
    )
    return shades + numbers


def _line(level: float, floor: int) -> str:
    side = "start" if level < 20 else "end" if level > 235 else "middle"
    return (
        f'<path class="level" d="M{_at(level)} {_TOP - 4}V{floor}" stroke="#d55e00" stroke-width="2"/>'
        f'<text x="{_at(level)}" y="{_TOP - 8}" text-anchor="{side}" fill="#d55e00" font-weight="600">{level:g}</text>'
    )


def _at(level: float) -> float:
    return _LEFT + (level + 0.5) * _STEP
