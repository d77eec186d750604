"""The automatic choice between ink and paper, for ``binarize()`` and for filters that binarize on the way.

All sizes follow the page's own stroke width, so that the same page at another resolution gives the same ink:

1. Light text on a dark page is turned round first.
2. Sauvola's threshold in a window of a few strokes finds everything that is darker than its surroundings.
3. Its connected pieces are judged by their sharpness and depth (``_pieces.py``): grain, stains and show-through go.
4. The edge of a stroke is put half-way between its ink and its paper, both measured around it (as Otsu's level lies
   half-way between two narrow classes); of that mask, pieces stay that hold ink of step 3.
5. Dark areas much larger than a stroke, which a small window sees as hollow, are filled where their outline is sharp.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import histogram, otsu_level
from ocrprep.analysis.noise import noise_sigma
from ocrprep.analysis.polarity import is_light_on_dark
from ocrprep.analysis.stroke_width import stroke_width
from ocrprep.filters._contrast import contrast_image, touching
from ocrprep.filters._local import MID_GRAY, box_sum, mask_by, paper_beneath
from ocrprep.filters._pieces import Pieces, ink_of
from ocrprep.filters._strips import Strip, mapped
from ocrprep.page import Dpi, Pixels

_MAYBE_DARK = 0.4
"""A page with less than this share of dark pixels is no page of light text on dark."""

_SAMPLE, _CELL = 2_000_000, 16
_USUAL_STROKE = 4.0
_MARGIN_SAMPLE, _RAMP = 500_000, 3
"""Pixels that are enough to see a margin by, and over how many of these it may turn into paper."""

_WINDOW, _SMALLEST, _LARGEST = 3.0, 7, 255
_PAPER, _INK = 4, 2.5
"""Sides of the windows that measure paper and ink, in windows of step 2."""

_K, _CONTRAST_SHARE, _NOISE_SHARE = 0.1, 0.6, 4.0
"""Sauvola's k; on a faint page at most this share of its contrast, and at least so many deviations of its grain."""

_SOLID = 0.5
"""Share of the outline of a large dark area that is sharp."""

_EMPTY = 0.02
"""Share of the inside of a large dark area that may be ink by itself."""

_SQUARE = np.ones((3, 3), np.uint8)


def automatic_mask(pixels: Pixels, dpi: Dpi | None) -> tuple[Pixels, dict[str, Any]]:
    """Black ink on white paper.

    Args:
        pixels: (H, W) uint8, gray.
        dpi: the page's, or None; not needed, as the page's own strokes are measured.

    Returns:
        (H, W) uint8 of 0 and 255, and what was found: ``inverted``, and either ``level``, where the page has one or two
        gray levels, or ``stroke_width``, ``window`` and ``k``.
    """
    del dpi
    counts = histogram(pixels)
    used = np.flatnonzero(counts)
    if len(used) == 1:
        return np.full_like(pixels, 255 if used[0] > MID_GRAY else 0), {"inverted": False, "level": MID_GRAY}
    level = otsu_level(pixels)
    # The exact question takes longer than all the rest, and on a page that is mostly light the answer is known.
    inverted = bool(counts[: level + 1].sum() > _MAYBE_DARK * pixels.size) and is_light_on_dark(pixels)
    if inverted:
        pixels = np.asarray(cv2.bitwise_not(pixels), np.uint8)
        counts = counts[::-1]
    if len(used) == 2:
        level = otsu_level(pixels)
        mask = np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
        return mask, {"inverted": inverted, "level": level}
    contrast = contrast_image(pixels)
    sharp = contrast > otsu_level(contrast)
    margin = _margin(pixels)
    busy = _busiest(sharp)
    painted = np.where(margin[busy] == 0, np.uint8(np.median(pixels[busy])), pixels[busy])
    stroke = stroke_width(painted) or stroke_width(np.ascontiguousarray(pixels[busy])) or _USUAL_STROKE
    window = _odd(min(max(_WINDOW * stroke, _SMALLEST), _LARGEST))
    noise = noise_sigma(pixels)
    k = _sensitivity(counts, noise)
    facts = {"inverted": inverted, "stroke_width": round(stroke, 2), "window": window, "k": round(k, 4)}
    darker = mask_by(pixels, window, lambda w: w.m * (1 + k * (w.s / 128 - 1)))
    paper = paper_beneath(pixels, np.asarray(cv2.erode(darker, _SQUARE), np.uint8), _odd(_PAPER * window))
    ink = ink_of(pixels, darker, paper, sharp, margin, stroke=stroke, noise=noise)
    edged = _halfway(pixels, ink, paper, _odd(_INK * window))
    mask = touching(edged, np.asarray(cv2.bitwise_not(ink), np.uint8), 0)
    return _filled(pixels, mask, sharp, window), facts


