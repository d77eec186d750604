"""Pieces of ink that are solid squares, solid discs or rings one inside the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import Pixels

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_Row: TypeAlias = tuple[tuple[float, float], float, int, float]

SQUARE, DISC, TARGET = 0, 1, 2

# Shares of the paper's level below which a pixel is ink: the usual one, and one for marks on a stain or at a shadow.
_INK = (0.68, 0.42)
# Pixels beyond an outline where it must be lighter, and by how much of the paper's level.
_RIM, _STEP = 4, 0.33
# Marks, as shares of the picture's shorter side, and pixels at least.
_LARGEST, _LEAST = 0.12, 7.0
# The moment invariant of an ellipse is 1, that of a parallelogram 1.097, that of a triangle 1.46.
_ELLIPSE, _PARALLELOGRAM, _NEAR = 1.0, 16.0 * np.pi**2 / 144.0, 0.035
_TURN = (_ELLIPSE + _PARALLELOGRAM) / 2.0
# Least ratio of the axes: seen from about 60 degrees.
_FLAT = 0.5
# Shares of a mark's size: how far the centres of its rings may be apart, and what opening takes off an outline.
_CONCENTRIC, _OPENED = 0.1, 0.22
# Of two pieces nearer than this share of a size, one is looked at.
_SAME = 0.3
# Share of ink in what its outline encloses: solid marks, and the range of rings.
_SOLID, _RINGS = 0.93, (0.35, 0.92)
# From its centre to its edge a round mark is looked at in so many steps; shares of ink in a dark and in a light one.
_STEPS, _DARK, _LIGHT = 10, 0.8, 0.35


@dataclass(frozen=True, slots=True)
class Shapes:
    """Pieces that may be marks; every array has one entry a piece.

    Args:
        centres: (n, 2) pixel centres at whole numbers.
        sizes: (n,) square roots of the enclosed areas.
        kinds: (n,) ``SQUARE``, ``DISC`` or ``TARGET``.
        quality: (n,) 0-1, how like the kind the shape is.
    """

    centres: Floats
    sizes: Floats
    kinds: npt.NDArray[np.int_]
    quality: Floats

    def __len__(self) -> int:
        return len(self.sizes)

    def take(self, which: Indices) -> Shapes:
        """Some of them, in that order; with an index that is not given, the indices stay those of ``which``."""
        return Shapes(self.centres[which], self.sizes[which], self.kinds[which], self.quality[which])


@dataclass(frozen=True, slots=True)
class _Form:
    """What the moments of one outline tell."""

    centre: tuple[float, float]
    size: float
    invariant: float
    flat: float

    @property
    def away(self) -> float:
        """How far the invariant is from the nearer of ellipse and parallelogram."""
        return min(abs(self.invariant - _ELLIPSE), abs(self.invariant - _PARALLELOGRAM))

    @property
    def plain(self) -> bool:
        return self.away < _NEAR and self.flat > _FLAT


def lightness(gray: Pixels, widest: float = _LARGEST) -> Pixels:
    """Every pixel as a share of the paper's level around it.

    Args:
        gray: (H, W) uint8.
        widest: dark pieces up to this share of the shorter side do not count as paper.

    Returns:
        (H, W) uint8, 255 where there is paper.
    """
    reach = max(9, round(1.5 * widest * min(gray.shape)))
    calm = np.asarray(cv2.medianBlur(gray, 3), np.uint8)
    # The paper under a dark piece is the lightest around it, and a quarter of the pixels are enough to see it.
    coarse = 4 if reach >= 36 else 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach // coarse | 1, reach // coarse | 1))
    paper = cv2.morphologyEx(np.ascontiguousarray(calm[::coarse, ::coarse]), cv2.MORPH_CLOSE, disc)
    paper = cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(calm, np.maximum(paper, 1), scale=255.0), np.uint8)


def ink_of(light: Pixels, share: float = _INK[0]) -> Pixels:
    """Mask of what is clearly darker than the paper: 255, else 0.

    Args:
        light: from :func:`lightness`.
        share: of the paper's level, below which a pixel is ink.
    """
    return np.asarray(cv2.threshold(light, int(share * 255.0), 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def mark_shapes(light: Pixels) -> Shapes:
    """All pieces of ink that could be a mark.

    Args:
        light: from :func:`lightness`.
    """
    usual, deep = (_at_level(light, ink_of(light, share)) for share in _INK)
    rows = usual + [row for row in deep if not any(_same(row, other) for other in usual)]
    if not rows:
        return Shapes(np.zeros((0, 2)), np.zeros(0), np.zeros(0, int), np.zeros(0))
    centres, sizes, kinds, quality = zip(*rows, strict=True)
    return Shapes(np.array(centres), np.array(sizes), np.array(kinds), np.array(quality))


def _same(row: _Row, other: _Row) -> bool:
    return float(np.hypot(*np.subtract(row[0], other[0]))) < _SAME * max(row[1], other[1])


def _at_level(light: Pixels, ink: Pixels) -> list[_Row]:
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    most = _LARGEST * min(ink.shape)
    rows: list[_Row] = []
    for found, (_, _, _, parent) in zip(outlines, () if not outlines else tree[0], strict=True):
        if parent >= 0:
            continue
        outline = np.asarray(found, np.int32)
        left, top, width, height = cv2.boundingRect(outline)
        if min(width, height) < _LEAST or max(width, height) > 2.0 * most:
            continue
        # What the picture cuts off has its centre elsewhere.
        cut = min(left, top) <= 0 or left + width >= ink.shape[1] or top + height >= ink.shape[0]
        if cut or not _promising(outline, width * height):
            continue
        # With a rim around it.
        left, top = max(0, left - _RIM), max(0, top - _RIM)
        window = (slice(top, top + height + 2 * _RIM), slice(left, left + width + 2 * _RIM))
        row = _mark(np.asarray(outline - (left, top), np.int32), light[window], ink[window], most)
        if row is not None:
            (x, y), size, kind, quality = row
            rows.append(((x + left, y + top), size, kind, quality))
    return rows


def _promising(outline: npt.NDArray[np.int32], box: int) -> bool:
    """A quick look, as a page of text has thousands of pieces: compact, and near one of the two invariants.."""
    form = _form_of(cv2.moments(outline))
    return form is not None and form.size**2 > 0.3 * box and form.away < 0.4 and form.flat > 0.7 * _FLAT


def _mark(outline: npt.NDArray[np.int32], light: Pixels, ink: Pixels, most: float) -> _Row | None:
    filled = np.asarray(cv2.drawContours(np.zeros(ink.shape, np.uint8), [outline], -1, 255, cv2.FILLED), np.uint8)
    form = _form(filled)
    if form is None or not _LEAST <= form.size <= 1.3 * most:
        return None
    if not form.plain:
        # A stroke of a pen or a neighbour that touches the mark.
        radius = max(1, round(_OPENED * form.size))
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        framed = cv2.copyMakeBorder(filled, *(radius,) * 4, cv2.BORDER_CONSTANT, value=0)
        opened = cv2.morphologyEx(framed, cv2.MORPH_OPEN, disc)[radius:-radius, radius:-radius]
        filled = np.ascontiguousarray(opened, np.uint8)
        form = _form(filled)
        if form is None or not form.plain or form.invariant > _TURN:
            return None
    if not _LEAST <= form.size <= most or not _ends_sharply(light, filled):
        return None
    share = float(np.mean(ink[filled > 0] > 0))
    quality = 1.0 - 0.5 * form.away / _NEAR
    if share >= _SOLID:
        return form.centre, form.size, DISC if form.invariant < _TURN else SQUARE, quality
    if not _RINGS[0] <= share <= _RINGS[1]:
        return None
    rings = _round_rings(ink, filled) if form.invariant < _TURN else _square_rings(ink, filled, form)
    return (form.centre, form.size, TARGET, quality) if rings else None


def _ends_sharply(light: Pixels, filled: Pixels) -> bool:
    """Whether it is far lighter a few pixels beyond the outline: a blot or the pattern of a desk fades."""
    near, far = (np.ones((2 * reach + 1, 2 * reach + 1), np.uint8) for reach in (_RIM - 2, _RIM - 1))
    beyond = light[(cv2.dilate(filled, near) == 0) & (cv2.dilate(filled, far) > 0)]
    if not beyond.size:
        return False
    return float(np.median(beyond)) - float(np.percentile(light[filled > 0], 25)) > _STEP * 255.0


def _form(mask: Pixels) -> _Form | None:
    return _form_of(cv2.moments(mask, binaryImage=True))


def _form_of(moments: Mapping[str, float]) -> _Form | None:
    area = moments["m00"]
    if area < _LEAST**2 / 2.0:
        return None
    # A pixel is a square, not a point.
    xx, yy, xy = moments["mu20"] / area + 1 / 12, moments["mu02"] / area + 1 / 12, moments["mu11"] / area
    spread = xx * yy - xy * xy
    root = np.sqrt(((xx - yy) / 2.0) ** 2 + xy * xy)
    longer, shorter = (xx + yy) / 2.0 + root, (xx + yy) / 2.0 - root
    centre = (moments["m10"] / area, moments["m01"] / area)
    invariant = 16.0 * np.pi**2 * spread / area**2
    return _Form(centre, float(np.sqrt(area)), float(invariant), float(np.sqrt(max(0.0, shorter) / longer)))


def _round_rings(ink: Pixels, filled: Pixels) -> bool:
    """Whether ink, paper and ink again follow each other from the edge to the centre, all around it.

    Shares over whole turns forgive a stroke of a pen across the rings, and no letter in a circle has them.
    """
    y, x = np.nonzero(filled)
    away = np.stack([x - x.mean(), y - y.mean()]).astype(np.float64)
    spread = np.einsum("ik,jk->ij", away, away) / len(x) + np.eye(2) / 12.0
    # An ellipse ends at twice its standard deviations.
    reach = np.sqrt(np.einsum("ik,ij,jk->k", away, np.linalg.inv(spread), away)) / 2.0
    step = np.minimum((reach * _STEPS).astype(np.intp), _STEPS - 1)
    counts = np.maximum(np.bincount(step, minlength=_STEPS), 1)
    shares = np.bincount(step, weights=ink[y, x] > 0, minlength=_STEPS) / counts
    if shares[_STEPS - 3 :].max() < _DARK:
        return False
    between = np.nonzero(shares[: _STEPS - 1] < _LIGHT)[0]
    return bool(len(between) and shares[: between[-1]].max(initial=0.0) > _DARK)


def _square_rings(ink: Pixels, filled: Pixels, form: _Form) -> bool:
    """Whether there is a light frame around the centre, and a dark, plain piece in it."""
    light = cv2.bitwise_and(cv2.bitwise_not(ink), filled)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(light, connectivity=4)
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < 0.08 * form.size**2:
            continue
        if np.hypot(*(centres[label] - form.centre)) > _CONCENTRIC * form.size:
            continue
        ring = np.asarray(labels == label, np.uint8)
        outlines, _ = cv2.findContours(ring, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        inside = cv2.drawContours(np.zeros_like(ring), outlines, -1, 1, cv2.FILLED) - ring
        core = _form(np.asarray(inside, np.uint8))
        if core is None:
            continue
        near = np.hypot(core.centre[0] - form.centre[0], core.centre[1] - form.centre[1]) < _CONCENTRIC * form.size
        if near and core.away < 2.0 * _NEAR and core.flat > _FLAT:
            return True
    return False


def refined(gray: Pixels, centre: Floats, size: float) -> Floats:
    """The centre of a mark to a part of a pixel: the centre of mass of its darkness.

    Args:
        gray: (H, W) uint8.
        centre: in edge coordinates.
        size: square root of its area in pixels.

    Returns:
        (2,) in edge coordinates; as it was when the darkness lies elsewhere, as beside a mark that was scribbled on.
    """
    reach = 0.7 * size + 2.0
    left, top = (max(0, int(value - reach)) for value in centre)
    part = gray[top : int(centre[1] + reach) + 1, left : int(centre[0] + reach) + 1].astype(np.float64)
    paper, dark = np.percentile(part, 95), np.percentile(part, 10)
    if paper - dark < 16.0:
        return centre
    y, x = np.mgrid[: part.shape[0], : part.shape[1]]
    x, y = x + left + 0.5, y + top + 0.5
    weight = np.clip(1.25 * (paper - part) / (paper - dark) - 0.25, 0.0, 1.0)
    weight *= np.hypot(x - centre[0], y - centre[1]) <= reach
    total = weight.sum()
    better = np.array([(x * weight).sum(), (y * weight).sum()]) / total if total > 0 else centre
    return better if np.hypot(*(better - centre)) < 0.5 + 0.02 * size else centre
