"""The small nouns of a filter: what it returns, what surrounds it, the part of the page that it changes."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import numpy.typing as npt
from pydantic import BeforeValidator, PlainSerializer

from ocrprep.geometry import Matrix, Rectangle
from ocrprep.page import Dpi, Page


class Found:
    """What :meth:`PixelFilter.apply` returns: the new pixels, and facts for the step (``Found(pixels, level=128)``).

    Facts are numbers, strings, booleans, None, or lists and dicts of them.
    """

    __slots__ = ("facts", "pixels")

    def __init__(self, pixels: npt.NDArray[Any], **facts: Any) -> None:
        self.pixels = pixels
        self.facts = facts


class Moved(Found):
    """What :meth:`GeometryFilter.run` returns: the new pixels, where they lay on the old page, and facts for the step.

    Args:
        pixels: the new page's.
        new_to_old: 3×3, a point of the new page → the old page, both in edge coordinates (see ``geometry``).
        dpi: (x, y) of the new page where the filter decides it; None: the old page's, as the map changes it.
    """

    __slots__ = ("dpi", "new_to_old")

    def __init__(self, pixels: npt.NDArray[Any], new_to_old: Matrix, dpi: Dpi | None = None, /, **facts: Any) -> None:
        super().__init__(pixels, **facts)
        self.new_to_old = new_to_old
        self.dpi = dpi


@dataclass(frozen=True, slots=True)
class Orientation:
    """How a page lies.

    Args:
        angle: 0, 90, 180 or 270: degrees to turn the page counter-clockwise so that its text stands upright.
        confidence: 0 (a guess) and up, in the unit of whoever measured it.
    """

    angle: int
    confidence: float


class Evidence(Protocol):
    """What an engine can tell about a page, handed down to the filters that ask: filters import no engine."""

    def orientation(self, page: Page) -> Orientation | None:
        """The engine's opinion, or None where it has none (too little text, no orientation data)."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the pixels that a filter is given.

    Args:
        dpi: the page's, (x, y), or None.
        evidence: an engine's opinions, or None.
    """

    dpi: Dpi | None = None
    evidence: Evidence | None = None


def _read_rectangle(value: Any) -> Any:
    if isinstance(value, Rectangle):
        value = tuple(value)
    if isinstance(value, (list, tuple)) and len(value) == 4:
        # As a mapping, so that each number is checked; numpy's whole numbers are whole numbers too.
        numbers = (operator.index(item) if hasattr(item, "__index__") else item for item in value)
        return dict(zip(("x", "y", "width", "height"), numbers, strict=True))
    return value


Area = Annotated[
    Rectangle,
    BeforeValidator(_read_rectangle),
    PlainSerializer(list, return_type=list[int]),
]
"""A :class:`Rectangle`, also written as the four numbers x, y, width, height."""
