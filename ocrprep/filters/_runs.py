"""The connected pieces of a mask, kept as the runs of ink along its rows.

A page has a hundred times fewer runs than pixels, and the label of a piece is needed once for each run. So each strip
is labelled by itself, while it lies in the cache, pieces that go on in the next strip are joined along the seam, and no
picture of labels as large as the page is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._strips import Strip, each
from ocrprep.page import Pixels

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_MOST_INT32 = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Pieces:
    """The connected pieces of a mask's ink (8 neighbours), numbered from 1; 0 is the paper.

    Args:
        shape: (H, W) of the mask.
        row: (n,), of each run of ink, from the top of the page to its bottom and along each row.
        start: (n,), column of its first pixel.
        stop: (n,), column behind its last pixel.
        piece: (n,), its piece.
        count: numbers in use, with the paper's.
    """

    shape: tuple[int, int]
    row: Integers
    start: Integers
    stop: Integers
    piece: Integers
    count: int

    @classmethod
    def of(cls, mask: Pixels) -> Pieces:
        """The pieces of a mask, ink 0 and paper 255."""
        parts = each(mask.shape[0], 0, lambda strip: _labelled(mask, strip))
        row, start, stop = (np.concatenate([getattr(part, name) for part in parts]) for name in _Part.__slots__[:3])
        first = np.concatenate([[0], np.cumsum([part.count for part in parts])])
        label = np.concatenate([part.label + before for part, before in zip(parts, first, strict=False)])
        root = _joined(int(first[-1]) + 1, *_seams(parts, first))
        number = np.cumsum(root == np.arange(len(root))) - 1
        height, width = mask.shape
        return cls((height, width), row, start, stop, number[root[label]], int(number[-1]) + 1)

    @property
    def length(self) -> Integers:
        """(n,), pixels of each run."""
        return self.stop - self.start

    def area(self) -> Floats:
        """Pixels of each piece, as whole numbers; 0 for the paper."""
        return self.per_piece(self.length)

    def per_piece(self, values: npt.NDArray[np.int64] | Floats) -> Floats:
        """The sum over each piece's runs of (n,) values."""
        return np.asarray(np.bincount(self.piece, weights=values, minlength=self.count), np.float64)

    def sums(self, reach: int, work: Callable[[Strip], Sequence[Pixels]]) -> list[Floats]:
        """Sums over the pixels of each piece: (count,) for each array of ``work``; see :meth:`run_sums`."""
        return [self.per_piece(values) for values in self.run_sums(reach, work)]

    def run_sums(self, reach: int, work: Callable[[Strip], Sequence[Pixels]]) -> list[Floats]:
        """Sums over the pixels of each run.

        Args:
            reach: rows above and below that ``work`` needs.
            work: called on strips, on several threads; returns one or more uint8 arrays of the strip's own rows.

        Returns:
            One (n,) array for each array of ``work``, of whole numbers.
        """

        def add(strip: Strip) -> list[Floats]:
            chosen = slice(*np.searchsorted(self.row, (strip.rows.start, strip.rows.stop)))
            # Corners of each run in a table of sums that has one row and one column more than the strip.
            wide = self.shape[1] + 1
            above = (self.row[chosen] - strip.rows.start) * wide
            start, stop = above + self.start[chosen], above + self.stop[chosen]
            return [_summed(values, (stop + wide, start + wide, stop, start)) for values in work(strip)]

        return [np.concatenate(part) for part in zip(*each(self.shape[0], reach, add), strict=True)]

    def at_border(self) -> Flags:
        """Which pieces touch the page's edge: the dark around a scan, and hardly ever text."""
        height, width = self.shape
        touches = (self.row == 0) | (self.row == height - 1) | (self.start == 0) | (self.stop == width)
        found = np.zeros(self.count, bool)
        found[self.piece[touches]] = True
        return found

    def paint(self, pixels: Pixels, runs: Flags, level: int) -> Pixels:
        """Set the pixels of some runs, (n,), to a level, in the array itself, which is returned."""
        if runs.any():
            length = self.length[runs]
            first = self.row[runs] * self.shape[1] + self.start[runs]
            ends = np.cumsum(length)
            at = np.arange(int(ends[-1])) + np.repeat(first - ends + length, length)
            pixels.reshape(-1)[at] = level
        return pixels

    def keep(self, mask: Pixels, kept: Flags) -> Pixels:
        """Make all but some pieces, (count,), of the mask white, in the array itself, which is returned."""
        return self.paint(mask, ~kept[self.piece], 255)


