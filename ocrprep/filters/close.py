"""Small gaps in ink filled."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._morphology import InkMorphology
from ocrprep.filters.base import Found
from ocrprep.page import Pixels


class Close(InkMorphology):
    """Fill gaps in ink that the element does not fit into, and leave strokes as thick as they were.

    Ink is thickened, then thinned by the same element. Mends broken strokes and pinholes of a bad print or a fax.
    """

    kind: Literal["close"] = Field(default="close", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"

    binarize: Annotated[
        bool, Field(description="make the page black and white first; False works on its gray levels or colours")
    ] = False

    def apply(self, pixels: Pixels) -> Found:
        """Thicken, then thin."""
        return Found(self.thinner(self.thicker(pixels)))
