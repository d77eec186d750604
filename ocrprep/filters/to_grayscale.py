"""One gray level instead of three colours."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal, TypeAlias

import cv2
import numpy as np
from pydantic import Field, model_validator
from typing_extensions import Self

from ocrprep.analysis.colour import channel, channel_contrasts
from ocrprep.filters.base import GRAY, Found, PixelFilter
from ocrprep.page import PixelMode, Pixels

Method: TypeAlias = Literal["luma", "mean", "lightness", "red", "green", "blue", "lightest", "darkest", "max_contrast"]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]

# A single channel has more noise than the luma, which is a mean of three: it must be clearly better to be taken.
_WORTH_A_CHANNEL = 1.05


class ToGrayscale(PixelFilter):
    """Turn colours into 256 gray levels; white stays 255 and black stays 0.

    The methods: ``luma`` weighs red, green and blue by 0.299, 0.587 and 0.114 (ITU-R BT.601) or by ``weights``;
    ``mean`` by a third each; ``lightness`` is CIE L*, even steps to the eye (it lightens middle grays; the others keep
    grays as they are); ``red``, ``green`` and ``blue`` take one channel, in which ink of that colour disappears;
    ``lightest`` and ``darkest`` take the largest or smallest channel of each pixel, so that coloured ink turns as light
    or as dark as it can; ``max_contrast`` takes the luma or the one channel in which ink stands out most from the paper
    beside it, which reads text whose colour is as bright as its background.
    """

    kind: Literal["to_grayscale"] = Field(default="to_grayscale", init=False)
    produces: ClassVar[PixelMode | None] = GRAY

    method: Annotated[Method, Field(description="how three channels become one")] = "luma"
    weights: Annotated[
        tuple[Share, Share, Share] | None,
        Field(description="of red, green and blue for the luma, 0-1 each, 1 in sum; None: 0.299, 0.587, 0.114"),
    ] = None

    @model_validator(mode="after")
    def _weights_mean_something(self) -> Self:
        if self.weights is None:
            return self
        if self.method != "luma":
            raise ValueError(f"weights belong to the method luma, not to {self.method}")
        if not math.isclose(sum(self.weights), 1.0, abs_tol=1e-6):
            raise ValueError(f"the weights add up to {sum(self.weights):g} and not to 1, so white would not stay white")
        return self

    def apply(self, pixels: Pixels) -> Found:
        """One channel; a page that has only one is copied."""
        if pixels.ndim == 2:
            return Found(pixels.copy())
        if self.weights is not None:
            return Found(_weighted(pixels, self.weights))
        if self.method == "max_contrast":
            contrasts = channel_contrasts(pixels)
            best = max(contrasts, key=lambda name: contrasts[name])
            if contrasts[best] < _WORTH_A_CHANNEL * contrasts["luma"]:
                best = "luma"
            rounded = {name: round(value, 1) for name, value in contrasts.items()}
            return Found(channel(pixels, best), channel=best, contrasts=rounded)
        return Found(_by_method(pixels, self.method))


def _by_method(pixels: Pixels, method: Method) -> Pixels:
    if method == "luma" or method == "red" or method == "green" or method == "blue":  # noqa: PLR1714 - mypy narrows this
        return channel(pixels, method)
    if method == "mean":
        return _weighted(pixels, (1 / 3, 1 / 3, 1 / 3))
    if method == "lightness":
        lab = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB), np.uint8)
        return np.ascontiguousarray(lab[..., 0])
    red, green, blue = cv2.split(pixels)
    pick = cv2.max if method == "lightest" else cv2.min
    return np.asarray(pick(pick(red, green), blue), np.uint8)


def _weighted(pixels: Pixels, weights: tuple[float, float, float]) -> Pixels:
    return np.asarray(cv2.transform(pixels, np.array([weights], np.float32)), np.uint8)
