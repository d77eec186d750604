"""Results as JSON: the documented schema, and how it is filled."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from typing_extensions import NotRequired, TypedDict

from ocrprep.result.frame import Frame, Space, frame_of

if TYPE_CHECKING:
    from ocrprep.page import Step
    from ocrprep.result.output import PageFailure
    from ocrprep.result.recognition import Reading, RecognitionResult
    from ocrprep.result.words import Alternative, Character, Line, Quad, Word

SCHEMA_VERSION = 1
"""Counted up when a reader of the JSON would have to change; new keys do not count."""


class FrameJson(TypedDict):
    """The coordinates of every ``quad``: which, in what unit, and the size of the raster in it."""

    space: Space
    unit: str
    width: float
    height: float
    dpi: list[float]
    dpi_known: bool


class OtherCharacterJson(TypedDict):
    """What else a character may be."""

    text: str
    confidence: float


class CharacterJson(TypedDict):
    """One character."""

    text: str
    confidence: float
    quad: list[list[float]]
    page_box: list[float]
    source_quad: list[list[float]]
    alternatives: list[OtherCharacterJson]


class AlternativeJson(TypedDict):
    """What other readings saw in a word's place."""

    text: str
    share: float
    readings: list[int]


class WordJson(TypedDict):
    """One word: four corners in the file's frame, on the page that was read (upright), and on the source."""

    text: str
    confidence: float
    quad: list[list[float]]
    page_box: list[float]
    source_quad: list[list[float]]
    probability: NotRequired[float]
    readings: NotRequired[list[int]]
    alternatives: NotRequired[list[AlternativeJson]]
    characters: NotRequired[list[CharacterJson]]


class LineJson(TypedDict):
    """One line."""

    text: str
    confidence: float
    quad: list[list[float]]
    page_box: list[float]
    source_quad: list[list[float]]
    block: int
    paragraph: int
    words: list[WordJson]


class StepJson(TypedDict):
    """One thing that was done to the page before it was read."""

    kind: str
    parameters: dict[str, Any]
    found: dict[str, Any]
    seconds: float
    implicit: bool


class ReadingJson(TypedDict):
    """One of the readings of a consensus."""

    name: str
    engine: str
    seconds: float
    words: int
    share: float
    steps: list[StepJson]


class PageJson(TypedDict):
    """A page that was read; ``page`` is its 1-based number in its file."""

    version: int
    file: str
    page: int
    frame: FrameJson
    text: str
    confidence: float
    engine: str
    language: str
    seconds: float
    load_seconds: float
    page_size: list[int]
    source_size: list[int]
    source_sha256: str
    to_source: list[float]
    warnings: list[str]
    steps: list[StepJson]
    choices: list[dict[str, Any]]
    lines: list[LineJson]
    dropped: list[WordJson]
    readings: list[ReadingJson]


class ErrorJson(TypedDict):
    """Why a page could not be read."""

    type: str
    message: str
    exit_code: int


class FailureJson(TypedDict):
    """A page that could not be read."""

    version: int
    file: str
    page: int
    error: ErrorJson


class DocumentJson(TypedDict):
    """A saved document: its pages in order."""

    format: str
    version: int
    title: str
    pages: list[PageJson | FailureJson]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a saved document; ``$defs/PageJson`` is that of a single result."""
    from pydantic import TypeAdapter  # noqa: PLC0415 - only for who asks for the schema

    schema = TypeAdapter(DocumentJson).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def page_json(result: RecognitionResult, frame: Frame | None = None) -> PageJson:
    """Everything about a page as plain lists, numbers and strings; quads in ``frame``, None for the source's."""
    frame = frame or frame_of(result)
    return {
        "version": SCHEMA_VERSION,
        "file": result.source.uri,
        "page": result.source.page_index + 1,
        "frame": _frame(frame),
        "text": result.recognition_text,
        "confidence": round(result.confidence, 2),
        "engine": result.engine,
        "language": result.language,
        "seconds": round(result.seconds, 4),
        "load_seconds": round(result.load_seconds, 4),
        "page_size": [result.width, result.height],
        "source_size": [result.source.width, result.source.height],
        "source_sha256": result.source.sha256,
        "to_source": list(result.to_source),
        "warnings": list(result.warnings),
        "steps": [_step(step) for step in result.steps],
        "choices": [choice.as_dict() for choice in result.choices],
        "lines": [_line(line, frame) for line in result.lines],
        "dropped": [_word(word, frame) for word in result.dropped],
        "readings": [_reading(item) for item in result.readings],
    }


def failure_json(failure: PageFailure) -> FailureJson:
    """A failed page as plain values."""
    error = failure.error
    return {
        "version": SCHEMA_VERSION,
        "file": failure.source.uri,
        "page": failure.source.page_index + 1,
        "error": {"type": type(error).__name__, "message": str(error), "exit_code": error.exit_code},
    }


def json_text(data: object, *, indent: int | None = None) -> str:
    """JSON that can be written as UTF-8: bytes of a file name that are no text stay escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return re.sub(r"[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def _frame(frame: Frame) -> FrameJson:
    return {
        "space": frame.space,
        "unit": frame.unit,
        "width": round(frame.width, 3),
        "height": round(frame.height, 3),
        "dpi": [round(value, 4) for value in frame.dpi],
        "dpi_known": frame.dpi_known,
    }


def _line(line: Line, frame: Frame) -> LineJson:
    return {
        "text": line.text,
        "confidence": round(line.confidence, 2),
        "quad": _corners(frame.quad(line)),
        "page_box": _sides(line),
        "source_quad": _corners(line.source_quad),
        "block": line.block,
        "paragraph": line.paragraph,
        "words": [_word(word, frame) for word in line.words],
    }


def _word(word: Word, frame: Frame) -> WordJson:
    told: WordJson = {
        "text": word.text,
        "confidence": round(word.confidence, 2),
        "quad": _corners(frame.quad(word)),
        "page_box": _sides(word),
        "source_quad": _corners(word.source_quad),
    }
    if word.probability is not None:
        told["probability"] = round(word.probability, 4)
    if word.readings or word.alternatives:
        told["readings"] = list(word.readings)
        told["alternatives"] = [_alternative(other) for other in word.alternatives]
    if word.characters:
        told["characters"] = [_character(item, frame) for item in word.characters]
    return told


def _alternative(other: Alternative) -> AlternativeJson:
    return {"text": other.text, "share": round(other.share, 4), "readings": list(other.readings)}


def _character(item: Character, frame: Frame) -> CharacterJson:
    return {
        "text": item.text,
        "confidence": round(item.confidence, 2),
        "quad": _corners(frame.quad(item)),
        "page_box": _sides(item),
        "source_quad": _corners(item.source_quad),
        "alternatives": [{"text": text, "confidence": round(sure, 2)} for text, sure in item.alternatives],
    }


def _step(step: Step) -> StepJson:
    return {
        "kind": step.kind,
        "parameters": dict(step.parameters),
        "found": dict(step.found),
        "seconds": round(step.seconds, 5),
        "implicit": step.implicit,
    }


def _reading(item: Reading) -> ReadingJson:
    return {
        "name": item.name,
        "engine": item.engine,
        "seconds": round(item.seconds, 4),
        "words": item.words,
        "share": round(item.share, 4),
        "steps": [_step(step) for step in item.steps],
    }


def _sides(item: Line | Word | Character) -> list[float]:
    box = item.box
    return [round(value, 2) for value in (box.left, box.top, box.right, box.bottom)]


def _corners(quad: Quad) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in quad]
