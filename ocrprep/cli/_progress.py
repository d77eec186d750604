"""How a batch goes: a bar on stderr while it runs, one line for each failed page, and the exit code at the end."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from ocrprep.cli._common import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.batch import OnError, PageSource
    from ocrprep.chain import FilterChain
    from ocrprep.page import PageRef
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


@dataclass(frozen=True)
class _Watched:
    """A source of pages that tells when a page is done: when the next one is asked for."""

    source: PageSource
    done: Callable[[], None]

    def refs(self) -> Iterator[PageRef]:
        """The pages of the source."""
        for ref in self.source.refs():
            yield ref
            self.done()

    @property
    def chain(self) -> FilterChain:
        """The source's."""
        return self.source.chain

    @property
    def on_error(self) -> OnError:
        """The source's."""
        return self.source.on_error


@contextlib.contextmanager
def watched(source: PageSource, what: str, *, quiet: bool = False) -> Iterator[PageSource]:
    """The source with a bar on stderr that follows it, if stderr is a terminal; the bar is gone afterwards.

    Args:
        source: any.
        what: stands before the bar.
        quiet: no bar, because results are written to the same terminal meanwhile.
    """
    if quiet or not sys.stderr.isatty():
        yield source
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=sum(1 for _ in source.refs()))
        yield _Watched(source, lambda: progress.advance(task))