@dataclass(frozen=True, slots=True)
class _Part:
    """The runs of one strip, the labels from 1 that they have in it, and those of its first and last row."""

    row: Integers
    start: Integers
    stop: Integers
    label: Integers
    count: int
    top: npt.NDArray[np.int32]
    bottom: npt.NDArray[np.int32]


def _labelled(mask: Pixels, strip: Strip) -> _Part:
    ink = cv2.bitwise_not(mask[strip.rows])
    if not cv2.countNonZero(ink):
        empty, row = np.zeros(0, np.int64), np.zeros(mask.shape[1], np.int32)
        return _Part(empty, empty, empty, empty, 0, row, row)
    count, found = cv2.connectedComponents(ink, connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    # A column of paper on the right ends the last run of every row, so that no run spills into the next.
    lines = np.asarray(cv2.copyMakeBorder(ink, 0, 0, 0, 1, cv2.BORDER_CONSTANT, value=0), np.uint8)
    flat = lines.ravel()
    edges = true_at(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        edges = np.concatenate(([0], edges))
    begin, end = edges[0::2], edges[1::2]
    wide = lines.shape[1]
    row = begin // wide
    label = labels.ravel()[begin - row].astype(np.int64)
    start, stop = begin - row * wide, end - row * wide
    return _Part(row + strip.rows.start, start, stop, label, count - 1, labels[0].copy(), labels[-1].copy())


def _seams(parts: list[_Part], first: Integers) -> tuple[Integers, Integers]:
    """Labels of the whole page that touch each other across the seam between two strips."""
    one, other = [], []
    for index in range(len(parts) - 1):
        upper, lower = parts[index].bottom, parts[index + 1].top
        for shift in (-1, 0, 1):
            above = upper[max(0, -shift) : len(upper) - max(0, shift)]
            below = lower[max(0, shift) : len(lower) - max(0, -shift)]
            touching = np.flatnonzero((above != 0) & (below != 0))
            one.append(above[touching] + first[index])
            other.append(below[touching] + first[index + 1])
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *one]), np.concatenate([nothing, *other])


def _joined(count: int, one: Integers, other: Integers) -> Integers:
    """The smallest label that each label is connected with.

    Args:
        count: of labels.
        one: labels, each connected with its partner in ``other``.
        other: as many.
    """
    root = np.arange(count)
    while True:
        a, b = root[one], root[other]
        apart = a != b
        if not apart.any():
            return root
        one, other = one[apart], other[apart]
        np.minimum.at(root, np.maximum(a, b)[apart], np.minimum(a, b)[apart])
        while True:
            further = root[root]
            if np.array_equal(further, root):
                break
            root = further


def _summed(values: Pixels, corners: tuple[Integers, ...]) -> Floats:
    depth = cv2.CV_32S if 255 * values.size <= _MOST_INT32 else cv2.CV_64F
    sums = np.asarray(cv2.integral(values, sdepth=depth)).ravel()
    one, two, three, four = (sums.take(corner) for corner in corners)
    return (one - two - three + four).astype(np.float64)


def true_at(flags: Flags) -> Integers:
    """``np.flatnonzero`` of (n,) flags of which few are True: eight are passed over at a time."""
    size = -(-flags.size // 8) * 8
    padded = np.zeros(size, bool)
    padded[: flags.size] = flags
    words = np.flatnonzero(padded.view(np.uint64) != 0)
    within = np.flatnonzero(padded.view(np.uint64)[words].view(bool))
    return np.asarray((words[within >> 3] << 3) + (within & 7), np.int64)
