"""Resizing with a kernel of one's choice: separable kernels, stretched when they shrink so that nothing aliases."""

from __future__ import annotations

import enum
import functools
import math
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._banded import Run, multiplied, runs
from ocrprep.page import Pixels

_Floats = npt.NDArray[np.float64]
_ALL = slice(None)


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


def weights(
    old: int, new: int, interpolation: InterpolationFilterType, among: slice = _ALL
) -> tuple[npt.NDArray[np.intp], _Floats]:
    """How much each old pixel of a row weighs in each new one.

    Args:
        old: length of the row.
        new: length that it gets.
        interpolation: the kernel.
        among: those of the new pixels that are asked for.

    Returns:
        For each new pixel the first old pixel that counts, (new,), and the weights from there on, (new, taps). Each row
        sums to 1; at the ends the part of the kernel that finds no pixels is left out and the rest made up to 1.
    """
    radius, kernel = KERNELS[interpolation]
    step = old / new
    stretch = max(step, 1.0)
    taps = min(old, int(np.ceil(2.0 * radius * stretch)) + 1)
    centres = (np.arange(new)[among] + 0.5) * step
    # Truncated as Pillow does, so that a tie at the rim goes the same way.
    first = np.clip((centres - radius * stretch + 0.5).astype(np.intp), 0, old - taps)
    distance = (first[:, None] + np.arange(taps) + 0.5 - centres[:, None]) / stretch
    table = kernel(distance)
    return first, table / table.sum(axis=1, keepdims=True)


def resize(pixels: Pixels, width: int, height: int, interpolation: InterpolationFilterType) -> Pixels:
    """The picture in another size.

    A side that keeps its length is left alone, whatever the kernel. Values are rounded and held in 0–255. Where OpenCV
    has the same kernel its own ``resize`` does the work; its fixed point may be one level off.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.
        width: new, in pixels, above 0.
        height: likewise.
        interpolation: the kernel.

    Returns:
        (height, width) or (height, width, 3) uint8.
    """
    same = _in_opencv(pixels.shape[:2], (height, width), interpolation)
    if same is None:
        return _part(pixels, (height, width), interpolation, _ALL, _ALL)
    made = np.asarray(cv2.resize(pixels, (width, height), interpolation=same), np.uint8)
    if same == cv2.INTER_CUBIC:
        # At the rim OpenCV repeats pixels, and here the weights of those that exist are made up to 1.
        rows, columns = (-(-2 * new // old) for new, old in zip(made.shape, pixels.shape[:2], strict=False))
        for part in (np.s_[:rows, :], np.s_[-rows:, :], np.s_[:, :columns], np.s_[:, -columns:]):
            made[part] = _part(pixels, (height, width), interpolation, *part)
    return made


def _in_opencv(old: tuple[int, ...], new: tuple[int, ...], interpolation: InterpolationFilterType) -> int | None:
    sides = tuple(zip(old, new, strict=True))
    if interpolation is _T.BOX and all(before % after == 0 for before, after in sides):
        return cv2.INTER_AREA
    if any(before > after for before, after in sides):
        return None
    if interpolation is _T.BOX and any(_meets_edges(*side) for side in sides):
        return None
    return {
        _T.BOX: cv2.INTER_NEAREST_EXACT,
        _T.TRIANGLE: cv2.INTER_LINEAR,
        _T.CUBIC_CONVOLUTION: cv2.INTER_CUBIC,
    }.get(interpolation)


def _meets_edges(old: int, new: int) -> bool:
    """Whether a new pixel's centre lies midway between two old ones, where rounding decides to which it belongs."""
    shared = math.gcd(old, new)
    return old // shared % 2 == 0 and new // shared % 2 == 1


def _part(
    pixels: Pixels, size: tuple[int, int], interpolation: InterpolationFilterType, rows: slice, columns: slice
) -> Pixels:
    """Those rows and columns of the picture in another (height, width)."""
    used_rows, down = _plan(pixels.shape[0], size[0], interpolation, rows.start, rows.stop)
    used_columns, across = _plan(pixels.shape[1], size[1], interpolation, columns.start, columns.stop)
    used = pixels[used_rows, used_columns]
    shape = len(range(size[0])[rows]), len(range(size[1])[columns])
    if pixels.ndim == 2:
        return multiplied(used, *shape, down, across)
    split = [np.asarray(plane, np.uint8) for plane in cv2.split(used)]
    return np.asarray(cv2.merge([multiplied(plane, *shape, down, across) for plane in split]), np.uint8)


@functools.lru_cache(maxsize=16)
def _plan(
    old: int, new: int, interpolation: InterpolationFilterType, start: int | None, stop: int | None
) -> tuple[slice, tuple[Run, ...]]:
    """The old pixels that count for some new ones, and what to multiply them with; the pages of a batch share it."""
    if old == new:
        return slice(start, stop), ()
    first, table = weights(old, new, interpolation, slice(start, stop))
    low, high = int(first[0]), int(first[-1]) + table.shape[1]
    return slice(low, high), runs(old / new, first - low, table)
