"""Thicker strokes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._morphology import InkMorphology
from ocrprep.filters.base import Found
from ocrprep.page import Pixels


class Dilate(InkMorphology):
    """Thicken ink: every dark stroke grows by half the element's size on each side.

    Joins strokes that a bad scan broke, and darkens faint type; too much closes the eyes of letters. Symmetric, so
    strokes stay where they were. With ``binarize``, as documented by Aspose, the result is black and white; in colour
    each channel is worked on by itself.
    """

    kind: Literal["dilate"] = Field(default="dilate", init=False)
    binarizes: ClassVar[Literal["before", "after"] | None] = "before"

    binarize: Annotated[
        bool, Field(description="make the page black and white first; False works on its gray levels or colours")
    ] = True

    def apply(self, pixels: Pixels) -> Found:
        """The darkest pixel under the element."""
        return Found(self.thicker(pixels))
