"""File names for the pages of a batch: readable, safe on every file system, never the same twice."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ocrprep.page import Source

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_LONGEST = 160
"""Bytes of a stem: leaves room for page, step and suffix in the 255 that file systems allow."""


def safe_stem(text: str) -> str:
    """``text`` as a file name without suffix: what file systems refuse becomes ``_``, and nothing becomes ``page``."""
    # Bytes of a name that are no text come as lone surrogates, and leave as question marks.
    stem = _UNSAFE.sub("_", text.encode("utf-8", "replace").decode()).strip(" .")
    stem = stem.encode()[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    return f"_{stem}" if _RESERVED.match(stem) else stem or "page"


class Names:
    """Hands out one name per page, in the order of the pages.

    A page of a document of several is ``stem_p0001``. Another source with a stem that is taken gets ``stem_2``, and
    so on, for all of its pages. Names are compared without case, as some file systems do.

    Args:
        taken: whether a file of that name may not be used, although no page of this batch has it.
    """

    def __init__(self, taken: Callable[[str], bool] = lambda _: False) -> None:
        self._taken = taken
        self._owners: dict[str, str] = {}
        self._used: set[str] = set()

    def claim(self, source: Source, endings: Iterable[str]) -> str:
        """A name to which each of ``endings`` may be appended, giving the files of this page.

        Args:
            source: where the page comes from.
            endings: such as ``.png`` and ``_02_threshold.png``.
        """
        stem = safe_stem(source.stem)
        page = f"_p{source.page_index + 1:04d}" if source.page_count > 1 else ""
        endings = tuple(endings)
        for number in itertools.count(1):
            base = stem if number == 1 else f"{stem}_{number}"
            files = [f"{base}{page}{ending}" for ending in endings]
            folded = {name.casefold() for name in files}
            mine = self._owners.get(base.casefold(), source.uri) == source.uri
            if mine and not folded & self._used and not any(map(self._taken, files)):
                self._owners[base.casefold()] = source.uri
                self._used |= folded
                return f"{base}{page}"
        raise AssertionError  # the numbers do not end
