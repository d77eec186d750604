"""The batch: whatever is added to it, in the order in which it was added, as pages that open when they are needed."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, overload

from ocrprep.chain import FilterChain
from ocrprep.decode import PixelType
from ocrprep.errors import InputError
from ocrprep.filters.base import Filter
from ocrprep.inputs.base64 import looks_like_base64
from ocrprep.inputs.detect import item_of, item_of_base64, name_of
from ocrprep.inputs.items import Broken, Item, selected
from ocrprep.inputs.options import InputOptions, InputType, PageRange
from ocrprep.inputs.raw import placed, shaped
from ocrprep.limits import DEFAULT_LIMITS, Limits
from ocrprep.page import Page, PageRef
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import TracebackType

    import numpy.typing as npt
    from PIL import Image
    from typing_extensions import Self

    from ocrprep.batch import OnError

Filters: TypeAlias = "PreprocessingFilter | FilterChain | Filter | Iterable[Filter] | None"


class OcrInput:
    """Images and documents to be cleaned and read, and the filters that each page walks through.

    Pages are opened one at a time, while the batch is iterated, saved or read; adding only looks at what can be
    checked at once. An ``OcrInput`` is a context manager that closes what is open; files are closed after iterating in
    any case.

    Args:
        input_type: what the items are. AUTO finds out for each, so that a batch may mix them; any other type refuses
            the rest.
        filters: a builder, a chain, a list of filters or one filter. They are looked at when pages are processed, so
            that a filter added to the builder later counts.
        limits: what an input may cost.
        on_error: ``raise`` stops at the first item or page that fails, in :meth:`add` already where that can be seen
            there. ``collect`` keeps a ``PageFailure`` in its place and goes on.
        pdf_dpi: pixels per inch at which PDF pages are drawn, 10–2400.
        recursive: whether a folder's own folders are looked into.
        password: opens locked PDF and ZIP files.

    Raises:
        pydantic.ValidationError: a setting is wrong.
        ValueError: no such input type.
    """

    def __init__(
        self,
        input_type: InputType | str = InputType.AUTO,
        filters: Filters = None,
        *,
        limits: Limits = DEFAULT_LIMITS,
        on_error: OnError = "raise",
        pdf_dpi: float = 300.0,
        recursive: bool = False,
        password: str | None = None,
    ) -> None:
        self._type = InputType(input_type)
        self._options = InputOptions(
            limits=limits, on_error=on_error, pdf_dpi=pdf_dpi, recursive=recursive, password=password
        )
        self._entries: list[tuple[Item, PageRange]] = []
        self._length: int | None = None
        self._walks: weakref.WeakSet[_Walk] = weakref.WeakSet()
        self.replace_filters(filters)

    @overload
    def add(
        self,
        item: str | os.PathLike[str] | bytes | BinaryIO | npt.NDArray[Any] | Image.Image | Page,
        start_page: int = 0,
        pages_count: int | None = None,
        *,
        pixel_type: PixelType | None = None,
        name: str = "",
    ) -> Self: ...
    @overload
    def add(
        self,
        item: bytes | Sequence[int] | npt.NDArray[Any],
        width: int,
        height: int,
        pixel_type: PixelType,
        *,
        name: str = "",
    ) -> Self: ...
    def add(self, item: Any, *place: Any, name: str = "", **named: Any) -> Self:
        """Add a file, a document, a folder, an archive, an address, text in Base64, or pixels.

        ``add(item, start_page, pages_count)`` takes a part of its pages; ``add(pixels, width, height, pixel_type)``
        takes raw pixels.

        Args:
            item: a path or an address; bytes or a binary stream, which is read at once; an array as in
                ``decode.page_from_array``; a Pillow image; a page. Raw pixels are bytes, a flat array or a list of
                numbers 0–255.
            place: ``start_page``, the 0-based first page, and ``pages_count``, None for all that follow; or ``width``,
                ``height`` and ``pixel_type`` of raw pixels. All may be given by name.
            name: what the item is called in messages, results and file names, where it has no path.
            named: see ``place``.

        Returns:
            The batch itself.

        Raises:
            InputError: the item is missing, damaged, empty, too large, or not what the input type says, or it does not
                have the pages asked for; with ``on_error="collect"`` it is kept as a failure in its place instead.
            pydantic.ValidationError: a negative start, or a count below 1.
        """
        name = name or name_of(item, len(self._entries) + 1)
        pages, raw, pixel_type = placed(place, named)

        def make() -> Item:
            thing = item if raw is None else shaped(item, raw, name)
            return item_of(thing, name, self._type, self._options, pixel_type)

        return self._take(name, make, pages)

    def add_base64(self, text: str | bytes, *, name: str = "") -> Self:
        """Add an image or document that is written in Base64 or as a data URI; bytes are those of the text.

        Raises:
            InputError: it is not Base64, or of something that cannot be opened.
        """
        if self._type not in {InputType.BASE64, InputType.AUTO, InputType.SINGLE_IMAGE}:
            raise InputError(
                f"OcrInput(InputType.{self._type.name}) takes no Base64",
                source=name,
                hint="use InputType.BASE64 or InputType.AUTO",
            )
        # base64.b64encode gives bytes.
        written = text if isinstance(text, str) else bytes(text).decode("latin-1")
        name = name or name_of(written if looks_like_base64(written) else b"", len(self._entries) + 1)
        return self._take(name, lambda: item_of_base64(written, name, self._options), PageRange())

    def _take(self, name: str, make: Callable[[], Item], pages: PageRange) -> Self:
        entry: Item
        try:
            entry = make()
            entry.prepare(pages)
        except InputError as error:
            error.source = error.source or name
            if self.on_error == "raise":
                raise
            entry, pages = Broken(name, error), PageRange()
        self._entries.append((entry, pages))
        self._length = None
        return self

    def clear(self) -> Self:
        """Forget all items, keep the filters."""
        self.close()
        self._entries.clear()
        self._length = None
        return self

    def clear_filters(self) -> Self:
        """Forget all filters, keep the items."""
        return self.replace_filters(None)

    def replace_filters(self, filters: Filters) -> Self:
        """Use other filters from now on.

        Raises:
            TypeError: something in it is not a filter.
        """
        if isinstance(filters, Iterable) and not isinstance(filters, (Sequence, PreprocessingFilter, Filter)):
            filters = tuple(filters)
        _frozen(filters)
        self._filters = filters
        return self

    @property
    def chain(self) -> FilterChain:
        """The filters as they are now."""
        return _frozen(self._filters)

    @property
    def on_error(self) -> OnError:
        """What happens when a page fails, unless the caller says otherwise."""
        return self._options.on_error

    @property
    def input_type(self) -> InputType:
        """What the items are."""
        return self._type

    @property
    def limits(self) -> Limits:
        """What an input may cost."""
        return self._options.limits

    @property
    def setting(self) -> dict[str, Any]:
        """What the pages depend on beside their documents, for a job to compare; JSON-ready."""
        return {"pdf_dpi": self._options.pdf_dpi}

    def get_input_type(self) -> InputType:
        """Aspose's name for :attr:`input_type`."""
        return self._type

    def count(self) -> int:
        """The number of pages, those that will fail included; the same as ``len()``.

        Documents, folders and archives are opened and counted once, addresses downloaded.
        """
        return len(self)

    def refs(self) -> _Walk:
        """The pages of all items in order, none of them decoded yet.

        A document stays open while its pages are iterated. Every error about an input comes out of ``ref.load()``.
        """
        walk = _Walk(self._entries)
        self._walks.add(walk)
        return walk

    def __len__(self) -> int:
        if self._length is None:
            self._length = sum(1 for _ in self.refs())
        return self._length

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __iter__(self) -> Iterator[Page | PageFailure]:
        """The source pages, unfiltered, each decoded when it is its turn; with ``collect`` failures in their places."""
        for ref in self.refs():
            yield self._loaded(ref)

    def __getitem__(self, index: int) -> Page | PageFailure:
        """One source page, unfiltered; negative counts from the end."""
        if not hasattr(index, "__index__"):
            raise TypeError(f"pages are numbered, not {type(index).__name__}; iterate to get several")
        place = index if index >= 0 else index + len(self)
        with closing(self.refs()) as walk:
            for number, ref in enumerate(walk):
                if number == place:
                    return self._loaded(ref)
        raise IndexError(f"page {index} of {len(self)}")

    def _loaded(self, ref: PageRef) -> Page | PageFailure:
        try:
            return ref.load()
        except InputError as error:
            if self.on_error == "raise":
                raise
            return PageFailure(ref.source, error)

    def close(self) -> None:
        """Close whatever is open. The batch can be iterated again; an iteration that was going on cannot go on."""
        for walk in list(self._walks):
            walk.close()
        self._walks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<OcrInput {self._type.name}: {len(self._entries)} items, {len(self.chain)} filters>"


class _Walk(Iterator[PageRef]):
    """An iteration over pages that its batch can end."""

    def __init__(self, entries: Iterable[tuple[Item, PageRange]]) -> None:
        self._pages = _pages_of(tuple(entries))
        self._closed = False

    def __next__(self) -> PageRef:
        if self._closed:
            raise InputError("the OcrInput was closed while its pages were iterated")
        return next(self._pages)

    def close(self) -> None:
        """Close what is open."""
        self._closed = True
        self._pages.close()


def _pages_of(entries: tuple[tuple[Item, PageRange], ...]) -> Generator[PageRef, None, None]:
    for item, pages in entries:
        yield from selected(item, pages)


def _frozen(filters: Filters) -> FilterChain:
    if isinstance(filters, Filter):
        return FilterChain([filters])
    return filters if isinstance(filters, FilterChain) else FilterChain(filters or ())
