"""Su, Lu and Tan, 2010."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters._cells import marked
from ocrprep.filters._contrast import contrast_image, edge_spacing
from ocrprep.filters._local import box_sum, square_sum
from ocrprep.filters._strips import Strip, mapped
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels

_FEW = 0.25


class Su(PixelFilter):
    """Turn pixels black that lie among sharp edges and are no lighter than those edges on average.

    The high-contrast pixels E (Otsu's level on the contrast image) mark the borders of strokes. Ink is where the window
    holds at least ``n_min`` of them and ``I ≤ mean(E) + deviation(E) / 2``. Su, Lu and Tan, "Binarization of historical
    document images using the local maximum and minimum", DAS 2010; the window of two stroke widths is from their paper
    of 2013.
    """

    kind: Literal["su"] = Field(default="su", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window | None, window_field("two stroke widths, measured on the page", optional=True)] = None
    n_min: Annotated[
        int | None,
        Field(
            ge=1,
            le=100_000_000,
            description="sharp pixels that the window of an ink pixel holds; None is the window's side",
        ),
    ] = None

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Find the sharp edges, then compare every pixel with those around it."""
        contrast = contrast_image(pixels)
        level = otsu_level(contrast)
        E = (contrast > level).view(np.uint8)  # noqa: N806 - the paper's letters
        two = 2 * edge_spacing(E)
        window, facts = resolve(two | 1 if self.window is None else self.window, pixels, context.dpi, fallback=two | 1)
        n_min = self.n_min or (two if self.window is None else window)
        made = mapped(pixels, window // 2, lambda strip: _compared(pixels, E, strip, window, n_min))
        return Found(made, **facts, n_min=n_min, contrast_level=level)


def _compared(pixels: Pixels, E: Pixels, strip: Strip, window: int, n_min: int) -> Pixels:  # noqa: N803
    edge, own = E[strip.padded], pixels[strip.rows]
    level = np.multiply(pixels[strip.padded], edge)
    n = box_sum(edge, window)[strip.inner]
    possible = n.reshape(-1) >= n_min
    # In a small window most pixels lie among no edges, and the others are gathered.
    few = np.count_nonzero(possible) < _FEW * possible.size
    at = marked(possible.view(np.uint8)) if few else slice(None)
    found = np.maximum(n.reshape(-1)[at], 1, dtype=np.float64)
    mean = box_sum(level, window)[strip.inner].reshape(-1)[at] / found
    v = square_sum(level, window)[strip.inner].reshape(-1)[at] / found
    v -= mean * mean
    deviation = np.sqrt(np.maximum(v, 0, out=v), out=v)
    dark = (own.reshape(-1)[at] <= mean + deviation / 2) & possible[at]
    made = np.full(own.size, 255, np.uint8)
    made[at] = np.multiply(~dark, 255, dtype=np.uint8)
    return made.reshape(own.shape)
