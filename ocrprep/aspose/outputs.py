"""What Aspose's analyses of a page give back; all places are pixels of the source image."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from ocrprep.geometry import Rectangle


class DefectType(enum.Flag):
    """Faults that can be looked for, alone or joined by ``|``."""

    SALT_PEPPER_NOISE = enum.auto()
    LOW_CONTRAST = enum.auto()
    BLUR = enum.auto()
    GLARE = enum.auto()
    ALL = SALT_PEPPER_NOISE | LOW_CONTRAST | BLUR | GLARE


@dataclass(frozen=True, slots=True)
class SkewOutput:
    """How a page is skewed.

    Args:
        source: the page's file.
        page: 0-based place in it.
        angle: degrees by which the page has to be turned counter-clockwise to be straight.
        confidence: 0 (no line of text in sight) to 1.
    """

    source: str
    page: int
    angle: float
    confidence: float


@dataclass(frozen=True, slots=True)
class RectangleOutput:
    """Where text is on a page.

    Args:
        source: the page's file.
        page: 0-based place in it.
        rectangles: upright, on the source image, in reading order.
    """

    source: str
    page: int
    rectangles: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class DefectAreas:
    """Where a page has one kind of fault.

    Args:
        defect_type: which.
        rectangles: upright, on the source image.
    """

    defect_type: DefectType
    rectangles: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class DefectOutput:
    """The faults of a page.

    Args:
        source: the page's file.
        page: 0-based place in it.
        defect_areas: one for each kind that was found.
    """

    source: str
    page: int
    defect_areas: tuple[DefectAreas, ...] = field(default=())
