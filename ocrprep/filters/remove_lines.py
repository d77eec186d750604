"""Ruled lines removed."""

from __future__ import annotations

from typing import Annotated, Literal

import cv2
import numpy as np
from pydantic import Field

from ocrprep.analysis.stroke_width import stroke_width_of
from ocrprep.filters._lines import Ruling, horizontal_lines
from ocrprep.filters._paint import ink_of, without
from ocrprep.filters.base import Context, Found, PixelFilter
from ocrprep.page import Pixels


class RemoveLines(PixelFilter):
    """Take away ruled lines (forms, tables, underlines, staves) and leave the strokes that cross them whole.

    Only the line's own ink goes: where a stroke crosses or touches it, the stroke keeps its ink, so that nothing has
    to be mended afterwards. Dashes, underscores and the bars of letters are too short to be lines. Lines may be
    turned by up to about two degrees, broken, or slightly bent; dashed and dotted ones, whose dashes are shorter than
    ten strokes are wide, stay. A bar of a letter that lies exactly on a line cannot be told from it and goes with it.
    On gray and coloured pages the ink is found by the automatic method and the line is painted over with the paper
    around it, keeping its colour; a binary page stays binary.
    """

    kind: Literal["remove_lines"] = Field(default="remove_lines", init=False)

    direction: Annotated[
        Literal["horizontal", "vertical", "both"], Field(description="which lines; both also clears where they cross")
    ] = "both"
    min_length: Annotated[
        float,
        Field(
            gt=0,
            le=1,
            description="share of the page's width (of its height, for vertical lines); never under 20 stroke widths",
        ),
    ] = 0.08
    max_thickness: Annotated[float, Field(gt=0, le=20, description="stroke widths: thicker bars are left alone")] = 3.0
    max_gap: Annotated[
        float, Field(ge=0, le=200, description="stroke widths between two pieces of one broken line")
    ] = 12.0

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Find the lines, clear their ink, and fill what they covered."""
        ink = ink_of(pixels, context.dpi)
        stroke = stroke_width_of(ink)
        if stroke is None:
            return Found(pixels.copy(), stroke_width=None, horizontal=0, vertical=0)
        across = self._lines(ink, stroke) if self.direction != "vertical" else None
        down = self._lines(_turned(ink), stroke) if self.direction != "horizontal" else None
        removed = np.zeros_like(ink)
        if across:
            removed |= across.removable
        if down:
            removed |= _turned(down.removable)
        if across and down:
            removed |= _crossings(across.course, _turned(down.course), ink, max(2, round(self.max_thickness * stroke)))
        result = without(pixels, removed, ink) if cv2.countNonZero(removed) else pixels.copy()
        return Found(
            result,
            stroke_width=round(stroke, 2),
            horizontal=across.count if across else 0,
            vertical=down.count if down else 0,
        )

    def _lines(self, ink: Pixels, stroke: float) -> Ruling:
        return horizontal_lines(
            ink,
            stroke,
            min_length=self.min_length * ink.shape[1],
            max_thickness=max(2.0, self.max_thickness * stroke),
            max_gap=self.max_gap * stroke,
        )


def _turned(mask: Pixels) -> Pixels:
    return np.asarray(cv2.transpose(mask), np.uint8)


def _crossings(across: Pixels, down: Pixels, ink: Pixels, reach: int) -> Pixels:
    """The ink where two lines meet, which each takes for a crossing stroke; ``reach`` bridges the other's thickness."""
    wider = cv2.dilate(across, np.ones((1, 2 * reach + 1), np.uint8))
    taller = cv2.dilate(down, np.ones((2 * reach + 1, 1), np.uint8))
    return np.asarray(cv2.bitwise_and(cv2.bitwise_and(wider, taller), ink), np.uint8)
