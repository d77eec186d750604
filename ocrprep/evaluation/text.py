"""How well a text that was read matches the true one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ocrprep.errors import ConfigError, InputError

_APOSTROPHES = "‘’‚‛′‹›ʼ`´"
_QUOTES = "“”„‟″«»"
_DASHES = "‐‑‒–—―−"
_UNSEEN = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, zero width space, word joiner, byte order mark."""
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_PLAIN = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _QUOTES), '"'),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _UNSEEN), None),
    **_LIGATURES,
    ord("…"): "...",
}
_DRAWN_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class TextScores:
    """One reading against the true text, or several pooled; all of them after :func:`normalize_text`.

    Args:
        cer: character error rate: edits that turn the reading into the truth, in percent of the true characters; above
            100 when more was read than there is.
        wer: word error rate, likewise.
        word_f1: harmonic mean of the next two, 0–100: what counts where a page has no single reading order.
        word_precision: share of the words read that the truth holds too, 0–100; 0 when nothing was read.
        word_recall: share of the true words that were read, 0–100. Words are counted, so that one read twice but
            written once is right once; their order and place do not matter.
        characters: of the truth, spaces included.
        words: of the truth.
        recognized_characters: of the reading, spaces included.
        recognized_words: of the reading.
        character_edits: fewest insertions, deletions and substitutions of a character.
        word_edits: the same of words.
        common_words: words in both, each as often as in the text that holds it less often.
    """

    cer: float
    wer: float
    word_f1: float
    word_precision: float
    word_recall: float
    characters: int
    words: int
    recognized_characters: int
    recognized_words: int
    character_edits: int
    word_edits: int
    common_words: int


def normalize_text(text: str, *, case_sensitive: bool = False) -> str:
    """A text without the differences that nobody blames an engine for.

    - Composed characters (Unicode NFC). Not NFKC, which calls ² and 2 the same.
    - Typographic, French and typewriter quotes become ' and ", dashes and the minus sign become -, … becomes ...
    - The ligatures ﬀ ﬁ ﬂ ﬃ ﬄ ﬅ ﬆ become letters.
    - Soft hyphens and other characters without width go.
    - Each run of white space, line and page ends too, becomes one space; none at either end.
    - Small letters, unless ``case_sensitive``.

    Words that a line end divides stay divided, and punctuation stays with its word.
    """
    # Composed before, as it may make a quote, and after, as what stood between a letter and its accent is gone.
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if not case_sensitive:
        plain = plain.lower()
    return " ".join(unicodedata.normalize("NFC", plain).split())


def text_scores(truth: str, recognized: str, *, case_sensitive: bool = False) -> TextScores:
    """Compare what was read with what is written.

    Args:
        truth: what is written.
        recognized: what was read; may be empty.
        case_sensitive: tell A from a, in all measures.

    Raises:
        InputError: a truth without a visible character, or something that is not text.
        ConfigError: rapidfuzz is not installed.
    """
    for role, text in (("true", truth), ("recognized", recognized)):
        if not isinstance(text, str):
            raise InputError(f"the {role} text must be a string, not: {type(text).__name__}")
    real = normalize_text(truth, case_sensitive=case_sensitive)
    read = normalize_text(recognized, case_sensitive=case_sensitive)
    if not real:
        raise InputError("the true text is empty, so there is nothing to read")
    levenshtein = _library()
    real_words, read_words = real.split(), read.split()
    return _scores(
        characters=len(real),
        words=len(real_words),
        recognized_characters=len(read),
        recognized_words=len(read_words),
        character_edits=int(levenshtein.distance(real, read)),
        word_edits=int(levenshtein.distance(*_numbered(real_words, read_words))),
        common_words=(Counter(real_words) & Counter(read_words)).total(),
    )


def pooled(scores: Iterable[TextScores]) -> TextScores:
    """The scores of several pages as of one long text: counts are added, so that a long page weighs more.

    Words still only match words of their own page.

    Raises:
        InputError: no scores.
    """
    pages = list(scores)
    if not pages:
        raise InputError("there are no scores to pool")
    counts = (
        "characters",
        "words",
        "recognized_characters",
        "recognized_words",
        "character_edits",
        "word_edits",
        "common_words",
    )
    return _scores(**{name: sum(getattr(page, name) for page in pages) for name in counts})


def bootstrap_interval(
    values: Sequence[float] | npt.NDArray[np.floating[Any]],
    *,
    level: float = 0.95,
    samples: int = 10_000,
    seed: int = 0,
) -> tuple[float, float]:
    """The percentile bootstrap interval of a mean (Efron 1979).

    For two chains on the same pages give the differences page by page: the pages' own difficulty then cancels out. The
    same values in the same order give the same interval.

    Args:
        values: one per page, at least one; a single one is both ends.
        level: share of the resampled means inside, between 0 and 1.
        samples: how many times as many values are drawn, with replacement.
        seed: of the draws.

    Returns:
        Lower and upper end.

    Raises:
        InputError: no values, or one that is not finite.
        ValueError: a level or a number of samples out of range.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if samples < 1:
        raise ValueError(f"samples must be at least 1, not {samples}")
    known = np.asarray(values, np.float64)
    if known.ndim != 1 or known.size == 0:
        raise InputError(f"an interval needs a row of one value per page, not shape {known.shape}")
    if not np.isfinite(known).all():
        raise InputError("an interval needs finite values", hint="leave out the pages without a score")
    draws = np.random.default_rng(seed)
    rows = max(_DRAWN_AT_ONCE // known.size, 1)
    means = np.concatenate(
        [
            known[draws.integers(0, known.size, (min(rows, samples - start), known.size))].mean(axis=1)
            for start in range(0, samples, rows)
        ]
    )
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def _scores(
    *,
    characters: int,
    words: int,
    recognized_characters: int,
    recognized_words: int,
    character_edits: int,
    word_edits: int,
    common_words: int,
) -> TextScores:
    found = words + recognized_words
    return TextScores(
        cer=100.0 * character_edits / characters,
        wer=100.0 * word_edits / words,
        word_f1=200.0 * common_words / found,
        word_precision=100.0 * common_words / recognized_words if recognized_words else 0.0,
        word_recall=100.0 * common_words / words,
        characters=characters,
        words=words,
        recognized_characters=recognized_characters,
        recognized_words=recognized_words,
        character_edits=character_edits,
        word_edits=word_edits,
        common_words=common_words,
    )


def _numbered(*texts: list[str]) -> list[list[int]]:
    """Each word as a number of its own: rapidfuzz compares words by hash, and two may share one."""
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(word, len(numbers)) for word in text] for text in texts]


def _library() -> Any:
    try:
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - loaded by the first text
    except ImportError as error:
        raise ConfigError(
            "text scores need rapidfuzz, which is not installed", hint='pip install "ocrprep[bench]"'
        ) from error
    return Levenshtein
