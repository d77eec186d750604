"""A margin around the page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.filters._warp import Fill, warp
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page

_Side = Annotated[int | None, Field(ge=0, le=1_000_000, description="pixels to add on this side; None adds `size`")]


class Pad(GeometryFilter):
    """Lay a margin around the page: engines lose text that touches the frame."""

    kind: Literal["pad"] = Field(default="pad", init=False)

    size: Annotated[
        int, Field(ge=0, le=1_000_000, description="pixels to add on every side that has no width of its own")
    ] = 10
    left: _Side = None
    top: _Side = None
    right: _Side = None
    bottom: _Side = None
    fill: Fill = "background"

    def run(self, page: Page) -> Moved:
        """Copy the page onto a larger one."""
        left, top, right, bottom = (
            self.size if side is None else side for side in (self.left, self.top, self.right, self.bottom)
        )
        new_to_old = geometry.translation(-left, -top)
        width, height = page.width + left + right, page.height + top + bottom
        return Moved(warp(page, new_to_old, width, height, fill=self.fill), new_to_old)
