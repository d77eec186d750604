"""A new size by a ratio."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._interpolation import InterpolationFilterType
from ocrprep.filters._resize import resized
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class Scale(GeometryFilter):
    """Enlarge or shrink the page by a ratio.

    The new sides are rounded to whole pixels, and the map back and the dpi follow the rounded sides. A binary page
    stays binary: it is resampled as gray and cut at 128.
    """

    kind: Literal["scale"] = Field(default="scale", init=False)

    ratio: Annotated[
        float,
        Field(
            gt=0,
            le=10_000,
            allow_inf_nan=False,
            examples=[2],
            description="new side over old side; 2 doubles, 0.5 halves",
        ),
    ]
    interpolation: Annotated[
        InterpolationFilterType, Field(description="the kernel that weighs old pixels into a new one")
    ] = InterpolationFilterType.CATMULL_ROM

    def run(self, page: Page) -> Moved:
        """Resample to the nearest whole size."""
        width, height = round(page.width * self.ratio), round(page.height * self.ratio)
        return resized(page, width, height, self.interpolation)
