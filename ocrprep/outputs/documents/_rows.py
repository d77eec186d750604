"""Where words stand once a page's last bit of skew is taken out, and which of them stand on one row."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.result import Line, Word

_STEEPEST = math.tan(math.radians(3.0))
_FARTHEST = 25.0
"""How many heights away, at most, the next word on a row is looked for; farther, a skew would lead to another row."""
_EVEN = 1.6
"""How much wider than the line's usual gap one must be to break it."""
_MANY = 3
"""From how many gaps on a line has a usual one."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A word and where it stands on the upright page.

    Args:
        word: as it was read.
        line: 0-based number of its line on the page, in reading order.
        place: 0-based number of the word in its line.
    """

    word: Word
    line: int
    place: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        """Bottom minus top."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbours on one line of an engine, from the left.

    Args:
        spots: at least one.
        loose: whether there are wide gaps between them, but all alike.
    """

    spots: tuple[Spot, ...]
    left: float
    top: float
    right: float
    bottom: float
    loose: bool = False

    @property
    def width(self) -> float:
        """Right minus left."""
        return self.right - self.left


def upright(lines: Sequence[Line]) -> list[list[Spot]]:
    """The words of each line, from the left, turned by the slope that they have in common."""
    made = [
        sorted(
            (
                Spot(word, number, place, word.box.left, word.box.top, word.box.right, word.box.bottom)
                for place, word in enumerate(line.words)
            ),
            key=lambda spot: spot.left,
        )
        for number, line in enumerate(lines)
    ]
    slope = _slope(made)
    return [[_turned(spot, slope) for spot in row] for row in made] if slope else made


def pieces_of(lines: Sequence[Sequence[Spot]], least: float) -> list[Piece]:
    """The lines broken at gaps that are this wide or wider; where all gaps of a line are as wide, it stays whole."""
    made = []
    for row in lines:
        gaps = [b.left - a.right for a, b in pairwise(row)]
        widest = max(least, _EVEN * median(gaps)) if len(gaps) >= _MANY else least
        started = [row[0]]
        for spot, gap in zip(row[1:], gaps, strict=True):
            if gap >= widest:
                made.append(piece(started, least))
                started = []
            started.append(spot)
        made.append(piece(started, least))
    return made


def piece(spots: Sequence[Spot], least: float) -> Piece:
    """Words as one piece; its height is that of most of them, not of the tallest."""
    held = tuple(spots)
    loose = any(b.left - a.right >= least for a, b in pairwise(held))
    tops, bottoms = [spot.top for spot in held], [spot.bottom for spot in held]
    left, right = min(spot.left for spot in held), max(spot.right for spot in held)
    return Piece(held, left, median(tops), right, median(bottoms), loose)


def rows_of(pieces: Sequence[Piece]) -> list[list[Spot]]:
    """Pieces that stand beside each other, as rows from above, each from the left.

    The widest pieces found the rows, as their heights are the surest; a piece joins the row with which it has most of
    the height in common, if its place there is free.
    """
    rows: list[list[Piece]] = []
    for item in sorted(pieces, key=lambda item: (-item.width, item.top, item.left)):
        best, most = None, 0.5
        for row in rows:
            shared = common(row[0], item)
            if shared >= most and all(item.left >= other.right or item.right <= other.left for other in row):
                best, most = row, shared
        if best is None:
            rows.append([item])
        else:
            best.append(item)
    rows.sort(key=lambda row: row[0].top + row[0].bottom)
    return [sorted((spot for item in row for spot in item.spots), key=lambda spot: spot.left) for row in rows]


def in_order(spots: Iterable[Spot], *, leftwards: bool = False) -> list[Spot]:
    """Words of one row as they are read: the engine's order within a line, by position between lines."""
    by_line: dict[int, list[Spot]] = {}
    for spot in spots:
        by_line.setdefault(spot.line, []).append(spot)
    parts = sorted(
        by_line.values(),
        key=lambda part: -max(spot.right for spot in part) if leftwards else min(spot.left for spot in part),
    )
    return [spot for part in parts for spot in sorted(part, key=lambda spot: spot.place)]


def common(one: Piece, other: Piece) -> float:
    """How much of the lower one's height two pieces have in common, 1 at most; negative where they are apart."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared / max(1e-6, min(one.bottom - one.top, other.bottom - other.top))


def _turned(spot: Spot, slope: float) -> Spot:
    x, y = (spot.left + spot.right) / 2, spot.middle
    # The upright box around a turned word is taller than the word.
    half = max(0.5, spot.height - abs(slope) * (spot.right - spot.left)) / 2
    across, y = x + slope * y - x, y - slope * x
    return replace(spot, left=spot.left + across, right=spot.right + across, top=y - half, bottom=y + half)


def _slope(lines: Sequence[Sequence[Spot]]) -> float:
    """How far y goes down per unit of x along the rows: a weighted median, or 0 where the words do not agree on one."""
    found = [
        (b.middle - a.middle, b.left - a.left) for row in lines for a, b in [(row[0], row[-1])] if b.left - a.right > 0
    ]
    found += _between(lines)
    if len(found) < 2:
        return 0.0
    slopes = [(down / along, along) for down, along in found]
    middle = _weighted_median(slopes)
    spread = _weighted_median([(abs(slope - middle), weight) for slope, weight in slopes])
    sure = abs(middle) > 2.5 * spread / math.sqrt(len(slopes))
    return middle if sure and abs(middle) <= _STEEPEST else 0.0


def _between(lines: Sequence[Sequence[Spot]]) -> list[tuple[float, float]]:
    """From the last word of each line to the first of the next one on its right."""
    starts = sorted((row[0] for row in lines if row), key=lambda spot: spot.left)
    lefts = [spot.left for spot in starts]
    found = []
    for row in lines:
        last = row[-1]
        for spot in starts[bisect_left(lefts, last.right) :]:
            if spot.left - last.right > _FARTHEST * last.height:
                break
            if abs(spot.middle - last.middle) < 0.5 * min(spot.height, last.height):
                found.append((spot.middle - last.middle, spot.left - last.left))
                break
    return found


def _weighted_median(values: list[tuple[float, float]]) -> float:
    ordered = sorted(values)
    half, passed = sum(weight for _, weight in ordered) / 2, 0.0
    for value, weight in ordered:
        passed += weight
        if passed >= half:
            return value
    return ordered[-1][0]
