"""What comes out: one row for each page, of the same columns whether it went well or not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ocrprep.result import json_text

if TYPE_CHECKING:
    import pyarrow as pa

    from ocrprep.errors import OcrPrepError
    from ocrprep.page import Page, Source
    from ocrprep.result import RecognitionResult

Row = dict[str, Any]


@cache
def read_schema() -> pa.Schema:
    """The columns of a page that was read.

    ``source`` and ``page`` (from 1) name it, and are there in every row. ``failure`` is null where it was read; where
    it is not, all else is null or empty. Boxes are in pixels of the source image, x to the right and y down from its
    upper left corner.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    word = pa.struct(
        [
            ("text", pa.string()),
            ("confidence", pa.float64()),
            ("probability", pa.float64()),
            ("line", pa.int32()),
            ("left", pa.float64()),
            ("top", pa.float64()),
            ("right", pa.float64()),
            ("bottom", pa.float64()),
            ("quad", pa.list_(pa.float64())),
        ]
    )
    return pa.schema(
        [
            *_name_columns(),
            ("text", pa.string()),
            ("confidence", pa.float64()),
            ("words", pa.list_(word)),
            ("engine", pa.string()),
            ("language", pa.string()),
            ("warnings", pa.list_(pa.string())),
            *_ending(),
        ]
    )


@cache
def clean_schema() -> pa.Schema:
    """The columns of a page that was saved; as of :func:`read_schema`, with the image's file in place of the text."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return pa.schema(
        [
            *_name_columns(),
            ("file", pa.string()),
            ("bytes", pa.int64()),
            ("width", pa.int32()),
            ("height", pa.int32()),
            ("mode", pa.string()),
            ("to_source", pa.list_(pa.float64())),
            *_ending(),
        ]
    )


def _name_columns() -> list[tuple[str, pa.DataType]]:
    import pyarrow as pa  # noqa: PLC0415 - as above

    return [("source", pa.string()), ("page", pa.int32()), ("pages", pa.int32()), ("sha256", pa.string())]


def _ending() -> list[tuple[str, pa.DataType]]:
    import pyarrow as pa  # noqa: PLC0415 - as above

    failure = pa.struct([("type", pa.string()), ("message", pa.string()), ("hint", pa.string())])
    timing = pa.struct([("step", pa.string()), ("seconds", pa.float64())])
    return [("steps", pa.string()), ("timings", pa.list_(timing)), ("failure", failure)]


def table_of(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """Rows as a table: what a row does not have is null, and bytes of a name that are no text are question marks."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    try:
        return pa.Table.from_pylist(rows, schema=schema)
    except UnicodeEncodeError:
        return pa.Table.from_pylist([_as_unicode(row) for row in rows], schema=schema)


def _as_unicode(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _as_unicode(item) for name, item in value.items()}
    return [_as_unicode(item) for item in value] if isinstance(value, list) else value


def read_row(result: RecognitionResult) -> Row:
    """The row of a page that was read."""
    words = [(number, word) for number, line in enumerate(result.lines) for word in line.words]
    return {
        **_named(result.source),
        "text": result.recognition_text,
        "confidence": result.confidence,
        "words": [
            {
                "text": word.text,
                "confidence": word.confidence,
                "probability": word.probability,
                "line": number,
                **_box(word),
                "quad": [float(value) for corner in word.source_quad for value in corner],
            }
            for number, word in words
        ],
        "engine": result.engine,
        "language": result.language,
        "warnings": list(result.warnings),
        **_done(result.steps),
        "timings": _timed(result.timings),
    }


def clean_row(page: Page, file: str, size: int, timings: dict[str, float]) -> Row:
    """The row of a page that was saved."""
    return {
        **_named(page.source),
        "file": file,
        "bytes": size,
        "width": page.width,
        "height": page.height,
        "mode": page.mode.value,
        "to_source": [float(value) for value in page.to_source.ravel()],
        **_done(page.steps),
        "timings": _timed(timings),
    }


def failure_row(source: Source, error: OcrPrepError) -> Row:
    """The row of a page that failed."""
    failure = {"type": type(error).__name__, "message": str(error), "hint": error.hint}
    return {**_named(source), "failure": failure}


def _named(source: Source) -> Row:
    """The columns that say which page it is."""
    known = source.sha256 or None
    return {"source": source.uri, "page": source.page_index + 1, "pages": source.page_count, "sha256": known}


def _timed(timings: dict[str, float]) -> list[Row]:
    """Seconds by their names as a list of pairs, which every reader of Parquet knows."""
    return [{"step": name, "seconds": seconds} for name, seconds in timings.items()]


def _box(word: Any) -> Row:
    box = word.source_box
    return {side: float(getattr(box, side)) for side in ("left", "top", "right", "bottom")}


def _done(steps: Any) -> Row:
    told = [{"kind": step.kind, "parameters": dict(step.parameters), "found": dict(step.found)} for step in steps]
    return {"steps": json_text(told)}
