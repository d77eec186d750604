"""A page and the smaller copies of it that several measurements share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import Glyphs, busiest, glyphs, reduced_gray
from ocrprep.analysis.background import background, background_reduced, default_window
from ocrprep.analysis.levels import histogram, otsu_level
from ocrprep.page import PixelMode, Pixels, convert_pixels

SMALL = 1_200_000
"""Pixels of the reduced page: its letters are still letters, and it costs a seventh of A4 at 300 dpi."""

_TILES = 16
"""Tiles along the longer side: on A4 about 19 mm, some lines of text."""

_LETTERS = 3
"""So many letters make it sure that a tile is paper, not picture or table top."""

_LEAST_CONTRAST = 12
"""Gray levels; what is fainter is no ink."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Ink is dark here: a page of light type on dark is put in as its negative.

    Args:
        gray: (H, W) uint8.
        small: (h, w) uint8, averaged down to at most 1.2 million pixels.
        paper: (h, w) uint8, how bright the paper is under the ink; see ``analysis.background``.
        found: the components of ink, in pixels of ``small``, with the factor to those of ``gray``.
    """

    gray: Pixels
    small: Pixels
    paper: Pixels
    found: Glyphs


@dataclass(frozen=True, slots=True)
class Ink:
    """The part of a page with the most ink ends, in full size.

    Args:
        part: (h, w) uint8, cut out of the page.
        mask: (h, w) uint8, 255 on ink.
        level: how bright the ink is as a share of the paper beside it, 0–1: that of the darker quarter of its pixels,
            since edges are half paper.
        depth: darkness of the blackest twentieth of its pixels as a share of the paper's brightness, 0–1: what blur has
            left of solid ink in the thickest places.
    """

    part: Pixels
    mask: Pixels
    level: float
    depth: float


def sheet(pixels: Pixels) -> Sheet:
    """Reduce a page and find its paper and its ink.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.
    """
    gray = convert_pixels(pixels, PixelMode.GRAY)
    small = reduced_gray(gray, SMALL)
    found = replace(glyphs(small), factor=(gray.shape[1] / small.shape[1], gray.shape[0] / small.shape[0]))
    height, width = small.shape
    paper = np.asarray(cv2.resize(background_reduced(small), (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return Sheet(gray, small, paper, found)


def paper_levels(page: Sheet, ignore: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.float64]:
    """(n,) brightness of the paper in each tile that has type on it, 0–255; of every tile where hardly any has.

    Args:
        page: the page.
        ignore: (h, w) bool, of the reduced page's shape: tiles that lie in it for a tenth or more do not count.
    """
    height, width = page.small.shape
    side = max(1.0, max(height, width) / _TILES)
    rows, columns = max(1, round(height / side)), max(1, round(width / side))
    levels = cv2.resize(page.paper, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.float64)
    left, top, wide, high, area = page.found.boxes.T
    letter = (area >= 5) & (high >= 3) & (wide >= 2) & (high <= 0.05 * height) & (wide <= 0.1 * width)
    tile = (top + high // 2)[letter] * rows // height * columns + (left + wide // 2)[letter] * columns // width
    typed = (np.bincount(tile, minlength=rows * columns) >= _LETTERS).reshape(rows, columns)
    if ignore is not None:
        covered = cv2.resize(ignore.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
        typed &= np.asarray(covered) < 0.1
    return levels[typed] if np.count_nonzero(typed) >= 4 else levels.ravel()


def ink(page: Sheet) -> Ink | None:
    """The ink where there is most of it; None where nothing stands out from the paper by 12 levels."""
    part = np.ascontiguousarray(busiest(page.gray, page.found))
    flat = np.asarray(cv2.divide(part, np.maximum(background(part), 1), scale=255), np.uint8)
    # Borders, pictures and bars may be of another black than the type, which a level between them would miss.
    thin = _without_thick(flat)
    thin[_bands(part)] = 255
    return _inked(part, thin) or _inked(part, flat)


def _bands(part: Pixels) -> npt.NDArray[np.bool_]:
    """Dark areas too large to be closed over with paper, and as far around them as they darken it."""
    paper = float(np.percentile(part[::3, ::3], 75))
    dark = cv2.threshold(part, 0.5 * paper, 255, cv2.THRESH_BINARY_INV)[1]
    window = default_window(*part.shape)
    side = max(3, window // 2)
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    reach = 2 * window + 1
    return np.asarray(cv2.dilate(thick, np.ones((reach, reach), np.uint8))) > 0


def _without_thick(flat: Pixels) -> Pixels:
    mask = np.asarray(cv2.threshold(flat, otsu_level(flat), 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    side = max(15, min(flat.shape) // 25)
    thick = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    if not cv2.countNonZero(thick):
        return flat.copy()
    # The soft rim and the ragged corners go with it.
    rim = np.asarray(cv2.dilate(thick, np.ones((side // 2 * 2 + 1,) * 2, np.uint8)), np.uint8)
    return np.asarray(cv2.bitwise_or(flat, rim), np.uint8)


def _inked(part: Pixels, flat: Pixels) -> Ink | None:
    cut = otsu_level(flat)
    counts = histogram(flat)
    dark, light = counts[: cut + 1].cumsum(), counts[cut + 1 :].cumsum()
    if dark[-1] == 0.0 or light.size == 0 or light[-1] == 0.0:
        return None
    level, solid = (int(np.searchsorted(dark, share * dark[-1])) for share in (0.25, 0.05))
    ground = cut + 1 + int(np.searchsorted(light, 0.5 * light[-1]))
    if ground - level < _LEAST_CONTRAST:
        return None
    mask = np.asarray(cv2.threshold(flat, cut, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    return Ink(part, mask, level / ground, 1.0 - solid / ground)
