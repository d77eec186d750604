"""Gray levels that separate ink from paper, from the histogram alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from ocrprep.page import Pixels


def otsu_level(pixels: Pixels) -> int:
    """The level that maximises the variance between the classes "≤ level" and "> level".

    Args:
        pixels: (H, W) uint8.

    Returns:
        0–255; ink is at or below it. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979.
    """
    return int(cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])
