"""Thinner strokes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._morphology import InkMorphology
from ocrprep.filters.base import Found
from ocrprep.page import Pixels


class Erode(InkMorphology):
    """Thin ink: every dark stroke loses half the element's size on each side; what is thinner than it goes.

    Opens letters that have run together; too much breaks hairlines. Ink at the edge of the page is not thinned from
    outside.
    """

    kind: Literal["erode"] = Field(default="erode", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"

    binarize: Annotated[
        bool, Field(description="make the page black and white first; False works on its gray levels or colours")
    ] = False

    def apply(self, pixels: Pixels) -> Found:
        """The lightest pixel under the element."""
        return Found(self.thinner(pixels))
