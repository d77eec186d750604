"""All facts about a page at once, and what is wrong with it in plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep.analysis._defects import defects_of
from ocrprep.analysis._glyphs import ends
from ocrprep.analysis._sheet import Sheet, ink, sheet
from ocrprep.analysis.blankness import is_blank
from ocrprep.analysis.blur import blur_of
from ocrprep.analysis.contrast import contrast_of
from ocrprep.analysis.evenness import evenness_of
from ocrprep.analysis.glare import glare_of
from ocrprep.analysis.ink_coverage import coverage_of
from ocrprep.analysis.noise import noise_sigma, salt_pepper
from ocrprep.analysis.orientation import orientation_of
from ocrprep.analysis.polarity import as_small_as_told, polarity_map
from ocrprep.analysis.ruled_lines import rules_of
from ocrprep.analysis.skew import Skew, skew_of_ends
from ocrprep.analysis.stroke_width import stroke_width
from ocrprep.analysis.surroundings import surroundings_of
from ocrprep.analysis.text_height import TextHeight, text_height_of
from ocrprep.decode import open_image
from ocrprep.geometry import Rectangle
from ocrprep.page import Dpi, Page, PixelMode, Pixels, convert_pixels, is_black_and_white
from ocrprep.threads import together

if TYPE_CHECKING:
    import numpy.typing as npt

_MAX_SKEW = 15.0
_MOSTLY = 0.5
# Resolution over x-height: type of 10 points whose x is 0.48 of its size has an x-height of a fifteenth of an inch.
_DPI_OF_TYPE = 15.0
# The x-height of the boldest type in strokes: what measures less is texture that happens to stand in rows.
_STROKES = 1.5


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What was measured on one page; docs/facts.md explains each fact.

    Lengths are pixels of the page, gray levels 0–255, shares 0–1, angles degrees counter-clockwise. None stands where
    the page has nothing to measure. On a page of light type on dark, paper is the dark ground and ink the light type.

    Args:
        width: of the page.
        height: likewise.
        mode: of the pixels.
        dpi: (x, y) as the file says, or None.
        x_height: of the body text.
        cap_height: of the body text.
        type_dpi: resolution at which the body text would be of 10 points.
        stroke_width: the median over the strokes.
        skew: the turn that makes lines level, positive when they run downhill; looked for up to 15 degrees.
        skew_confidence: 0–1.
        orientation: 0, 90, 180 or 270, the turn that makes text stand upright, by the shape of lines and letters.
        orientation_confidence: 0–1; type in capitals or digits alone does not show which way up it is.
        light_on_dark: share of the page.
        light_on_dark_regions: around these parts, largest first.
        evenness: darkest over lightest paper under the type.
        darkest_paper: gray level.
        lightest_paper: gray level.
        paper: usual gray level of the paper.
        ink: gray level of the ink.
        noise_sigma: standard deviation of the grain, in gray levels.
        salt_pepper: share of single pixels that stand out from all around them.
        edge_width: from ink to paper, of the blurrier direction.
        edge_width_across: of upright strokes.
        edge_width_down: of level strokes.
        blur: edge width over stroke width.
        sharpness: 1 over the edge width.
        glare: share that is blown out.
        horizontal_rules: number.
        vertical_rules: number.
        rules: share of the pixels that lie on ruled lines.
        ink_coverage: share that is ink.
        dark_borders: share that dark edges and a dark table around the page take.
        blank: whether nothing is on the page.
    """

    width: int
    height: int
    mode: PixelMode
    dpi: Dpi | None
    x_height: float | None
    cap_height: float | None
    type_dpi: float | None
    stroke_width: float | None
    skew: float
    skew_confidence: float
    orientation: int
    orientation_confidence: float
    light_on_dark: float
    light_on_dark_regions: tuple[Rectangle, ...]
    evenness: float
    darkest_paper: float
    lightest_paper: float
    paper: float
    ink: float | None
    noise_sigma: float
    salt_pepper: float
    edge_width: float | None
    edge_width_across: float | None
    edge_width_down: float | None
    blur: float | None
    sharpness: float | None
    glare: float
    horizontal_rules: int
    vertical_rules: int
    rules: float
    ink_coverage: float
    dark_borders: float
    blank: bool

    @property
    def contrast(self) -> float:
        """Gray levels between paper and ink, 0–255; 0 without ink."""
        return 0.0 if self.ink is None else abs(self.paper - self.ink)

    @property
    def defects(self) -> tuple[str, ...]:
        """What is likely to hurt recognition, in plain words; empty for a good page. docs/facts.md has the bounds."""
        return defects_of(self)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings and lists, ready for JSON; floats have five digits."""
        plain = {name: _plain(value) for name, value in asdict(self).items()}
        return {**plain, "contrast": _plain(self.contrast), "defects": list(self.defects)}


def inspect_page(image: Any) -> PageFacts:
    """Measure a page: its type, its light, and its faults.

    Args:
        image: a :class:`Page`, a numpy array, a Pillow image, or an image file of one page as path, bytes or binary
            stream.

    Raises:
        InputError: it cannot be opened.
    """
    return facts_of(open_image(image)[0])


def facts_of(page: Page | Pixels) -> PageFacts:
    """Measure each fact once, sharing gray and reduced copies; about a quarter of a second for A4 at 300 dpi.

    Args:
        page: a page, or (H, W) or (H, W, 3) uint8 pixels.
    """
    pixels = page.pixels if isinstance(page, Page) else page
    gray = convert_pixels(pixels, PixelMode.GRAY)
    dark = sheet(gray)
    tilt = skew_of_ends(ends(dark.found), _MAX_SKEW)
    size, stroke = text_height_of(gray, dark.found, tilt), stroke_width(gray)
    if size and stroke and size.x_height < _STROKES * stroke:
        size = None
    blank = size is None and is_blank(pixels)
    lies = orientation_of(gray, dark.found)
    polarity, facts = together(lambda: _polarity(gray, size), lambda: _of_ink(dark, tilt, blank=blank))
    if polarity["light_on_dark"] > _MOSTLY:
        negative = sheet(np.asarray(cv2.bitwise_not(gray), np.uint8))
        facts = _as_seen({**_of_ink(negative, tilt, blank=blank), **_of_ground(negative, None)})
    else:
        facts |= _of_ground(dark, _mask(dark, polarity["light_on_dark_regions"]))
    return PageFacts(
        width=pixels.shape[1],
        height=pixels.shape[0],
        mode=page.mode if isinstance(page, Page) else _mode(pixels),
        dpi=page.dpi if isinstance(page, Page) else None,
        x_height=size.x_height if size else None,
        cap_height=size.capital_height if size else None,
        type_dpi=_DPI_OF_TYPE * size.x_height if size else None,
        stroke_width=None if blank else stroke,
        skew=tilt.angle,
        skew_confidence=tilt.confidence,
        orientation=lies.angle,
        orientation_confidence=lies.confidence,
        noise_sigma=noise_sigma(gray),
        salt_pepper=salt_pepper(gray),
        blank=blank,
        **polarity,
        **facts,
    )


def _polarity(gray: Pixels, type_size: TextHeight | None) -> dict[str, Any]:
    """Where it is light on dark, on a copy that is no larger than the type needs."""
    small = as_small_as_told(gray, type_size.x_height if type_size else None)
    found = polarity_map(small)
    y_factor, x_factor = gray.shape[0] / small.shape[0], gray.shape[1] / small.shape[1]
    regions = tuple(_enlarged(region, x_factor, y_factor) for region in found.regions)
    return {"light_on_dark": found.share, "light_on_dark_regions": regions}


def _enlarged(region: Rectangle, x_factor: float, y_factor: float) -> Rectangle:
    left, top = round(region.x * x_factor), round(region.y * y_factor)
    right, bottom = round((region.x + region.width) * x_factor), round((region.y + region.height) * y_factor)
    return Rectangle(left, top, right - left, bottom - top)


def _mask(page: Sheet, regions: tuple[Rectangle, ...]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(page.small.shape, bool)
    x_factor, y_factor = page.found.factor
    for region in regions:
        part = _enlarged(region, 1.0 / x_factor, 1.0 / y_factor)
        mask[part.y : part.y + part.height, part.x : part.x + part.width] = True
    return mask


def _of_ink(page: Sheet, tilt: Skew, *, blank: bool) -> dict[str, Any]:
    seen = None if blank else ink(page)
    edges = None if seen is None else blur_of(seen)
    rules = rules_of(page.found, tilt.angle)
    shades = contrast_of(page, seen)
    return {
        "paper": shades.paper,
        "ink": shades.ink,
        "ink_coverage": 0.0 if seen is None else coverage_of(page, seen, surroundings_of(page)),
        "edge_width": edges and edges.edge_width,
        "edge_width_across": edges and edges.across,
        "edge_width_down": edges and edges.down,
        "blur": edges and edges.relative,
        "sharpness": edges and edges.sharpness,
        "horizontal_rules": rules.horizontal,
        "vertical_rules": rules.vertical,
        "rules": rules.share,
    }


def _of_ground(page: Sheet, ignore: npt.NDArray[np.bool_] | None) -> dict[str, Any]:
    light, around = evenness_of(page, ignore), surroundings_of(page, ignore)
    return {
        "evenness": light.evenness,
        "darkest_paper": light.darkest,
        "lightest_paper": light.lightest,
        "glare": glare_of(page),
        "dark_borders": float(np.count_nonzero(around)) / around.size,
    }


def _as_seen(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts about a negative, with the gray levels of the page itself."""
    levels = ("paper", "ink", "darkest_paper", "lightest_paper")
    turned = {name: None if facts[name] is None else 255.0 - facts[name] for name in levels}
    turned["darkest_paper"], turned["lightest_paper"] = turned["lightest_paper"], turned["darkest_paper"]
    return {**facts, **turned, "glare": 0.0, "dark_borders": 0.0}


def _mode(pixels: Pixels) -> PixelMode:
    if pixels.ndim == 3:
        return PixelMode.RGB
    return PixelMode.BINARY if is_black_and_white(pixels) else PixelMode.GRAY


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, PixelMode):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
