"""Long straight edges of a picture, and how well each stretch of them is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_Planes = npt.NDArray[np.float32]

STRIDE = 2
"""Pixels from one step along a line to the next."""

_ANGLES = 120
_RHO_STEP = 2.0
_MOST_LINES = 30
# Pixels to either side of a line within which its edge is looked for.
_REACH = 2
# Gradients, in levels per pixel: of grain that is never an edge, and of the strongest grain that an edge must beat.
_LEAST, _MOST = 1.5, 6.0
_SHORTEST = 0.12
_EVERY = 20_000
# Times the grain: an edge that counts as much as any.
_CLEAR = 4.0


@dataclass(frozen=True, slots=True)
class Lines:
    """Straight edges, and how well they are seen along their way.

    Args:
        normals: (n, 2) unit vectors across the lines.
        offsets: (n,) where ``normal · point`` lies on the line.
        seen: (n, channels, 2, 2 * reach + 2) sums, up to each step along a line, of 0-1 support by channel and by the
            direction of the contrast; step ``i`` is ``(i - reach) * STRIDE``
            pixels from the point nearest to the origin.
        visible: (n, 2 * reach + 2) sums of the steps that lie in the picture.
        reach: steps to either side.
    """

    normals: Floats
    offsets: Floats
    seen: Floats
    visible: Floats
    reach: int

    def __len__(self) -> int:
        return len(self.offsets)


def long_edges(planes: _Planes) -> Lines:
    """The strongest straight edges of a picture.

    A Hough transform in which each pixel votes along its own gradient (O'Gorman and Clowes, "Finding Picture Edges
    Through Collinearity of Feature Points", 1976), and a fit of each line to the edges near it.

    Args:
        planes: (H, W, channels) float32, already smoothed; any of the channels may show an edge.

    Returns:
        At most 30 lines.
    """
    gradients = np.stack([_gradient(planes[..., channel]) for channel in range(planes.shape[2])])
    strength = np.hypot(gradients[..., 0], gradients[..., 1])
    grain = np.clip(2.5 * np.median(strength[:, ::3, ::3], axis=(1, 2)), _LEAST, _MOST)
    relative = strength / grain[:, None, None]
    best = relative.argmax(axis=0)
    chosen = np.take_along_axis(gradients, best[None, ..., None], axis=0)[0]
    strongest = relative.max(axis=0)
    y, x = np.nonzero(_thin(strongest, chosen))
    weight = np.minimum(strongest[y, x], _CLEAR).astype(np.float64)
    if len(x) > _EVERY:
        keep = np.argpartition(-weight, _EVERY)[:_EVERY]
        x, y, weight = x[keep], y[keep], weight[keep]
    across = chosen[y, x].astype(np.float64)
    across /= np.hypot(across[:, 0], across[:, 1])[:, None] + 1e-12
    points = np.stack([x, y], axis=1).astype(np.float64)
    normals, offsets = _fitted(points, across, *_peaks(points, across, weight, planes.shape[:2]))
    return _followed(gradients, grain, normals, offsets)


def sampled_at(plane: npt.NDArray[np.float32], places: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Values between pixels: (H, W, channels) at (n, m, 2) places, x and y of pixel centres → (n, m, channels)."""
    x, y = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    return np.asarray(cv2.remap(plane, x, y, cv2.INTER_LINEAR), np.float32).reshape(*x.shape, -1)


def _gradient(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    dx = cv2.Scharr(plane, cv2.CV_32F, 1, 0, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    dy = cv2.Scharr(plane, cv2.CV_32F, 0, 1, scale=1 / 32, borderType=cv2.BORDER_REPLICATE)
    return np.stack([dx, dy], axis=-1)


def _thin(strength: npt.NDArray[np.float32], gradient: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Where strength is above 1 and no smaller than that of the two neighbours across the edge."""
    level = np.abs(gradient[..., 0]) >= np.abs(gradient[..., 1])
    framed = np.pad(strength, 1)
    beside = np.where(
        level,
        np.maximum(framed[1:-1, :-2], framed[1:-1, 2:]),
        np.maximum(framed[:-2, 1:-1], framed[2:, 1:-1]),
    )
    return np.asarray((strength > 1.0) & (strength >= beside))


def _peaks(points: Floats, across: Floats, weight: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Angles of the normals, in radians, and offsets of the lines with most votes."""
    half = int(np.hypot(*size) / _RHO_STEP) + 2
    width = 2 * half + 1
    turn = np.pi / _ANGLES
    own = np.round(np.arctan2(across[:, 1], across[:, 0]) / turn).astype(np.intp)
    votes = np.zeros(_ANGLES * width)
    for step in (-2, -1, 0, 1, 2):
        angle = (own + step) % _ANGLES
        rho = points[:, 0] * np.cos(angle * turn) + points[:, 1] * np.sin(angle * turn)
        place = np.round(rho / _RHO_STEP).astype(np.intp) + half
        votes += np.bincount(angle * width + place, weights=weight, minlength=len(votes))
    table = votes.reshape(_ANGLES, width).astype(np.float32)
    # A turn by half a circle is the same line on the other side of the origin.
    table = np.concatenate([table[-6:, ::-1], table, table[:6, ::-1]])
    smooth = np.asarray(cv2.GaussianBlur(table, (3, 3), 0.8), np.float64)
    highest = cv2.dilate(smooth, np.ones((7, 5), np.uint8))
    peak = (smooth >= highest) & (smooth > 0.4 * _SHORTEST * min(size))
    rows, columns = np.nonzero(peak[6:-6])
    order = np.argsort(-smooth[6:-6][rows, columns], kind="stable")[:_MOST_LINES]
    angles, places = rows[order].astype(np.float64), columns[order].astype(np.float64)
    return angles * turn, (places - half) * _RHO_STEP


def _fitted(points: Floats, across: Floats, angles: Floats, offsets: Floats) -> tuple[Floats, Floats]:
    normals = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    offsets = offsets.astype(np.float64)
    for reach in (5.0, 2.5, 1.5):
        for index in range(len(offsets)):
            near = np.abs(points @ normals[index] - offsets[index]) < reach
            some = points[near][np.abs(across[near] @ normals[index]) > 0.97]
            if len(some) >= 8:
                middle = some.mean(axis=0)
                spread = np.cov(some.T)
                normal = np.linalg.eigh(spread)[1][:, 0]
                normals[index] = normal if normal @ normals[index] > 0 else -normal
                offsets[index] = normals[index] @ middle
    return normals, offsets


def _followed(gradients: npt.NDArray[np.float32], grain: Floats, normals: Floats, offsets: Floats) -> Lines:
    """Walk along each line and note where an edge is seen within a few pixels of it."""
    height, width = gradients.shape[1:3]
    reach = int(np.hypot(height, width) / STRIDE) + 2
    along = np.arange(-reach, reach + 1.0) * STRIDE
    base, onward = normals * offsets[:, None], normals[:, ::-1] * (-1.0, 1.0)
    walk = base[:, None] + along[None, :, None] * onward[:, None]
    inside = (walk >= 1).all(axis=2) & (walk <= (width - 2, height - 2)).all(axis=2)
    seen = np.zeros((len(offsets), len(gradients), 2, len(along) + 1))
    for channel, gradient in enumerate(gradients):
        best = np.zeros((2, *inside.shape), np.float32)
        for step in range(-_REACH, _REACH + 1):
            place = (walk + step * normals[:, None]).astype(np.float32)
            sampled = sampled_at(gradient, place) if len(place) else np.zeros((0, 1, 2))
            across = np.einsum("ijk,ik->ij", sampled, normals) / grain[channel]
            best[0], best[1] = np.maximum(best[0], across), np.maximum(best[1], -across)
        support = np.clip(best - 0.5, 0.0, 1.0) * inside
        seen[:, channel, :, 1:] = support.transpose(1, 0, 2).cumsum(axis=2)
    visible = np.zeros((len(offsets), len(along) + 1))
    visible[:, 1:] = inside.cumsum(axis=1)
    return Lines(normals, offsets, seen, visible, reach)
