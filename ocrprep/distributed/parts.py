"""Documents split into what one process takes at a time: a page of a file, or a document whose bytes are at hand."""

from __future__ import annotations

import pickle
from functools import cache
from typing import TYPE_CHECKING, Any

from ocrprep.batch.children import Child, ChildDied, ChildTimeout
from ocrprep.decode.kinds import Kind, sniff
from ocrprep.errors import InputError, OcrPrepError
from ocrprep.inputs import OcrInput
from ocrprep.page import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from ocrprep.distributed.storage import Storage
    from ocrprep.inputs.options import InputOptions

Part = dict[str, Any]

_COUNTING = 600.0
"""Seconds that counting the pages of one document may take."""


@cache
def part_schema() -> pa.Schema:
    """The columns of a part.

    ``uri`` of a file; ``data``: its bytes, or null where whoever works on it shall open it; ``start``: the 0-based
    first page; ``sources``: name, 0-based number and document's length of each page of the part; ``problem``: why the
    file cannot be listed, else null.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and an extra

    source = pa.struct([("uri", pa.string()), ("index", pa.int32()), ("count", pa.int32())])
    return pa.schema(
        [
            ("uri", pa.string()),
            ("data", pa.large_binary()),
            ("start", pa.int32()),
            ("sources", pa.list_(source)),
            ("problem", pa.string()),
        ]
    )


class PageCounter:
    """Names the pages of documents, in a child process: a document that takes down whoever opens it takes down that."""

    def __init__(self, options: InputOptions) -> None:
        self._options = options

    def sources(self, data: bytes, uri: str) -> list[tuple[str, int, int]]:
        """Name, 0-based number and document's length of each page; one that fails counts as a page."""
        with opened(self._options, data, uri) as batch:
            refs = [ref.source for ref in batch.refs()]
        return [(source.uri, source.page_index, source.page_count) for source in refs]


def opened(options: InputOptions, data: bytes, uri: str, start: int = 0, count: int | None = None) -> OcrInput:
    """A batch of a document's pages; what cannot be opened is a page that fails."""
    given = {name: getattr(options, name) for name in ("limits", "pdf_dpi", "password")}
    return OcrInput(on_error="collect", **given).add(data, start, count, name=uri)


class Splitter:
    """Splits files, one after the other.

    Args:
        storage: opens them.
        options: how documents are opened.
    """

    def __init__(self, storage: Storage, options: InputOptions) -> None:
        self._storage = storage
        self._options = options
        self._counter: Child | None = None

    def __call__(self, uri: str, data: bytes | None = None) -> Iterator[Part]:
        """The parts of one file.

        The page of an image brings its bytes with it. A longer document is opened again by each process that works on
        some of its pages, so that its bytes do not travel with each page; but if they were given, there may be no file
        to open, and the document stays whole.

        Args:
            uri: its name, or where it lies.
            data: its bytes; None opens it.
        """
        given, name = data is not None, self._storage.name(uri)
        try:
            content = self._storage.read(uri, self._options.limits) if data is None else data
        except InputError:
            # Whoever works on the page meets the same error, and says so in its row.
            yield part(uri, None, 0, [(name, 0, 1)])
            return
        sources = [(name, 0, 1)] if sniff(content) is Kind.IMAGE else self._sources(content, name)
        if given or len(sources) == 1:
            yield part(uri, content, 0, sources)
            return
        for place, source in enumerate(sources):
            yield part(uri, None, place, [source])

    def _sources(self, data: bytes, uri: str) -> list[tuple[str, int, int]]:
        try:
            if self._counter is None:
                self._counter = Child(pickle.dumps(PageCounter(self._options)))
            found: list[tuple[str, int, int]] = self._counter.call("sources", data, uri, timeout=_COUNTING)
        except (ChildDied, ChildTimeout):
            self.close()
            return [(uri, 0, 1)]
        except OcrPrepError:
            return [(uri, 0, 1)]
        return found or [(uri, 0, 1)]

    def close(self) -> None:
        """End the process that counts pages."""
        if self._counter is not None:
            self._counter.kill()
            self._counter = None


def part(
    uri: str, data: bytes | None, start: int, sources: list[tuple[str, int, int]], problem: str | None = None
) -> Part:
    """A row of :func:`part_schema`."""
    named = [{"uri": name, "index": index, "count": count} for name, index, count in sources]
    return {"uri": uri, "data": data, "start": start, "sources": named, "problem": problem}


def sources_of(given: Part) -> list[Source]:
    """The pages of a part."""
    return [Source(item["uri"], item["index"], item["count"]) for item in given["sources"]]
