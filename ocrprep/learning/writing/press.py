"""What happens to ink on its way to the page: the sheet is turned, bent, cropped, and pressed lightly or hard."""

from __future__ import annotations

import functools
from statistics import NormalDist

import cv2
import numpy as np
from numpy.typing import NDArray

_COARSE = 16  # pixels between the points at which a bend is calculated


def placed(
    rng: np.random.Generator, coverage: NDArray[np.uint8], shape: tuple[int, int], degrees: float, bend: float
) -> NDArray[np.uint8]:
    """The middle of a larger sheet, turned counter-clockwise by ``degrees``; lines bent by up to ``bend`` pixels."""
    height, width = shape
    top, left = (coverage.shape[0] - height) // 2, (coverage.shape[1] - width) // 2
    if abs(degrees) < 0.01 and bend < 0.2:
        return np.ascontiguousarray(coverage[top : top + height, left : left + width])
    middle = ((coverage.shape[1] - 1) / 2, (coverage.shape[0] - 1) / 2)
    turn = cv2.getRotationMatrix2D(middle, degrees, 1.0)
    turn[:, 2] -= (left, top)
    if bend < 0.2:
        return cv2.warpAffine(coverage, turn, (width, height), flags=cv2.INTER_CUBIC)  # type: ignore[return-value]
    back = cv2.invertAffineTransform(turn)
    grid_y, grid_x = np.mgrid[0 : height + _COARSE : _COARSE, 0 : width + _COARSE : _COARSE].astype(np.float32)
    waves = rng.uniform(0.3, 1.2, 4) * 2 * np.pi / max(height, width, 300)
    phases = rng.uniform(0, 2 * np.pi, 2)
    grid_to_x = back[0, 0] * grid_x + back[0, 1] * grid_y + back[0, 2]
    grid_to_y = back[1, 0] * grid_x + back[1, 1] * grid_y + back[1, 2]
    grid_to_x = grid_to_x + 0.5 * bend * np.sin(waves[0] * grid_x + waves[1] * grid_y + phases[0])
    grid_to_y = grid_to_y + bend * np.sin(waves[2] * grid_x + 0.3 * waves[3] * grid_y + phases[1])
    maps = [_full(values.astype(np.float32), shape) for values in (grid_to_x, grid_to_y)]
    return cv2.remap(coverage, maps[0], maps[1], cv2.INTER_CUBIC)  # type: ignore[return-value]


def _full(coarse: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Values at every pixel from those at every ``_COARSE``-th, the first at pixel 0."""
    step = 1.0 / _COARSE
    matrix = np.array([[step, 0, 0], [0, step, 0]], np.float32)
    return cv2.warpAffine(  # type: ignore[return-value]
        coarse, matrix, (shape[1], shape[0]), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )


def pressed(
    rng: np.random.Generator, coverage: NDArray[np.uint8], grow: float, blur: float, rough: float
) -> NDArray[np.float32]:
    """Coverage 0 to 1 with every outline moved outward by ``grow`` pixels (inward when negative), corners rounded.

    A blur of ``blur`` pixels (0.45 to 1; the smaller, the less exact) turns an edge into the slope of a normal
    distribution, whose inverse tells for each gray level how far the edge is; the outline is drawn anew at the wanted
    distance, one pixel soft. It wavers by ``rough`` pixels (standard deviation), as ink does on fibrous paper.
    """
    if abs(grow) < 0.05 and not rough:
        return coverage.astype(np.float32) * np.float32(1 / 255)
    sigma = max(blur, abs(grow))
    soft = cv2.GaussianBlur(coverage, (0, 0), sigma)
    inside = cv2.LUT(soft, _NORMAL_INVERSE * np.float32(sigma) + np.float32(grow + 0.5))
    if rough:
        inside = cv2.scaleAdd(_fibres(rng, soft.shape), rough, inside)
    return np.clip(np.asarray(inside, np.float32), 0, 1)


_NORMAL_INVERSE = np.array([NormalDist().inv_cdf((level + 0.5) / 256) for level in range(256)], np.float32)
_NORMAL_INVERSE[[0, 255]] = -99, 99  # far from any edge

_TILE = 701  # a prime: in larger pages the tiles do not fall on rows of text


@functools.lru_cache(maxsize=1)
def _noise() -> NDArray[np.float32]:
    field = cv2.GaussianBlur(np.random.default_rng(0).normal(0, 1, (_TILE, _TILE)).astype(np.float32), (0, 0), 1.5)
    return np.asarray(field / field.std(), np.float32)


def _fibres(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Smooth noise of variance 1, a different piece of it for every page."""
    rows = (np.arange(shape[0]) + int(rng.integers(_TILE))) % _TILE
    columns = (np.arange(shape[1]) + int(rng.integers(_TILE))) % _TILE
    return np.ascontiguousarray(_noise()[rows][:, columns])
