"""Whether probabilities keep their word: of the words of which 0.8 was said, eight in ten should be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ocrprep.errors import InputError
from ocrprep.evaluation.text import normalize_text

Values = Sequence[float] | npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Bin:
    """Words of about the same probability.

    Args:
        low: the bin holds probabilities from here on.
        high: up to here, itself only in the last bin.
        predicted: mean probability.
        right: share of the words that are right.
        words: how many.
    """

    low: float
    high: float
    predicted: float
    right: float
    words: int


def right_words(texts: Sequence[str], truth: str) -> npt.NDArray[np.float64]:
    """Which share of each word of a page is right: whether the true text holds it, as often as it was read.

    Args:
        texts: the words that were read; a word that normalizing divides is right in parts.
        truth: the whole true text.

    Returns:
        0.0–1.0 for each word; where a word was read twice and is written once, both are half right.
    """
    true = Counter(normalize_text(truth).split())
    parts = [normalize_text(text).split() for text in texts]
    read = Counter(part for word in parts for part in word)
    return np.array([np.mean([min(1.0, true[part] / read[part]) for part in word] or [0.0]) for word in parts])


def shares(predicted: Values, right: Values, *, bins: int = 10) -> list[Bin]:
    """The bins of a reliability diagram (DeGroot and Fienberg 1983); empty ones are left out.

    Args:
        predicted: probabilities, 0–1.
        right: 1.0 for a word that is right, 0.0 for one that is not, between them for one that is partly right.
        bins: of equal width.

    Raises:
        InputError: no words, lists of different length, or a number out of range.
        ValueError: no bins.
    """
    if bins < 1:
        raise ValueError(f"bins must be at least 1, not {bins}")
    said, true = np.asarray(predicted, np.float64), np.asarray(right, np.float64)
    if said.ndim != 1 or said.shape != true.shape or not said.size:
        raise InputError(
            f"calibration needs a probability and a truth for each word, not {said.shape} and {true.shape}"
        )
    if not all(((values >= 0) & (values <= 1)).all() for values in (said, true)):
        raise InputError("probabilities, and shares that are right, lie between 0 and 1")
    place = np.minimum(np.searchsorted(np.arange(bins + 1) / bins, said, side="right") - 1, bins - 1)
    return [
        Bin(number / bins, (number + 1) / bins, float(said[own].mean()), float(true[own].mean()), int(own.sum()))
        for number in range(bins)
        if (own := place == number).any()
    ]


def calibration_error(predicted: Values, right: Values, *, bins: int = 10) -> float:
    """The expected calibration error in points (Naeini, Cooper and Hauskrecht 2015).

    The mean over all words of how far, in their bin, the share that is right lies from what was predicted; arguments
    and errors as in :func:`shares`.
    """
    found = shares(predicted, right, bins=bins)
    total = sum(item.words for item in found)
    return 100.0 * sum(abs(item.predicted - item.right) * item.words for item in found) / total
