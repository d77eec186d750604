"""One object taken out of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from ocrprep import geometry
from ocrprep.errors import ConfigError
from ocrprep.filters._paint import grown, painted
from ocrprep.page import Page, PixelMode, Pixels, Step

if TYPE_CHECKING:
    from ocrprep.objects.items import PageObject

_AROUND = 24
"""Pixels around the object from which the colour of its paper is taken."""

_EVEN = 6.0
"""Pixels over which the paper is evened out: of its grain nothing is left, of its light all."""

_RIM = 2
"""Pixels beside an object's ink that hold its soft edge."""


def cut(item: PageObject, margin: int, of: Literal["page", "mask"]) -> Page:
    """See :meth:`ocrprep.objects.PageObject.cut`."""
    if margin < 0:
        raise ConfigError(f"a margin of {margin} pixels is none", hint="0 cuts at the object's box")
    if of not in {"page", "mask"}:
        raise ConfigError(f"of is {of!r}", hint="it is 'page' or 'mask'")
    page, box = item.among.page, item.box
    told = {"object": item.index, "margin": margin, "of": of}
    mask = np.where(item.mask, 0, 255).astype(np.uint8)
    moved = replace(
        page,
        pixels=np.asarray(cv2.copyMakeBorder(mask, *(margin,) * 4, cv2.BORDER_CONSTANT, value=255), np.uint8),
        mode=PixelMode.BINARY,
        to_source=page.to_source @ geometry.translation(box.x - margin, box.y - margin),
        steps=(*page.steps, Step("find_objects", told, {"box": list(box)}, implicit=True)),
        unbinarized=None,
    )
    seen = page.gray() if of == "mask" else page
    if seen.mode is PixelMode.BINARY:
        return moved
    alone = replace(moved, pixels=_alone(seen.pixels, item, margin), mode=seen.mode)
    return replace(moved, unbinarized=alone) if of == "mask" else alone


def _alone(pixels: Pixels, item: PageObject, margin: int) -> Pixels:
    """The object's own pixels and their soft rim, and all else as the paper is there."""
    box, labels = item.box, item.among.labels
    height, width = labels.shape
    reach = max(margin, _AROUND)
    top, bottom = max(0, box.y - reach), min(height, box.y + box.height + reach)
    left, right = max(0, box.x - reach), min(width, box.x + box.width + reach)
    window = np.s_[top:bottom, left:right]
    own = np.where(labels[window] == item.index + 1, 255, 0).astype(np.uint8)
    ink = item.among.ink[window]
    others = np.asarray(cv2.subtract(ink, own), np.uint8)
    rim = np.asarray(cv2.subtract(grown(own, _RIM), grown(others, 1)), np.uint8)
    kept = np.asarray(cv2.bitwise_or(rim, own), np.uint8)
    seen = np.ascontiguousarray(pixels[window])
    around = grown(ink, _RIM)
    bare = painted(seen, ink if around.all() else around, ink)
    alone = np.asarray(cv2.GaussianBlur(bare, (0, 0), _EVEN, borderType=cv2.BORDER_REPLICATE), np.uint8)
    cv2.copyTo(seen, kept, alone)
    # The margin may reach beyond the page: what lies there is paper, as at the page's edge.
    x, y = box.x - margin - left, box.y - margin - top
    w, h = box.width + 2 * margin, box.height + 2 * margin
    above, beside = max(0, -y), max(0, -x)
    below, beyond = max(0, y + h - alone.shape[0]), max(0, x + w - alone.shape[1])
    framed = np.asarray(cv2.copyMakeBorder(alone, above, below, beside, beyond, cv2.BORDER_REPLICATE), np.uint8)
    return np.ascontiguousarray(framed[y + above : y + above + h, x + beside : x + beside + w])
