"""A thing in the middle of a page of one size."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field, model_validator
from typing_extensions import Self

from ocrprep import geometry
from ocrprep.analysis.moments import Moments
from ocrprep.filters._on_ground import Ink, ink_on, moved_on_ground
from ocrprep.filters._warp import Fill, Sampling, warp
from ocrprep.filters.base import Context, GeometryFilter, Moved
from ocrprep.geometry import Box, Matrix
from ocrprep.page import Page, Pixels

_Side = Annotated[int, Field(ge=1, le=100_000, description="of the new page, in pixels")]


class FitTo(GeometryFilter):
    """Scale and centre the ink on a page of exactly the given size, keeping its proportions.

    The box around all ink is brought to the width or the height that it reaches first; paper fills the rest. Centred by
    mass, the centre of mass lies in the middle and the ink is as large as that allows: so images of one class lie upon
    each other. A page without ink is fitted as a whole. A binary page stays binary: it is averaged and cut at 128, and
    lines thinner than half a new pixel go.
    """

    kind: Literal["fit_to"] = Field(default="fit_to", init=False)

    width: _Side = 64
    height: _Side = 64
    margin: Annotated[int, Field(ge=0, le=10_000, description="pixels of paper on every side of the new page")] = 0
    centre: Annotated[
        Literal["box", "mass", "page"],
        Field(
            description="what goes to the middle: the ink's box, its centre of mass, or the whole page with its margins"
        ),
    ] = "box"
    enlarge: Annotated[bool, Field(description="also scale up; False only scales down")] = True
    ink: Ink = "solid"
    fill: Fill = "background"
    interpolation: Annotated[Sampling, Field(description="how values between pixels are found")] = "cubic"

    @model_validator(mode="after")
    def _room(self) -> Self:
        if 2 * self.margin >= min(self.width, self.height):
            raise ValueError(f"a margin of {self.margin} leaves no room on a page of {self.width}x{self.height}")
        return self

    def run_in(self, page: Page, context: Context) -> Moved:
        """Find the ink, then scale and centre in one resampling."""
        ink = ink_on(page.pixels, context.dpi, self.ink)
        box, (x, y) = self._placed(page, ink)
        ratio = min(
            (self.width / 2.0 - self.margin) / max(x - box.left, box.right - x),
            (self.height / 2.0 - self.margin) / max(y - box.top, box.bottom - y),
        )
        ratio = ratio if self.enlarge else min(1.0, ratio)
        new_to_old = (
            geometry.translation(x, y)
            @ geometry.scaling(1.0 / ratio, 1.0 / ratio)
            @ geometry.translation(-self.width / 2.0, -self.height / 2.0)
        )

        def moved(other: Page, fill: str | int) -> tuple[Pixels, Matrix]:
            pixels = warp(other, new_to_old, self.width, self.height, fill=fill, sampling=self.interpolation)
            return pixels, new_to_old

        pixels, _ = moved_on_ground(page, ink, self.fill, moved)
        facts = {
            "ratio": round(ratio, 5),
            "box": [round(side, 2) for side in (box.left, box.top, box.right, box.bottom)],
        }
        return Moved(pixels, np.asarray(new_to_old), **facts)

    def _placed(self, page: Page, ink: Pixels) -> tuple[Box, tuple[float, float]]:
        """What is fitted, and the point of it that goes to the middle."""
        moments = None if self.centre == "page" else Moments.of_mask(ink)
        if moments is None:
            box = Box(0.0, 0.0, float(page.width), float(page.height))
        else:
            left, top, width, height = cv2.boundingRect(ink)
            box = Box(float(left), float(top), float(left + width), float(top + height))
        if moments is not None and self.centre == "mass":
            return box, (float(moments.centre[0, 0]), float(moments.centre[0, 1]))
        return box, ((box.left + box.right) / 2.0, (box.top + box.bottom) / 2.0)
