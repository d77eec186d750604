"""Even light."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.background import background_reduced, default_window
from ocrprep.filters._strips import Strip, mapped
from ocrprep.filters._window import Window, resolve
from ocrprep.filters.base import GRAY, RGB, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels, convert_pixels


class NormalizeBackground(PixelFilter):
    """Make the paper evenly white: shadows, stains and uneven light go, ink stays as dark against it as it was.

    Every pixel is divided by the brightness that the paper has there (see ``analysis.background``). Where that would
    take a gain of more than ``max_gain`` there is no paper in a shadow but a picture or the ground of white type:
    from there on the gain falls back, to none on black, so that dark stays dark and its grain is not blown up. In
    colour all three channels of a pixel get the gain of its luma: hues stay, coloured type keeps its contrast,
    coloured paper its tint, and what an engine reads, the luma, becomes even.
    """

    kind: Literal["normalize_background"] = Field(default="normalize_background", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY, RGB})

    window: Annotated[
        Window | None,
        Field(
            description="side of the neighbourhood, wider than the thickest stroke: odd pixels, '2.5x' text heights, "
            "'0.1in' or '3mm'; None is a twentieth of the page's shorter side, at least 16 pixels"
        ),
    ] = None
    strength: Annotated[
        float, Field(gt=0, le=1, description="share of the unevenness that is taken away; 1 is all of it")
    ] = 1.0
    max_gain: Annotated[
        float,
        Field(
            ge=1, le=16, description="how many times brighter a pixel may become; 5 covers all but the deepest shadows"
        ),
    ] = 5.0

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Estimate the paper on a reduced page, then divide in one pass."""
        gray = convert_pixels(pixels, PixelMode.GRAY)
        height, width = gray.shape
        window = default_window(height, width)
        facts: dict[str, Any] = {}
        if self.window is not None:
            window, facts = resolve(self.window, gray, context.dpi, fallback=window)
        paper = background_reduced(gray, window)
        divisor = np.asarray(
            cv2.resize(self._divisors()[paper], (width, height), interpolation=cv2.INTER_LINEAR), np.uint8
        )

        def work(strip: Strip) -> Pixels:
            part, below = pixels[strip.rows], divisor[strip.rows]
            by = below if part.ndim == 2 else np.asarray(cv2.cvtColor(below, cv2.COLOR_GRAY2RGB), np.uint8)
            return np.asarray(cv2.divide(part, by, scale=255), np.uint8)

        darkest, lightest = (float(value) for value in np.percentile(paper, (5, 95)))
        return Found(mapped(pixels, 0, work), **{**facts, "window": window}, paper_low=darkest, paper_high=lightest)

    def _divisors(self) -> Pixels:
        """What to divide by, times 255, for every brightness of the paper."""
        paper = np.maximum(np.arange(256), 1) / 255.0
        edge = 1.0 / self.max_gain
        share = np.minimum(paper / edge, 1.0)
        gain = np.where(paper >= edge, 1.0 / paper, 1.0 + (self.max_gain - 1.0) * share)
        gain = 1.0 + self.strength * (gain - 1.0)
        return np.rint(255.0 / gain).astype(np.uint8)
