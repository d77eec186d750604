"""Pages with known words and ink, for the tests of PDFs."""

from __future__ import annotations

import html
import re
import subprocess
from dataclasses import replace

import numpy as np

from ocrprep import geometry
from ocrprep.errors import DecodeError
from ocrprep.page import Page, PageRef, PixelMode, Source
from ocrprep.result import OcrOutput, PageFailure
from tests.readings import Row, reading

PAGE_KINDS = ("binary", "gray", "rgb", "photo")
SIZE = 1000
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def shown(kind="gray", size=SIZE):
    """A page of 300 dpi of a kind: with a black frame and a bar, or grainy as a photo."""
    pixels = np.full((size, size), 255, np.uint8)
    pixels[10:14], pixels[:, 10:14], pixels[100:130, 50:400] = 0, 0, 0
    source = Source(f"{kind}.png", width=size, height=size, dpi=(300.0, 300.0), sha256="")
    if kind == "binary":
        return Page(pixels, PixelMode.BINARY, (300.0, 300.0), source=source)
    pixels[200:300, 50:400] = 128
    if kind == "gray":
        return Page(pixels, PixelMode.GRAY, (300.0, 300.0), source=source)
    colours = np.stack([pixels, pixels, 255 - pixels], axis=2)
    if kind == "photo":
        colours = np.random.default_rng(1).integers(0, 255, (size, size, 3), dtype=np.uint8)
    return Page(colours, PixelMode.RGB, (300.0, 300.0), source=source)


def words(*texts, page="gray", upright=None, read=None, after=()):
    """A result whose words stand below each other on a page.

    Args:
        texts: a line each.
        page: a kind, or a page.
        upright: the map from the upright page to the source.
        read: the map from the upright page to the page that was read.
        after: kinds of the filters that were applied.
    """
    shows = shown(page) if isinstance(page, str) else page
    rows = [Row(text, left=100.0, top=300.0 + 60.0 * place) for place, text in enumerate(texts)]
    result = reading(*rows, upright=upright, page=read, after=after, source=shows.source)
    return replace(result, origin=PageRef(shows.source, lambda: shows))


def failed(message):
    """A document of three pages, the middle one of which could not be read."""
    failure = PageFailure(Source("bad.png", width=SIZE, height=SIZE, dpi=(300.0, 300.0)), DecodeError(message))
    return OcrOutput([words("before"), failure, words("after")])


def boxes(path, *, dpi=300.0, page=None):
    """The words of a PDF with their boxes in pixels of the source, as pdftotext sees them."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    told = subprocess.run(
        ["pdftotext", "-bbox", *pages, str(path), "-"], capture_output=True, check=True
    ).stdout.decode()
    scale = dpi / 72.0
    return [
        (html.unescape(text), np.array([float(value) * scale for value in corners]))
        for *corners, text in _WORD.findall(told)
    ]


def text(path, *flags):
    """The text of a PDF as pdftotext copies it, without marks of direction."""
    told = subprocess.run(["pdftotext", *flags, str(path), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub("[\u202a-\u202e\u200e\u200f]", "", told)


def around(quad):
    """Left, top, right, bottom of four corners."""
    points = np.array(quad)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def turned(angle, size=SIZE):
    """The map from an upright page to one that was turned about its middle."""
    return geometry.rotation(angle, (size / 2.0, size / 2.0))
