"""Black and white with thicker strokes, under the name that Aspose's Java edition gives it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ocrprep.filters._morphology import InkMorphology
from ocrprep.filters.base import Found
from ocrprep.page import Pixels


class BinarizeAndDilate(InkMorphology):
    """Make the page black and white by the automatic method, then thicken its ink.

    The first half is recorded as a step of its own and does nothing to a page that is black and white already.
    """

    kind: Literal["binarize_and_dilate"] = Field(default="binarize_and_dilate", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"
    binarize: ClassVar[bool] = True

    def apply(self, pixels: Pixels) -> Found:
        """The darkest pixel under the element."""
        return Found(self.thicker(pixels))
