"""A job's ledger: which pages are done, with what came of them, so that an interrupted batch goes on where it was.

One SQLite file in the job's folder. A page is known by the SHA-256 of its document, its place in it and everything that
its result depends on; a page that is done is never done again, one that failed or was interrupted is.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ocrprep.errors import OcrPrepError, OutputError

if TYPE_CHECKING:
    import os
    from types import TracebackType

    from typing_extensions import Self

    from ocrprep.batch.codecs import Codec
    from ocrprep.batch.run import PageHook
    from ocrprep.page import PageRef, Source

T = TypeVar("T")

_TABLES = """
CREATE TABLE IF NOT EXISTS pages (
    key TEXT PRIMARY KEY, uri TEXT NOT NULL, page INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    seconds REAL NOT NULL, message TEXT NOT NULL, changed REAL NOT NULL, result BLOB
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is.

    Args:
        pages: of the batch that was started last; None before the first.
        done: pages with a result.
        failures: (page, message) of those that failed, in the order in which they failed.
        interrupted: pages that were begun and neither ended nor are being worked on.
        running: pages that are being worked on now.
        seconds: work on the pages that are done, added up.
    """

    pages: int | None
    done: int
    failures: tuple[tuple[str, str], ...]
    interrupted: int
    running: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    source: Source
    state: str = "running"
    attempts: int = 0
    seconds: float = 0.0
    message: str = ""
    result: bytes | None = None


class Job:
    """A folder that remembers what was done.

    Args:
        folder: made if need be. One process at a time can work on it; any may ask for its status.

    Raises:
        OutputError: it cannot be written, is damaged, or another process works on it.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._lock = threading.Lock()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Falls with the process, however it ends.
            self._owner = _owned(self.folder)
            self._data = _connected(self.folder)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.folder, error) from error

    @staticmethod
    def status(folder: str | os.PathLike[str]) -> JobStatus:
        """How far the job in a folder is, whether it runs or not.

        Raises:
            OutputError: there is no job in this folder.
        """
        place = Path(folder)
        if not (place / "ledger.sqlite").is_file():
            raise OutputError("there is no job in this folder", path=str(place), hint="it is made by the first run")
        try:
            owner = _owned(place)
        except OutputError:
            owner = None
        try:
            data = _connected(place)
            try:
                return _status(data, runs=owner is None)
            finally:
                data.close()
        except sqlite3.Error as error:
            raise _unusable(place, error) from error
        finally:
            if owner is not None:
                owner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder."""
        with self._lock:
            self._data.close()
            self._owner.close()

    def expect(self, pages: int) -> None:
        """Note how many pages the batch has, for the status."""
        self._write("INSERT OR REPLACE INTO facts VALUES ('pages', ?)", (str(pages),))

    def done(self) -> int:
        """How many pages have a result, of whatever setting."""
        with self._lock:
            return int(self._data.execute("SELECT COUNT(*) FROM pages WHERE state = 'done'").fetchone()[0])

    def results(self) -> Iterator[Any]:
        """What was kept of every page that is done, of whatever setting."""
        with self._lock:
            rows = self._data.execute("SELECT result FROM pages WHERE state = 'done'").fetchall()
        return (json.loads(zlib.decompress(row[0])) for row in rows)

    def around(self, setting: dict[str, Any], codec: Codec[T], target: Callable[[PageRef], str] | None = None) -> Any:
        """A hook for ``run``: a page that is known is not worked on.

        Args:
            setting: all that a result depends on beside the page: chain, engine, options; JSON-ready.
            codec: how results are kept.
            target: what else tells two tasks apart, such as the name of the file that is written.

        Returns:
            A ``PageHook``.
        """
        told = json.dumps(setting, sort_keys=True, default=str)

        def hook(ref: PageRef, work: Callable[[], T]) -> tuple[T, bool]:
            extra = f"{ref.source.page_index}\0{target(ref) if target else ''}"
            try:
                key = _key(told, digest(ref), extra)
            except OcrPrepError as error:
                # What cannot even be opened has only its name.
                unknown = _Row(_key(told, ref.source.uri, extra), ref.source, attempts=1)
                self._note(replace(unknown, state="failed", message=str(error)))
                raise
            known = self._known(key, ref, codec)
            if known is not None:
                return known, True
            return self._worked(_Row(key, ref.source), work, codec), False

        made: PageHook[T] = hook
        return made

    def _worked(self, row: _Row, work: Callable[[], T], codec: Codec[T]) -> T:
        self._note(replace(row, attempts=1))
        started = time.perf_counter()
        try:
            result = work()
        except OcrPrepError as error:
            seconds = time.perf_counter() - started
            self._note(replace(row, state="failed", seconds=seconds, message=str(error)))
            raise
        kept = zlib.compress(json.dumps(codec.encode(result)).encode("utf-8", "surrogatepass"), 6)
        self._note(replace(row, state="done", seconds=time.perf_counter() - started, result=kept))
        return result

    def _known(self, key: str, ref: PageRef, codec: Codec[T]) -> T | None:
        with self._lock:
            row = self._data.execute("SELECT result FROM pages WHERE key = ? AND state = 'done'", (key,)).fetchone()
        if row is None:
            return None
        try:
            return codec.decode(json.loads(zlib.decompress(row[0])), ref)
        except (ValueError, TypeError, KeyError, zlib.error):
            # Written by another release, or damaged: it is made again.
            return None

    def _note(self, row: _Row) -> None:
        uri, message = (text.encode("utf-8", "replace").decode() for text in (row.source.uri, row.message))
        page = row.source.page_index
        self._write(
            "INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET uri = excluded.uri, "
            "page = excluded.page, state = excluded.state, attempts = attempts + excluded.attempts, "
            "seconds = excluded.seconds, message = excluded.message, changed = excluded.changed, "
            "result = excluded.result",
            (row.key, uri, page, row.state, row.attempts, row.seconds, message, time.time(), row.result),
        )

    def _write(self, command: str, values: tuple[Any, ...]) -> None:
        try:
            with self._lock, self._data:
                self._data.execute(command, values)
        except sqlite3.Error as error:
            raise _unusable(self.folder, error) from error


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def digest(ref: PageRef) -> str:
    """The SHA-256 of the document that a page is from, or of its pixels where there is no document.

    Raises:
        InputError: it cannot be opened.
    """
    found = ref.digest() if ref.digest is not None else ref.source.sha256
    if found:
        return found
    page = ref.load()
    return page.source.sha256 or hashlib.sha256(page.pixels.tobytes() + repr(page.pixels.shape).encode()).hexdigest()


def _owned(folder: Path) -> sqlite3.Connection:
    owner = sqlite3.connect(folder / "owner.sqlite", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        owner.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        owner.close()
        raise OutputError(
            "another process works on this job",
            path=str(folder),
            hint="wait for it, or give this run another folder; --status shows how far it is",
        ) from error
    return owner


def _connected(folder: Path) -> sqlite3.Connection:
    data = sqlite3.connect(folder / "ledger.sqlite", timeout=30, check_same_thread=False)
    data.execute("PRAGMA journal_mode = WAL")
    data.execute("PRAGMA synchronous = NORMAL")
    with data:
        data.executescript(_TABLES)
    return data


def _status(data: sqlite3.Connection, *, runs: bool) -> JobStatus:
    counts = dict(data.execute("SELECT state, COUNT(*) FROM pages GROUP BY state"))
    rows = data.execute("SELECT uri, page, message FROM pages WHERE state = 'failed' ORDER BY changed").fetchall()
    pages = data.execute("SELECT value FROM facts WHERE name = 'pages'").fetchone()
    (seconds,) = data.execute("SELECT COALESCE(SUM(seconds), 0) FROM pages WHERE state = 'done'").fetchone()
    begun = counts.get("running", 0)
    return JobStatus(
        pages=None if pages is None else int(pages[0]),
        done=counts.get("done", 0),
        failures=tuple((f"{uri}, page {page + 1}", message) for uri, page, message in rows),
        interrupted=0 if runs else begun,
        running=begun if runs else 0,
        seconds=float(seconds),
    )


def _unusable(folder: Path, error: Exception) -> OutputError:
    return OutputError(
        f"the job's ledger cannot be used: {error}", path=str(folder), hint="give another folder, or remove this one"
    )
