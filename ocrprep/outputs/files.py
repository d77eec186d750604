"""Files that are there whole or not at all."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ocrprep.errors import OutputError

_PART = re.compile(r"\..+\.[0-9a-f]{12}\.part")
"""Name of a file while it is written; see :func:`write_whole`."""


def is_file(path: Path, uri: str) -> bool:
    """Whether a path is the file that an uri names."""
    try:
        return path.samefile(uri)
    except (OSError, ValueError):
        return False


def made(folder: Path) -> Path:
    """The folder, made with its parents if need be.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder cannot be made: {error.strerror or error}", path=str(folder), hint="choose another folder"
        ) from error
    return folder


def swept(folder: Path) -> None:
    """Remove what a run that was killed had begun to write."""
    for part in folder.glob(".*.part"):
        if _PART.fullmatch(part.name):
            part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or, after any error, as it was before.

    Raises:
        OutputError: it cannot be written.
    """
    with whole_file(path) as stream:
        stream.write(data)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file when the block ends well; after any error the file is as it was before.

    Raises:
        OutputError: it cannot be written.
    """
    part = path.with_name(f".{path.name[:64]}.{secrets.token_hex(6)}.part")
    try:
        try:
            with part.open("wb") as stream:
                yield stream
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"the file cannot be written: {error.strerror or error}",
            path=str(path),
            hint="is the folder writable, and is there space left?",
        ) from error
