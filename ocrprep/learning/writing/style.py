"""What a caller may ask of a written page, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ocrprep.learning.writing.scripts import SCRIPTS

Kind = Literal["print", "office", "receipt", "form", "table", "cursive", "handwriting", "mixed", "drawing"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Pen = Literal["quill", "ballpoint", "pointed", "felt"]
PENS: tuple[Pen, ...] = get_args(Pen)


@dataclass(frozen=True)
class WritingStyle:
    """What is fixed of a page; a field that is None is drawn at random.

    Attributes:
        kind: What stands on the page, one of ``KINDS``.
        x_height: Height of a small x of the main text in pixels, 3 to 200.
        script: Alphabet of printed text, a key of ``SCRIPTS`` ("latin", "greek", …). Where no font draws it,
            Latin takes its place.
        font: Path of the font file for all printed text.
        pen: Pen of handwriting, one of ``PENS``.
        stroke: Thickest stroke of the pen in pixels, 1 to 30.
        slant: Slant of handwriting, degrees to the right of upright, -45 to 60.
        rotation: Degrees by which the page is turned, counter-clockwise, -180 to 180.
        press: Pixels by which every outline grows (heavy print) or shrinks (thin print), -1.5 to 1.5.

    Raises:
        ValueError: a field out of its range.
    """

    kind: Kind | None = None
    x_height: float | None = None
    script: str | None = None
    font: str | None = None
    pen: Pen | None = None
    stroke: float | None = None
    slant: float | None = None
    rotation: float | None = None
    press: float | None = None

    def __post_init__(self) -> None:
        if self.kind is not None and self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.pen is not None and self.pen not in PENS:
            raise ValueError(f"pen must be one of {', '.join(PENS)}, not {self.pen!r}")
        if self.script is not None and self.script not in SCRIPTS:
            raise ValueError(f"script must be one of {', '.join(SCRIPTS)}, not {self.script!r}")
        for name, low, high in _RANGES:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} must be {low} to {high}, not {value}")


_RANGES = (
    ("x_height", 3.0, 200.0),
    ("stroke", 1.0, 30.0),
    ("slant", -45.0, 60.0),
    ("rotation", -180.0, 180.0),
    ("press", -1.5, 1.5),
)


@dataclass(frozen=True)
class Writing:
    """Ink without paper.

    Attributes:
        ink: H×W float32, the share of each pixel that is covered by ink, 0 to 1.
        x_height: Height of a small x of the main text in pixels.
        kind: What stands on the page, one of ``KINDS``.
    """

    ink: NDArray[np.float32]
    x_height: float
    kind: Kind
