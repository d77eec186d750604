"""The small angle by which lines of text run up- or downhill."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import Ends, ends, glyphs
from ocrprep.page import Pixels

_COARSE_POINTS, _FINE_POINTS = 10_000, 30_000
_COARSE_BIN = 2.0
# Degrees: how far the search goes past the bound, and how near to the best angle its own flanks reach.
_BEYOND = 2.0
# Excess energy of the best angle: on noise and pictures, and on text.
_FLAT, _CLEAR = 0.15, 0.6
_FEW = 300.0
# A page that lies just at the bound is measured to either side of it.
_SLACK = 0.05


@dataclass(frozen=True, slots=True)
class Skew:
    """How lines of text run.

    Args:
        angle: degrees to turn the page counter-clockwise so that its lines are level; positive when they run downhill.
        confidence: 0 (no line in sight) to 1.
    """

    angle: float
    confidence: float


def level_score(found: Ends, slopes: npt.NDArray[np.float64], bin_size: float) -> npt.NDArray[np.float64]:
    """How sharply ink begins and ends along lines of given slopes: the energy of the projection profile of its ends.

    Args:
        found: where ink ends; at least one place.
        slopes: (n,) rows down per column to the right.
        bin_size: width of the profile's bins, in pixels.

    Returns:
        (n,) sums of squares, larger for sharper lines. Postl, "Detection of Linear Oblique Structures and Skew Scan in
        Digitized Documents", 1986, on ends of ink in place of ink.
    """
    # Narrow bins smoothed by a tent: where a line falls between two rows, which it does at angle 0, must not matter.
    part = bin_size / 4.0
    reach = float(np.abs(slopes).max() * int(found.column.max())) + 4.0 * bin_size
    bins = int((float(found.height.max()) + 2.0 * reach) / part) + 2
    across = (found.height + np.float32(reach)) / np.float32(part) + found.lower * np.float32(bins)
    # Doubles once: numpy would make them of every slope's floats.
    across = across.astype(np.float64)
    along = found.column / np.float32(part)
    tent = np.array([1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0]) / 16.0
    # Made once: bincount would convert both for every slope.
    weight, place, bin_of = found.weight.astype(np.float64), np.empty_like(along), np.empty(len(along), np.intp)
    energy = np.empty(len(slopes))
    for index, slope in enumerate(slopes):
        np.multiply(along, np.float32(slope), out=place)
        np.subtract(across, place, out=place)
        np.copyto(bin_of, place, casting="unsafe")
        profile = np.convolve(np.bincount(bin_of, weights=weight, minlength=2 * bins), tent)
        # Not a dot product: waking a linear algebra library's threads costs more than these sums.
        energy[index] = cv2.norm(profile, cv2.NORM_L2SQR)
    return energy


@dataclass(frozen=True, slots=True)
class Peak:
    """The best slope of a coarse search.

    Args:
        angle: degrees, positive downhill.
        step: degrees between the angles that were tried.
        excess: energy over that of a usual angle, minus 1.
        confidence: 0–1; see :func:`skew`.
    """

    angle: float
    step: float
    excess: float
    confidence: float


def coarse(found: Ends, max_angle: float) -> Peak:
    """Try all angles up to a little beyond ``max_angle`` on a sample of the ends of ink."""
    some = found.sample(_COARSE_POINTS)
    length = max(1.0, float(np.ptp(some.column)))
    step = float(np.clip(np.degrees(2.0 * _COARSE_BIN / length), 0.1, 0.5)) / 2.0
    around = int(np.ceil((max_angle + _BEYOND) / step))
    angles = np.arange(-around, around + 1) * step
    energy = level_score(some, np.tan(np.radians(angles)), _COARSE_BIN)
    best, usual = int(energy.argmax()), float(np.median(energy))
    others = energy[np.abs(angles - angles[best]) > _BEYOND]
    rise = float(energy[best]) - usual
    rival = (float(others.max()) - usual) / rise if rise > 0.0 and len(others) else 1.0
    excess = rise / usual
    strength = min(1.0, max(0.0, (excess - _FLAT) / (_CLEAR - _FLAT)))
    confidence = (1.0 - rival) * strength * len(found.column) / (len(found.column) + _FEW)
    return Peak(float(angles[best]), step, excess, confidence)


def skew(pixels: Pixels, max_angle: float = 15.0) -> Skew:
    """Measure the skew of a page.

    All angles are tried, coarse to fine, on a reduced page: at the right one the upper and lower ends of glyphs fall
    into the fewest rows. The confidence is high when one angle stands out clearly (its energy well over the usual one,
    no rival more than two degrees away nearly as good) and many glyphs speak for it; it is near 0 on empty pages,
    pictures and noise. Good to some 0.02 degrees on a page of text; one short word is good to a degree.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark.
        max_angle: degrees to look at on either side, above 0 and at most 45.

    Returns:
        The angle to turn by, in degrees counter-clockwise; 0 with confidence 0 when no line is found or when the page
        seems to lie steeper than ``max_angle``.
    """
    return skew_of_ends(ends(glyphs(pixels)), max_angle)


def skew_of_ends(found: Ends, max_angle: float) -> Skew:
    """The same from the ends of ink."""
    if len(found.column) < 2:
        return Skew(0.0, 0.0)
    peak = coarse(found, max_angle)
    if peak.confidence <= 0.0:
        return Skew(0.0, 0.0)
    angle, many = peak.angle, found.sample(_FINE_POINTS)
    for step in (peak.step / 4.0, peak.step / 12.0):
        angle = _refined(many, angle, step)
    if abs(angle) > max_angle + _SLACK:
        return Skew(0.0, 0.0)
    return Skew(angle, min(1.0, peak.confidence))


def _refined(found: Ends, middle: float, step: float) -> float:
    angles = middle + np.arange(-6, 7) * step
    energy = level_score(found, np.tan(np.radians(angles)), 1.0)
    best = int(energy.argmax())
    near = slice(max(0, best - 3), best + 4)
    if energy[near].max() <= energy[near].min():
        return middle
    # A parabola through the peak's neighbours: its top lies between the angles that were tried.
    bend, slope, _ = np.polyfit(angles[near] - angles[best], energy[near], 2)
    top = -slope / (2.0 * bend) if bend < 0.0 else 0.0
    return float(angles[best] + np.clip(top, -2.0 * step, 2.0 * step))
