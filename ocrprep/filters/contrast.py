"""Automatic contrast."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._auto_contrast import AutoContrast


class Contrast(AutoContrast):
    """Make ink black and paper white on a faint page, in one straight stretch; leave other pages as they are.

    Ink and paper are told apart by Otsu's level, and the larger class is paper, so white type on black is served as
    well. A page whose classes lie closer than 16 levels is even: it stays, as its grain would become ink. One that
    spans nine tenths of the range is good and stays too. In colour the levels are those of the luma and all channels
    are stretched alike. For uneven light use ``normalize_background``.
    """

    kind: Literal["contrast"] = Field(default="contrast", init=False)

    binarize: Annotated[
        bool, Field(description="make the page black and white afterwards, by the automatic method")
    ] = False
