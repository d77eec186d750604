"""A page without its empty margins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis.content import content
from ocrprep.filters._warp import warp
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.page import Page


class CropToContent(GeometryFilter):
    """Cut away empty margins, lone specks in them, and the dark borders that scanners leave.

    All ink is kept, and a margin around it; the page never grows. A page on which nothing is found stays as it is. See
    ``analysis.content``.
    """

    kind: Literal["crop_to_content"] = Field(default="crop_to_content", init=False)

    margin: Annotated[
        int, Field(ge=0, le=10_000, description="pixels to keep around the content, where the page has them")
    ] = 20

    def run(self, page: Page) -> Moved:
        """Find the content and keep it with its margin."""
        box = content(page.pixels)
        if box is None:
            return Moved(page.pixels, geometry.identity(), content=None)
        left, top = max(0, box.x - self.margin), max(0, box.y - self.margin)
        right = min(page.width, box.x + box.width + self.margin)
        bottom = min(page.height, box.y + box.height + self.margin)
        new_to_old = geometry.translation(left, top)
        return Moved(warp(page, new_to_old, right - left, bottom - top), new_to_old, content=list(box))
