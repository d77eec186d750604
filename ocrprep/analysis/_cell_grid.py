"""A page in small square cells, and windows of several cells that move by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.geometry import Rectangle
from ocrprep.page import Pixels

ACROSS = 4
"""Cells of a window along each side."""

_CELLS = 96
"""Along the page's longer side: a window is then a twenty-fourth of it, on A4 some 12 mm."""

Counts: TypeAlias = npt.NDArray[np.float32]
Flags: TypeAlias = npt.NDArray[np.bool_]
_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Grid:
    """How a page is divided.

    Args:
        height: of the page, in pixels.
        width: likewise.
        side: of a cell, in pixels; those at the right and lower edge may be smaller.
    """

    height: int
    width: int
    side: int

    @classmethod
    def of(cls, pixels: Pixels, least: int = 8) -> Grid:
        """The grid of a page of at least one window a side.

        Args:
            pixels: the page.
            least: pixels of a cell's side, where the page is large enough.
        """
        height, width = pixels.shape[:2]
        side = max(least, round(max(height, width) / _CELLS))
        return cls(height, width, min(side, min(height, width) // ACROSS))

    @property
    def window(self) -> int:
        """Pixels of a whole window."""
        return (ACROSS * self.side) ** 2

    def sums(self, mask: Pixels) -> Counts:
        """(rows, columns): the pixels of each cell that are set, of a (H, W) mask of 0 and 255."""
        total = np.asarray(cv2.integral(mask))
        rows, columns = (np.append(np.arange(0, size, self.side), size) for size in (self.height, self.width))
        corners = total[np.ix_(rows, columns)].astype(np.float64)
        counts = corners[1:, 1:] - corners[:-1, 1:] - corners[1:, :-1] + corners[:-1, :-1]
        return np.asarray(counts / 255.0, np.float32)

    def highest(self, values: Pixels) -> Pixels:
        """(rows, columns): the largest value in each cell."""
        rows, columns = range(0, self.height, self.side), range(0, self.width, self.side)
        return np.maximum.reduceat(np.maximum.reduceat(values, rows, axis=0), columns, axis=1)

    def spread(self, cells: npt.NDArray[_Value]) -> npt.NDArray[_Value]:
        """(H, W): each cell's value at each of its pixels."""
        tall = np.repeat(cells, self.side, axis=0)[: self.height]
        return np.ascontiguousarray(np.repeat(tall, self.side, axis=1)[:, : self.width])

    def areas(self, windows: Flags, least: int, *, whole: bool) -> list[tuple[Rectangle, Flags]]:
        """Around windows that touch, with those that lie in each; the largest first.

        Args:
            windows: (rows, columns) as of :func:`in_windows`.
            least: windows that an area must have.
            whole: whether every cell of such a window belongs to the area, or only the four in its middle.
        """
        rows, columns = windows.shape
        middle = ACROSS // 2 - 1
        cells = covered(windows, whole=whole).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(cells, connectivity=8)
        owner = np.where(windows, labels[middle : middle + rows, middle : middle + columns], 0)
        many = np.bincount(owner.ravel(), minlength=count)
        found = [
            (self._rectangle(*map(int, stats[label][:4])), owner == label)
            for label in range(1, count)
            if many[label] >= least
        ]
        return _joined(found)

    def _rectangle(self, left: int, top: int, wide: int, high: int) -> Rectangle:
        x, y = left * self.side, top * self.side
        right, bottom = min(self.width, x + wide * self.side), min(self.height, y + high * self.side)
        return Rectangle(x, y, right - x, bottom - y)


def covered(windows: Flags, *, whole: bool) -> Flags:
    """(rows, columns) of cells: those that windows take, or only the four in the middle of each."""
    rows, columns = windows.shape
    cells = np.zeros((rows + ACROSS - 1, columns + ACROSS - 1), bool)
    middle = ACROSS // 2 - 1
    reach = range(ACROSS) if whole else range(middle, middle + 2)
    for down in reach:
        for right in reach:
            cells[down : down + rows, right : right + columns] |= windows
    return cells


def in_windows(cells: Counts | Flags) -> Counts:
    """(rows - 3, columns - 3): the sum of each window's cells."""
    total = np.pad(cells.astype(np.float64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    return np.asarray(
        total[ACROSS:, ACROSS:] - total[:-ACROSS, ACROSS:] - total[ACROSS:, :-ACROSS] + total[:-ACROSS, :-ACROSS],
        np.float32,
    )


def highest_in_windows(cells: Pixels) -> Counts:
    """(rows - 3, columns - 3): the largest value of each window's cells."""
    views = np.lib.stride_tricks.sliding_window_view(cells, (ACROSS, ACROSS))
    return np.asarray(views.max(axis=(2, 3)), np.float32)


def _joined(areas: list[tuple[Rectangle, Flags]]) -> list[tuple[Rectangle, Flags]]:
    """Areas whose rectangles overlap as one; the largest first."""
    waiting, made = list(areas), []
    while waiting:
        one, windows = waiting.pop()
        place = next((number for number, (other, _) in enumerate(waiting) if shared(one, other)), None)
        if place is None:
            made.append((one, windows))
        else:
            other, more = waiting[place]
            waiting[place] = _union(one, other), windows | more
    return sorted(made, key=lambda item: (-item[0].width * item[0].height, item[0].y, item[0].x))


def shared(one: Rectangle, other: Rectangle) -> int:
    """Pixels that lie in both."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0, across) * max(0, down)


def _union(one: Rectangle, other: Rectangle) -> Rectangle:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right, bottom = max(one.x + one.width, other.x + other.width), max(one.y + one.height, other.y + other.height)
    return Rectangle(left, top, right - left, bottom - top)
