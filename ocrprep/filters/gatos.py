"""Gatos, Pratikakis and Perantonis, 2006."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.filters._local import around, box_sum, counts, mask_by, paper_beneath
from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.filters._window import Window, resolve, window_field
from ocrprep.filters.base import BINARY, GRAY, Context, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels


class Gatos(PixelFilter):
    """Turn pixels black that are darker than an estimate of the paper beneath them; sees through stains and shadows.

    The page is smoothed where it is quiet (Wiener), Sauvola's method gives a rough mask S, the paper B beneath its ink
    is filled in from the paper around, and ink is where ``B − I > d(B)``, a distance that shrinks where the paper is
    dark. Gatos, Pratikakis and Perantonis, "Adaptive degraded document image binarization", Pattern Recognition, 2006;
    without the upsampling, which is optional there, and of the cleaning only the shrink filter: the swell filters are
    meant for the enlarged page and thicken strokes on this one.
    """

    kind: Literal["gatos"] = Field(default="gatos", init=False)
    accepts: ClassVar[frozenset[PixelMode]] = frozenset({GRAY})
    produces: ClassVar[PixelMode | None] = BINARY

    window: Annotated[Window, window_field(75, "side of the rough mask's window")] = 75
    k: Annotated[float, Field(ge=0, le=1, description="Sauvola's k of the rough mask")] = 0.2
    glyph: Annotated[Window, window_field(61, "size of a character; the paper's window spans two")] = 61
    q: Annotated[float, Field(gt=0, le=2, description="share of the mean distance of ink and paper that makes ink")] = (
        0.6
    )
    p1: Annotated[
        float,
        Field(ge=0, lt=1, description="how dark paper must be for the distance to shrink, as a share of its mean"),
    ] = 0.5
    p2: Annotated[float, Field(ge=0, le=1, description="what is left of the distance on the darkest paper")] = 0.8
    clean: Annotated[
        bool,
        Field(
            description="remove ink whose surroundings, 0.15 glyphs across, are paper by more than 90 %: "
            "specks, and full stops of type much smaller than the glyph"
        ),
    ] = False

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Rough mask, paper, final threshold, and cleaning."""
        window, facts = resolve(self.window, pixels, context.dpi, fallback=75)
        glyph = resolve(self.glyph, pixels, context.dpi, fallback=61)[0]
        facts["glyph"] = glyph
        k = self.k
        I = wiener(pixels)  # noqa: E741, N806 - the paper's letters, as below
        S = mask_by(I, window, lambda w: w.m * (1 + k * (w.s / 128 - 1)))  # noqa: N806
        ink = S.size - cv2.countNonZero(S)
        if ink in {0, S.size}:
            return Found(S, **facts)
        B = paper_beneath(I, S, 2 * glyph - 1)  # noqa: N806
        delta = float(cv2.mean(cv2.subtract(B, I))[0]) * S.size / ink
        b = float(cv2.mean(B, S)[0])
        facts |= {"distance": round(delta, 2), "paper": round(b, 2)}
        final = mapped(S, 0, lambda at: self._final(I[at.rows], B[at.rows], delta, b))
        return Found(_cleaned(final, glyph) if self.clean else final, **facts)

    def _final(self, I: Pixels, B: Pixels, delta: float, b: float) -> Pixels:  # noqa: E741, N803
        levels = np.arange(256.0)
        q, p1, p2 = self.q, self.p1, self.p2
        bend = np.exp(-4 * levels / (b * (1 - p1)) + 2 * (1 + p1) / (1 - p1))
        d = q * delta * ((1 - p2) / (1 + bend) + p2)
        # Ink is B − I > d(B), and both sides but d are whole numbers.
        deepest = np.floor(d).clip(0, 255).astype(np.uint8)
        white = np.less_equal(cv2.subtract(B, I), cv2.LUT(B, deepest)).view(np.uint8)
        return np.multiply(white, 255, out=white)


def wiener(pixels: Pixels) -> Pixels:
    """Each pixel drawn to the mean of its 3×3 window, wholly where that varies less than most of the page.

    As the paper has it, the average variance stands for the noise. Fractions are cut off, as in Doxa.
    """
    size = 3

    def total(strip: Strip) -> float:
        return float(around(pixels, strip, size).v.sum())

    noise = sum(each(pixels.shape[0], size // 2, total)) / pixels.size

    def work(strip: Strip) -> Pixels:
        w = around(pixels, strip, size)
        share = np.divide(w.v - noise, w.v, out=np.zeros_like(w.v), where=w.v > noise)
        return np.asarray(w.m + share * (pixels[strip.rows] - w.m)).astype(np.uint8)

    return mapped(pixels, size // 2, work)


def _cleaned(mask: Pixels, glyph: int) -> Pixels:
    n = max(3, round(0.15 * glyph) | 1)

    def work(strip: Strip) -> Pixels:
        paper = box_sum(mask[strip.padded] & np.uint8(1), n)[strip.inner]
        beyond = n * n - counts(mask.shape, strip.rows, n)
        return np.asarray(mask[strip.rows] | np.multiply(paper + beyond > 0.9 * n * n, 255, dtype=np.uint8))

    return mapped(mask, n // 2, work)
