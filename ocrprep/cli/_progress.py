"""How a batch goes: a bar on stderr while it runs, one line for each failed page, and the exit code at the end."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from ocrprep.cli._common import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sized

    from ocrprep.batch import Progress as Page
    from ocrprep.batch import ProgressCallback
    from ocrprep.result import PageFailure


@dataclass
class Outcome:
    """The failures of a batch."""

    failures: list[PageFailure] = field(default_factory=list)

    def failed(self, failure: PageFailure) -> None:
        """Report a page on stderr."""
        self.failures.append(failure)
        say(f"error: {failure.message}")

    def finish(self) -> None:
        """End with the exit code of the first failure, if there was one."""
        if self.failures:
            count = len(self.failures)
            say(f"{count} {'page' if count == 1 else 'pages'} failed")
            raise typer.Exit(self.failures[0].error.exit_code)


@contextlib.contextmanager
def shown(source: Sized, what: str, *, quiet: bool = False) -> Iterator[ProgressCallback | None]:
    """A callback for a batch that moves a bar on stderr, if stderr is a terminal; the bar is gone afterwards.

    Args:
        source: the batch, whose pages are counted.
        what: stands before the bar.
        quiet: no bar, because results are written to the same terminal meanwhile.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[page]}", style="dim"),
    )
    # Lines for the same terminal go above the bar; those for a file or a pipe must not be caught.
    above = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=above) as bar:
        task = bar.add_task(what, total=len(source), rate="", page="")
        started, done = time.monotonic(), 0

        def tell(news: Page) -> None:
            nonlocal done
            if not news.finished:
                bar.update(task, page=f"{news.source.stem}: {news.step}")
                return
            # What a job had already says nothing about the speed.
            done += news.step != "known"
            rate = done / max(time.monotonic() - started, 1e-3)
            bar.update(task, advance=1, rate=f"{rate:.1f} pages/s" if done else "")

        yield tell
