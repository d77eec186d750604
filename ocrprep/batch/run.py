"""The way of every page: opened, prepared by its chain, worked on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ocrprep.batch.engine import Task, checkpoint, each
from ocrprep.batch.progress import FINISHED, Progress, one_at_a_time
from ocrprep.errors import OcrPrepError

if TYPE_CHECKING:
    from ocrprep.batch.engine import OnError
    from ocrprep.batch.progress import ProgressCallback
    from ocrprep.batch.sources import PageSource
    from ocrprep.filters.base import Evidence, Filter
    from ocrprep.page import Page, PageRef
    from ocrprep.result import PageFailure

T = TypeVar("T")

PageHook: TypeAlias = "Callable[[PageRef, Callable[[], T]], tuple[T, bool]]"
"""Stands around the whole work on a page: is given the page and the work, and returns the result, and whether it was
known before."""


_here = threading.local()


def told(step: str) -> None:
    """Called by the work on a page: tells the progress of its batch that a part is done. Elsewhere it does nothing.

    Raises:
        Stopped: the batch has ended.
    """
    watch: Watch | None = getattr(_here, "watch", None)
    if watch is not None:
        watch.done(step)


class Watch:
    """Tells a callback what is done on one page; without a callback it only looks whether the batch goes on."""

    def __init__(self, ref: PageRef, place: int, callback: ProgressCallback | None) -> None:
        self._ref, self._place, self._callback = ref, place, callback
        self._began = self._last = 0.0

    def begin(self) -> None:
        """The page's turn has come."""
        self._began = self._last = time.perf_counter()

    def done(self, step: str, *, engine: str = "", message: str = "") -> float:
        """A step has ended; its time, which is given back, is counted from the end of the one before."""
        now = time.perf_counter()
        seconds = now - (self._began if step in FINISHED else self._last)
        self._last = now
        if self._callback is not None:
            self._callback(Progress(self._ref.source, self._place, step, seconds, engine, message))
        if step not in FINISHED:
            checkpoint()
        return seconds

    def filtered(self, place: int, item: Filter, page: Page) -> None:
        """For a chain's ``watch``."""
        del place, page
        self.done(item.kind)


def watched_task(
    ref: PageRef,
    watch: Watch,
    work: Callable[[], T],
    around: PageHook[T] | None = None,
    engine: Callable[[T], str] = lambda _: "",
) -> Task[T]:
    """The work on a page as a task that tells its end, whatever the end is."""

    def whole() -> T:
        watch.begin()
        try:
            result, known = (work(), False) if around is None else around(ref, work)
        except OcrPrepError as error:
            watch.done("failed", message=str(error))
            raise
        watch.done("known" if known else "page", engine=engine(result))
        return result

    return Task(ref.source, whole)


def run(
    source: PageSource,
    work: Callable[[Page], T],
    *,
    on_error: OnError | None = None,
    evidence: Evidence | None = None,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    around: PageHook[T] | None = None,
    step: str = "work",
    engine: Callable[[T], str] = lambda _: "",
    timed: Callable[[T, float], T] = lambda result, _: result,
) -> Iterator[T | PageFailure]:
    """Open, prepare and work on each page; results in order.

    Args:
        source: where pages come from; its filters are applied.
        work: what to do with a prepared page; it may call :func:`told` after each of its steps.
        on_error: see :data:`OnError`; None takes the source's own.
        evidence: an engine's opinions, for the filters that ask for them.
        workers: see :func:`each`.
        progress: told about every step of every page.
        around: see :data:`PageHook`.
        step: what ``work`` is called in progress.
        engine: the engine's name, from a result.
        timed: the result with the seconds that opening the page took.

    Yields:
        What ``work`` returned, or a ``PageFailure``.

    Raises:
        OcrPrepError: the first failure, with ``raise``.
    """
    chain = source.chain
    tell = None if progress is None else one_at_a_time(progress)

    def prepared(ref: PageRef, watch: Watch) -> T:
        page = ref.load()
        load_seconds = watch.done("load")
        page = chain(page, evidence=evidence, watch=watch.filtered)
        _here.watch = watch
        try:
            result = timed(work(page), load_seconds)
        finally:
            _here.watch = None
        watch.done(step, engine=engine(result))
        return result

    def tasks() -> Iterator[Task[T]]:
        for place, ref in enumerate(source.refs()):
            watch = Watch(ref, place, tell)
            yield watched_task(ref, watch, partial(prepared, ref, watch), around, engine)

    return each(tasks(), on_error or source.on_error, workers=workers)
