"""Khurshid, Siddiqi, Faure and Vincent, 2009."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ocrprep.filters._local import mask_by
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Nick(PixelFilter):
    """Turn pixels black by Niblack's idea with a threshold that sinks on light paper, so that empty areas stay clean.

    ``T = m + k · sqrt(s² + m²)`` with the mean m and the standard deviation s of the window; ink is at or below T. The
    paper's ``Σp² − m²`` under the root is read as ``Σp²``, as in Doxa: m² once beside NP squares is nothing. Khurshid,
    Siddiqi, Faure and Vincent, "Comparison of Niblack inspired binarization methods for ancient documents", DRR 2009,
    with their window and the stricter end of their k.
    """

    kind: Literal["nick"] = Field(default="nick", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(19)] = 19
    k: Annotated[
        float, Field(ge=-1, le=0, description="-0.1 keeps the faintest ink, -0.2 lets through the least noise")
    ] = -0.2

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Compare every pixel with its window's threshold."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=19)
        k = self.k
        return Found(mask_by(pixels, window, lambda w: w.m + k * np.sqrt(w.v + w.m * w.m)), **facts)
