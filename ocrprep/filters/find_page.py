"""A photographed page cut out and made rectangular."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis._view import seen_aspect
from ocrprep.analysis.page_outline import page_outline
from ocrprep.filters._warp import Fill, Sampling, warp
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.geometry import Box
from ocrprep.page import Page


class FindPage(GeometryFilter):
    """Find a page photographed on a desk, cut it out and make it rectangular.

    Only a page that is seen with something around it on all four sides, and that is surely one, is touched; every
    other picture stays as it is: scans, pages that fill the picture, forms with boxes, slides. See
    ``analysis.page_outline``. Width over height comes from the perspective, after Zhang and He, "Whiteboard Scanning
    and Image Enhancement", 2007, and no side loses pixels. The page is turned by at most 45 degrees.
    """

    kind: Literal["find_page"] = Field(default="find_page", init=False)

    min_confidence: Annotated[float, Field(ge=0, le=1, description="confidence, 0-1, below which nothing is done")] = (
        0.3
    )
    margin: Annotated[
        int, Field(ge=0, le=10_000, description="pixels of the new page to keep around the sheet that was found")
    ] = 0
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    def run(self, page: Page) -> Moved:
        """Look for the page, then one projective map and one resampling."""
        outline = page_outline(page.pixels)
        confidence = round(outline.confidence, 3)
        corners = outline.corners
        if corners is None or outline.confidence <= 0.0 or outline.confidence < self.min_confidence:
            return Moved(page.pixels, geometry.identity(), page=None, confidence=confidence)
        upper, right, lower, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
        aspect = seen_aspect(corners, page.width, page.height)
        height = max(left, right, max(upper, lower) / aspect)
        sheet_w, sheet_h = max(1, round(height * aspect)), max(1, round(height))
        margin = float(self.margin)
        sheet = Box(margin, margin, margin + sheet_w, margin + sheet_h)
        new_to_old = geometry.homography(sheet.corners(), corners)
        width, height = sheet_w + 2 * self.margin, sheet_h + 2 * self.margin
        pixels = warp(page, new_to_old, width, height, fill=self.fill, sampling=self.interpolation)
        found = [[round(float(x), 2), round(float(y), 2)] for x, y in corners]
        return Moved(pixels, new_to_old, page=found, confidence=confidence, aspect=round(aspect, 4))
