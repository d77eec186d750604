"""The analyses of a page in Aspose's terms: places are on the source image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ocrprep.analysis.defect_areas import defect_areas
from ocrprep.analysis.skew import skew
from ocrprep.aspose.outputs import DefectAreas, DefectOutput, DefectType, RectangleOutput, SkewOutput
from ocrprep.geometry import Box, Rectangle
from ocrprep.page import PixelMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocrprep.page import Page, Source
    from ocrprep.result import Region

_LARGEST_SKEW = 45.0


def skew_of(page: Page) -> SkewOutput:
    """How a page is skewed."""
    found = skew(page.converted(PixelMode.GRAY).pixels, _LARGEST_SKEW)
    return SkewOutput(page.source.uri, page.source.page_index, found.angle, found.confidence)


def rectangles_of(regions: Iterable[Region], source: Source) -> RectangleOutput:
    """Regions as rectangles on their source."""
    rectangles = tuple(_whole(region.source_box) for region in regions)
    return RectangleOutput(source.uri, source.page_index, rectangles)


def defects_of(page: Page, wanted: DefectType) -> DefectOutput:
    """The faults of a page that are wanted."""
    places: dict[DefectType, list[Rectangle]] = {}
    for defect in defect_areas(page.converted(PixelMode.GRAY).pixels):
        kind = DefectType[defect.kind.name]
        if kind in wanted:
            area = defect.area
            box = Box(area.x, area.y, area.x + area.width, area.y + area.height)
            places.setdefault(kind, []).append(_whole(page.source_box(box)))
    areas = tuple(DefectAreas(kind, tuple(found)) for kind, found in places.items())
    return DefectOutput(page.source.uri, page.source.page_index, areas)


def _whole(box: Box) -> Rectangle:
    """The smallest rectangle of whole pixels around a box."""
    # A corner that a map brought back may miss its pixel by the last bits of a float.
    left, top = math.floor(box.left + 1e-6), math.floor(box.top + 1e-6)
    right, bottom = math.ceil(box.right - 1e-6), math.ceil(box.bottom - 1e-6)
    return Rectangle(left, top, max(1, right - left), max(1, bottom - top))
