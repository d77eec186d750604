"""What Ray runs: a process that hands pages to a warm child of its own, and outlives it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from ocrprep.batch.children import Child, ChildDied, ChildTimeout, fair_share
from ocrprep.distributed.parts import sources_of
from ocrprep.distributed.rows import failure_row, table_of
from ocrprep.errors import EngineCrashError, InputError, OcrPrepError, RecognizerTimeoutError
from ocrprep.threads import cores

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from ocrprep.distributed.parts import Part
    from ocrprep.distributed.rows import Row
    from ocrprep.page import Source


class PageActor:
    """Works on pages, one after the other.

    The work itself is done in a child process, so that a page which crashes, hangs or eats memory costs only itself:
    the child is replaced, and this process, its place in the cluster and its other pages are as they were.

    Args:
        packed: pickle of the :class:`PageWork`.
        schema: of the rows.
        timeout: seconds for one page, opening its document included; a page that takes longer fails.
        max_retries: how often a page on which the child died is tried again.
    """

    def __init__(self, packed: bytes, schema: pa.Schema, timeout: float | None, max_retries: int) -> None:
        self._packed = packed
        self._schema = schema
        self._timeout = timeout
        self._max_retries = max_retries
        self._child: Child | None = None
        self._unfit: OcrPrepError | None = None
        try:
            # A page's seconds are not for loading an engine.
            self._called("prepare", timeout=None)
        except OcrPrepError as error:
            # Raised with the first pages: what is raised here reaches nobody but as a text.
            self._unfit = error

    def __call__(self, table: pa.Table) -> Iterator[pa.Table]:
        """The rows of the pages of some parts; as many as the parts have pages, whatever happens to these.

        Raises:
            OcrPrepError: what is needed for any page is not there, such as an engine.
        """
        if self._unfit is not None:
            raise self._unfit
        for run in _runs(table.to_pylist()):
            for row in self._rows(run):
                yield table_of([row], self._schema)

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()

    def _rows(self, part: Part) -> Iterator[Row]:
        sources = sources_of(part)
        if part["problem"]:
            yield failure_row(sources[0], InputError(part["problem"], source=part["uri"]))
            return
        place, deaths, begun = 0, 0, False
        while place < len(sources):
            try:
                if not begun:
                    where = part["uri"], part["data"], part["start"] + place, len(sources) - place
                    self._called("begin", *where, timeout=self._timeout)
                    begun = True
                row = self._called("next", timeout=self._timeout) or _missing(sources[place])
            except ChildDied as death:
                deaths, begun = deaths + 1, False
                if deaths <= self._max_retries:
                    continue
                tries = f"{deaths} times" if deaths > 1 else "once"
                crash = EngineCrashError(
                    f"{sources[place]}: the process that worked on this page died {tries}: {death}"
                )
                row = failure_row(sources[place], crash)
            except Exception as error:  # noqa: BLE001 - a fault in the work is of one page, not of the job
                begun = False
                told = error if isinstance(error, OcrPrepError) else OcrPrepError(f"{type(error).__name__}: {error}")
                row = failure_row(sources[place], told)
            yield row
            place, deaths = place + 1, 0

    def _called(self, method: str, *arguments: Any, timeout: float | None) -> Any:
        if self._child is None:
            self._child = Child(self._packed, fair_share(cores()))
        try:
            return self._child.call(method, *arguments, timeout=timeout)
        except (ChildDied, ChildTimeout) as error:
            self._child.kill()
            self._child = None
            if isinstance(error, ChildDied):
                raise
            raise RecognizerTimeoutError(
                f"the page did not finish within {timeout:g} seconds, and its process was killed",
                hint="raise timeout, or scale the page down in the chain",
            ) from error


def _runs(parts: list[Part]) -> Iterator[Part]:
    """Pages of one document that follow each other become one part, so that it is opened once."""
    numbered = ((place, part) for place, part in enumerate(parts))
    for _, group in groupby(numbered, key=lambda item: _run_of(*item)):
        members = [part for _, part in group]
        yield {**members[0], "sources": [source for part in members for source in part["sources"]]}


def _run_of(place: int, part: Part) -> tuple[Any, ...]:
    if part["data"] is not None or part["problem"]:
        return part["uri"], "alone", place
    return part["uri"], "pages", part["start"] - place


def _missing(source: Source) -> Row:
    problem = InputError("the document has fewer pages than it had when it was split", source=source.uri)
    return failure_row(source, problem)
