"""How much of the page is ink."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ocrprep.analysis._sheet import Ink, Sheet, ink, paper_levels, sheet
from ocrprep.analysis.surroundings import surroundings_of
from ocrprep.page import Pixels

_FAINT = 0.25
"""Share of the ink's darkness: what is fainter is grain, show-through or shade."""


def ink_coverage(pixels: Pixels) -> float:
    """Share of the page that is covered with ink, dark surroundings left out.

    Each pixel of the reduced page counts by its darkness between paper and ink, so that averaging and blur, which make
    strokes wider and paler, change nothing. The paper is the local one; where an area as dark as ink is larger than
    the paper's window, such as a black bar, the page's usual paper stands in for it.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        0–1; typed pages have 0.03 to 0.12. It is too large by a fifth and more where blur reaches half of a stroke, as
        no solid ink is left to compare with.
    """
    page = sheet(pixels)
    return coverage_of(page, ink(page), surroundings_of(page))


def coverage_of(page: Sheet, seen: Ink | None, around: npt.NDArray[np.bool_]) -> float:
    """The same of a page whose ink and surroundings are found already."""
    if seen is None:
        return 0.0
    usual = float(np.median(paper_levels(page)))
    paper = page.paper.astype(np.float32)
    paper[paper < usual * (1.0 + seen.level) / 2.0] = usual
    darkness = (paper - page.small) / np.maximum(1.0, paper * np.float32(seen.depth))
    darkness[(darkness < _FAINT) | around] = 0.0
    return float(np.minimum(darkness, 1.0).mean())
