"""The paper of a page, for word processors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.outputs.documents.sheet import Sheet

_LARGEST, _SMALLEST = 1584.0, 72.0
"""Points: what word processors take at most (22 inches), and what can still hold a line."""
_MARGIN = 72.0


@dataclass(frozen=True, slots=True)
class Paper:
    """Size and margin in points."""

    width: float
    height: float
    margin: float


def paper_of(sheet: Sheet) -> Paper:
    """The size of the source on paper, made smaller in both directions where it is larger than paper can be.

    The text flows: it does not stand where it stands on the source, and may need more than one page.
    """
    width, height = sheet.paper.width, sheet.paper.height
    shrunk = min(1.0, _LARGEST / max(width, height, 1.0))
    width, height = (max(_SMALLEST, value * shrunk) for value in (width, height))
    return Paper(width, height, min(_MARGIN, min(width, height) / 8))
