"""Pictures of leaves that lie on paper, with what is known about each."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocrprep import Page, PixelMode, Source
from samples.objects.leaves import KINDS, Outline, leaf

COLUMNS, ROWS, CELL = 4, 3, 260
_FINER = 4
_PAPER = np.array([232.0, 228.0, 218.0])
_SPECKS = 40


@dataclass(frozen=True)
class Leaf:
    """One leaf of a scene.

    Args:
        kind: one of ``KINDS``.
        x: where the middle of its blade lies, in pixels.
        y: likewise.
    """

    kind: str
    x: float
    y: float


def scene(seed: int) -> tuple[Page, list[Leaf]]:
    """Twelve leaves of any kind, size, angle and shade on fibrous paper, with uneven light, grain and stray specks."""
    rng = np.random.default_rng(seed)
    height, width = ROWS * CELL, COLUMNS * CELL
    picture = _paper(height, width, rng)
    leaves = []
    for place in range(COLUMNS * ROWS):
        row, column = divmod(place, COLUMNS)
        kind = KINDS[int(rng.integers(len(KINDS)))]
        left, top = column * CELL, row * CELL
        size, angle = rng.uniform(80, 165), rng.uniform(0, 360)
        x, y = left + CELL / 2 + rng.uniform(-12, 12), top + CELL / 2 + rng.uniform(-12, 12)
        blade, stem = (_placed(part, size, angle, (x - left, y - top)) for part in leaf(kind, rng))
        cell = picture[top : top + CELL, left : left + CELL]
        cell += (_coloured(blade, stem, rng) - cell) * np.maximum(_cover(blade), _cover(stem))[..., None]
        leaves.append(Leaf(kind, x, y))
    _add_specks(picture, rng)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6) + rng.normal(0, 4.0, (height, width, 1))
    pixels = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return Page(pixels, PixelMode.RGB, source=Source(f"scene-{seed}", width=width, height=height)), leaves


def _placed(outline: Outline, size: float, angle: float, middle: tuple[float, float]) -> Outline:
    """In pixels of its cell, y down: scaled, turned counter-clockwise, its middle at a place."""
    x, y = (outline - (0.0, 0.5)).T * size
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.stack([middle[0] + x * cos - y * sin, middle[1] - x * sin - y * cos], axis=1)


def _cover(outline: Outline) -> Outline:
    """Which share of each pixel of a cell lies inside."""
    drawn = np.zeros((CELL * _FINER, CELL * _FINER), np.uint8)
    cv2.fillPoly(drawn, [np.rint((outline * _FINER - 0.5) * 16).astype(np.int32)], 255, shift=4)
    return np.asarray(cv2.resize(drawn, (CELL, CELL), interpolation=cv2.INTER_AREA) / 255.0)


def _coloured(blade: Outline, stem: Outline, rng: np.random.Generator) -> Outline:
    """A green, a yellow or a brown with patches, and a paler vein along the middle."""
    tone = np.array([rng.uniform(50, 150), rng.uniform(70, 140), rng.uniform(25, 60)])
    patches = cv2.GaussianBlur(rng.normal(0, 1, (CELL, CELL)), (0, 0), 9) * 120
    vein = np.zeros((CELL, CELL))
    tip = blade[np.argmax(np.hypot(*(blade - stem[0]).T))]
    ends = [tuple(int(number) for number in np.rint(point)) for point in (stem[0], tip)]
    cv2.line(vein, *ends, 14.0, 2, cv2.LINE_AA)
    return np.asarray(tone + (patches + vein)[..., None])


def _paper(height: int, width: int, rng: np.random.Generator) -> Outline:
    y, x = np.mgrid[0:height, 0:width]
    turn = rng.uniform(0, 2 * np.pi)
    light = 1.0 - 0.12 * ((x / width - 0.5) * np.cos(turn) + (y / height - 0.5) * np.sin(turn) + 0.5)
    fibres = cv2.GaussianBlur(rng.normal(0, 1, (height, width)), (0, 0), sigmaX=3, sigmaY=1) * 9
    return np.asarray((_PAPER * light[..., None]) + fibres[..., None])


def _add_specks(picture: Outline, rng: np.random.Generator) -> None:
    for _ in range(_SPECKS):
        place = tuple(int(number) for number in rng.integers(4, np.array(picture.shape[1::-1]) - 4))
        axes = tuple(int(number) for number in rng.integers(1, 5, 2))
        shade = (float(rng.uniform(60, 140)),) * 3
        cv2.ellipse(picture, place, axes, float(rng.uniform(0, 180)), 0, 360, shade, -1, cv2.LINE_AA)
