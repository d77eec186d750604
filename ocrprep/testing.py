"""For the tests of programs that stand on this package: an engine that needs no engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ocrprep.errors import OcrPrepError, RecognizerError
from ocrprep.geometry import Box
from ocrprep.recognizers._batches import ReadsBatches
from ocrprep.recognizers.base import read_each
from ocrprep.result import Character, Line, RecognitionResult, Word, as_map, quad_on_source

if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from ocrprep.batch import Batch
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.recognizers._batches import Results

    Answer: TypeAlias = str | OcrPrepError


class FakeRecognizer(ReadsBatches):
    """Reads from a script what it was told to read, and remembers the pages that it was given.

    Its words lie on the page in equal lines, each word as wide as its share of the longest line. It reads a batch one
    page after the other, unless told otherwise.

    Args:
        script: one text for every page; or texts in the order of the pages; or texts by the stem of the page's
            source; or a function of the page. An error in place of a text is raised.
        confidence: of every word, 0–100.
        orientation: what it thinks of every page.
        languages: what it says it can read.
        characters: whether its words have their characters, all of one width.
    """

    name = "fake"
    version = "1"

    def __init__(
        self,
        script: Answer | Sequence[Answer] | Mapping[str, Answer] | Callable[[Page], Answer] = "",
        *,
        confidence: float = 95.0,
        orientation: Orientation | None = None,
        languages: tuple[str, ...] = ("eng",),
        characters: bool = False,
    ) -> None:
        self.languages = languages
        self.pages: list[Page] = []
        self._script = script
        self._confidence = confidence
        self._orientation = orientation
        self._characters = characters
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        # A copy in another process has a lock of its own.
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    def _each(self, batch: Batch, workers: int | None, how: dict[str, Any]) -> Results:
        # One page after the other: then a script in order finds its pages.
        return read_each(self, batch, workers=1 if workers is None else workers, **how)

    def read(self, page: Page) -> RecognitionResult:
        """The script's text for this page.

        Raises:
            OcrPrepError: the script's error, or a ``RecognizerError`` where it says nothing about the page.
        """
        with self._lock:
            place = len(self.pages)
            self.pages.append(page)
        answer = self._answer(page, place)
        if isinstance(answer, OcrPrepError):
            raise answer
        return RecognitionResult(
            recognition_text=answer,
            lines=self._lines(answer, page),
            source=page.source,
            width=page.width,
            height=page.height,
            steps=page.steps,
            engine=f"{self.name} {self.version}",
            language=self.languages[0],
            to_source=as_map(page.to_source),
        )

    def orientation(self, page: Page) -> Orientation | None:
        """As it was told."""
        del page
        return self._orientation

    def _lines(self, answer: str, page: Page) -> tuple[Line, ...]:
        made = _lines(answer, page, self._confidence)
        return tuple(_with_characters(line, page) for line in made) if self._characters else tuple(made)

    def _answer(self, page: Page, place: int) -> Answer:
        script = self._script
        if isinstance(script, (str, OcrPrepError)):
            return script
        if isinstance(script, Mapping):
            script, key = dict(script), page.source.stem
            if key in script:
                return script[key]
        elif callable(script):
            return script(page)
        elif place < len(script):
            return script[place]
        raise RecognizerError(f"{page.source}: the script says nothing about this page", hint="give it a text")


def _lines(text: str, page: Page, confidence: float) -> list[Line]:
    rows = [row.split() for row in text.splitlines() if row.split()]
    if not rows:
        return []
    height = page.height / len(rows)
    letter = page.width / max(len(" ".join(row)) for row in rows)
    return [
        _line(row, page, Box(0.0, place * height, letter, (place + 1) * height), confidence)
        for place, row in enumerate(rows)
    ]


def _line(row: list[str], page: Page, first: Box, confidence: float) -> Line:
    words, left = [], 0.0
    for text in row:
        box = Box(left, first.top, left + len(text) * first.width, first.bottom)
        words.append(Word(text, confidence, box, quad_on_source(page, box)))
        left = box.right + first.width
    whole = Box(0.0, first.top, words[-1].box.right, first.bottom)
    return Line(tuple(words), whole, quad_on_source(page, whole))


def _with_characters(line: Line, page: Page) -> Line:
    return replace(line, words=tuple(replace(word, characters=_signs(word, page)) for word in line.words))


def _signs(word: Word, page: Page) -> tuple[Character, ...]:
    width = word.box.width / len(word.text)
    lefts = [word.box.left + place * width for place in range(len(word.text))]
    boxes = [Box(left, word.box.top, left + width, word.box.bottom) for left in lefts]
    return tuple(
        Character(sign, word.confidence, box, quad_on_source(page, box))
        for sign, box in zip(word.text, boxes, strict=True)
    )
