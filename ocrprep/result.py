"""The other noun that travels: what an engine read from a page, in page and in source coordinates."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from ocrprep.choices import Choice, choices_of
from ocrprep.errors import OcrPrepError
from ocrprep.geometry import Box
from ocrprep.page import Source, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.geometry import Matrix, Points
    from ocrprep.page import Page

Quad: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Top left, top right, bottom right, bottom left as the text runs; (x, y) each."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else some readings saw in the place of a word.

    Args:
        text: never empty.
        share: of the votes for this place, 0–1.
        readings: who saw it, as 0-based places in ``RecognitionResult.readings``.
    """

    text: str
    share: float
    readings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Word:
    """One word.

    Args:
        text: never empty.
        confidence: the engine's own, 0–100.
        box: on the page that was read.
        source_quad: the same four corners on the source image; a turned page gives a turned quadrilateral.
        probability: that the word is right, 0–1, calibrated on pages whose text is known; None where nobody estimated
            it.
        readings: of a consensus, who saw this text, as 0-based places in ``RecognitionResult.readings``.
        alternatives: of a consensus, what the others saw, the one with most votes first.
    """

    text: str
    confidence: float
    box: Box
    source_quad: Quad
    probability: float | None = None
    readings: tuple[int, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    @property
    def source_box(self) -> Box:
        """The upright box around the quadrilateral on the source image."""
        return _around(self.source_quad)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    Args:
        words: left to right as the engine orders them, at least one.
        box: on the page that was read.
        source_quad: on the source image.
        block: 0-based number of the block of the layout.
        paragraph: 0-based number of the paragraph in its block.
    """

    words: tuple[Word, ...]
    box: Box
    source_quad: Quad
    block: int = 0
    paragraph: int = 0

    @property
    def text(self) -> str:
        """The words with single spaces between them."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of the words, 0–100."""
        return sum(word.confidence for word in self.words) / len(self.words)

    @property
    def text_in_line(self) -> str:
        """Aspose's name for :attr:`text`."""
        return self.text

    @property
    def line(self) -> Box:
        """Aspose's name for the line's rectangle on the source image."""
        return _around(self.source_quad)


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the readings that a consensus was made from.

    Args:
        name: of the preparation, such as ``prepared``.
        steps: what was done to the page before it was read.
        engine: name and version.
        seconds: wall time of the engine.
        words: how many it read.
        share: of the page's text that was shown to the engine, 0–1; below 1 where only doubtful lines were read again.
    """

    name: str
    steps: tuple[Step, ...] = ()
    engine: str = ""
    seconds: float = 0.0
    words: int = 0
    share: float = 1.0


Map: TypeAlias = tuple[float, float, float, float, float, float, float, float, float]
"""A 3×3 homography, row by row."""

_NO_MAP: Map = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class RecognitionResult:
    """What an engine read from one page, or a consensus from several readings of it.

    Args:
        recognition_text: the engine's text of the page, lines ended by line feeds.
        lines: in reading order.
        source: where the page came from.
        width: of the page that was read, in pixels.
        height: likewise.
        steps: what was done to the page before it was read.
        engine: name and version, such as ``tesseract 5.5.4 (tesserocr)``.
        language: as it was asked for, such as ``eng+fra``.
        seconds: wall time of the engine alone.
        load_seconds: wall time of opening and decoding the page; 0 where it was at hand. The filters' own are in
            ``steps``.
        warnings: what a careful reader should know about this page.
        to_source: the map from a point of the page that was read to the source image.
        dropped: words that are not in ``lines`` as they are too doubtful; kept apart, never lost.
        readings: of a consensus, what it was made from.
    """

    recognition_text: str
    lines: tuple[Line, ...] = ()
    source: Source = field(default_factory=Source)
    width: int = 0
    height: int = 0
    steps: tuple[Step, ...] = ()
    engine: str = ""
    language: str = ""
    seconds: float = 0.0
    load_seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    to_source: Map = _NO_MAP
    dropped: tuple[Word, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @property
    def confidence(self) -> float:
        """Mean confidence of all words, 0–100; 0 for a page without words."""
        words = self.words
        return sum(word.confidence for word in words) / len(words) if words else 0.0

    @property
    def timings(self) -> dict[str, float]:
        """Wall seconds of this page: ``load``, ``filters`` (all together) and ``engine`` (all readings)."""
        # Steps that readings have in common were done once.
        done: list[Step] = list(self.steps)
        for reading in self.readings:
            done += [step for step in reading.steps if step not in done]
        filters = sum(step.seconds for step in done)
        return {"load": self.load_seconds, "filters": filters, "engine": self.seconds}

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the filters that choose, such as ``auto``, decided about this page, and why."""
        return choices_of(self.steps)

    @property
    def recognition_lines_result(self) -> tuple[Line, ...]:
        """Aspose's name for :attr:`lines`."""
        return self.lines

    @property
    def file_name(self) -> str:
        """Aspose's name for the source's uri."""
        return self.source.uri

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain lists, numbers and strings."""
        return {
            "file": self.source.uri,
            "page": self.source.page_index + 1,
            "text": self.recognition_text,
            "confidence": round(self.confidence, 2),
            "engine": self.engine,
            "language": self.language,
            "seconds": round(self.seconds, 4),
            "load_seconds": round(self.load_seconds, 4),
            "page_size": [self.width, self.height],
            "source_size": [self.source.width, self.source.height],
            "source_sha256": self.source.sha256,
            "to_source": list(self.to_source),
            "warnings": list(self.warnings),
            "steps": [_step(step) for step in self.steps],
            "choices": [choice.as_dict() for choice in self.choices],
            "lines": [_line(line) for line in self.lines],
            "dropped": [_word(word) for word in self.dropped],
            "readings": [
                {
                    "name": item.name,
                    "engine": item.engine,
                    "seconds": round(item.seconds, 4),
                    "words": item.words,
                    "share": round(item.share, 4),
                    "steps": [_step(step) for step in item.steps],
                }
                for item in self.readings
            ],
        }

    def get_json(self, *, indent: int | None = 2) -> str:
        """The whole result as JSON."""
        return json_text(self.as_dict(), indent=indent)


def sifted(result: RecognitionResult, least: float) -> RecognitionResult:
    """The result without doubtful words, which are kept in ``dropped``.

    Args:
        result: any.
        least: confidence, 0–100, or for the words of a consensus a hundred times their probability, from which on a
            word stays.
    """

    def certainty(word: Word) -> float:
        voted = bool(result.readings) and word.probability is not None
        return 100.0 * (word.probability or 0.0) if voted else word.confidence

    lines, gone = [], []
    for line in result.lines:
        kept = tuple(word for word in line.words if certainty(word) >= least)
        gone += [word for word in line.words if certainty(word) < least]
        if kept:
            lines.append(line if len(kept) == len(line.words) else replace(line, words=kept))
    if not gone:
        return result
    return replace(result, lines=tuple(lines), recognition_text=text_of(lines), dropped=(*result.dropped, *gone))


def json_text(data: object, *, indent: int | None = None) -> str:
    """JSON that can be written as UTF-8: bytes of a file name that are no text stay escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return re.sub(r"[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def _line(line: Line) -> dict[str, Any]:
    return {
        **_placed(line),
        "block": line.block,
        "paragraph": line.paragraph,
        "words": [_word(word) for word in line.words],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "parameters": dict(step.parameters),
        "found": dict(step.found),
        "seconds": round(step.seconds, 5),
        "implicit": step.implicit,
    }


def _word(word: Word) -> dict[str, Any]:
    told = _placed(word)
    if word.probability is not None:
        told["probability"] = round(word.probability, 4)
    if word.readings or word.alternatives:
        told["readings"] = list(word.readings)
        told["alternatives"] = [
            {"text": other.text, "share": round(other.share, 4), "readings": list(other.readings)}
            for other in word.alternatives
        ]
    return told


def _placed(item: Line | Word) -> dict[str, Any]:
    box = item.box
    return {
        "text": item.text,
        "confidence": round(item.confidence, 2),
        "page_box": [round(value, 2) for value in (box.left, box.top, box.right, box.bottom)],
        "source_quad": [[round(x, 2), round(y, 2)] for x, y in item.source_quad],
    }


def _around(quad: Quad) -> Box:
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return Box(min(xs), min(ys), max(xs), max(ys))


def quad_on_source(page: Page, box: Box) -> Quad:
    """The corners of a box of this page on its source image."""
    return as_quad(page.source_points(box.corners()))


def as_quad(points: Points) -> Quad:
    """Four points, (4, 2), as plain numbers."""
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return first, second, third, fourth


def as_map(matrix: Matrix) -> Map:
    """A 3×3 matrix as plain numbers."""
    a, b, c, d, e, f, g, h, i = (float(value) for value in matrix.reshape(9))
    return a, b, c, d, e, f, g, h, i


def text_of(lines: Sequence[Line]) -> str:
    """Lines as Tesseract writes them: one a row, an empty row after each paragraph."""
    parts: list[str] = []
    for place, line in enumerate(lines):
        parts.append(f"{line.text}\n")
        following = lines[place + 1] if place + 1 < len(lines) else None
        if following is None or (following.block, following.paragraph) != (line.block, line.paragraph):
            parts.append("\n")
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that could not be opened, prepared or read, standing in its place.

    Args:
        source: which page.
        error: why; one of this package's errors.
    """

    source: Source
    error: OcrPrepError

    @property
    def message(self) -> str:
        """The error's text."""
        return str(self.error)

    @property
    def recognition_text(self) -> str:
        """Raises the error: a failed page has no text, not an empty one."""
        raise self.error


class OcrOutput(Sequence["RecognitionResult | PageFailure"]):
    """The results of a batch in the order of its pages; a page that failed is a :class:`PageFailure` in its place."""

    def __init__(self, items: Sequence[RecognitionResult | PageFailure] = ()) -> None:
        self._items = tuple(items)

    @overload
    def __getitem__(self, index: int) -> RecognitionResult | PageFailure: ...
    @overload
    def __getitem__(self, index: slice) -> OcrOutput: ...
    def __getitem__(self, index: int | slice) -> RecognitionResult | PageFailure | OcrOutput:
        return OcrOutput(self._items[index]) if isinstance(index, slice) else self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[RecognitionResult | PageFailure]:
        return iter(self._items)

    def __repr__(self) -> str:
        return f"<OcrOutput of {len(self.results)} pages read, {len(self.failures)} failed>"

    @property
    def results(self) -> tuple[RecognitionResult, ...]:
        """The pages that were read."""
        return tuple(item for item in self._items if isinstance(item, RecognitionResult))

    @property
    def failures(self) -> tuple[PageFailure, ...]:
        """The pages that were not."""
        return tuple(item for item in self._items if isinstance(item, PageFailure))

    @property
    def text(self) -> str:
        """The texts of all pages that were read, separated by form feeds."""
        return "\f".join(result.recognition_text for result in self.results)
