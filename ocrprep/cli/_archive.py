"""``ocrprep clean --archive``: documents instead of images, and how many bytes that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from ocrprep.cli._common import say

if TYPE_CHECKING:
    from pathlib import Path

    from ocrprep.batch import OnError, ProgressCallback
    from ocrprep.cli._progress import Outcome
    from ocrprep.inputs import OcrInput
    from ocrprep.outputs.archive import Archived
    from ocrprep.outputs.options import Overwrite

ArchiveFlag: TypeAlias = Annotated[
    Literal["tiff", "pdf"] | None,
    typer.Option(
        "--archive",
        help="Write one document for each source instead of images, in black and white, which takes a fraction of the "
        "space: tiff is a Group 4 TIFF, pdf a PDF/A-2b. A page that the filters leave gray or coloured is binarized. "
        "Tells what it saves.",
    ),
]


def write_archive(
    source: OcrInput,
    folder: Path,
    archive_format: Literal["tiff", "pdf"],
    outcome: Outcome,
    *,
    overwrite: Overwrite,
    on_error: OnError,
    workers: int,
    progress: ProgressCallback | None,
    explained: bool,
) -> None:
    """Write the documents, print the name of each, and say what it saves on stderr."""
    from ocrprep.cli._auto import explain
    from ocrprep.cli._evidence import EngineIfThere
    from ocrprep.outputs.archive import archive_each
    from ocrprep.result import PageFailure

    done: list[Archived] = []
    for item in archive_each(
        source,
        folder,
        format=archive_format,
        overwrite=overwrite,
        on_error=on_error,
        evidence=EngineIfThere(),
        workers=workers,
        progress=progress,
    ):
        if isinstance(item, PageFailure):
            outcome.failed(item)
            continue
        typer.echo(str(item.path) if item.written else f"{item.path} (kept)")
        if explained:
            for steps in item.steps:
                explain(item.source, steps)
        if item.written:
            done.append(item)
            say(f"{item.path.name}: {_pages(item.pages)}, {_told(item.bytes_before, item.bytes_after)}")
    known = [item for item in done if item.bytes_before is not None]
    if len(known) > 1:
        before = sum(item.bytes_before or 0 for item in known)
        say(f"in all: {len(known)} documents, {_told(before, sum(item.bytes_after for item in known))}")


def _pages(count: int) -> str:
    return f"{count} {'page' if count == 1 else 'pages'}"


def _told(before: int | None, after: int) -> str:
    if not before:
        return f"{_size(after)}"
    change = f"{_size(before)} -> {_size(after)}"
    share = after / before
    if after > before:
        return f"{change}, {share:.1f} times larger than the source"
    return f"{change}, {share:.0%} of the source, {_size(before - after)} saved"


def _size(count: int) -> str:
    return f"{count:,} bytes"
