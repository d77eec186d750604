"""The automatic choice between ink and paper, for ``binarize()`` and for filters that binarize on the way.

All sizes follow the page's own stroke width, so that the same page at another resolution gives the same ink:

1. Light text on a dark page is turned round first.
2. Sauvola's threshold in a window of a few strokes finds everything that is darker than its surroundings.
3. Its connected pieces are judged by their sharpness and depth (``_pieces.py``): grain, stains and show-through go.
4. The edge of a stroke is put half-way between its ink and its paper, both measured around it (as Otsu's level lies
   half-way between two narrow classes); of that mask, pieces stay that hold ink of step 3. In the better
   quality the ink is cut out along its edges instead (``_howe.py``).
5. Dark areas much larger than a stroke, which a small window sees as hollow, are filled where their outline is sharp
   (``_filling.py``).
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._otsu import counted, otsu_of
from ocrprep.analysis.levels import otsu_level
from ocrprep.analysis.noise import noise_sigma
from ocrprep.analysis.polarity import is_light_on_dark
from ocrprep.analysis.stroke_width import stroke_width
from ocrprep.filters._contrast import sharp_edges
from ocrprep.filters._darker import darker
from ocrprep.filters._filling import filled
from ocrprep.filters._howe import Measured, cut_along_edges
from ocrprep.filters._local import MID_GRAY, box_sum, paper_beneath
from ocrprep.filters._pieces import ink_of, outline
from ocrprep.filters._runs import Pieces
from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.filters._touching import touching
from ocrprep.page import Dpi, Pixels
from ocrprep.threads import together

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

_SHARP = 0.5
"""Share of its outline that is sharp, for a piece that the better quality left out and that is ink all the same."""

_SQUARE = np.ones((3, 3), np.uint8)

Quality: TypeAlias = Literal["fast", "best"]
"""How the edge of a stroke is found in step 4: half-way between ink and paper, or by Howe's energy (``_howe.py``)."""


