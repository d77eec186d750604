"""How much each pixel counts in the pseudo F-measure: little at the edge of a stroke, where two people would not agree.

Ntirogiannis, Gatos and Pratikakis, "Performance evaluation methodology for historical document image binarization",
IEEE Transactions on Image Processing, 2013.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import Pixels

Weights: TypeAlias = npt.NDArray[np.float32]
"""(H, W), one weight per pixel."""

_MOST_EXTRA = 2.0
"""What a distance may add to a pixel's precision weight; the contest's own files stop there too."""


@dataclass(frozen=True, slots=True)
class _Strokes:
    """What both weights need to know of the true ink."""

    contour: npt.NDArray[np.bool_]
    pieces: npt.NDArray[np.int32]
    """The number of the piece of ink (8-connected) of each pixel; 0 on paper."""
    reach: npt.NDArray[np.int32]
    """Stroke width of each piece, in pixels, by its number."""


def weights_of(ink: Pixels) -> tuple[Weights, Weights]:
    """Weights for recall and for precision; see ``masks.pseudo_weights``.

    Args:
        ink: (H, W) uint8, not 0 on ink.
    """
    for_recall, strokes = _recall_weights(ink)
    return for_recall, _precision_weights(ink, strokes)


def _recall_weights(ink: Pixels) -> tuple[Weights, _Strokes]:
    cross = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)), np.uint8)
    inner = np.asarray(cv2.erode(ink, cross, borderType=cv2.BORDER_CONSTANT, borderValue=0), np.uint8)
    contour = ink != inner
    distance = _distance(contour)
    distance[ink == 0] = 0
    square = np.ones((3, 3), np.uint8)
    ridge = (ink != 0) & (distance == np.asarray(cv2.dilate(distance, square), np.float32))
    pair = _in_squares_of_two(ridge)
    thin = ridge & contour
    distance[thin] = 1.0

    count, labels = cv2.connectedComponents(ink, connectivity=8, ltype=cv2.CV_32S)
    pieces = np.asarray(labels, np.int32)
    radius, doubled = distance[ridge], pair[ridge]
    # 0 1 … r … 1 0 sums to r², 0 1 … r r … 1 0 to r(r + 1).
    section = radius * (radius + doubled)
    owner = pieces[ridge]
    lines = np.where(doubled, 0.5, 1.0)
    length = np.maximum(np.bincount(owner, lines, count), 0.5)
    half = np.bincount(owner, lines * np.where(thin[ridge], 1.0, radius + doubled), count) / length
    usual = np.maximum(np.bincount(owner, lines * section, count) / length, 1.0)

    place = _nearest(ridge)[ink != 0]
    mine = pieces[ink != 0]
    # Across a narrow gap the nearest ridge may be the neighbour's.
    across = np.where(owner[place] == mine, section[place], usual[mine])
    weights = np.zeros(ink.shape, np.float32)
    weights[ink != 0] = distance[ink != 0] / across
    return weights, _Strokes(contour, pieces, (2 * np.floor(half)).astype(np.int32))


def _in_squares_of_two(ridge: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The ridges with two middle lines: of strokes that are an even number of pixels wide."""
    square = ridge[:-1, :-1] & ridge[1:, :-1] & ridge[:-1, 1:] & ridge[1:, 1:]
    pair = np.zeros_like(ridge)
    pair[:-1, :-1] = square
    pair[1:, :-1] |= square
    pair[:-1, 1:] |= square
    pair[1:, 1:] |= square
    return pair


def _precision_weights(ink: Pixels, strokes: _Strokes) -> Weights:
    distance = _distance(strokes.contour)
    owner = strokes.pieces[strokes.contour][_nearest(strokes.contour)]
    reach = strokes.reach[owner].astype(np.float32)
    near = (ink == 0) & (distance <= reach)
    limit = reach
    border = np.zeros(ink.shape, bool)
    border[:, :-1] |= owner[:, :-1] != owner[:, 1:]
    border[:-1] |= owner[:-1] != owner[1:]
    border &= near
    if border.any():
        gap = distance[border][_nearest(border)]
        # Only as far as the stroke reaches: beyond, the neighbour is too far to grow together with.
        joined = (_distance(border) + distance <= reach) & (gap < reach)
        limit = np.where(joined, gap, reach)
    weights = np.ones(ink.shape, np.float32)
    weights[near] += np.minimum(distance[near] / limit[near], _MOST_EXTRA)
    return weights


def _distance(goal: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Chessboard distance of each pixel to the nearest goal."""
    return np.asarray(cv2.distanceTransform((~goal).view(np.uint8), cv2.DIST_C, 3), np.float32)


def _nearest(goal: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """For each pixel the place of its nearest goal in ``array[goal]``."""
    _, labels = cv2.distanceTransformWithLabels((~goal).view(np.uint8), cv2.DIST_C, 5, labelType=cv2.DIST_LABEL_PIXEL)
    # Numbered from 1 in the order of rows, as numpy does.
    return np.asarray(labels, np.int32) - 1
