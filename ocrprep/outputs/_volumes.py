"""One document of an archive while its pages come in, and what is told about it."""

from __future__ import annotations

import io
import zipfile
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, TypeAlias

from ocrprep.outputs.documents._pdf_book import Book, fitted
from ocrprep.outputs.files import whole_file
from ocrprep.page import Source, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.page import Dpi

ArchiveFormat: TypeAlias = Literal["tiff", "pdf"]
"""``tiff``: pages of CCITT Group 4 in one TIFF. ``pdf``: the same pictures in a PDF/A-2b, without text."""

SUFFIXES: dict[ArchiveFormat, str] = {"tiff": ".tiff", "pdf": ".pdf"}
_MEMBER = ".zip!"


@dataclass(frozen=True, slots=True)
class Archived:
    """One document of an archive.

    Args:
        path: of the file.
        source: of its first page.
        pages: how many it holds.
        bytes_before: size of the source, or of as much of it as these pages are of all its pages; of a member of a ZIP
            archive as it is packed there. None where there is no file.
        bytes_after: size of the file.
        written: False for a file that was there and was left alone.
        steps: what was done to each page.
    """

    path: Path
    source: Source
    pages: int
    bytes_before: int | None
    bytes_after: int
    written: bool = True
    steps: tuple[tuple[Step, ...], ...] = field(default=(), repr=False)


class Place(NamedTuple):
    """Where a document goes.

    Args:
        path: of its file.
        source: of its first page.
    """

    path: Path
    source: Source


class ReadyPage(NamedTuple):
    """A page that is ready to be put into its document.

    Args:
        data: a Group 4 TIFF.
        width: in pixels.
        height: likewise.
        dpi: None where it is unknown.
        steps: what was done to it.
    """

    data: bytes
    width: int
    height: int
    dpi: Dpi | None
    steps: tuple[Step, ...]


class Volume(ABC):
    """A document that is being made."""

    def __init__(self, place: Place, dpi: float) -> None:
        self.place = place
        self._dpi = dpi
        self._steps: list[tuple[Step, ...]] = []

    def add(self, page: ReadyPage) -> None:
        """The next page."""
        self._steps.append(page.steps)
        self._add(page)

    def end(self) -> Iterator[Archived]:
        """Write the document."""
        path, source = self.place
        pages = len(self._steps)
        before = _bytes_of(source, pages)
        with whole_file(path) as stream:
            self._write(stream)
        self.close()
        yield Archived(path, source, pages, before, path.stat().st_size, steps=tuple(self._steps))

    def close(self) -> None:  # noqa: B027 - most need nothing
        """Let go of what was needed to make it."""

    @abstractmethod
    def _add(self, page: ReadyPage) -> None: ...

    @abstractmethod
    def _write(self, stream: BinaryIO) -> None: ...


class _Tiff(Volume):
    def __init__(self, place: Place, dpi: float) -> None:
        super().__init__(place, dpi)
        from PIL.TiffImagePlugin import AppendingTiffWriter  # noqa: PLC0415 - as in encode.py

        self._target = io.BytesIO()
        self._frames = AppendingTiffWriter(self._target)

    def _add(self, page: ReadyPage) -> None:
        self._frames.write(page.data)
        self._frames.newFrame()

    def _write(self, stream: BinaryIO) -> None:
        stream.write(self._target.getbuffer())


class _Pdf(Volume):
    def __init__(self, place: Place, dpi: float) -> None:
        super().__init__(place, dpi)
        self._book = Book(place.source.stem, pdfa=True)

    def close(self) -> None:
        self._book.__exit__()

    def _add(self, page: ReadyPage) -> None:
        x, y = page.dpi or (self._dpi, self._dpi)
        width, height, _ = fitted(page.width * 72.0 / x, page.height * 72.0 / y)
        self._book.page(width, height)
        self._book.show(self._book.keep(page.data, page.width * page.height), width, height)

    def _write(self, stream: BinaryIO) -> None:
        self._book.save(stream)


VOLUMES: dict[ArchiveFormat, type[Volume]] = {"tiff": _Tiff, "pdf": _Pdf}


def _bytes_of(source: Source, pages: int) -> int | None:
    """Size of a page's document, or of as much of it as so many pages are of all its pages; None without a file."""
    whole = _file_bytes(source.uri)
    return None if whole is None else round(whole * min(pages, source.page_count) / max(1, source.page_count))


def _file_bytes(uri: str) -> int | None:
    try:
        return Path(uri).stat().st_size
    except (OSError, ValueError):
        pass
    place = uri.lower().find(_MEMBER)
    if place < 0:
        return None
    packed, member = uri[: place + len(_MEMBER) - 1], uri[place + len(_MEMBER) :]
    try:
        with zipfile.ZipFile(packed) as archived:
            return archived.getinfo(member).compress_size
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
