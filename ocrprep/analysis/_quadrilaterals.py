"""Quadrilaterals whose sides are long edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocrprep.analysis._long_edges import STRIDE, Floats, Lines

_Indices = npt.NDArray[np.intp]

# Degrees by which opposite sides may differ, and between neighbours at least.
_OPPOSITE, _NEIGHBOUR = 35.0, 50.0
# Shares of the picture: how far outside a corner may lie, and the least and largest area.
_OUTSIDE, _SMALL, _LARGE = 0.12, 0.12, 0.95
# Share of a side that must lie in the picture, and that must be seen.
_VISIBLE, _SEEN = 0.6, 0.3
_MOST = 60


@dataclass(frozen=True, slots=True)
class Quadrilaterals:
    """Candidates, the best seen first.

    Args:
        corners: (n, 4, 2), clockwise on the screen.
        seen: (n, 4) share of each side's visible part that is an edge with one direction of contrast; sides in
            the order of the corners they start from.
        shares: (n,) areas over that of the picture.
    """

    corners: Floats
    seen: Floats
    shares: Floats


def quadrilaterals(lines: Lines, width: int, height: int) -> Quadrilaterals:
    """All convex quadrilaterals of usual proportions among four lines, as far as their sides are seen.

    Args:
        lines: at most some dozens.
        width: of the picture.
        height: of the picture.
    """
    nothing = Quadrilaterals(np.zeros((0, 4, 2)), np.zeros((0, 4)), np.zeros(0))
    if len(lines) < 4:
        return nothing
    sides = _sides(lines, width, height)
    if not len(sides):
        return nothing
    corners = _corners(lines, sides)
    usual = _plausible(corners, width, height)
    sides, corners = sides[usual], corners[usual]
    if not len(sides):
        return nothing
    seen, visible = _seen(lines, sides, corners)
    worst = seen.min(axis=1)
    keep = np.nonzero((worst > _SEEN) & (visible.min(axis=1) > _VISIBLE))[0]
    shares = _area(corners[keep]) / (width * height)
    rank = seen[keep].mean(axis=1) * np.sqrt(worst[keep]) * shares**0.2
    order = np.argsort(-rank, kind="stable")[:_MOST]
    return Quadrilaterals(*_clockwise(corners[keep[order]], seen[keep[order]]), shares[order])


def _sides(lines: Lines, width: int, height: int) -> _Indices:
    """(n, 4) lines: two opposite sides at 0 and 2, two at 1 and 3."""
    one, other = np.triu_indices(len(lines), 1)
    cosines = (lines.normals[one] * lines.normals[other]).sum(axis=1)
    centre = np.array([width / 2.0, height / 2.0])
    # A line's normal may point either way.
    way = np.where(cosines > 0, 1.0, -1.0)
    away = lines.offsets - (lines.normals * centre).sum(axis=1)
    apart = np.abs(away[one] - way * away[other]) > 0.2 * min(width, height)
    keep = (np.abs(cosines) > np.cos(np.radians(_OPPOSITE))) & apart
    one, other, way = one[keep], other[keep], way[keep]
    mean = lines.normals[one] + way[:, None] * lines.normals[other]
    mean /= np.linalg.norm(mean, axis=1)[:, None]
    first, second = np.triu_indices(len(one), 1)
    crossing = np.abs((mean[first] * mean[second]).sum(axis=1)) < np.cos(np.radians(_NEIGHBOUR))
    first, second = first[crossing], second[crossing]
    return np.stack([one[first], one[second], other[first], other[second]], axis=1)


def _corners(lines: Lines, sides: _Indices) -> Floats:
    """(n, 4, 2): corner ``i`` is where side ``i - 1`` meets side ``i``."""
    normals, offsets = lines.normals[sides], lines.offsets[sides]
    before, before_at = np.roll(normals, 1, axis=1), np.roll(offsets, 1, axis=1)
    turn = before[..., 0] * normals[..., 1] - before[..., 1] * normals[..., 0]
    turn = np.where(np.abs(turn) < 1e-6, 1e-6, turn)
    x = (before_at * normals[..., 1] - offsets * before[..., 1]) / turn
    y = (offsets * before[..., 0] - before_at * normals[..., 0]) / turn
    return np.stack([x, y], axis=-1)


def _plausible(corners: Floats, width: int, height: int) -> npt.NDArray[np.bool_]:
    size = np.array([width, height])
    out = _OUTSIDE * size
    inside = (corners >= -out).all(axis=(1, 2)) & (corners <= size + out).all(axis=(1, 2))
    along = np.roll(corners, -1, axis=1) - corners
    length = np.linalg.norm(along, axis=2) + 1e-9
    onward = np.roll(along, -1, axis=1)
    turns = (along[..., 0] * onward[..., 1] - along[..., 1] * onward[..., 0]) / (length * np.roll(length, -1, axis=1))
    convex = (turns > np.sin(np.radians(_NEIGHBOUR))).all(axis=1) | (turns < -np.sin(np.radians(_NEIGHBOUR))).all(
        axis=1
    )
    opposite = np.minimum(length[:, :2], length[:, 2:]) / np.maximum(length[:, :2], length[:, 2:])
    means = (length[:, :2] + length[:, 2:]) / 2.0
    long = means.min(axis=1) > 0.15 * means.max(axis=1)
    share = _area(corners) / (width * height)
    return np.asarray(
        inside & convex & long & (opposite.min(axis=1) > 0.5) & (share > _SMALL) & (share < _LARGE), np.bool_
    )


def _area(corners: Floats) -> Floats:
    onward = np.roll(corners, -1, axis=1)
    twice = (corners[..., 0] * onward[..., 1] - corners[..., 1] * onward[..., 0]).sum(axis=1)
    return np.asarray(np.abs(twice) / 2.0)


def _seen(lines: Lines, sides: _Indices, corners: Floats) -> tuple[Floats, Floats]:
    """Shares of the sides that are seen, and that lie in the picture."""
    onward = lines.normals[sides][..., ::-1] * (-1.0, 1.0)
    ends = np.stack([(corners * onward).sum(axis=2), (np.roll(corners, -1, axis=1) * onward).sum(axis=2)])
    place = np.clip(np.round(ends / STRIDE + lines.reach), 0, 2 * lines.reach + 1).astype(np.intp)
    low, high = place.min(axis=0), place.max(axis=0)
    counted = lines.visible[sides, high] - lines.visible[sides, low]
    best = np.zeros(sides.shape)
    for channel in range(lines.seen.shape[1]):
        for way in (0, 1):
            sums = lines.seen[:, channel, way]
            best = np.maximum(best, sums[sides, high] - sums[sides, low])
    return best / np.maximum(counted, 1.0), counted / np.maximum(high - low, 1)


def _clockwise(corners: Floats, seen: Floats) -> tuple[Floats, Floats]:
    onward = np.roll(corners, -1, axis=1)
    twice = (corners[..., 0] * onward[..., 1] - corners[..., 1] * onward[..., 0]).sum(axis=1)
    back = twice < 0
    corners, seen = corners.copy(), seen.copy()
    corners[back] = corners[back][:, ::-1]
    # Turned round, the side from corner i is the one that used to end there.
    seen[back] = np.roll(seen[back][:, ::-1], -1, axis=1)
    return corners, seen
