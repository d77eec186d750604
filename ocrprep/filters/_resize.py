"""A page in another size, for the filters that choose the size in different ways."""

from __future__ import annotations

from typing import Any

import cv2

from ocrprep import geometry
from ocrprep.filters._interpolation import InterpolationFilterType, resize
from ocrprep.filters._warp import check_size
from ocrprep.filters.base import Moved
from ocrprep.page import Page, PixelMode


def resized(page: Page, width: int, height: int, interpolation: InterpolationFilterType, **facts: Any) -> Moved:
    """The page in that many pixels; a binary page is cut at 128 again.

    Raises:
        FilterError: no pixels, or more than 2^31.
    """
    check_size(width, height)
    new_to_old = geometry.scaling(page.width / width, page.height / height)
    if (width, height) == (page.width, page.height):
        return Moved(page.pixels, new_to_old, **facts)
    pixels = resize(page.pixels, width, height, interpolation)
    if page.mode is PixelMode.BINARY:
        cv2.threshold(pixels, 127, 255, cv2.THRESH_BINARY, dst=pixels)
    return Moved(pixels, new_to_old, **facts)
