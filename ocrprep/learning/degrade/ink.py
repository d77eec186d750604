"""What happens to ink: how it lies on the paper, spreads, dries up and wears off."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.learning.degrade._fields import blurred, fractal_noise, smooth_noise, smoothstep, unit
from ocrprep.learning.degrade.base import Degradation, Share, Stage
from ocrprep.learning.degrade.sheet import Sheet


class SpreadInk(Degradation):
    """Ink that ran into the paper (positive) or that the type did not give off up to its edges (negative).

    ``amount`` is the way of the edge in pixels.
    """

    kind: Literal["spread_ink"] = "spread_ink"
    stage: ClassVar[Stage] = "ink"
    amount: Annotated[float, Field(ge=-3.0, le=3.0)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """Blur, then cut elsewhere than half-way."""
        sigma = max(0.7, abs(self.amount))
        soft = blurred(sheet.ink, sigma)
        # A blurred straight edge crosses 0.5 ∓ 0.3413·a/σ at a pixels from where it was.
        middle = float(np.clip(0.5 - 0.36 * self.amount / sigma, 0.08, 0.92))
        ink = smoothstep(soft, middle - 0.2 / sigma, middle + 0.2 / sigma)
        return sheet.with_(ink=ink, clean=ink)


class RoughEdges(Degradation):
    """Edges frayed by the grain of the paper or by worn type: noise pushes the outline to and fro.

    ``amount`` is the push relative to the ink's depth, ``grain`` its size in pixels.
    """

    kind: Literal["rough_edges"] = "rough_edges"
    stage: ClassVar[Stage] = "ink"
    amount: Share
    grain: Annotated[float, Field(ge=0.8, le=16.0)] = 2.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Noise on the blurred ink, cut half-way again."""
        soft = blurred(sheet.ink, 0.9)
        noise = smooth_noise(rng, sheet.shape, self.grain) * np.float32(self.amount * 0.35)
        pushed = soft + noise * (4.0 * soft * (1.0 - soft))
        ink = smoothstep(pushed, 0.25, 0.75)
        return sheet.with_(ink=ink)


class FadeInk(Degradation):
    """Ink that lies or lasts unevenly: between ``least`` of its depth and all of it, over ``scale`` pixels."""

    kind: Literal["fade_ink"] = "fade_ink"
    stage: ClassVar[Stage] = "ink"
    least: Share
    scale: Annotated[float, Field(ge=4.0, le=2000.0)] = 120.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Less ink where smooth noise says so."""
        depth = unit(fractal_noise(rng, sheet.shape, max(4.0, self.scale / 8.0), self.scale))
        return sheet.with_(ink=sheet.ink * (np.float32(self.least) + np.float32(1.0 - self.least) * depth))


class ChangedInk(Degradation):
    """Lines in other inks: pieces of the page, cut between lines, have between ``least`` and all of their depth."""

    kind: Literal["changed_ink"] = "changed_ink"
    stage: ClassVar[Stage] = "ink"
    least: Share
    lines: Annotated[float, Field(ge=0.5, le=100.0)] = 3.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Bands of rows, about ``lines`` lines high."""
        rows = sheet.shape[0]
        profile = blurred(sheet.ink.sum(axis=1, keepdims=True), 1.0)[:, 0]
        reach = max(1, round(1.2 * sheet.x_height))
        depth = np.empty(rows, np.float32)
        top = 0
        while top < rows:
            wanted = top + max(2, round(2.6 * sheet.x_height * self.lines * rng.uniform(0.4, 1.6)))
            first, last = max(top + 1, wanted - reach), min(rows, wanted + reach)
            bottom = rows if first >= last else first + int(np.argmin(profile[first:last]))
            depth[top:bottom] = rng.uniform(self.least, 1.0)
            top = bottom
        return sheet.with_(ink=sheet.ink * depth[:, None])


