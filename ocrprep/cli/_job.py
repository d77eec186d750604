"""How many pages at a time, and the folder that remembers them: what long batches need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ocrprep.cli._common import say

if TYPE_CHECKING:
    from collections.abc import Sized

    from ocrprep.batch.job import Job

BATCH_PANEL = "Long batches"

Workers: TypeAlias = Annotated[
    int,
    typer.Option(
        "--workers",
        "-j",
        min=0,
        metavar="N",
        help="Pages at the same time; 0 is one on each core.",
        rich_help_panel=BATCH_PANEL,
    ),
]
JobFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--job",
        metavar="DIR",
        help="A folder that remembers what is done: the same command, run again, goes on where it was stopped.",
        rich_help_panel=BATCH_PANEL,
    ),
]
StatusFlag: TypeAlias = Annotated[
    bool,
    typer.Option("--status", help="Only show how far the job in --job is.", rich_help_panel=BATCH_PANEL),
]


def show_status(folder: Path | None) -> None:
    """Print how far a job is, and end.

    Raises:
        typer.BadParameter: no folder was given.
        OutputError: there is no job in it.
    """
    if folder is None:
        raise typer.BadParameter("needs --job DIR", param_hint="--status")
    from ocrprep.batch.job import Job

    status = Job.status(folder)
    of = "" if status.pages is None else f" of {status.pages}"
    parts = [f"{status.done}{of} pages done"]
    if status.running:
        parts.append(f"{status.running} being worked on")
    if status.interrupted:
        parts.append(f"{status.interrupted} interrupted")
    parts.append(f"{len(status.failures)} failed")
    typer.echo(", ".join(parts))
    if status.done:
        typer.echo(f"{status.seconds / status.done:.2f} s of work a page, {status.seconds:.0f} s in all")
    for page, message in status.failures:
        typer.echo(f"failed: {message if page.rsplit(', page ', 1)[0] in message else f'{page}: {message}'}")
    raise typer.Exit


def opened_job(folder: Path | None, source: Sized) -> Job | None:
    """The job in a folder, told how many pages there are; None without a folder.

    Raises:
        OutputError: the folder cannot be used, or another process works on it.
    """
    if folder is None:
        return None
    from ocrprep.batch.job import Job

    job = Job(folder)
    job.expect(len(source))
    known = job.done()
    if known:
        say(f"note: {known} {'page is' if known == 1 else 'pages are'} done already")
    return job
