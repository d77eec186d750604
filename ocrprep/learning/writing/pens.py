"""Pens: how wide a stroke is, from the direction in which the pen moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocrprep.learning.writing.strokes import Points, Widths
from ocrprep.learning.writing.style import Pen


@dataclass(frozen=True)
class Nib:
    """A pen.

    Attributes:
        thick: Widest stroke in pixels.
        thin: Narrowest stroke in pixels.
        angle: For a broad nib its edge in radians; None for a round or a pointed one.
        swell: Share in which width comes from moving down (a pointed nib opens under pressure).
        taper: Length in pixels over which a stroke starts and ends.
        start: Width at the very start and end, as a share of the width.
        ripple: Share by which pressure makes the width come and go along the way, 0 to 0.3.
    """

    thick: float
    thin: float
    angle: float | None
    swell: float
    taper: float
    start: float
    ripple: float = 0.0

    def widths(self, points: Points) -> Widths:
        """Width of the stroke at each of N points, pixels."""
        if len(points) < 3:
            return np.full(len(points), (self.thick + self.thin) / 2, np.float32)
        motion = np.gradient(points, axis=0)
        length = np.hypot(motion[:, 0], motion[:, 1]) + 1e-6
        if self.angle is not None:
            across = np.abs(motion[:, 0] * np.sin(self.angle) + motion[:, 1] * np.cos(self.angle)) / length
        else:
            across = np.clip(motion[:, 1] / length, 0, 1) ** 1.5
        share = 1 - self.swell + self.swell * across
        share = np.convolve(np.pad(share, 2, mode="edge"), _SMOOTH, mode="valid")
        widths = self.thin + (self.thick - self.thin) * share
        way = np.cumsum(length)
        if self.ripple:
            widths *= 1 + self.ripple * np.sin(way / (9 * self.thick) + points[0, 0])
        ramp = np.minimum(way, way[-1] - way + length[-1]) / self.taper
        widths *= np.clip(self.start + (1 - self.start) * ramp, self.start, 1)
        return np.asarray(widths, np.float32)


_SMOOTH = np.array([1, 3, 4, 3, 1]) / 12


def make_nib(rng: np.random.Generator, x_height: float, pen: Pen | None = None, stroke: float | None = None) -> Nib:
    """A pen that suits letters of that height; ``stroke`` is its thickest line in pixels."""
    kind = pen or ("quill", "pointed", "ballpoint", "felt")[int(rng.choice(4, p=[0.4, 0.3, 0.22, 0.08]))]
    low, high = {"quill": (0.11, 0.22), "pointed": (0.09, 0.2), "ballpoint": (0.07, 0.13), "felt": (0.13, 0.24)}[kind]
    thick = stroke if stroke is not None else float(np.clip(x_height * rng.uniform(low, high), 1.6, 12.0))
    ripple = float(rng.choice([0.0, 0.1, 0.22]))
    if kind == "quill":
        return Nib(
            thick, max(thick * rng.uniform(0.25, 0.5), 0.9), np.radians(rng.uniform(20, 50)), 1.0, thick, 0.6, ripple
        )
    if kind == "pointed":
        return Nib(
            thick, max(thick * rng.uniform(0.18, 0.45), 0.8), None, rng.uniform(0.8, 1.0), 2 * thick, 0.4, ripple
        )
    if kind == "ballpoint":
        return Nib(thick, thick * 0.8, None, 0.8, thick, 0.7, ripple)
    return Nib(thick, thick * 0.9, None, 0.7, thick, 0.95)
