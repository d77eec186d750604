"""Which way up a page of Latin text lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ocrprep.analysis._glyphs import Glyphs, busiest, ends, glyphs
from ocrprep.analysis._lines import Piece, pieces
from ocrprep.analysis.skew import coarse, skew_of_ends
from ocrprep.page import Pixels

_MAX_SLOPE = 15.0
# Share of letters that reach above (or below) the others: lower-case text has two to three times as many, capitals and
# digits have fewer.
_LEAST_REACHING = 0.1
_FEW = 10.0
# Rows of the reduced page: smaller letters are looked at on a part of the page in full size, and below that not at all.
_SMALL, _TOO_SMALL = 5.0, 3.5


@dataclass(frozen=True, slots=True)
class PageOrientation:
    """How a page lies.

    Args:
        angle: 0, 90, 180 or 270: degrees to turn the page counter-clockwise so that its text stands upright.
        confidence: 0 (a guess) to 1.
    """

    angle: int
    confidence: float


def orientation(pixels: Pixels) -> PageOrientation:
    """Decide by the shape of lines and letters.

    Lines of text run along the axis on which ends of ink fall into sharper rows. Of the two ways up the right one has
    more letters that rise above the others (b, d, f, h, k, l, t and capitals) than letters that hang below (g, p, q,
    y): about four to one in languages with Latin script. Text in capitals or digits alone does not show which way up it
    lies.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark.

    Returns:
        The turn that makes it upright, and the confidence in the weaker of the two decisions; 0 with confidence 0 on a
        page without text.
    """
    return orientation_of(pixels, glyphs(pixels))


def orientation_of(pixels: Pixels, upright: Glyphs) -> PageOrientation:
    """The same of a page whose ink is found already.

    Args:
        pixels: the page.
        upright: its ink.
    """
    if max(upright.factor) > 1.0 and _too_small(upright):
        upright = glyphs(busiest(pixels, upright))
    sideways = upright.turned()
    merits = [_merit(upright), _merit(sideways)]
    (first, sure), (second, sure_too) = merits
    if first == second:
        return PageOrientation(0, 0.0)
    quarters, found, trust = (0, upright, sure) if first > second else (1, sideways, sure_too)
    axis = abs(first - second) / (first + second) * trust
    upside, way = _rising(found)
    return PageOrientation(90 * quarters + (180 if upside else 0), min(axis, way))


def _too_small(found: Glyphs) -> bool:
    high = np.minimum(found.boxes[:, 2], found.boxes[:, 3])[found.boxes[:, 4] >= 4]
    return len(high) == 0 or float(np.percentile(high, 75)) < _SMALL


def _merit(found: Glyphs) -> tuple[float, float]:
    places = ends(found)
    if len(places) < 2:
        return 0.0, 0.0
    peak = coarse(places, _MAX_SLOPE)
    return max(0.0, peak.excess) * peak.confidence, peak.confidence


def _rising(found: Glyphs) -> tuple[bool, float]:
    places = ends(found)
    slope = math.tan(math.radians(skew_of_ends(places, _MAX_SLOPE).angle))
    counts = (
        np.array([_reaching(run) for run in pieces(found, places, slope) if run.top > _TOO_SMALL])
        .reshape(-1, 3)
        .sum(axis=0)
    )
    above, below, letters = (float(count) for count in counts)
    most, total = max(above, below), above + below
    if letters == 0.0 or most < _LEAST_REACHING * letters:
        return False, 0.0
    # Two to one is a guess, four to one is what such text has.
    clear = min(1.0, max(0.0, (abs(above - below) / total - 0.2) / 0.4))
    return below > above, clear * total / (total + _FEW)


def _reaching(run: Piece) -> tuple[int, int, int]:
    top, foot = run.letters.T / run.top
    # Dots, commas and quotation marks are no letters; brackets and initials reach both ways.
    letter = (top - foot > 0.6) & (top - foot < 2.2) & (foot < 0.5) & (top > 0.5)
    high, low = top > 1.18, foot < -0.18
    return int((letter & high & ~low).sum()), int((letter & low & ~high).sum()), int(letter.sum())
