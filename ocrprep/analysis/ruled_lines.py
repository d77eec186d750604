"""How many ruled lines a page has: forms, tables, underlines, staves."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocrprep import geometry
from ocrprep.analysis._glyphs import Glyphs, glyphs
from ocrprep.page import Pixels

_PIECE = 0.04
"""Share of the longer side: an unbroken run this long is no part of a word."""

_LENGTH = 0.08
"""Share of the longer side: nothing shorter is called a line."""

_LETTERS = 3.0
"""Heights of a usual letter: on a cut-out line of text a stem is long beside the page, but not beside the others."""

_GAP = 0.02
"""Share of the longer side between two pieces of one line."""

_THICK = 0.006
"""Share of the longer side: thicker ones are bars, not lines; 1.8 mm on A4."""

_LEVEL = 0.3
"""Degrees: a page that is straighter is taken as it is."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Ruled lines.

    Args:
        horizontal: how many run along the lines of text.
        vertical: how many run across them.
        share: of the page's pixels that lie on them, 0–1.
    """

    horizontal: int = 0
    vertical: int = 0
    share: float = 0.0


def ruled_lines(pixels: Pixels, angle: float = 0.0) -> Rules:
    """Count the lines that were drawn with a ruler.

    Counted are long, thin, dark runs on the reduced page; pieces one behind the other are one line. The straight rims
    of pictures and of dark areas count as well. Lines may slope by about two degrees beyond the angle.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark.
        angle: degrees to turn the page counter-clockwise so that its lines are level; see ``analysis.skew``.
    """
    return rules_of(glyphs(pixels), angle)


def rules_of(found: Glyphs, angle: float = 0.0) -> Rules:
    """The same of ink that is found already."""
    ink = np.asarray(cv2.threshold(found.darkness, found.level, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if abs(angle) > _LEVEL:
        ink = _turned(ink, angle)
    thick = max(3, round(_THICK * max(ink.shape)))
    span = round(max(8.0, _PIECE * max(ink.shape), _LETTERS * _letter(found)))
    across, on_across = _lines(ink, span, thick)
    down, on_down = _lines(np.asarray(cv2.transpose(ink), np.uint8), span, thick)
    both = cv2.bitwise_or(on_across, cv2.transpose(on_down))
    return Rules(across, down, cv2.countNonZero(both) / both.size)


def _letter(found: Glyphs) -> float:
    """Median height of the components that are no specks and no larger than the largest letters; 0 without any."""
    high, area = found.boxes[:, 3], found.boxes[:, 4]
    sizes = high[(area >= 5) & (high >= 3) & (high <= max(found.darkness.shape) / 15)]
    return float(np.median(sizes)) if len(sizes) else 0.0


def _turned(ink: Pixels, angle: float) -> Pixels:
    height, width = ink.shape
    matrix = geometry.to_pixel_centres(geometry.rotation(angle, (width / 2, height / 2)))
    turned = cv2.warpAffine(ink, matrix[:2], (width, height), flags=cv2.INTER_LINEAR, borderValue=[0.0])
    return np.asarray(cv2.threshold(turned, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _lines(ink: Pixels, span: int, thick: int) -> tuple[int, Pixels]:
    """How many level lines there are, made of unbroken runs of that span, and a mask of their ink."""
    # Runs may step by a row; the outside of the page is empty.
    loose = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    row = np.ones((1, span), np.uint8)
    opened = cv2.dilate(cv2.erode(loose, row, borderType=cv2.BORDER_CONSTANT, borderValue=[0.0]), row)
    bars = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick + 2, thick + 2), np.uint8))
    pieces = np.asarray(cv2.bitwise_and(cv2.bitwise_and(opened, ink), cv2.bitwise_not(bars)), np.uint8)
    if not cv2.countNonZero(pieces):
        return 0, pieces
    gap = np.ones((1, 2 * max(1, round(_GAP * max(ink.shape) / 2)) + 1), np.uint8)
    joined = cv2.morphologyEx(cv2.dilate(pieces, np.ones((5, 1), np.uint8)), cv2.MORPH_CLOSE, gap)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    inked = np.bincount(np.asarray(labels)[pieces > 0], minlength=len(stats))
    line = (wide >= _LENGTH / _PIECE * span) & (high <= thick + 5 + 0.04 * wide) & (inked >= 0.6 * wide)
    line[0] = False
    mask = np.where(line[labels], pieces, np.uint8(0))
    return int(np.count_nonzero(line)), mask
