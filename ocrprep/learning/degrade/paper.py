"""What paper is like: its tone, grain and make, its folds, rules and repairs. None of it is writing."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.learning.degrade._fields import (
    blurred,
    fractal_noise,
    line_distance,
    smooth_noise,
    unit,
)
from ocrprep.learning.degrade.base import Angle, Degradation, Share, Stage
from ocrprep.learning.degrade.sheet import Sheet


class PaperTone(Degradation):
    """Paper of another tone or colour: it reflects ``reflectance`` of the light."""

    kind: Literal["paper_tone"] = "paper_tone"
    stage: ClassVar[Stage] = "paper"
    reflectance: Annotated[float, Field(ge=0.1, le=1.0)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """All paper by one factor."""
        return sheet.with_(paper=sheet.paper * np.float32(self.reflectance))


class PaperTexture(Degradation):
    """Grain, felt and cloud of the sheet: noise of all scales from ``finest`` to ``coarsest`` pixels.

    ``amount`` is its standard deviation in reflectance.
    """

    kind: Literal["paper_texture"] = "paper_texture"
    stage: ClassVar[Stage] = "paper"
    amount: Annotated[float, Field(ge=0.0, le=0.3)]
    finest: Annotated[float, Field(ge=1.0, le=64.0)] = 1.5
    coarsest: Annotated[float, Field(ge=1.0, le=512.0)] = 100.0
    roughness: Annotated[float, Field(ge=0.3, le=1.5)] = 0.8

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Octaves of noise on the paper."""
        noise = fractal_noise(rng, sheet.shape, self.finest, self.coarsest, self.roughness)
        return sheet.with_(paper=np.clip(sheet.paper * (1.0 + np.float32(self.amount) * noise), 0.0, 1.0))


class PaperRelief(Degradation):
    """Crumpled, creased or cockled paper in slanting light: ridges with a light and a dark side."""

    kind: Literal["paper_relief"] = "paper_relief"
    stage: ClassVar[Stage] = "paper"
    amount: Annotated[float, Field(ge=0.0, le=0.5)]
    scale: Annotated[float, Field(ge=4.0, le=400.0)] = 60.0
    angle: Angle = 45.0
    sharpness: Share = 0.5

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The slope of a folded surface against the light."""
        noise = fractal_noise(rng, sheet.shape, max(3.0, self.scale / 8.0), self.scale, 0.5)
        folded = (1.0 - np.float32(self.sharpness)) * noise - np.float32(self.sharpness) * np.abs(noise)
        across, down = np.float32(np.cos(np.deg2rad(self.angle))), np.float32(np.sin(np.deg2rad(self.angle)))
        slope = across * cv2.Sobel(folded, cv2.CV_32F, 1, 0) + down * cv2.Sobel(folded, cv2.CV_32F, 0, 1)
        slope = np.tanh(slope / np.float32(max(1e-4, 2.2 * float(slope[::4, ::4].std()))))
        return sheet.with_(paper=np.clip(sheet.paper * (1.0 + np.float32(self.amount) * slope), 0.0, 1.0))


class Folds(Degradation):
    """Straight folds across the page, each a dark or worn line with a soft step of light beside it."""

    kind: Literal["folds"] = "folds"
    stage: ClassVar[Stage] = "paper"
    count: Annotated[int, Field(ge=1, le=20)] = 2
    amount: Annotated[float, Field(ge=0.0, le=0.8)] = 0.2

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Lines at any angle, mostly upright or level."""
        paper = sheet.paper.copy()
        for _ in range(self.count):
            angle = float(rng.choice([0.0, 90.0]) + rng.normal(0.0, 4.0)) if rng.random() < 0.7 else rng.uniform(0, 180)
            across = line_distance(sheet.shape, angle, rng) + smooth_noise(rng, sheet.shape, 40.0) * 1.5
            width = np.float32(rng.uniform(0.6, 4.0))
            line = np.exp(-((across / width) ** 2)) * (0.4 + 0.6 * unit(smooth_noise(rng, sheet.shape, 12.0)))
            side = across / (1.0 + (across / 15.0) ** 2) / 7.5
            sign = np.float32(-1.0 if rng.random() < 0.75 else 0.7)
            strength = np.float32(self.amount * rng.uniform(0.4, 1.0))
            paper *= 1.0 + strength * (sign * line + 0.25 * side)
        return sheet.with_(paper=np.clip(paper, 0.0, 1.0))


