"""How likely a word is right: from what the engine says, from its line and page, and from what the word looks like.

An engine's confidence is no probability: of the words to which Tesseract gives 90, fewer are right on a receipt than on
a book page. Two logistic regressions (Cox 1958) turn what is known about a word into a probability; their weights were
fitted by ``python -m benchmarks.fit_consensus`` on pages whose text is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ocrprep.consensus._weights import MERGED, SINGLE

if TYPE_CHECKING:
    from ocrprep.result import Line, Word

Numbers = npt.NDArray[np.float64]

_PLAIN = frozenset(".,:;!?'\"()-/$%&#@*+")
_VOWELS = frozenset("aeiouyàâäéèêëîïôöùûüœæáíóúåøìòAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆÁÍÓÚÅØÌÒ")
_CEILING, _FLOOR = 0.985, 0.01
_USUAL_WIDTH = 0.5
"""Of a sign, in heights of its word's box."""


class Look(NamedTuple):
    """What a word looks like, whatever was read of it."""

    length: int
    one_sign: bool
    two_signs: bool
    neither_letter_nor_digit: bool
    odd: float
    punctuation: float
    letters_and_digits: bool
    odd_case: bool
    no_vowel: bool
    repeated: bool
    sign_inside: bool
    digits: bool
    letters: bool


@lru_cache(65536)
def look_of(text: str) -> Look:
    """What a text that is not empty looks like."""
    length = len(text)
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    odd = sum(not sign.isalnum() and sign not in _PLAIN for sign in text)
    core = text.strip(".,:;!?'\"()-/")
    body = "".join(sign for sign in core if sign.isalpha())
    known_case = body.islower() or body.isupper() or body[1:].islower()
    return Look(
        length=length,
        one_sign=length == 1,
        two_signs=length == 2,
        neither_letter_nor_digit=letters + digits == 0,
        odd=odd / length,
        punctuation=(length - letters - digits - odd) / length,
        letters_and_digits=bool(letters and digits),
        odd_case=len(body) > 1 and not digits and not known_case and body.isascii(),
        no_vowel=letters >= 4 and text.isascii() and not _VOWELS.intersection(text),
        repeated=length >= 3 and not digits and max(map(text.count, set(text))) >= max(3, 0.6 * length),
        sign_inside=any(not sign.isalnum() and sign not in "-'/.,@&" for sign in core),
        digits=digits == length,
        letters=letters == length,
    )


def single_features(words: Sequence[Word], lines: Sequence[int]) -> dict[str, Numbers]:
    """What is known about each word of one reading.

    Args:
        words: of the whole reading.
        lines: the number of each word's line.

    Returns:
        A row of numbers for each feature, one number per word.
    """
    looks = [look_of(word.text) for word in words]
    column = {name: np.array([getattr(look, name) for look in looks], np.float64) for name in Look._fields}
    confidence = np.clip(np.array([word.confidence for word in words], np.float64) / 100.0, 0.0, 1.0)
    length = column.pop("length")
    page = np.full(len(words), float((confidence * length).sum() / max(1.0, length.sum())))
    line = _others_of_line(confidence, np.asarray(lines, np.intp), page)
    wide = np.array([max(1.0, word.box.width) / max(1.0, word.box.height) for word in words], np.float64)
    width = np.log(wide / length / _USUAL_WIDTH)
    letters = column.pop("letters")
    return {
        "confidence": confidence,
        "log_odds": log_odds(np.clip(confidence, _FLOOR, _CEILING)),
        "confidence_squared": confidence**2,
        "log_length": np.log(length),
        **column,
        "letters_confidence": letters * confidence,
        "page": page,
        "page_confidence": page * confidence,
        "line": line,
        "line_confidence": line * confidence,
        "width": width,
        "width_off": np.abs(width),
    }


def single_probabilities(words: Sequence[Word], lines: Sequence[int]) -> Numbers:
    """How likely each word of one reading is right, 0–1; see :func:`single_features`."""
    if not words:
        return np.zeros(0)
    return weighed(single_features(words, lines), SINGLE)


