"""What a network is shown of a page: gray levels made independent of paper, light and contrast.

Training and inference call the very same function. All statistics are those of the whole page, and the arithmetic walks
fixed strips of it, so that any part of a page is, bit for bit, what the whole page has there.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import histogram
from ocrprep.page import Pixels
from ocrprep.threads import shared_out

Normalization: TypeAlias = Literal["local", "minmax"]
"""``local``: two channels, contrast against the surroundings and depth against the page's paper. ``minmax``: one
channel, gray levels from 0 (darkest) to 1 (lightest), as ocrobin (Breuel, 2018) wants them."""

Inputs: TypeAlias = npt.NDArray[np.float32]
"""[C, H, W]."""

CHANNELS: dict[Normalization, int] = {"local": 2, "minmax": 1}

_REDUCED = 4
"""Means and deviations are measured on the page made smaller by this."""

_WINDOW = 49
"""Side of their window on the reduced page: 193 pixels of the page, and what is left of the last cell."""

_LEAST_SIGMA, _FARTHEST = 6.0, 6.0
"""Deviations below this are the paper's own; and where the local channel is cut off."""

_DEEPEST, _LEAST_DEPTH, _DEPTHS = 0.003, 16.0, (-2.0, 4.0)
"""The share of the page that counts as its darkest; the smallest depth that ink may have; where depths are cut off."""

_ROWS = 64
"""Rows of a strip; a multiple of ``_REDUCED``."""


class Normalized(Protocol):
    """A page that is normalised part by part."""

    def rows(self, top: int, bottom: int) -> Inputs:
        """The rows from ``top`` up to ``bottom``, 0 ≤ top < bottom ≤ H: [C, bottom − top, W]."""


def normalize(gray: Pixels, kind: Normalization = "local") -> Inputs:
    """The page as a network's input.

    Args:
        gray: (H, W) uint8, dark ink on light paper.
        kind: the channels; see :data:`Normalization`.

            ``local``, channel 0: (mean − g) / max(deviation, 6), both of a box of 193 pixels around, cut off at ±6.
            Channel 1: (median − g) / max(median − darkest 0.3 %, 16), of the whole page, cut off at −2 and 4. Ink
            is positive in both.

            ``minmax``: (g − min) / (max − min); 1 on a page of one level.

    Returns:
        [C, H, W] float32, C as in :data:`CHANNELS`.
    """
    height, width = gray.shape
    page = normalized(gray, kind)
    made = np.empty((CHANNELS[kind], height, width), np.float32)

    def fill(top: int) -> None:
        bottom = min(top + _ROWS, height)
        made[:, top:bottom] = page.rows(top, bottom)

    shared_out(range(0, height, _ROWS), fill)
    return made


def normalized(gray: Pixels, kind: Normalization = "local") -> Normalized:
    """The same, measured now and computed part by part; the arguments as for :func:`normalize`."""
    return _Local(gray) if kind == "local" else _MinMax(gray)


class _MinMax:
    def __init__(self, gray: Pixels) -> None:
        self._gray = gray
        low, high = int(gray.min()), int(gray.max())
        levels = np.arange(256, dtype=np.float32)
        scaled = (levels - low) / np.float32(max(high - low, 1))
        self._table = np.where(low == high, 1.0, np.clip(scaled, 0, 1)).astype(np.float32)

    def rows(self, top: int, bottom: int) -> Inputs:
        """As the protocol says."""
        return _looked_up(self._gray[top:bottom], self._table)[None]


class _Local:
    def __init__(self, gray: Pixels) -> None:
        self._gray = gray
        self._table = _depths(gray)
        mean, square = _reduced(gray)
        window = (_WINDOW, _WINDOW)
        mean, square = (
            _float(cv2.boxFilter(part, cv2.CV_32F, window, borderType=cv2.BORDER_REFLECT_101))
            for part in (mean, square)
        )
        variance = np.maximum(square - mean * mean, np.float32(_LEAST_SIGMA**2))
        # One row and column more all around, so that every strip finds its neighbours.
        self._mean, self._sigma = (
            _float(cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_REPLICATE)) for part in (mean, np.sqrt(variance))
        )

    def rows(self, top: int, bottom: int) -> Inputs:
        """As the protocol says."""
        height, width = self._gray.shape
        made = np.empty((2, bottom - top, width), np.float32)
        for start in range(top // _ROWS * _ROWS, bottom, _ROWS):
            stop = min(start + _ROWS, height)
            wanted = slice(max(start, top), min(stop, bottom))
            own = slice(wanted.start - start, wanted.stop - start)
            to = slice(wanted.start - top, wanted.stop - top)
            made[0, to] = self._contrast(start, stop)[own]
            made[1, to] = _looked_up(self._gray[wanted], self._table)
        return made

    def _contrast(self, start: int, stop: int) -> npt.NDArray[np.float32]:
        part = self._gray[start:stop]
        mean, sigma = (self._enlarged(small, start, stop) for small in (self._mean, self._sigma))
        made = _float(cv2.subtract(mean, part, dtype=cv2.CV_32F))
        np.divide(made, sigma, out=made)
        return np.clip(made, -_FARTHEST, _FARTHEST, out=made)

    def _enlarged(self, small: npt.NDArray[np.float32], start: int, stop: int) -> npt.NDArray[np.float32]:
        """The rows of a reduced and bordered map, linearly between its points, at the page's size."""
        first, last = start // _REDUCED, -(-stop // _REDUCED)
        part = small[first : last + 2]
        size = (part.shape[1] * _REDUCED, part.shape[0] * _REDUCED)
        large = _float(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR))
        return large[_REDUCED : _REDUCED + stop - start, _REDUCED : _REDUCED + self._gray.shape[1]]


def _depths(gray: Pixels) -> npt.NDArray[np.float32]:
    """Channel 1 of every gray level."""
    below = np.cumsum(histogram(gray))
    median = int(np.searchsorted(below, gray.size / 2))
    darkest = int(np.searchsorted(below, gray.size * _DEEPEST))
    depth = (median - np.arange(256)) / max(median - darkest, _LEAST_DEPTH)
    return np.clip(depth, *_DEPTHS).astype(np.float32)


def _looked_up(part: Pixels, table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return _float(cv2.LUT(part, table)).reshape(part.shape)


def _float(values: Any) -> Inputs:
    return np.asarray(values, np.float32)


def _reduced(gray: Pixels) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The mean and the mean square of every cell."""
    height, width = gray.shape
    size = (-(-height // _REDUCED), -(-width // _REDUCED))
    mean, square = np.empty(size, np.float32), np.empty(size, np.float32)

    def fill(top: int) -> None:
        part = gray[top : top + _ROWS]
        missing = -part.shape[0] % _REDUCED, -width % _REDUCED
        if any(missing):
            part = np.asarray(cv2.copyMakeBorder(part, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE), np.uint8)
        levels = part.astype(np.float32)
        cells = part.shape[1] // _REDUCED, part.shape[0] // _REDUCED
        rows = slice(top // _REDUCED, top // _REDUCED + cells[1])
        mean[rows] = cv2.resize(levels, cells, interpolation=cv2.INTER_AREA)
        square[rows] = cv2.resize(np.multiply(levels, levels, out=levels), cells, interpolation=cv2.INTER_AREA)

    shared_out(range(0, height, _ROWS), fill)
    return mean, square
