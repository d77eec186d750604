"""What is added to a batch: anything that yields pages, however it keeps them."""

from __future__ import annotations

import hashlib
import threading
from abc import ABC, abstractmethod
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from ocrprep.decode.picture import check_size
from ocrprep.errors import InputError
from ocrprep.page import PageRef, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from contextlib import AbstractContextManager

    from ocrprep.inputs.options import PageRange
    from ocrprep.limits import Limits
    from ocrprep.page import Page

T = TypeVar("T")


class Item(ABC):
    """One thing that was added: a document, a folder, an archive, an address."""

    uri: str

    @abstractmethod
    def refs(self) -> Generator[PageRef, None, None]:
        """Its pages in order, none of them decoded yet. Files stay open while this is iterated.

        Never raises an ``InputError``: what cannot be opened is one page whose ``load`` raises it.
        """

    def prepare(self, pages: PageRange) -> None:
        """Check at once what can be checked without decoding a page.

        Args:
            pages: the pages that were asked for.

        Raises:
            InputError: the item cannot be opened, or has not those pages.
        """
        if pages.is_whole:
            return
        problem = pages.problem(sum(1 for _ in self.refs()))
        if problem:
            raise InputError(problem, source=self.uri)


class Document(Item):
    """An item with pages of its own."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self._count: int | None = None

    @abstractmethod
    def held(self) -> AbstractContextManager[object]:
        """Keeps the document open, so that its pages need not each open it."""

    @abstractmethod
    def _count_pages(self) -> int: ...

    @abstractmethod
    def page(self, index: int) -> Page:
        """Decode one page, 0-based.

        Raises:
            InputError: it cannot be had.
        """

    @abstractmethod
    def digest(self) -> str:
        """SHA-256 of the document's bytes, or of the pixels where there are no others; hexadecimal.

        Raises:
            InputError: they cannot be read.
        """

    @property
    def count(self) -> int:
        """The number of pages, counted once.

        Raises:
            InputError: the document cannot be opened.
        """
        if self._count is None:
            self._count = self._count_pages()
        return self._count

    def prepare(self, pages: PageRange) -> None:
        """Open the document and count its pages."""
        problem = pages.problem(self.count)
        if problem:
            raise InputError(problem, source=self.uri)

    def refs(self) -> Generator[PageRef, None, None]:
        """The pages; the document stays open while they are iterated."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self.held())
                count = self.count
            except InputError as error:
                yield failed(self.uri, error)
                return
            for index in range(count):
                yield PageRef(Source(self.uri, index, count), partial(self.page, index), self.digest)


class Picked(Document):
    """A page that is in memory already."""

    def __init__(self, page: Page, limits: Limits) -> None:
        super().__init__(page.source.uri)
        try:
            check_size(page.width, page.height, limits)
        except InputError as error:
            error.source = self.uri
            raise
        self._page = page

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing has to be open."""
        yield

    def _count_pages(self) -> int:
        return 1

    def digest(self) -> str:
        """Of its source where that is known, else of its pixels."""
        page = self._page
        return page.source.sha256 or hashlib.sha256(repr(page.pixels.shape).encode() + page.pixels.data).hexdigest()

    def page(self, index: int) -> Page:
        """The page itself."""
        del index
        return self._page


class Broken(Item):
    """An item that could not be opened when it was added, kept in its place."""

    def __init__(self, uri: str, error: InputError) -> None:
        self.uri = uri
        self._error = error

    def refs(self) -> Generator[PageRef, None, None]:
        """One page that fails."""
        yield failed(self.uri, self._error)


class Fails:
    """A ``load`` that raises what went wrong before there was a page to load."""

    def __init__(self, error: InputError) -> None:
        self.error = error

    def __call__(self) -> Page:
        """Raise the error."""
        raise self.error


def failed(uri: str, error: InputError) -> PageRef:
    """A page that will not open."""
    error.source = error.source or uri
    return PageRef(Source(uri), Fails(error))


def opened(uri: str, make: Callable[[], Item]) -> Item:
    """What ``make`` returns, or a :class:`Broken` item with the error that it raised."""
    try:
        return make()
    except InputError as error:
        return Broken(uri, error)


def selected(item: Item, pages: PageRange) -> Generator[PageRef, None, None]:
    """Those pages of an item that were asked for; one that fails if it has not as many."""
    if pages.is_whole:
        yield from item.refs()
        return
    count = 0
    with closing(item.refs()) as refs:
        for ref in refs:
            if isinstance(ref.load, Fails) and ref.source.uri == item.uri:
                yield ref
                return
            if pages.stop is not None and count >= pages.stop:
                return
            if count >= pages.start_page:
                yield ref
            count += 1
    problem = pages.problem(count)
    if problem:
        yield failed(item.uri, InputError(problem, source=item.uri))


class Lease(Generic[T]):
    """One open handle for all who need it at the same time: opened for the first, closed after the last."""

    def __init__(self) -> None:
        self._users = 0
        self._lock = threading.RLock()
        self._stack = ExitStack()
        self._value: T

    @contextmanager
    def __call__(self, opener: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
        """Use the handle; ``opener`` makes it if nobody else is using it."""
        # An opener that was kept here would tie its owner into a circle, and temporary files would outlive it.
        with self._lock:
            if not self._users:
                self._value = self._stack.enter_context(opener())
            self._users += 1
            value = self._value
        try:
            yield value
        finally:
            with self._lock:
                self._users -= 1
                if not self._users:
                    del self._value
                    self._stack.close()
