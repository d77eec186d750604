"""Texts of one word put together letter by letter (ROVER: Fiscus 1997, there for the words of spoken sentences)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Pairs: TypeAlias = "list[tuple[int | None, int | None]]"
"""Places of two texts that stand for each other, in order; None where the other text has one sign more."""


def aligned(one: str, other: str) -> Pairs:
    """Two texts with as few edits between them as possible (Wagner and Fischer 1974)."""
    rows = [list(range(len(other) + 1))]
    for place, sign in enumerate(one):
        above, row = rows[-1], [place + 1]
        for column, their in enumerate(other):
            row.append(min(above[column] + (sign != their), above[column + 1] + 1, row[column] + 1))
        rows.append(row)
    pairs: Pairs = []
    i, j = len(one), len(other)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def combined(votes: Sequence[tuple[str, float]]) -> str:
    """The text that has, at each place of the heaviest one, the sign with most votes.

    Args:
        votes: texts and their weights above 0; at least one.

    Returns:
        One of the texts, or a new one; signs that the heaviest text lacks are put in where more than half of all votes
        have them.
    """
    pivot = max(votes, key=lambda vote: (vote[1], vote[0]))[0]
    there: list[dict[str, float]] = [{} for _ in pivot]
    before: list[dict[str, float]] = [{} for _ in range(len(pivot) + 1)]
    for text, weight in votes:
        extra = ""
        for mine, theirs in [*aligned(pivot, text), (len(pivot), None)]:
            if mine is None:
                assert theirs is not None
                extra += text[theirs]
                continue
            if extra:
                before[mine][extra] = before[mine].get(extra, 0.0) + weight
                extra = ""
            if mine < len(pivot):
                sign = "" if theirs is None else text[theirs]
                there[mine][sign] = there[mine].get(sign, 0.0) + weight
    half = sum(weight for _, weight in votes) / 2.0
    made = ""
    for place in range(len(pivot) + 1):
        more = max(before[place].items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
        if more[1] > half:
            made += more[0]
        if place < len(pivot):
            own = pivot[place]
            made += max(there[place].items(), key=lambda item: (item[1], item[0] == own, item[0]))[0]
    return made
