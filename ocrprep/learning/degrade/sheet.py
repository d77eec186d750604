"""A page on its way from written ink to photographed pixels."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from ocrprep.learning.degrade._fields import Plane


@dataclass(frozen=True)
class Sheet:
    """The layers of a page; all planes are float32, H×W.

    Attributes:
        ink: share of the light that ink takes from each pixel, 0 (none) … 1 (black); what fades, breaks and blurs.
        clean: coverage by the strokes as they were written, 0 … 1; only geometry and resolution change it.
        paper: reflectance of the empty paper, 0 … 1, with all that lies on it and is not writing.
        image: what is seen, 0 … 1; None until ink and paper are put together.
        x_height: height of a small letter of the main text in pixels, the scale of everything.
    """

    ink: Plane
    clean: Plane
    paper: Plane
    image: Plane | None
    x_height: float

    @classmethod
    def written(cls, coverage: Plane, x_height: float, *, reflectance: float = 0.95) -> Sheet:
        """Fresh black ink of the given coverage (H×W, 0 … 1) on even paper."""
        ink = np.clip(coverage, 0.0, 1.0).astype(np.float32)
        return cls(ink, ink, np.full(ink.shape, reflectance, np.float32), None, x_height)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.ink.shape
        return rows, columns

    def with_(self, **planes: Plane | float | None) -> Sheet:
        """The same sheet with some layers exchanged."""
        return dataclasses.replace(self, **planes)  # type: ignore[arg-type]

    @property
    def seen(self) -> Plane:
        """What is seen of it, 0 … 1: the image, or paper times what the ink lets through."""
        return self.paper * (1.0 - self.ink) if self.image is None else self.image

    def composed(self) -> Sheet:
        """The sheet seen in full light; one that was seen already stays as it is."""
        return self if self.image is not None else self.with_(image=self.seen)
