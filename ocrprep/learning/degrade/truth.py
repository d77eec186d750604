"""What counts as ink: the mask that belongs to a degraded page."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.learning.degrade._fields import Plane
from ocrprep.page import Pixels

_FINE_X_HEIGHT, _LARGE_X_HEIGHT = 13.0, 22.0
_FINE_SHARE, _LARGE_SHARE = 0.49, 0.33
_INVISIBLE = 0.08


def ink_mask(ink: Plane, x_height: float) -> Pixels:
    """The mask of a page from the light its ink takes: uint8, 0 ink, 255 paper.

    A pixel is ink when it takes a certain share of what the ink around it takes: strokes keep their width when they
    fade, and what has faded away is paper. People and tools that drew the masks of the public contests put the edge of
    a stroke outside its middle, and drew hairlines by their own depth: a third of the darkest within three pixels. Type
    so small that its strokes are a pixel wide is cut at about half of the darkest ink of the word: its hairlines would
    otherwise be as broad as its stems. Between x-heights of 13 and 22 pixels one rule passes into the other.

    Args:
        ink: H×W float32, 0 … 1, after all blur and loss of ink.
        x_height: pixels.
    """
    fine = float(np.interp(x_height, (_FINE_X_HEIGHT, _LARGE_X_HEIGHT), (1.0, 0.0)))
    level = np.zeros_like(ink)
    if fine < 1.0:
        level += np.float32((1.0 - fine) * _LARGE_SHARE) * _darkest(ink, 7, 3)
    if fine > 0.0:
        level += np.float32(fine * _FINE_SHARE) * _darkest(ink, 25, 15)
    return np.where((ink >= level) & (ink >= _INVISIBLE), 0, 255).astype(np.uint8)


def _darkest(ink: Plane, side: int, smooth: int) -> Plane:
    """The most that ink takes within a square of ``side`` pixels, without steps."""
    most = cv2.dilate(ink, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.blur(most, (smooth, smooth), borderType=cv2.BORDER_REFLECT), np.float32)
