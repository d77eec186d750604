"""How sharp the edges of the type are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._sheet import Ink, ink, sheet
from ocrprep.analysis.stroke_width import stroke_width_of
from ocrprep.page import Pixels

_LEAST_EDGES = 60
"""Fewer places would say more about chance than about the page."""

_FULL = 0.5
"""Share of the usual contrast that an edge must have to be one of type."""

_WIDEST = 24
"""Pixels on either side that an edge is followed: wider ones belong to shadows."""


@dataclass(frozen=True, slots=True)
class Blur:
    """How wide edges are, in pixels.

    Args:
        across: of upright strokes, measured along rows; None where there are too few.
        down: of level strokes, measured along columns; None where there are too few.
        stroke_width: of the same type, in pixels.
    """

    across: float | None
    down: float | None
    stroke_width: float

    @property
    def edge_width(self) -> float:
        """The wider of the two: motion blurs one direction, bad focus both."""
        return max(self.across or 1.0, self.down or 1.0)

    @property
    def sharpness(self) -> float:
        """1 over the edge's width, 0–1; 1 where ink meets paper from one pixel to the next."""
        return 1.0 / max(1.0, self.edge_width)

    @property
    def relative(self) -> float:
        """The edge's width over the stroke's: from 1 on the two edges of a stroke run into each other."""
        return self.edge_width / self.stroke_width


def blur(pixels: Pixels) -> Blur | None:
    """Measure the edges of type, whatever there is of it.

    An edge's width is its contrast over its steepest step, in pixels: 1 for an ideal edge, about 2.5 s for one that a
    Gaussian of standard deviation s has softened (for s of 1 or more). The median over all edges counts, so that
    neither the amount of text nor its contrast matters. Grain makes edges look sharper.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        None for a page with too few edges to tell.
    """
    seen = ink(sheet(pixels))
    return None if seen is None else blur_of(seen)


def blur_of(seen: Ink) -> Blur | None:
    """The same of ink that is found already."""
    stroke = stroke_width_of(seen.mask)
    if stroke is None:
        return None
    reach = int(min(_WIDEST, round(1.5 * stroke) + 2))
    across, down = _width(seen.part, reach), _width(np.asarray(cv2.transpose(seen.part), np.uint8), reach)
    return None if across is None and down is None else Blur(across, down, stroke)


def _width(gray: Pixels, reach: int) -> float | None:
    """Median width of edges along rows, in pixels."""
    if min(gray.shape) < 3:
        return None
    step = np.asarray(cv2.absdiff(gray[:-1, 1:], gray[:-1, :-1]), np.uint8)
    other = np.asarray(cv2.absdiff(gray[1:, :-1], gray[:-1, :-1]), np.uint8)
    span = np.ones((1, 2 * reach + 1), np.uint8)
    part = np.ascontiguousarray(gray[:-1, :-1])
    contrast = np.asarray(cv2.subtract(cv2.dilate(part, span), cv2.erode(part, span)), np.uint8)
    full = _usual(contrast)
    # Of all steps that share a contrast only the steepest is its edge.
    steepest = step == cv2.dilate(step, span)
    # Twice as steep along the row as down the column: other slants would be widened by the angle.
    along = cv2.subtract(step, other) >= other
    edges = steepest & along & (contrast >= max(12.0, _FULL * full)) & (step > 0)
    if np.count_nonzero(edges) < _LEAST_EDGES:
        return None
    return float(np.median(contrast[edges].astype(np.float32) / step[edges]))


def _usual(contrast: npt.NDArray[np.uint8]) -> float:
    """Contrast of type on this part: the 95th percentile, as most of a page is paper."""
    return float(np.percentile(contrast[::3, ::3], 95)) if contrast.size > 9 else 0.0
