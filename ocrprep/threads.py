"""Work on several cores at once: a caller and some helpers take pieces from one pile until it is empty.

numpy and OpenCV let go of the interpreter while they calculate, so threads serve. Waking one costs as much as a good
deal of work, and so does handing over the interpreter; a helper is therefore woken once for a whole pile, not once for
each piece. The caller always works itself and never waits for a helper that has not begun, so work may share out work
of its own, and callers on several threads do not wait for each other.
"""

from __future__ import annotations

import functools
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shared_out(pieces: Sequence[A], work: Callable[[A], B]) -> list[B]:
    """``work`` of every piece, in the order of the pieces.

    Raises:
        Exception: the first that ``work`` raised; pieces that nobody has begun are left.
    """
    if len(pieces) < 2 or cores() == 1:
        return [work(piece) for piece in pieces]
    results: dict[int, B] = {}
    pile = deque(enumerate(pieces))

    def take() -> None:
        while True:
            try:
                place, piece = pile.popleft()
            except IndexError:
                return
            try:
                results[place] = work(piece)
            except BaseException:
                pile.clear()
                raise

    helpers = [_pool().submit(take) for _ in range(min(cores(), len(pieces)) - 1)]
    try:
        take()
    finally:
        begun = [helper for helper in helpers if not helper.cancel()]
        failures = [helper.exception() for helper in begun]
    for failure in failures:
        if failure is not None:
            raise failure
    return [results[place] for place in range(len(pieces))]


def together(one: Callable[[], A], other: Callable[[], B]) -> tuple[A, B]:
    """Call both, at once where a thread is free, and return what they return.

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
    return ThreadPoolExecutor(cores(), thread_name_prefix="ocrprep-helper")


if hasattr(os, "register_at_fork"):
    # A forked worker inherits the executor but none of its threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)
