"""What a degradation is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from ocrprep.learning.degrade.sheet import Sheet

Share = Annotated[float, Field(ge=0.0, le=1.0)]

Angle = Annotated[float, Field(ge=-180.0, le=180.0)]
"""Degrees."""

Stage = Literal["ink", "paper", "light", "capture"]

STAGES: tuple[Stage, ...] = ("ink", "paper", "light", "capture")
"""The order in which a page meets them: it is written, it ages, it is lit, it is captured."""


class Degradation(BaseModel):
    """One thing that happens to a page: a frozen description, applied with a generator of its own.

    The parameters say how strong it is; where its grains, blots and folds fall is drawn from the generator, so that the
    same description, sheet and seed give the same pixels.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    stage: ClassVar[Stage]

    def __call__(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """The sheet after it; ``capture`` steps see ink and paper put together."""
        return self.apply(sheet.composed() if self.stage in {"light", "capture"} else sheet, rng)

    @abstractmethod
    def apply(self, sheet: Sheet, rng: np.random.Generator) -> Sheet:
        """What a step does; layers that it leaves alone are passed on as they are."""
