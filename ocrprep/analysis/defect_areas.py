"""Which parts of a page are noisy, faint, blurred or blown out."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._cell_grid import ACROSS, Flags, Grid, covered, highest_in_windows, in_windows, shared
from ocrprep.analysis._defects import BLUR, LOW_CONTRAST, SOFT
from ocrprep.analysis._sheet import Sheet, ink, sheet
from ocrprep.analysis.contrast import contrast_of
from ocrprep.analysis.glare import blown_of
from ocrprep.analysis.noise import isolated, noise_sigma
from ocrprep.analysis.polarity import as_small_as_told, polarity_map
from ocrprep.analysis.stroke_width import stroke_width_of
from ocrprep.analysis.text_height import text_height, text_height_of
from ocrprep.geometry import Rectangle
from ocrprep.page import PixelMode, Pixels, convert_pixels

_MOSTLY = 0.5
_SMALLEST = 64
"""Pixels of the shorter side under which a page has no parts."""

_LEAST = 6
"""Windows of an area: they move by a quarter of their side, so that one fault lies in several."""

_SPECKS = 0.0025
"""Share of single pixels in a window: ten in one of 64 pixels a side."""

_NOISE_CELL = 16
"""Pixels of a cell's side, at least: specks are single pixels on small pages too."""

_SPECKLED, _SCATTERED = 0.35, 0.5
"""Share of a window's sixteen cells that must hold specks, or faint ink: dotted lines, stops and rules lie in rows."""

_EDGES = 12
"""Fewer edges of type in a window would say more about chance than about it."""

_WIDE = 0.6
"""Share of the edges of a window that are too wide: more than half, as what is sharp and what is not share windows."""

_BALANCED = 0.4
"""Of a stroke's two edges one rises and one falls: rarer over more frequent ones. Shadows and borders have one."""

_REACHES = (8, 24)
"""Pixels on either side that an edge is followed, at least and at most."""

_RAMP = 0.8
"""Of the span that was looked at: what still rises there is no edge but a slope."""

_INKED = (0.01, 0.5)
"""Share of a window that thin, dark structure takes: under it there is no type, above it is a texture."""

_ABOVE_GRAIN = 6.0
"""Standard deviations of the grain by which faint type stands out from paper."""

_FAINTEST = 12.0
"""Gray levels; what is fainter is no ink."""

_LARGE = 6
"""Cells of a blurred area's shorter side, at least: smaller ones are where a picture shades off."""

_STROKES = 1.5
"""The x-height of the boldest type in strokes: what measures less is texture that happens to stand in rows."""

_SMALLER = 0.5
"""Of the page's x-height: that of faint type, at least. What is smaller is grain that happens to stand in rows."""

_VISIBLE = 0.2
"""Of the page's contrast: what blur leaves of type at least, and more than paper's own blotches have."""

_Area: TypeAlias = tuple[Rectangle, float]


class DefectKind(str, enum.Enum):
    """What is wrong with a part of a page; Aspose's names."""

    SALT_PEPPER_NOISE = "SALT_PEPPER_NOISE"
    LOW_CONTRAST = "LOW_CONTRAST"
    BLUR = "BLUR"
    GLARE = "GLARE"


@dataclass(frozen=True, slots=True)
class Defect:
    """A part of a page that will be read badly, and why.

    Args:
        kind: what is wrong.
        area: around it, in pixels of the page.
        strength: 0–1. Of noise ``1 - bound / share of pixels hit``; of low contrast ``1 - contrast / bound``; of blur
            the share of edges that are too wide; each the mean over the area. Of glare the share of it that is white.
    """

    kind: DefectKind
    area: Rectangle
    strength: float


