"""How evenly the page is lit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocrprep.analysis._sheet import Sheet, paper_levels, sheet
from ocrprep.page import Pixels, is_black_and_white


@dataclass(frozen=True, slots=True)
class Evenness:
    """The light on the paper.

    Args:
        evenness: darkest over lightest paper, 0–1; 1 is perfectly even.
        darkest: gray level of the paper, 0–255: a twentieth of the tiles are darker.
        lightest: likewise: a twentieth of the tiles are lighter.
    """

    evenness: float
    darkest: float
    lightest: float


def background_evenness(pixels: Pixels) -> Evenness:
    """Compare the paper in the tiles of the page.

    The paper's level is taken under the ink (see ``analysis.background``) in a grid of 16 tiles along the longer side,
    and only where type stands on it: what lies around a sheet, pictures and dark edges are not uneven light. On a page
    with hardly any type every tile counts. The ratio, not the difference, is what light does: it multiplies. A page of
    black and white alone has no light left, and is even.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.
    """
    return evenness_of(sheet(pixels))


def evenness_of(page: Sheet, ignore: npt.NDArray[np.bool_] | None = None) -> Evenness:
    """The same of a page that is reduced already.

    Args:
        page: the page.
        ignore: (h, w) bool, of the reduced page's shape: dark grounds of light type, which are no shadows.
    """
    if is_black_and_white(page.gray):
        return Evenness(1.0, 255.0, 255.0)
    darkest, lightest = (float(level) for level in np.percentile(paper_levels(page, ignore), (5, 95)))
    return Evenness(darkest / lightest if lightest > 0.0 else 1.0, darkest, lightest)