def with_probabilities(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of one reading, their words with probabilities."""
    words = [word for line in lines for word in line.words]
    numbers = [number for number, line in enumerate(lines) for _ in line.words]
    found = iter(single_probabilities(words, numbers).tolist())
    return tuple(
        replace(line, words=tuple(replace(word, probability=next(found)) for word in line.words)) for line in lines
    )


@dataclass(frozen=True, slots=True)
class Support:
    """What readings say about a text in one place.

    Args:
        text: in question.
        supporting: probability of the text in each reading that saw it, at least one.
        confidence: the engine's highest among these, 0–1.
        opposing: probability of what each reading saw that saw something else.
        looked: readings that looked at this place at all.
        texts: different texts that were seen here.
        page: mean probability of all words of all readings.
    """

    text: str
    supporting: Sequence[float]
    confidence: float
    opposing: Sequence[float]
    looked: int
    texts: int
    page: float


def merged_features(supports: Sequence[Support]) -> dict[str, Numbers]:
    """What is known about words that several readings had a chance to see.

    Returns:
        A row of numbers for each feature, one number per word.
    """
    rows = [_merged_row(support) for support in supports]
    return {name: np.array([row[name] for row in rows], np.float64) for name in rows[0]} if rows else {}


def merged_probabilities(supports: Sequence[Support]) -> Numbers:
    """How likely each word is right, 0–1."""
    return weighed(merged_features(supports), MERGED) if supports else np.zeros(0)


def weighed(features: Mapping[str, Numbers], weights: Mapping[str, float]) -> Numbers:
    """The logistic function of the weighted sum of features."""
    total = np.full(len(next(iter(features.values()))), weights["always"])
    for name, values in features.items():
        total += weights[name] * values
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))))


def log_odds(share: Any) -> Any:
    """The logarithm of p / (1 − p)."""
    return np.log(share / (1.0 - share))


def _others_of_line(confidence: Numbers, lines: npt.NDArray[np.intp], page: Numbers) -> Numbers:
    """For each word the mean confidence of the other words of its line; the page's where it has none."""
    _, place, count = np.unique(lines, return_inverse=True, return_counts=True)
    sums = np.bincount(place, confidence)
    others = count[place] - 1
    return np.where(others > 0, (sums[place] - confidence) / np.maximum(others, 1), page)


def _merged_row(support: Support) -> dict[str, float]:
    ours, theirs = sorted(support.supporting, reverse=True), sorted(support.opposing, reverse=True)
    odds = [_odds(value) for value in ours]
    # Some look at a place and see one word where others see two, so that more votes than readings may fall on it.
    looked = float(max(support.looked, len(ours)))
    share, against = len(ours) / looked, min(1.0, len(theirs) / looked)
    look = look_of(support.text)
    alone = float(len(ours) == 1)
    return {
        "support": share,
        "support_squared": share**2,
        "against": against,
        "missing": max(0.0, 1.0 - share - against),
        "best": odds[0],
        "best_support": odds[0] * share,
        "second": odds[1] if len(odds) > 1 else -2.0,
        "sum_of_odds": sum(odds) / looked,
        "mean_of_odds": sum(odds) / len(odds),
        "sum_of_support": sum(ours) / looked,
        "sum_against": sum(theirs) / looked,
        "purity": sum(ours) / (sum(ours) + sum(theirs)),
        "best_against": _odds(theirs[0]) if theirs else -3.5,
        "texts": float(support.texts),
        "alone": alone,
        "alone_best": alone * odds[0],
        "per_reading": 1.0 / looked,
        "several_per_reading": (1.0 - alone) / looked,
        "confidence": support.confidence,
        "log_length": float(np.log(look.length)),
        **{name: float(getattr(look, name)) for name in _LOOKS},
        "short_support": share * (look.length <= 2),
        "page": _odds(support.page),
    }


_LOOKS = (
    "one_sign",
    "neither_letter_nor_digit",
    "odd",
    "letters_and_digits",
    "odd_case",
    "no_vowel",
    "repeated",
    "sign_inside",
    "digits",
)


def _odds(share: float) -> float:
    bounded = min(max(share, 0.02), 0.98)
    return float(np.log(bounded / (1.0 - bounded)))
