"""Which words of several readings stand in the same place, however each of them divided it into words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.consensus._seen import Seen

_ACROSS = 0.5
"""Share of the narrower word's width that two words in one place have in common."""

_DOWN, _WITHIN, _TALLER = 0.5, 0.8, 2.2
"""Words on one line have so much of the taller one's height in common; or the second share of the lower one's, if the
taller is no more than so many times as high."""

_REACH = 0.85
"""Heights of a word between its middle and that of a word below it on one line, at most; follows from the above."""

_SAME = 0.5
"""Extent in common over extent of both together from which on two extents along a line are the same."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one reading has in a place.

    Args:
        reading: whose vote it is.
        text: what it saw; None where it divided the words otherwise, which speaks against every text here.
        probability: as far as that reading tells.
        confidence: the engine's, 0–100.
        seen: its words there, at least one.
        alone: nothing else of the page is in these words, so that they tell how far the place reaches.
    """

    reading: int
    text: str | None
    probability: float
    confidence: float
    seen: tuple[Seen, ...]
    alone: bool = True


@dataclass(slots=True)
class Spot:
    """A place for one word, and what the readings have there; the first vote gives the extent."""

    votes: list[Vote] = field(default_factory=list)


def spots_of(words: Iterable[Seen]) -> list[Spot]:
    """The places of all words; each word votes in at least one."""
    spots: list[Spot] = []
    todo = _groups(list(words))
    while todo:
        found, left = _divided(todo.pop())
        spots += found
        if left:
            todo += _groups(left)
    return spots


def _groups(words: list[Seen]) -> list[list[Seen]]:
    """Words that stand in one place, or are connected by words that do; of one reading only through others."""
    words = sorted(words, key=lambda word: word.middle)
    middles = [word.middle for word in words]
    parents = list(range(len(words)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    for place, word in enumerate(words):
        reach = bisect_right(middles, word.middle + _REACH * word.height)
        for other in range(place + 1, reach):
            if words[other].reading != word.reading and _together(word, words[other]):
                parents[root(place)] = root(other)
    groups: dict[int, list[Seen]] = {}
    for place, word in enumerate(words):
        groups.setdefault(root(place), []).append(word)
    return list(groups.values())


def _together(one: Seen, other: Seen) -> bool:
    across = min(one.right, other.right) - max(one.left, other.left)
    return across >= _ACROSS * min(one.width, other.width) and _on_one_line(one, other)


def _on_one_line(one: Seen, other: Seen) -> bool:
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    low, tall = sorted((one.height, other.height))
    return down >= _DOWN * tall or (down >= _WITHIN * low and tall < _TALLER * low)


def _divided(group: list[Seen]) -> tuple[list[Spot], list[Seen]]:
    """The places of a group as the reading divides it with whom the others agree most, and the words that fit none."""
    readings: dict[int, list[Seen]] = {}
    for word in group:
        readings.setdefault(word.reading, []).append(word)
    for words in readings.values():
        words.sort(key=lambda word: word.left)
    if all(len(words) == 1 for words in readings.values()):
        return [Spot([_vote(words) for words in readings.values()])], []
    pivot = max(readings.values(), key=lambda words: (_agreement(words, group), *_by_content(words)))
    spots = [Spot([_vote([word])]) for word in pivot]
    left: list[Seen] = []
    for reading, words in readings.items():
        if words is not pivot:
            left += _cast(words, reading, pivot, spots)
    return spots, left


def _by_content(words: Sequence[Seen]) -> tuple[float, list[str]]:
    # What decides between equals must not be the order in which readings are given.
    return sum(word.probability for word in words), [word.text for word in words]


def _agreement(pivot: Sequence[Seen], group: Sequence[Seen]) -> float:
    total = 0.0
    for word in group:
        if any(_on_one_line(word, own) and _extent_in_common(word.left, word.right, own) > _SAME for own in pivot):
            total += word.probability * word.width
    return total


def _extent_in_common(left: float, right: float, word: Seen) -> float:
    both = max(right, word.right) - min(left, word.left)
    return (min(right, word.right) - max(left, word.left)) / both if both > 0 else 0.0


def _cast(words: Sequence[Seen], reading: int, pivot: Sequence[Seen], spots: Sequence[Spot]) -> list[Seen]:
    """Give one reading's words as votes to the places; returns those that belong to none of them."""
    used: set[int] = set()
    for own, spot in zip(pivot, spots, strict=True):
        parts = [word for word in words if id(word) not in used and _lies_in(word, own)]
        if parts and _extent_in_common(min(w.left for w in parts), max(w.right for w in parts), own) > _SAME:
            spot.votes.append(_vote(parts))
            used.update(map(id, parts))
    left: list[Seen] = []
    for word in words:
        if id(word) in used:
            continue
        over = [place for place, own in enumerate(pivot) if _lies_in(own, word)]
        if not over:
            over = [place for place, own in enumerate(pivot) if _lies_in(word, own)]
            if not over:
                left.append(word)
                continue
        joined = "".join(pivot[place].text for place in over)
        for place in over:
            text = pivot[place].text if joined == word.text else None
            vote = Vote(reading, text, word.probability, word.word.confidence, (word,), alone=False)
            spots[place].votes.append(vote)
    return left


def _lies_in(inner: Seen, outer: Seen) -> bool:
    return (
        _on_one_line(inner, outer) and min(inner.right, outer.right) - max(inner.left, outer.left) > 0.5 * inner.width
    )


def _vote(words: Sequence[Seen]) -> Vote:
    count = len(words)
    return Vote(
        words[0].reading,
        "".join(word.text for word in words),
        sum(word.probability for word in words) / count,
        sum(word.word.confidence for word in words) / count,
        tuple(words),
    )
