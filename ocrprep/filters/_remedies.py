"""What the automatic choice may do to a page: short chains made from what the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep.analysis._glyphs import Glyphs, distances, ends, glyphs
from ocrprep.analysis.evenness import background_evenness
from ocrprep.analysis.page_outline import page_outline
from ocrprep.analysis.polarity import as_small_as_told, polarity_map
from ocrprep.analysis.ruled_lines import rules_of
from ocrprep.analysis.skew import skew_of_ends
from ocrprep.analysis.text_height import text_height_of
from ocrprep.filters.auto_orientation import AutoOrientation
from ocrprep.filters.auto_pad import AutoPad
from ocrprep.filters.crop_to_content import CropToContent
from ocrprep.filters.deskew import Deskew
from ocrprep.filters.find_page import FindPage
from ocrprep.filters.gamma import Gamma
from ocrprep.filters.gaussian_blur import GaussianBlur
from ocrprep.filters.normalize_background import NormalizeBackground
from ocrprep.filters.normalize_polarity import NormalizePolarity
from ocrprep.filters.otsu import Otsu
from ocrprep.filters.remove_lines import RemoveLines
from ocrprep.filters.scale import Scale
from ocrprep.filters.set_resolution import SetResolution
from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    from ocrprep.filters.base import Filter
    from ocrprep.page import Page, Pixels

DARK_ON_LIGHT: Filter = NormalizePolarity()
MARGIN: Filter = AutoPad()
CUT_OUT = FindPage()

STEEP, _SURELY = 4.5, 0.5
"""Degrees from which on engines take a line for several, and the confidence of the measurement that is asked for. Less
skew is read as well as none."""

STRAIGHT: Filter = Deskew(dead_zone=STEEP, min_confidence=_SURELY)
UPRIGHT: Filter = AutoOrientation()

SMALL, ENLARGED = 12.0, 20.0
"""x-heights: type below the first is enlarged to the second."""

LARGE, REDUCED = 48.0, 30.0
"""x-heights: type above the first is reduced to the second."""

_RULED = 0.01
"""Share of a page of small type that lies on ruled lines, from which on they are taken out; letters of that size touch
them. From larger type Tesseract tells lines by itself."""

_DARKER, _SMALL_DARKER = 0.35, 0.7
"""Gamma: thin and faint strokes gain the weight that they lost in print or scan. Small type is darkened less, as
enlarging has blurred its counters."""

_SMOOTH, _SMALL_SMOOTH = 0.6, 0.8
"""Sigma in pixels: grain that the gamma has raised, and jags of the enlarging."""

_CREDIBLE = 150.0
"""Dots per inch: below that no type is as large as what is not small."""

_UNEVEN = 0.6
_MAX_SKEW = 15.0
_MOST = 4.0
"""Times that a page is enlarged at most."""

_CELLS, _RIM, _GROUND = 160, 40, 0.93
"""Squares along the longer side in which dark areas and a ground are looked for, and how bright a ground is at
most, in parts of the paper."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of its needs.

    Args:
        x_height: of its type, in pixels; None where no text is found.
        light_on_dark: share of it, 0–1.
        rules: share of it on ruled lines, 0–1; measured where the type is small.
        crowded: something as large as a letter is near the frame.
        skew: degrees by which its lines run downhill; 0 where that is uncertain.
    """

    x_height: float | None
    light_on_dark: float
    rules: float
    crowded: bool
    skew: float = 0.0

    @property
    def steep(self) -> bool:
        """Whether its lines climb or fall too much for an engine."""
        return abs(self.skew) >= STEEP

    @property
    def small(self) -> bool:
        """Whether its type is smaller than engines read well."""
        return self.x_height is not None and self.x_height < SMALL

    def facts(self) -> dict[str, Any]:
        """For a step; JSON-ready."""
        height = None if self.x_height is None else round(float(self.x_height), 2)
        told = {"x_height": height, "light_on_dark": round(self.light_on_dark, 4), "rules": round(self.rules, 4)}
        return {**told, "skew": round(self.skew, 2)} if self.steep else told


def look(page: Page) -> Shown:
    """Measure what the remedies depend on."""
    gray = convert_pixels(page.pixels, PixelMode.GRAY)
    found = glyphs(gray)
    tilt = skew_of_ends(ends(found), _MAX_SKEW)
    height = text_height_of(gray, found, tilt)
    x_height = None if height is None else float(height.x_height)
    light = polarity_map(as_small_as_told(gray, x_height)).share if _has_dark_areas(gray, x_height) else 0.0
    small = x_height is not None and x_height < SMALL
    rules = rules_of(found, tilt.angle).share if small else 0.0
    return Shown(x_height, light, rules, _crowded(found, x_height), tilt.angle if tilt.confidence >= _SURELY else 0.0)


def framed(page: Page) -> bool:
    """Whether it is a photograph of a page that lies on something."""
    if page.mode is PixelMode.BINARY or not _has_ground(convert_pixels(page.pixels, PixelMode.GRAY)):
        return False
    return page_outline(page.pixels).confidence >= CUT_OUT.min_confidence


def uneven(page: Page) -> bool:
    """Whether its light is very uneven."""
    return background_evenness(convert_pixels(page.pixels, PixelMode.GRAY)).evenness < _UNEVEN


def cleared(shown: Shown) -> tuple[Filter, ...]:
    """The chain that helps most: no empty rim, even light, no rules, a size that is read well, strokes of full weight.

    Args:
        shown: by the page.
    """
    return (
        *trimmed(shown),
        NormalizeBackground(),
        *unruled(shown),
        *sized(shown),
        darkened(shown),
        smoothed(shown),
        SetResolution(),
    )


def cut_at_a_level(shown: Shown) -> tuple[Filter, ...]:
    """For a shadow with a sharp edge: evened light leaves a streak there, which is lighter than ink all the same.

    Args:
        shown: by the page.
    """
    return (*trimmed(shown), NormalizeBackground(), *sized(shown), Otsu(), SetResolution())


def tuned(page: Page, shown: Shown) -> tuple[Filter, ...]:
    """What a page needs whose pixels are good: a resolution, where it has none or one that its type contradicts."""
    if shown.x_height is None or shown.small or page.mode is PixelMode.BINARY:
        return ()
    told = page.dpi
    return () if told is not None and min(told) >= _CREDIBLE else (SetResolution(),)


def trimmed(shown: Shown) -> tuple[Filter, ...]:
    """A margin where letters touch the frame, and no empty rim."""
    return (*((MARGIN,) if shown.crowded else ()), CropToContent())


def unruled(shown: Shown) -> tuple[Filter, ...]:
    """No ruled lines through small type."""
    return (RemoveLines(),) if shown.small and shown.rules >= _RULED else ()


def darkened(shown: Shown) -> Filter:
    """Strokes of full weight."""
    return Gamma(_SMALL_DARKER if shown.small else _DARKER)


def smoothed(shown: Shown) -> Filter:
    """No grain and no jags."""
    return GaussianBlur(_SMALL_SMOOTH if shown.small else _SMOOTH)


def sized(shown: Shown) -> tuple[Filter, ...]:
    """A size in which type is read well, if it is not in one."""
    height = shown.x_height
    if height is None or SMALL <= height <= LARGE:
        return ()
    wanted = ENLARGED if height < SMALL else REDUCED
    return (Scale(round(min(_MOST, wanted / height), 2)),)


def _has_dark_areas(gray: Pixels, x_height: float | None) -> bool:
    """Whether three squares side by side are darker than type makes them: a cheap question before a dear one."""
    cells = _cells(gray, _CELLS if x_height is None else min(_CELLS, max(gray.shape) / (1.5 * x_height)))
    paper, dark = float(np.percentile(cells, 90)), float(gray[::4, ::4].min())
    filled = (cells < 0.45 * paper + 0.55 * dark).astype(np.uint8)
    return bool(cv2.erode(filled, np.ones((1, 3), np.uint8)).any())


def _has_ground(gray: Pixels) -> bool:
    """Whether the rim is darker than the page on all four sides."""
    cells = _cells(gray, _RIM)
    paper = float(np.percentile(cells, 90))
    return all(float(np.median(rim)) < _GROUND * paper for rim in (cells[0], cells[-1], cells[:, 0], cells[:, -1]))


def _cells(gray: Pixels, along: float) -> Pixels:
    height, width = gray.shape
    side = max(1.0, max(height, width) / along)
    size = max(1, round(width / side)), max(1, round(height / side))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def _crowded(found: Glyphs, x_height: float | None) -> bool:
    if x_height is None or not len(found.boxes):
        return False
    across, down = found.factor
    away = distances(found.boxes, found.darkness) * np.array([[across], [down], [across], [down]])
    return bool((away.min(axis=0)[found.boxes[:, 3] * down >= 0.5 * x_height] < x_height).any())
