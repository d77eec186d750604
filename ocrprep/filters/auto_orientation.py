"""The right way up."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from ocrprep import geometry
from ocrprep.analysis.orientation import orientation
from ocrprep.filters._turn import turn
from ocrprep.filters.base import Context, GeometryFilter, Moved
from ocrprep.page import Page


class AutoOrientation(GeometryFilter):
    """Turn a page that lies on its side or upside down by 90, 180 or 270 degrees, so that its text stands upright.

    Where an engine's opinion is at hand and the engine is sure, it decides. Else the shape of lines and letters does
    (see ``analysis.orientation``), if that is clear; else the page stays as it is. No pixel is resampled.
    """

    kind: Literal["auto_orientation"] = Field(default="auto_orientation", init=False)

    min_confidence: Annotated[
        float,
        Field(ge=0, le=1, description="confidence, 0-1, below which the shape of lines and letters is not used"),
    ] = 0.35
    min_engine_confidence: Annotated[
        float,
        Field(
            ge=0, le=1000, description="confidence of the engine, in its own unit, below which its opinion is not used"
        ),
    ] = 7.0

    def run_in(self, page: Page, context: Context) -> Moved:
        """Weigh both opinions, then turn or leave alone."""
        angle, facts = self._decide(page, context)
        if angle == 0:
            return Moved(page.pixels, geometry.identity(), angle=0, **facts)
        pixels, new_to_old = turn(page, float(angle), expand=True, fill="background")
        return Moved(pixels, new_to_old, angle=angle, **facts)

    def _decide(self, page: Page, context: Context) -> tuple[int, dict[str, Any]]:
        told = context.evidence.orientation(page) if context.evidence is not None else None
        facts: dict[str, Any] = {}
        if told is not None:
            facts = {"engine_angle": int(told.angle), "engine_confidence": round(float(told.confidence), 3)}
            if told.confidence >= self.min_engine_confidence:
                return told.angle % 360, {**facts, "decided_by": "engine"}
        seen = orientation(page.pixels)
        facts |= {"seen_angle": seen.angle, "seen_confidence": round(seen.confidence, 3)}
        if seen.confidence >= self.min_confidence:
            return seen.angle, {**facts, "decided_by": "shape"}
        return 0, {**facts, "decided_by": "nobody: too uncertain"}
