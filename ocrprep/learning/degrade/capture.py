"""What lens, sensor, copier and file format do to a page that lies in the light."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.learning.degrade._fields import Plane, blurred, ramp, remapped, smooth_noise
from ocrprep.learning.degrade.base import Angle, Degradation, Share, Stage
from ocrprep.learning.degrade.sheet import Sheet


def _optics(sheet: Sheet, change: Callable[[Plane], Plane]) -> Sheet:
    """A change that light undergoes: what is seen and what is ink undergo it alike."""
    return sheet.with_(image=change(sheet.seen), ink=change(sheet.ink))


def _geometry(sheet: Sheet, change: Callable[[Plane], Plane]) -> Sheet:
    """A change of place: all layers undergo it."""
    return sheet.with_(
        image=change(sheet.seen), ink=change(sheet.ink), clean=change(sheet.clean), paper=change(sheet.paper)
    )


class Defocus(Degradation):
    """Out of focus: a Gaussian of ``sigma`` pixels."""

    kind: Literal["defocus"] = "defocus"
    stage: ClassVar[Stage] = "capture"
    sigma: Annotated[float, Field(ge=0.0, le=20.0)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """Blur."""
        return _optics(sheet, lambda plane: blurred(plane, self.sigma))


class MotionBlur(Degradation):
    """The camera moved ``length`` pixels in the direction ``angle`` (degrees)."""

    kind: Literal["motion_blur"] = "motion_blur"
    stage: ClassVar[Stage] = "capture"
    length: Annotated[float, Field(ge=1.0, le=40.0)]
    angle: Angle = 0.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """A line of equal weights."""
        side = 2 * int(np.ceil(self.length / 2.0)) + 3
        kernel = np.zeros((side, side), np.float32)
        turn, middle = np.deg2rad(self.angle), (side - 1) / 2.0
        way = np.array([np.cos(turn), np.sin(turn)]) * self.length / 2.0
        ends = [tuple(int(v) for v in np.round((middle + sign * way) * 16)) for sign in (-1, 1)]
        cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_8, 4)
        kernel = np.asarray(cv2.GaussianBlur(kernel, (3, 3), 0.5), np.float32)
        kernel /= kernel.sum()
        return _optics(
            sheet, lambda plane: np.asarray(cv2.filter2D(plane, -1, kernel, borderType=cv2.BORDER_REFLECT), np.float32)
        )


class Sharpened(Degradation):
    """Unsharp masking as scanners do it, with light halos beside dark strokes; ``amount`` 1 doubles the edges."""

    kind: Literal["sharpened"] = "sharpened"
    stage: ClassVar[Stage] = "capture"
    amount: Annotated[float, Field(ge=0.0, le=4.0)]
    sigma: Annotated[float, Field(ge=0.3, le=10.0)] = 1.2

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """The picture and its difference from its blur."""
        strength = np.float32(self.amount)

        def sharper(plane: Plane) -> Plane:
            return np.clip(plane + strength * (plane - blurred(plane, self.sigma)), 0.0, 1.0)

        return _optics(sheet, sharper)


class LowResolution(Degradation):
    """Captured with ``factor`` of the pixels each way, then enlarged to its size again."""

    kind: Literal["low_resolution"] = "low_resolution"
    stage: ClassVar[Stage] = "capture"
    factor: Annotated[float, Field(ge=0.1, le=1.0)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Area means, then cubic or linear interpolation."""
        rows, columns = sheet.shape
        size = (max(1, round(columns * self.factor)), max(1, round(rows * self.factor)))
        growing = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))

        def reduced(plane: Plane) -> Plane:
            small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
            return np.clip(cv2.resize(small, (columns, rows), interpolation=growing), 0.0, 1.0)

        return _optics(sheet, reduced)


