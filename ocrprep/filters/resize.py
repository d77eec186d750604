"""A new size in pixels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._interpolation import InterpolationFilterType
from ocrprep.filters._resize import resized
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class Resize(GeometryFilter):
    """Make the page exactly so many pixels wide and high.

    The two sides are stretched by themselves, so that letters may change their proportions; ``scale`` keeps them. A
    binary page stays binary: it is resampled as gray and cut at 128.
    """

    kind: Literal["resize"] = Field(default="resize", init=False)

    width: Annotated[int, Field(ge=1, le=100_000, examples=[120], description="new width in pixels")]
    height: Annotated[int, Field(ge=1, le=100_000, examples=[160], description="new height in pixels")]
    interpolation: Annotated[
        InterpolationFilterType, Field(description="the kernel that weighs old pixels into a new one")
    ] = InterpolationFilterType.CATMULL_ROM

    def run(self, page: Page) -> Moved:
        """Resample each side by itself."""
        return resized(page, self.width, self.height, self.interpolation)
