"""From image files to examples and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from ocrprep.decode import page_from_file
from ocrprep.errors import InputError
from ocrprep.learning.data.source import Source
from ocrprep.learning.example import Example
from ocrprep.limits import Limits
from ocrprep.outputs.encode import encode
from ocrprep.page import Page, PixelMode, Pixels

DATA_LIMITS = Limits(max_items=1_000_000, max_total_bytes=100_000_000_000)
"""What a data set may cost: it is larger than what one batch takes in."""

_HALF = 128
_STRANGE = re.compile(r"[^\w\-]+")
_VARIANT = re.compile(r"-v\d+(-\d+)?$")


def gray_levels(file: Path | bytes, uri: str, limits: Limits) -> Pixels:
    """The gray levels of an image file; transparency lies on white.

    Raises:
        InputError: missing, damaged, too large, or not one image.
    """
    return page_from_file(file, uri=uri, limits=limits).converted(PixelMode.GRAY).pixels


def black_and_white(levels: Pixels) -> Pixels:
    """Levels from 128 on become 255, others 0: soft edges, as ocrobin's masks have them, end half-way."""
    return np.asarray(cv2.threshold(levels, _HALF - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)


def require_equal_sizes(first: Pixels, second: Pixels, uri: str, other: str) -> None:
    """Refuse a picture of another size than its partner.

    Raises:
        InputError: naming both and their sizes.
    """
    if first.shape != second.shape:
        sizes = " but ".join(f"{plane.shape[1]}x{plane.shape[0]}" for plane in (second, first))
        raise InputError(
            f"{sizes} pixels in {other}", source=uri, hint="an image, its mask and its clean page have one size"
        )


def png(plane: Pixels) -> bytes:
    """The bytes of a PNG of 8 bits."""
    return encode(Page(plane, PixelMode.GRAY), "png")


def named(source: Source | Iterable[Example]) -> Iterator[tuple[str, Example]]:
    """All examples, one at a time, with names that suit files: letters, digits, ``_`` and ``-``, each once."""
    taken: set[str] = set()
    examples = source if isinstance(source, Iterable) else map(source.example, range(len(source)))
    for index, example in enumerate(examples):
        name = stem = _STRANGE.sub("_", example.name).strip("_") or f"{index:06d}"
        count = 1
        while name in taken:
            count += 1
            name = f"{stem}-{count}"
        taken.add(name)
        yield name, example


def variant_name(page: str, number: int) -> str:
    """What an example is called that shows a page in one of several ways; see :func:`page_of`."""
    return f"{page}-v{number}"


def page_of(name: str) -> str:
    """The page that an example shows, from the name in its file: all variants of a page have one."""
    return _VARIANT.sub("", name)
