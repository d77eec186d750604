"""Made-up writing: ink for training, without paper.

``write`` covers a page with print, handwriting, forms, tables or drawings and gives the share of each pixel that ink
covers. What the paper and the camera do to it is the work of ``ocrprep.learning.degrade``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrprep.learning.writing.layout import WRITERS, Job
from ocrprep.learning.writing.press import placed, pressed
from ocrprep.learning.writing.sheet import Sheet
from ocrprep.learning.writing.style import KINDS, PENS, Kind, Pen, Writing, WritingStyle

__all__ = ["KINDS", "PENS", "Kind", "Pen", "Writing", "WritingStyle", "write"]

# How often a kind is drawn, and the middle, the spread (of the logarithm) and the limits of its x-height in pixels.
_SHARES: dict[Kind, float] = {
    "print": 0.26, "office": 0.14, "receipt": 0.06, "form": 0.09, "table": 0.06,
    "cursive": 0.07, "handwriting": 0.22, "mixed": 0.07, "drawing": 0.03,
}  # fmt: skip
_SIZES: dict[Kind, tuple[float, float, float, float]] = {
    "print": (24, 0.45, 7, 60), "office": (12, 0.4, 6, 30), "receipt": (12, 0.35, 6, 30), "form": (13, 0.35, 7, 30),
    "table": (12, 0.35, 6, 30), "cursive": (24, 0.4, 10, 60), "handwriting": (31, 0.4, 11, 75),
    "mixed": (18, 0.4, 7, 40), "drawing": (16, 0.4, 7, 40),
}  # fmt: skip


def write(rng: np.random.Generator, shape: tuple[int, int], style: WritingStyle | None = None) -> Writing:
    """A page of ``shape`` (height, width) in pixels, at least 1×1; what ``style`` leaves open is drawn at random.

    The same generator state, fonts and versions of the libraries give the same page.

    Raises:
        ValueError: a shape without pixels, a style out of range, or a font that cannot be used.
    """
    height, width = shape
    if height < 1 or width < 1:
        raise ValueError(f"shape must be at least 1×1, not {height}×{width}")
    style = style or WritingStyle()
    kind = style.kind or tuple(_SHARES)[int(rng.choice(len(_SHARES), p=np.array(tuple(_SHARES.values()))))]
    x_height = style.x_height or _x_height(rng, kind)
    degrees, quarters = _turn(rng, style)
    inner = (width, height) if quarters % 2 else (height, width)
    spare = 0.08 if abs(degrees) < 10 else 0.45
    padded = (int(inner[0] + spare * max(inner)) + 2, int(inner[1] + spare * max(inner)) + 2)
    sheet = Sheet(padded)
    if rng.random() > 0.01 or style.kind is not None:  # a page in a hundred stays empty
        WRITERS[kind](Job(rng, sheet, x_height, style))
    bend = float(rng.choice([0.0, 1.0])) * float(rng.uniform(0.5, 0.35 * x_height))
    coverage = placed(rng, sheet.coverage(), inner, degrees, bend)
    if quarters:
        coverage = np.ascontiguousarray(np.rot90(coverage, quarters))
    blur = 0.45 + float(rng.random()) * min(0.014 * x_height, 0.45)  # hairlines of small type bear little
    rough = float(rng.choice([0.0, 0.1, 0.2, 0.35], p=[0.45, 0.25, 0.2, 0.1])) * min(x_height / 20, 1.0)
    press = _press(rng, x_height)
    grow = press + _rescue(coverage) if style.press is None else style.press
    ink = pressed(rng, coverage, grow, blur, rough)
    return Writing(ink=ink, x_height=float(x_height), kind=kind)


def _x_height(rng: np.random.Generator, kind: Kind) -> float:
    middle, spread, low, high = _SIZES[kind]
    return float(np.clip(middle * np.exp(rng.normal(0, spread)), low, high))


def _turn(rng: np.random.Generator, style: WritingStyle) -> tuple[float, int]:
    """Degrees within a quarter turn of upright, and quarter turns."""
    chance, small = rng.random(), float(rng.normal(0, 1.1))
    if style.rotation is not None:
        quarters = round(style.rotation / 90)
        return style.rotation - 90 * quarters, quarters % 4
    quarters = 1 if chance > 0.97 else 3 if chance > 0.94 else 0
    return (0.0 if chance < 0.4 else float(np.clip(small, -3, 3))), quarters


def _press(rng: np.random.Generator, x_height: float) -> float:
    """Pixels by which outlines grow; small letters bear less of it."""
    grow = float(rng.normal(0.12, 0.35)) * min(x_height / 18, 1.6)
    if rng.random() < 0.35:
        grow = 0.0
    return float(np.clip(grow, -0.015 * min(x_height, 30), 1.2))


def _rescue(coverage: NDArray[np.uint8]) -> float:
    """Pixels by which outlines must grow so that hairlines of tiny type cover more than half of the pixels they cross.

    Whoever reads such a page sees the hairlines; a mask, which is ink where coverage passes a half, would have lost
    them.
    """
    levels = cv2.calcHist([coverage], [0], None, [256], [0, 256]).ravel() * np.arange(256)
    firm = float(levels[128:].sum() / max(levels.sum(), 1.0))
    return min(max(0.5 * (0.86 - firm), 0.0), 0.3)
