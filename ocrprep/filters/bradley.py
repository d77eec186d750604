"""Bradley and Roth, 2007."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ocrprep.filters._local import mask_by_mean
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Bradley(PixelFilter):
    """Turn pixels black that are some percent darker than their neighbourhood's mean.

    ``T = m · (100 − t) / 100`` with the mean m of the window; ink is at or below T. Bradley and Roth, "Adaptive
    thresholding using the integral image", Journal of Graphics Tools, 2007, with their t and window.
    """

    kind: Literal["bradley"] = Field(default="bradley", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window | None, window_field("an eighth of the page's width", optional=True)] = None
    t: Annotated[float, Field(ge=0, le=100, description="percent that ink is darker than the mean around it")] = 15

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Compare every pixel with its window's threshold."""
        eighth = max(3, pixels.shape[1] // 8 | 1)
        window, facts = resolve(eighth if self.window is None else self.window, pixels, context.dpi, fallback=eighth)
        factor = (100 - self.t) / 100
        return Found(mask_by_mean(pixels, window, lambda m: m * factor), **facts)
