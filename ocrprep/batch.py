"""What drives pages through work: any source of pages, any function of a page, failures kept in their places.

It knows neither doors nor engines nor writers, so that all three can stand on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypeVar

from ocrprep.chain import FilterChain
from ocrprep.errors import FilterError, OcrPrepError
from ocrprep.page import Page, PageRef
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.filters.base import Evidence

OnError: TypeAlias = Literal["raise", "collect"]
"""``raise`` stops at the first page that fails; ``collect`` puts a ``PageFailure`` in its place and goes on."""

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages in memory as a source."""

    pages: tuple[Page, ...]
    chain: FilterChain = field(default_factory=FilterChain)
    on_error: OnError = "raise"

    def refs(self) -> Iterator[PageRef]:
        """The pages in order."""
        for page in self.pages:
            yield PageRef(page.source, lambda page=page: page)  # type: ignore[misc]


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
    collect = (on_error or source.on_error) == "collect"
    for ref in source.refs():
        result: T | PageFailure
        try:
            result = work(source.chain(ref.load(), evidence=evidence))
        except OcrPrepError as error:
            if not collect:
                raise
            result = PageFailure(ref.source, error)
        except MemoryError as error:
            failure = FilterError(
                "not enough memory for this page", source=str(ref.source), hint="scale the page down in the chain"
            )
            if not collect:
                raise failure from error
            result = PageFailure(ref.source, failure)
        yield result
