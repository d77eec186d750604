"""Connected pieces of ink, and how far ink runs along rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ocrprep.page import Pixels

Integers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Components:
    """The connected pieces of a mask; every array has one entry a piece, in the order of their labels from 1.

    Args:
        labels: (H, W) int32; 0 is no piece.
        left: first column.
        top: first row.
        width: of the upright box, in pixels.
        height: of the upright box, in pixels.
        area: pixels.
        centres: (N, 2) float64, x and y of the centre of mass, with pixel centres at whole numbers.
    """

    labels: Integers
    left: Integers
    top: Integers
    width: Integers
    height: Integers
    area: Integers
    centres: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.area)

    @property
    def extent(self) -> Integers:
        """The longer side of each box."""
        return np.maximum(self.width, self.height)

    def mask(self, chosen: npt.NDArray[np.bool_]) -> Pixels:
        """(H, W) uint8 with 255 on the chosen pieces.

        Args:
            chosen: (N,), True for the pieces that are wanted.
        """
        table = np.zeros(len(self) + 1, np.uint8)
        table[1:][chosen] = 255
        return np.asarray(table[self.labels])


def components(ink: Pixels) -> Components:
    """The pieces of ink that touch each other by a side or a corner.

    Args:
        ink: (H, W) uint8, not 0 where there is ink.
    """
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_32S)
    numbers = np.asarray(stats, np.int32)[1:]
    left, top, width, height, area = (numbers[:, index] for index in range(5))
    return Components(np.asarray(labels, np.int32), left, top, width, height, area, np.asarray(centres, np.float64)[1:])


def run_lengths(ink: Pixels) -> npt.NDArray[np.uint16]:
    """For every pixel of ink, the length of the unbroken run of ink in its column.

    Runs along rows are those of the transposed mask.

    Args:
        ink: (H, W) uint8, not 0 where there is ink.

    Returns:
        (H, W) uint16, 0 where there is no ink; lengths past 65535 are held there.
    """
    columns = np.asarray(cv2.transpose(ink), np.uint8)
    width = columns.shape[1]
    # A column of paper on the right ends the last run of every line, so that no run spills into the next line.
    lines = np.zeros((columns.shape[0], width + 1), np.uint8)
    lines[:, :width] = columns != 0
    flat = lines.ravel()
    change = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    edges: npt.NDArray[Any] = np.concatenate(([0], change)) if flat[0] else change
    starts, ends = edges[0::2], edges[1::2]
    lengths = np.minimum(ends - starts, np.iinfo(np.uint16).max).astype(np.uint16)
    runs = np.zeros(flat.size, np.uint16)
    runs[flat != 0] = np.repeat(lengths, ends - starts)
    return np.asarray(cv2.transpose(np.ascontiguousarray(runs.reshape(lines.shape)[:, :width])), np.uint16)
