"""Gamma correction."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels


class Gamma(PixelFilter):
    """Lighten or darken the middle grays; black stays black and white stays white.

    ``255 · (p / 255) ** (1 / value)``, rounded: above 1 lightens, below 1 darkens, which brings out faint ink. In
    colour every channel is treated alike; a binary page is left as it is.
    """

    kind: Literal["gamma"] = Field(default="gamma", init=False)

    value: Annotated[
        float,
        Field(
            gt=0,
            le=10,
            examples=[1.5],
            description="exponent's inverse: 2 lightens as much as 0.5 darkens; 1 changes nothing",
        ),
    ]

    def apply(self, pixels: Pixels) -> Found:
        """Look each level up in a table."""
        levels = np.arange(256) / 255.0
        table = np.rint(255.0 * levels ** (1.0 / self.value)).astype(np.uint8)
        return Found(cv2.LUT(pixels, table))
