"""A page made small, and filters that do to the small page about what they do to the large one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep import geometry, pictures
from ocrprep.geometry import Rectangle
from ocrprep.page import PixelMode

if TYPE_CHECKING:
    from ocrprep.filters.base import Filter
    from ocrprep.page import Page

# How the descriptions of parameters name this unit; "percent of the pixels" and the like are not lengths.
_LENGTH = re.compile(r"^pixels\b|\b(?:in|odd|counter-clockwise in) pixels\b|, pixels\b|^new (?:width|height) in pixels")
_DENSITY = re.compile(r"^dots per inch\b")


def reduced(page: Page, longer_side: int) -> tuple[Page, float]:
    """The page with at most so many pixels along its longer side, and new size over old.

    A black-and-white page stays so: what is half ink becomes ink. The resolution and the way to the source shrink with
    the page. A page that is small enough is returned as it is.
    """
    ratio = longer_side / max(page.width, page.height)
    if ratio >= 1.0:
        return page, 1.0
    pixels = pictures.reduced(page.pixels, longer_side)
    height, width = pixels.shape[:2]
    if page.mode is PixelMode.BINARY:
        pixels = np.asarray(cv2.threshold(pixels, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)
    back = geometry.scaling(page.width / width, page.height / height)
    dpi = None if page.dpi is None else (page.dpi[0] * width / page.width, page.dpi[1] * height / page.height)
    small = replace(page, pixels=pixels, dpi=dpi, to_source=page.to_source @ back, unbinarized=None)
    return small, ratio


def scaled(item: Filter, ratio: float) -> Filter:
    """The filter for a page of another size: lengths in pixels change with it, all else stays.

    Which parameters are lengths is read from their descriptions, which name the unit. The result is for a preview only:
    it is not checked, and its ranges may be left.
    """
    changes: dict[str, Any] = {}
    for name, field in type(item).model_fields.items():
        value = getattr(item, name)
        if name == "area" and value is not None:
            changes[name] = _area(value, ratio)
        elif name == "corners":
            changes[name] = tuple((x * ratio, y * ratio) for x, y in value)
        elif _is_length(field.description or "", value):
            changes[name] = _length(value, ratio)
    return item.model_copy(update=changes) if changes and ratio != 1.0 else item


def _is_length(description: str, value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and bool(_LENGTH.search(description) or _DENSITY.search(description))


def _length(value: Any, ratio: float) -> Any:
    if isinstance(value, float):
        return value * ratio
    if value == 0:
        return 0
    least = 3 if value >= 3 else 1
    small = max(least, round(value * ratio)) if value > 0 else round(value * ratio)
    # Windows and elements have a middle.
    return small + 1 if value % 2 and not small % 2 else small


def _area(area: Rectangle, ratio: float) -> Rectangle:
    # Inwards, so that an area that touches the page's edge stays on it.
    left, top = round(area.x * ratio), round(area.y * ratio)
    right, bottom = int((area.x + area.width) * ratio + 1e-6), int((area.y + area.height) * ratio + 1e-6)
    return Rectangle(left, top, max(1, right - left), max(1, bottom - top))
