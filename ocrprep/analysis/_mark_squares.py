"""Four pieces that stand at the corners of a rectangle and are alike."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep import geometry
from ocrprep.analysis._mark_shapes import Floats, Indices, Shapes
from ocrprep.geometry import Box
from ocrprep.page import Pixels

# Candidates of one size from which fours are made, the outermost first, and the range of sizes that goes together.
_MOST, _RANGE = 20, 2.2
# Degrees that an angle may be from a right one: trusted, and at most.
_SQUARE, _SKEW = 18.0, 34.0
# Shares of the picture's area: no trust, full trust.
_SMALL, _LARGE = 0.03, 0.07
# Ratio of the largest to the smallest mark once the rectangle is upright: full trust, none.
_ALIKE, _UNLIKE = 1.35, 2.1
# Share of the rectangle's sides within which print outside it speaks against solid marks.
_AROUND = 0.1
# Every so many pixels are enough for what is asked of whole areas.
_COARSE = 4
_LOOKED_AT = 40
# Distance of neighbours over the largest mark: no trust, full trust.
_APART = (3.0, 5.0)
_UNIT = Box(0.0, 0.0, 1.0, 1.0).corners()


@dataclass(frozen=True, slots=True)
class MarkSquares:
    """The best four.

    Args:
        members: (4,) indices of the picture's pieces, clockwise from top left; None when there are none.
        confidence: 0-1.
    """

    members: Indices | None
    confidence: float


def mark_squares(strokes: Pixels, shapes: Shapes, which: Indices, *, solid: bool) -> MarkSquares:
    """The four pieces that are most surely the marks of a sheet.

    Args:
        strokes: (H, W) mask of the print.
        shapes: all pieces.
        which: indices of those of one kind.
        solid: whether they are full: such pieces are common, and must enclose the print.
    """
    quads = _fours(shapes, which)
    if not len(quads):
        return MarkSquares(None, 0.0)
    corners = shapes.centres[quads]
    share = _area(corners) / strokes.size
    plain = _angles(corners) * _areas(corners, share) * shapes.quality[quads].mean(axis=1)
    rank = plain * np.sqrt(share)
    strokes = strokes[::_COARSE, ::_COARSE]
    best, members, highest = 0.0, None, 0.0
    for index in np.argsort(-rank, kind="stable")[:_LOOKED_AT]:
        if rank[index] <= highest:
            break
        trust = float(plain[index]) * _alike(shapes, which, quads[index])
        if solid and trust * float(np.sqrt(share[index])) > highest:
            trust *= _encloses(strokes, corners[index], float(shapes.sizes[quads[index]].mean()))
        value = trust * float(np.sqrt(share[index]))
        if value > highest:
            highest, best, members = value, trust, quads[index]
    return MarkSquares(members, best)


def _fours(shapes: Shapes, which: Indices) -> Indices:
    """(n, 4) fours of pieces of like size, clockwise from top left."""
    made = []
    order = which[np.argsort(-shapes.sizes[which], kind="stable")]
    start = 0
    while start < len(order):
        largest = shapes.sizes[order[start]]
        group = order[start:][shapes.sizes[order[start:]] >= largest / _RANGE]
        chosen = _outermost(shapes.centres[group], _MOST)
        if len(chosen) >= 4:
            made.append(group[chosen][np.array(list(combinations(range(len(chosen)), 4)))])
        below = np.nonzero(shapes.sizes[order] < largest / np.sqrt(_RANGE))[0]
        start = max(start + 1, int(below[0])) if len(below) else len(order)
    if not made:
        return np.zeros((0, 4), np.intp)
    fours = np.sort(np.concatenate(made), axis=1)
    # Each four once, by one number that stands for it.
    _, first = np.unique(fours @ (len(shapes) ** np.arange(4)), return_index=True)
    quads = _clockwise(shapes.centres, fours[first])
    return quads[_convex(shapes.centres[quads])]


def _outermost(points: Floats, most: int) -> Indices:
    """Hull after hull from the outside, until there are enough."""
    left = np.arange(len(points))
    chosen: list[int] = []
    while len(left) and len(chosen) < most:
        hull = np.asarray(cv2.convexHull(points[left].astype(np.float32), returnPoints=False), np.intp).ravel()
        chosen.extend(left[hull].tolist())
        left = np.delete(left, hull)
    return np.array(chosen[:most], np.intp)


def _clockwise(centres: Floats, quads: Indices) -> Indices:
    points = centres[quads]
    away = points - points.mean(axis=1, keepdims=True)
    order = np.argsort(np.arctan2(away[..., 1], away[..., 0]), axis=1)
    quads = np.take_along_axis(quads, order, axis=1)
    sides = np.roll(centres[quads], -1, axis=1) - centres[quads]
    ahead = sides - np.roll(sides, -2, axis=1)
    first = np.argmax(ahead[..., 0] / (np.linalg.norm(ahead, axis=2) + 1e-9), axis=1)
    return np.take_along_axis(quads, (first[:, None] + np.arange(4)) % 4, axis=1)


def _convex(corners: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray(_off(corners).max(axis=1) < _SKEW, np.bool_)


def _off(corners: Floats) -> Floats:
    """(n, 4) degrees from a right angle."""
    onward = np.roll(corners, -1, axis=1) - corners
    back = np.roll(corners, 1, axis=1) - corners
    turn = onward[..., 0] * back[..., 1] - onward[..., 1] * back[..., 0]
    along = (onward * back).sum(axis=2)
    return np.asarray(np.abs(np.degrees(np.arctan2(turn, along)) - 90.0))


def _area(corners: Floats) -> Floats:
    following = np.roll(corners, -1, axis=1)
    twice = corners[..., 0] * following[..., 1] - following[..., 0] * corners[..., 1]
    return np.asarray(np.abs(twice.sum(axis=1)) / 2.0)


def _ramp(value: Floats | float, low: float, high: float) -> Floats:
    """0 at ``low``, 1 at ``high``, straight between; also downwards."""
    return np.asarray(np.clip((value - low) / (high - low), 0.0, 1.0))


def _angles(corners: Floats) -> Floats:
    sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    opposite = np.minimum(sides[:, :2], sides[:, 2:]) / np.maximum(sides[:, :2], sides[:, 2:])
    return np.asarray(_ramp(_off(corners).max(axis=1), _SKEW, _SQUARE) * _ramp(opposite.min(axis=1), 0.5, 0.7))


def _areas(corners: Floats, share: Floats) -> Floats:
    sides = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    long = _ramp(sides.min(axis=1) / sides.max(axis=1), 0.15, 0.25)
    return np.asarray(_ramp(share, _SMALL, _LARGE) * long)


def _alike(shapes: Shapes, which: Indices, quad: Indices) -> float:
    """How alike the four are once their rectangle is upright, and less, the more others there are of that size."""
    spaced = float(np.linalg.norm(np.diff(shapes.centres[quad], axis=0), axis=1).min() / shapes.sizes[quad].max())
    if spaced <= _APART[0]:
        return 0.0
    sizes = _upright_sizes(shapes, quad, which)
    member = np.isin(which, quad)
    four, others = sizes[member], sizes[~member]
    rivals = int(np.sum((others > 0.8 * four.min()) & (others < 1.25 * four.max())))
    alike = _ramp(float(four.max() / four.min()), _UNLIKE, _ALIKE) * _ramp(spaced, *_APART)
    return float(alike) / (1.0 + rivals / 3.0)


def _upright_sizes(shapes: Shapes, quad: Indices, which: Indices) -> Floats:
    """Sizes of pieces once the four are a square, relative to each other."""
    matrix = geometry.homography(shapes.centres[quad], _UNIT)
    weight = shapes.centres[which] @ matrix[2, :2] + matrix[2, 2]
    # The area of a small piece grows by the determinant over the third power of the weight.
    return np.asarray(shapes.sizes[which] / np.maximum(np.abs(weight), 1e-9) ** 1.5)


def _encloses(strokes: Pixels, corners: Floats, size: float) -> float:
    """How little print there is just outside the four, beside what is inside; the mask is coarse."""
    corners, size = corners / _COARSE, size / _COARSE
    middle = corners.mean(axis=0)
    away = corners - middle
    lengths = np.linalg.norm(away, axis=1, keepdims=True)
    rim = middle + away * (1.0 + 1.2 * size / lengths)
    wide = middle + (rim - middle) * (1.0 + 2.0 * _AROUND)
    areas = np.zeros(strokes.shape, np.uint8)
    cv2.fillConvexPoly(areas, np.round(wide).astype(np.int32), 1)
    cv2.fillConvexPoly(areas, np.round(rim).astype(np.int32), 2)
    within, beyond = strokes[areas == 2], strokes[areas == 1]
    if not within.size or not beyond.size:
        return 1.0
    return float(_ramp(float(np.mean(beyond > 0)) / max(float(np.mean(within > 0)), 0.02), 0.8, 0.3))
