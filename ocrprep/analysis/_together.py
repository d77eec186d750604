"""A few pieces of work at once, on threads."""

from __future__ import annotations

import functools
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

A = TypeVar("A")
B = TypeVar("B")


def together(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """Call both, at once where a thread is free, and return what they return.

    Work may call this again. Nobody ever waits for work that has not begun: the caller takes it back and does it.

    Raises:
        Exception: what ``one`` raised, else what ``other`` raised; when both have ended.
    """
    future = _pool().submit(other)
    try:
        first = one()
    finally:
        second = _settled(future, other)
    return first, second()


def _settled(future: Future[B], work: Callable[[], B]) -> Callable[[], B]:
    if future.cancel():
        return work
    future.exception()
    return future.result


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="ocrprep-together")


if hasattr(os, "register_at_fork"):
    # A forked worker inherits the executor but none of its threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)
