"""Bounds on the mean and the variance of many windows at once: they decide most pixels, the rest is looked up.

The windows of neighbouring pixels hold nearly the same. For a cell of pixels let U be what lies in any of their
windows, C what lies in all of them, R the rest of U, and c the mean of U. A window W of n pixels is U without some B:

- ``m − c = −Σ_B (p − c) / n``, as the sum over U is 0. B is drawn from R, and of |R| numbers with the sum S and the
  variance V, any |B| have a sum within ``|B| / |R| · S ± sqrt(|B| · (|R| − |B|) · V)`` (Cauchy and Schwarz). Where the
  page's edge makes |B| differ within the cell, the plainer ``± sqrt(|B| · Σ_R (p − c)²)`` serves.
- ``Σ_C (p − c)² / n − (m − c)² ≤ v ≤ Σ_U (p − c)² / n``.

A threshold that rises or falls with m, and so with v, has its extremes at the corners of these bounds. A pixel beyond
them is decided by one comparison of bytes; for the others the exact sums of the window are read from the tables that
the bounds came from. So nothing is approximate: the mask is, bit for bit, that of every threshold computed in float64.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._strips import Strip
from ocrprep.page import Pixels

Floats: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]

CELL = 8
"""Side of a cell. Larger cells are fewer, smaller ones leave fewer pixels open: of 4, 8 and 16 the quickest on type."""

TALL = 3
"""Strips are so many times as tall as usual: their margins are summed too, and small arrays cost more calls."""

_SMALLEST = 19
"""Below this window the bounds are too wide to decide much."""

_OPEN = 0.15
"""Share of open pixels from which on computing all thresholds is quicker."""

_INT32_PIXELS = (2**31 - 1) // 255

_SLACK, _ROUNDING = 1e-6, 1e-11
"""Put around m, v and T, and as a share of the sum of squares: far more than float64 loses here, by the 10¹⁶th part of
a sum at a time, and far less than a gray level."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the windows of each cell lie.

    Args:
        m: least and largest mean, (2, 1, rows, columns) of cells.
        v: least and largest variance, (2, rows, columns).
    """

    m: Floats
    v: Floats


@dataclass(frozen=True, slots=True)
class _Axis:
    """How many of the page's rows, or columns, windows hold.

    Args:
        own: each pixel's window.
        least, most: over the windows of each cell.
        union, common: U and C of each cell.
    """

    own: Floats
    least: Floats
    most: Floats
    union: Floats
    common: Floats

    @classmethod
    def of(cls, own: int, side: int, *, before: int, inside: int) -> _Axis:
        after = own + side + CELL - before - inside
        total = np.concatenate(([0.0], np.cumsum(np.repeat([0.0, 1.0, 0.0], [before, inside, after]))))
        n = total[side : side + own] - total[:own]
        cells = -(-own // CELL)
        # What a last cell lacks is filled with its own last pixel.
        of_cells = n[np.minimum(np.arange(cells * CELL), own - 1)].reshape(cells, CELL)
        first, last = total[: cells * CELL : CELL], total[CELL - 1 :][: cells * CELL : CELL]
        union = total[side + CELL - 1 :][: cells * CELL : CELL] - first
        common = total[side:][: cells * CELL : CELL] - last
        return cls(n, of_cells.min(1), of_cells.max(1), union, common)


class Windows:
    """The windows around all pixels of a page; strips of them are summed on several threads."""

    def __init__(self, pixels: Pixels, size: tuple[int, int]) -> None:
        """The page is (H, W) uint8, the window's size is odd, across and down; ``fit`` must be true of them."""
        self._pixels, self._size = pixels, size
        self._across = _Axis.of(pixels.shape[1], size[0], before=size[0] // 2, inside=pixels.shape[1])
        # Fresh memory costs more than the sums: each thread keeps its tables until the page is done.
        self._kept = threading.local()
        self._tried = self._failed = 0

    @property
    def pay(self) -> bool:
        """Whether the bounds have decided enough on this page so far; what they cost is lost where they do not."""
        return self._failed < 2 or 2 * self._failed < self._tried

    def decided(self, left: float) -> bool:
        """Whether so small a share is left that looking it up is quicker than computing all; remembered for ``pay``."""
        # Threads may lose each other's count; then a strip more is tried, with the same result.
        self._tried += 1
        self._failed += left > _OPEN
        return left <= _OPEN

    @staticmethod
    def fit(size: tuple[int, int], width: int, rows: int) -> bool:
        """Whether the bounds pay, and the sums of a strip of ``rows`` rows fit their tables."""
        area = (width + size[0] + CELL) * (rows + size[1] + CELL)
        return min(size) >= _SMALLEST and area <= _INT32_PIXELS

    def sums(self, strip: Strip) -> Sums:
        """The tables of a strip; valid until the same thread asks for the next."""
        reach = self._size[1] // 2
        rows = strip.rows.stop - strip.rows.start
        before = reach - strip.inner.start
        part = self._pixels[strip.padded]
        after = rows + 2 * reach + CELL - before - part.shape[0]
        side = self._size[0] // 2
        padded = cv2.copyMakeBorder(part, before, after, side, side + CELL, cv2.BORDER_CONSTANT, value=0)
        shape = padded.shape[0] + 1, padded.shape[1] + 1
        levels, squares = self._tables(shape)
        cv2.integral2(padded, levels, squares, cv2.CV_32S, cv2.CV_64F)
        down = _Axis.of(rows, self._size[1], before=before, inside=part.shape[0])
        return Sums(levels, squares, self._size, down, self._across)

    def _tables(self, shape: tuple[int, int]) -> tuple[npt.NDArray[np.int32], Floats]:
        kept: tuple[npt.NDArray[np.int32], Floats] | None = getattr(self._kept, "tables", None)
        if kept is None or kept[0].shape != shape:
            kept = np.empty(shape, np.int32), np.empty(shape, np.float64)
            self._kept.tables = kept
        return kept


@dataclass(frozen=True, slots=True)
class Sums:
    """What lies above and left of each place of a strip with its margins, summed.

    Args:
        levels: sums of the pixels, int32.
        squares: sums of their squares, exact in float64.
        size: of the window, across and down.
        down: counts of rows.
        across: counts of columns.
    """

    levels: npt.NDArray[np.int32]
    squares: Floats
    size: tuple[int, int]
    down: _Axis
    across: _Axis

    def bounds(self) -> Bounds:
        """What the mean and the variance of each cell's windows lie between; the module tells how."""
        n_u = np.multiply.outer(self.down.union, self.across.union)
        n_c = np.multiply.outer(self.down.common, self.across.common)
        least = np.multiply.outer(self.down.least, self.across.least)
        most = np.multiply.outer(self.down.most, self.across.most)
        s_u, q_u = self._cells(self.levels, 0), self._cells(self.squares, 0)
        s_c, q_c = self._cells(self.levels, CELL - 1), self._cells(self.squares, CELL - 1)
        c = s_u / n_u
        all_u = q_u - c * s_u
        all_c = q_c - c * (2 * s_c - c * n_c)
        ring = np.maximum(n_u - n_c, 1)
        off = n_u - least
        share = off / ring * (least == most)
        # Of U without C: its sum of p − c, and that of the squares about its own mean.
        sum_r = c * n_c - s_c
        all_r = np.maximum(all_u - all_c - sum_r * sum_r / ring * (least == most), 0) + _ROUNDING * q_u
        shift = share * sum_r / least
        reach = np.sqrt(off * (1 - share) * all_r) / least + _SLACK
        m, v = np.empty((2, 1, *c.shape)), np.empty((2, *c.shape))
        middle = c - shift
        np.maximum(middle - reach, 0, out=m[0, 0])
        np.minimum(middle + reach, 255, out=m[1, 0])
        reach += np.abs(shift)
        np.maximum(all_c / most - reach * reach - _SLACK, 0, out=v[0])
        np.add(all_u / least, _SLACK, out=v[1])
        return Bounds(m, v)

    def exact(self, at: Places) -> tuple[Floats, Floats]:
        """Mean and variance of the windows of some pixels, given by their places in the flattened strip."""
        width, stride = len(self.across.own), self.levels.shape[1]
        y = at // width
        x = at - y * width
        n = self.down.own.take(y) * self.across.own.take(x)
        corner = y * stride + x
        across, down = self.size[0], self.size[1] * stride
        s, q = self.levels.reshape(-1), self.squares.reshape(-1)
        total, squares = s.take(corner), q.take(corner)
        corner += across
        total -= s.take(corner)
        squares -= q.take(corner)
        corner += down
        total += s.take(corner)
        squares += q.take(corner)
        corner -= across
        total -= s.take(corner)
        squares -= q.take(corner)
        m = total / n
        v = squares / n
        v -= m * m
        return m, v

    def spread(self, cells: Pixels) -> Pixels:
        """One value per cell made one per pixel."""
        height, width = len(self.down.own), len(self.across.own)
        return np.repeat(np.repeat(cells, CELL, 1)[:, :width], CELL, 0)[:height]

    def pixels_of(self, cells: Places) -> Places:
        """Places of the pixels of some cells, these given by their places among the flattened cells."""
        height, width = len(self.down.own), len(self.across.own)
        row, column = np.divmod(cells, len(self.across.union))
        inside = np.arange(CELL)
        y = np.minimum(row[:, None] * CELL + inside, height - 1)
        x = np.minimum(column[:, None] * CELL + inside, width - 1)
        return np.asarray((y[:, :, None] * width + x[:, None, :]).reshape(-1), np.intp)

    def _cells(self, table: npt.NDArray[np.int32] | Floats, inset: int) -> Floats:
        """Sums over U, or over C with ``inset`` one less than a cell."""
        rows, columns = len(self.down.union) * CELL, len(self.across.union) * CELL
        right, bottom = (side + CELL - 1 - inset for side in self.size)

        def every(y: int, x: int) -> npt.NDArray[np.int32] | Floats:
            return table[y:, x:][:rows:CELL, :columns:CELL]

        found = np.subtract(every(bottom, right), every(inset, right), dtype=np.float64)
        found -= every(bottom, inset)
        found += every(inset, inset)
        return np.asarray(found, np.float64)


def marked(mask: Pixels) -> Places:
    """Places in the flattened mask that are not 0; quick where most of it is."""
    flat = mask.reshape(-1)
    whole = flat.size // 8 * 8
    words = np.flatnonzero(flat[:whole].view(np.uint64) != 0)
    inside = np.flatnonzero(flat[:whole].reshape(-1, 8)[words] != 0)
    found = words.take(inside >> 3) * 8 + (inside & 7)
    return np.concatenate((found, whole + np.flatnonzero(flat[whole:])))


def levels_between(least: Floats, largest: Floats) -> tuple[Pixels, Pixels]:
    """Bytes that a threshold leaves open: those from the first to the second, both included.

    A pixel below the first is at or below the threshold, one above the second is above it. Where a bound is no number,
    every level is open.
    """
    first = np.nan_to_num(least + (1 - _SLACK), nan=0.0).clip(0, 255)
    last = np.nan_to_num(largest + _SLACK, nan=255.0).clip(0, 255)
    return first.astype(np.uint8), last.astype(np.uint8)
