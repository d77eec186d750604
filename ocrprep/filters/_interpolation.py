"""Resizing with a kernel of one's choice: separable kernels, stretched when they shrink so that nothing aliases."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import Pixels

_Floats = npt.NDArray[np.float64]
_BLOCK_ROWS = 256


class InterpolationFilterType(str, enum.Enum):
    """The kernel that weighs old pixels into a new one, by its distance x in pixels.

    The names are Aspose's. BELL, both B-splines and MITCHELL soften a page even where old and new pixels coincide; the
    others do not. When a page is shrunk, x counts new pixels, so that every old pixel has its say.
    """

    BOX = "box"
    """1 for |x| ≤ 1/2: the nearest pixel when it enlarges, the plain mean when it shrinks."""
    TRIANGLE = "triangle"
    """1 − |x| for |x| ≤ 1 (bilinear)."""
    HERMITE = "hermite"
    """2|x|³ − 3x² + 1 for |x| ≤ 1."""
    BELL = "bell"
    """3/4 − x² for |x| ≤ 1/2, (|x| − 3/2)²/2 to 3/2; the same curve as QUADRATIC_B_SPLINE."""
    CUBIC_B_SPLINE = "cubic_b_spline"
    """|x|³/2 − x² + 2/3 for |x| ≤ 1, (2 − |x|)³/6 to 2."""
    LANCZOS3 = "lanczos3"
    """sinc(x)·sinc(x/3) for |x| < 3."""
    MITCHELL = "mitchell"
    """The cubic of Mitchell and Netravali (1988) with B = C = 1/3."""
    COSINE = "cosine"
    """(1 + cos πx)/2 for |x| ≤ 1."""
    CATMULL_ROM = "catmull_rom"
    """The cubic with B = 0, C = 1/2, which is Keys' (1981) with a = −1/2."""
    QUADRATIC = "quadratic"
    """1 − 2x² for |x| ≤ 1/2, x² − 5|x|/2 + 3/2 to 3/2 (Dodgson 1997)."""
    QUADRATIC_B_SPLINE = "quadratic_b_spline"
    """3/4 − x² for |x| ≤ 1/2, x²/2 − 3|x|/2 + 9/8 to 3/2."""
    CUBIC_CONVOLUTION = "cubic_convolution"
    """Keys' cubic (1981) with a = −3/4, the sharper choice that OpenCV calls cubic."""
    LANCZOS8 = "lanczos8"
    """sinc(x)·sinc(x/8) for |x| < 8."""

    @classmethod
    def _missing_(cls, value: object) -> InterpolationFilterType | None:
        return cls.__members__.get(value.upper()) if isinstance(value, str) else None


def _box(x: _Floats) -> _Floats:
    # Half open, so that a point midway between two pixels belongs to one of them.
    return np.asarray((x > -0.5) & (x <= 0.5), np.float64)


def _triangle(x: _Floats) -> _Floats:
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(x)))


def _hermite(x: _Floats) -> _Floats:
    t = np.minimum(np.abs(x), 1.0)
    return np.asarray((2.0 * t - 3.0) * t * t + 1.0)


def _quadratic_b_spline(x: _Floats) -> _Floats:
    t = np.abs(x)
    return np.where(t <= 0.5, 0.75 - t * t, np.where(t <= 1.5, 0.5 * (t - 1.5) ** 2, 0.0))


def _quadratic(x: _Floats) -> _Floats:
    t = np.abs(x)
    return np.where(t <= 0.5, 1.0 - 2.0 * t * t, np.where(t <= 1.5, t * t - 2.5 * t + 1.5, 0.0))


def _cosine(x: _Floats) -> _Floats:
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.minimum(np.abs(x), 1.0)))


def _cubic(b: float, c: float) -> Callable[[_Floats], _Floats]:
    def kernel(x: _Floats) -> _Floats:
        t = np.abs(x)
        near = (12 - 9 * b - 6 * c) * t**3 + (-18 + 12 * b + 6 * c) * t**2 + (6 - 2 * b)
        far = (-b - 6 * c) * t**3 + (6 * b + 30 * c) * t**2 + (-12 * b - 48 * c) * t + (8 * b + 24 * c)
        return np.where(t <= 1.0, near, np.where(t < 2.0, far, 0.0)) / 6.0

    return kernel


def _lanczos(lobes: int) -> Callable[[_Floats], _Floats]:
    def kernel(x: _Floats) -> _Floats:
        return np.where(np.abs(x) < lobes, np.sinc(x) * np.sinc(x / lobes), 0.0)

    return kernel


