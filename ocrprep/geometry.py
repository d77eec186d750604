"""Points, rectangles and 3×3 maps in one coordinate convention.

Edge convention: x to the right, y down, (0, 0) is the outer corner of the top-left pixel, whose centre is (0.5, 0.5); a
page of width w covers x from 0 to w. Only this file bridges to OpenCV, where integer coordinates are pixel centres.
Angles are in degrees, counter-clockwise positive as seen on the screen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Matrix = npt.NDArray[np.float64]
"""A 3×3 homography that maps column vectors (x, y, 1)."""
Points = npt.NDArray[np.float64]
"""N points as an (N, 2) array."""

_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle: the corner nearest to the origin, and a size, in pixels.

    Args:
        x: left edge.
        y: upper edge.
        width: greater than 0.
        height: greater than 0.
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"a rectangle needs a width and a height above 0, not {self.width}x{self.height}")

    def __iter__(self) -> Iterator[int]:
        return iter((self.x, self.y, self.width, self.height))

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices of a pixel array."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def inside(self, width: int, height: int) -> bool:
        """Whether the rectangle lies wholly on a page of that size."""
        return self.x >= 0 and self.y >= 0 and self.x + self.width <= width and self.y + self.height <= height


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle between two corners in real numbers, as engines and maps give them."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Bottom minus top."""
        return self.bottom - self.top

    def corners(self) -> Points:
        """The corners as a (4, 2) array: top left, top right, bottom right, bottom left."""
        return np.array(
            [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)],
            dtype=np.float64,
        )

    @classmethod
    def union(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of these, at least one."""
        lefts, tops, rights, bottoms = zip(*((box.left, box.top, box.right, box.bottom) for box in boxes), strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    @classmethod
    def around(cls, points: Points) -> Box:
        """The smallest upright box that holds all points."""
        low, high = points.min(axis=0), points.max(axis=0)
        return cls(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def identity() -> Matrix:
    """The map that moves nothing."""
    return np.eye(3)


def translation(dx: float, dy: float) -> Matrix:
    """Move by (dx, dy)."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]])


def scaling(sx: float, sy: float) -> Matrix:
    """Stretch about the origin."""
    return np.diag([sx, sy, 1.0])


def rotation(angle: float, about: tuple[float, float] = (0.0, 0.0)) -> Matrix:
    """Turn by ``angle`` degrees, counter-clockwise on the screen, about a point; exact for quarter turns."""
    quarters, rest = divmod(angle, 90.0)
    if rest == 0.0:
        cos, sin = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
    else:
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    turn = np.array([[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(translation(*about) @ turn @ translation(-about[0], -about[1]))


def quarter_turn(quarters: int, width: int, height: int) -> Matrix:
    """Map of a page turned by ``quarters`` × 90° counter-clockwise into its new frame: old point → new point.

    Args:
        quarters: 0–3.
        width: of the page before the turn.
        height: of the page before the turn.
    """
    moves = {0: (0.0, 0.0), 1: (0.0, float(width)), 2: (float(width), float(height)), 3: (float(height), 0.0)}
    return np.asarray(translation(*moves[quarters % 4]) @ rotation(90.0 * (quarters % 4)))


def homography(source: Points, target: Points) -> Matrix:
    """The projective map that takes four points to four others.

    Args:
        source: (4, 2), no three on one line.
        target: (4, 2).

    Raises:
        ValueError: three of the points lie on a line.
    """
    rows = []
    for (x, y), (u, v) in zip(np.asarray(source, float), np.asarray(target, float), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    system = np.array(rows)
    # Three source points on a line leave no solution, three target points a map without a way back.
    if np.linalg.cond(system) <= 1e14:
        solution = np.linalg.solve(system, np.asarray(target, float).reshape(8))
        matrix = np.append(solution, 1.0).reshape(3, 3)
        if is_invertible(matrix):
            return matrix
    raise ValueError("the four corners do not span a quadrilateral: three of them lie on one line")


def invert(matrix: Matrix) -> Matrix:
    """The map back.

    Raises:
        ValueError: the matrix is singular.
    """
    if not is_invertible(matrix):
        raise ValueError("the map has no way back: its determinant is 0")
    return np.asarray(np.linalg.inv(matrix))


def is_invertible(matrix: Matrix) -> bool:
    """Whether every number is finite and the map has a way back."""
    # Written out: for nine numbers a call into a linear algebra library costs more than the sum.
    (a, b, c), (d, e, f), (g, h, i) = np.asarray(matrix).tolist()
    if not all(map(math.isfinite, (a, b, c, d, e, f, g, h, i))):
        return False
    return bool(abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > _SINGULAR)


def is_identity(matrix: Matrix) -> bool:
    """Whether the map moves no point."""
    return bool(np.abs(matrix / matrix[2, 2] - np.eye(3)).max() <= 1e-9)


def apply(matrix: Matrix, points: Points) -> Points:
    """Map points: (N, 2) → (N, 2)."""
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    mapped = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def to_pixel_centres(matrix: Matrix) -> Matrix:
    """The same map between OpenCV's coordinates, whose (0, 0) is the centre of the top-left pixel."""
    return np.asarray(translation(-0.5, -0.5) @ matrix @ translation(0.5, 0.5))


def dpi_after(dpi: tuple[float, float], new_to_old: Matrix, width: int, height: int) -> tuple[float, float]:
    """Pixels per inch of a page that was made from another by a map.

    One step along each new axis, at the centre of the new page, is measured in inches of the old page. So doubling the
    size doubles the dpi, a quarter turn swaps them, and a small rotation leaves them alone.

    Args:
        dpi: (x, y) of the old page.
        new_to_old: a point of the new page → the old page.
        width: of the new page, in pixels.
        height: of the new page, in pixels.
    """
    (a, b, c), (d, e, f), (g, h, i) = new_to_old.tolist()

    def inches(x: float, y: float) -> tuple[float, float]:
        weight = g * x + h * y + i
        return (a * x + b * y + c) / weight / dpi[0], (d * x + e * y + f) / weight / dpi[1]

    cx, cy, step = width / 2.0, height / 2.0, 0.5
    along_x = math.dist(inches(cx - step, cy), inches(cx + step, cy))
    along_y = math.dist(inches(cx, cy - step), inches(cx, cy + step))
    return round(1.0 / along_x, 4), round(1.0 / along_y, 4)
