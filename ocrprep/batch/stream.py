"""A chain applied to a stream of pictures: frames of a video or a camera, in order, a few at a time."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep.batch.engine import OnError, Task, checkpoint, each
from ocrprep.errors import FilterError, InputError
from ocrprep.page import Page, Source
from ocrprep.result import PageFailure
from ocrprep.threads import cores

if TYPE_CHECKING:
    from typing import NoReturn

    from ocrprep.chain import FilterChain
    from ocrprep.filters.base import Evidence

_NAMELESS = {"", "<array>", "<image>", "<stream>"}
"""Sources that say nothing about which frame it was."""


def stream(
    chain: FilterChain,
    frames: Iterable[Any],
    *,
    workers: int = 0,
    ahead: int | None = None,
    on_error: OnError = "raise",
    evidence: Evidence | None = None,
) -> Generator[Any, None, None]:
    """Apply a chain to each frame; see :meth:`ocrprep.FilterChain.stream`, which calls this.

    Raises:
        TypeError: one picture instead of several.
        ValueError: a negative number of workers, or less than one frame ahead; when the first result is asked for.
    """
    # An array of four dimensions is a stack of frames in colour; of fewer it may be a picture.
    if isinstance(frames, (str, bytes, Page)) or (isinstance(frames, np.ndarray) and frames.ndim < 4):
        raise TypeError(f"a stream is several frames, not one {type(frames).__name__}: call the chain on it, or [it]")
    workers = workers or cores()
    return _streamed(_tasks(chain, frames, evidence), on_error, workers, 2 * workers if ahead is None else ahead)


def _streamed(
    tasks: Generator[Task[Any], None, None], on_error: OnError, workers: int, ahead: int
) -> Generator[Any, None, None]:
    with closing(tasks), closing(each(tasks, on_error, workers=workers, ahead=ahead)) as results:
        try:
            yield from results
        except _NoMoreFrames as end:
            raise end.error from None


class _NoMoreFrames(BaseException):
    """What made the frames fails: no frame's own failure, so it is not collected with those."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error

    def told(self) -> NoReturn:
        raise self


def _tasks(chain: FilterChain, frames: Iterable[Any], evidence: Evidence | None) -> Generator[Task[Any], None, None]:
    walk = iter(frames)
    try:
        for number in itertools.count():
            try:
                frame = next(walk)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - raised again once the frames before it are given
                yield Task(Source(_name(number)), _NoMoreFrames(error).told)
                return
            yield Task(_source(frame, number), partial(_worked, chain, frame, number, evidence))
            del frame
    finally:
        _close(walk)


def _close(walk: Iterator[Any]) -> None:
    close = getattr(walk, "close", None)
    if close is not None:
        close()


def _worked(chain: FilterChain, frame: Any, number: int, evidence: Evidence | None) -> Any:
    if isinstance(frame, PageFailure):
        raise frame.error
    try:
        return chain(frame, evidence=evidence, watch=_watch)
    except (InputError, FilterError) as error:
        error.source = _name(number) if error.source in _NAMELESS else f"{_name(number)}, {error.source}"
        raise


def _watch(*_: object) -> None:
    checkpoint()


def _source(frame: Any, number: int) -> Source:
    return frame.source if isinstance(frame, (Page, PageFailure)) else Source(_name(number))


def _name(number: int) -> str:
    return f"frame {number}"
