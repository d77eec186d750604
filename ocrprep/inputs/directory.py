"""Folders of images and documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.decode.kinds import sniff
from ocrprep.errors import InputError, InputLimitError
from ocrprep.inputs.blobs import Blob, FileBlob
from ocrprep.inputs.items import Item, opened
from ocrprep.inputs.natural import is_junk, natural_key, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ocrprep.inputs.options import InputOptions
    from ocrprep.page import PageRef


class Folder(Item):
    """A folder: its images and documents in natural order of their paths, listed once, when it is added.

    Hidden files and files of other kinds are left out; one that is meant to be a page and cannot be opened fails in
    its place. Links to files are followed, links to folders are not.

    Args:
        path: the folder.
        options: whether to go into its folders; how many files it may have.
        open_file: makes an item of a file.

    Raises:
        InputError: missing, not a folder, not readable, or without pages.
        InputLimitError: more files than ``max_items``.
    """

    def __init__(self, path: str | os.PathLike[str], options: InputOptions, open_file: Callable[[Blob], Item]) -> None:
        self.uri = os.fspath(path)
        self._root = Path(path)
        self._open_file = open_file
        self._names = self._listed(options)

    def refs(self) -> Generator[PageRef, None, None]:
        """The pages of all files, of which one at a time is open."""
        for name in self._names:
            blob = FileBlob(self._root / name)
            yield from opened(blob.uri, lambda blob=blob: self._open_file(blob)).refs()  # type: ignore[misc]

    def _listed(self, options: InputOptions) -> list[str]:
        if not os.path.isdir(self._root):  # noqa: PTH112 - pathlib raises on names that are too long or hold null bytes
            problem = "not a folder" if os.path.exists(self._root) else "no such folder"  # noqa: PTH110
            raise InputError(problem, source=self.uri, hint="check the path and the working directory")
        names: list[str] = []
        folders = False
        for place, inner, files in os.walk(self._root, onerror=self._refused):
            here = Path(place).relative_to(self._root)
            inner[:] = [name for name in inner if not is_junk(name)]
            folders = folders or bool(inner)
            names.extend((here / name).as_posix() for name in files if self._is_page(Path(place) / name))
            if len(names) > options.limits.max_items:
                limit = options.limits.max_items
                raise InputLimitError(f"more files than Limits.max_items = {limit}", source=self.uri)
            if not options.recursive:
                break
        if not names:
            hint = "look into its folders with OcrInput(…, recursive=True)" if folders and not options.recursive else ""
            raise InputError("no images or documents in this folder", source=self.uri, hint=hint)
        return sorted(names, key=natural_key)

    def _is_page(self, path: Path) -> bool:
        if is_junk(path.name):
            return False
        choice = wanted(path.name)
        if choice is None:
            try:
                return sniff(FileBlob(path).head()) is not None
            except InputError:
                return False
        return choice

    def _refused(self, error: OSError) -> None:
        raise InputError(f"cannot be listed: {error.strerror}", source=str(error.filename)) from error
