"""Edit distances: of two texts, and of a pattern to the nearest part of a text."""

from __future__ import annotations

import importlib.util
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any


def distance(one: str, other: str) -> int:
    """The fewest insertions, deletions and substitutions of a character that turn one text into the other.

    By rapidfuzz where it is installed; the same number without it, more slowly.
    """
    library = _library()
    return int(library.distance(one, other)) if library is not None else own_distance(one, other)


@cache
def _library() -> Any:
    if importlib.util.find_spec("rapidfuzz") is None:
        return None
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded by the first text

    return Levenshtein


def own_distance(one: str, other: str) -> int:
    """The same by bits: Myers, "A fast bit-vector algorithm for approximate string matching", 1999."""
    if len(one) < len(other):
        one, other = other, one
    if not other:
        return len(one)
    return deque(_scores(other, one, free_start=False), maxlen=1)[0]


def nearest_ends(pattern: str, text: str) -> Iterator[int]:
    """After each character of the text, the distance of the pattern to the part ending there that is nearest to it."""
    return _scores(pattern, text, free_start=True)


def nearest_start(pattern: str, text: str) -> tuple[int, int]:
    """The distance of the pattern to the end of a text that is nearest to it, and where that end begins.

    Of several as near as each other the one most like the pattern in length.
    """
    best, length = len(pattern), 0
    for done, score in enumerate(_scores(pattern[::-1], text[::-1], free_start=False), 1):
        if (score, abs(done - len(pattern))) < (best, abs(length - len(pattern))):
            best, length = score, done
    return best, len(text) - length


def _scores(pattern: str, text: str, *, free_start: bool) -> Iterator[int]:
    """The last row of the edit table, below each character of the text; columns are kept as differences in two numbers.

    Args:
        pattern: at least one character.
        text: any.
        free_start: whether what the text begins with costs nothing to skip.
    """
    places: dict[str, int] = {}
    for place, sign in enumerate(pattern):
        places[sign] = places.get(sign, 0) | 1 << place
    whole, last = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1)
    up, down, score = whole, 0, len(pattern)
    for sign in text:
        same = places.get(sign, 0)
        level = same | down
        same |= ((same & up) + up) ^ up
        right = down | (whole & ~(same | up))
        left = up & same
        score += bool(right & last) - bool(left & last)
        right = (right << 1 | (not free_start)) & whole
        left = left << 1 & whole
        up = left | (whole & ~(level | right))
        down = right & level
        yield score
