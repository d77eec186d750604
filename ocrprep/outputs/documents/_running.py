"""Running text that stands beside something else: the columns of a newspaper, or a text with a table in its margin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocrprep.outputs.documents._rows import Piece, common

_LINES = 3
"""From how many lines on a stack may be running text."""
_MORE_LINES = 4
"""Likewise, of text with few words on a line."""
_FULL = 0.75
"""Of the column's width: a line that fills it. Ragged text has many such, and cells of a table few."""
_SHARE = 0.6
"""Of the lines of running text are full."""
_WORDS = 4
"""On a line of running text, at least, on average."""
_MANY_WORDS = 5
"""Likewise, if the text does not stand beside another such text."""
_SMALL = 0.3
"""Of the lines of running text begin within a sentence: with a small letter, or one of a script that has no capitals.
A table's column of long entries may have as many words, but its entries begin with capitals or figures."""
_ALIGNED = 0.7
"""Of the lines of a table's column have something beside them."""
_LOOSE = 0.75
"""Of the lines, at most, have wide gaps: justified text has some such lines, a table of single words nothing else."""


def running(pieces: Sequence[Piece]) -> set[int]:
    """Places of the pieces that are no cells, as they are lines of running text.

    Args:
        pieces: of the whole page.
    """
    order = sorted(range(len(pieces)), key=lambda place: (pieces[place].top, pieces[place].left))
    beside = [_neighbours(pieces, order, rank) for rank in range(len(order))]
    neighbours = dict(zip(order, beside, strict=True))
    stacks = [stack for stack in _stacks(pieces, order, neighbours) if _runs([pieces[at] for at in stack])]
    flowing = [_around([pieces[at] for at in stack]) for stack in stacks if _flows([pieces[at] for at in stack])]
    found: set[int] = set()
    for stack in stacks:
        lines = [pieces[place] for place in stack]
        aligned = sum(bool(neighbours[place]) for place in stack) >= _ALIGNED * len(lines)
        many = sum(len(item.spots) for item in lines) >= _MANY_WORDS * len(lines)
        one, flows = _around(lines), _flows(lines)
        newspaper = flows and len(lines) >= _MORE_LINES and any(_beside(one, other) for other in flowing)
        if newspaper or (many and (flows or not aligned)):
            found.update(stack)
    return found


def _flows(lines: Sequence[Piece]) -> bool:
    first = [item.spots[0].word.text[0] for item in lines]
    return sum(sign.isalpha() and sign == sign.lower() for sign in first) >= _SMALL * len(lines)


def _beside(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    apart = one[2] <= other[0] or other[2] <= one[0]
    return apart and shared >= 0.5 * min(one[3] - one[1], other[3] - other[1])


def _stacks(
    pieces: Sequence[Piece], order: Sequence[int], neighbours: Mapping[int, Sequence[Piece]]
) -> list[list[int]]:
    """Pieces that stand close below each other, each alone on its row of a common column, as places."""
    made: list[tuple[list[int], tuple[float, float]]] = []
    for place in order:
        item = pieces[place]
        height = item.bottom - item.top
        best, most = -1, 0.0
        for number, (stack, (left, right)) in enumerate(made):
            below = item.top - pieces[stack[-1]].bottom
            if not -0.5 * height <= below <= 2.5 * height:
                continue
            shared = min(item.right, right) - max(item.left, left)
            hangs = max(left - item.left, item.right - right)
            alone = all(other.right <= left or other.left >= right for other in neighbours[place])
            fits = hangs <= max(1.5 * height, 0.2 * (right - left))
            if alone and fits and shared > max(most, 0.7 * min(item.width, right - left)):
                best, most = number, shared
        if best < 0:
            made.append(([place], (item.left, item.right)))
        else:
            stack, (left, right) = made[best]
            made[best] = ([*stack, place], (min(left, item.left), max(right, item.right)))
    return [stack for stack, _ in made]


def _neighbours(pieces: Sequence[Piece], order: Sequence[int], rank: int) -> list[Piece]:
    """The pieces that stand on the same row as one of them."""
    item = pieces[order[rank]]
    found = []
    for step in (1, -1):
        at = rank + step
        while 0 <= at < len(order):
            other = pieces[order[at]]
            # Upwards, pieces are in the order of their tops, not of their bottoms: a few heights are enough.
            if other.top >= item.bottom or other.top < item.top - 3 * (item.bottom - item.top):
                break
            if common(item, other) >= 0.5:
                found.append(other)
            at += step
    return found


def _runs(stack: Sequence[Piece]) -> bool:
    """Whether this is text that was broken into lines of one width."""
    if len(stack) < _LINES:
        return False
    left, _, right, _ = _around(stack)
    if sum(item.loose for item in stack) > _LOOSE * len(stack):
        return False
    full = sum(item.width >= _FULL * (right - left) for item in stack)
    return full >= _SHARE * len(stack) and sum(len(item.spots) for item in stack) >= _WORDS * len(stack)


def _around(pieces: Sequence[Piece]) -> tuple[float, float, float, float]:
    return (
        min(item.left for item in pieces),
        min(item.top for item in pieces),
        max(item.right for item in pieces),
        max(item.bottom for item in pieces),
    )
