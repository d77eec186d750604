"""The same sheets under several binarizations, read by the same rule."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import cv2

from ocrprep import Page, PixelMode, PreprocessingFilter
from ocrprep.filters.base import Filter
from samples.bubbles.layout import Layout
from samples.bubbles.printing import CORNERS, sheet_layout
from samples.bubbles.reading import Marks, Reading, read
from samples.bubbles.sheets import CONDITIONS, Sheet, make_sheet

METHODS: dict[str, Filter] = {
    "threshold(185)": PreprocessingFilter.threshold(185),
    "adaptive_threshold": PreprocessingFilter.adaptive_threshold(window=61, c=40),
}
AUTOMATIC: dict[str, Filter] = {"binarize": PreprocessingFilter.binarize()}

_MARGIN = 24
_ACROSS, _DOWN = (int(side) for side in CORNERS[2] - CORNERS[0])
_ALIGN = PreprocessingFilter.align_to_marks(width=_ACROSS, height=_DOWN, margin=_MARGIN)


@dataclass(frozen=True, slots=True)
class Score:
    """What came of sheets of one condition under one method.

    Args:
        bubbles: seen.
        right: of these.
        sheets: seen.
        whole: sheets on which every bubble was right.
    """

    bubbles: int = 0
    right: int = 0
    sheets: int = 0
    whole: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.bubbles + other.bubbles, self.right + other.right, self.sheets + other.sheets, self.whole + other.whole
        )


def aligned(sheet: Sheet) -> tuple[Page, Layout]:
    """The sheet brought into line, and where its bubbles are then."""
    page = _ALIGN(Page(sheet.pixels, PixelMode.GRAY))
    layout = sheet_layout()
    shift = _MARGIN - CORNERS[0]
    blocks = tuple(replace(block, centres=block.centres + shift) for block in layout.blocks)
    return page, Layout(page.width, page.height, blocks)


def wrong(readings: list[Reading], truth: list[Marks]) -> list[Marks]:
    """For each block, the bubbles that were read wrongly."""
    return [reading.marked != marks for reading, marks in zip(readings, truth, strict=True)]


def scores(seed: int, condition: str, methods: dict[str, Filter] = METHODS) -> dict[str, Score]:
    """One sheet under every method."""
    sheet = make_sheet(condition, seed)
    page, layout = aligned(sheet)
    found = {}
    for name, method in methods.items():
        faults = wrong(read(method(page).pixels, layout), sheet.marked)
        bubbles, bad = sum(part.size for part in faults), int(sum(part.sum() for part in faults))
        found[name] = Score(bubbles, bubbles - bad, 1, int(bad == 0))
    return found


def run(sheets: int, workers: int = 2, methods: dict[str, Filter] = METHODS) -> dict[str, dict[str, Score]]:
    """All conditions: condition → method → score.

    Args:
        sheets: of each condition.
        workers: processes; 1 stays in this one.
        methods: what makes the sheets black and white, by name.
    """
    if workers <= 1:
        return {name: _sum([scores(seed, name, methods) for seed in range(sheets)]) for name in CONDITIONS}
    with ProcessPoolExecutor(workers, initializer=_alone) as pool:
        parts = {
            name: pool.map(partial(scores, condition=name, methods=methods), range(sheets), chunksize=10)
            for name in CONDITIONS
        }
        return {name: _sum(list(part)) for name, part in parts.items()}


def _alone() -> None:
    # The processes share the cores already.
    cv2.setNumThreads(1)
    os.environ["OMP_NUM_THREADS"] = "1"


def _sum(parts: list[dict[str, Score]]) -> dict[str, Score]:
    return {name: sum((part[name] for part in parts), Score()) for name in parts[0]}
