"""The words that tell what a page is about."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.text._words import joined, one_line
from ocrprep.text.dictionaries import dictionary

if TYPE_CHECKING:
    from ocrprep.result import RecognitionResult

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LEAST_LETTERS = 3

_EVERYWHERE = 5e-4
"""Share of all words in use from which on one is in every text: some two hundred in English."""

_UNKNOWN = 1e-8
"""Share of a word that the dictionary does not know."""

_OFTEN = 2
"""Times that an unknown word must stand there: what an engine misread, it seldom misreads so twice."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that is characteristic of a text.

    Args:
        text: as it is written most often there.
        count: how often it stands there.
        score: the log-likelihood ratio; see :func:`keywords`.
    """

    text: str
    count: int
    score: float


def keywords(text: str | RecognitionResult, *, language: str | None = None, count: int = 10) -> tuple[Keyword, ...]:
    """The words that are more frequent in a text than in its language, the most characteristic first.

    A word that stands k times among the n words of the text, and of which the dictionary expects e = n · share, scores
    the log-likelihood ratio G² = 2 · (k · ln(k / e) - (k - e)), that of a Poisson count; words that stand no more often
    than expected score nothing. Dunning, "Accurate methods for the statistics of surprise and coincidence", 1993;
    Rayson and Garside, "Comparing corpora using frequency profiling", 2000. Left out are words of under three letters,
    those that make up more than a two-thousandth of the language, and words that no dictionary knows and that stand
    there once.

    Args:
        text: a text, or a page that was read.
        language: Tesseract's name or the two letters of ISO 639-1, several joined by ``+``; None is the result's own,
            and English for a text.
        count: words at most.

    Raises:
        ConfigError: there is no dictionary for the language, or the extra ``text`` is not installed.
        ValueError: fewer than no words are wanted.
    """
    if count < 0:
        raise ValueError(f"count must be 0 or more, not {count}")
    plain, spoken = (text, "eng") if isinstance(text, str) else (text.recognition_text, text.language or "eng")
    known = dictionary(language or spoken)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word in _WORD.findall(joined(one_line(plain))):
        forms[word.lower()][word] += 1
    total = sum(seen.total() for seen in forms.values())
    found = []
    for word, seen in forms.items():
        share, times = known.share(word), seen.total()
        if len(word) < _LEAST_LETTERS or share > _EVERYWHERE or (share == 0.0 and times < _OFTEN):
            continue
        expected = total * max(share, _UNKNOWN)
        if times > expected:
            score = 2.0 * (times * math.log(times / expected) - (times - expected))
            found.append(Keyword(max(sorted(seen), key=lambda form: seen[form]), times, score))
    return tuple(sorted(found, key=lambda item: (-item.score, item.text))[:count])
