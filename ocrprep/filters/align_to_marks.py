"""A sheet brought into line by the marks at its corners."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis._view import seen_aspect
from ocrprep.analysis.corner_marks import corner_marks
from ocrprep.filters._warp import Fill, Sampling, warp
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.geometry import Box
from ocrprep.page import Page


class AlignToMarks(GeometryFilter):
    """Make the rectangle between four registration marks the page: upright, flat and of a known size.

    For forms and answer sheets with a mark at each corner: solid squares, solid discs, or rings one inside the other.
    The centres of the marks become the corners of the new page, so that every field has a known place, whatever the
    scan or photograph did to the sheet. A page on which four marks are not surely found stays as it is. See
    ``analysis.corner_marks``. Where a side is not given, width over height comes from the perspective, after Zhang and
    He, "Whiteboard Scanning and Image Enhancement", 2007. The page is turned by at most 45 degrees: the marks alone do
    not say which way is up.
    """

    kind: Literal["align_to_marks"] = Field(default="align_to_marks", init=False)

    width: Annotated[
        int | None,
        Field(ge=1, le=100_000, description="pixels from mark to mark along x; None: measured, or from the height"),
    ] = None
    height: Annotated[
        int | None,
        Field(ge=1, le=100_000, description="pixels from mark to mark along y; None: measured, or from the width"),
    ] = None
    margin: Annotated[
        int, Field(ge=0, le=10_000, description="pixels of the new page to keep around the marks' centres")
    ] = 0
    marks: Annotated[
        Literal["any", "square", "disc", "target"],
        Field(description="what to look for: solid squares, solid discs, targets of rings, or any of these"),
    ] = "any"
    min_confidence: Annotated[float, Field(ge=0, le=1, description="confidence, 0-1, below which nothing is done")] = (
        0.5
    )
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    def run(self, page: Page) -> Moved:
        """Look for the marks, then one projective map and one resampling."""
        seen = corner_marks(page.pixels, self.marks)
        confidence = round(seen.confidence, 3)
        centres = seen.centres
        if centres is None or seen.confidence <= 0.0 or seen.confidence < self.min_confidence:
            return Moved(page.pixels, geometry.identity(), marks=None, mark=None, confidence=confidence)
        aspect = seen_aspect(centres, page.width, page.height)
        across, down = self._sides(*np.hypot(*(np.roll(centres, -1, axis=0) - centres).T).tolist(), aspect=aspect)
        margin = float(self.margin)
        new_to_old = geometry.homography(Box(margin, margin, margin + across, margin + down).corners(), centres)
        size = across + 2 * self.margin, down + 2 * self.margin
        pixels = warp(page, new_to_old, *size, fill=self.fill, sampling=self.interpolation)
        found = [[round(float(x), 2), round(float(y), 2)] for x, y in centres]
        return Moved(
            pixels, new_to_old, marks=found, mark=seen.kind, confidence=confidence, aspect=round(float(aspect), 4)
        )

    def _sides(self, upper: float, right: float, lower: float, left: float, *, aspect: float) -> tuple[int, int]:
        """Pixels across and down from mark to mark; where both are measured, no side loses any."""
        down: float
        if self.height is not None:
            down = self.height
        elif self.width is not None:
            down = self.width / aspect
        else:
            down = max(left, right, max(upper, lower) / aspect)
        across = self.width if self.width is not None else down * aspect
        return max(1, round(across)), max(1, round(down))
