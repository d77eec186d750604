"""Pieces of ink kept by their area."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator
from typing_extensions import Self

from ocrprep.analysis.components import components
from ocrprep.filters._on_ground import Ink, ink_on
from ocrprep.filters._paint import without
from ocrprep.filters.base import Context, Found, PixelFilter
from ocrprep.page import Pixels


class KeepComponents(PixelFilter):
    """Keep the connected pieces of ink whose area is in a range, and paint the others over with paper.

    Pieces that touch by a side or a corner are one. What goes takes its soft edge along, and the paper keeps its local
    colour; a binary page stays binary. For a page of text see ``despeckle``, which knows full stops from specks.
    """

    kind: Literal["keep_components"] = Field(default="keep_components", init=False)

    min_area: Annotated[int, Field(ge=0, le=2**31, description="pixels of the smallest piece that stays")] = 30
    max_area: Annotated[
        int | None, Field(ge=1, le=2**31, description="pixels of the largest piece that stays; None: any")
    ] = None
    largest: Annotated[
        int | None,
        Field(ge=1, le=1_000_000, description="of the pieces in that range keep so many, the largest; None: all"),
    ] = None
    ink: Ink = "solid"

    @model_validator(mode="after")
    def _a_range(self) -> Self:
        if self.max_area is not None and self.max_area < self.min_area:
            raise ValueError(f"max_area {self.max_area} is below min_area {self.min_area}: no piece would stay")
        return self

    def apply_in(self, pixels: Pixels, context: Context) -> Found:
        """Measure the pieces, choose, paint."""
        ink = ink_on(pixels, context.dpi, self.ink)
        pieces = components(ink)
        kept = pieces.area >= self.min_area
        if self.max_area is not None:
            kept &= pieces.area <= self.max_area
        if self.largest is not None and np.count_nonzero(kept) > self.largest:
            # Of equal pieces the first from the top stays.
            order = np.argsort(np.where(kept, -pieces.area.astype(np.int64), 1), kind="stable")
            kept[order[self.largest :]] = False
        count = int(np.count_nonzero(kept))
        gone = len(pieces) - count
        result = without(pixels, pieces.mask(~kept), ink) if gone else pixels.copy()
        return Found(result, pieces=len(pieces), kept=count)
