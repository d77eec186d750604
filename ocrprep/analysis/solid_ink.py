"""Where solid things lie on a ground: leaves, stamps, parts; large ones as well as specks, dark ones beside pale ones.

The automatic method of ``binarize()`` looks for strokes and may hollow out what is much wider. Here the ground is
interpolated beneath the things, each thing's own tone is measured, and its edge is put half-way between the two, where
the edge of a sharp thing lies.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.components import components
from ocrprep.analysis.levels import otsu_level
from ocrprep.page import PixelMode, Pixels, convert_pixels, is_black_and_white

_ROUNDS = 3
_LEAST, _DEVIATIONS = 12.0, 5.0
"""A thing differs from its ground by at least so many gray levels, and so many deviations of the ground's grain."""

_SMALL = 64
"""Cells of the longer side in which the ground is looked for at first."""

_CELL = 8
_SOFT = 2
"""Pixels beside a thing that may still be darkened by it."""

_GRAINY = 0.06
"""Deviations of the grain, as a share of the contrast, from which on pixels are averaged before the edge is put."""

_CLOSE = 7
"""Pixels, across, of the square in which a thing's tone beside its rim is taken. A larger one would reach into the next
thing beyond a gap of two pixels."""


def solid_ink(pixels: Pixels) -> Pixels:
    """What is darker than the ground around it.

    Args:
        pixels: (H, W) or (H, W, 3) uint8. A page of nothing but 0 and 255 is taken as it is: its black is ink.

    Returns:
        (H, W) uint8, 255 on ink.
    """
    return _found(pixels)[0]


def covered_ink(pixels: Pixels) -> tuple[Pixels, Pixels]:
    """What is darker than the ground around it, and how much of each pixel that covers.

    Only the pixels on both sides of an edge are weighed, by their gray level between the ground and the thing's tone
    close by; all others are covered wholly or not at all. So the grain of what lies within or without counts nothing.
    What is thinner than three pixels shows no tone of its own, and its pixels are not weighed.

    Args:
        pixels: as for :func:`solid_ink`.

    Returns:
        Two of (H, W) uint8: 255 on ink, the same as :func:`solid_ink`; and 255 times the covered share, which is the
        same again on a page of nothing but 0 and 255.
    """
    ink, above = _found(pixels)
    return ink, ink if above is None else _cover(ink, above)


def _found(pixels: Pixels) -> tuple[Pixels, Pixels | None]:
    """The ink, and how far each pixel is below its ground; None on a page without gray levels or without contrast."""
    gray = np.ascontiguousarray(convert_pixels(pixels, PixelMode.GRAY))
    if is_black_and_white(gray):
        return np.asarray(cv2.bitwise_not(gray), np.uint8), None
    low, high, _, _ = cv2.minMaxLoc(gray)
    if high - low < _LEAST:
        return np.full_like(gray, 255 if high < 128 else 0), None
    above = np.asarray(cv2.subtract(_even_ground(gray), gray), np.uint8)
    rough = np.asarray(cv2.threshold(above, otsu_level(above), 255, cv2.THRESH_BINARY)[1], np.uint8)
    sigma = 0.0
    for _ in range(_ROUNDS):
        bare = np.asarray(cv2.bitwise_not(cv2.dilate(rough, np.ones((2 * _SOFT + 1,) * 2, np.uint8))), np.uint8)
        if not cv2.countNonZero(bare):
            break
        ground = _between(gray, bare)
        sigma = _deviation(gray, ground, bare)
        above = np.asarray(cv2.subtract(ground, gray), np.uint8)
        level = max(_LEAST, _DEVIATIONS * sigma)
        rough = np.asarray(cv2.threshold(above, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return _halfway(above, rough, sigma)


def _even_ground(gray: Pixels) -> Pixels:
    """The ground as a plane, then as a surface of second degree, beneath whatever lies below it.

    Things may cover most of the page; a ground that nearly nothing is left of must lie on all its sides.
    """
    height, width = gray.shape
    shrink = max(1.0, max(height, width) / _SMALL)
    size = (max(1, round(width / shrink)), max(1, round(height / shrink)))
    small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.float64)
    y, x = (np.mgrid[0 : size[1], 0 : size[0]] + 0.5) / max(size) - 0.5
    surface = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    kept, fitted = np.ones(small.shape, np.bool_), small
    for number, terms in enumerate((3, 3, 3, 3, 6, 6)):
        # Few cells would leave a surface without hold.
        used = surface[..., : terms if np.count_nonzero(kept) > 4 * terms else 1]
        held = used[kept]
        # The normal equations: as good for so few terms of like size, and much faster than the whole matrix.
        fitted = used @ np.linalg.lstsq(held.T @ held, held.T @ small[kept], rcond=None)[0]
        over = small - fitted
        # At first whatever is above the mean of things and ground, then above that of ground and cells that hold an
        # edge; from then on all but what is clearly below the ground.
        slack = 0.5 if number < 2 else max(_LEAST / 2.0, 2.0 * float(np.median(np.abs(over[kept]))))
        kept = over >= -slack
    return _enlarged(np.clip(fitted, 0.0, 255.0).astype(np.float32), (width, height))


def _enlarged(small: npt.NDArray[np.float32], size: tuple[int, int]) -> Pixels:
    """Smoothly, and rounded to whole levels; none is below 0."""
    return np.asarray(cv2.convertScaleAbs(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)), np.uint8)


