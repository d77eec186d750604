"""Where a lamp or a flash has wiped out the page."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._sheet import Sheet, paper_levels, sheet
from ocrprep.page import Pixels

_BLOWN = 250
"""Gray level from which a pixel counts as blown out: JPEG leaves a few levels below white."""

_WHITE = 238
"""Gray level of paper that is white by itself: on it nothing tells glare from paper."""

_SIDE = 0.02
"""Share of the shorter side: smaller bright spots are gaps between letters, or dust."""

_HALO = 2.0
"""Pixels of the reduced page: light fades over more than that, while a printed or cut edge does not."""


def glare(pixels: Pixels) -> float:
    """Share of the page that is blown out.

    Glare is a white area larger than the gaps in text, without ink, on paper that is clearly darker around it, and
    that fades into this paper: white fields of a form and a sheet on a table end sharply.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        0–1; 0 on paper of 238 and lighter, such as any clean scan.
    """
    return glare_of(sheet(pixels))


def glare_of(page: Sheet) -> float:
    """The same of a page that is reduced already."""
    return sum(spot.area for spot in blown_of(page)) / page.small.size


class Spot(NamedTuple):
    """A blown out part, in pixels of the reduced page; ``area`` is what it takes of the rectangle around it."""

    left: int
    top: int
    width: int
    height: int
    area: int


def blown_of(page: Sheet) -> list[Spot]:
    """The parts that are blown out, the uppermost first."""
    if float(np.median(paper_levels(page))) >= _WHITE:
        return []
    side = max(5, round(_SIDE * min(page.small.shape)) | 1)
    white = np.asarray(cv2.threshold(page.small, _BLOWN - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)
    blobs = np.asarray(cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blobs, connectivity=8, ltype=cv2.CV_32S)
    found = []
    for label in range(1, count):
        spot = Spot(*map(int, stats[label]))
        rows = slice(max(0, spot.top - 3 * side), spot.top + spot.height + 3 * side)
        columns = slice(max(0, spot.left - 3 * side), spot.left + spot.width + 3 * side)
        blob = np.asarray(labels[rows, columns] == label)
        if _fades(blob, page.small[rows, columns], 6 * side + 1):
            found.append(spot)
    return found


def _fades(blob: npt.NDArray[np.bool_], small: Pixels, reach: int) -> bool:
    """Whether a white area lies in darker paper and shades off into it."""
    spot = blob.astype(np.uint8)
    wide = np.asarray(cv2.dilate(spot, np.ones((reach, reach), np.uint8))) > 0
    around = small[wide & (small < _BLOWN)]
    # Lit paper goes on being nearly white; beside glare it does not.
    if around.size == 0 or float(np.median(around)) >= _WHITE:
        return False
    outline = cv2.countNonZero(cv2.morphologyEx(spot, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)))
    least = 255.0 - 0.75 * (255.0 - float(np.median(around)))
    between = np.count_nonzero(around > least)
    # The outline counted on both sides is twice its length.
    return bool(between >= _HALO * outline / 2.0)
