"""Noise taken away."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ocrprep.filters._denoise import Denoiser


class Denoise(Denoiser):
    """Take away grain and salt-and-pepper specks, as much as is measured on the page, and leave a clean page as it is.

    Specks of one or two pixels go where they make up more than 0.05 % of the page; grain goes where its standard
    deviation is above 2 gray levels. Edges, thin strokes and full stops stay. What was measured, and whether anything
    was done, is in the step. In colour, neighbours are compared in all channels at once; of a binary page only specks
    are taken. Larger specks are ``despeckle``'s.
    """

    kind: Literal["denoise"] = Field(default="denoise", init=False)

    binarize: Annotated[
        bool, Field(description="make the page black and white afterwards, by the automatic method")
    ] = False
