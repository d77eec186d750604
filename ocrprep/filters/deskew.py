"""Straightening of small angles."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis.skew import skew
from ocrprep.filters._turn import turn
from ocrprep.filters._warp import Fill, Sampling
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class Deskew(GeometryFilter):
    """Straighten lines of text that run slightly up- or downhill.

    The angle is measured, and the page turned about its middle, only when the measurement is trusted and the angle is
    worth a resampling; else every pixel stays as it is. See ``analysis.skew``. Engines read slightly skewed lines as
    well as level ones, and on low-resolution scans better than resampled ones.
    """

    kind: Literal["deskew"] = Field(default="deskew", init=False)
    aliases: ClassVar[tuple[str, ...]] = ("auto_skew",)

    max_angle: Annotated[
        float,
        Field(gt=0, le=45, description="degrees to look at on either side; a page that lies steeper stays as it is"),
    ] = 15.0
    min_confidence: Annotated[float, Field(ge=0, le=1, description="confidence, 0-1, below which nothing is done")] = (
        0.3
    )
    dead_zone: Annotated[
        float, Field(ge=0, le=45, description="degrees below which nothing is done; engines read such lines as well")
    ] = 0.5
    expand: Annotated[
        bool, Field(description="grow the page so that no corner is lost; False keeps its size and cuts")
    ] = True
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    def run(self, page: Page) -> Moved:
        """Measure, then turn or leave alone."""
        measured = skew(page.pixels, self.max_angle)
        facts = {"angle": round(measured.angle, 3), "confidence": round(measured.confidence, 3)}
        if measured.confidence < self.min_confidence:
            return Moved(page.pixels, geometry.identity(), **facts, done="nothing: too uncertain")
        if abs(measured.angle) < max(self.dead_zone, 1e-9):
            return Moved(page.pixels, geometry.identity(), **facts, done="nothing: straight enough")
        pixels, new_to_old = turn(page, measured.angle, expand=self.expand, fill=self.fill, sampling=self.interpolation)
        return Moved(pixels, new_to_old, **facts, done="turned")
