"""The pen on the paper: paths with a width that changes along the way, drawn with soft edges."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]  # N×2: x to the right, y down, in pixels
Widths = NDArray[np.float32]  # N: pixels

_SHIFT = 4  # OpenCV draws at sixteenths of a pixel


class Strokes:
    """Paths that wait to be drawn together, since one call for many costs little more than one for one."""

    def __init__(self) -> None:
        self._points: list[Points] = []
        self._widths: list[Widths] = []

    def __len__(self) -> int:
        return len(self._points)

    def add(self, points: Points, widths: Widths | float) -> None:
        """One path of at least two points; a single width serves for all of it."""
        self._points.append(np.asarray(points, np.float32))
        self._widths.append(np.broadcast_to(np.asarray(widths, np.float32), len(points)))

    def draw(self, shape: tuple[int, int], *, finer: int = 2) -> NDArray[np.uint8]:
        """All paths as H×W coverage, 0 to 255, drawn ``finer`` times as large and averaged down."""
        big = np.zeros((shape[0] * finer, shape[1] * finer), np.uint8)
        if self._points:
            for level, pieces in self._pieces(finer).items():
                cv2.polylines(big, pieces, isClosed=False, color=255, thickness=level, shift=_SHIFT)
        return cv2.resize(big, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]

    def _pieces(self, finer: int) -> dict[int, list[NDArray[np.int32]]]:
        """The paths cut wherever the width, rounded to a pixel of the finer picture, changes; sorted by width."""
        points = np.concatenate(self._points)
        widths = np.concatenate(self._widths) * finer
        ends = np.cumsum([len(path) for path in self._points])
        # OpenCV's pixel centres lie at whole numbers, ours at halves.
        fixed = np.rint((points * finer - 0.5) * (1 << _SHIFT)).astype(np.int32)
        levels = np.maximum(np.rint((widths[:-1] + widths[1:]) / 2), 1).astype(np.int32)
        levels[ends[:-1] - 1] = 0  # no ink between the end of a path and the start of the next
        changes = np.flatnonzero(np.diff(levels)) + 1
        starts = [0, *changes.tolist()]
        stops = [*changes.tolist(), len(levels)]
        pieces: dict[int, list[NDArray[np.int32]]] = {}
        for start, stop in zip(starts, stops, strict=True):
            level = int(levels[start])
            if level:
                pieces.setdefault(level, []).append(fixed[start : stop + 1])
        return pieces