class LaidLines(Degradation):
    """The fine parallel lines of laid paper, woven cloth or a coarse sieve: ``period`` pixels apart."""

    kind: Literal["laid_lines"] = "laid_lines"
    stage: ClassVar[Stage] = "paper"
    amount: Annotated[float, Field(ge=0.0, le=0.3)]
    period: Annotated[float, Field(ge=2.0, le=100.0)] = 6.0
    angle: Angle = 0.0
    woven: bool = False

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """A wave with a wandering phase, or two crossed ones."""
        drift = smooth_noise(rng, sheet.shape, 90.0) * np.float32(self.period * 0.2)
        wave = np.sin((line_distance(sheet.shape, self.angle, rng) + drift) * np.float32(2.0 * np.pi / self.period))
        if self.woven:
            across = line_distance(sheet.shape, self.angle + 90.0, rng) + drift
            wave = wave * np.sin(across * np.float32(2.0 * np.pi / self.period))
        wave *= 0.4 + 0.6 * unit(smooth_noise(rng, sheet.shape, 120.0))
        return sheet.with_(paper=np.clip(sheet.paper * (1.0 + np.float32(self.amount) * wave), 0.0, 1.0))


class RuledPaper(Degradation):
    """Pale printed rules or a grid, there before the writing: ``spacing`` pixels apart, ``width`` pixels wide."""

    kind: Literal["ruled_paper"] = "ruled_paper"
    stage: ClassVar[Stage] = "paper"
    amount: Share
    spacing: Annotated[float, Field(ge=6.0, le=400.0)] = 50.0
    width: Annotated[float, Field(ge=0.5, le=6.0)] = 1.2
    grid: bool = False
    angle: Angle = 0.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Lines by the distance to the nearest multiple of the spacing."""
        paper = sheet.paper
        for angle in (self.angle, self.angle + 90.0) if self.grid else (self.angle,):
            across = line_distance(sheet.shape, angle, rng) + smooth_noise(rng, sheet.shape, 200.0) * 0.7
            away = np.abs(np.mod(across, np.float32(self.spacing)) - np.float32(self.spacing / 2.0))
            line = np.clip(np.float32(self.width / 2.0 + 0.5) - away, 0.0, 1.0)
            line *= 0.5 + 0.5 * unit(smooth_noise(rng, sheet.shape, 60.0))
            paper = paper * (1.0 - np.float32(self.amount) * line)
        return sheet.with_(paper=paper)


class Patches(Degradation):
    """Pieces of paper of another tone: repairs, labels, marker pen, tape, a page under the page."""

    kind: Literal["patches"] = "patches"
    stage: ClassVar[Stage] = "paper"
    count: Annotated[int, Field(ge=1, le=12)] = 2
    amount: Annotated[float, Field(ge=0.0, le=0.8)] = 0.25

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Turned rectangles, lighter or darker, with edges soft or sharp."""
        rows, columns = sheet.shape
        paper = sheet.paper.copy()
        for _ in range(self.count):
            centre = (float(rng.uniform(0, columns)), float(rng.uniform(0, rows)))
            size = (float(columns * rng.uniform(0.08, 0.9)), float(rows * rng.uniform(0.04, 0.7)))
            turn = float(rng.normal(0.0, 6.0))
            box = cv2.boxPoints((centre, size, turn))
            layer = np.zeros(sheet.shape, np.float32)
            cv2.fillPoly(layer, [np.round(box * 16).astype(np.int32)], 1.0, cv2.LINE_8, 4)
            layer = blurred(layer, float(rng.choice([0.6, 1.5, 8.0])))
            depth = np.float32(self.amount * rng.uniform(0.3, 1.0))
            factor = 1.0 - depth * layer if rng.random() < 0.7 else 1.0 - depth * (1.0 - layer)
            paper *= factor
        return sheet.with_(paper=paper)
