"""In which coordinates a result is told: the source's pixels, the read page's, or points of a printed page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from ocrprep.geometry import Box
from ocrprep.result.words import Quad, around, as_quad

if TYPE_CHECKING:
    from ocrprep.page import Dpi, Source

Space: TypeAlias = Literal["source", "page", "points"]
"""``source``: pixels of the source image as decoded. ``page``: pixels of the page that was read. ``points``: 1/72 inch
on the source image. In all of them x runs right and y down from the upper left corner."""

ASSUMED_DPI = 300.0
"""Where nothing is known about a source's resolution and a size on paper is needed."""
_POINTS_PER_INCH = 72.0


class Placed(Protocol):
    """Whatever has a place on a page: a line, a word, a character, a region."""

    @property
    def box(self) -> Box:
        """On the page that was read."""
        ...

    @property
    def source_quad(self) -> Quad:
        """On the source image."""
        ...


class Measured(Protocol):
    """What a frame needs to know of a result."""

    @property
    def source(self) -> Source:
        """With its size."""
        ...

    @property
    def width(self) -> int:
        """Of the page that was read."""
        ...

    @property
    def height(self) -> int:
        """Of the page that was read."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """A coordinate system, and how large the page is in it.

    Args:
        space: which.
        width: of the raster in its unit.
        height: likewise.
        scale: (x, y) units of this frame per pixel of the source; (1, 1) but for points.
        dpi: (x, y) pixels per inch of the source; assumed where it was not known.
        dpi_known: whether the source told its resolution.
    """

    space: Space
    width: float
    height: float
    scale: tuple[float, float] = (1.0, 1.0)
    dpi: Dpi = (ASSUMED_DPI, ASSUMED_DPI)
    dpi_known: bool = False

    @property
    def unit(self) -> str:
        """``pixel`` or ``point``."""
        return "point" if self.space == "points" else "pixel"

    def quad(self, item: Placed) -> Quad:
        """The four corners of a thing: top left, top right, bottom right, bottom left as its text runs."""
        if self.space == "page":
            return as_quad(item.box.corners())
        sx, sy = self.scale
        first, second, third, fourth = ((x * sx, y * sy) for x, y in item.source_quad)
        return first, second, third, fourth

    def box(self, item: Placed) -> Box:
        """The upright box around a thing."""
        return around(self.quad(item))


def frame_of(result: Measured, space: Space = "source", *, dpi: float | Dpi | None = None) -> Frame:
    """The frame of a page.

    Args:
        result: of the page; one without a source size is taken to be its own source.
        space: which coordinates.
        dpi: pixels per inch of a source that does not tell its own; None is :data:`ASSUMED_DPI`.
    """
    source = result.source
    assumed = ASSUMED_DPI if dpi is None else dpi
    known = source.dpi or (assumed if isinstance(assumed, tuple) else (assumed, assumed))
    width, height = (source.width, source.height) if source.width and source.height else (result.width, result.height)
    if space == "page":
        return Frame(space, result.width, result.height, dpi=known, dpi_known=source.dpi is not None)
    sx, sy = (_POINTS_PER_INCH / known[0], _POINTS_PER_INCH / known[1]) if space == "points" else (1.0, 1.0)
    return Frame(space, width * sx, height * sy, (sx, sy), known, source.dpi is not None)
