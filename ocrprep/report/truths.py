"""The true texts of pages: files beside the images, or in a folder of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.errors import InputError

if TYPE_CHECKING:
    from ocrprep.page import Source

_SUFFIXES = (".gt.txt", ".txt")


def truths_of(sources: Iterable[Source], folder: str | os.PathLike[str] | None = None) -> list[str | None]:
    """The text of each page that has one, None for the others.

    A page of ``scan.png`` has its text in ``scan.gt.txt``, else in ``scan.txt``; UTF-8. That of a document of several
    pages holds them all, with form feeds between them; with another number of parts than pages it says nothing.

    Args:
        sources: of the pages, in order.
        folder: where the texts lie; None is beside each image, which archives and addresses do not have.

    Raises:
        InputError: no such folder, or a text that cannot be read.
    """
    place = None if folder is None else Path(folder)
    if place is not None and not place.is_dir():
        raise InputError("is no folder of true texts", source=str(place))
    known: dict[Path, str] = {}
    found: list[str | None] = []
    for source in sources:
        file = _file(source, place)
        if file is not None and file not in known:
            known[file] = _text(file)
        found.append(None if file is None else _part(known[file], source))
    return found


def _file(source: Source, folder: Path | None) -> Path | None:
    if folder is None:
        image = Path(source.uri)
        if "://" in source.uri or not _is_file(image):
            return None
        folder = image.parent
    candidates = (folder / f"{source.stem}{suffix}" for suffix in _SUFFIXES)
    return next((file for file in candidates if _is_file(file)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"the true text cannot be read: {error.strerror or error}", source=str(file)) from error
    except UnicodeDecodeError as error:
        raise InputError("the true text is not UTF-8", source=str(file)) from error


def _part(text: str, source: Source) -> str | None:
    parts = [text] if source.page_count == 1 else text.rstrip("\f\n").split("\f")
    if len(parts) != source.page_count:
        return None
    return parts[source.page_index if source.page_count > 1 else 0].strip("\f") or None
