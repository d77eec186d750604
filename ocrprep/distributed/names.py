"""File names that no two processes give twice, although none knows of the others' pages."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.outputs.names import safe_stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ocrprep.page import Source

_PLACES = re.compile(r"[/\\]+|(?<=\.zip)!", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImageNames:
    """The images' places in a folder: those of their sources, each under its full name.

    ``in/a/report.pdf`` becomes ``out/a/report.pdf_p0001``, and the member ``x.png`` of ``in/b.zip`` becomes
    ``out/b.zip/x.png``, to which the suffix of the image is added.

    Args:
        folder: where images go; a path, or an address as ``Storage`` takes it.
        base: what all sources' names begin with, and their places leave out.
    """

    folder: str
    base: str = ""

    @classmethod
    def below(cls, folder: str, inputs: Iterable[str]) -> ImageNames:
        """For these inputs: their places are those below the deepest folder that holds them all."""
        folders = [_parts(uri)[:-1] for uri in inputs]
        shared: list[str] = []
        for level in zip(*folders, strict=False):
            if len(set(level)) > 1:
                break
            shared.append(level[0])
        return cls(folder, "/".join(shared))

    def of(self, source: Source) -> str:
        """The place of a page's image, without suffix."""
        parts = _parts(source.uri)
        base = self.base.split("/") if self.base else []
        inner = parts[len(base) :] if parts[: len(base)] == base else parts
        page = f"_p{source.page_index + 1:04d}" if source.page_count > 1 else ""
        return "/".join([self.folder.rstrip("/"), *map(_safe, inner)]) + page


def _parts(uri: str) -> list[str]:
    path = uri.partition("://")[2] if "://" in uri else uri
    return [part for part in _PLACES.split(path) if part not in {"", "."}]


def _safe(part: str) -> str:
    stem = safe_stem(part)
    # What was changed could be another's name now.
    return stem if stem == part else f"{stem}_{hashlib.sha256(part.encode('utf-8', 'replace')).hexdigest()[:8]}"
