"""Wolf and Jolion, 2003."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ocrprep.filters._local import MID_GRAY, largest_deviation, mask_by
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Wolf(PixelFilter):
    """Turn pixels black as Sauvola does, but measured against the page's own contrast.

    So faded pages keep their ink. ``T = m − k · (1 − s / R) · (m − M)`` with the mean m and the standard deviation
    s of the window, the page's darkest level M and the largest s of any window R; ink is at or below T. A page of a
    single level is ink below mid-gray. Wolf and Jolion, "Extraction and recognition of artificial text in multimedia
    documents", Pattern Analysis and Applications, 2003, with their k; they leave the window open.
    """

    kind: Literal["wolf"] = Field(default="wolf", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(75)] = 75
    k: Annotated[float, Field(ge=0, le=1, description="how far below the mean quiet areas are cut")] = 0.5

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Measure the page's darkest level and largest deviation, then compare every pixel."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=75)
        k, M = self.k, int(pixels.min())  # noqa: N806 - the paper's letters
        R = largest_deviation(pixels, window)  # noqa: N806
        facts |= {"darkest": M, "largest_deviation": round(R, 3)}
        if R == 0:
            return Found(np.full_like(pixels, 255 if M > MID_GRAY else 0), **facts)
        return Found(mask_by(pixels, window, lambda w: w.m - k * (1 - w.s / R) * (w.m - M)), **facts)
