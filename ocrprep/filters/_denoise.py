"""The classical denoiser: measure first, then take away that much and no more."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.noise import ISOLATED, noise_sigma, salt_pepper
from ocrprep.filters._paint import is_binary
from ocrprep.filters._strips import Strip, mapped
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels
from ocrprep.threads import together

QUIET_SIGMA = 2.0
"""Gray levels of grain that no engine minds: clean scans and JPEG photos measured stay below 1."""

QUIET_SPECKS = 0.0005
"""Share of specks up to which they may as well be the full stops of small type."""

HEAVY_SIGMA = 20.0
"""Grain of which one pass leaves too much."""


class Denoiser(PixelFilter):
    """What the filters that take away noise share; each has its own default for ``binarize``."""

    binarizes: ClassVar[Literal["before", "after"] | None] = "after"

    strength: Annotated[
        float,
        Field(
            gt=0,
            le=3,
            description="how much is taken away, as a multiple of the noise that is measured; 1 is all of it",
        ),
    ] = 1.0

    def apply(self, pixels: Pixels) -> Found:
        """Specks first, as they would smear; then grain."""
        specks, sigma = together(lambda: salt_pepper(pixels), lambda: noise_sigma(pixels))
        removes = specks * self.strength >= QUIET_SPECKS
        # A pattern of black and white pixels has a standard deviation, but no grain.
        smooths = sigma * self.strength >= QUIET_SIGMA and not is_binary(pixels)
        result = _without_specks(pixels, _contrast(sigma)) if removes else pixels
        if smooths:
            result = _without_grain(result, sigma * self.strength)
        return Found(
            result if removes or smooths else pixels.copy(),
            noise_sigma=round(sigma, 2),
            salt_pepper=round(specks, 5),
            specks_removed=removes,
            grain_smoothed=smooths,
            changed=removes or smooths,
        )


def _contrast(sigma: float) -> int:
    # In strong grain a pixel stands out from its neighbours by chance.
    return min(250, max(ISOLATED, round(4 * sigma)))


def _without_grain(pixels: Pixels, sigma: float) -> Pixels:
    """A mean of those near pixels that differ by no more than noise does (bilateral; Tomasi and Manduchi, 1998).

    On text with known noise 2.5 deviations over 5×5 pixels came closer to the clean page than non-local means, at a
    three-hundredth of its time.
    """
    # OpenCV compares colours by the sum over their three channels.
    scale = sigma * (3.0 if pixels.ndim == 3 else 1.0)
    smooth = cv2.bilateralFilter(pixels, 5, 2.5 * scale, 2.0)
    if sigma >= HEAVY_SIGMA:
        smooth = cv2.bilateralFilter(smooth, 5, 1.2 * scale, 2.0)
    return np.asarray(smooth, np.uint8)


def _without_specks(pixels: Pixels, contrast: int) -> Pixels:
    """Put the neighbours' median in place of every single pixel and every pair that stands out from all around it.

    Strokes, dots of 2×2 pixels and corners have neighbours of their own kind, and stay.
    """

    def work(strip: Strip) -> Pixels:
        part = np.ascontiguousarray(pixels[strip.padded])
        channels = [_clean_channel(np.asarray(channel, np.uint8), contrast) for channel in cv2.split(part)]
        return np.asarray(cv2.merge(channels) if len(channels) > 1 else channels[0], np.uint8)[strip.inner]

    return mapped(pixels, 5, work)


def _clean_channel(channel: Pixels, contrast: int) -> Pixels:
    dark = _specks(channel, contrast)
    light = _specks(np.asarray(cv2.bitwise_not(channel), np.uint8), contrast)
    specks = np.asarray(cv2.bitwise_or(dark, light), np.uint8)
    if not cv2.countNonZero(specks):
        return channel
    return np.where(specks > 0, cv2.medianBlur(channel, 3), channel)


def _specks(channel: Pixels, contrast: int) -> Pixels:
    """255 on dark single pixels and pairs."""
    found = np.zeros_like(channel)
    for second in ((0, 0), (0, 1), (1, 0), (1, 1), (1, -1)):
        # The speck is the pixel and the one at (down, right) of it; the ring is all that touches either.
        darkest_around = np.asarray(cv2.erode(channel, _ring(second)), np.uint8)
        lighter = np.maximum(channel, _moved(channel, (-second[0], -second[1])))
        here = cv2.threshold(cv2.subtract(darkest_around, lighter), contrast - 1, 255, cv2.THRESH_BINARY)[1]
        found |= np.asarray(here, np.uint8)
        found |= _moved(np.asarray(here, np.uint8), second)
    return found


def _ring(second: tuple[int, int]) -> Pixels:
    """The neighbours of a pixel and of a second one, (rows, columns) away, as a 5×5 element around the first."""
    element = np.zeros((5, 5), np.uint8)
    row, column = 2 + second[0], 2 + second[1]
    element[1:4, 1:4] = 1
    element[row - 1 : row + 2, column - 1 : column + 2] = 1
    element[2, 2] = element[row, column] = 0
    return element


def _moved(pixels: Pixels, by: tuple[int, int]) -> Pixels:
    """The picture moved down and right by (rows, columns); what comes in from outside is 0."""
    rows, columns = by
    height, width = pixels.shape
    moved = np.zeros_like(pixels)
    moved[max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)] = pixels[
        max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)
    ]
    return moved
