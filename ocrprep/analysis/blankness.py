"""Whether anything is on the page."""

from __future__ import annotations

import cv2
import numpy as np

from ocrprep.analysis._glyphs import reduced_gray
from ocrprep.analysis.background import background
from ocrprep.analysis.content import content, dark_borders
from ocrprep.page import Pixels

_SMALL = 1_200_000
_DARKER = 0.85
"""A hole is darker than this share of the paper beside it."""

_WIDE = (0.01, 0.06)
"""Diameter of a hole as a share of the shorter side: 5 to 8 mm on A4 are 0.024 to 0.038."""

_NEAR = 0.15
"""Share of a side: a hole's centre lies so near to the edge; the norm has 12 mm, 0.06 of A4's width."""


def is_blank(pixels: Pixels) -> bool:
    """Whether a page is empty but for dust, dark scanner borders and punch holes.

    See ``analysis.content`` for what counts as something: it stands out from the paper's grain, and is larger than
    dust, or lies near something that is. Show-through that stands out does count.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light, or the other way round.
    """
    if pixels.ndim == 3:
        # Ink and paper of different hues may be of one brightness.
        return all(is_blank(np.asarray(item, np.uint8)) for item in cv2.split(pixels))
    small = reduced_gray(pixels, _SMALL)
    return content(_without_holes(_without_borders(small))) is None


def _without_borders(gray: Pixels) -> Pixels:
    """The page with its usual paper in place of dark borders: beside these paper would look like light ink."""
    borders = dark_borders(gray)
    return np.where(borders, np.uint8(np.median(gray[~borders])), gray) if not borders.all() else gray


def _without_holes(gray: Pixels) -> Pixels:
    """The page with paper in place of dark discs near its edges."""
    paper = background(gray, max(16, round(2 * _WIDE[1] * min(gray.shape))))
    dark = np.where(gray < _DARKER * paper.astype(np.float32), np.uint8(255), np.uint8(0))
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(closed, connectivity=8, ltype=cv2.CV_32S)
    height, width = gray.shape
    # The background of a page without any has no size.
    _, _, wide, high, area = (np.maximum(stats[:, index], 1).astype(np.float64) for index in range(5))
    least, most = (share * min(height, width) for share in _WIDE)
    x, y = centres.T
    beside = (np.minimum(x, width - x) <= _NEAR * width) | (np.minimum(y, height - y) <= _NEAR * height)
    round_one = (np.abs(np.log(wide / high)) < 0.25) & (np.abs(area / (wide * high) - 0.785) < 0.1)
    hole = beside & round_one & (wide >= least) & (wide <= most)
    hole[0] = False
    if not hole.any():
        return gray
    # Its soft rim goes with it.
    holes = cv2.dilate(hole[labels].astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    return np.where(holes, paper, gray)
