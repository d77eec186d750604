"""Places on a strip that may be note heads, and what they look like in numbers."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.blobs import blobs
from samples.music.strips import SCALE, Floats, Strip

Places: TypeAlias = npt.NDArray[np.float64]

CLEF = 3.4
"""Staff spaces at a staff's beginning that belong to its clef."""

_DARK = 0.4
"""Ink from which on a place counts as dark."""

_SIDES = np.array([-0.8, -0.6, -0.4, -0.25, 0.25, 0.4, 0.6, 0.8])
"""Staff spaces beside a stem at which flags and beams are looked for."""

_ALONG = np.arange(-0.4, 3.6, 0.2)
"""Staff spaces from a stem's end towards its head."""


def candidates(strip: Strip) -> Places:
    """(N, 4) x, y, radius and strength of dark ellipses, in pixels of the strip; the clef's are left out.

    The ellipses are flatter than heads, so that two heads a third apart, which touch, answer one by one. Hollow heads
    are found where their holes are closed: a ring is no blob.
    """
    closed = _closed(strip.bare)
    found = []
    for ink, smallest, largest, threshold, aspect, angle in (
        (strip.bare, 0.25, 0.5, 0.15, 2.0, 18.0),
        (closed, 0.25, 0.5, 0.3, 2.0, 18.0),
        (closed, 0.2, 0.4, 0.3, 3.0, 8.0),
    ):
        page = np.rint(255.0 - 255.0 * ink).astype(np.uint8)
        radii = (smallest * SCALE, largest * SCALE)
        found += blobs(page, *radii, threshold=threshold, overlap=1.0, aspect=aspect, angle=angle)
    rows = [(blob.x, blob.y, blob.radius, blob.strength) for blob in found if blob.x > CLEF * SCALE]
    return np.array(rows, np.float64).reshape(-1, 4)


def _closed(ink: Floats) -> Floats:
    hole = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, hole), np.float32)


def features(strip: Strip, places: Places) -> tuple[Floats, Floats]:
    """What the heads' and the flags' classifiers are told about each place.

    Args:
        strip: the staff.
        places: (N, 4), as from :func:`candidates`.

    Returns:
        (N, F) for heads: the picture around the place, and the stems that leave it; (N, G) for flags: the picture
        along the longer stem from its end, and how many dark bars it crosses on each side.
    """
    around_x, around_y = np.meshgrid(np.arange(-1.4, 1.41, 0.2), np.arange(-1.0, 1.01, 0.2))
    head = _sampled(strip.bare, places, around_x.ravel(), around_y.ravel())
    length, aside, side = _stems(strip.whole, places)
    end = places[:, :2].copy()
    end[:, 0] += aside
    end[:, 1] -= side * length
    beside, along = np.meshgrid(_SIDES, _ALONG, indexing="ij")
    flags = _sampled(strip.bare, end, beside.ravel(), along.ravel(), side)
    bars = _bars(flags.reshape(len(places), len(_SIDES), len(_ALONG)), length)
    stem = np.column_stack([length, np.abs(aside), side, places[:, 2:]]) / SCALE
    return (
        np.column_stack([head, stem, bars]).astype(np.float32),
        np.column_stack([flags, stem, bars]).astype(np.float32),
    )


def _sampled(ink: Floats, places: Places, dx: Places, dy: Places, side: Places | None = None) -> Floats:
    """(N, len(dx)) ink at offsets in staff spaces from each place; where ``side`` is -1 they are turned upside down."""
    turn = np.ones(len(places)) if side is None else side
    x = places[:, :1] + SCALE * dx[None, :] - 0.5
    y = places[:, 1:2] + SCALE * turn[:, None] * dy[None, :] - 0.5
    if len(places) == 0:
        return np.zeros((0, len(dx)), np.float32)
    calm = cv2.GaussianBlur(ink, (0, 0), 0.6)
    return np.asarray(cv2.remap(calm, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR), np.float32)


def _stems(ink: Floats, places: Places) -> tuple[Places, Places, Places]:
    """(N,) each: the longer stem's length from the head's middle, how far to the right it stands, 1 for up or -1."""
    dark = np.asarray(cv2.dilate((ink > _DARK).astype(np.uint8), np.ones((3, 3), np.uint8)))
    up = _runs(dark)
    down = _runs(dark[::-1])[::-1]
    best_length, best_aside, best_side = (np.zeros(len(places)) for _ in range(3))
    offsets = np.arange(round(0.35 * SCALE), round(0.85 * SCALE) + 1)
    for runs, side in ((up, 1), (down, -1)):
        row = np.clip(np.rint(places[:, 1] - 0.5 - side * 0.5 * SCALE), 0, ink.shape[0] - 1).astype(int)
        columns = np.rint(places[:, :1] - 0.5 + side * offsets[None, :]).astype(int)
        reach = runs[row[:, None], np.clip(columns, 0, ink.shape[1] - 1)]
        # A stem is as wide as the dilation or wider: its middle is the middle of the longest columns.
        longest = reach.max(axis=1)
        alike = reach >= longest[:, None] - 2
        middle = (alike * offsets).sum(axis=1) / alike.sum(axis=1)
        # Dilated ink is a pixel longer at its end.
        length = np.maximum(longest - 1 + 0.5 * SCALE, 0.0)
        better = length > best_length
        best_length = np.where(better, length, best_length)
        best_aside = np.where(better, side * middle, best_aside)
        best_side = np.where(better, side, best_side)
    return best_length, best_aside, best_side


def _runs(dark: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """For each pixel, how many dark ones lie one above the other from it upwards."""
    made = np.zeros(dark.shape, np.int32)
    above = np.zeros(dark.shape[1], np.int32)
    for row, line in enumerate(dark):
        above = (above + 1) * line
        made[row] = above
    return made


def _bars(flags: Floats, length: Places) -> Places:
    """(N, sides + 2) how many dark bars lie along a stem on each of its sides, the head's own surroundings left out."""
    seen = (flags > _DARK) & (_ALONG[None, None, :] * SCALE < (length - 0.75 * SCALE)[:, None, None])
    begins = np.diff(seen.astype(np.int8), axis=2, prepend=0) == 1
    counts = begins.sum(axis=2)
    half = len(_SIDES) // 2
    return np.column_stack([counts, counts[:, :half].max(axis=1), counts[:, half:].max(axis=1)]).astype(np.float64)
