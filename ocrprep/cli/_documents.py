"""Results as documents: the options of ``ocrprep read`` that concern them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocrprep.outputs.documents import SaveFormat
    from ocrprep.result import PageFailure, RecognitionResult

PANEL = "Document"

To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help="text, json, xml, tsv, hocr, alto, page, pdf, pdf_no_img, docx, xlsx, html, epub, rtf, md or csv; without "
        "it the suffix of --output tells.",
        rich_help_panel=PANEL,
    ),
]
SpaceFlag = Annotated[
    Literal["source", "page", "points"],
    typer.Option(
        "--space",
        help="Coordinates of boxes: pixels of the source, pixels of the prepared page, or points (1/72 inch).",
        rich_help_panel=PANEL,
    ),
]
ImageFlag = Annotated[
    Literal["original", "cleaned", "binary"],
    typer.Option(
        "--image",
        help="The picture in a PDF: as it came, as the filters made it, or black and white.",
        rich_help_panel=PANEL,
    ),
]
PdfA = Annotated[bool, typer.Option("--pdfa", help="Write PDF/A-2b.", rich_help_panel=PANEL)]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Of the document.", rich_help_panel=PANEL)]
Transform = Annotated[
    bool,
    typer.Option(
        "--transform",
        help="Also write NAME.transform.json: the maps between the pages and their sources.",
        rich_help_panel=PANEL,
    ),
]


def document_format(output: Path | None, to: str | None) -> SaveFormat | None:
    """The format that was asked for; None for plain text, which is written as it is read.

    Raises:
        OutputError: a format or a suffix that nobody knows.
    """
    from ocrprep.outputs.documents import SaveFormat, format_of

    if to is None and (output is None or not output.suffix or (output.exists() and not output.is_file())):
        return None
    found = format_of(output, to)
    return None if found is SaveFormat.TEXT else found


def save(
    results: Iterable[RecognitionResult | PageFailure], output: Path | None, wanted: SaveFormat, **options: Any
) -> None:
    """Write a document while its pages are read, to a file or to stdout."""
    from ocrprep.outputs.documents import save_document

    if output is None:
        if options.get("transform"):
            raise typer.BadParameter("needs a file: --output FILE", param_hint="--transform")
        save_document(results, sys.stdout.buffer, wanted, **options)
        return
    for path in save_document(results, output, wanted, **options):
        typer.echo(str(path))
