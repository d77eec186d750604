"""What water, hands, stamps and the other side leave on paper. None of it is the page's own writing."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.learning.degrade._fields import (
    Plane,
    blurred,
    fractal_noise,
    remapped,
    smooth_noise,
    smoothstep,
    unit,
)
from ocrprep.learning.degrade.base import Degradation, Share, Stage
from ocrprep.learning.degrade.sheet import Sheet

Count = Annotated[int, Field(ge=1, le=400)]


class Stains(Degradation):
    """Blots of water, grease or dirt with wandering outlines; ``rim`` makes their dried edge darker.

    ``amount`` is how much light the darkest takes, ``scale`` their size in pixels, ``softness`` of the edge in pixels.
    """

    kind: Literal["stains"] = "stains"
    stage: ClassVar[Stage] = "paper"
    amount: Share
    scale: Annotated[float, Field(ge=4.0, le=1000.0)] = 150.0
    cover: Share = 0.2
    rim: Share = 0.3
    softness: Annotated[float, Field(ge=0.5, le=100.0)] = 4.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Islands of smooth noise."""
        height = fractal_noise(rng, sheet.shape, max(3.0, self.scale / 16.0), self.scale, 0.45)
        level = float(np.quantile(height[::4, ::4], 1.0 - self.cover)) if self.cover else float("inf")
        if not np.isfinite(level):
            return sheet
        ramp_width = max(0.02, self.softness / self.scale)
        inside = smoothstep(height, level - ramp_width, level + ramp_width)
        edge = np.exp(-(((height - np.float32(level + ramp_width)) / np.float32(2.0 * ramp_width)) ** 2))
        tint = 0.55 + 0.45 * unit(smooth_noise(rng, sheet.shape, self.scale / 2.0))
        taken = np.float32(self.amount) * tint * ((1.0 - np.float32(self.rim)) * inside + np.float32(self.rim) * edge)
        return sheet.with_(paper=sheet.paper * (1.0 - np.clip(taken, 0.0, 0.97)))


class CupRings(Degradation):
    """Rings left by cups and bottles, broken and of uneven width."""

    kind: Literal["cup_rings"] = "cup_rings"
    stage: ClassVar[Stage] = "paper"
    count: Annotated[int, Field(ge=1, le=12)] = 1
    amount: Share = 0.35
    radius: Annotated[float, Field(ge=8.0, le=2000.0)] = 120.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Distance from a centre, ruffled by noise."""
        rows, columns = sheet.shape
        paper = sheet.paper.copy()
        for _ in range(self.count):
            x = np.arange(columns, dtype=np.float32) - np.float32(rng.uniform(-0.1, 1.1) * columns)
            y = np.arange(rows, dtype=np.float32) - np.float32(rng.uniform(-0.1, 1.1) * rows)
            radius = np.float32(self.radius * rng.uniform(0.5, 1.2))
            away = np.sqrt(y[:, None] ** 2 + (x[None, :] * np.float32(rng.uniform(0.85, 1.15))) ** 2)
            away += smooth_noise(rng, sheet.shape, 25.0) * np.float32(rng.uniform(0.5, 3.0))
            width = np.float32(rng.uniform(2.0, 9.0))
            ring = np.exp(-(((away - radius) / width) ** 2)) * unit(2.0 * smooth_noise(rng, sheet.shape, 60.0))
            spill = smoothstep(-away, float(-radius), float(-radius) + 6.0) * np.float32(rng.uniform(0.0, 0.35))
            paper *= 1.0 - np.float32(self.amount) * np.clip(ring + spill, 0.0, 1.0)
        return sheet.with_(paper=paper)


class Specks(Degradation):
    """Dirt, foxing, flies and dust: round or ragged dots of ``low`` to ``high`` pixels in diameter."""

    kind: Literal["specks"] = "specks"
    stage: ClassVar[Stage] = "paper"
    count: Count = 40
    amount: Share = 0.5
    low: Annotated[float, Field(ge=0.5, le=100.0)] = 1.0
    high: Annotated[float, Field(ge=0.5, le=200.0)] = 5.0
    softness: Annotated[float, Field(ge=0.3, le=20.0)] = 0.8

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Blots drawn with fractions of pixels, then softened."""
        rows, columns = sheet.shape
        layer = np.zeros(sheet.shape, np.float32)
        low, high = min(self.low, self.high), max(self.low, self.high)
        sizes = np.exp(rng.uniform(np.log(low), np.log(high), self.count))
        for size in sizes:
            centre = (int(rng.uniform(0, columns) * 16), int(rng.uniform(0, rows) * 16))
            axes = (max(4, int(size * 8)), max(4, int(size * 8 * rng.uniform(0.5, 1.0))))
            depth = float(rng.uniform(0.35, 1.0))
            cv2.ellipse(layer, centre, axes, float(rng.uniform(0, 180)), 0, 360, depth, -1, cv2.LINE_8, 4)
        layer = blurred(layer, self.softness)
        return sheet.with_(paper=sheet.paper * (1.0 - np.float32(self.amount) * np.clip(layer, 0.0, 1.0)))


