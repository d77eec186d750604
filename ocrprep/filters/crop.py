"""A part of the page."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.filters.base import Area, GeometryFilter, Moved
from ocrprep.page import Page


class Crop(GeometryFilter):
    """Keep a rectangle of the page and drop the rest."""

    kind: Literal["crop"] = Field(default="crop", init=False)

    area: Area = Field(
        examples=[(0, 0, 1, 1)],
        description="rectangle (x, y, width, height) to keep, in pixels of the page as the filter gets it",
    )

    def run(self, page: Page) -> Moved:
        """Nothing: a geometry filter is given the area alone."""
        return Moved(page.pixels, geometry.identity())