def defect_areas(pixels: Pixels) -> tuple[Defect, ...]:
    """Find the parts of a page that are noisy, faint, blurred or blown out.

    The measures are those of the whole page (``noise``, ``contrast``, ``blur``, ``glare``), taken in windows of a
    twenty-fourth of the page's longer side; windows past a bound that touch are one area. Only text is faint or
    blurred: pictures, shadows and empty paper are not, nor are smudges in which no line can be made out any more. A
    page that is so all over has one area around its text. Gray that is made of single black dots counts as noise.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark.

    Returns:
        The areas by kind, the largest of each first; none for a good page, and for one under 64 pixels a side.
    """
    gray = convert_pixels(pixels, PixelMode.GRAY)
    if min(gray.shape) < _SMALLEST:
        return ()
    gray = _dark_on_light(gray)
    page = sheet(gray)
    noisy, glaring = _noisy(gray, fine := Grid.of(gray, _NOISE_CELL)).areas(fine), _glaring(page)
    found = _named(DefectKind.SALT_PEPPER_NOISE, noisy) + _named(DefectKind.GLARE, glaring)
    seen, size = ink(page), text_height_of(gray, page.found)
    stroke = None if seen is None else stroke_width_of(seen.mask)
    if stroke is None or size is None or size.x_height < _STROKES * stroke:
        return tuple(found)
    grid = Grid.of(gray)
    least = max(_FAINTEST, _VISIBLE * contrast_of(page, seen).difference)
    bound = max(SOFT, BLUR * size.x_height)
    pale = [
        item for item, x_height in _pale(gray, grid, stroke).texts(gray, grid) if x_height >= _SMALLER * size.x_height
    ]
    # Blur changes the x-height; it also makes type pale, of which a line may be left that it has cut to pieces itself.
    soft = [
        (area, strength)
        for (area, strength), x_height in _soft(gray, grid, stroke, bound, least).texts(gray, grid)
        if (x_height or _lie_in(pale, [area])) and min(area.width, area.height) >= _LARGE * grid.side
    ]
    pale = [item for item in pale if not _lie_in([item], [area for area, _ in [*soft, *glaring]])]
    return (*found, *_named(DefectKind.LOW_CONTRAST, pale), *_named(DefectKind.BLUR, soft))


def _lie_in(areas: Sequence[_Area], others: Sequence[Rectangle]) -> bool:
    """Whether half of one of the areas lies in one of the others."""
    return any(2 * shared(area, other) >= area.width * area.height for area, _ in areas for other in others)


def _named(kind: DefectKind, areas: Sequence[_Area]) -> list[Defect]:
    return [Defect(kind, area, round(strength, 4)) for area, strength in areas]


def _dark_on_light(gray: Pixels) -> Pixels:
    turned = polarity_map(as_small_as_told(gray, None)).share > _MOSTLY
    return np.asarray(cv2.bitwise_not(gray), np.uint8) if turned else gray


@dataclass(frozen=True, slots=True)
class _Windows:
    """Windows past a bound, and how bad each is.

    Args:
        past: which.
        strength: 0–1, of each.
        whole: whether all of a window shows the fault, or only its middle for sure.
    """

    past: Flags
    strength: npt.NDArray[np.floating[Any]]
    whole: bool

    def areas(self, grid: Grid) -> list[_Area]:
        """Around those that touch, with their mean strength."""
        return [(area, self._mean(inside)) for area, inside in grid.areas(self.past, _LEAST, whole=self.whole)]

    def texts(self, gray: Pixels, grid: Grid) -> list[tuple[_Area, float]]:
        """The same, with the x-height of the text in these windows, not in others that lie between them; 0 for none."""
        found = []
        for area, inside in grid.areas(self.past, _LEAST, whole=self.whole):
            part = gray[area.slices]
            taken = grid.spread(covered(inside, whole=self.whole))[area.slices]
            size = text_height(np.where(taken, part, np.uint8(np.median(part[taken]))))
            found.append(((area, self._mean(inside)), 0.0 if size is None else size.x_height))
        return found

    def _mean(self, inside: Flags) -> float:
        return float(self.strength[inside].mean())


def _noisy(gray: Pixels, grid: Grid) -> _Windows:
    pepper, salt = isolated(gray)
    hit = grid.sums(np.asarray(cv2.bitwise_or(pepper, salt), np.uint8))
    share, cells = in_windows(hit) / grid.window, in_windows(hit > 0) / ACROSS**2
    past = (share >= _SPECKS) & (cells >= _SPECKLED)
    return _Windows(past, 1.0 - _SPECKS / np.maximum(share, _SPECKS), whole=False)


