"""Shapes whose area, centre and main axis are known from their corners, drawn with soft edges."""

from __future__ import annotations

import math

import numpy as np

_ROUND = np.linspace(0.0, 2.0 * np.pi, 360, endpoint=False)
SHAPES = {
    "rectangle": np.array([(-0.5, -0.25), (0.5, -0.25), (0.5, 0.25), (-0.5, 0.25)]),
    "ellipse": np.stack([0.5 * np.cos(_ROUND), 0.28 * np.sin(_ROUND)], axis=1),
    "L": np.array([(0, 0), (0.35, 0), (0.35, 0.7), (1, 0.7), (1, 1), (0, 1)], float),
    "T": np.array([(0, 0), (1, 0), (1, 0.25), (0.62, 0.25), (0.62, 1), (0.38, 1), (0.38, 0.25), (0, 0.25)], float),
    "triangle": np.array([(0, 0), (1, 0.1), (0.3, 0.6)], float),
}


def placed(name: str, size: float, angle: float, offset: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Corners in pixels: of that size, turned counter-clockwise on the screen, 12 pixels from the page's edge."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    points = SHAPES[name] * size @ np.array([(cos, -sin), (sin, cos)])
    return points - points.min(axis=0) + 12.0 + np.asarray(offset)


def truth(points: np.ndarray) -> tuple[float, tuple[float, float], float]:
    """Area, centre, and the angle of the main axis of a polygon, by Green's theorem."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    u, v = np.roll(x, -1), np.roll(y, -1)
    cross = x * v - u * y
    area = cross.sum() / 2
    cx, cy = ((x + u) * cross).sum() / (6 * area), ((y + v) * cross).sum() / (6 * area)
    xx = ((x * x + x * u + u * u) * cross).sum() / (12 * area) - cx * cx
    yy = ((y * y + y * v + v * v) * cross).sum() / (12 * area) - cy * cy
    xy = ((x * v + 2 * x * y + 2 * u * v + u * y) * cross).sum() / (24 * area) - cx * cy
    return abs(area), (middle[0] + cx, middle[1] + cy), -math.degrees(math.atan2(2 * xy, xx - yy)) / 2


def drawn(points: np.ndarray, width: int, height: int, finer: int = 16) -> np.ndarray:
    """Which share of each pixel lies inside: (H, W) float, 0-1; exact along x, in ``finer`` lines a pixel along y."""
    y = (np.arange(height * finer) + 0.5) / finer
    start, end = points, np.roll(points, -1, axis=0)
    line, edge = np.nonzero((start[:, 1] <= y[:, None]) != (end[:, 1] <= y[:, None]))
    (x0, y0), (x1, y1) = start[edge].T, end[edge].T
    x = np.clip(x0 + (y[line] - y0) * (x1 - x0) / (y1 - y0), 0.0, width)
    # An edge that runs down lets everything on its right in, or out: what lies there is the sum over all edges.
    column, sign = x.astype(int), np.where(y1 > y0, 1.0, -1.0) / finer
    steps = np.zeros((height, width + 2))
    np.add.at(steps, (line // finer, column), sign * (1.0 - (x - column)))
    np.add.at(steps, (line // finer, column + 1), sign * (x - column))
    return np.clip(np.abs(steps.cumsum(axis=1)[:, :width]), 0.0, 1.0)


def gray(points: np.ndarray, *, ink: float = 70, paper: float = 225, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """A page with the shape: (H, W) uint8."""
    width, height = (int(side) + 13 for side in points.max(axis=0))
    grain = np.random.default_rng(seed).normal(0, noise, (height, width)) if noise else 0.0
    return np.clip(np.rint(paper + (ink - paper) * drawn(points, width, height) + grain), 0, 255).astype(np.uint8)


def apart(angle: float, other: float) -> float:
    """Degrees between two axes, at most 90."""
    return abs((angle - other + 90.0) % 180.0 - 90.0)
