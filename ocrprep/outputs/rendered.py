"""The pages of a batch after their filters, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ocrprep.batch import Task, each
from ocrprep.chain import FilterChain
from ocrprep.page import PageRef

if TYPE_CHECKING:
    from ocrprep.batch import OnError, PageSource
    from ocrprep.filters.base import Evidence
    from ocrprep.page import Page
    from ocrprep.result import PageFailure


@dataclass(frozen=True, slots=True)
class RenderedPages:
    """Prepared pages, made anew at each walk: a long document never lies in memory whole, unless ``list()`` keeps it.

    It is itself a source of pages: it can be recognized or saved, and is not filtered a second time.

    Args:
        source: the pages and their filters.
        on_error: what an iteration does with a page that fails: ``raise``, or ``collect`` a ``PageFailure`` in its
            place.
        evidence: an engine's opinions, for the filters that ask for them.
    """

    source: PageSource
    on_error: OnError = "raise"
    evidence: Evidence | None = None

    @property
    def chain(self) -> FilterChain:
        """Empty: the filters have been applied."""
        return FilterChain()

    @property
    def setting(self) -> dict[str, Any]:
        """What the pages depend on beside their documents, for a job to compare; JSON-ready."""
        return {"rendered": self.source.chain.to_dict(full=True), **getattr(self.source, "setting", {})}

    def refs(self) -> Iterator[PageRef]:
        """The pages in order; each is opened and filtered when it is loaded."""
        chain = self.source.chain

        def load(ref: PageRef) -> Page:
            return chain(ref.load(), evidence=self.evidence)

        return (PageRef(ref.source, partial(load, ref), ref.digest) for ref in self.source.refs())

    def __iter__(self) -> Iterator[Page | PageFailure]:
        return each((Task(ref.source, ref.load) for ref in self.refs()), self.on_error)

    def __getitem__(self, index: int) -> Page | PageFailure:
        """One page by its 0-based place, or by a negative place from the end; no other page is opened.

        Raises:
            IndexError: there are not as many pages.
            TypeError: a slice, or something else that is no number.
        """
        if not hasattr(index, "__index__"):
            raise TypeError(f"pages are numbered, not {type(index).__name__}; iterate to get several")
        wanted = index if index >= 0 else index + len(self)
        for place, ref in enumerate(self.refs()):
            # A document may close when the walk leaves its last page.
            if place == wanted:
                return next(each([Task(ref.source, ref.load)], self.on_error))
        raise IndexError(f"there is no page at index {index}")

    def __len__(self) -> int:
        return sum(1 for _ in self.refs())
