"""Connected pieces of ink, and how far ink runs along rows and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

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


def components(ink: Pixels, connectivity: Literal[4, 8] = 8) -> Components:
    """The pieces of ink that touch each other by a side or a corner.

    Args:
        ink: (H, W) uint8, not 0 where there is ink.
        connectivity: 8, or 4 for pieces that touch by a side only.
    """
    _, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=connectivity, ltype=cv2.CV_32S)
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
    lines = _lines(np.asarray(cv2.transpose(ink), np.uint8))
    edges, lengths = _runs(lines)
    # Paper and ink in turn.
    values = np.zeros(2 * len(lengths) + 1, np.uint16)
    values[1::2] = lengths
    runs = np.repeat(values, np.diff(edges, prepend=0, append=lines.size)).reshape(lines.shape)
    return np.asarray(cv2.transpose(np.ascontiguousarray(runs[:, :-1])), np.uint16)


def run_lengths_of_ink(ink: Pixels) -> npt.NDArray[np.uint16]:
    """For the pixels of ink alone, row after row, the length of the unbroken run of ink in the pixel's row.

    Args:
        ink: (H, W) uint8, not 0 where there is ink.

    Returns:
        (n,) uint16, n being the number of ink's pixels; lengths past 65535 are held there.
    """
    edges, lengths = _runs(_lines(ink))
    return np.repeat(lengths, edges[1::2] - edges[0::2])


def _lines(ink: Pixels) -> Pixels:
    # A column of paper on the right ends the last run of every line, so that no run spills into the next line.
    return np.asarray(cv2.copyMakeBorder(ink, 0, 0, 0, 1, cv2.BORDER_CONSTANT, value=0), np.uint8)


def _runs(lines: Pixels) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint16]]:
    """Where runs begin and end in turn, as flat indices, and how long they are."""
    flat = lines.ravel() != 0
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        edges = np.concatenate(([0], edges))
    lengths = np.minimum(edges[1::2] - edges[0::2], np.iinfo(np.uint16).max).astype(np.uint16)
    return edges, lengths
