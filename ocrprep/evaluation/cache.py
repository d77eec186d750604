"""What was measured before is not measured again: a small SQLite file of JSON by key."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import ocrprep
from ocrprep.errors import OutputError


class Cache:
    """Values by key, shared by threads and by processes.

    Args:
        path: the file, made with its folders; None remembers nothing.

    Raises:
        OutputError: the file cannot be used.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._data: sqlite3.Connection | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._data = sqlite3.connect(path, timeout=60, check_same_thread=False)
            with self._data:
                self._data.execute("CREATE TABLE IF NOT EXISTS found (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        except (OSError, sqlite3.Error) as error:
            raise OutputError(
                f"cannot hold the results of a bench: {error}", path=str(path), hint="name another file, or --no-cache"
            ) from error

    def get(self, key: str) -> Any:
        """The value, or None."""
        if self._data is None:
            return None
        with self._lock:
            row = self._data.execute("SELECT value FROM found WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, value: Any) -> None:
        """Remember a JSON-ready value."""
        if self._data is None:
            return
        with self._lock, self._data:
            self._data.execute("INSERT OR REPLACE INTO found VALUES (?, ?)", (key, json.dumps(value)))

    def close(self) -> None:
        """Let go of the file."""
        if self._data is not None:
            self._data.close()
            self._data = None


def default_path() -> Path:
    """``bench.sqlite`` in the user's cache folder."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or str(Path.home() / ".cache")
    return Path(base) / "ocrprep" / "bench.sqlite"


def key_of(*parts: Any) -> str:
    """One key from JSON-ready parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@functools.cache
def code_fingerprint() -> str:
    """The version of the package and a digest of the code that makes a page.

    Whoever changes a filter and benches again must not be shown what the old one did.
    """
    root = Path(ocrprep.__file__).parent
    digest = hashlib.sha256()
    for folder in ("analysis", "consensus", "decode", "filters", "models", "recognizers"):
        for file in sorted((root / folder).glob("*.py")):
            digest.update(f"{folder}/{file.name}\0".encode() + file.read_bytes())
    for name in (
        "geometry.py",
        "page.py",
        "result/recognition.py",
        "result/words.py",
        "evaluation/masks.py",
        "evaluation/_pseudo_weights.py",
    ):
        digest.update((root / name).read_bytes())
    return f"{ocrprep.__version__} {digest.hexdigest()[:16]}"
