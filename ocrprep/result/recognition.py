"""What an engine read from one page."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, fields, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import numpy as np

from ocrprep import geometry
from ocrprep.choices import Choice, choices_of
from ocrprep.geometry import Box
from ocrprep.page import PageRef, Source, Step
from ocrprep.result.as_json import PageJson, json_text, page_json
from ocrprep.result.frame import Space, frame_of
from ocrprep.result.saving import save_items
from ocrprep.result.words import AreasType, Character, Line, Region, Word, as_quad

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from pathlib import Path

    from ocrprep.geometry import Matrix


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
        origin: opens the page again as it was before it was prepared, for documents that hold pictures; None where the
            result was not read from a batch, and after pickling.
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
    origin: PageRef | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        # The way to the page's pixels is of this process.
        kept = (getattr(self, item.name) for item in fields(self))
        return type(self), tuple(None if isinstance(value, PageRef) else value for value in kept)

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

    @property
    def recognition_regions_result(self) -> tuple[Region, ...]:
        """Aspose's name for the page's paragraphs; see :meth:`regions`."""
        return self.regions()

    @property
    def recognition_characters_list(self) -> tuple[Character, ...]:
        """Aspose's name for the characters of all words; empty where the engine was not asked for them."""
        return tuple(item for word in self.words for item in word.characters)

    def regions(self, areas: AreasType = AreasType.PARAGRAPHS) -> tuple[Region, ...]:
        """The page in parts, in reading order.

        Args:
            areas: paragraphs, lines or words.
        """
        if areas is AreasType.WORDS:
            return tuple(_of_word(word, line) for line in self.lines for word in line.words)
        if areas is AreasType.LINES:
            return tuple(self._region((line,)) for line in self.lines)
        paragraphs = groupby(self.lines, key=lambda line: (line.block, line.paragraph))
        return tuple(self._region(tuple(lines)) for _, lines in paragraphs)

    def _region(self, lines: tuple[Line, ...]) -> Region:
        text = "\n".join(line.text for line in lines)
        words = [word.confidence for line in lines for word in line.words]
        if len(lines) == 1:
            box, quad = lines[0].box, lines[0].source_quad
        else:
            box = Box.union(line.box for line in lines)
            quad = as_quad(geometry.apply(np.array(self.to_source).reshape(3, 3), box.corners()))
        return Region(text, sum(words) / len(words), box, quad, lines)

    def as_dict(self, space: Space = "source", *, dpi: float | None = None) -> PageJson:
        """Everything as plain lists, numbers and strings; see ``as_json`` for the schema.

        Args:
            space: the coordinates of every ``quad``.
            dpi: for points, of a source that does not tell its own.
        """
        return page_json(self, frame_of(self, space, dpi=dpi))

    def get_json(self, *, indent: int | None = 2, space: Space = "source") -> str:
        """The whole result as JSON."""
        return json_text(self.as_dict(space), indent=indent)

    def get_xml(self, **options: Any) -> str:
        """The whole result as XML; ``options`` as of ``DocumentOptions``."""
        target = io.BytesIO()
        save_items([self], target, "xml", **options)
        return target.getvalue().decode()

    def save(
        self,
        target: str | os.PathLike[str] | BinaryIO,
        format: object = None,  # noqa: A002 - theirs
        **options: Any,
    ) -> list[Path]:
        """Write the page as a document; see ``ocrprep.outputs.documents.save_document``.

        Args:
            target: a path, whose suffix tells the format, or a binary stream.
            format: a ``SaveFormat`` or its name; None goes by the suffix.
            options: see ``DocumentOptions``.

        Returns:
            The files that were written; none for a stream.

        Raises:
            OutputError: the format is not known, or the target cannot be written.
            pydantic.ValidationError: an option is wrong.
        """
        return save_items([self], target, format, **options)

    def _repr_html_(self) -> str:
        """For a notebook: the text with doubtful words marked, and their boxes on the picture where it is at hand."""
        from ocrprep.result.as_html import result_html  # noqa: PLC0415 - only a notebook asks

        return result_html(self)


def _of_word(word: Word, line: Line) -> Region:
    return Region(word.text, word.confidence, word.box, word.source_quad, (line,))


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
