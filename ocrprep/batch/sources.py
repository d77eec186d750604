"""Where the pages of a batch come from, whatever was given."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np

from ocrprep.batch.engine import OnError
from ocrprep.chain import FilterChain
from ocrprep.decode import open_image
from ocrprep.page import Page, PageRef, Source
from ocrprep.result import PageFailure


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


def several(source: PageSource) -> tuple[bool, PageSource]:
    """Whether a source has more than one page, and the same source, whose pages are walked from the first again.

    At most two pages are asked for, and none is opened; the walk that was begun goes on in the source that is returned,
    once.
    """
    walk = iter(source.refs())
    first = list(itertools.islice(walk, 2))
    return len(first) > 1, _Begun(source, first, walk)


@dataclass(slots=True)
class _Begun:
    source: PageSource
    first: list[PageRef]
    rest: Iterator[PageRef]

    def refs(self) -> Iterator[PageRef]:
        begun, self.first = self.first, []
        return itertools.chain(begun, self.rest) if begun else self.source.refs()

    @property
    def chain(self) -> FilterChain:
        return self.source.chain

    @property
    def on_error(self) -> OnError:
        return self.source.on_error

    @property
    def setting(self) -> dict[str, Any]:
        return getattr(self.source, "setting", {})
