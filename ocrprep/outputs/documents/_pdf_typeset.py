"""Text that is seen in a PDF: letters given to the fonts that have them, and notes set in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ocrprep.outputs.documents._fonts import Letter, typefaces
from ocrprep.outputs.documents._pdf_book import Book, Run, Vector
from ocrprep.outputs.documents._pdf_signs import MARK, as_seen, cleaned, is_leftwards

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NOTE_SIZE, _NOTE_LINE, _NOTE_MARGIN = 11.0, 1.4, 36.0
_NOTHING = Letter(0.0, 0.0, 0.0)


class Set(NamedTuple):
    """A word as it will be seen, in units of the font size.

    Args:
        runs: from left to right.
        advance: how wide it is.
        low: of its lowest ink, below the base line less than 0.
        high: of its highest ink.
    """

    runs: tuple[Run, ...]
    advance: float
    low: float
    high: float


class Typeset:
    """The fonts of a document.

    A letter that no font has is seen as U+FFFD, or as a question mark where no font has that either.

    Args:
        book: the document.
        texts: all that will be set.
        font: is asked before all others; see ``DocumentOptions``.

    Raises:
        OutputError: the font cannot be used.
    """

    def __init__(self, book: Book, texts: Iterable[str], font: Path | None) -> None:
        self._book = book
        letters: set[str] = set()
        for text in texts:
            letters.update(cleaned(text))
        self._letters: dict[str, tuple[str, Letter]] = {}
        for face in typefaces(letters | {MARK, "?"}, font) if letters else ():
            family = book.font(face.data)
            for letter, shape in face.letters.items():
                self._letters.setdefault(letter, (family, shape))
        self._mark = self._letters.get(MARK) or self._letters.get("?") or ("", _NOTHING)
        self._mark_text = MARK if MARK in self._letters else "?"

    def set(self, word: str, *, goes_on: bool = False) -> Set:
        """A word in its fonts.

        Args:
            word: as it is read.
            goes_on: another follows on its line: a blank stands after it, which its advance does not count.
        """
        runs: list[Run] = []
        at, low, high = 0.0, [0.0], [0.0]
        for sign in as_seen(word):
            family, letter = self._letters.get(sign, self._mark)
            text = sign if sign in self._letters else self._mark_text
            if runs and runs[-1].family == family:
                runs[-1] = runs[-1]._replace(text=runs[-1].text + text)
            else:
                runs.append(Run(family, text, at))
            at += letter.advance
            low.append(letter.low)
            high.append(letter.high)
        if goes_on and " " in self._letters:
            family, blank = self._letters[" "]
            runs.append(Run(family, " ", -blank.advance if is_leftwards(word) else at))
        return Set(tuple(runs), at, min(low), max(high))

    def note(self, text: str, width: float, height: float) -> None:
        """Write a note at the top of the page in lines that fit, upright and unstretched.

        Args:
            text: of the note.
            width: of the page, in points.
            height: likewise.
        """
        size = max(1.0, min(_NOTE_SIZE, width / 30.0))
        margin = min(_NOTE_MARGIN, width / 10.0, height / 10.0)
        y = margin + size
        for line in self._lines(cleaned(text).split(), (width - 2.0 * margin) / size):
            made = self.set(line)
            if made.advance:
                along = Vector(made.advance * size, 0.0)
                self._book.word(made.runs, Vector(margin, y), along, Vector(0.0, -size), advance=made.advance)
            y += _NOTE_LINE * size

    def _lines(self, words: list[str], room: float) -> Iterable[str]:
        line = ""
        for word in words:
            longer = f"{line} {word}" if line else word
            if line and self.set(longer).advance > room:
                yield line
                line = word
            else:
                line = longer
        yield line
