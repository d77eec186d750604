"""Which degradations come together: random but plausible histories of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from ocrprep.learning.degrade.base import STAGES, Degradation
from ocrprep.learning.degrade.recipes._draw import Draw
from ocrprep.learning.degrade.recipes.archive import archive
from ocrprep.learning.degrade.recipes.copies import copy
from ocrprep.learning.degrade.recipes.office import office
from ocrprep.learning.degrade.recipes.photo import photo

History = Literal["archive", "office", "copy", "photo"]

HISTORIES: dict[History, float] = {"archive": 0.5, "office": 0.2, "copy": 0.12, "photo": 0.18}
"""Shares of the histories in the pages that the shipped model is trained on."""

_RECIPES: dict[History, Callable[[Draw, float], list[Degradation]]] = {
    "archive": archive,
    "office": office,
    "copy": copy,
    "photo": photo,
}


def draw_history(rng: np.random.Generator) -> History:
    """One of the histories, by their shares."""
    names = list(HISTORIES)
    return names[int(rng.choice(len(names), p=[HISTORIES[name] for name in names]))]


def draw_degradations(rng: np.random.Generator, history: History, x_height: float) -> tuple[Degradation, ...]:
    """A plausible series of degradations, in the order in which they happen.

    Args:
        rng: draws them.
        history: what kind of life the page had.
        x_height: pixels; strokes of small type bear less spread, fray and blur.
    """
    draw = Draw(rng)
    steps = _RECIPES[history](draw, x_height)
    return tuple(sorted(steps, key=lambda step: STAGES.index(step.stage)))
