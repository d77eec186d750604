"""The paper's brightness under the ink."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.page import Pixels

_CELLS = 12
"""Cells of the reduced page that a window is wide: finer changes nothing that can be seen, and costs time."""


def background(pixels: Pixels, window: int | None = None) -> Pixels:
    """How bright the paper is at every pixel, as if nothing were printed on it.

    The page is reduced, ink that does not fill a window is closed over with the paper around it, and what is left is
    smoothed. A dark area larger than the window, such as a picture or the ground of white type, counts as dark paper.

    Args:
        pixels: (H, W), or (H, W, 3) channel by channel.
        window: side in pixels, 3 or more; larger than the thickest stroke. None: a twentieth of the page's shorter
            side, at least 16.

    Returns:
        A new array of the same shape.
    """
    height, width = pixels.shape[:2]
    paper = background_reduced(pixels, window)
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def background_reduced(pixels: Pixels, window: int | None = None) -> Pixels:
    """The same before it is enlarged to the page's size: a small picture that covers the whole page."""
    height, width = pixels.shape[:2]
    window = default_window(height, width) if window is None else window
    factor = max(1, window // _CELLS)
    small = np.asarray(
        cv2.resize(pixels, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA), np.uint8
    )
    side = max(3, round(window / factor) | 1)
    element = np.ones((side, side), np.uint8)
    # A single bright cell would spread over a whole window.
    calm = cv2.medianBlur(small, 3)
    closed = cv2.morphologyEx(calm, cv2.MORPH_CLOSE, element)
    return np.asarray(cv2.blur(closed, (side, side), borderType=cv2.BORDER_REPLICATE), np.uint8)


def default_window(height: int, width: int) -> int:
    """A twentieth of the shorter side, at least 16 pixels."""
    return max(16, min(height, width) // 20)
