"""The automatic choice between ink and paper: what ``binarize()`` does, for it and for filters that binarize on the way."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from ocrprep.analysis.levels import otsu_level
from ocrprep.page import Dpi, Pixels


def automatic_mask(pixels: Pixels, dpi: Dpi | None) -> tuple[Pixels, dict[str, Any]]:
    """Black ink on white paper.

    Args:
        pixels: (H, W) uint8, gray.
        dpi: the page's, or None.

    Returns:
        (H, W) uint8 of 0 and 255, and what was found.
    """
    del dpi
    level = otsu_level(pixels)
    return np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8), {"level": level}
