"""Random planes: smooth noise of one scale, of many scales, and shapes cut from it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Shape = tuple[int, int]


def smooth_noise(rng: np.random.Generator, shape: Shape, scale: float, stretch: float = 1.0) -> Plane:
    """Gaussian noise of mean 0 and standard deviation near 1 whose grains are about ``scale`` pixels large.

    ``stretch`` above 1 draws the grains out along the rows, below 1 along the columns.
    """
    height, width = shape
    step_y, step_x = max(1.0, scale / stretch**0.5), max(1.0, scale * stretch**0.5)
    if step_x <= 1.0 and step_y <= 1.0:
        return rng.standard_normal(shape, dtype=np.float32)
    # A margin, cut off at a random place: the grid of grains then has no fixed phase.
    rows, columns = int(np.ceil(height / step_y)) + 3, int(np.ceil(width / step_x)) + 3
    grains = rng.standard_normal((rows, columns), dtype=np.float32)
    full = (round(columns * step_x), round(rows * step_y))
    grown = cv2.resize(grains, full, interpolation=cv2.INTER_CUBIC)
    top = int(rng.integers(0, grown.shape[0] - height + 1))
    left = int(rng.integers(0, grown.shape[1] - width + 1))
    # Interpolation between independent values loses variance; 1.25 gives most of it back.
    return np.ascontiguousarray(grown[top : top + height, left : left + width]) * np.float32(1.25)


def fractal_noise(
    rng: np.random.Generator, shape: Shape, finest: float, coarsest: float, roughness: float = 0.6
) -> Plane:
    """A sum of octaves from ``coarsest`` to ``finest`` pixels; each finer one is ``roughness`` times as strong.

    Normalised to standard deviation 1 in expectation.
    """
    total = np.zeros(shape, np.float32)
    scale, weight, power = coarsest, 1.0, 0.0
    while scale >= finest:
        total += np.float32(weight) * smooth_noise(rng, shape, scale)
        power += weight * weight
        scale, weight = scale / 2.0, weight * roughness
    return total / np.float32(max(power, 1e-6) ** 0.5)


def unit(plane: Plane) -> Plane:
    """The plane squeezed into 0…1 by a logistic curve; noise of standard deviation 1 fills most of it."""
    return np.asarray(1.0 / (1.0 + np.exp(-1.7 * plane)), np.float32)


def smoothstep(plane: Plane, low: float, high: float) -> Plane:
    """0 below ``low``, 1 above ``high``, and a smooth ramp between."""
    ramp = np.clip((plane - np.float32(low)) / np.float32(high - low), 0.0, 1.0)
    return np.asarray(ramp * ramp * (3.0 - 2.0 * ramp), np.float32)


def blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur with reflected borders; wide ones are made on a reduced plane."""
    if sigma < 0.2:
        return plane
    if sigma > 6.0:
        factor = sigma / 3.0
        small = cv2.resize(
            plane,
            (max(1, round(plane.shape[1] / factor)), max(1, round(plane.shape[0] / factor))),
            interpolation=cv2.INTER_AREA,
        )
        small = cv2.GaussianBlur(small, (0, 0), 3.0, borderType=cv2.BORDER_REFLECT)
        return np.asarray(cv2.resize(small, plane.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)


def ramp(shape: Shape, angle: float) -> Plane:
    """A plane that rises from −0.5 to 0.5 across the page in the direction ``angle`` (degrees)."""
    turn = np.deg2rad(angle)
    x = np.linspace(-0.5, 0.5, shape[1], dtype=np.float32) * np.float32(np.cos(turn))
    y = np.linspace(-0.5, 0.5, shape[0], dtype=np.float32) * np.float32(np.sin(turn))
    return y[:, None] + x[None, :]


def remapped(plane: Plane, shift_x: Plane, shift_y: Plane, border: int = cv2.BORDER_REFLECT) -> Plane:
    """The plane with every pixel fetched from ``shift`` pixels away."""
    rows, columns = plane.shape
    x = np.broadcast_to(np.arange(columns, dtype=np.float32)[None, :] + shift_x, plane.shape)
    y = np.broadcast_to(np.arange(rows, dtype=np.float32)[:, None] + shift_y, plane.shape)
    return np.asarray(
        cv2.remap(plane, np.ascontiguousarray(x), np.ascontiguousarray(y), cv2.INTER_LINEAR, borderMode=border),
        np.float32,
    )


def line_distance(shape: tuple[int, int], angle: float, rng: np.random.Generator) -> Plane:
    """Signed distance in pixels from a line at ``angle`` through a random point of the page."""
    rows, columns = shape
    turn = np.deg2rad(angle)
    x = np.arange(columns, dtype=np.float32) - np.float32(rng.uniform(0, columns))
    y = np.arange(rows, dtype=np.float32) - np.float32(rng.uniform(0, rows))
    return np.asarray(y[:, None] * np.float32(np.cos(turn)) - x[None, :] * np.float32(np.sin(turn)), np.float32)
