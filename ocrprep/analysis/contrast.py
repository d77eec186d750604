"""How far ink stands out from paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocrprep.analysis._sheet import Ink, Sheet, ink, paper_levels, sheet
from ocrprep.page import Pixels


@dataclass(frozen=True, slots=True)
class Contrast:
    """Gray levels of paper and ink.

    Args:
        paper: 0–255: the median over the tiles with type on them.
        ink: 0–255: of the darker quarter of the ink's pixels, under the same light; None for a page without ink.
    """

    paper: float
    ink: float | None

    @property
    def difference(self) -> float:
        """Gray levels between the two, 0–255; 0 without ink."""
        return 0.0 if self.ink is None else self.paper - self.ink


def contrast(pixels: Pixels) -> Contrast:
    """Measure paper and ink, the ink in full size on the busiest part of the page.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        Good to a few levels for strokes of two pixels and more; thinner ones have no pixel that is all ink, and their
        contrast is what is left of it.
    """
    page = sheet(pixels)
    return contrast_of(page, ink(page))


def contrast_of(page: Sheet, seen: Ink | None) -> Contrast:
    """The same of a page whose ink is found already."""
    paper = float(np.median(paper_levels(page)))
    return Contrast(paper, None if seen is None else seen.level * paper)
