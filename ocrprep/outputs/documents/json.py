"""The package's own JSON: ``DocumentJson`` of ``ocrprep.result.as_json``, written page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from ocrprep.result import SCHEMA_VERSION, RecognitionResult, json_text
from ocrprep.result.as_json import failure_json, page_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    for sheet in sheets:
        if sheet.number == 1:
            title = json_text(sheet.title)
            to.write(f'{{"format": "ocrprep", "version": {SCHEMA_VERSION}, "title": {title}, "pages": [\n'.encode())
        item = sheet.item
        page = page_json(item, sheet.frame) if isinstance(item, RecognitionResult) else failure_json(item)
        to.write((",\n" if sheet.number > 1 else "").encode() + json_text(page, indent=1).encode())
    del options
    to.write(b"\n]}\n")
