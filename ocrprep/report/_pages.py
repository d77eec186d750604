"""One page of a report: its pictures put aside, everything else as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ocrprep import geometry
from ocrprep.analysis.facts import facts_of
from ocrprep.report._pictures import picture_of
from ocrprep.report._replay import opened, replayed
from ocrprep.report._told import facts_rows, failure_told, result_told, steps_of
from ocrprep.result import PageFailure, RecognitionResult

if TYPE_CHECKING:
    from ocrprep.page import Page
    from ocrprep.report._spool import Spool

_THUMB = 200
"""Pixels of the longer side of a picture in a list."""


def page_told(
    number: int,
    items: Mapping[str, RecognitionResult | PageFailure],
    truth: str | None,
    spool: Spool,
    longest: int,
) -> dict[str, Any]:
    """A page as its own script shows it.

    Args:
        number: 1-based.
        items: what each variant made of it.
        truth: its text, where it is known.
        spool: keeps the pictures.
        longest: pixels of a picture's longer side.
    """
    found = opened(list(items.values()))
    first = found.page
    pictures: list[str] = []

    def draw(page: Page) -> int:
        name = spool.keep(picture_of(page, longest))
        if name not in pictures:
            pictures.append(name)
        return pictures.index(name)

    told: dict[str, Any] = {
        "number": number,
        "name": str(next(iter(items.values())).source),
        "note": found.note if any(isinstance(item, RecognitionResult) for item in items.values()) else "",
        "truth": truth,
        "pictures": pictures,
        "thumb": None if first is None else spool.keep(picture_of(first, _THUMB)),
        "original": None if first is None else draw(first),
        "size": _size(first, items),
        "facts": None if first is None else facts_rows(facts_of(first)),
    }
    told["variants"] = {name: _variant(item, first, told["original"], draw) for name, item in items.items()}
    return told


def _variant(
    item: RecognitionResult | PageFailure, first: Page | None, original: int | None, draw: Callable[[Page], int]
) -> dict[str, Any]:
    """What one variant made of the page; its own picture is the last one, where all steps could be taken again."""
    if isinstance(item, PageFailure):
        return failure_told(item)
    if first is None:
        told = result_told(item, geometry.identity())
        return {**told, "steps": steps_of(item.steps, []), "picture": None, "note": ""}
    replay = replayed(first, item, draw)
    drawn = [original, *replay.pictures]
    whole = len(replay.pictures) == sum(not step.implicit for step in item.steps)
    return {
        **result_told(item, geometry.invert(first.to_source)),
        "steps": steps_of(item.steps, replay.pictures),
        "picture": drawn[-1] if whole else None,
        "note": replay.note,
    }


def _size(first: Page | None, items: Mapping[str, RecognitionResult | PageFailure]) -> tuple[float, float]:
    """Of the page that words are shown on, in pixels of the source."""
    if first is not None:
        return first.width, first.height
    sizes = [(item.source.width, item.source.height) for item in items.values()]
    known = next((size for size in sizes if all(size)), None)
    if known is not None:
        return known
    corners = [
        corner
        for item in items.values()
        if isinstance(item, RecognitionResult)
        for word in item.words
        for corner in word.source_quad
    ]
    return max((x for x, _ in corners), default=1.0), max((y for _, y in corners), default=1.0)
