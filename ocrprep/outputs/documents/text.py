"""Plain text in UTF-8: the pages' texts with form feeds between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    for sheet in sheets:
        text = sheet.note or sheet.result.recognition_text.rstrip()
        separator = "\f" if sheet.number > 1 else ""
        to.write(f"{separator}{text}\n".encode(errors="replace"))