class ThinPen(Degradation):
    """Thin strokes take less ink than broad ones, as under a light hand: a hairline keeps ``share`` of its depth."""

    kind: Literal["thin_pen"] = "thin_pen"
    stage: ClassVar[Stage] = "ink"
    share: Share

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """Depth follows the width of the stroke."""
        reach = max(1.0, sheet.x_height / 12.0)
        width = blurred(sheet.ink, reach)
        widest = np.asarray(cv2.dilate(width, np.ones((5, 5), np.uint8)), np.float32)
        depth = np.float32(self.share) + np.float32(1.0 - self.share) * smoothstep(widest, 0.15, 0.75)
        return sheet.with_(ink=sheet.ink * depth)


class BrokenInk(Degradation):
    """Ink missing in specks and scratches: dry pens, worn type, flaked toner.

    ``share`` of the ink is lost, in pieces of about ``grain`` pixels; ``stretch`` above 1 makes scratches along rows.
    """

    kind: Literal["broken_ink"] = "broken_ink"
    stage: ClassVar[Stage] = "ink"
    share: Annotated[float, Field(ge=0.0, le=0.6)]
    grain: Annotated[float, Field(ge=0.8, le=16.0)] = 2.0
    stretch: Annotated[float, Field(ge=0.1, le=10.0)] = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Cut where noise is highest, more so in some regions."""
        noise = smooth_noise(rng, sheet.shape, self.grain, self.stretch)
        noise += 0.6 * smooth_noise(rng, sheet.shape, 60.0)
        level = float(np.quantile(noise[::4, ::4], 1.0 - self.share)) if self.share else float("inf")
        if not np.isfinite(level):
            return sheet
        return sheet.with_(ink=sheet.ink * (1.0 - 0.92 * smoothstep(noise, level - 0.15, level + 0.35)))


class MottledInk(Degradation):
    """Grain inside the strokes: the ink's depth varies by ``amount`` from pixel to pixel or clump to clump."""

    kind: Literal["mottled_ink"] = "mottled_ink"
    stage: ClassVar[Stage] = "ink"
    amount: Share
    grain: Annotated[float, Field(ge=0.8, le=24.0)] = 1.5

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A factor of noise on the ink."""
        noise = np.abs(smooth_noise(rng, sheet.shape, self.grain))
        return sheet.with_(ink=sheet.ink * np.clip(1.0 - np.float32(0.6 * self.amount) * noise, 0.0, 1.0))


class PooledInk(Degradation):
    """Ink that dried darker at the edge of its stroke (positive) or in the middle of it (negative)."""

    kind: Literal["pooled_ink"] = "pooled_ink"
    stage: ClassVar[Stage] = "ink"
    amount: Annotated[float, Field(ge=-1.0, le=1.0)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """The blurred stroke tells middle from edge."""
        middle = smoothstep(blurred(sheet.ink, max(1.0, sheet.x_height / 15.0)), 0.35, 0.95)
        darker = 1.0 - middle if self.amount > 0 else middle
        return sheet.with_(ink=sheet.ink * (1.0 - np.float32(0.55 * abs(self.amount)) * (1.0 - darker)))


class InkDepth(Degradation):
    """How dark the ink is: ``depth`` 1 is black, 0.3 a pale pencil or washed-out iron gall."""

    kind: Literal["ink_depth"] = "ink_depth"
    stage: ClassVar[Stage] = "ink"
    depth: Share

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """All ink by one factor."""
        return sheet.with_(ink=sheet.ink * np.float32(self.depth))


class InkHalo(Degradation):
    """Oil or acid of the ink that darkened the paper around the strokes, ``reach`` pixels wide; it is not ink."""

    kind: Literal["ink_halo"] = "ink_halo"
    stage: ClassVar[Stage] = "ink"
    amount: Share
    reach: Annotated[float, Field(ge=1.0, le=40.0)] = 5.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A blurred print of the ink, uneven, on the paper."""
        halo = blurred(sheet.ink, self.reach) * unit(smooth_noise(rng, sheet.shape, 80.0))
        return sheet.with_(paper=sheet.paper * (1.0 - np.float32(min(1.0, 1.3 * self.amount)) * np.minimum(halo, 1.0)))