def _halfway(above: Pixels, rough: Pixels, sigma: float) -> tuple[Pixels, Pixels]:
    """The rough things, each cut where it is half as far from the ground as it is on the whole; and what was cut."""
    pieces = components(rough)
    if not len(pieces):
        return rough, above
    inked = rough > 0
    label, depth = pieces.labels[inked], above[inked].astype(np.float64)
    # Weighed by its square: the soft rim counts little.
    squares, cubes = (np.bincount(label, depth**power, minlength=len(pieces) + 1) for power in (2, 3))
    tone = cubes / np.maximum(squares, 1.0)
    if sigma > _GRAINY * float(np.median(tone[label])):
        above = np.asarray(cv2.GaussianBlur(above, (0, 0), 1.0), np.uint8)
    ink = np.zeros_like(rough)
    ink[inked] = np.where(above[inked] >= tone[label] / 2.0, 255, 0)
    return ink, above


def _cover(ink: Pixels, above: Pixels) -> Pixels:
    square = np.ones((3, 3), np.uint8)
    inner = np.asarray(cv2.erode(ink, square), np.uint8)
    rim = np.flatnonzero(np.asarray(cv2.dilate(ink, square), np.uint8) != inner)
    within = np.asarray(cv2.bitwise_and(above, inner), np.uint8)
    depth, count = (
        np.asarray(cv2.boxFilter(part, cv2.CV_16U, (_CLOSE, _CLOSE), normalize=False)).ravel()[rim].astype(np.float64)
        for part in (within, (inner > 0).astype(np.uint8))
    )
    known = count > 0
    rim = rim[known]
    cover = ink.copy()
    cover.ravel()[rim] = np.clip(np.rint(255.0 * above.ravel()[rim] * count[known] / depth[known]), 0, 255)
    return cover


def _deviation(gray: Pixels, ground: Pixels, bare: Pixels) -> float:
    counts = cv2.calcHist([np.asarray(cv2.absdiff(gray, ground), np.uint8)], [0], bare, [256], [0.0, 256.0]).ravel()
    share = np.cumsum(counts, dtype=np.float64) / counts.sum()
    place = int(np.searchsorted(share, 0.5))
    # Between whole levels, as the median of fine grain is one or two of them.
    before = share[place - 1] if place else 0.0
    return 1.4826 * (place - 0.5 + (0.5 - before) / max(share[place] - before, 1e-9)) if place else 0.0


def _between(gray: Pixels, bare: Pixels) -> Pixels:
    """The ground from its bare pixels, smooth across all others."""
    height, width = gray.shape
    size = (-(-width // _CELL), -(-height // _CELL))
    seen = np.asarray(cv2.bitwise_and(gray, bare), np.uint8).astype(np.float32)
    amount = np.asarray(cv2.resize(seen, size, interpolation=cv2.INTER_AREA), np.float32)
    weight = np.asarray(cv2.resize(bare.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32) / 255.0
    return _enlarged(_filled(amount, weight), (width, height))


def _filled(amount: npt.NDArray[np.float32], weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Means where there is weight; elsewhere those of ever larger cells, laid smoothly."""
    if max(amount.shape) == 1:
        return np.asarray(amount / np.maximum(weight, 1e-6), np.float32)
    half = (-(-amount.shape[1] // 2), -(-amount.shape[0] // 2))
    coarser = _filled(
        *(np.asarray(cv2.resize(part, half, interpolation=cv2.INTER_AREA), np.float32) for part in (amount, weight))
    )
    from_below = np.asarray(cv2.resize(coarser, amount.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    # A cell that is half bare is trusted; one with less leans on those around it.
    trust = np.minimum(1.0, 2.0 * weight)
    return np.asarray(trust * amount / np.maximum(weight, 1e-6) + (1.0 - trust) * from_below, np.float32)
