"""Colours of a page: which channel shows its ink best, which pixels have a hue, and what colour its paper is."""

from __future__ import annotations

from typing import Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import otsu_level
from ocrprep.page import Pixels

Channel: TypeAlias = Literal["luma", "red", "green", "blue"]
CHANNELS: tuple[Channel, ...] = ("luma", "red", "green", "blue")

_LONG_SIDE = 1200
_INK_REACH = 15
_FAINT_CHROMA = 20


def channel(pixels: Pixels, name: Channel) -> Pixels:
    """One channel of a colour page, or its ITU-R BT.601 luma: (H, W, 3) uint8 → (H, W) uint8."""
    if name == "luma":
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(cv2.extractChannel(pixels, ("red", "green", "blue").index(name)), np.uint8)


def ink_contrast(pixels: Pixels) -> float:
    """How far ink stands out from the paper right beside it, in gray levels, 0–255; 0 on a blank page.

    The black top-hat (closing minus image) is each pixel's depth below its lighter surroundings. The depths are
    averaged with themselves as weights, so that neither the share of ink on the page nor a slow change of light
    matters.

    Args:
        pixels: (H, W) uint8, dark ink on light paper.
    """
    small = _reduced(pixels)
    side = min(_INK_REACH, *(max(1, length | 1) for length in small.shape[:2]))
    element = np.ones((side, side), np.uint8)
    depth = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, element)
    counts = np.bincount(np.asarray(depth, np.uint8).ravel(), minlength=256)
    levels = np.arange(256)
    total = int(counts @ levels)
    return float(counts @ levels**2) / total if total else 0.0


def channel_contrasts(pixels: Pixels) -> dict[Channel, float]:
    """:func:`ink_contrast` of each channel and of the luma of a colour page, (H, W, 3) uint8."""
    small = _reduced(pixels)
    return {name: ink_contrast(channel(small, name)) for name in CHANNELS}


def hue_saturation_value(pixels: Pixels) -> Pixels:
    """HSV of a colour page: (H, W, 3) uint8, where hue has 256 steps on the circle from red through green and blue."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL), np.uint8)


def hue_mask(hsv: Pixels, hue: float | None, tolerance: float, min_saturation: float) -> npt.NDArray[np.bool_]:
    """Which pixels have a hue near the wanted one.

    Faint and dark pixels, whose hue is chance, are never taken: the largest and the smallest channel must differ by 20
    levels.

    Args:
        hsv: pixels as :func:`hue_saturation_value` gives them, (H, W, 3) or (N, 3).
        hue: degrees: 0 red, 120 green, 240 blue; None takes any hue.
        tolerance: degrees to either side.
        min_saturation: of HSV, 0–1.

    Returns:
        (H, W) or (N,) bool.
    """
    steps = np.ones(256, bool)
    if hue is not None:
        away = np.abs(np.arange(256) * (360 / 256) - hue) % 360
        steps = np.minimum(away, 360 - away) <= tolerance
    found = np.asarray(hsv[..., 1] >= max(1, round(min_saturation * 255)))
    sure = hsv[found].astype(np.uint16)
    # Saturation is chroma over value, so their product is the chroma.
    found[found] = steps[sure[:, 0]] & (sure[:, 1] * sure[:, 2] >= _FAINT_CHROMA * 255)
    return found


def usual_value(hsv: Pixels, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """How bright each hue usually is on a page: the median value of HSV among the chosen pixels of about that hue.

    Args:
        hsv: as :func:`hue_saturation_value` gives it.
        chosen: (H, W) bool, at least one True.

    Returns:
        256 levels, one for each step of hue. Hues are counted in twelve sectors; one with under a twentieth of the
        chosen pixels, which may be no colour of its own but the rim of another, is joined with its neighbours, and
        takes the median of all pixels if these are few as well.
    """
    sectors = 12
    of_step = (np.arange(256) * sectors + 128) // 256 % sectors
    sector = of_step[hsv[..., 0][chosen]]
    table = np.bincount(sector * 256 + hsv[..., 2][chosen], minlength=sectors * 256).reshape(sectors, 256)
    everything = table.sum(axis=0)
    joined = table + np.roll(table, 1, axis=0) + np.roll(table, -1, axis=0)
    few = 0.05 * everything.sum()
    joined[joined.sum(axis=1) < few] = everything
    alone = table.sum(axis=1) >= few
    table[~alone] = joined[~alone]
    totals = table.cumsum(axis=1)
    medians = (totals * 2 >= totals[:, -1:]).argmax(axis=1)
    return np.asarray(medians[of_step], np.float32)


def hue_of(red: int, green: int, blue: int) -> float | None:
    """Degrees on the circle of HSV, 0–360; None for a gray, which has no hue."""
    high, low = max(red, green, blue), min(red, green, blue)
    if high == low:
        return None
    sixth = {
        red: (green - blue) / (high - low),
        green: 2 + (blue - red) / (high - low),
        blue: 4 + (red - green) / (high - low),
    }[high]
    return (60 * sixth) % 360


def paper_colour(pixels: Pixels, ignore: npt.NDArray[np.bool_]) -> Pixels:
    """The colour of the paper at every pixel, from light pixels nearby; the page's median paper where none is near.

    Args:
        pixels: (H, W, 3) uint8.
        ignore: (H, W) bool, pixels that are no paper whatever their brightness.

    Returns:
        (H, W, 3) uint8; white where the whole page has no paper.
    """
    height, width = pixels.shape[:2]
    luma = channel(pixels, "luma")
    paper = ~ignore & (luma > otsu_level(luma)) if np.ptp(luma) else ~ignore
    step = max(1, round(max(height, width) / 300))
    size = (-(-width // step), -(-height // step))
    weight = cv2.resize(paper.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    if not paper.any():
        return np.full_like(pixels, 255)
    kept = cv2.bitwise_and(pixels, pixels, mask=paper.astype(np.uint8))
    colour = cv2.resize(kept, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    places = np.flatnonzero(paper)
    sample = pixels.reshape(-1, 3)[places[:: max(1, places.size // 20_000)]]
    middle = np.median(sample, axis=0).astype(np.float32)
    sums, counts = (cv2.GaussianBlur(item, (0, 0), 6.0) for item in (colour, weight))
    # A grain of the whole page's paper decides only where hardly any other is within reach.
    grain = np.float32(0.01)
    local = (sums + grain * middle) / (counts[..., None] + grain)
    levels = np.clip(np.rint(local), 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _reduced(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    factor = _LONG_SIDE / max(height, width)
    if factor >= 1:
        return pixels
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