_T = InterpolationFilterType
KERNELS: dict[InterpolationFilterType, tuple[float, Callable[[_Floats], _Floats]]] = {
    _T.BOX: (0.5, _box),
    _T.TRIANGLE: (1.0, _triangle),
    _T.HERMITE: (1.0, _hermite),
    _T.BELL: (1.5, _quadratic_b_spline),
    _T.CUBIC_B_SPLINE: (2.0, _cubic(1.0, 0.0)),
    _T.LANCZOS3: (3.0, _lanczos(3)),
    _T.MITCHELL: (2.0, _cubic(1 / 3, 1 / 3)),
    _T.COSINE: (1.0, _cosine),
    _T.CATMULL_ROM: (2.0, _cubic(0.0, 0.5)),
    _T.QUADRATIC: (1.5, _quadratic),
    _T.QUADRATIC_B_SPLINE: (1.5, _quadratic_b_spline),
    _T.CUBIC_CONVOLUTION: (2.0, _cubic(0.0, 0.75)),
    _T.LANCZOS8: (8.0, _lanczos(8)),
}
"""Reach in pixels and curve of every kernel."""


def weights(old: int, new: int, interpolation: InterpolationFilterType) -> tuple[npt.NDArray[np.intp], _Floats]:
    """How much each old pixel of a row weighs in each new one.

    Args:
        old: length of the row.
        new: length that it gets.
        interpolation: the kernel.

    Returns:
        For each new pixel the first old pixel that counts, (new,), and the weights from there on, (new, taps). Each row
        sums to 1; at the ends the part of the kernel that finds no pixels is left out and the rest made up to 1.
    """
    radius, kernel = KERNELS[interpolation]
    step = old / new
    stretch = max(step, 1.0)
    taps = min(old, int(np.ceil(2.0 * radius * stretch)) + 1)
    centres = (np.arange(new) + 0.5) * step
    # Truncated as Pillow does, so that a tie at the rim goes the same way.
    first = np.clip((centres - radius * stretch + 0.5).astype(np.intp), 0, old - taps)
    distance = (first[:, None] + np.arange(taps) + 0.5 - centres[:, None]) / stretch
    table = kernel(distance)
    return first, table / table.sum(axis=1, keepdims=True)


@dataclass(frozen=True, slots=True)
class _Band:
    """New pixels ``to`` as a matrix product with the old pixels ``of``."""

    to: slice
    of: slice
    matrix: npt.NDArray[np.float32]


def _bands(old: int, new: int, interpolation: InterpolationFilterType) -> list[_Band]:
    first, table = weights(old, new, interpolation)
    taps = table.shape[1]
    # A band about as wide as the kernel wastes half of the products; narrower ones cost more in calls.
    size = int(np.clip(round(taps * new / old), 8, 64))
    bands = []
    for start in range(0, new, size):
        stop = min(start + size, new)
        low, high = int(first[start]), int(first[stop - 1]) + taps
        matrix = np.zeros((stop - start, high - low), np.float32)
        columns = (first[start:stop] - low)[:, None] + np.arange(taps)
        matrix[np.arange(stop - start)[:, None], columns] = table[start:stop]
        bands.append(_Band(slice(start, stop), slice(low, high), matrix))
    return bands


def resize(pixels: Pixels, width: int, height: int, interpolation: InterpolationFilterType) -> Pixels:
    """The picture in another size.

    A side that keeps its length is left alone, whatever the kernel. Values are rounded and held in 0–255.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.
        width: new, in pixels, above 0.
        height: likewise.
        interpolation: the kernel.

    Returns:
        (height, width) or (height, width, 3) uint8.
    """
    if pixels.ndim == 3:
        split = [np.asarray(plane, np.uint8) for plane in cv2.split(pixels)]
        planes = [resize(plane, width, height, interpolation) for plane in split]
        return np.asarray(cv2.merge(planes), np.uint8)
    old_h, old_w = pixels.shape
    across = _bands(old_w, width, interpolation) if width != old_w else None
    down = _bands(old_h, height, interpolation) if height != old_h else None
    result = np.empty((height, width), np.uint8)
    for block in _blocks(down, height):
        rows = np.empty((block.stop - block.start, old_w), np.float32)
        if down is None:
            rows[:] = pixels[block]
        for band in down or ():
            if block.start <= band.to.start < block.stop:
                here = slice(band.to.start - block.start, band.to.stop - block.start)
                np.matmul(band.matrix, pixels[band.of].astype(np.float32), out=rows[here])
        if across is not None:
            wide = np.empty((len(rows), width), np.float32)
            for band in across:
                wide[:, band.to] = rows[:, band.of] @ band.matrix.T
            rows = wide
        cv2.add(rows, 0.0, dst=result[block], dtype=cv2.CV_8U)  # type: ignore[call-overload]
    return result


def _blocks(bands: list[_Band] | None, height: int) -> list[slice]:
    if bands is None:
        return [slice(start, min(start + _BLOCK_ROWS, height)) for start in range(0, height, _BLOCK_ROWS)]
    together = max(1, _BLOCK_ROWS // (bands[0].to.stop - bands[0].to.start))
    groups = [bands[start : start + together] for start in range(0, len(bands), together)]
    return [slice(group[0].to.start, group[-1].to.stop) for group in groups]