def automatic_mask(pixels: Pixels, dpi: Dpi | None, quality: Quality = "fast") -> tuple[Pixels, dict[str, Any]]:
    """Black ink on white paper.

    Args:
        pixels: (H, W) uint8, gray.
        dpi: the page's, or None; not needed, as the page's own strokes are measured.
        quality: how the edges of strokes are found.

    Returns:
        (H, W) uint8 of 0 and 255, and what was found: ``inverted``, and either ``level``, where the page has one or two
        gray levels, or ``stroke_width``, ``window`` and ``k``.
    """
    del dpi
    counts = np.sum(each(pixels.shape[0], 0, lambda strip: counted(pixels[strip.rows])), axis=0)
    used = np.flatnonzero(counts)
    if len(used) == 1:
        return np.full_like(pixels, 255 if used[0] > MID_GRAY else 0), {"inverted": False, "level": MID_GRAY}
    level = otsu_of(counts, pixels)
    # The exact question takes longer than all the rest, and on a page that is mostly light the answer is known.
    inverted = bool(counts[: level + 1].sum() > _MAYBE_DARK * pixels.size) and is_light_on_dark(pixels)
    if inverted:
        pixels = np.asarray(cv2.bitwise_not(pixels), np.uint8)
        counts = counts[::-1]
    if len(used) == 2:
        level = otsu_level(pixels)
        mask = np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
        return mask, {"inverted": inverted, "level": level}
    margin, sharp = together(lambda: _margin(pixels), lambda: sharp_edges(pixels))
    stroke, noise = together(lambda: _stroke(pixels, sharp, margin), lambda: noise_sigma(pixels))
    window = _odd(min(max(_WINDOW * stroke, _SMALLEST), _LARGEST))
    k = _sensitivity(counts, noise)
    facts = {"inverted": inverted, "stroke_width": round(stroke, 2), "window": window, "k": round(k, 4)}
    rough = darker(pixels, window, k)
    paper = paper_beneath(pixels, np.asarray(cv2.erode(rough, _SQUARE), np.uint8), _odd(_PAPER * window))
    ink = ink_of(pixels, rough, paper, sharp, margin, stroke=stroke, noise=noise)
    around = _odd(_INK * window)
    mask = touching(_halfway(pixels, ink, paper, around), ink)
    if quality == "best":
        page = Measured(pixels, ink, paper, sharp, stroke=stroke, noise=noise, window=around)
        mask = _with_missing(touching(cut_along_edges(page), ink), mask, sharp)
    return filled(pixels, mask, sharp, _PAPER * window // 2), facts


def _margin(pixels: Pixels) -> Pixels | None:
    """Black where the page is dark from its edge inwards, as by a scanner's lid or the table; else white.

    None where it is so nowhere.
    """
    height, width = pixels.shape
    step = max(1, int(math.sqrt(pixels.size / _MARGIN_SAMPLE)))
    size = max(1, width // step), max(1, height // step)
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    dark = np.asarray(cv2.threshold(small, otsu_level(small), 255, cv2.THRESH_BINARY)[1], np.uint8)
    pieces = Pieces.of(dark)
    border = pieces.at_border()
    if not border.any():
        return None
    found = cv2.erode(pieces.keep(dark, border), _SQUARE, iterations=_RAMP)
    return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _stroke(pixels: Pixels, sharp: Pixels, margin: Pixels | None) -> float:
    busy = _busiest(sharp)
    type_area = np.ascontiguousarray(pixels[busy])
    painted = type_area
    if margin is not None:
        painted = type_area.copy()
        painted[margin[busy] == 0] = _median(type_area)
    return stroke_width(painted) or stroke_width(type_area) or _USUAL_STROKE


def _median(pixels: Pixels) -> int:
    below = np.cumsum(counted(pixels))
    lower, upper = np.searchsorted(below, ((pixels.size - 1) // 2, pixels.size // 2), side="right")
    return int(lower + upper) // 2


def _busiest(sharp: Pixels) -> tuple[slice, slice]:
    """The part of a big page that holds the most sharp edges: type is measured where there is some."""
    height, width = sharp.shape
    keep = min(1.0, math.sqrt(_SAMPLE / sharp.size))
    if keep == 1.0:
        return slice(None), slice(None)
    rows, columns = max(_CELL, int(height * keep)), max(_CELL, int(width * keep))
    small = (-(-width // _CELL), -(-height // _CELL))
    cells = _averaged(sharp, small)
    size = (max(1, columns // _CELL), max(1, rows // _CELL))
    busy = cv2.boxFilter(cells, cv2.CV_32F, size, anchor=(0, 0), normalize=False, borderType=cv2.BORDER_CONSTANT)
    at = cv2.minMaxLoc(busy)[3]
    top, left = min(at[1] * _CELL, max(0, height - rows)), min(at[0] * _CELL, max(0, width - columns))
    return slice(top, top + rows), slice(left, left + columns)


def _averaged(mask: Pixels, size: tuple[int, int]) -> Pixels:
    """The mask made smaller, each cell the mean of its pixels."""
    if mask.shape[1] != size[0] * _CELL:
        return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.uint8)
    # Eight pixels of 0 or 1 in one number: the product's highest byte is their sum. The mean of a cell's part of a row
    # is then exact, and OpenCV has a sixteenth of the page to go through.
    ones = np.uint64(0x0101010101010101)
    rows = np.empty((mask.shape[0], size[0]), np.float32)

    def add(strip: Strip) -> None:
        halves = ((mask[strip.rows].view(np.uint64) & ones) * ones) >> np.uint64(56)
        np.add(halves[:, 0::2], halves[:, 1::2], out=rows[strip.rows], casting="unsafe")

    each(mask.shape[0], 0, add)
    rows *= np.float32(255 / _CELL)
    return np.rint(cv2.resize(rows, size, interpolation=cv2.INTER_AREA)).astype(np.uint8)


def _sensitivity(counts: npt.NDArray[np.float64], noise: float) -> float:
    share = np.cumsum(counts) / counts.sum()
    paper = max(1, int(np.searchsorted(share, 0.5)))
    contrast = 1 - int(np.searchsorted(share, 0.002)) / paper
    return max(min(_K, _CONTRAST_SHARE * contrast), min(_K, _NOISE_SHARE * noise / paper))


def _with_missing(mask: Pixels, other: Pixels, sharp: Pixels) -> Pixels:
    """The ink of a mask, and the sharp pieces of another of which it holds no pixel; both may be changed."""
    pieces = Pieces.of(other)

    def measured(strip: Strip) -> tuple[Pixels, ...]:
        edge = outline(other, strip)
        found = np.asarray(cv2.bitwise_not(mask[strip.rows]), np.uint8)
        return found, edge, np.asarray(cv2.bitwise_and(edge, sharp[strip.rows]), np.uint8)

    found, edge, sharp_edge = pieces.sums(1, measured)
    missing = (found == 0) & (sharp_edge >= _SHARP * edge)
    return np.asarray(cv2.bitwise_and(mask, pieces.keep(other, missing)), np.uint8)


def _halfway(pixels: Pixels, ink: Pixels, paper: Pixels, window: int) -> Pixels:
    """Step 4: black where a pixel is nearer to the ink around it than to its paper."""

    def work(strip: Strip) -> Pixels:
        own = np.asarray(cv2.bitwise_not(ink[strip.padded]), np.uint8)
        n = box_sum(own & np.uint8(1), window)[strip.inner]
        level = box_sum(np.asarray(cv2.bitwise_and(own, pixels[strip.padded]), np.uint8), window)[strip.inner]
        # 2 · I ≤ paper + level / n without a division; where there is no ink around, 0 ≤ 0 is meant to be false.
        offset = pixels[strip.rows].astype(np.int32)
        offset += offset
        offset -= paper[strip.rows]
        white = np.greater(np.multiply(offset, n, out=offset), level).view(np.uint8)
        white |= np.equal(n, 0).view(np.uint8)
        return np.multiply(white, 255, out=white)

    return mapped(pixels, window // 2, work)


def _odd(size: float) -> int:
    return round(size) | 1
