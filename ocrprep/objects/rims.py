"""Pieces of ink measured below the pixel: their rims weighed by how much of each pixel is covered."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.components import Integers
from ocrprep.analysis.moments import Moments, Numbers, Runs
from ocrprep.page import Pixels

_Places = npt.NDArray[np.intp]


def weighed(runs: Runs, count: int, labels: Integers, ink: Pixels, cover: Pixels) -> Moments:
    """Moments of the pieces 1 to ``count``, as if each pixel held as much of its piece as is covered, spread evenly.

    Args:
        runs: of ``labels``.
        count: of pieces.
        labels: (H, W), 0 on what is no ink.
        ink: (H, W) uint8, 255 on ink.
        cover: (H, W) uint8, 255 times the covered share of each pixel; where it is the same as ``ink``, everywhere
            but at rims, the pixels are whole.
    """
    rim = np.flatnonzero(cover != ink)
    if not len(rim):
        return Moments.of(runs, count)
    off = (cover.ravel()[rim].astype(np.float64) - ink.ravel()[rim]) / 255.0
    beside, within = off > 0, off < 0
    outer = rim[beside]
    label = np.concatenate([labels.ravel()[rim[within]], *_neighbours(labels, outer)])
    weight: Numbers = np.concatenate([off[within], off[beside] / 2.0, off[beside] / 2.0])
    row, left = np.divmod(np.concatenate([rim[within], outer, outer]), labels.shape[1])
    parts = (runs.label, label), (runs.row, row), (runs.left, left), (runs.right, left + 1)
    return Moments.of(
        Runs(*(np.concatenate(pair).astype(np.int64) for pair in parts)),
        count,
        np.concatenate([np.ones(len(runs.label)), weight]),
    )


def _neighbours(labels: Integers, places: _Places) -> tuple[Integers, Integers]:
    """The lowest and the highest label around pixels of no label, each of which touches one piece at least.

    A pixel between two pieces is shared by them; by all others it belongs to one, which is both.
    """
    framed = np.asarray(cv2.copyMakeBorder(labels, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), np.int32)
    wide = framed.shape[1]
    row, column = np.divmod(places, labels.shape[1])
    flat, centre = framed.ravel(), (row + 1) * wide + column + 1
    lowest, highest = np.full(len(places), np.iinfo(np.int32).max, np.int32), np.zeros(len(places), np.int32)
    for step in (-wide - 1, -wide, 1 - wide, -1, 1, wide - 1, wide, wide + 1):
        label = flat[centre + step]
        np.maximum(highest, label, out=highest)
        np.minimum(lowest, label, out=lowest, where=label > 0)
    return lowest, highest