def _margin(pixels: Pixels) -> Pixels:
    """Black where the page is dark from its edge inwards, as by a scanner's lid or the table; else white."""
    height, width = pixels.shape
    step = max(1, int(math.sqrt(pixels.size / _MARGIN_SAMPLE)))
    size = max(1, width // step), max(1, height // step)
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    dark = np.asarray(cv2.threshold(small, otsu_level(small), 255, cv2.THRESH_BINARY)[1], np.uint8)
    pieces = Pieces.of(dark)
    found = cv2.erode(pieces.mask(pieces.at_border()), _SQUARE, iterations=_RAMP)
    return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _busiest(sharp: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    """The part of a big page that holds the most sharp edges: type is measured where there is some."""
    height, width = sharp.shape
    keep = min(1.0, math.sqrt(_SAMPLE / sharp.size))
    if keep == 1.0:
        return slice(None), slice(None)
    rows, columns = max(_CELL, int(height * keep)), max(_CELL, int(width * keep))
    small = (-(-width // _CELL), -(-height // _CELL))
    cells = np.asarray(cv2.resize(sharp.view(np.uint8) * np.uint8(255), small, interpolation=cv2.INTER_AREA))
    size = (max(1, columns // _CELL), max(1, rows // _CELL))
    busy = cv2.boxFilter(cells, cv2.CV_32F, size, anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)
    at = cv2.minMaxLoc(busy)[3]
    top, left = min(at[1] * _CELL, max(0, height - rows)), min(at[0] * _CELL, max(0, width - columns))
    return slice(top, top + rows), slice(left, left + columns)


def _sensitivity(counts: npt.NDArray[np.float64], noise: float) -> float:
    share = np.cumsum(counts) / counts.sum()
    paper = max(1, int(np.searchsorted(share, 0.5)))
    contrast = 1 - int(np.searchsorted(share, 0.002)) / paper
    return max(min(_K, _CONTRAST_SHARE * contrast), min(_K, _NOISE_SHARE * noise / paper))


def _halfway(pixels: Pixels, ink: Pixels, paper: Pixels, window: int) -> Pixels:
    """Step 4: black where a pixel is nearer to the ink around it than to its paper."""

    def work(strip: Strip) -> Pixels:
        own = np.asarray(cv2.bitwise_not(ink[strip.padded]), np.uint8)
        n = box_sum(own & np.uint8(1), window)[strip.inner]
        level = box_sum(own & pixels[strip.padded], window)[strip.inner]
        # 2 · I ≤ paper + level / n without a division; where there is no ink around, 0 < 0 is never so.
        offset = np.multiply(pixels[strip.rows], 2, dtype=np.int32) - paper[strip.rows]
        black = (offset * n <= level) & (n > 0)
        return np.multiply(~black, 255, dtype=np.uint8)

    return mapped(pixels, window // 2, work)


def _filled(pixels: Pixels, mask: Pixels, sharp: npt.NDArray[np.bool_], window: int) -> Pixels:
    """Step 5: the mask with large areas as dark as its ink: bars, which end sharply and are empty inside; no shadows.

    Letters that reach into a shadow give it a sharp outline; but then there are letters inside it, too.
    """
    level = cv2.mean(pixels, cv2.bitwise_not(mask))[0]
    dark = np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if cv2.countNonZero(cv2.bitwise_and(mask, cv2.bitwise_not(dark))) < mask.size // 10_000:
        return mask
    areas = Pieces.of(dark)
    # The rim that the small window does see is as wide as the reach of the paper's window; grain makes no holes.
    reach = _PAPER * window // 2
    whole = cv2.medianBlur(np.asarray(cv2.bitwise_not(dark), np.uint8), 5)
    inside = cv2.erode(whole, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    inscribed = areas.mean(mask == 0, np.flatnonzero(inside))
    solid = areas.mask((areas.sharp_share(sharp) >= _SOLID) & (inscribed <= _EMPTY))
    return np.asarray(cv2.bitwise_and(mask, solid), np.uint8)


def _odd(size: float) -> int:
    return round(size) | 1
