"""Turning a page about its middle: exact by quarters, resampled between them."""

from __future__ import annotations

import math

import numpy as np

from ocrprep import geometry
from ocrprep.filters._warp import warp
from ocrprep.geometry import Box, Matrix
from ocrprep.page import Page, Pixels

# A corner that lies on a pixel's edge but for rounding asks for no further pixel.
_SLACK = 1e-6


def turn(page: Page, angle: float, *, expand: bool, fill: str | int, sampling: str = "cubic") -> tuple[Pixels, Matrix]:
    """The page turned counter-clockwise.

    Args:
        page: in any mode.
        angle: degrees; a multiple of 90 moves pixels and resamples none.
        expand: grow so that no corner is lost, else keep the size and cut.
        fill: see ``_warp.Fill``.
        sampling: see ``_warp.Sampling``.

    Returns:
        The pixels, and the map from a point of the new page to the old one.
    """
    quarters, rest = divmod(angle, 90.0)
    if rest == 0.0:
        return _quarters(page, int(quarters) % 4, expand=expand, fill=fill)
    width, height = page.width, page.height
    if expand:
        corners = Box(0.0, 0.0, float(width), float(height)).corners()
        around = Box.around(geometry.apply(geometry.rotation(angle), corners))
        width, height = math.ceil(around.width - _SLACK), math.ceil(around.height - _SLACK)
    to_middle, from_middle = (page.width / 2.0, page.height / 2.0), (-width / 2.0, -height / 2.0)
    new_to_old = geometry.translation(*to_middle) @ geometry.rotation(-angle) @ geometry.translation(*from_middle)
    return warp(page, new_to_old, width, height, fill=fill, sampling=sampling), np.asarray(new_to_old)


def _quarters(page: Page, quarters: int, *, expand: bool, fill: str | int) -> tuple[Pixels, Matrix]:
    to_turned = geometry.quarter_turn(quarters, page.width, page.height)
    pixels = np.ascontiguousarray(np.rot90(page.pixels, quarters))
    height, width = pixels.shape[:2]
    if not expand and (width, height) != (page.width, page.height):
        # Whole pixels: half a pixel beside the middle is worth a copy without resampling.
        shift = geometry.translation((width - page.width) // 2, (height - page.height) // 2)
        turned = Page(pixels, page.mode)
        pixels = warp(turned, shift, page.width, page.height, fill=fill)
        return pixels, np.asarray(geometry.invert(to_turned) @ shift)
    return pixels, geometry.invert(to_turned)
