"""Moments of pieces of ink, and the shapes that follow from them: main axis, axis lengths, Hu's invariants.

Pixels are unit squares, and every integral over them is exact: a pixel adds 1/12 to the second moments beside what its
centre gives. The work is done on runs of ink in rows, in closed form, so its time follows the outline of the ink and
not its area.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.components import Integers
from ocrprep.page import Pixels

Numbers = npt.NDArray[np.float64]

ROUND = 0.01, 1.0
"""Where the longer axis exceeds the shorter by less than the first number, or by less than the second over the square
root of the area, the piece has no main axis: it is a disc, a square or so small that its pixels decide."""

_ORDERS = (0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3)
_BLOCK = 1 << 13


@dataclass(frozen=True, slots=True)
class Runs:
    """Unbroken rows of one label each, from top to bottom and from left to right.

    Args:
        label: (R,), 1 and up.
        row: (R,), y of the row's upper edge.
        left: (R,), x of the left edge.
        right: (R,), x of the right edge; greater than ``left``.
    """

    label: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]

    @classmethod
    def of(cls, labels: Integers) -> Runs:
        """The runs of an image of labels, (H, W), 0 being none."""
        # A column of 0 on the right ends the last run of every row.
        flat = np.asarray(cv2.copyMakeBorder(labels, 0, 0, 0, 1, cv2.BORDER_CONSTANT, value=0)).ravel()
        edges = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1, [flat.size]))
        label = flat[edges[:-1]].astype(np.int64)
        inked = label > 0
        start, length = edges[:-1][inked], np.diff(edges)[inked]
        row, left = np.divmod(start, labels.shape[1] + 1)
        return cls(label[inked], row, left, left + length)

    def renumbered(self, table: Integers) -> Runs:
        """With other labels, and without the runs whose label becomes 0.

        Args:
            table: the new label for each old one, 0 included.
        """
        label = table[self.label].astype(np.int64)
        kept = label > 0
        return Runs(label[kept], self.row[kept], self.left[kept], self.right[kept])


@dataclass(frozen=True, slots=True)
class Moments:
    """Area, centre and central moments; every array has one entry a piece.

    Args:
        area: (N,), in pixels.
        centre: (N, 2), x and y of the centre of mass in edge coordinates.
        second: (N, 3), central: xx, xy, yy.
        third: (N, 4), central: xxx, xxy, xyy, yyy.
    """

    area: Numbers
    centre: Numbers
    second: Numbers
    third: Numbers

    @classmethod
    def of(cls, runs: Runs, count: int, weight: Numbers | float = 1.0) -> Moments:
        """Of the pieces 1 to ``count``, each of which has at least one run.

        Args:
            runs: in any order; where they overlap, their weights add up.
            count: of pieces.
            weight: (R,), how much each run counts; or one number for all.
        """
        index = runs.label - 1
        # Third powers of coordinates on a page lose digits; those about a point within the piece do not.
        first = np.zeros(count, np.intp)
        first[index[::-1]] = np.arange(len(index))[::-1]
        middle = np.stack([(runs.left + runs.right)[first] / 2.0, runs.row[first] + 0.5], axis=1)
        area, x, y, xx, xy, yy, xxx, xxy, xyy, yyy = _integrals(runs, middle, weight)
        x, y, xx, xy, yy = x / area, y / area, xx / area, xy / area, yy / area
        second = (xx - x * x, xy - x * y, yy - y * y)
        third = (
            xxx / area - 3 * x * xx + 2 * x**3,
            xxy / area - 2 * x * xy - y * xx + 2 * x * x * y,
            xyy / area - 2 * y * xy - x * yy + 2 * x * y * y,
            yyy / area - 3 * y * yy + 2 * y**3,
        )
        centre = middle + np.stack([x, y], axis=1)
        return cls(area, centre, np.stack(second, 1) * area[:, None], np.stack(third, 1) * area[:, None])

    @classmethod
    def of_mask(cls, ink: Pixels) -> Moments | None:
        """Of all ink taken as one piece; None where there is none.

        Args:
            ink: (H, W) uint8, not 0 where there is ink.
        """
        runs = Runs.of((ink > 0).astype(np.int32))
        return cls.of(runs, 1) if len(runs.label) else None

    def chosen(self, places: npt.NDArray[np.intp]) -> Moments:
        """Those of some pieces only, by their indices from 0."""
        return Moments(self.area[places], self.centre[places], self.second[places], self.third[places])

    @property
    def axes(self) -> Numbers:
        """(N, 2): lengths of the longer and the shorter axis of the ellipse with the same second moments, in pixels."""
        xx, xy, yy = (self.second / self.area[:, None]).T
        middle, half = (xx + yy) / 2.0, np.hypot((xx - yy) / 2.0, xy)
        return np.asarray(4.0 * np.sqrt(np.stack([middle + half, np.maximum(middle - half, 0.0)], axis=1)))

    @property
    def orientation(self) -> Numbers:
        """(N,): degrees, counter-clockwise on the screen, from the x axis to the longer axis: above -90, up to 90.

        NaN where the piece has no main axis; see :data:`ROUND`.
        """
        xx, xy, yy = self.second.T
        # y points down, so that the mathematical angle runs clockwise on the screen.
        angle = -np.degrees(np.arctan2(2.0 * xy, xx - yy)) / 2.0
        angle = np.where(angle <= -90.0, 90.0, angle + 0.0)
        longer, shorter = self.axes.T
        round_ = longer < shorter * (1.0 + np.maximum(ROUND[0], ROUND[1] / np.sqrt(self.area)))
        return np.where(round_, np.nan, angle)

    @property
    def eccentricity(self) -> Numbers:
        """(N,): of the same ellipse, 0 for a circle, nearly 1 for a line."""
        longer, shorter = self.axes.T
        return np.asarray(np.sqrt(1.0 - (shorter / longer) ** 2))

    @property
    def hu(self) -> Numbers:
        """(N, 7): seven numbers that neither place, size nor angle of a shape changes.

        Hu, "Visual Pattern Recognition by Moment Invariants", 1962. A mirrored shape has the seventh with the other
        sign.
        """
        xx, xy, yy = (self.second / self.area[:, None] ** 2).T
        xxx, xxy, xyy, yyy = (self.third / self.area[:, None] ** 2.5).T
        a, b, c, d = xxx + xyy, xxy + yyy, xxx - 3 * xyy, 3 * xxy - yyy
        p, q = a * a - 3 * b * b, 3 * a * a - b * b
        return np.stack(
            [
                xx + yy,
                (xx - yy) ** 2 + 4 * xy**2,
                c * c + d * d,
                a * a + b * b,
                c * a * p + d * b * q,
                (xx - yy) * (a * a - b * b) + 4 * xy * a * b,
                d * a * p - c * b * q,
            ],
            axis=1,
        )

    def skewness(self, angle: Numbers | float) -> Numbers:
        """(N,): how lopsided each piece is along a direction; positive where its thin end points that way.

        Args:
            angle: degrees, counter-clockwise on the screen, from the x axis.
        """
        x, y = np.cos(np.radians(angle)), -np.sin(np.radians(angle))
        xx, xy, yy = (self.second / self.area[:, None]).T
        xxx, xxy, xyy, yyy = (self.third / self.area[:, None]).T
        variance = x * x * xx + 2 * x * y * xy + y * y * yy
        return np.asarray((x**3 * xxx + 3 * x * x * y * xxy + 3 * x * y * y * xyy + y**3 * yyy) / variance**1.5)


def _integrals(runs: Runs, middle: Numbers, weight: Numbers | float) -> Numbers:
    """(10, N): those of 1, x, y, x², xy, y², x³, x²y, xy², y³ over each piece, about its own middle, (N, 2)."""
    total = np.zeros((10, len(middle)))
    weights = np.broadcast_to(weight, runs.label.shape)
    # In blocks whose numbers stay in the cache, as there are a dozen for each run.
    for start in range(0, len(runs.label), _BLOCK):
        block = np.s_[start : start + _BLOCK]
        index = runs.label[block] - 1
        x, y = middle[index].T
        along_x = _powers_between(runs.left[block] - x, runs.right[block] - x)
        along_y = _powers_between(runs.row[block] - y, runs.row[block] + 1 - y)
        for place, (p, q) in enumerate(_ORDERS):
            values = weights[block] * along_x[p] * along_y[q]
            total[place] += np.bincount(index, values, minlength=len(middle))
    return total


def _powers_between(low: Numbers, high: Numbers) -> list[Numbers]:
    """The integrals of 1, x, x² and x³ from one end to the other."""
    # By products: numpy's general power takes ten times as long.
    low2, high2 = low * low, high * high
    return [high - low, (high2 - low2) / 2, (high2 * high - low2 * low) / 3, (high2 * high2 - low2 * low2) / 4]


def log_hu(hu: Numbers) -> Numbers:
    """Hu's numbers as classifiers like them: ``-sign(h) · log10(|h|)``, 0 where h is 0 or below 1e-30.

    Args:
        hu: (…, 7).
    """
    size = np.abs(hu)
    return np.asarray(np.where(size > 1e-30, -np.sign(hu) * np.log10(np.maximum(size, 1e-30)), 0.0))
