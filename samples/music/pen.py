"""A pen that draws in staff spaces and is antialiased by drawing larger and averaging."""

from __future__ import annotations

import itertools
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Point: TypeAlias = tuple[float, float]

_FINER = 4
"""Pixels drawn, along each side, for one of the page."""

_AROUND = np.stack([wave(np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)) for wave in (np.cos, np.sin)])

_SHIFT = 4
"""Binary digits of a drawn pixel's fraction."""


class Pen:
    """Draws black on a white page.

    Args:
        width: of the page, in staff spaces; x runs to the right.
        height: likewise; y runs down.
        space: pixels of one staff space.
        skew: degrees by which all that is drawn is turned about the page's middle, counter-clockwise.
    """

    def __init__(self, width: float, height: float, space: float, skew: float = 0.0) -> None:
        self.shape = (round(height * space), round(width * space))
        self._canvas = np.full((self.shape[0] * _FINER, self.shape[1] * _FINER), 255, np.uint8)
        turn = np.deg2rad(skew)
        cosine, sine = float(np.cos(turn)), float(np.sin(turn))
        middle = np.array([self.shape[1], self.shape[0]]) / 2.0
        self._linear = np.array([[cosine, sine], [-sine, cosine]]) * space
        self._offset = middle - self._linear @ (middle / space)

    def place(self, points: Floats) -> Floats:
        """Staff spaces to pixels of the page, (N, 2) each; (0, 0) is the outer corner of the first pixel."""
        return np.asarray(points, np.float64) @ self._linear.T + self._offset

    def polygon(self, points: Floats, paper: bool = False) -> None:
        """Fill a polygon given by (N, 2) points, black or as paper."""
        level = 255.0 if paper else 0.0
        cv2.fillPoly(self._canvas, [self._drawn(points)], level, lineType=cv2.LINE_8, shift=_SHIFT)

    def _drawn(self, points: Floats) -> npt.NDArray[np.int32]:
        return np.rint((self.place(points) * _FINER - 0.5) * 2**_SHIFT).astype(np.int32)

    def ellipse(self, centre: Point, axes: Point, tilt: float = 0.0, paper: bool = False) -> None:
        """Fill an ellipse of two half axes, the first turned counter-clockwise from level by ``tilt`` degrees."""
        turn = np.deg2rad(tilt)
        along, across = axes[0] * _AROUND[0], axes[1] * _AROUND[1]
        x = centre[0] + along * np.cos(turn) + across * np.sin(turn)
        y = centre[1] - along * np.sin(turn) + across * np.cos(turn)
        self.polygon(np.stack([x, y], axis=1), paper)

    def line(self, start: Point, end: Point, width: float) -> None:
        """A straight stroke with square ends."""
        ends = np.array([start, end], np.float64)
        direction = (ends[1] - ends[0]) / max(float(np.hypot(*(ends[1] - ends[0]))), 1e-9)
        aside = np.array([-direction[1], direction[0]]) * width / 2.0
        self.polygon(np.stack([ends[0] + aside, ends[1] + aside, ends[1] - aside, ends[0] - aside]))

    def box(self, left: float, top: float, right: float, bottom: float) -> None:
        """An upright rectangle."""
        self.polygon(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))

    def curve(self, through: list[Point], widths: list[float]) -> None:
        """A smooth stroke through points, as wide at each of them as told (Catmull and Rom 1974)."""
        knots = np.column_stack([np.array(through, np.float64), np.array(widths, np.float64)])
        padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
        t = np.linspace(0.0, 1.0, 7)[:, None]
        parts = []
        for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
            parts.append(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            )
        path = np.concatenate(parts)
        for first, second in itertools.pairwise(path):
            self._link(first, second)

    def _link(self, first: Floats, second: Floats) -> None:
        length = float(np.hypot(*(second[:2] - first[:2])))
        if length > 1e-6:
            along = (second[:2] - first[:2]) / length
            aside = np.array([-along[1], along[0]])
            corners = [first[:2] + aside * first[2] / 2, second[:2] + aside * second[2] / 2]
            corners += [second[:2] - aside * second[2] / 2, first[:2] - aside * first[2] / 2]
            self.polygon(np.stack(corners))
        self.ellipse((float(second[0]), float(second[1])), (float(second[2]) / 2, float(second[2]) / 2))

    def stencil(self, ink: npt.NDArray[np.uint8], left: float, top: float, width: float) -> None:
        """Print a bitmap, (h, w) not 0 on ink, so wide in staff spaces."""
        outlines, _ = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        step = width / ink.shape[1]
        drawn = [self._drawn(outline[:, 0] * step + (left, top)) for outline in outlines]
        cv2.fillPoly(self._canvas, drawn, 0.0, lineType=cv2.LINE_8, shift=_SHIFT)

    def picture(self) -> npt.NDArray[np.uint8]:
        """The page, (H, W) uint8."""
        size = (self.shape[1], self.shape[0])
        return np.asarray(cv2.resize(self._canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
