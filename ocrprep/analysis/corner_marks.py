"""Four registration marks around the content of a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._mark_shapes import DISC, SQUARE, TARGET, Shapes, ink_of, lightness, mark_shapes, refined
from ocrprep.analysis._mark_squares import MarkSquares, mark_squares
from ocrprep.page import PixelMode, Pixels, convert_pixels

Floats = npt.NDArray[np.float64]
MarkKind: TypeAlias = Literal["square", "disc", "target"]
"""A solid square, a solid disc, or rings (round or square) one inside the other."""

_KINDS: dict[MarkKind, int] = {"square": SQUARE, "disc": DISC, "target": TARGET}
# Pixels of the longer side of the picture in which marks are looked for, how much a small one is enlarged at most, as
# squares of few pixels look like discs, and the least shorter side.
_LONGER, _ENLARGED, _LARGER, _SMALLEST = 1400, 1000, 4.0, 48
# Of two kinds that are found, one must be this much surer than the other.
_RIVAL_KIND = 1.15
# Share of the shorter side that a stroke of print is wide.
_STROKES = 0.006


@dataclass(frozen=True, slots=True)
class CornerMarks:
    """Where four registration marks are.

    Args:
        centres: (4, 2) in edge coordinates of the picture: top left, top right, bottom right, bottom left when the
            sheet is turned by at most 45 degrees; None when there is no candidate at all.
        kind: of all four, or None.
        sizes: (4,) square roots of the marks' areas in pixels, or None.
        confidence: 0 (no marks) to 1.
    """

    centres: Floats | None
    kind: MarkKind | None
    sizes: Floats | None
    confidence: float


def corner_marks(pixels: Pixels, kind: MarkKind | Literal["any"] = "any") -> CornerMarks:
    """Find four marks of one kind that stand at the corners of a rectangle, seen in perspective or not.

    Dark pieces are told from the paper by its level around them, which a shadow moves for both. Squares and discs are
    told from each other and from other pieces by an affine moment invariant, which neither a turn nor a slant changes
    (Flusser and Suk, "Pattern recognition by affine moment invariants", Pattern Recognition, 1993); rings by outlines
    that lie one inside the other around one centre. Four pieces are trusted when the map that makes their rectangle
    upright also makes them alike in size, when no other pieces of that kind and size could stand for one of them, and,
    for solid marks, when they enclose the print. With three marks of four there is no answer, as a guess would bend
    the page.

    Args:
        pixels: (H, W) or (H, W, 3) uint8 RGB.
        kind: the marks to look for.

    Returns:
        The best four, with the trust in them.
    """
    gray = convert_pixels(pixels, PixelMode.GRAY) if pixels.ndim == 3 else pixels
    height, width = gray.shape
    nothing = CornerMarks(None, None, None, 0.0)
    if min(width, height) < _SMALLEST:
        return nothing
    longer = max(height, width)
    scale = min(_LONGER / longer, max(1.0, min(_LARGER, _ENLARGED / longer)))
    small_w, small_h = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    small = np.asarray(cv2.resize(gray, (small_w, small_h), interpolation=way), np.uint8)
    shapes = mark_shapes(lightness(small))
    # Marks and what a sheet lies on are wider than the strokes of print.
    strokes = ink_of(lightness(small, _STROKES))
    wanted = [name for name in _KINDS if kind in {"any", name}]
    found = [(name, _best(strokes, shapes, _KINDS[name])) for name in wanted]
    found.sort(key=lambda item: item[1].confidence, reverse=True)
    name, best = found[0]
    if best.members is None:
        return nothing
    trust = best.confidence
    if len(found) > 1 and found[1][1].confidence * _RIVAL_KIND > trust:
        trust *= 0.5
    chosen = shapes.take(best.members)
    stretch = np.array([width / small_w, height / small_h])
    # From pixel centres to edges, and to the size of the picture that was given.
    centres = (chosen.centres + 0.5) * stretch
    sizes = chosen.sizes * np.sqrt(stretch.prod())
    centres = np.stack([refined(gray, *place) for place in zip(centres, sizes, strict=True)])
    return CornerMarks(centres, name, sizes, trust)


def _best(strokes: Pixels, shapes: Shapes, kind: int) -> MarkSquares:
    return mark_squares(strokes, shapes, np.nonzero(shapes.kinds == kind)[0], solid=kind != TARGET)
