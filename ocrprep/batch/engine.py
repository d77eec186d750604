"""Tasks on several threads: results in the order of the tasks, a bounded number in memory, nothing started too early.

Threads are enough, as decoders, OpenCV, numpy and libtesseract let go of the interpreter while they work. What may
crash or hang is put into a child process by whoever calls it (``children.py``); its thread only waits for the answer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Generic, Literal, TypeAlias, TypeVar

from ocrprep.errors import FilterError, OcrPrepError
from ocrprep.page import Source
from ocrprep.result import PageFailure
from ocrprep.threads import cores

OnError: TypeAlias = Literal["raise", "collect"]
"""``raise`` stops at the first page that fails; ``collect`` puts a ``PageFailure`` in its place and goes on."""

T = TypeVar("T")

_READY = 64
"""Results that may wait for a slow page before them. They are small; pages themselves live only while they are worked
on."""

_GRACE = 1.5
"""Seconds that an interrupted batch waits for its threads: long enough to end the writing of a file."""


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """The work on one page, ready to be done: a function of nothing that shares no state with the other tasks."""

    source: Source
    work: Callable[[], T]


class Stopped(BaseException):
    """Raised in a worker whose batch has ended and waits for no page; no ``Exception``, so that nothing eats it."""


_here = threading.local()


def checkpoint() -> None:
    """Called between the steps of a page, and before anything is written: ends the work if its batch has ended.

    Raises:
        Stopped: it has.
    """
    stopping: threading.Event | None = getattr(_here, "stopping", None)
    if stopping is not None and stopping.is_set():
        raise Stopped


def each(
    tasks: Iterable[Task[T]], on_error: OnError, *, workers: int = 1, ahead: int | None = None
) -> Generator[T | PageFailure, None, None]:
    """Do the tasks; the results come in the order of the tasks.

    Args:
        tasks: taken in the caller's thread, and only when a worker will soon be free.
        on_error: see :data:`OnError`.
        workers: 1 does one after the other, each when its result is asked for, in the caller's own thread; more work
            side by side on as many threads; 0 on as many as there are cores.
        ahead: for results that are large, or wanted soon: with several workers, at most so many tasks are taken whose
            results were not given yet, and a result that is there is given before another task is waited for. None
            takes tasks eagerly, and lets 64 results wait behind a slow one.

    Yields:
        What each task returned, or a ``PageFailure``.

    Raises:
        OcrPrepError: the first failure, with ``raise``; tasks that are being done are given up.
        ValueError: a negative number of workers, or less than one task ahead.
    """
    if workers < 0:
        raise ValueError(f"workers is a number of threads, or 0 for one on each core, not {workers}")
    if ahead is not None and ahead < 1:
        raise ValueError(f"ahead is a number of tasks from 1 on, not {ahead}")
    # Closed at once: the traceback of a failure would keep it, and its threads, alive.
    with closing(_one_by_one(tasks) if workers == 1 else _side_by_side(tasks, workers or cores(), ahead)) as outcomes:
        for outcome in outcomes:
            failure = outcome.failure
            if failure is None:
                yield outcome.value
            elif on_error == "raise" or not isinstance(failure, OcrPrepError):
                raise failure
            else:
                yield PageFailure(outcome.task.source, failure)


class _Outcome(Generic[T]):
    """A task and, once it is done, what came of it."""

    __slots__ = ("done", "failure", "task", "value")

    value: T

    def __init__(self, task: Task[T]) -> None:
        self.task = task
        self.done = False
        self.failure: BaseException | None = None

    def find(self) -> None:
        """Do the task."""
        try:
            self.value = self.task.work()
        except MemoryError as error:
            hint = "scale the page down in the chain, or use fewer workers"
            self.failure = FilterError("not enough memory for this page", source=str(self.task.source), hint=hint)
            self.failure.__cause__ = error
        except BaseException as error:  # noqa: BLE001 - raised again by whoever asks for the result
            self.failure = error
        self.done = True


def _one_by_one(tasks: Iterable[Task[T]]) -> Generator[_Outcome[T], None, None]:
    for task in tasks:
        outcome = _Outcome(task)
        outcome.find()
        yield outcome


def _side_by_side(
    tasks: Iterable[Task[T]], workers: int, ahead: int | None = None
) -> Generator[_Outcome[T], None, None]:
    most = _READY + 2 * workers if ahead is None else ahead
    crew = _Crew[T](workers)
    coming = iter(tasks)
    waiting: deque[_Outcome[T]] = deque()
    exhausted = False
    try:
        while True:
            while not exhausted and crew.unfinished < 2 * workers and len(waiting) < most:
                task = next(coming, None)
                if task is None:
                    exhausted = True
                else:
                    waiting.append(crew.take_on(task))
                if ahead is not None and waiting and waiting[0].done:
                    # One is taken for each that is given, so that nobody runs out of work.
                    break
            if not waiting:
                break
            if waiting[0].done:
                yield waiting.popleft()
            else:
                crew.wait_for_news(waiting[0])
    finally:
        crew.stop()
        close = getattr(coming, "close", None)
        if close is not None:
            close()


class _Crew(Generic[T]):
    """Threads that take tasks from one queue; daemons, so that a page that hangs cannot keep a program alive."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._inbox: SimpleQueue[_Outcome[T] | None] = SimpleQueue()
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.unfinished = 0

    def take_on(self, task: Task[T]) -> _Outcome[T]:
        outcome = _Outcome(task)
        with self._news:
            self.unfinished += 1
            needed = self.unfinished > len(self._threads) and len(self._threads) < self._size
        self._inbox.put(outcome)
        if needed:
            thread = threading.Thread(target=self._work, daemon=True, name=f"ocrprep-page-{len(self._threads)}")
            self._threads.append(thread)
            thread.start()
        return outcome

    def wait_for_news(self, head: _Outcome[T]) -> None:
        """Wait until a task is done: the head, or another, whose worker is then free."""
        with self._news:
            before = self.unfinished
            while not head.done and self.unfinished == before:
                # A wait without an end cannot be interrupted on Windows.
                self._news.wait(0.5)

    def stop(self) -> None:
        """Give up what is not done; wait a little for those who are at it."""
        idle = self.unfinished == 0
        self._stopping.set()
        for _ in self._threads:
            self._inbox.put(None)
        if idle:
            return
        share = _GRACE / max(1, len(self._threads))
        for thread in self._threads:
            thread.join(share)

    def _work(self) -> None:
        _here.stopping = self._stopping
        while (outcome := self._inbox.get()) is not None:
            if not self._stopping.is_set():
                outcome.find()
            with self._news:
                self.unfinished -= 1
                self._news.notify_all()
            del outcome