class SensorNoise(Degradation):
    """Noise of sensor and film: ``read`` is the same everywhere, ``shot`` grows with the light; in gray levels 0–255.

    ``grain`` is its correlation in pixels: 1 for a sensor, 2 and more for film, JPEG'd or enlarged pictures.
    """

    kind: Literal["sensor_noise"] = "sensor_noise"
    stage: ClassVar[Stage] = "capture"
    read: Annotated[float, Field(ge=0.0, le=60.0)] = 2.0
    shot: Annotated[float, Field(ge=0.0, le=60.0)] = 2.0
    grain: Annotated[float, Field(ge=1.0, le=6.0)] = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Gaussian, with a deviation by light."""
        seen = sheet.seen
        noise = smooth_noise(rng, sheet.shape, self.grain)
        deviation = np.sqrt(self.read**2 + (self.shot**2) * np.clip(seen, 0.0, 1.0)).astype(np.float32) / 255.0
        return sheet.with_(image=seen + noise * deviation)


class SaltAndPepper(Degradation):
    """Isolated black and white pixels, denser in some regions: dust, bad copies, bilevel grain."""

    kind: Literal["salt_and_pepper"] = "salt_and_pepper"
    stage: ClassVar[Stage] = "capture"
    share: Annotated[float, Field(ge=0.0, le=0.3)]
    depth: Share = 0.8
    grain: Annotated[float, Field(ge=1.0, le=4.0)] = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The tails of noise, where broad noise is high."""
        noise = smooth_noise(rng, sheet.shape, self.grain) + 0.7 * smooth_noise(rng, sheet.shape, 80.0)
        sample = noise[::4, ::4]
        if self.share <= 0.0:
            return sheet
        dark = noise > np.quantile(sample, 1.0 - self.share)
        light = noise < np.quantile(sample, self.share / 2.0)
        seen = sheet.seen
        depth = np.float32(self.depth)
        return sheet.with_(
            image=np.where(dark, seen * (1.0 - depth), np.where(light, seen + depth * (1.0 - seen), seen))
        )


class Jpeg(Degradation):
    """Stored as JPEG of ``quality`` 1–100."""

    kind: Literal["jpeg"] = "jpeg"
    stage: ClassVar[Stage] = "capture"
    quality: Annotated[int, Field(ge=1, le=100)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """Encoded and decoded again."""
        levels = np.clip(np.rint(sheet.seen * 255.0), 0, 255).astype(np.uint8)
        encoded = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, self.quality])[1]
        decoded = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
        return sheet.with_(image=np.asarray(decoded, np.float32) / np.float32(255.0))


class ToneCurve(Degradation):
    """Exposure and contrast of scanner and camera: gray becomes ``black`` + (``white`` − ``black``)·gray^``gamma``.

    Levels beyond 0…1 are cut off, as over- and underexposure cut them.
    """

    kind: Literal["tone_curve"] = "tone_curve"
    stage: ClassVar[Stage] = "capture"
    gamma: Annotated[float, Field(ge=0.3, le=3.0)] = 1.0
    black: Annotated[float, Field(ge=-0.5, le=0.6)] = 0.0
    white: Annotated[float, Field(ge=0.3, le=1.8)] = 1.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:  # noqa: ARG002 - nothing random here
        """Pixel by pixel."""
        curved = np.power(np.clip(sheet.seen, 0.0, 1.0), np.float32(self.gamma))
        return sheet.with_(image=np.clip(self.black + np.float32(self.white - self.black) * curved, 0.0, 1.0))


class Perspective(Degradation):
    """A phone held at an angle: the corners move by up to ``amount`` of the page's sides."""

    kind: Literal["perspective"] = "perspective"
    stage: ClassVar[Stage] = "capture"
    amount: Annotated[float, Field(ge=0.0, le=0.3)]

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Four corners inwards or outwards."""
        rows, columns = sheet.shape
        corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
        moved = corners + rng.uniform(-self.amount, self.amount, (4, 2)).astype(np.float32) * (columns, rows)
        matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        return _geometry(
            sheet,
            lambda plane: np.asarray(
                cv2.warpPerspective(
                    plane, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
                ),
                np.float32,
            ),
        )


class CurledPage(Degradation):
    """Paper that does not lie flat: lines sway by up to ``amount`` pixels over ``scale`` pixels."""

    kind: Literal["curled_page"] = "curled_page"
    stage: ClassVar[Stage] = "capture"
    amount: Annotated[float, Field(ge=0.0, le=40.0)]
    scale: Annotated[float, Field(ge=30.0, le=2000.0)] = 300.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Smooth shifts of both coordinates."""
        shift_x = smooth_noise(rng, sheet.shape, self.scale) * np.float32(self.amount / 2.0)
        shift_y = smooth_noise(rng, sheet.shape, self.scale) * np.float32(self.amount / 2.0)
        return _geometry(sheet, lambda plane: remapped(plane, shift_x, shift_y))


