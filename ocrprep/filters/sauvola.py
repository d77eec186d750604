"""Sauvola and Pietikäinen, 2000."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._local import mask_by
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Sauvola(PixelFilter):
    """Turn pixels black where they are darker than their neighbourhood's mean, the more so the less contrast it has.

    ``T = m · (1 + k · (s / r − 1))`` with the mean m and the standard deviation s of the window; ink is at or below T.
    Quiet paper stays white, as T lies well below its mean. Sauvola and Pietikäinen, "Adaptive document image
    binarization", Pattern Recognition, 2000, with their k and r; they leave the window open.
    """

    kind: Literal["sauvola"] = Field(default="sauvola", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(75)] = 75
    k: Annotated[
        float, Field(ge=0, le=1, description="how far below the mean quiet areas are cut; 0.2 to 0.34 keep fainter ink")
    ] = 0.5
    r: Annotated[
        float, Field(gt=0, le=255, description="gray levels: the largest deviation that a window can have")
    ] = 128

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Compare every pixel with its window's threshold."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=75)
        k, r = self.k, self.r
        return Found(mask_by(pixels, window, lambda w: w.m * (1 + k * (w.s / r - 1))), **facts)
