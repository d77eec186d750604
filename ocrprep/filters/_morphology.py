"""Mathematical morphology said in terms of ink: what the filters that thicken, thin, clear and mend strokes share.

Ink is dark, so thickening it is OpenCV's erosion of the gray levels (each pixel becomes the darkest under the element),
and thinning it is OpenCV's dilation. Serra, "Image Analysis and Mathematical Morphology", 1982.

Two things are kept apart from OpenCV's freedom. Elements have odd sides and their anchor in the middle: an even side
moves every stroke by half a pixel. And the outside of the page never counts: it neither adds ink to a page nor takes
any away, so that opening only ever removes ink and closing only ever adds it, up to the very edge.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np
from pydantic import AfterValidator, Field, model_validator
from typing_extensions import Self

from ocrprep.filters.base import PixelFilter
from ocrprep.page import Pixels

Shape: TypeAlias = Literal["rectangle", "ellipse", "cross", "line_horizontal", "line_vertical"]

_OPENCV = {"rectangle": cv2.MORPH_RECT, "ellipse": cv2.MORPH_ELLIPSE, "cross": cv2.MORPH_CROSS}


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"an even size moves ink by half a pixel: use {value - 1} or {value + 1}")
    return value


class InkMorphology(PixelFilter):
    """What all of these filters are told: the element, and how often."""

    # The bounds stand before the check for odd numbers: behind it they would be missing from the JSON schema.
    size: Annotated[
        int,
        Field(ge=1, le=99, description="width of the element in pixels, odd; a line's length"),
        AfterValidator(_odd),
    ] = 3
    shape: Annotated[Shape, Field(description="form of the element")] = "rectangle"
    height: Annotated[
        Annotated[int, Field(ge=1, le=99), AfterValidator(_odd)] | None,
        Field(description="height of the element in pixels, odd; None is as high as wide; not for lines"),
    ] = None
    iterations: Annotated[int, Field(ge=1, le=20, description="how many times")] = 1

    @model_validator(mode="after")
    def _height_has_a_meaning(self) -> Self:
        if self.height is not None and self.shape.startswith("line"):
            raise ValueError(f"a {self.shape} is one pixel thick: its length is size, leave height out")
        return self

    @property
    def element(self) -> Pixels:
        """The structuring element: (height, size) uint8 of 0 and 1, odd sides, symmetric about its middle."""
        if self.shape == "line_horizontal":
            return np.ones((1, self.size), np.uint8)
        if self.shape == "line_vertical":
            return np.ones((self.size, 1), np.uint8)
        sides = (self.size, self.height or self.size)
        return np.asarray(cv2.getStructuringElement(_OPENCV[self.shape], sides), np.uint8)

    def thicker(self, pixels: Pixels) -> Pixels:
        """Each pixel becomes the darkest under the element, channel by channel."""
        return np.asarray(cv2.erode(pixels, self.element, iterations=self.iterations), np.uint8)

    def thinner(self, pixels: Pixels) -> Pixels:
        """Each pixel becomes the lightest under the element, channel by channel."""
        return np.asarray(cv2.dilate(pixels, self.element, iterations=self.iterations), np.uint8)
