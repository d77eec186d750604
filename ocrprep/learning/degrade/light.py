"""Light on the page: falloff, shadows, glare, dark surroundings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.learning.degrade._fields import blurred, ramp, smooth_noise, smoothstep
from ocrprep.learning.degrade.base import Angle, Degradation, Share, Stage
from ocrprep.learning.degrade.sheet import Sheet


class LightFalloff(Degradation):
    """Light that falls off towards one side and towards the corners, by ``amount`` of it."""

    kind: Literal["light_falloff"] = "light_falloff"
    stage: ClassVar[Stage] = "light"
    amount: Share
    angle: Angle = 30.0
    corners: Share = 0.3

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A ramp, a bowl, and broad unevenness."""
        slope = 0.5 - ramp(sheet.shape, self.angle)
        bowl = ramp(sheet.shape, 0.0) ** 2 + ramp(sheet.shape, 90.0) ** 2
        dim = (1.0 - self.corners) * slope + self.corners * 2.0 * bowl + 0.15 * smooth_noise(rng, sheet.shape, 300.0)
        return sheet.with_(image=sheet.seen * np.clip(1.0 - np.float32(self.amount) * dim, 0.05, 1.2))


class Shadow(Degradation):
    """The shadow of a hand, a phone or the binding: a part of the page gets ``amount`` less light.

    ``softness`` is the width of its edge in pixels.
    """

    kind: Literal["shadow"] = "shadow"
    stage: ClassVar[Stage] = "light"
    amount: Share
    softness: Annotated[float, Field(ge=0.5, le=200.0)] = 20.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A polygon that enters from an edge, blurred."""
        rows, columns = sheet.shape
        size = np.array([columns, rows], np.float64)
        centre = rng.choice([-0.1, 1.1, 0.5], 2) * size
        turns = np.sort(rng.uniform(0, 2 * np.pi, 9))
        away = rng.uniform(0.25, 0.95, 9)[:, None] * size
        outline = centre + np.stack([np.cos(turns), np.sin(turns)], axis=1) * away
        layer = np.zeros(sheet.shape, np.float32)
        cv2.fillPoly(layer, [np.round(outline).astype(np.int32)], 1.0)
        return sheet.with_(image=sheet.seen * (1.0 - np.float32(self.amount) * blurred(layer, self.softness)))


class Glare(Degradation):
    """A lamp mirrored by glossy paper: ``amount`` of white light on a soft spot ``size`` pixels wide."""

    kind: Literal["glare"] = "glare"
    stage: ClassVar[Stage] = "light"
    amount: Share
    size: Annotated[float, Field(ge=5.0, le=2000.0)] = 150.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A Gaussian spot added to what is seen."""
        rows, columns = sheet.shape
        x = (np.arange(columns, dtype=np.float32) - np.float32(rng.uniform(0, columns))) / np.float32(self.size)
        y = (np.arange(rows, dtype=np.float32) - np.float32(rng.uniform(0, rows))) / np.float32(self.size)
        spot = np.exp(-0.5 * (y[:, None] ** 2 + x[None, :] ** 2))
        seen = sheet.seen
        return sheet.with_(image=seen + np.float32(self.amount) * spot * (1.0 - seen))


class DarkSurroundings(Degradation):
    """What the scanner or camera sees beside the page: a dark band along some edges, or the shade of the gutter.

    It is ``depth`` pixels wide and reflects ``reflectance``; there is no ink in it.
    """

    kind: Literal["dark_surroundings"] = "dark_surroundings"
    stage: ClassVar[Stage] = "light"
    depth: Annotated[float, Field(ge=1.0, le=1000.0)] = 30.0
    reflectance: Share = 0.1
    soft: bool = False

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """One to three edges, slanted and slightly wavy."""
        rows, columns = sheet.shape
        inside = np.ones(sheet.shape, np.float32)
        y, x = np.arange(rows, dtype=np.float32)[:, None], np.arange(columns, dtype=np.float32)[None, :]
        for edge in rng.permutation(4)[: int(rng.choice([1, 1, 2, 3]))]:
            from_edge = (y + 0 * x, rows - 1 - y + 0 * x, x + 0 * y, columns - 1 - x + 0 * y)[int(edge)]
            along = x if edge < 2 else y
            slant = np.float32(rng.normal(0.0, 0.02)) * along
            wave = smooth_noise(rng, sheet.shape, 60.0) * np.float32(rng.choice([0.2, 1.5]))
            away = from_edge - np.float32(self.depth) - slant - wave
            width = self.depth * 0.8 if self.soft else float(rng.uniform(0.6, 4.0))
            inside *= smoothstep(away, -width, width)
        band = np.float32(self.reflectance) * (1.0 + 0.25 * smooth_noise(rng, sheet.shape, 2.0))
        seen = sheet.seen
        if self.soft:
            return sheet.with_(
                image=seen * (np.float32(self.reflectance) + (1.0 - np.float32(self.reflectance)) * inside)
            )
        # What lies under the band was never on the page.
        return sheet.with_(
            image=seen * inside + np.clip(band, 0.0, 1.0) * (1.0 - inside),
            ink=sheet.ink * inside,
            clean=sheet.clean * inside,
        )
