"""Small ink removed."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._morphology import InkMorphology
from ocrprep.filters.base import Found
from ocrprep.page import Pixels


class Open(InkMorphology):
    """Remove ink that the element does not fit into, and leave larger strokes as thick as they were.

    Ink is thinned, then thickened by the same element. Clears specks and hairs; strokes thinner than the element go as
    well, so ``despeckle`` is gentler with small type.
    """

    kind: Literal["open"] = Field(default="open", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"

    binarize: Annotated[
        bool, Field(description="make the page black and white first; False works on its gray levels or colours")
    ] = False

    def apply(self, pixels: Pixels) -> Found:
        """Thin, then thicken."""
        return Found(self.thicker(self.thinner(pixels)))
