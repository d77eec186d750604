"""From results to a document, whole or not at all."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from ocrprep.errors import OutputError
from ocrprep.outputs.documents.format import SaveFormat, format_of, suffix_of
from ocrprep.outputs.documents.options import DocumentOptions
from ocrprep.outputs.documents.sheet import Sheet
from ocrprep.outputs.documents.transform import transform_json
from ocrprep.outputs.files import is_file, made, whole_file, write_whole
from ocrprep.result import PageFailure, RecognitionResult

Write: TypeAlias = Callable[[Iterator[Sheet], BinaryIO, DocumentOptions], None]
"""What each writer's module calls ``write``: takes pages one by one, in order, and writes the document."""

_MODULES = {SaveFormat.PDF_NO_IMG: "pdf_text"}
_ONE_PAGE = {SaveFormat.PAGE}
"""Formats that hold a single page."""


def save_document(
    items: Iterable[RecognitionResult | PageFailure] | RecognitionResult | PageFailure,
    target: str | os.PathLike[str] | BinaryIO,
    format: object = None,  # noqa: A002 - what everyone calls it
    **options: Any,
) -> list[Path]:
    """Write results as one document.

    Pages are taken one by one, so that the results of a long batch may be given as they are made. A file appears whole
    or not at all.

    Args:
        items: results and failures in the order of the pages: an ``OcrOutput``, an iterator, or a single one.
        target: a path, or a binary stream that is open for writing, and stays open. A format that holds one page
            (PAGE) is written as ``NAME_p0001.page.xml`` and so on where there are several.
        format: a :class:`SaveFormat` or its name; None goes by the path's suffix.
        options: see :class:`DocumentOptions`.

    Returns:
        The files that were written, in the order of the pages; none for a stream.

    Raises:
        OutputError: the format is not known, nothing was given to write, the target cannot be written or is one of the
            sources, a library for the format is not installed, or a picture is not at hand.
        OcrPrepError: with ``failures="refuse"``, the first page that failed.
        pydantic.ValidationError: an option is wrong.
    """
    chosen = DocumentOptions(**options)
    wanted = format_of(target, format)
    write = _writer(wanted)
    listed = [items] if isinstance(items, (RecognitionResult, PageFailure)) else items
    sheets = _Sheets(listed, chosen)
    if not isinstance(target, (str, os.PathLike)):
        _to_stream(write, wanted, sheets, target, chosen)
        return []
    path = Path(target)
    saved = _one_by_one(write, sheets, path, chosen) if wanted in _ONE_PAGE else [_whole(write, sheets, path, chosen)]
    if chosen.transform:
        sidecar = path.with_name(path.name.removesuffix(suffix_of(path)) + ".transform.json")
        write_whole(sidecar, transform_json(sheets.maps, saved))
        saved.append(sidecar)
    return saved


class _Sheets:
    """The pages of a document, walked once."""

    def __init__(self, items: Iterable[RecognitionResult | PageFailure], options: DocumentOptions) -> None:
        self._items = items
        self._options = options
        self._target: Path | None = None
        self.maps: list[dict[str, Any]] = []

    def onto(self, target: Path) -> _Sheets:
        """Make sure that no page comes from this file."""
        self._target = target
        return self

    def __iter__(self) -> Iterator[Sheet]:
        number = 0
        for number, item in enumerate(self._items, 1):
            if isinstance(item, PageFailure) and self._options.failures == "refuse":
                raise item.error
            if self._target is not None and is_file(self._target, item.source.uri):
                raise OutputError(
                    "this is the file that the page comes from", path=str(self._target), hint="choose another name"
                )
            sheet = Sheet(number, item, self._options)
            if self._options.transform:
                self.maps.append(sheet.maps())
            yield sheet
        if not number:
            raise OutputError("a document needs at least one page", hint="the batch was empty")


def _writer(wanted: SaveFormat) -> Write:
    name = _MODULES.get(wanted, wanted.value)
    module = importlib.import_module(f"ocrprep.outputs.documents.{name}")
    write: Write = module.write
    return write


def _to_stream(write: Write, wanted: SaveFormat, sheets: _Sheets, stream: BinaryIO, options: DocumentOptions) -> None:
    walk = iter(sheets)
    if wanted in _ONE_PAGE:
        walk = _only_one(walk, wanted)
    try:
        write(walk, stream, options)
    except TypeError as error:
        if "bytes" in str(error) and isinstance(getattr(stream, "encoding", None), str):
            raise OutputError("the stream takes text, not bytes", hint='open it with mode "wb"') from error
        raise
    except BrokenPipeError:
        # Whoever reads the stream has had enough.
        raise
    except (OSError, ValueError) as error:
        if isinstance(error, ValueError) and not getattr(stream, "closed", False):
            raise
        raise OutputError(f"the stream cannot be written: {error}", hint="is it open for writing?") from error


def _only_one(walk: Iterator[Sheet], wanted: SaveFormat) -> Iterator[Sheet]:
    for sheet in walk:
        if sheet.number > 1:
            raise OutputError(
                f"a {wanted.name} document holds one page, and there are several",
                hint="save to a path, which becomes a file for each page, or each result to a stream of its own",
            )
        yield sheet


def _whole(write: Write, sheets: _Sheets, path: Path, options: DocumentOptions) -> Path:
    made(path.parent)
    with whole_file(path) as stream:
        write(iter(sheets.onto(path)), stream, options)
    return path


def _one_by_one(write: Write, sheets: _Sheets, path: Path, options: DocumentOptions) -> list[Path]:
    """A file for each page; the first is given its number when the second comes."""
    made(path.parent)
    suffix = suffix_of(path)
    stem = path.name.removesuffix(suffix)
    saved: list[Path] = []
    for sheet in sheets.onto(path):
        name = path if sheet.number == 1 else path.with_name(f"{stem}_p{sheet.number:04d}{suffix}")
        with whole_file(name) as stream:
            write(iter([sheet]), stream, options)
        saved.append(name)
    if len(saved) > 1:
        saved[0] = saved[0].replace(path.with_name(f"{stem}_p0001{suffix}"))
    return saved
