"""Whole training pages: writing, its history, and the truth about both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ocrprep.learning.degrade._fields import Plane
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.marks import OtherSide
from ocrprep.learning.degrade.recipes import History, draw_degradations, draw_history
from ocrprep.learning.degrade.sheet import Sheet
from ocrprep.learning.degrade.truth import ink_mask
from ocrprep.learning.example import Example
from ocrprep.learning.writing import Kind, Writing, WritingStyle, write


def degraded(
    sheet: Sheet, steps: Sequence[Degradation], rng: np.random.Generator, style: WritingStyle | None = None
) -> Sheet:
    """The sheet after all steps, each with a generator of its own: one more step changes nothing about the others.

    Args:
        sheet: fresh writing, or a clean page.
        steps: in the order in which they happen.
        rng: seeds the steps.
        style: what is written on the other side, when something shines through.
    """
    for step, seed in zip(steps, rng.integers(0, 2**63, len(steps)), strict=True):
        own = np.random.default_rng(seed)
        if isinstance(step, OtherSide) and style is not None:
            sheet = step.with_other_side(sheet, write(own, sheet.shape, style).ink, own)
        else:
            sheet = step(sheet, own)
    return sheet.composed()


def example_of(sheet: Sheet, name: str = "") -> Example:
    """The training example that a captured sheet makes."""
    image = np.clip(np.rint(sheet.seen * 255.0), 0, 255).astype(np.uint8)
    clean = np.clip(np.rint(255.0 * (1.0 - sheet.clean)), 0, 255).astype(np.uint8)
    return Example(image=image, mask=ink_mask(sheet.ink, sheet.x_height), clean=clean, name=name)


_KINDS: dict[History, dict[Kind, float]] = {
    "archive": {"print": 0.28, "cursive": 0.1, "handwriting": 0.5, "mixed": 0.08, "drawing": 0.04},
    "office": {"print": 0.2, "office": 0.35, "receipt": 0.12, "form": 0.13, "table": 0.1, "mixed": 0.1},
    "copy": {"print": 0.25, "office": 0.3, "form": 0.1, "handwriting": 0.2, "table": 0.05, "mixed": 0.1},
    "photo": {"print": 0.2, "office": 0.2, "receipt": 0.2, "form": 0.1, "handwriting": 0.2, "mixed": 0.1},
}

_X_HEIGHTS: dict[History, tuple[float, float]] = {
    "archive": (12.0, 56.0),
    "office": (5.5, 28.0),
    "copy": (7.0, 36.0),
    "photo": (7.0, 40.0),
}
"""Heights of small letters in pixels, drawn evenly in their logarithm."""

_BEGUN = 0.35
"""Share of the pages with something on their other side that are written on only at the top or at the bottom."""

_TITLES = 0.25
"""Share of pages with letters up to four times larger, as on title pages: their strokes are as broad as stains."""


def _draw_kind(rng: np.random.Generator, history: History) -> Kind:
    shares = _KINDS[history]
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]


def make_example(
    rng: np.random.Generator, shape: tuple[int, int] = (640, 640), history: History | None = None
) -> Example:
    """A made page with its exact mask and its clean picture.

    Args:
        rng: draws everything; the same state gives the same page.
        shape: rows and columns.
        history: what became of the page; without one it is drawn too.
    """
    chosen = history or draw_history(rng)
    writing = write(rng, shape, WritingStyle(kind=_draw_kind(rng, chosen), x_height=_draw_x_height(rng, chosen)))
    steps = draw_degradations(rng, chosen, writing.x_height)
    coverage = writing.ink
    if rng.random() < (_BEGUN if any(isinstance(step, OtherSide) for step in steps) else 0.05):
        coverage = _begun(rng, coverage)
    sheet = degraded(Sheet.written(coverage, writing.x_height), steps, rng, _behind(rng, chosen, writing))
    return example_of(sheet, f"{chosen}-{writing.kind}")


def _begun(rng: np.random.Generator, coverage: Plane) -> Plane:
    """Only the first or the last lines of the writing: the rest of the page is empty, but for what shines through."""
    rows = len(coverage)
    wanted = int(rows * rng.uniform(0.06, 0.55))
    # Between two lines, if there is such a place nearby.
    first, last = max(1, wanted - rows // 20), min(rows, wanted + rows // 20 + 1)
    kept = np.zeros_like(coverage)
    at_top = rng.random() < 0.6
    upright = coverage if at_top else coverage[::-1]
    cut = first + int(np.argmin(upright[first:last].sum(axis=1)))
    kept[:cut] = upright[:cut]
    return np.ascontiguousarray(kept if at_top else kept[::-1])


def _behind(rng: np.random.Generator, history: History, writing: Writing) -> WritingStyle:
    """What is on the other side: two times in three the same kind of writing of the same size, seldom across."""
    across = 90.0 if rng.random() < 0.08 else None
    if rng.random() < 0.67:
        return WritingStyle(kind=writing.kind, x_height=min(writing.x_height, 60.0), rotation=across)
    low, high = _X_HEIGHTS[history]
    return WritingStyle(kind=_draw_kind(rng, history), x_height=float(rng.uniform(low, high)), rotation=across)


def _draw_x_height(rng: np.random.Generator, history: History) -> float:
    low, high = _X_HEIGHTS[history]
    if rng.random() < _TITLES:
        low, high = high, min(4.0 * high, 190.0)
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
