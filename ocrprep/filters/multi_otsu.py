"""Liao, Chen and Chung, 2001."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
from pydantic import Field, model_validator
from typing_extensions import Self

from ocrprep.analysis.levels import multi_otsu_levels
from ocrprep.filters.base import BINARY, GRAY, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class MultiOtsu(PixelFilter):
    """Split the page's gray levels into three to five classes and turn the darkest of them black.

    For pages on which paper and ink are not alone: with stains, coloured fields, bleed-through or pencil between them,
    three classes find the ink as the darkest. Liao, Chen and Chung, "A fast algorithm for multilevel thresholding",
    Journal of Information Science and Engineering, 2001. The step records all levels. A page with fewer gray levels
    than classes is split between each of them.
    """

    kind: Literal["multi_otsu"] = Field(default="multi_otsu", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    classes: Annotated[int, Field(ge=3, le=5, description="number of classes, 3 to 5")] = 3
    ink_classes: Annotated[
        int, Field(ge=1, le=4, description="how many of them are ink, from the darkest; fewer than classes")
    ] = 1

    @model_validator(mode="after")
    def _some_paper(self) -> Self:
        if self.ink_classes >= self.classes:
            raise ValueError(f"ink_classes must be less than classes ({self.classes}), so that some paper is left")
        return self

    def apply(self, pixels: Pixels) -> Found:
        """Find the levels between the classes and compare every pixel with the one above the ink."""
        levels = multi_otsu_levels(pixels, self.classes)
        level = levels[min(self.ink_classes, len(levels)) - 1]
        return Found(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], level=level, levels=levels)
