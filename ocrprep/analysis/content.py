"""Where on a page there is anything at all."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import ink_contrast, reduced_gray
from ocrprep.geometry import Rectangle
from ocrprep.page import Pixels

_MAX_PIXELS = 1_200_000
_LEAST_CONTRAST = 12
# Shares of the page's longer side: letters this near belong together; a lone thing smaller than that is dust, unless
# it is this near to the rest.
_TOGETHER, _DUST, _NEAR = 0.008, 0.006, 0.02
# A scanner's border darkens at least this share of a side, and is at most that thick a share of it.
_BORDER_RUN, _BORDER_DEPTH = 0.25, 0.08

# Gray levels of grain that no blurred stroke is lost in.
_CALM = 4.0

_Boxes = npt.NDArray[np.int64]


def content(pixels: Pixels) -> Rectangle | None:
    """The smallest rectangle that holds everything but lone specks and the dark borders that scanners leave.

    Careful rather than tight: whatever stands out from its surroundings by more than the paper's grain counts, pictures
    and lines that run to the edge included; specks count when they lie near something larger.

    Args:
        pixels: (H, W) or (H, W, 3) uint8, of either polarity.

    Returns:
        The rectangle, or None when there is nothing.
    """
    gray = reduced_gray(pixels, _MAX_PIXELS)
    side = max(gray.shape)
    ink = _ink(gray)
    ink[dark_borders(gray)] = 0
    reach = 2 * max(1, round(_TOGETHER * side) // 2) + 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    stats = np.asarray(cv2.connectedComponentsWithStats(joined, connectivity=8)[2], np.int64)[1:, :4]
    boxes = np.concatenate([stats[:, :2], stats[:, :2] + stats[:, 2:]], axis=1)
    large = stats[:, 2:].max(axis=1, initial=0) >= max(2.0, _DUST * side)
    if not large.any():
        return None
    left, top, right, bottom = _with_neighbours(boxes[large], boxes[~large], _NEAR * side)
    factor_x, factor_y = pixels.shape[1] / gray.shape[1], pixels.shape[0] / gray.shape[0]
    # One reduced pixel more on each side, where thin ends may have been averaged away.
    spare = 1 if factor_x > 1.0 else 0
    x, y = max(0, math.floor((left - spare) * factor_x)), max(0, math.floor((top - spare) * factor_y))
    to_x = min(pixels.shape[1], math.ceil((right + spare) * factor_x))
    to_y = min(pixels.shape[0], math.ceil((bottom + spare) * factor_y))
    return Rectangle(x, y, to_x - x, to_y - y)


def _ink(gray: Pixels) -> Pixels:
    window = 2 * (max(15, max(gray.shape) // 50) // 2) + 1
    # One polarity alone: beside ink the paper is lighter than the mean, which is no content.
    difference = ink_contrast(gray, window)
    grain = _grain(difference)
    if grain > _CALM:
        # Blurred strokes are no higher than the highest grains, but wider. What does not get less by averaging is no
        # grain but type, of which a small page may be full.
        averaged = ink_contrast(np.asarray(cv2.blur(gray, (3, 3)), np.uint8), window)
        left = _grain(averaged)
        if left < grain:
            difference, grain = averaged, left
    level = min(250.0, max(_LEAST_CONTRAST, 6.0 * grain))
    return np.asarray(cv2.threshold(difference, level, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _grain(difference: Pixels) -> float:
    some = difference[:: 1 + difference.shape[0] // 512, :: 1 + difference.shape[1] // 512]
    # Half of the paper is 0, lighter than its mean; the other half's median is 0.67 standard deviations of its grain.
    return float(np.percentile(some, 75)) / 0.67


def dark_borders(gray: Pixels) -> npt.NDArray[np.bool_]:
    """The dark bands that scanners leave along the edges, with their soft rim.

    Args:
        gray: (H, W) uint8, about a million pixels.

    Returns:
        (H, W) bool: what is darker than half of the paper, runs along a quarter of a side, and is on the average no
        thicker than a twelfth of the shorter side.
    """
    height, width = gray.shape
    paper = float(np.percentile(gray[:: 1 + height // 512, :: 1 + width // 512], 75))
    dark = np.asarray(cv2.threshold(gray, 0.5 * paper, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    count, found, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    along = np.zeros(count)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        run = np.bincount(edge, minlength=count).astype(np.float64)
        along += np.where(run >= _BORDER_RUN * len(edge), run, 0.0)
    thick = np.asarray(stats)[:, cv2.CC_STAT_AREA] / np.maximum(along, 1.0)
    is_border = (along > 0) & (thick <= _BORDER_DEPTH * min(height, width))
    is_border[0] = False
    borders = is_border[labels].astype(np.uint8)
    # Its soft rim stands out from the paper as well.
    reach = 2 * max(2, round(0.004 * max(height, width))) + 1
    return np.asarray(cv2.dilate(borders, np.ones((reach, reach), np.uint8)), np.bool_)


def _with_neighbours(large: _Boxes, small: _Boxes, near: float) -> tuple[int, int, int, int]:
    box = np.concatenate([large[:, :2].min(axis=0), large[:, 2:].max(axis=0)])
    while len(small):
        close = (
            (small[:, 0] <= box[2] + near)
            & (small[:, 2] >= box[0] - near)
            & (small[:, 1] <= box[3] + near)
            & (small[:, 3] >= box[1] - near)
        )
        if not close.any():
            break
        box[:2] = np.minimum(box[:2], small[close, :2].min(axis=0))
        box[2:] = np.maximum(box[2:], small[close, 2:].max(axis=0))
        small = small[~close]
    left, top, right, bottom = (int(value) for value in box)
    return left, top, right, bottom
