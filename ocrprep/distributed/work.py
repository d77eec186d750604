"""The work on pages as it is done in a child process: opened, prepared, read or saved, and told as rows."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocrprep.distributed.parts import opened
from ocrprep.distributed.rows import clean_row, failure_row, read_row
from ocrprep.errors import OcrPrepError
from ocrprep.outputs.encode import SUFFIXES, encode
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.recognizers.base import read_each
from ocrprep.result import PageFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.chain import FilterChain
    from ocrprep.consensus import Wanted
    from ocrprep.distributed.names import ImageNames
    from ocrprep.distributed.rows import Row
    from ocrprep.distributed.storage import Storage
    from ocrprep.inputs import OcrInput
    from ocrprep.inputs.options import InputOptions
    from ocrprep.outputs.options import SaveOptions
    from ocrprep.page import Page, PageRef
    from ocrprep.recognizers import Recognizer


@dataclass
class PageWork(ABC):
    """What a process does with pages; pickled into it, and warm from page to page.

    Args:
        chain: what each page walks through.
        storage: opens the files.
        options: how documents are opened.
    """

    chain: FilterChain
    storage: Storage
    options: InputOptions

    @abstractmethod
    def prepare(self) -> None:
        """Check what is needed for any page at all.

        Raises:
            OcrPrepError: it is not there, so that no page could be worked on.
        """

    def begin(self, uri: str, data: bytes | None, start: int, count: int) -> None:
        """Open a document for the calls of :meth:`next` that follow.

        Args:
            uri: its name, or where it lies.
            data: its bytes; None opens it.
            start: 0-based first page.
            count: number of pages.

        Raises:
            InputError: the file cannot be read.
        """
        content = self._kept(uri) if data is None else data
        self._rows = self.rows(opened(self.options, content, self.storage.name(uri), start, count))

    def next(self) -> Row | None:
        """The row of the next page; None after the last."""
        return next(self._rows, None)

    @abstractmethod
    def rows(self, batch: OcrInput) -> Iterator[Row]:
        """One row for each page of a batch, in order; failures too."""

    def _kept(self, uri: str) -> bytes:
        # Pages of one document come one after the other: it need not be fetched for each.
        known: tuple[str, bytes] = getattr(self, "_document", ("", b""))
        if known[0] != uri:
            known = uri, self.storage.read(uri, self.options.limits)
            self._document = known
        return known[1]


@dataclass
class Reading(PageWork):
    """Reads pages.

    Args:
        recognizer: the engine, which works in this process.
        consensus: see ``ReadsBatches.recognize``.
        budget: likewise.
    """

    recognizer: Recognizer
    consensus: Wanted | None = None
    budget: float | None = None

    def prepare(self) -> None:
        """Check the engine and its languages."""
        if isinstance(self.recognizer, TesseractRecognizer):
            self.recognizer.check()

    def rows(self, batch: OcrInput) -> Iterator[Row]:
        """Text, words and confidences."""
        batch.replace_filters(self.chain)
        how: dict[str, Any] = {"on_error": "collect", "consensus": self.consensus, "budget": self.budget}
        each = getattr(self.recognizer, "read_each", None)
        results = read_each(self.recognizer, batch, **how) if each is None else each(batch, workers=1, **how)
        for item in results:
            yield failure_row(item.source, item.error) if isinstance(item, PageFailure) else read_row(item)


@dataclass
class Cleaning(PageWork):
    """Saves prepared pages as images.

    Args:
        names: where each page's image goes.
        save: how images are written.
        evidence: an engine, for the filters that ask one.
    """

    names: ImageNames
    save: SaveOptions
    evidence: Any = None

    def prepare(self) -> None:
        """Nothing is needed but the pages."""

    def rows(self, batch: OcrInput) -> Iterator[Row]:
        """Files and their sizes."""
        return map(self._row, batch.refs())

    def _row(self, ref: PageRef) -> Row:
        try:
            return self._saved(ref)
        except OcrPrepError as error:
            return failure_row(ref.source, error)

    def _saved(self, ref: PageRef) -> Row:
        started = time.perf_counter()
        page: Page = ref.load()
        loaded = time.perf_counter()
        page = self.chain(page, evidence=self.evidence)
        filtered = time.perf_counter()
        image_format = self.save.format_of(ref.source)
        data = encode(page, image_format, quality=self.save.quality)
        file = self.names.of(ref.source) + SUFFIXES[image_format]
        self.storage.write(file, data)
        timings = {"load": loaded - started, "filters": filtered - loaded, "save": time.perf_counter() - filtered}
        return clean_row(page, file, len(data), timings)
