"""What waits on disk until a report is put together: its pictures and its pages, so that memory holds one page."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ocrprep.errors import OutputError
from ocrprep.outputs.files import made, write_whole
from ocrprep.report._pictures import Picture

_OURS = re.compile(r"ocrprep-[0-9a-f]{20}\.(png|webp)")
"""Names of pictures beside a report; only such files are ever removed."""
_TYPES = {"png": "image/png", "webp": "image/webp"}


class Spool:
    """Pictures and pages of a report that is being made.

    Args:
        folder: an empty one, which somebody else removes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages = 0
        self.names: dict[str, int] = {}
        """Of the pictures, with their bytes; equal pictures are one."""

    def keep(self, picture: Picture) -> str:
        """Put a picture aside; its name goes by what is in it."""
        name = f"ocrprep-{hashlib.sha256(picture.data).hexdigest()[:20]}.{picture.suffix}"
        if name not in self.names:
            with _on_disk():
                (self._folder / name).write_bytes(picture.data)
            self.names[name] = len(picture.data)
        return name

    def picture(self, name: str) -> bytes:
        """A picture that was put aside."""
        with _on_disk():
            return (self._folder / name).read_bytes()

    def data_uri(self, name: str) -> str:
        """The same for an address in a page."""
        return f"data:{_TYPES[name.rsplit('.', 1)[1]]};base64,{base64.b64encode(self.picture(name)).decode()}"

    def keep_page(self, told: dict[str, Any]) -> None:
        """Put the next page aside."""
        with _on_disk():
            (self._folder / f"{self._pages}.json").write_text(json.dumps(told), encoding="utf-8")
        self._pages += 1

    def pages(self) -> Iterator[dict[str, Any]]:
        """The pages in order, one at a time."""
        for place in range(self._pages):
            with _on_disk():
                told: dict[str, Any] = json.loads((self._folder / f"{place}.json").read_text(encoding="utf-8"))
            yield told

    @property
    def size(self) -> int:
        """Bytes of all pictures."""
        return sum(self.names.values())


@contextlib.contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the report's pictures cannot be put aside: {error.strerror or error}",
            hint="is there space left in the folder for temporary files?",
        ) from error


def beside(report: Path) -> Path:
    """The folder for the pictures of a report."""
    return report.with_name(f"{report.stem}_files")


@contextlib.contextmanager
def placed(spool: Spool, folder: Path) -> Iterator[list[Path]]:
    """The pictures in a folder while the block runs; after any error those that are new are gone again.

    Raises:
        OutputError: the folder or a file cannot be written.
    """
    existed = folder.is_dir()
    made(folder)
    new: list[Path] = []
    try:
        for name in spool.names:
            if not (folder / name).exists():
                new.append(folder / name)
                write_whole(folder / name, spool.picture(name))
        yield [folder / name for name in spool.names]
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        if not existed:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def cleared(folder: Path, kept: set[str]) -> None:
    """Remove the pictures of an older report from a folder, and the folder where nothing else is in it."""
    if not folder.is_dir():
        return
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if _OURS.fullmatch(path.name) and path.name not in kept:
                path.unlink()
        if not kept:
            folder.rmdir()
