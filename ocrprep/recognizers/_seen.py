"""Which pixels the engine is given: the page itself, or the same page before it was made black and white."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from ocrprep import filters
from ocrprep.analysis.levels import otsu_level
from ocrprep.errors import ConfigError
from ocrprep.filters.base import GeometryFilter
from ocrprep.page import Page, PixelMode, Step, convert_pixels

if TYPE_CHECKING:
    from ocrprep.recognizers._driver import RecognizeOn

_AGREEMENT = 0.85
"""Harmonic mean of the shares of ink that two masks have in common. Measured on 24 forms, receipts, letters and
photos with three binarizers: above it the gray page was read as well or better (forms by 6–48 points of word F1) in
all but 6 of 51 cases, and then lost 1–3; below it lie the pages whose light is uneven, where the binarizer gained up
to 28."""


def seen(page: Page, recognize_on: RecognizeOn) -> Page:
    """The page that the engine is given: same size, same place on the source.

    Args:
        page: the end of a chain.
        recognize_on: ``page``: this one. ``gray``: as it was before its last binarising step, if there was one.
            ``auto``: gray, unless something would be lost. That is so when a step after the binarisation changed the
            ink, or when the mask found more than a plain level can: Tesseract lays out a gray page on its own Otsu
            mask, so the ink of that mask and of the page must agree.

    Returns:
        The page itself, or the gray one with one more implicit step.
    """
    if recognize_on == "page" or page.unbinarized is None:
        return page
    gray = page.gray()
    facts = {}
    if recognize_on == "auto":
        if _ink_changed(page):
            return page
        agreement = _agreement(page, gray)
        if agreement < _AGREEMENT:
            return page
        facts = {"agreement": round(agreement, 4)}
    step = Step("recognize_on", {"mode": "gray"}, facts, implicit=True)
    return replace(gray, steps=(*gray.steps, step))


def _ink_changed(page: Page) -> bool:
    before = page.unbinarized.steps if page.unbinarized else ()
    # The first declared or implicit step after these is the one that binarised.
    later = page.steps[len(before) :]
    binarised = next((place for place, step in enumerate(later) if not _converts_to_gray(step)), len(later))
    return any(not step.implicit and not _moves(step.kind) for step in later[binarised + 1 :])


def _converts_to_gray(step: Step) -> bool:
    return step.implicit and step.parameters.get("mode") != PixelMode.BINARY.value


def _moves(kind: str) -> bool:
    try:
        return issubclass(filters.lookup(kind), GeometryFilter)
    except ConfigError:
        return False


def _agreement(page: Page, gray: Page) -> float:
    pixels = convert_pixels(gray.pixels, PixelMode.GRAY)
    ours = cv2.bitwise_not(convert_pixels(page.pixels, PixelMode.GRAY))
    theirs = np.asarray(cv2.threshold(pixels, otsu_level(pixels), 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    both = cv2.countNonZero(cv2.bitwise_and(ours, theirs))
    ink = cv2.countNonZero(ours) + cv2.countNonZero(theirs)
    return 2.0 * both / ink if ink else 1.0
