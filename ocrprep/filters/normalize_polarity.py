"""Dark text on light, everywhere."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.polarity import polarity_map
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels

_WHOLE = 0.9
_MOST = 0.5


class NormalizePolarity(PixelFilter):
    """Invert the page where its text is light on dark: everywhere, or only in a table header, a button or a stripe.

    Photographs, shadows and dark pages without text are left alone; see ``analysis.polarity`` for the evidence. What
    was inverted is recorded as rectangles.
    """

    kind: Literal["normalize_polarity"] = Field(default="normalize_polarity", init=False)

    scope: Annotated[
        Literal["auto", "whole", "parts"],
        Field(
            description="whole: invert all of the page or nothing, as most of it is; parts: only where text is light "
            "on dark; auto: parts, and the whole page where nearly all of it is"
        ),
    ] = "auto"

    def apply(self, pixels: Pixels) -> Found:
        """255 − x where text is light on dark."""
        polarity = polarity_map(pixels)
        share = round(polarity.share, 4)
        if self.scope == "whole" or (self.scope == "auto" and polarity.share > _WHOLE):
            inverted = polarity.share > _MOST
            result = np.asarray(cv2.bitwise_not(pixels), np.uint8) if inverted else pixels.copy()
            return Found(result, inverted="whole" if inverted else "nothing", share=share)
        result = pixels.copy()
        result[polarity.mask] = 255 - pixels[polarity.mask]
        inverted_parts = "parts" if polarity.regions else "nothing"
        return Found(result, inverted=inverted_parts, share=share, regions=[list(area) for area in polarity.regions])
