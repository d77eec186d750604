"""Which pieces of a mask hold ink that is sure."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.filters._runs import Pieces
from ocrprep.filters._strips import Strip, mapped
from ocrprep.page import Pixels

_STEPS = 2
"""Pixels from ink to what is known to touch it."""

_SQUARE = np.ones((3, 3), np.uint8)


def touching(mask: Pixels, ink: Pixels) -> Pixels:
    """The mask without the pieces, 8 neighbours, that hold none of the ink; both 0 on ink and 255 elsewhere.

    It is made in the array itself, which is returned. Nearly all of it lies within a step or two of ink, and is not
    looked at again: of what is left over, a piece that is next to nothing reached is a piece of the mask by itself.
    """
    beside = np.empty_like(mask)

    def reach(strip: Strip) -> Pixels:
        own = mask[strip.padded]
        reached = np.asarray(cv2.bitwise_or(own, ink[strip.padded]), np.uint8)
        for _ in range(_STEPS):
            reached = np.asarray(cv2.max(cv2.erode(reached, _SQUARE), own), np.uint8)
        beside[strip.rows] = cv2.bitwise_not(np.asarray(cv2.erode(reached, _SQUARE))[strip.inner])
        return np.asarray(cv2.max(own, cv2.bitwise_not(reached)), np.uint8)[strip.inner]

    left = Pieces.of(mapped(mask, _STEPS + 1, reach))
    joined = left.sums(0, lambda strip: (beside[strip.rows],))[0] > 0
    return left.paint(mask, ~joined[left.piece], 255)
