"""Niblack, 1986."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._local import MID_GRAY, mask_by
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Niblack(PixelFilter):
    """Turn pixels black that lie some deviations below their neighbourhood's mean.

    Finds the faintest ink, and the grain of empty paper too. ``T = m + k · s`` with the mean m and the standard
    deviation s of the window; ink is at or below T. A window of a single level has no threshold of its own: there a
    pixel is ink below mid-gray, so that blank paper stays blank. Niblack, "An Introduction to Digital Image
    Processing", 1986, with his k and window. scikit-image writes the same k with the opposite sign.
    """

    kind: Literal["niblack"] = Field(default="niblack", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(15)] = 15
    k: Annotated[
        float, Field(ge=-2, le=2, description="standard deviations from the mean; below 0 for dark ink on light paper")
    ] = -0.2

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Compare every pixel with its window's threshold."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=15)
        k = self.k
        return Found(mask_by(pixels, window, lambda w: w.m + k * w.s, flat=MID_GRAY), **facts)
