"""Dark scanner edges removed."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.components import components
from ocrprep.analysis.levels import histogram, otsu_level
from ocrprep.analysis.stroke_width import stroke_width
from ocrprep.filters._paint import grown, is_binary, painted
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import PixelMode, Pixels, convert_pixels

_DARKER = 0.6
"""Border is darker than this share of the paper's brightness."""

_ALONG = 0.1
"""Share of a side that a thin edge must run along it."""

_DEEP = 0.2
"""Share of a dark area that may lie deeper than borders do; with more it is a picture."""

_THICKEST = 12
"""The page's shorter side over the thickest type that is told from a border."""

_PAPER = 0.2
"""Share of the page that must not be dark; with less it is a dark page, not a border."""


class RemoveBorder(PixelFilter):
    """Paint the dark bands that a scanner leaves along the page's edges with the paper beside them.

    A border is dark, touches the edge, and is either thicker than the strokes of type or a thin line along the edge.
    So text that touches the edge stays, and so do pictures that reach deeper into the page than borders do, and pages
    that are dark all over. The size stays too; ``crop_to_content`` cuts. Gray and coloured pages keep the paper's
    colour; a binary page stays binary.
    """

    kind: Literal["remove_border"] = Field(default="remove_border", init=False)

    max_depth: Annotated[
        float,
        Field(gt=0, le=0.5, description="share of the page's shorter side: how deep a border may reach into the page"),
    ] = 0.15

    def apply(self, pixels: Pixels) -> Found:
        """Find what is dark at the edges, and paint it."""
        dark = _dark(pixels)
        border = self._border(pixels, dark)
        count = cv2.countNonZero(border)
        if not count:
            return Found(pixels.copy(), share=0.0)
        if is_binary(pixels):
            result = np.asarray(cv2.bitwise_or(pixels, border), np.uint8)
        else:
            result = painted(pixels, border, dark)
        return Found(result, share=round(count / border.size, 5))

    def _border(self, pixels: Pixels, dark: Pixels) -> Pixels:
        """255 on border."""
        height, width = dark.shape
        nothing = np.zeros_like(dark)
        if cv2.countNonZero(dark) > (1 - _PAPER) * dark.size:
            return nothing
        candidates = _bands(dark, stroke_width(pixels) or 1.0) | _edges(dark)
        pieces = components(candidates)
        if not len(pieces):
            return nothing
        touches = (
            (pieces.left == 0)
            | (pieces.top == 0)
            | (pieces.left + pieces.width == width)
            | (pieces.top + pieces.height == height)
        )
        depth = max(1, round(self.max_depth * min(height, width)))
        inner = pieces.labels[depth : height - depth, depth : width - depth]
        deep = np.bincount(inner.ravel(), minlength=len(pieces) + 1)[1:]
        chosen = touches & (deep <= _DEEP * pieces.area)
        if not chosen.any():
            return nothing
        border = pieces.mask(chosen)
        border[depth : height - depth, depth : width - depth] = 0
        # The soft rim, and the ragged pixels that the opening cut off.
        return np.asarray(cv2.bitwise_and(grown(border, 2), grown(dark, 1)), np.uint8)


def _dark(pixels: Pixels) -> Pixels:
    """255 where the page is much darker than its paper."""
    gray = convert_pixels(pixels, PixelMode.GRAY)
    level = otsu_level(gray)
    counts = histogram(gray)
    counts[: level + 1] = 0.0
    up_to = counts.cumsum()
    if up_to[-1] == 0.0:
        return np.zeros_like(gray)
    # The two in the middle, which are one where their number is odd.
    middle = np.searchsorted(up_to, [(up_to[-1] - 1.0) // 2.0, up_to[-1] // 2.0], side="right").mean()
    cut = min(level, int(_DARKER * float(middle)))
    return np.asarray(cv2.threshold(gray, cut, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def _bands(dark: Pixels, stroke: float) -> Pixels:
    """The dark areas that are thicker than type: what an opening with a square of three strokes, or more, leaves."""
    shorter = min(dark.shape)
    # A page on which the border is all there is to measure has a "stroke" as thick as that border.
    side = max(3, shorter // 100, min(round(3 * stroke), shorter // _THICKEST))
    # Beyond the edge the darkness may go on, which OpenCV's own border value says.
    return np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((side, side), np.uint8)), np.uint8)


def _edges(dark: Pixels) -> Pixels:
    """Thin dark lines within the outermost pixels, along a good part of a side."""
    height, width = dark.shape
    found = np.zeros_like(dark)
    rim = max(1, min(height, width) // 100)
    across = np.ones((1, max(3, round(_ALONG * width))), np.uint8)
    down = np.ones((max(3, round(_ALONG * height)), 1), np.uint8)
    for part, element in (
        (np.s_[:rim], across),
        (np.s_[height - rim :], across),
        (np.s_[:, :rim], down),
        (np.s_[:, width - rim :], down),
    ):
        found[part] |= np.asarray(cv2.morphologyEx(dark[part], cv2.MORPH_OPEN, element), np.uint8)
    return found
