"""Outlines of leaves of five kinds, no two alike."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Outline = npt.NDArray[np.float64]
"""(N, 2): x and y; the blade stands on (0, 0) and is 1 long, y pointing up to its tip; the stem hangs below."""

KINDS = ("lanceolate", "oval", "heart", "lobed", "toothed")

_STEPS = 240


def leaf(kind: str, rng: np.random.Generator) -> tuple[Outline, Outline]:
    """Blade and stem of a leaf of a kind: bent, wavy, a little lopsided, the stem of some length."""
    blade = {"lanceolate": _lanceolate, "oval": _oval, "heart": _heart, "lobed": _lobed, "toothed": _toothed}[kind](rng)
    along = np.linspace(0.0, 2.0 * np.pi, len(blade), endpoint=False)
    wave = 1.0 + sum(rng.normal(0, 0.012) * np.sin(n * along + rng.uniform(0, 6.3)) for n in (2, 3, 4))
    middle = np.array([0.0, 0.5])
    blade = (blade - middle) * wave[:, None] + middle
    length, half = rng.uniform(0.04, 0.30), rng.uniform(0.012, 0.018)
    stem = _from_half(np.linspace(-length, 0.25, 20), np.full(20, half))
    wider, bow, lean = rng.normal(0, 0.06), rng.normal(0, 0.10), rng.normal(0, 0.05)

    def grown(outline: Outline) -> Outline:
        x, y = outline.T
        return np.stack([x * (1.0 + wider * np.sign(x)) + bow * (y - 0.5) ** 2 + lean * y, y], axis=1)

    return grown(blade), grown(stem)


def _from_half(y: Outline, half_width: Outline) -> Outline:
    """Right side up, left side down."""
    return np.concatenate([np.stack([half_width, y], 1), np.stack([-half_width, y], 1)[::-1]])


def _spindle(rng: np.random.Generator, width: float, power: float) -> tuple[Outline, Outline]:
    y = np.linspace(0.0, 1.0, _STEPS)
    tip = rng.uniform(0.75, 1.2)
    return y, 0.5 * width * np.sin(np.pi * y**tip) ** power


def _lanceolate(rng: np.random.Generator) -> Outline:
    return _from_half(*_spindle(rng, rng.uniform(0.18, 0.40), rng.uniform(0.8, 1.2)))


def _oval(rng: np.random.Generator) -> Outline:
    return _from_half(*_spindle(rng, rng.uniform(0.46, 0.80), rng.uniform(0.5, 0.8)))


def _toothed(rng: np.random.Generator) -> Outline:
    y, half = _spindle(rng, rng.uniform(0.40, 0.75), rng.uniform(0.55, 0.9))
    # Saw teeth that point to the tip.
    saw = (y * rng.integers(7, 14) + rng.uniform(0, 1)) % 1.0
    return _from_half(y, half * (1.0 - rng.uniform(0.12, 0.28) * saw))


def _heart(rng: np.random.Generator) -> Outline:
    y = np.linspace(0.0, 1.0, _STEPS)
    widest = rng.uniform(0.22, 0.32)
    below = np.sqrt(np.maximum(0.0, 1.0 - ((widest - y) / widest) ** 2))
    above = np.cos(np.pi / 2 * np.clip((y - widest) / (1 - widest), 0, 1)) ** rng.uniform(0.8, 1.1)
    half = 0.5 * rng.uniform(0.65, 0.95) * np.where(y < widest, below, above)
    outer = np.stack([half, y], 1)
    # The notch at the base: from the lowest point of a lobe up to the stem.
    deep, wide = rng.uniform(0.10, 0.20), half[int(0.05 * _STEPS)]
    x = np.linspace(0.0, wide, 30)[:-1]
    notch = np.stack([x, deep * (1 - (x / wide) ** 2) + 0.01], 1)
    right = np.concatenate([notch, outer[int(0.05 * _STEPS) :]])
    return np.concatenate([right, (right * (-1, 1))[::-1]])


def _lobed(rng: np.random.Generator) -> Outline:
    """As a maple's: five or seven pointed lobes round the end of the stem, the middle one the longest."""
    count = int(rng.choice([5, 7]))
    angle = np.linspace(-0.80 * np.pi, 0.80 * np.pi, 2 * _STEPS)
    phase = (angle / (1.6 * np.pi) + 0.5) * count
    toward = np.abs(2.0 * (phase % 1.0) - 1.0)
    depth = rng.uniform(0.30, 0.55)
    reach = (1.0 - depth * toward ** rng.uniform(0.6, 1.1)) * (0.72 + 0.28 * np.cos(angle / 1.6))
    points = np.stack([reach * np.sin(angle), reach * np.cos(angle)], 1)
    low, high = points[:, 1].min(), points[:, 1].max()
    return (points - (0.0, low)) / (high - low)