class Moire(Degradation):
    """The beat of two grids, as on photographed screens and halftone prints: waves of ``period`` pixels."""

    kind: Literal["moire"] = "moire"
    stage: ClassVar[Stage] = "capture"
    amount: Annotated[float, Field(ge=0.0, le=0.5)]
    period: Annotated[float, Field(ge=2.0, le=100.0)] = 7.0
    angle: Angle = 20.0

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Two waves of nearly the same period, bent by noise."""
        rows, columns = sheet.shape
        bend = smooth_noise(rng, sheet.shape, 160.0) * np.float32(self.period)
        waves = np.zeros(sheet.shape, np.float32)
        for angle, period in ((self.angle, self.period), (self.angle + 70.0, self.period * 1.13)):
            way = ramp((rows, columns), angle) * np.float32(max(rows, columns))
            waves += np.sin((way + bend) * np.float32(2.0 * np.pi / period))
        return sheet.with_(image=np.clip(sheet.seen * (1.0 + np.float32(self.amount / 2.0) * waves), 0.0, 1.0))


class Fax(Degradation):
    """Sent by fax: few lines, hard black and white, smeared rows; then softened again by printing and scanning."""

    kind: Literal["fax"] = "fax"
    stage: ClassVar[Stage] = "capture"
    resolution: Annotated[float, Field(ge=0.2, le=1.0)] = 0.6
    level: Annotated[float, Field(ge=0.1, le=0.9)] = 0.5

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Fewer rows than columns, a noisy threshold, a light blur."""
        rows, columns = sheet.shape
        size = (max(1, round(columns * min(1.0, self.resolution * 1.3))), max(1, round(rows * self.resolution)))
        small = cv2.resize(sheet.seen, size, interpolation=cv2.INTER_AREA)
        paper = float(np.quantile(small, 0.8))
        noise = smooth_noise(rng, (size[1], size[0]), 1.0, 2.0) * np.float32(0.06)
        bits = (small + noise > np.float32(self.level * paper)).astype(np.float32)
        image = blurred(np.asarray(cv2.resize(bits, (columns, rows)), np.float32), 0.5)
        ink = cv2.resize(cv2.resize(sheet.ink, size, interpolation=cv2.INTER_AREA), (columns, rows))
        seen = 0.08 + 0.88 * image
        # What the threshold made white is lost; what it made black of paper is dirt, not ink.
        return sheet.with_(image=seen, ink=np.asarray(ink * (1.0 - image), np.float32))


class CarbonCopy(Degradation):
    """A carbon copy: thick, soft, grainy strokes of uneven depth on grayish paper."""

    kind: Literal["carbon_copy"] = "carbon_copy"
    stage: ClassVar[Stage] = "capture"
    softness: Annotated[float, Field(ge=0.2, le=6.0)] = 1.2
    grain: Share = 0.5

    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """Blurred strokes times the grain of the carbon layer."""
        wax = np.clip(1.0 - np.float32(self.grain) * np.abs(smooth_noise(rng, sheet.shape, 1.6)), 0.0, 1.0)
        wax *= 0.55 + 0.45 * np.clip(0.5 + 0.5 * smooth_noise(rng, sheet.shape, 50.0), 0.0, 1.0)
        ink = blurred(sheet.ink, self.softness) * wax
        dirt = 1.0 - 0.05 * np.abs(smooth_noise(rng, sheet.shape, 3.0))
        return sheet.with_(image=sheet.paper * dirt * (1.0 - ink), ink=ink)
