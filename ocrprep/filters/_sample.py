"""A few bands of a page that stand for all of its text: small enough to be read several times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ocrprep.page import Page, PixelMode, convert_pixels

if TYPE_CHECKING:
    import numpy.typing as npt

    from ocrprep.page import Pixels

BANDS = 4
_WIDTH, _LOW, _LEAST_ROWS, _GAP = 800, 0.15, 40, 24
_WHOLE = 0.6
"""Share of the page from which on the page itself is taken: cutting it would save little."""


def sample(page: Page, share: float) -> Page | None:
    """Bands across the page, spread evenly over its text and cut between lines, one below the other.

    Args:
        page: any.
        share: of the page's rows, 0–1.

    Returns:
        A page without a way back to its source; the page itself where it is low; None where nothing looks like text.
    """
    energy = _upright_edges(page.pixels)
    total = float(energy.sum())
    if total <= 0:
        return None
    rows = max(round(page.height * share / BANDS), _LEAST_ROWS)
    if BANDS * rows >= _WHOLE * page.height:
        return page
    cumulated = np.cumsum(energy) / total
    spans: list[tuple[int, int]] = []
    for band in range(BANDS):
        middle = int(np.searchsorted(cumulated, (band + 0.5) / BANDS))
        top, bottom = (
            _between_lines(energy, middle - rows // 2, rows // 3),
            _between_lines(energy, middle + rows // 2, rows // 3),
        )
        if spans and top < spans[-1][1]:
            top = spans[-1][1]
        if bottom - top >= _LEAST_ROWS // 2:
            spans.append((top, bottom))
    return replace(page, pixels=_stacked(page.pixels, spans), unbinarized=None) if spans else None


def _upright_edges(pixels: Pixels) -> npt.NDArray[np.float64]:
    """For each row, how much of it are the sides of strokes."""
    gray = convert_pixels(pixels, PixelMode.GRAY)
    height, width = gray.shape
    small = np.asarray(cv2.resize(gray, (min(width, _WIDTH), height), interpolation=cv2.INTER_AREA), np.uint8)
    steps = np.abs(np.diff(small.astype(np.int16), axis=1))
    strong = steps > max(24, int(np.percentile(steps[:: max(1, height // 200)], 99) * 0.4)) if steps.size else steps
    return np.asarray(strong.sum(axis=1), np.float64)


def _between_lines(energy: npt.NDArray[np.float64], row: int, reach: int) -> int:
    """The emptiest row near this one."""
    low, high = max(0, row - reach), min(len(energy), row + reach + 1)
    if low >= high:
        return int(np.clip(row, 0, len(energy)))
    part = energy[low:high]
    calm = np.flatnonzero(part <= part.min() + _LOW * (part.max() - part.min()))
    return int(low + calm[np.argmin(np.abs(calm + low - row))])


def _stacked(pixels: Pixels, spans: list[tuple[int, int]]) -> Pixels:
    # Bars of paper between the bands, so that no line of one is taken for the next line of another.
    level = np.median(pixels[:: max(1, pixels.shape[0] // 200)], axis=(0, 1)).astype(np.uint8)
    bar = np.broadcast_to(level, (_GAP, *pixels.shape[1:])).astype(np.uint8)
    parts = [bar]
    for top, bottom in spans:
        parts += [pixels[top:bottom], bar]
    return np.ascontiguousarray(np.concatenate(parts))
