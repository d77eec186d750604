"""The pages on the table: given on the command line or uploaded, opened when they are looked at."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocrprep.errors import InputError, InputLimitError
from ocrprep.inputs import InputType, OcrInput
from ocrprep.limits import Limits

if TYPE_CHECKING:
    from ocrprep.page import Page, PageRef

MEGABYTE = 1_000_000
_KEPT_PAGES = 3
_MOST_PAGES = 500
_UPLOADS_TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page that can be chosen.

    Args:
        key: unique on this table.
        name: for a person: the file, and the page where it has several.
        ref: opens the page.
    """

    key: str
    name: str
    ref: PageRef


class Table:
    """The pages that can be chosen. Safe to use from several threads.

    Args:
        upload_bytes: what one upload may weigh; all uploads together may weigh ten times that.
        limits: what else an input may cost.
    """

    def __init__(self, upload_bytes: int = 100 * MEGABYTE, limits: Limits | None = None) -> None:
        self.upload_bytes = upload_bytes
        self.sheets: list[Sheet] = []
        self._limits = limits or Limits(max_pages=_MOST_PAGES, max_items=_MOST_PAGES, max_nesting=1)
        self._taken = 0
        self._numbers = itertools.count()
        self._open: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def add_path(self, path: str | Path) -> list[Sheet]:
        """Put a file, a folder or an archive of this machine on the table.

        Raises:
            InputError: it is missing, damaged or too large.
        """
        return self._added(Path(path), "")

    def add_upload(self, data: bytes, name: str) -> list[Sheet]:
        """Put a file that was sent on the table; it stays in memory.

        Raises:
            InputLimitError: it, or all that was sent so far, is too heavy; an archive in it unpacks to too much.
            InputError: it cannot be opened.
        """
        if len(data) > self.upload_bytes:
            raise InputLimitError(
                f"the file has more than {self.upload_bytes // MEGABYTE} MB",
                source=name,
                hint="start the studio with a higher --max-upload, or with the file's path",
            )
        with self._lock:
            if self._taken + len(data) > _UPLOADS_TOGETHER * self.upload_bytes:
                raise InputLimitError(
                    "the files that were uploaded weigh too much together",
                    source=name,
                    hint="start the studio again, with the files' paths",
                )
        added = self._added(data, Path(name.replace("\\", "/")).name or "upload")
        try:
            # An archive's members are unpacked only now, and it is this page that will be shown.
            self.page(added[0].key)
        except InputError as error:
            # Where a page is damaged, the other pages may be well.
            if len(added) == 1 or isinstance(error, InputLimitError):
                with self._lock:
                    self.sheets = [sheet for sheet in self.sheets if sheet not in added]
                raise
        with self._lock:
            self._taken += len(data)
        return added

    def _added(self, item: Path | bytes, name: str) -> list[Sheet]:
        batch = OcrInput(InputType.AUTO, limits=self._limits)
        batch.add(item, name=name)
        with closing(batch.refs()) as walk:
            refs = list(walk)
        if not refs:
            raise InputError("there is no page in it", source=name or str(item))
        with self._lock:
            made = [Sheet(f"p{next(self._numbers)}", _name(ref), ref) for ref in refs]
            self.sheets.extend(made)
        return made

    def page(self, key: str) -> Page:
        """The page, decoded; the latest few are kept.

        Raises:
            InputError: it cannot be opened.
            KeyError: no such page.
        """
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
            sheet = next((item for item in self.sheets if item.key == key), None)
        if sheet is None:
            raise KeyError(key)
        page = sheet.ref.load()
        with self._lock:
            self._open[key] = page
            while len(self._open) > _KEPT_PAGES:
                self._open.popitem(last=False)
        return page


def _name(ref: PageRef) -> str:
    source = ref.source
    name = source.uri.replace("\\", "/").rsplit("/", 1)[-1]
    return name if source.page_count <= 1 else f"{name} · page {source.page_index + 1}"
