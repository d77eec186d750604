"""A thing stood on its end."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis.moments import Moments
from ocrprep.filters._on_ground import Ink, ink_on, moved_on_ground
from ocrprep.filters._turn import turn
from ocrprep.filters._warp import Fill, Sampling
from ocrprep.filters.base import Context, GeometryFilter, Moved
from ocrprep.page import Page

_LOPSIDED = 0.02
"""Skewness along the axis below which both ends are alike."""


class OrientByMajorAxis(GeometryFilter):
    """Turn the page so that the main axis of its ink stands upright, or lies flat; nothing is cut off.

    The axis is that of the ink's second moments (Hu 1962), all ink taken together: keep one thing on the page, by
    ``keep_components`` with ``largest=1`` for instance. Which end goes up is settled by the third moment along the
    axis: the heavier end goes down, and the thin one, such as a leaf's tip or stem, up; where the axis is to lie flat,
    the heavier end goes to the left. Where both ends are alike the page takes the shorter way. Ink without a main axis,
    such as a disc or a square, stays as it is.
    """

    kind: Literal["orient_by_major_axis"] = Field(default="orient_by_major_axis", init=False)

    axis: Annotated[Literal["upright", "flat"], Field(description="how the main axis is to lie")] = "upright"
    heavy_end: Annotated[
        bool, Field(description="settle which end goes up by the ink's weight; False takes the shorter way")
    ] = True
    min_elongation: Annotated[
        float, Field(ge=1, le=100, description="longer axis over shorter axis, below which nothing is done")
    ] = 1.05
    ink: Ink = "solid"
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    def run_in(self, page: Page, context: Context) -> Moved:
        """Measure, then turn or leave alone."""
        ink = ink_on(page.pixels, context.dpi, self.ink)
        moments = Moments.of_mask(ink)
        if moments is None:
            return Moved(page.pixels, geometry.identity(), orientation=None, turn=0.0, done="nothing: no ink found")
        longer, shorter = moments.axes[0]
        orientation = float(moments.orientation[0])
        facts: dict[str, Any] = {"elongation": round(float(longer / shorter), 3)}
        if math.isnan(orientation) or longer < self.min_elongation * shorter:
            return Moved(page.pixels, geometry.identity(), orientation=None, **facts, turn=0.0, done="nothing: round")
        thin = float(moments.skewness(orientation)[0])
        angle = _shorter_way((90.0 if self.axis == "upright" else 0.0) - orientation)
        settled = self.heavy_end and abs(thin) >= _LOPSIDED
        # After that turn the axis' own direction is up (or to the right), or just the opposite.
        along = abs(_wrapped(orientation + angle - (90.0 if self.axis == "upright" else 0.0))) < 90.0
        if settled and (thin > 0) is not along:
            angle = _wrapped(angle + 180.0)
        facts |= {"orientation": round(orientation, 3), "skewness": round(thin, 3), "turn": round(angle, 3)}
        if angle == 0.0:
            return Moved(page.pixels, geometry.identity(), **facts, done="nothing: it lies so")
        pixels, new_to_old = moved_on_ground(
            page,
            ink,
            self.fill,
            lambda other, fill: turn(other, angle, expand=True, fill=fill, sampling=self.interpolation),
        )
        return Moved(pixels, new_to_old, **facts, done="turned")


def _shorter_way(angle: float) -> float:
    """The turn of an undirected axis: above -90 and up to 90."""
    return 90.0 - (90.0 - angle) % 180.0


def _wrapped(angle: float) -> float:
    """The same direction, above -180 and up to 180."""
    return 180.0 - (180.0 - angle) % 360.0
