"""What of the picture is not the page: a scanner's dark edges, the table that a sheet lies on."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._sheet import Sheet, paper_levels, sheet
from ocrprep.analysis.content import dark_borders
from ocrprep.page import Pixels

_DARKER = 0.5
"""Of the paper's brightness."""

_THICK = 0.02
"""Share of the shorter side: thicker than type."""

_TYPED = 0.015
"""Share of ink inside a dark area, away from its rim, from which it is a part of the page that lies in a shadow."""

_ALONG = 0.05
"""Share of an edge that it runs along: less is a letter or a mark that touches the edge."""


def dark_surroundings(pixels: Pixels) -> float:
    """Share of the picture that is dark and lies around the page.

    Counted are the thin bands of a scanner (see ``analysis.content``) and areas of any size that are darker than half
    of the paper, thicker than type, run along an edge, and have no type on them: else they are a shadow. A dark
    picture that is cut by the edge counts as well.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        0–1.
    """
    page = sheet(pixels)
    mask = surroundings_of(page)
    return cv2.countNonZero(mask.astype(np.uint8)) / mask.size


def surroundings_of(page: Sheet, ignore: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.bool_]:
    """The same as a mask of the reduced page.

    Args:
        page: the page.
        ignore: (h, w) bool: dark grounds of light type, which belong to the page.
    """
    paper = float(np.median(paper_levels(page, ignore)))
    dark = np.asarray(cv2.threshold(page.small, _DARKER * paper, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    side = max(3, round(_THICK * min(dark.shape)))
    # Beyond the edge the darkness may go on, which OpenCV's own border value says.
    thick = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8)
    count, found, _, _ = cv2.connectedComponentsWithStats(thick, connectivity=8, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    around = np.zeros(count, bool)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        around |= np.bincount(edge, minlength=count) >= max(1.0, _ALONG * len(edge))
    around &= ~_typed(page, thick, labels, count)
    around[0] = False
    rim = 2 * max(2, round(0.004 * max(dark.shape))) + 1
    near = np.asarray(cv2.dilate(dark, np.ones((rim, rim), np.uint8))) > 0
    mask = (dark_borders(page.small) & near) | around[labels]
    return mask if ignore is None else np.asarray(mask & ~ignore)


def _typed(page: Sheet, thick: Pixels, labels: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.bool_]:
    """(count,) which dark areas have type on them."""
    # Near the rim a dark area is darker than the mean around, as ink is.
    reach = 2 * (max(thick.shape) // 50) + 1
    inner = np.asarray(cv2.erode(thick, np.ones((reach, reach), np.uint8))) > 0
    inked = inner & (page.found.darkness > page.found.level)
    total, with_ink = (np.bincount(labels[where], minlength=count) for where in (inner, inked))
    return np.asarray(with_ink > _TYPED * total)
