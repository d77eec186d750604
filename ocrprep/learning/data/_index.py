"""The table of contents of a tar file, made once; nothing is unpacked under a name that the archive chose."""

from __future__ import annotations

import gzip
import os
import tarfile
import tempfile
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ocrprep.decode import open_file
from ocrprep.errors import DecodeError, InputError, InputLimitError
from ocrprep.limits import Limits

_GZIP = b"\x1f\x8b"
_BLOCK = 1 << 20
_SMALL = 10_000_000
"""Archives that unpack to less are never bombs: empty pages may well pack a thousand times smaller."""
_LONGEST_NAME = 1 << 16
_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a tar file.

    Args:
        name: as the archive has it, without a leading ``./``.
        uri: ``archive!name``, for messages.
        file: where its bytes lie.
        start: of its bytes, from the file's beginning.
        size: in bytes.
        is_file: whether it is an ordinary file, not a link, a device or a file with holes.
    """

    name: str
    uri: str
    file: Path
    start: int
    size: int
    is_file: bool

    def read(self) -> bytes:
        """Its bytes.

        Raises:
            InputError: the archive is gone or shorter than it was, or this is a link, a device or a pipe.
        """
        if not self.is_file:
            raise InputError("a link or a device, not a file", source=self.uri)
        with open_file(self.file) as stream:
            stream.seek(self.start)
            data = stream.read(self.size)
        if len(data) != self.size:
            raise DecodeError(f"truncated: {len(data)} of {self.size} bytes are there", source=self.uri)
        return data


class Unpacked:
    """A tar file that can be read anywhere: the file itself, or a copy without its compression.

    The copy lies in the folder for temporary files until this object is gone; processes that it is sent to share it.

    Args:
        archive: ``.tar`` or ``.tgz``; told by its first bytes.
        limits: ``max_total_bytes`` and ``max_ratio`` bound the copy.

    Raises:
        InputError: missing, damaged or too large.
    """

    def __init__(self, archive: Path, limits: Limits) -> None:
        self.file = archive
        with open_file(archive) as stream:
            packed = stream.read(2) == _GZIP
        if packed:
            self.file = _copied(archive, limits)
            weakref.finalize(self, _removed, self.file, os.getpid())


def _removed(copy: Path, maker: int) -> None:
    # A forked worker that ends must not take the copy from the others.
    if os.getpid() == maker:
        copy.unlink(missing_ok=True)


def _copied(archive: Path, limits: Limits) -> Path:
    packed = archive.stat().st_size
    handle, name = tempfile.mkstemp(suffix=".tar", prefix="ocrprep-")
    copy = Path(name)
    total = 0
    try:
        with os.fdopen(handle, "wb") as sink, open_file(archive) as stream, gzip.open(stream) as unpacked:
            while block := unpacked.read(_BLOCK):
                total += len(block)
                _check_growth(total, packed, str(archive), limits)
                sink.write(block)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        copy.unlink(missing_ok=True)
        raise DecodeError(f"damaged or truncated: {error}", source=str(archive)) from error
    except OSError as error:
        copy.unlink(missing_ok=True)
        raise InputError(
            f"cannot be unpacked: {error.strerror or error}",
            source=str(archive),
            hint="is there space left in the folder for temporary files? a .tar is read in place",
        ) from error
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy


def _check_growth(total: int, packed: int, uri: str, limits: Limits) -> None:
    if total > limits.max_total_bytes:
        raise InputLimitError(
            f"it unpacks to more than Limits.max_total_bytes = {limits.max_total_bytes}",
            source=uri,
            hint="raise the limit if the archive really holds as much",
        )
    if total > _SMALL and total > limits.max_ratio * packed:
        raise InputLimitError(
            f"it unpacks to more than Limits.max_ratio = {limits.max_ratio:g} times its size",
            source=uri,
            hint="raise the limit if the file is no bomb",
        )


def members(archive: Path, file: Path, limits: Limits) -> Iterator[Member]:
    """What a tar file holds, folders left out, in its own order.

    Args:
        archive: its name, for messages.
        file: where its uncompressed bytes lie.
        limits: ``max_items``.

    Raises:
        InputError: not a tar file, damaged, truncated, or too many members.
    """
    size = file.stat().st_size
    with open_file(file) as stream, _tar_errors(str(archive)), _opened(stream) as tar:
        for count, info in enumerate(tar, 1):
            # tarfile remembers all it has seen.
            tar.members = []  # type: ignore[attr-defined]
            if count > limits.max_items:
                raise InputLimitError(f"more than Limits.max_items = {limits.max_items} members", source=str(archive))
            name = info.name.removeprefix("./")
            uri = f"{archive}!{name}"
            if info.offset_data + info.size > size and info.isreg():
                raise DecodeError("truncated: the archive ends before it does", source=uri)
            if not info.isdir():
                is_file = info.isreg() and not info.issparse()
                yield Member(name, uri, file, info.offset_data, info.size, is_file)
        _require_end(stream, tar.offset, str(archive))


@contextmanager
def _opened(stream: BinaryIO) -> Iterator[tarfile.TarFile]:
    with tarfile.open(fileobj=stream, mode="r:", tarinfo=_Header) as tar:
        yield tar


class _Header(tarfile.TarInfo):
    """A header whose name is not longer than names are: tarfile would read it into memory whatever its length."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        header = super().frombuf(buf, encoding, errors)
        if header.type in _NAMES and not 0 <= header.size <= _LONGEST_NAME:
            raise tarfile.ReadError(f"a name of {header.size} bytes")
        return header


@contextmanager
def _tar_errors(uri: str) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, UnicodeError, ValueError, OverflowError) as error:
        raise DecodeError(
            f"not a tar file, or damaged: {error}", source=uri, hint="a data set is a .tar or a .tgz"
        ) from error


def _require_end(stream: BinaryIO, end: int, uri: str) -> None:
    """Nothing but zeros follows the last member; tarfile takes a damaged header for the end as well."""
    stream.seek(end)
    while block := stream.read(_BLOCK):
        if block.strip(b"\0"):
            raise DecodeError(
                f"damaged, or several archives in one file: byte {end} should begin a member or be the end", source=uri
            )
