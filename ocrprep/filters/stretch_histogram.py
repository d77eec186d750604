"""A linear stretch between two percentiles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from typing_extensions import Self

from ocrprep.filters._levels import histogram, percentile, stretched
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels


class StretchHistogram(PixelFilter):
    """Spread the page's gray levels over the whole range, from black to white.

    The level that ``low_percentile`` of the pixels do not exceed becomes 0, that of ``high_percentile`` becomes 255,
    straight lines between. A page whose two levels are the same (a blank one, or one of which less than
    ``low_percentile`` is ink) is left as it is: there is nothing to spread. In colour the levels are those of the
    luma, and all channels are spread alike, which keeps the tint of the paper.
    """

    kind: Literal["stretch_histogram"] = Field(default="stretch_histogram", init=False)

    low_percentile: Annotated[float, Field(ge=0, le=100, description="percent of the pixels that may become black")] = (
        0.5
    )
    high_percentile: Annotated[
        float, Field(ge=0, le=100, description="percent of the pixels that do not become white")
    ] = 99.5

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low_percentile >= self.high_percentile:
            raise ValueError(
                f"low_percentile {self.low_percentile} must be below high_percentile {self.high_percentile}"
            )
        return self

    def apply(self, pixels: Pixels) -> Found:
        """Map two levels to the ends of the range."""
        counts = histogram(pixels)
        low, high = (percentile(counts, share / 100) for share in (self.low_percentile, self.high_percentile))
        if low >= high:
            return Found(pixels.copy(), low=low, high=high, changed=False)
        return Found(stretched(pixels, low, high), low=low, high=high, changed=(low, high) != (0, 255))
