"""Four corners to a rectangle."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field

from ocrprep import geometry
from ocrprep.filters._warp import Fill, Sampling, warp
from ocrprep.filters.base import GeometryFilter, Moved
from ocrprep.geometry import Box
from ocrprep.page import Page

Corner = tuple[float, float]
Corners = tuple[Corner, Corner, Corner, Corner]


def _clockwise(corners: Corners) -> Corners:
    points = np.array(corners)
    if not np.isfinite(points).all():
        raise ValueError("a corner needs finite numbers")
    sides = np.roll(points, -1, axis=0) - points
    onward = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * onward[:, 1] - sides[:, 1] * onward[:, 0]
    lengths = np.hypot(*sides.T)
    # The sine of each inner angle: positive all round for a convex quadrilateral that runs clockwise on the screen.
    if (lengths < 1e-6).any() or (turns < 1e-4 * lengths * np.roll(lengths, -1)).any():
        raise ValueError(
            "the corners must be top left, top right, bottom right, bottom left of a convex quadrilateral, "
            "clockwise as seen on the page"
        )
    return corners


class Perspective(GeometryFilter):
    """Make a quadrilateral of the page, such as a sheet photographed at an angle, the whole page and rectangular."""

    kind: Literal["perspective"] = Field(default="perspective", init=False)

    corners: Annotated[
        Corners,
        AfterValidator(_clockwise),
        Field(
            examples=[((0, 0), (1, 0), (1, 1), (0, 1))],
            description="the sheet's top left, top right, bottom right and bottom left, each (x, y) in pixels of the "
            "page as the filter gets it; (0, 0) is the outer corner of the first pixel",
        ),
    ]
    width: Annotated[
        int | None,
        Field(ge=1, le=100_000, description="new width in pixels; None takes the longer of the upper and lower side"),
    ] = None
    height: Annotated[
        int | None,
        Field(ge=1, le=100_000, description="new height in pixels; None takes the longer of the left and right side"),
    ] = None
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    def run(self, page: Page) -> Moved:
        """One projective map, one resampling."""
        corners = np.array(self.corners)
        upper, right, lower, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
        width = self.width or max(1, round(max(upper, lower)))
        height = self.height or max(1, round(max(left, right)))
        new_to_old = geometry.homography(Box(0.0, 0.0, float(width), float(height)).corners(), corners)
        pixels = warp(page, new_to_old, width, height, fill=self.fill, sampling=self.interpolation)
        return Moved(pixels, new_to_old, width=width, height=height)
