"""Noise taken away, under Aspose's name."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.polarity import is_light_on_dark
from ocrprep.filters._denoise import Denoiser
from ocrprep.filters._network import answer
from ocrprep.filters.base import BINARY, GRAY, RGB, Found
from ocrprep.page import PixelMode, Pixels, convert_pixels


class AutoDenoising(Denoiser):
    """Take away noise, then make the page black and white, as Aspose documents it.

    ``learned`` asks the network of ``learned_binarize`` for the clean page: paper becomes white and strokes keep their
    softness, whatever lay over them; light text on dark comes out light on dark, and a page in colour in shades of
    gray. ``classical`` measures the noise and takes it away as ``denoise`` does, and leaves everything else.

    The conversion is a step of its own, so the gray page stays reachable; ``binarize=False`` leaves it out.
    """

    kind: Literal["auto_denoising"] = Field(default="auto_denoising", init=False)

    binarize: Annotated[
        bool, Field(description="make the page black and white afterwards, by the automatic method")
    ] = True
    method: Annotated[
        Literal["learned", "classical"],
        Field(description="learned: by a network; classical: by the noise that is measured"),
    ] = "learned"
    model: Annotated[
        str, Field(min_length=1, description="which network, for learned; named as in learned_binarize")
    ] = "default"

    def networks(self) -> tuple[str, ...]:
        """The one that cleans, if one does."""
        return (self.model,) if self.method == "learned" else ()

    def makes(self, given: PixelMode) -> PixelMode:
        """What it is given; a network makes gray levels of black and white."""
        return GRAY if self.method == "learned" and given is BINARY else super().makes(given)

    def apply(self, pixels: Pixels) -> Found:
        """As the method is."""
        return super().apply(pixels) if self.method == "classical" else self._learned(pixels)

    def _learned(self, pixels: Pixels) -> Found:
        gray = convert_pixels(pixels, GRAY)
        inverted = is_light_on_dark(gray)
        clean, facts = answer(_turned(gray, inverted), self.model, "gray")
        clean = _turned(clean, inverted)
        if self.strength < 1:
            clean = np.asarray(cv2.addWeighted(clean, self.strength, gray, 1 - self.strength, 0), np.uint8)
        if pixels.ndim == 3:
            clean = convert_pixels(clean, RGB)
        return Found(clean, inverted=inverted, **facts, changed=not np.array_equal(clean, pixels))


def _turned(gray: Pixels, inverted: bool) -> Pixels:
    return np.asarray(cv2.bitwise_not(gray), np.uint8) if inverted else gray
