"""Noise taken away, under Aspose's name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._denoise import Denoiser


class AutoDenoising(Denoiser):
    """Take away noise as ``denoise`` does, then make the page black and white, as Aspose documents it.

    The conversion is a step of its own, so the gray page stays reachable; ``binarize=False`` leaves it out.
    """

    kind: Literal["auto_denoising"] = Field(default="auto_denoising", init=False)

    binarize: Annotated[
        bool, Field(description="make the page black and white afterwards, by the automatic method")
    ] = True
