"""Bytes that lie somewhere under a name and can be read more than once."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import tempfile
import weakref
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.decode import open_file
from ocrprep.decode.kinds import HEAD_BYTES
from ocrprep.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEMORY_BYTES = 32_000_000
"""What comes without a file of its own, and is longer than this, waits in a temporary file instead of in memory."""


class Blob(ABC):
    """Bytes under a name."""

    _known: tuple[object, str] | None = None

    def __init__(self, uri: str) -> None:
        self.uri = uri

    @abstractmethod
    def open(self) -> BinaryIO:
        """A new seekable stream at its start; the caller closes it.

        Raises:
            InputError: the bytes cannot be had.
        """

    def head(self) -> bytes:
        """As many first bytes as it takes to see what it is."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of all bytes, computed once, and again when they have changed."""
        state = self._state()
        if self._known is None or self._known[0] != state:
            digest = hashlib.sha256()
            with self.open() as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
            self._known = (state, digest.hexdigest())
        return self._known[1]

    def _state(self) -> object:
        """Something that is another when the bytes are others."""
        return None

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A file with these bytes, for programs that want a path; gone afterwards unless it was there before."""
        with self.open() as stream:
            copy = _spilled(iter(lambda: stream.read(1 << 20), b""), self.uri)
        with copy.on_disk() as path:
            yield path


class FileBlob(Blob):
    """A file."""

    def __init__(self, path: str | os.PathLike[str], uri: str = "") -> None:
        self.path = Path(path)
        super().__init__(uri or os.fspath(path))

    def open(self) -> BinaryIO:
        """Open the file."""
        try:
            return open_file(self.path)
        except InputError as error:
            error.source = self.uri
            raise

    def _state(self) -> object:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_size, found.st_mtime_ns

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """The file itself."""
        yield self.path


class MemoryBlob(Blob):
    """Bytes in memory."""

    def __init__(self, data: bytes, uri: str) -> None:
        super().__init__(uri)
        self._data = data

    def open(self) -> BinaryIO:
        """A stream over the bytes, which are not copied."""
        return io.BytesIO(self._data)


class TemporaryBlob(FileBlob):
    """A temporary file, removed when nobody knows this object any more."""

    def __init__(self, path: Path, uri: str) -> None:
        super().__init__(path, uri)
        weakref.finalize(self, _remove, path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def stored(blocks: Iterable[bytes], uri: str) -> Blob:
    """Keep what comes in blocks: in memory, or in a temporary file from :data:`MEMORY_BYTES` on.

    Raises:
        InputError: the temporary file cannot be written.
    """
    coming = iter(blocks)
    kept: list[bytes] = []
    size = 0
    for block in coming:
        kept.append(block)
        size += len(block)
        if size > MEMORY_BYTES:
            return _spilled(itertools.chain(kept, coming), uri)
    return MemoryBlob(b"".join(kept), uri)


def _spilled(blocks: Iterable[bytes], uri: str) -> TemporaryBlob:
    try:
        handle, name = tempfile.mkstemp(prefix="ocrprep-")
        blob = TemporaryBlob(Path(name), uri)
        with os.fdopen(handle, "wb") as file:
            file.writelines(blocks)
    except OSError as error:
        raise InputError(
            f"no temporary file can be written: {error.strerror}", source=uri, hint="make room, or set TMPDIR"
        ) from error
    return blob
