"""Automatic contrast, under Aspose's name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._auto_contrast import AutoContrast


class ContrastCorrectionFilter(AutoContrast):
    """Correct the contrast as ``contrast`` does, then make the page black and white, as Aspose documents it.

    The conversion is a step of its own, so the gray page stays reachable; ``binarize=False`` leaves it out.
    """

    kind: Literal["contrast_correction_filter"] = Field(default="contrast_correction_filter", init=False)

    binarize: Annotated[
        bool, Field(description="make the page black and white afterwards, by the automatic method")
    ] = True