class OtherSide(Degradation):
    """Writing of the other side: show-through (seen through thin paper) or bleed-through (ink that soaked through).

    ``amount`` is how much light its ink takes at most, ``softness`` its blur in pixels; ``patchy`` lets some regions
    through and holds others back. The writing itself comes with the call, see `with_other_side`; without one it is the
    sheet's own, mirrored.
    """

    kind: Literal["other_side"] = "other_side"
    stage: ClassVar[Stage] = "paper"
    amount: Share
    softness: Annotated[float, Field(ge=0.0, le=12.0)] = 1.5
    patchy: Share = 0.5
    mirrored: bool = True

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet's own writing, moved away from itself."""
        rows, columns = sheet.shape
        moved = np.roll(sheet.clean, (int(rng.integers(rows // 6, rows)), int(rng.integers(0, columns))), (0, 1))
        return self.with_other_side(sheet, moved, rng)

    def with_other_side(self, sheet: Sheet, coverage: Plane, rng: np.random.Generator) -> Sheet:
        """The sheet with the writing of ``coverage`` (H×W, 0 … 1) shining through."""
        behind = coverage[:, ::-1] if self.mirrored else coverage
        behind = blurred(np.ascontiguousarray(behind), self.softness)
        if self.softness > 1.0:
            # Ink creeps along fibres: the outline is uneven at the scale of the blur.
            behind *= np.float32(0.6) + np.float32(0.4) * unit(
                2.0 * smooth_noise(rng, sheet.shape, 2.0 + self.softness)
            )
        patches = unit(2.5 * smooth_noise(rng, sheet.shape, 140.0))
        taken: Plane = np.float32(self.amount) * behind * (1.0 - np.float32(self.patchy) * (1.0 - patches))
        return sheet.with_(paper=sheet.paper * (1.0 - np.clip(taken, 0.0, 0.97)))


class Smudges(Degradation):
    """Soft dirt of fingers, pencil and worn-off print, drawn out along one direction."""

    kind: Literal["smudges"] = "smudges"
    stage: ClassVar[Stage] = "paper"
    amount: Share
    scale: Annotated[float, Field(ge=4.0, le=400.0)] = 40.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Stretched clouds, only their upper part."""
        cloud = smooth_noise(rng, sheet.shape, self.scale, float(rng.choice([0.3, 1.0, 4.0])))
        where = smoothstep(smooth_noise(rng, sheet.shape, self.scale * 4.0), -0.8, 1.6)
        grain = 0.75 + 0.25 * smooth_noise(rng, sheet.shape, 1.5)
        taken: Plane = np.float32(self.amount) * smoothstep(cloud, 0.0, 1.6) * where * grain
        return sheet.with_(paper=sheet.paper * (1.0 - np.clip(taken, 0.0, 0.95)))


class Scratches(Degradation):
    """Thin light or dark lines and hairs: film scratches, creases, fibres under the glass."""

    kind: Literal["scratches"] = "scratches"
    stage: ClassVar[Stage] = "paper"
    count: Annotated[int, Field(ge=1, le=60)] = 6
    amount: Share = 0.3

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Bent thin lines."""
        rows, columns = sheet.shape
        layer = np.zeros(sheet.shape, np.float32)
        for _ in range(self.count):
            start = np.array([rng.uniform(0, columns), rng.uniform(0, rows)])
            turn, bend = rng.uniform(0, 2 * np.pi), rng.normal(0.0, 0.15)
            step = rng.uniform(3.0, 14.0)
            turns = turn + np.cumsum(np.full(24, bend) + rng.normal(0.0, 0.05, 24))
            points = start + step * np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1), axis=0)
            depth = float(rng.uniform(0.3, 1.0)) * (1.0 if rng.random() < 0.6 else -0.6)
            cv2.polylines(layer, [np.round(points * 16).astype(np.int32)], False, depth, 1, cv2.LINE_8, 4)
        layer = blurred(layer, 0.6) * np.float32(1.5 * self.amount)
        return sheet.with_(paper=np.clip(sheet.paper * (1.0 - np.minimum(layer, 0.95)), 0.0, 1.0))


class Ghost(Degradation):
    """A pale second copy of the writing beside it: carbon copies, offset from the facing page, double scans."""

    kind: Literal["ghost"] = "ghost"
    stage: ClassVar[Stage] = "paper"
    amount: Share
    shift: Annotated[float, Field(ge=0.0, le=60.0)] = 4.0
    softness: Annotated[float, Field(ge=0.0, le=12.0)] = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The writing, shifted and blurred, on the paper."""
        turn = rng.uniform(0, 2 * np.pi)
        shift_x, shift_y = np.float32(self.shift * np.cos(turn)), np.float32(self.shift * np.sin(turn))
        still = np.zeros((1, 1), np.float32)
        copy = blurred(remapped(sheet.clean, still + shift_x, still + shift_y), self.softness)
        return sheet.with_(paper=sheet.paper * (1.0 - np.float32(self.amount) * np.clip(copy, 0.0, 1.0)))


class Stamp(Degradation):
    """A round or square rubber stamp in pale ink, unevenly inked; it is furniture, not text to be read."""

    kind: Literal["stamp"] = "stamp"
    stage: ClassVar[Stage] = "paper"
    amount: Share = 0.25
    size: Annotated[float, Field(ge=20.0, le=1000.0)] = 160.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Two outlines and strokes between them, worn by noise."""
        rows, columns = sheet.shape
        layer = np.zeros(sheet.shape, np.float32)
        centre = (int(rng.uniform(0.1, 0.9) * columns), int(rng.uniform(0.1, 0.9) * rows))
        half, turn = int(self.size / 2), float(rng.uniform(-30.0, 30.0))
        if rng.random() < 0.6:
            for share in (1.0, 0.85, 0.45):
                cv2.circle(layer, centre, max(2, int(half * share)), 1.0, max(1, half // 25), cv2.LINE_AA)
            for angle in np.arange(0.0, 360.0, 14.0):
                spot = np.deg2rad(angle + rng.uniform(-3, 3))
                way = np.array([np.cos(spot), np.sin(spot)]) * half
                inner, outer = (np.array(centre) + share * way for share in (0.58, 0.74))
                ends = [(int(end[0]), int(end[1])) for end in (inner, outer)]
                cv2.line(layer, ends[0], ends[1], 1.0, max(1, half // 22), cv2.LINE_AA)
        else:
            for share in (1.0, 0.88):
                box = cv2.boxPoints(((float(centre[0]), float(centre[1])), (2.0 * half * share, half * share), turn))
                cv2.polylines(layer, [box.astype(np.int32)], True, 1.0, max(1, half // 25), cv2.LINE_AA)
        worn = smoothstep(smooth_noise(rng, sheet.shape, 2.0) + 0.8 * smooth_noise(rng, sheet.shape, 30.0), -1.2, 0.6)
        return sheet.with_(paper=sheet.paper * (1.0 - np.float32(self.amount) * layer * worn))
