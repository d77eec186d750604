"""A few bands of a page that stand for all of its text: small enough to be read several times."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from ocrprep import geometry
from ocrprep.analysis._glyphs import glyphs
from ocrprep.page import Page, PixelMode, convert_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from ocrprep.page import Pixels
    from ocrprep.result import Word

BANDS = 2
_WIDTH, _LOW, _LEAST_ROWS, _GAP = 800, 0.05, 30, 72
_REACH, _BETWEEN = 0.8, 0.2
"""Lines' heights: how far from its place a cut may lie, and over how many rows it must be empty."""

_LINES = 2.5
"""A band holds about so many lines at least."""

_WHOLE = 0.6
"""Share of the page from which on the page itself is taken: cutting it would save little."""

Spans: TypeAlias = "tuple[tuple[float, float], ...]"
"""Top and bottom row of each band, from above."""


def all_of(page: Page) -> Spans:
    """The page as one band."""
    return ((0.0, float(page.height)),)


def bands(page: Page, share: float, line: float | None = None) -> Spans:
    """Bands across the page, spread evenly over its text and cut between lines.

    Args:
        page: any.
        share: of the page's text, 0–1.
        line: a line's height in pixels where it is known.

    Returns:
        All of the page where it is low; none where nothing looks like text.
    """
    energy = _upright_edges(page.pixels)
    total = float(energy.sum())
    if total <= 0:
        return ()
    pitch = line or _LEAST_ROWS / _LINES
    reach = round(_REACH * pitch)
    least = max(_LEAST_ROWS, round(_LINES * line)) if line else _LEAST_ROWS
    if BANDS * least >= _WHOLE * page.height:
        return all_of(page)
    cumulated = np.cumsum(energy) / total
    # Over half an x-height: a row of descenders alone is nearly as empty as the paper below it.
    rows = max(3, round(_BETWEEN * pitch))
    calm = np.asarray(cv2.blur(energy[:, None], (1, rows), borderType=cv2.BORDER_REPLICATE)[:, 0], np.float64)
    spans: list[tuple[int, int]] = []
    for band in range(BANDS):
        ends = ((band + 0.5) / BANDS - 0.5 * share / BANDS, (band + 0.5) / BANDS + 0.5 * share / BANDS)
        top, bottom = (int(place) for place in np.searchsorted(cumulated, ends))
        short = max(0, least - (bottom - top))
        top = _between_lines(calm, top - short // 2, reach)
        bottom = _between_lines(calm, bottom + short // 2, reach)
        if spans and top < spans[-1][1]:
            top = spans[-1][1]
        if bottom - top >= least // 2:
            spans.append((top, bottom))
    if sum(bottom - top for top, bottom in spans) >= _WHOLE * page.height:
        return all_of(page)
    return tuple((float(top), float(bottom)) for top, bottom in spans)


def sample(page: Page, spans: Spans, of: Page) -> Page:
    """The bands one below the other: a page without a way back to its source.

    Args:
        page: to cut from.
        spans: rows of the other page.
        of: the page that the spans were found on; this one may be a copy of it, cut or in another size.

    Returns:
        The page itself where the only band is all of it.
    """
    if spans == all_of(of):
        return page
    across = np.linalg.inv(page.to_source) @ of.to_source
    places = geometry.apply(across, np.array([(of.width / 2, row) for span in spans for row in span]))[:, 1]
    rows = np.clip(np.rint(places), 0, page.height).astype(int).reshape(-1, 2)
    stacked = _stacked(page.pixels, [(top, bottom) for top, bottom in rows.tolist()])
    return replace(page, pixels=stacked, unbinarized=None)


def covered(page: Page, words: Sequence[Word], x_height: float) -> float:
    """How much of what is as large as letters lies in words: what an engine does not see has no confidence.

    Args:
        page: the one that was read.
        words: read on it.
        x_height: of its type, in pixels.

    Returns:
        A share of the letters' widths, 0–1; 1.0 where there are none.
    """
    found = glyphs(convert_pixels(page.pixels, PixelMode.GRAY))
    letters = found.boxes[found.of_letter_size(x_height)]
    left, top, wide, high = (letters[:, :4] * np.tile(found.factor, 2)).T
    across, down = left + wide / 2, top + high / 2
    inside = np.zeros(len(wide), bool)
    for box in (word.box for word in words):
        inside |= (across >= box.left) & (across <= box.right) & (down >= box.top) & (down <= box.bottom)
    return float(wide[inside].sum() / wide.sum()) if len(wide) else 1.0


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
