"""Spelling mistakes, found and mended where it is safe."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, overload

from ocrprep.result import Alternative, RecognitionResult
from ocrprep.text._edits import suggestions
from ocrprep.text.dictionaries import Dictionary, dictionary

if TYPE_CHECKING:
    from ocrprep.result import Line, Word

_CHUNK = re.compile(r"\S+")
_CORE = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_AROUND = re.compile(r"[^\w@#/\\<>=|]*")
"""What may stand around a word: punctuation, but no signs of addresses and formulas."""

_ENDS = ".!?:"
_HYPHENS = ("-", "\u2010", "\u00ad")
_LINE_ENDS = {"\n", "\r", ""}
_LEAST_LETTERS = 4

_LEAST_WITH_CAPITAL = 7
"""Letters: shorter words with a capital are abbreviations or names as often as not, even where a sentence begins."""

_CLEARLY = 30.0
"""How many times more likely than the next one a suggestion must be."""

_NEAR, _STRANGE = 4, 0.25
"""Words on either side, and share of them that may be neither known nor mended: more so is a line in another language,
or one that was misread."""

_USUAL = 5e-7
"""Share of all words in use that a suggestion must have: rarer words are as likely what was not meant."""


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A word that no dictionary knows.

    Args:
        text: the word.
        place: of its first character in the text, from 0.
        suggestions: known words that differ by one edit, the likeliest first.
    """

    text: str
    place: int
    suggestions: tuple[str, ...]


@overload
def correct_spelling(
    text: str, *, language: str | None = None, words: str | os.PathLike[str] | Iterable[str] = ()
) -> str: ...
@overload
def correct_spelling(
    text: RecognitionResult, *, language: str | None = None, words: str | os.PathLike[str] | Iterable[str] = ()
) -> RecognitionResult: ...
def correct_spelling(
    text: str | RecognitionResult,
    *,
    language: str | None = None,
    words: str | os.PathLike[str] | Iterable[str] = (),
) -> str | RecognitionResult:
    """Mend words that no dictionary knows, where one edit makes a usual word and there is no doubt which.

    An edit is a letter that is missing, added, replaced or exchanged with its neighbour, or signs that engines take for
    each other, such as rn and m. Everything else stays as it is: case, punctuation, line breaks, numbers, words of
    under four letters, words in capitals, words with a capital within a sentence, parts of divided words, addresses,
    and words that are far from any known one.

    Args:
        text: a text, or a page that was read.
        language: Tesseract's name or the two letters of ISO 639-1, several joined by ``+``; None is the result's own,
            and English for a text.
        words: of one's own, which are right too: a UTF-8 file with one a line, or the words.

    Returns:
        The text; or the result with the same boxes, where a mended word has what was read as its first alternative,
        and no characters, and a warning tells what was mended.

    Raises:
        ConfigError: there is no dictionary for the language, the extra ``text`` is not installed, or the file cannot
            be read.
    """
    if isinstance(text, str):
        return _corrected(text, dictionary(language or "eng", words))
    return _of_result(text, dictionary(language or text.language or "eng", words))


def misspelled(
    text: str | RecognitionResult,
    *,
    language: str | None = None,
    words: str | os.PathLike[str] | Iterable[str] = (),
) -> tuple[Misspelling, ...]:
    """The words that no dictionary knows, in the order of the text, with what may be meant.

    Looked at are the same words that :func:`correct_spelling` would mend, whether it is sure of them or not.

    Args:
        text: a text, or a page that was read, whose ``recognition_text`` is taken.
        language: see :func:`correct_spelling`.
        words: likewise.

    Raises:
        ConfigError: see :func:`correct_spelling`.
    """
    plain, spoken = (text, "eng") if isinstance(text, str) else (text.recognition_text, text.language or "eng")
    known = dictionary(language or spoken, words)
    return tuple(
        Misspelling(token.text, token.place, tuple(other for other, _ in suggestions(token.text, known)))
        for token in _tokens(plain, known)
        if token.whole and not token.known
    )