def _glaring(page: Sheet) -> list[_Area]:
    x_factor, y_factor = page.found.factor
    found = []
    for spot in sorted(blown_of(page), key=lambda spot: -spot.width * spot.height):
        left, top = round(spot.left * x_factor), round(spot.top * y_factor)
        right, bottom = round((spot.left + spot.width) * x_factor), round((spot.top + spot.height) * y_factor)
        found.append((Rectangle(left, top, right - left, bottom - top), spot.area / (spot.width * spot.height)))
    return found


def _soft(gray: Pixels, grid: Grid, stroke: float, bound: float, least: float) -> _Windows:
    """Where most edges are wider than a bound, along the rows or down the columns."""
    least, most = _REACHES
    reach = int(np.clip(round(3.0 * stroke) + 2, least, most))
    turned = Grid(grid.width, grid.height, grid.side)
    across = _wide(gray, grid, reach, bound, least)
    down = _wide(np.ascontiguousarray(gray.T), turned, reach, bound, least)
    share = np.maximum(across, down.T)
    return _Windows(share >= _WIDE, share, whole=False)


def _wide(gray: Pixels, grid: Grid, reach: int, bound: float, least: float) -> npt.NDArray[np.floating[Any]]:
    """(rows, columns) of windows: the share of edges along the rows that are wider; 0 where there are too few."""
    after = np.hstack([gray[:, 1:], gray[:, -1:]])
    rise, fall = np.asarray(cv2.subtract(after, gray), np.uint8), np.asarray(cv2.subtract(gray, after), np.uint8)
    step = np.asarray(cv2.max(rise, fall), np.uint8)
    span = np.ones((1, 2 * reach + 1), np.uint8)
    contrast = np.asarray(cv2.subtract(cv2.dilate(gray, span), cv2.erode(gray, span)), np.uint8)
    usual = cv2.dilate(grid.highest(contrast), np.ones((3, 3), np.uint8))
    enough = grid.spread(np.maximum(least, 0.5 * np.asarray(usual)).astype(np.uint8))
    # Of all steps that share a contrast only the steepest is its edge.
    edges = cv2.bitwise_and(
        cv2.compare(step, cv2.dilate(step, span), cv2.CMP_EQ), cv2.compare(contrast, enough, cv2.CMP_GE)
    )
    ramp, limit = cv2.convertScaleAbs(step, alpha=_RAMP * span.size), cv2.convertScaleAbs(step, alpha=bound)
    edges = cv2.bitwise_and(edges, cv2.compare(contrast, ramp, cv2.CMP_LE))
    wide = cv2.bitwise_and(edges, cv2.compare(contrast, limit, cv2.CMP_GT))
    rising, falling = (
        in_windows(grid.sums(np.asarray(cv2.bitwise_and(wide, _over(part, 0)), np.uint8))) for part in (rise, fall)
    )
    many = in_windows(grid.sums(np.asarray(edges, np.uint8)))
    told = (many >= _EDGES) & (np.minimum(rising, falling) >= _BALANCED * np.maximum(rising, falling))
    return np.where(told, (rising + falling) / np.maximum(many, 1.0), 0.0)


def _pale(gray: Pixels, grid: Grid, stroke: float) -> _Windows:
    """Where thin, dark structure does not stand out from the paper beside it by the bound."""
    side = 2 * round(1.5 * stroke) + 3
    paper = np.asarray(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), np.uint8)
    depth = np.asarray(cv2.subtract(paper, gray), np.uint8)
    least = max(_FAINTEST, _ABOVE_GRAIN * noise_sigma(gray))
    inked = grid.sums(_over(depth, least))
    # In a shadow ink is as much darker than paper in proportion as in the light.
    deepest = highest_in_windows(grid.highest(np.asarray(cv2.divide(depth, paper, scale=255), np.uint8)))
    share, cells = in_windows(inked) / grid.window, in_windows(inked > 0) / ACROSS**2
    low, high = _INKED
    past = (share >= low) & (share <= high) & (cells >= _SCATTERED) & (deepest < LOW_CONTRAST)
    return _Windows(past, 1.0 - deepest / LOW_CONTRAST, whole=True)


def _over(values: Pixels, level: float) -> Pixels:
    """255 where a value is above a level, else 0."""
    return np.asarray(cv2.threshold(values, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
