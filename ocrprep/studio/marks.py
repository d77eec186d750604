"""What is drawn over a picture: the words that were read, and the area that is being drawn."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ocrprep import geometry
from ocrprep.geometry import Rectangle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocrprep.geometry import Points
    from ocrprep.result import Word
    from ocrprep.studio.previews import Picture

_SURE, _DOUBTFUL = 85.0, 60.0


def word_marks(words: Iterable[Word], picture: Picture) -> str:
    """SVG of the words' outlines in the picture's own pixels, coloured by confidence, each with its text as a title.

    The words may have been read after other steps than the picture shows: they are placed by way of the source.
    """
    page = picture.page
    scale = geometry.scaling(picture.width / page.width, picture.height / page.height)
    to_picture = scale @ geometry.invert(page.to_source)
    parts = []
    for word in words:
        corners = geometry.apply(to_picture, _points(word))
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        title = escape(f"{word.text} · {word.confidence:.0f}")
        parts.append(
            f'<polygon points="{points}" class="word {_level(word.confidence)}"><title>{title}</title></polygon>'
        )
    return "".join(parts)


def _points(word: Word) -> Points:
    import numpy as np  # noqa: PLC0415

    return np.array(word.source_quad, dtype=np.float64)


def _level(confidence: float) -> str:
    return "sure" if confidence >= _SURE else "fair" if confidence >= _DOUBTFUL else "doubtful"


def area_mark(area: Rectangle, picture: Picture, page_width: int) -> str:
    """SVG of an area of the page that reaches the filter, drawn on a picture of that page.

    Args:
        area: in pixels of the full-size page.
        picture: of that page.
        page_width: of the full-size page.
    """
    ratio = picture.width / page_width
    x, y, width, height = (value * ratio for value in area)
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="area"/>'


def drawn_area(
    start: tuple[float, float], end: tuple[float, float], ratio: float, size: tuple[int, int]
) -> Rectangle | None:
    """The area between two points of a picture, in pixels of the full-size page.

    Args:
        start: (x, y) on the picture.
        end: likewise.
        ratio: full-size pixels in one pixel of the picture.
        size: (width, height) of the full-size page; what sticks out is cut off.

    Returns:
        None where there is less than a pixel between the points.
    """
    left, right = sorted(max(0, min(size[0], round(x * ratio))) for x in (start[0], end[0]))
    top, bottom = sorted(max(0, min(size[1], round(y * ratio))) for y in (start[1], end[1]))
    return Rectangle(left, top, right - left, bottom - top) if right > left and bottom > top else None