def _corrected(text: str, known: Dictionary) -> str:
    tokens = list(_tokens(text, known))
    meant = [token.text if token.known else _mended(token.text, known) for token in tokens]
    strange = [not token.known and token.text == other for token, other in zip(tokens, meant, strict=True)]
    parts, done = [], 0
    for number, (token, other) in enumerate(zip(tokens, meant, strict=True)):
        around = strange[max(0, number - _NEAR) : number + 1 + _NEAR]
        if token.whole and other != token.text and sum(around) <= _STRANGE * (len(around) - 1):
            parts += [text[done : token.place], other]
            done = token.place + len(token.text)
    return "".join([*parts, text[done:]])


def _mended(word: str, known: Dictionary) -> str:
    """The word that is meant for sure; else the same word."""
    found = suggestions(word, known)
    if not found:
        return word
    best, weight = found[0]
    others = found[1][1] if len(found) > 1 else 0.0
    return best if known.share(best) >= _USUAL and weight >= _CLEARLY * others else word


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as it stands in a text; names, numbers and parts of other words are not whole.

    Args:
        text: without what stands around it.
        place: of its first character.
        known: whether a dictionary has it.
        whole: whether it is a word that may be mended, if it is not known.
    """

    text: str
    place: int
    known: bool
    whole: bool


def _tokens(text: str, known: Dictionary) -> Iterator[_Token]:
    begins, divided = True, False
    for chunk in _CHUNK.finditer(text):
        part, after = chunk[0], text[chunk.end() : chunk.end() + 1]
        ends_open = part.endswith(_HYPHENS)
        # The first half of a word that a line's end divides, or its second half.
        cut = divided or (ends_open and after in _LINE_ENDS)
        sentence_begins, divided = begins, ends_open
        begins = part.rstrip("\"'”’)]»").endswith(tuple(_ENDS))
        core = _CORE.search(part)
        if core is None:
            continue
        word = core[0]
        whole = not cut and len(word) >= _LEAST_LETTERS and _has_usual_case(word, sentence_begins)
        yield _Token(word, chunk.start() + core.start(), known.knows(word), whole and _stands_alone(part, core))


def _stands_alone(part: str, core: re.Match[str]) -> bool:
    return bool(_AROUND.fullmatch(part[: core.start()]) and _AROUND.fullmatch(part[core.end() :]))


def _has_usual_case(word: str, sentence_begins: bool) -> bool:
    return word.islower() or (
        sentence_begins and len(word) >= _LEAST_WITH_CAPITAL and word[:1].isupper() and word[1:].islower()
    )


def _of_result(result: RecognitionResult, known: Dictionary) -> RecognitionResult:
    # Nothing mended has another number of spaces or lines.
    rows = _corrected("\n".join(line.text for line in result.lines), known).split("\n")
    lines = tuple(_of_line(line, row) for line, row in zip(result.lines, rows, strict=True))
    pairs = zip(result.words, (word for line in lines for word in line.words), strict=True)
    mended = [f"{old.text} → {new.text}" for old, new in pairs if old.text != new.text]
    if not mended:
        return result
    return replace(
        result,
        recognition_text=_corrected(result.recognition_text, known),
        lines=lines,
        warnings=(*result.warnings, f"words mended by a dictionary: {', '.join(mended)}"),
    )


def _of_line(line: Line, row: str) -> Line:
    parts = iter(row.split(" "))
    texts = (" ".join(islice(parts, word.text.count(" ") + 1)) for word in line.words)
    return replace(line, words=tuple(map(_of_word, line.words, texts)))


def _of_word(word: Word, text: str) -> Word:
    if text == word.text:
        return word
    read = Alternative(word.text, 0.0, word.readings)
    return replace(word, text=text, alternatives=(read, *word.alternatives), characters=())
