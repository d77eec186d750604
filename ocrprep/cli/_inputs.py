"""The inputs of a command: files, folders, archives, documents, addresses, stdin."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from ocrprep.cli._common import STDIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.chain import FilterChain
    from ocrprep.inputs import OcrInput

INPUT_PANEL = "Inputs"

Inputs: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="INPUT",
        help="Images, PDF, TIFF, DjVu, folders, ZIP archives, URLs, in any mixture; - is stdin.",
        show_default=False,
    ),
]
PageRange: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--pages",
        metavar="RANGE",
        help="Pages of each document, the first is 1: 3, 2-5, 7- or 1,4-6.",
        rich_help_panel=INPUT_PANEL,
    ),
]
PdfDpi: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--pdf-dpi", metavar="DPI", help="Resolution at which PDF pages are drawn: 300.", rich_help_panel=INPUT_PANEL
    ),
]
Recursive: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--recursive", "-r", help="Also take the files in the folders of a folder.", rich_help_panel=INPUT_PANEL
    ),
]
PrivateAddresses: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--private-addresses", help="Let URLs reach this machine and its network.", rich_help_panel=INPUT_PANEL
    ),
]
Password: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--password",
        envvar="OCRPREP_PASSWORD",
        help="Opens locked PDF and ZIP files. The variable keeps it out of the list of processes.",
        rich_help_panel=INPUT_PANEL,
    ),
]
OnErrorFlag: TypeAlias = Annotated[
    Literal["collect", "raise"],
    typer.Option(
        "--on-error",
        help="collect: report a page that fails and go on; raise: stop at it.",
        rich_help_panel=INPUT_PANEL,
    ),
]

_RANGE = re.compile(r"(?P<first>\d+)(?P<dash>-(?P<last>\d+)?)?")


def parse_pages(text: str) -> list[tuple[int, int | None]]:
    """Ranges of pages as (0-based first page, number of pages or None for all that follow).

    Args:
        text: 1-based pages as people write them: ``3``, ``2-5``, ``7-``, ``1,4-6``.

    Raises:
        typer.BadParameter: it is anything else.
    """
    ranges: list[tuple[int, int | None]] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        first = int(match["first"]) if match else 0
        last = int(match["last"]) if match and match["last"] else first
        if match is None or first < 1 or last < first:
            raise typer.BadParameter(f"{text!r} is no range of pages: write 3, 2-5, 7- or 1,4-6", param_hint="--pages")
        open_ended = match["dash"] and not match["last"]
        ranges.append((first - 1, None if open_ended else last - first + 1))
    return ranges


def input_options(pdf_dpi: int | None, password: str | None, *, private: bool) -> dict[str, Any]:
    """How documents are opened, as ``OcrInput`` takes it; a resolution only if one was given."""
    from ocrprep.limits import Limits

    given = {} if pdf_dpi is None else {"pdf_dpi": pdf_dpi}
    return {"password": password, "limits": Limits(allow_private_addresses=private), **given}


def open_inputs(
    inputs: Sequence[str] | None,
    chain: FilterChain,
    *,
    pages: str | None,
    pdf_dpi: int | None,
    recursive: bool,
    private: bool,
    password: str | None,
    on_error: Literal["collect", "raise"],
) -> OcrInput:
    """A batch of everything that the command line names.

    Raises:
        InputError: something is missing or cannot be opened; with ``raise``, as otherwise it fails in its place.
        pydantic.ValidationError: an option is out of its range.
    """
    from ocrprep.inputs import InputType, OcrInput

    if not inputs:
        raise typer.BadParameter("name at least one file, folder or address", param_hint="INPUT")
    ranges = parse_pages(pages) if pages else [(0, None)]
    options = input_options(pdf_dpi, password, private=private)
    batch = OcrInput(InputType.AUTO, chain, on_error=on_error, recursive=recursive, **options)
    for item in inputs:
        if not item:
            raise typer.BadParameter("an input is empty; was a variable left unset?", param_hint="INPUT")
        # A path stays a path: as text, a file name without a dot could pass for Base64.
        data = sys.stdin.buffer.read() if item == STDIN else item if "://" in item else Path(item)
        for first, count in ranges:
            batch.add(data, first, count, name="stdin" if item == STDIN else "")
    return batch
