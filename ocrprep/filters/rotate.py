"""A turn by a given angle."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._turn import turn
from ocrprep.filters._warp import Fill, Sampling
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class Rotate(GeometryFilter):
    """Turn the page counter-clockwise about its middle.

    Multiples of 90 degrees move pixels without resampling, and lose nothing. Other angles are resampled; a binary page
    stays binary.
    """

    kind: Literal["rotate"] = Field(default="rotate", init=False)

    angle: Annotated[
        float,
        Field(ge=-360, le=360, examples=[90], description="degrees, counter-clockwise; negative turns clockwise"),
    ]
    expand: Annotated[
        bool, Field(description="grow the page so that no corner is lost; False keeps its size and cuts")
    ] = True
    fill: Fill = "background"
    interpolation: Annotated[
        Sampling, Field(description="how values between pixels are found; not used for multiples of 90 degrees")
    ] = "cubic"

    def run(self, page: Page) -> Moved:
        """Turn about the middle."""
        return Moved(*turn(page, self.angle, expand=self.expand, fill=self.fill, sampling=self.interpolation))
