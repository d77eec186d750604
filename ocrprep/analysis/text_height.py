"""How tall the letters of the body text are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import Glyphs, busiest, ends, glyphs
from ocrprep.analysis._lines import Piece, mode, pieces
from ocrprep.analysis.skew import Skew, skew_of_ends
from ocrprep.page import Pixels

_MAX_SLOPE = 15.0
# Rows of the reduced page: letters below this are measured again on a part of the page in full size.
_SMALL = 5.0
_SAME = 0.1
# Share of tops above the usual one: lower-case text has at least so many ascenders and capitals.
_ASCENDERS = 0.04
_X_PER_CAPITAL = 0.72


@dataclass(frozen=True, slots=True)
class TextHeight:
    """Sizes of the body text, in pixels of the page that was measured.

    Args:
        x_height: from the line on which letters stand to the top of x.
        capital_height: to the top of H; where there are hardly any capitals, of letters like b and d.
        lines: how many lines of that size were found on the measured part.
    """

    x_height: float
    capital_height: float
    lines: int


def text_height(pixels: Pixels) -> TextHeight | None:
    """Measure the height of the text that there is most of.

    The page is levelled and its letters are grouped into lines. In each line most feet mark the line on which the
    letters stand and most tops the x-height; sizes that many letters share win. A page whose tops have next to nothing
    above them is set in capitals or digits: its x-height is then 0.72 of them, as in common typefaces.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark; level to within 15 degrees.

    Returns:
        Heights good to a few percent from 4 pixels of x-height on, or None when the page shows no line of text.
    """
    return text_height_of(pixels, glyphs(pixels))


def text_height_of(pixels: Pixels, found: Glyphs, tilt: Skew | None = None) -> TextHeight | None:
    """The same of a page whose ink is found already.

    Args:
        pixels: the page.
        found: its ink.
        tilt: its skew within 15 degrees, where that is known; None measures it.
    """
    whole = _measured(found, tilt)
    if max(found.factor) <= 1.0 or (whole is not None and whole.x_height / found.factor[1] >= _SMALL):
        return whole
    return _measured(glyphs(busiest(pixels, found))) or whole


def _measured(found: Glyphs, tilt: Skew | None = None) -> TextHeight | None:
    places = ends(found)
    tilt = skew_of_ends(places, _MAX_SLOPE) if tilt is None else tilt
    slope = math.tan(math.radians(tilt.angle))
    runs = pieces(found, places, slope)
    if not runs:
        return None
    usual = float(
        np.exp(mode(np.log([run.top for run in runs]), 0.08, np.array([len(run.tops) for run in runs], np.float64)))
    )
    alike = [run for run in runs if abs(math.log(run.top / usual)) < _SAME]
    if not alike or not _is_text(alike, runs, usual):
        return None
    x_height, capital_height = _heights(np.concatenate([run.tops for run in alike]), usual)
    factor = found.factor[1]
    return TextHeight(x_height * factor, capital_height * factor, _lines(alike, usual))


def _is_text(alike: list[Piece], runs: list[Piece], usual: float) -> bool:
    letters = sum(len(run.letters) for run in alike)
    share = sum(len(run.tops) for run in alike) / sum(len(run.tops) for run in runs)
    feet = np.abs(np.concatenate([run.feet for run in alike])) / usual
    tops = np.concatenate([run.tops for run in alike]) / usual
    standing, reaching = float((feet < 0.1).mean()), float((np.abs(tops - 1.0) < 0.1).mean())
    # Texture and pictures have parts of one size too, but these neither stand on a line nor reach to one. Many letters
    # may be scattered among other sizes, and curved.
    least_share, least_standing = (0.3, 0.4) if letters < 100 else (0.15, 0.33)
    return letters >= 3 and share >= least_share and reaching >= 0.28 and standing >= least_standing


def _heights(tops: npt.NDArray[np.float64], usual: float) -> tuple[float, float]:
    blur = max(0.7, 0.05 * usual)
    ratio = tops / usual
    most = mode(tops[np.abs(ratio - 1.0) < 0.15], blur)
    higher = tops[(ratio > 1.2) & (ratio < 1.75)]
    if len(higher) < _ASCENDERS * len(tops):
        return _X_PER_CAPITAL * most, most
    return most, mode(higher, blur)


def _lines(alike: list[Piece], usual: float) -> int:
    grounds = np.sort([run.ground for run in alike])
    return 1 + int(np.count_nonzero(np.diff(grounds) > 0.5 * usual))
