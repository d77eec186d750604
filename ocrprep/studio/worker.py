"""A thread that does one thing after the other and never holds up the end of the program."""

from __future__ import annotations

import contextlib
import queue
import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class Worker:
    """Calls functions in the order in which they were handed over.

    The thread is a daemon: a page that takes a minute is left where it is when the program ends.

    Args:
        name: of the thread.
    """

    def __init__(self, name: str) -> None:
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def run(self, call: Callable[[], _T]) -> Future[_T]:
        """Hand over a call; its result or error comes out of the future."""
        future: Future[_T] = Future()
        self._waiting.put((future, call))
        return future

    def rest(self, seconds: float) -> None:
        """Forget what waits, and wait so long for what runs: a thread must not be inside a filter when Python ends."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
        wait([self.run(lambda: None)], timeout=seconds)

    def _work(self) -> None:
        while True:
            future, call = self._waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(call())
            except BaseException as error:  # noqa: BLE001 - whoever waits is told
                future.set_exception(error)
            # Else the last page would stay in memory until the next call.
            del future, call
