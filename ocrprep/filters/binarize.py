"""The automatic binarization."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from ocrprep.filters._automatic import automatic_mask
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Binarize(PixelFilter):
    """Turn ink black and everything else white, with all settings measured on the page.

    The threshold is local and follows the page's stroke width; stains, shadows, grain and bleed-through are left out by
    how sharp and how deep each piece of ink is; a page of light text on dark comes out dark on light. A page of two
    gray levels keeps its picture.
    """

    kind: Literal["binarize"] = Field(default="binarize", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Measure and separate."""
        mask, facts = automatic_mask(pixels, context.dpi)
        return Found(mask, **facts)
