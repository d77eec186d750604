"""DjVu documents through DjVuLibre's command-line programs, in processes of their own that can be stopped."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ocrprep.decode.picture import Picture, check_size
from ocrprep.errors import DecodeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs.items import Document, Lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ocrprep.inputs.blobs import Blob
    from ocrprep.limits import Limits
    from ocrprep.page import Page

SECONDS = 120.0
"""How long one page may take."""

_SIZE = re.compile(rb"width=(\d+)\s+height=(\d+)")
_DPI = re.compile(rb"DjVu \d+x\d+,.*?(\d+) dpi")


class DjvuDocument(Document):
    """A DjVu file. Its pages are drawn at their own resolution, a page of pure ink as BINARY.

    Args:
        blob: its bytes.
        limits: pixels and pages.

    Raises:
        UnsupportedFormatError: DjVuLibre is not installed.
    """

    def __init__(self, blob: Blob, limits: Limits) -> None:
        super().__init__(blob.uri)
        for program in ("ddjvu", "djvused"):
            if shutil.which(program) is None:
                raise UnsupportedFormatError(
                    f"DjVu files need DjVuLibre's {program}, which is not installed",
                    source=self.uri,
                    hint="apt-get install djvulibre-bin, or the package of that name of your system",
                )
        self._blob, self._limits = blob, limits
        self._lease: Lease[Path] = Lease()

    @contextmanager
    def _open(self) -> Iterator[Path]:
        with self._blob.on_disk() as path:
            yield path.absolute()

    def held(self) -> AbstractContextManager[object]:
        """Keeps the file where the programs find it."""
        return self._lease(self._open)

    def _count_pages(self) -> int:
        with self._lease(self._open) as path:
            answer = self._run("djvused", "-e", "n", str(path))
        count = int(answer) if answer.strip().isdigit() else 0
        if count > self._limits.max_pages:
            raise InputLimitError(
                f"{count} pages are more than Limits.max_pages = {self._limits.max_pages}", source=self.uri
            )
        if count < 1:
            raise DecodeError("damaged or truncated: a DjVu file without pages", source=self.uri)
        return count

    def digest(self) -> str:
        """Of the file."""
        return self._blob.sha256

    def page(self, index: int) -> Page:
        """Draw one page."""
        count = self.count
        try:
            with self._lease(self._open) as path:
                about = self._run("djvused", "-e", f"select {index + 1}; size; dump", str(path))
                self._check(about)
                drawn = self._run("ddjvu", "-format=pnm", f"-page={index + 1}", str(path), "-")
            picture = Picture(io.BytesIO(drawn), self.uri, self._limits)
            try:
                page = picture.page(0, self._blob.sha256)
            finally:
                picture.close()
        except InputError as error:
            error.page_index = index
            raise
        found = _DPI.search(about)
        dpi = float(found[1]) if found and 10 <= int(found[1]) <= 10_000 else None
        source = replace(page.source, page_index=index, page_count=count)
        return replace(page, source=source, dpi=None if dpi is None else (dpi, dpi))

    def _check(self, about: bytes) -> None:
        size = _SIZE.search(about)
        if size is None:
            raise DecodeError("damaged or truncated: a page without a size", source=self.uri)
        try:
            check_size(int(size[1]), int(size[2]), self._limits)
        except InputError as error:
            error.source = self.uri
            raise

    def _run(self, *command: str) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603 - a list, no shell, and an absolute path
                command, capture_output=True, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired as error:
            raise InputLimitError(f"{command[0]} was not done in {SECONDS:g} seconds", source=self.uri) from error
        except OSError as error:
            raise DecodeError(f"{command[0]} cannot be run: {error}", source=self.uri) from error
        if done.returncode != 0 or (not done.stdout and done.stderr):
            words = done.stderr.decode(errors="replace").strip().splitlines() or ["no output"]
            raise DecodeError(
                f"damaged or truncated, cannot be drawn: {words[0].strip('* ')}",
                source=self.uri,
                hint="copy or download the file again",
            )
        return done.stdout
