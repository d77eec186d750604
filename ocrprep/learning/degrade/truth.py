"""What counts as ink: the mask that belongs to a degraded page."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.learning.degrade._fields import Plane
from ocrprep.page import Pixels

_WINDOW = 4.0  # side of the window in which ink is compared, in x-heights
_FINE_X_HEIGHT, _LARGE_X_HEIGHT = 9.0, 18.0
_FINE_SHARE, _LARGE_SHARE = 0.5, 0.38
_INVISIBLE = 0.09
_EDGES_PULL = 1.13  # a flat stroke of ordinary width has a mean of 0.88 of its ink, by its soft edges


def edge_share(x_height: float) -> float:
    """Share of the ink around it from which a pixel counts as ink.

    People and tools that drew the masks of the public contests put the edge of a stroke outside its middle: on 49 of
    them a threshold at 0.40 to 0.45 of the way from local paper to local ink agrees best with the drawn masks. Type so
    small that its strokes are a pixel wide is cut at one half.
    """
    share = np.interp(x_height, (_FINE_X_HEIGHT, _LARGE_X_HEIGHT), (_FINE_SHARE, _LARGE_SHARE))
    return float(share)


def ink_mask(ink: Plane, x_height: float) -> Pixels:
    """The mask of a page from the light its ink takes: uint8, 0 ink, 255 paper.

    A pixel is ink when it takes at least `edge_share` of what the ink around it takes: strokes keep their width when
    they fade, and what has faded away is paper.

    Args:
        ink: H×W float32, 0 … 1, after all blur and loss of ink.
        x_height: pixels.
    """
    side = 2 * max(4, round(_WINDOW * min(max(x_height, 6.0), 24.0) / 4.0)) + 1
    weight = cv2.boxFilter(ink, -1, (side, side), borderType=cv2.BORDER_REFLECT)
    # Each pixel weighs by its own ink: the mean of the strokes, whatever paper lies between them.
    level = cv2.boxFilter(ink * ink, -1, (side, side), borderType=cv2.BORDER_REFLECT) / np.maximum(weight, 1e-5)
    # Half-covered edges pull that mean down; the darkest part of the stroke itself is the other witness.
    peak = cv2.blur(cv2.dilate(ink, np.ones((5, 5), np.uint8)), (5, 5))
    reference = np.minimum(np.maximum(level * _EDGES_PULL, 0.9 * peak), 1.0)
    strong = (ink >= edge_share(x_height) * reference) & (ink >= _INVISIBLE)
    return np.where(strong, 0, 255).astype(np.uint8)
