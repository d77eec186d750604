"""What drives pages through work: any source of pages, any function of a page, failures kept in their places.

It knows neither doors nor engines nor writers, so that all three can stand on it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

import numpy as np

from ocrprep.chain import FilterChain
from ocrprep.decode import open_image
from ocrprep.errors import FilterError, OcrPrepError
from ocrprep.page import Page, PageRef, Source
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from ocrprep.filters.base import Evidence

OnError: TypeAlias = Literal["raise", "collect"]
"""``raise`` stops at the first page that fails; ``collect`` puts a ``PageFailure`` in its place and goes on."""

T = TypeVar("T")


@runtime_checkable
class PageSource(Protocol):
    """Whatever yields pages to a batch: an ``OcrInput``, or :class:`Pages`."""

    def refs(self) -> Iterator[PageRef]:
        """The pages in order, none of them opened yet."""
        ...

    @property
    def chain(self) -> FilterChain:
        """The filters that each page walks through."""
        ...

    @property
    def on_error(self) -> OnError:
        """What happens when a page fails, unless the caller says otherwise."""
        ...


Batch: TypeAlias = "PageSource | Page | Iterable[Any] | Any"
"""What savers and recognizers take: a :class:`PageSource`; one picture as ``decode.open_image`` takes it (a page, an
array, a Pillow image, bytes, a path); or several pictures in an iterable."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pictures at hand as a source: pages, whatever ``decode.open_image`` takes, or failures, which stay failures.

    An iterator among them can be walked only once.
    """

    pages: Iterable[Any]
    chain: FilterChain = field(default_factory=FilterChain)
    on_error: OnError = "raise"

    def refs(self) -> Iterator[PageRef]:
        """The pages in order; a picture that is no page yet is opened when its turn comes."""
        return map(_ref, self.pages)


def _ref(item: Any) -> PageRef:
    if isinstance(item, PageRef):
        return item
    if isinstance(item, PageFailure):
        return PageRef(item.source, partial(_fail, item))
    if isinstance(item, Page):
        return PageRef(item.source, lambda: item)
    source = Source(os.fsdecode(item)) if isinstance(item, (str, os.PathLike)) else Source()
    return PageRef(source, lambda: open_image(item)[0])


def _fail(failure: PageFailure) -> Page:
    raise failure.error


# A stream iterates over its lines, bytes over their numbers.
_ONE_THOUGH_ITERABLE = (str, bytes, bytearray, memoryview, np.ndarray, io.IOBase)


def as_source(batch: Batch) -> PageSource:
    """Any batch as a source of pages; see :data:`Batch`."""
    if isinstance(batch, PageSource):
        return batch
    if isinstance(batch, Iterable) and not isinstance(batch, _ONE_THOUGH_ITERABLE):
        return Pages(batch)
    return Pages((batch,))


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """The work on one page, ready to be done: a function of nothing that shares no state with the other tasks."""

    source: Source
    work: Callable[[], T]


def each(tasks: Iterable[Task[T]], on_error: OnError) -> Iterator[T | PageFailure]:
    """Do the tasks in order and one at a time.

    Args:
        tasks: taken one by one, each when the one before it is done.
        on_error: see :data:`OnError`.

    Yields:
        What each task returned, or a ``PageFailure``.

    Raises:
        OcrPrepError: the first failure, with ``raise``.
    """
    for task in tasks:
        result: T | PageFailure
        try:
            result = task.work()
        except OcrPrepError as error:
            if on_error == "raise":
                raise
            result = PageFailure(task.source, error)
        except MemoryError as error:
            failure = FilterError(
                "not enough memory for this page", source=str(task.source), hint="scale the page down in the chain"
            )
            if on_error == "raise":
                raise failure from error
            result = PageFailure(task.source, failure)
        yield result


def run(
    source: PageSource,
    work: Callable[[Page], T],
    *,
    on_error: OnError | None = None,
    evidence: Evidence | None = None,
) -> Iterator[T | PageFailure]:
    """Open, prepare and work on each page, in order and one at a time.

    Args:
        source: where pages come from; its filters are applied.
        work: what to do with a prepared page.
        on_error: see :data:`OnError`; None takes the source's own.
        evidence: an engine's opinions, for the filters that ask for them.

    Yields:
        What ``work`` returned, or a ``PageFailure``.

    Raises:
        OcrPrepError: the first failure, with ``raise``.
    """
    chain = source.chain

    def prepared(ref: PageRef) -> T:
        return work(chain(ref.load(), evidence=evidence))

    tasks = (Task(ref.source, partial(prepared, ref)) for ref in source.refs())
    return each(tasks, on_error or source.on_error)
