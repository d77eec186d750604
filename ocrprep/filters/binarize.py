"""The automatic binarization."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._automatic import Quality, automatic_mask
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Binarize(PixelFilter):
    """Turn ink black and everything else white, with all settings measured on the page.

    The threshold is local and follows the page's stroke width; stains, shadows, grain and bleed-through are left out by
    how sharp and how deep each piece of ink is; a page of light text on dark comes out dark on light. A page of two
    gray levels keeps its picture.

    ``fast`` puts the edge of a stroke half-way between its ink and its paper. ``best`` cuts the ink out along its edges
    by an energy over all pixels, after Howe, "Document binarization with automatic parameter tuning", International
    Journal on Document Analysis and Recognition, 2013: thin and faint strokes stay whole, stains that touch text are
    cut off, and small, blurred type comes out bolder. Mean F-measure, and time for 8.7 megapixels on two cores:

    - ``fast``: DIBCO 2009 91.0, 2011 86.9, 2013 86.7, H-DIBCO 2016 89.5; 0.3 s
    - ``best``: DIBCO 2009 94.1, 2011 90.6, 2013 90.0, H-DIBCO 2016 88.8; 1.2 s
    """

    kind: Literal["binarize"] = Field(default="binarize", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    quality: Annotated[
        Quality,
        Field(
            description="fast: edges half-way between ink and paper; best: by Howe's energy, about four times as slow"
        ),
    ] = "fast"

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Measure and separate."""
        mask, facts = automatic_mask(pixels, context.dpi, self.quality)
        return Found(mask, **facts)
