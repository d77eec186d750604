"""Answer sheets that are filled in and photographed by code: the right answers are known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from samples.bubbles.layout import Floats
from samples.bubbles.printing import HEIGHT, MARKS, WIDTH, printed_sheet, sheet_layout
from samples.bubbles.reading import Marks

CONDITIONS = ("clean", "shadow", "gradient", "stain", "phone", "pencil")

_FINE = 4
# Chances that a field has no mark, one, two or three.
_COUNTS = (0.06, 0.86, 0.06, 0.02)

Gray = npt.NDArray[np.uint8]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A filled sheet.

    Args:
        pixels: (H, W) gray, as a scanner or a phone gives it.
        marked: for each block, (fields, values), the truth.
        marks: what stands at its corners.
    """

    pixels: Gray
    marked: list[Marks]
    marks: str


def make_sheet(condition: str, seed: int) -> Sheet:
    """A sheet of its own for every seed.

    Args:
        condition: one of ``CONDITIONS``.
        seed: not below 0.
    """
    random = np.random.default_rng([CONDITIONS.index(condition), seed])
    kind = MARKS[seed % len(MARKS)]
    page = printed_sheet(kind).astype(np.float32)
    truth = []
    for block in sheet_layout().blocks:
        marked = _answers(random, block.centres.shape[:2])
        truth.append(marked)
        for centre in block.centres[marked]:
            _scribble(page, centre, block.size[0] / 2.0, random, poor=condition == "pencil")
        if condition == "pencil":
            for centre in block.centres[~marked & (random.random(marked.shape) < 0.04)]:
                _smudge(page, centre, block.size[0] / 2.0, random)
    page = _lit(page, condition, random)
    if condition == "phone":
        page = _photographed(page, random)
    page = cv2.GaussianBlur(page, (0, 0), random.uniform(0.4, 0.8))
    page += random.uniform(1.5, 3.5) * random.standard_normal(page.shape, np.float32)
    return Sheet(np.clip(np.round(page), 0, 255).astype(np.uint8), truth, kind)


def _answers(random: np.random.Generator, shape: tuple[int, ...]) -> Marks:
    counts = random.choice(len(_COUNTS), size=shape[0], p=_COUNTS)
    ranks = random.random(shape).argsort(axis=1).argsort(axis=1)
    return np.asarray(ranks < counts[:, None], np.bool_)


def _scribble(page: Singles, centre: Floats, radius: float, random: np.random.Generator, *, poor: bool) -> None:
    """Pencil to and fro across a bubble; poor: faint, short of the rim or over it."""
    dark = random.uniform(0.42, 0.95) if poor else random.uniform(0.7, 0.95)
    reach = radius * (random.uniform(0.78, 1.3) if poor else random.uniform(0.9, 1.1))
    shift = random.normal(0.0, 0.1 * radius, 2)
    half = int(np.ceil(1.6 * radius))
    left, top = (int(value) - half for value in centre)
    side = 2 * half + 1
    layer = np.zeros((side * _FINE, side * _FINE), np.uint8)
    turns = int(random.integers(9, 13))
    along = np.linspace(-1.0, 1.0, turns) * reach * 0.92
    across = np.sqrt(np.maximum(reach**2 - along**2, 0.0)) * random.uniform(0.8, 1.12, turns)
    across[1::2] *= -1.0
    lean = random.uniform(0.0, np.pi)
    turned = np.array([[np.cos(lean), -np.sin(lean)], [np.sin(lean), np.cos(lean)]])
    points = np.stack([along, across], axis=1) @ turned.T + centre + shift - (left, top)
    thick = max(1, round(_FINE * (2.1 if poor else 2.6)))
    cv2.polylines(layer, [np.round(points * _FINE).astype(np.int32)], False, 255, thick)
    _shade(page, (left, top), cv2.resize(layer, (side, side), interpolation=cv2.INTER_AREA) / 255.0 * dark)


