"""Known words that are one edit away from an unknown one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.text.dictionaries import Dictionary

_ALIKE = (
    "rn m", "cl d", "vv w", "ri n", "li h", "ni m", "in m", "lt k", "c e", "c o", "e o", "e a", "a o", "i l", "i t",
    "l t", "f t", "t r", "i r", "i j", "h b", "h n", "n u", "u v", "v y", "g q", "g y", "s a", "f l",
)  # fmt: skip
"""What engines take for each other, either way."""

_LIKELY = 10.0
"""How many times likelier than any other edit those are, and two letters in each other's place."""


def suggestions(word: str, known: Dictionary) -> list[tuple[str, float]]:
    """Known words that one edit makes of a word, in its case, each with its weight; the heaviest first."""
    capital = word[:1].isupper()
    found = _weighed(word.lower(), known)
    return [(other.capitalize() if capital else other, weight) for other, weight in found]


def _weighed(word: str, known: Dictionary) -> list[tuple[str, float]]:
    weights: dict[str, float] = {}
    for edits, factor in ((_likely(word), _LIKELY), (_any(word, known.letters), 1.0)):
        for other in edits:
            share = known.shares.get(other, 0.0)
            if share > 0.0 and other != word:
                weights[other] = max(weights.get(other, 0.0), factor * share)
    return sorted(weights.items(), key=lambda item: (-item[1], item[0]))


def _likely(word: str) -> Iterator[str]:
    for pair in _ALIKE:
        for read, written in (pair.split(), pair.split()[::-1]):
            place = word.find(read)
            while place >= 0:
                yield word[:place] + written + word[place + len(read) :]
                place = word.find(read, place + 1)
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _any(word: str, letters: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
