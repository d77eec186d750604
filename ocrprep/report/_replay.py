"""Pages made again from what was recorded about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocrprep.chain import FilterChain
from ocrprep.errors import OcrPrepError
from ocrprep.result.again import has_changed, steps_after

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocrprep.page import Page
    from ocrprep.result import PageFailure, RecognitionResult


@dataclass
class Opened:
    """The untouched page of several results.

    Args:
        page: None where it cannot be had.
        note: why not, for the reader of the report.
    """

    page: Page | None = None
    note: str = ""


def opened(items: Sequence[RecognitionResult | PageFailure]) -> Opened:
    """The page that all these were read from, as it was before it was prepared."""
    origins = [(item, origin) for item in items if (origin := getattr(item, "origin", None)) is not None]
    if not origins:
        return Opened(None, "The pictures of this page are not at hand: its result was made by hand, or pickled.")
    item, origin = origins[0]
    try:
        page = origin.load()
    except OcrPrepError as error:
        return Opened(None, f"The page cannot be opened again for its pictures: {error}")
    if has_changed(item.source, page):
        return Opened(None, "The file has changed since it was read; its pictures would be those of another page.")
    return Opened(page)


@dataclass
class Replay:
    """What was drawn while the steps of a result were taken again.

    Args:
        pictures: keys for the declared steps, in order.
        note: why there are fewer pictures than steps, or why they may differ; empty where all went well.
    """

    pictures: list[int] = field(default_factory=list)
    note: str = ""


def replayed(first: Page, result: RecognitionResult, draw: Callable[[Page], int]) -> Replay:
    """Take the declared steps of a result again, one page in memory at a time.

    Args:
        first: the page before them; what was done to it already is not done again, and has no picture.
        result: what was read.
        draw: keeps the picture of a page and gives it a key.
    """
    made = Replay([draw(first)] * sum(not step.implicit for step in first.steps))
    try:
        last = FilterChain.from_steps(steps_after(result, first))(
            first, watch=lambda *seen: made.pictures.append(draw(seen[2]))
        )
    except OcrPrepError as error:
        made.note = f"The steps could not all be taken again: {error}"
        return made
    if (last.width, last.height) != (result.width, result.height):
        made.note = (
            f"Taken again, the steps give a page of {last.width} × {last.height} pixels; {result.width} × "
            f"{result.height} were read. The pictures may differ from what the engine saw."
        )
    return made