def _smudge(page: Singles, centre: Floats, radius: float, random: np.random.Generator) -> None:
    """What a rubber leaves of a mark."""
    half = int(np.ceil(2.0 * radius))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    away = np.hypot(x - random.normal(0, 1.5), y - random.normal(0, 1.5)) / (radius * random.uniform(0.9, 1.3))
    grain = random.uniform(0.6, 1.0, away.shape)
    left, top = (int(value) - half for value in centre)
    _shade(page, (left, top), random.uniform(0.06, 0.17) * grain / (1.0 + away**6))


def _shade(page: Singles, place: tuple[int, int], share: Floats) -> None:
    left, top = place
    part = page[top : top + share.shape[0], left : left + share.shape[1]]
    part *= 1.0 - share.astype(np.float32)


def _lit(page: Singles, condition: str, random: np.random.Generator) -> Singles:
    # Light is smooth: half the size is enough.
    y, x = np.mgrid[0:HEIGHT:2, 0:WIDTH:2].astype(np.float32)
    angle = random.uniform(0.0, 2.0 * np.pi)
    ramp = ((x - WIDTH / 2) * np.cos(angle) + (y - HEIGHT / 2) * np.sin(angle)) / HEIGHT
    if condition == "shadow":
        # A hand or a head: half-plane with a bent, more or less soft edge.
        bend = 0.06 * np.sin(9.0 * ((x - WIDTH / 2) * -np.sin(angle) + (y - HEIGHT / 2) * np.cos(angle)) / HEIGHT)
        edge = (ramp + bend - random.uniform(-0.15, 0.1)) / random.uniform(0.006, 0.05)
        light = 1.0 - random.uniform(0.35, 0.58) / (1.0 + np.exp(-np.clip(edge, -30, 30)))
    elif condition in {"gradient", "phone"}:
        light = 1.0 - random.uniform(0.3, 0.5) * (ramp + 0.6)
    elif condition == "stain":
        light = _stains(x, y, random)
    else:
        light = 1.0 - 0.06 * (ramp + 0.5)
    light = cv2.resize(np.minimum(light, 1.05).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return np.asarray(page * light, np.float32)


def _stains(x: Singles, y: Singles, random: np.random.Generator) -> Singles:
    """Coffee: blots with a darker rim."""
    light = np.ones_like(x)
    for _ in range(int(random.integers(3, 6))):
        cx, cy, radius = random.uniform(60, WIDTH - 60), random.uniform(60, HEIGHT - 60), random.uniform(50, 130)
        bends = random.uniform(0, 2 * np.pi, 2)
        angle = np.arctan2(y - cy, x - cx)
        bent = 1 + 0.08 * np.sin(3 * angle + bends[0]) + 0.04 * np.sin(7 * angle + bends[1])
        away = np.hypot(x - cx, y - cy) / (radius * bent)
        blot = 1.0 / (1.0 + np.exp(np.clip((away - 1.0) * 40.0, -30, 30)))
        rim = np.exp(-(((away - 0.97) / 0.04) ** 2))
        light *= 1.0 - random.uniform(0.18, 0.38) * blot - random.uniform(0.05, 0.15) * rim
    return np.asarray(light, np.float32)


def _photographed(page: Singles, random: np.random.Generator) -> Singles:
    """The sheet on a desk, seen from somewhere above it."""
    size = (WIDTH + 60, HEIGHT + 60)
    desk = cv2.resize(random.uniform(50, 110, (14, 11)).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    flat = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    inner = np.array([(70, 70), (size[0] - 70, 70), (size[0] - 70, size[1] - 70), (70, size[1] - 70)], np.float32)
    corners = (inner + random.uniform(-50, 50, (4, 2))).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    seen = cv2.warpPerspective(np.ones_like(page), matrix, size, flags=cv2.INTER_LINEAR)
    drawn = cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(drawn * seen + desk * (1.0 - seen), np.float32)
