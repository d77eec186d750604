"""Letters of the size that an engine reads best."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis.text_height import text_height
from ocrprep.filters._interpolation import InterpolationFilterType
from ocrprep.filters._resize import resized
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class ScaleToTextHeight(GeometryFilter):
    """Enlarge or shrink the page until its letters have the height that engines read best.

    The x-height of the body text is measured (see ``analysis.text_height``) and brought to a target. A page whose text
    is near it already, or on which no text is found, stays as it is. Tesseract's LSTM reads best at an x-height of
    about 20 pixels, which are capitals of about 30; larger type costs time and, far beyond, accuracy.
    """

    kind: Literal["scale_to_text_height"] = Field(default="scale_to_text_height", init=False)

    x_height: Annotated[float, Field(gt=0, le=1000, description="wanted x-height of the body text, in pixels")] = 20.0
    min_ratio: Annotated[float, Field(gt=0, le=1, description="new side over old side, at least")] = 0.25
    max_ratio: Annotated[float, Field(ge=1, le=100, description="new side over old side, at most")] = 4.0
    dead_zone: Annotated[
        float,
        Field(ge=0, le=10, description="share by which text may be larger or smaller than wanted and stay"),
    ] = 0.25
    interpolation: Annotated[
        InterpolationFilterType, Field(description="the kernel that weighs old pixels into a new one")
    ] = InterpolationFilterType.CATMULL_ROM

    def run(self, page: Page) -> Moved:
        """Measure, then scale or leave alone."""
        measured = text_height(page.pixels)
        if measured is None:
            return Moved(page.pixels, geometry.identity(), x_height=None, ratio=1.0, done="nothing: no text found")
        facts = {"x_height": round(measured.x_height, 2), "capital_height": round(measured.capital_height, 2)}
        wanted = self.x_height / measured.x_height
        if max(wanted, 1.0 / wanted) <= 1.0 + self.dead_zone:
            return Moved(page.pixels, geometry.identity(), **facts, ratio=1.0, done="nothing: near enough")
        ratio = min(self.max_ratio, max(self.min_ratio, wanted))
        width, height = max(1, round(page.width * ratio)), max(1, round(page.height * ratio))
        done = "scaled" if ratio == wanted else "scaled as far as allowed"
        return resized(page, width, height, self.interpolation, **facts, ratio=round(ratio, 4), done=done)
