"""The words of a language and how often they are used."""

from __future__ import annotations

import importlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ocrprep.errors import ConfigError

_CODES = {
    "ara": "ar", "deu": "de", "eng": "en", "eus": "eu", "fas": "fa", "fra": "fr", "ita": "it", "lav": "lv",
    "nld": "nl", "por": "pt", "rus": "ru", "spa": "es",
}  # fmt: skip
"""The codes of ISO 639-1 of those of ISO 639-3, which are Tesseract's."""

_BRITISH = [
    (re.compile(old), new)
    for old, new in (("our", "or"), ("is(?=e|ing|at)", "iz"), ("ys(?=e|ing)", "yz"), ("re(?=d?$|s$)", "er"),
                     ("ll(?=e[dr]|ing)", "l"), ("ogue", "og"), ("ence", "ense"), ("ae|oe", "e"))
]  # fmt: skip
"""British spellings as American ones, which are all that the English dictionary has."""

_PLURALS = {"en", "es", "fr", "nl", "pt"}
"""Languages in which an s makes a plural; the dictionaries lack those of many nouns."""

_OWN = 1e-5
"""How often words of one's own are taken to be used, as a share: like the ten thousand commonest of a language."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The words of one or more languages.

    Args:
        languages: their codes.
        shares: of each word in small letters, the share that it has of all words in use.
        letters: that words are made of.
    """

    languages: tuple[str, ...]
    shares: Mapping[str, float]
    letters: str

    def share(self, word: str) -> float:
        """How often a word is used, 0–1; 0 for an unknown one."""
        return self.shares.get(word.lower().replace("’", "'"), 0.0)

    def knows(self, word: str) -> bool:
        """Whether a word stands here, as it is, in its parts or in British spelling."""
        plain = word.lower().replace("’", "'")
        if plain in self.shares:
            return True
        parts = [part for part in re.split(r"['-]", plain) if len(part) > 1]
        if parts and parts != [plain] and all(part in self.shares for part in parts):
            return True
        if plain.endswith("s") and plain[:-1] in self.shares and _PLURALS & set(self.languages):
            return True
        return "en" in self.languages and any(old.sub(new, plain) in self.shares for old, new in _BRITISH)


def dictionary(language: str, words: str | os.PathLike[str] | Iterable[str] = ()) -> Dictionary:
    """The words of a language, and those of one's own.

    Args:
        language: Tesseract's name or the two letters of ISO 639-1, several joined by ``+``.
        words: a text file with one word a line, or the words.

    Raises:
        ConfigError: there is no dictionary for it, the library is not installed, or the file cannot be read.
    """
    codes = tuple(dict.fromkeys(_code(part) for part in language.split("+")))
    shares, letters = _shares(codes)
    own = _own(words)
    if own:
        shares = {**shares, **{word: max(_OWN, shares.get(word, 0.0)) for word in own}}
        letters = "".join(sorted({*letters, *"".join(own)}))
    return Dictionary(codes, shares, letters)


def _code(language: str) -> str:
    plain = language.strip().lower()
    code = _CODES.get(plain, plain)
    if code not in _CODES.values():
        there = ", ".join(sorted(f"{name} ({short})" for name, short in _CODES.items()))
        raise ConfigError(f"there is no dictionary for the language {language!r}", hint=f"there is one for {there}")
    return code


@lru_cache(4)
def _shares(codes: tuple[str, ...]) -> tuple[dict[str, float], str]:
    """The mean over the languages, and their letters."""
    shares: Counter[str] = Counter()
    for code in codes:
        counts = _library().SpellChecker(language=code).word_frequency.dictionary
        total = sum(counts.values()) * len(codes)
        for word, count in counts.items():
            shares[word] += count / total
    return dict(shares), "".join(sorted(set("".join(shares))))


def _library() -> Any:
    try:
        return importlib.import_module("spellchecker")
    except ImportError as error:
        raise ConfigError(
            "the dictionaries come with pyspellchecker, which is not installed", hint='pip install "ocrprep[text]"'
        ) from error


def _own(words: str | os.PathLike[str] | Iterable[str]) -> set[str]:
    given = _lines_of(words) if isinstance(words, (str, os.PathLike)) else words
    return {word.strip().lower().replace("’", "'") for word in given if word.strip()}


def _lines_of(file: str | os.PathLike[str]) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(
            f"the words in {os.fspath(file)!r} cannot be read: {error}", hint="a UTF-8 file with one word a line"
        ) from error
