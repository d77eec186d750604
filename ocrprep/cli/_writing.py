"""Results that go to a file instead of stdout."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text so that a reader sees the old file or the whole new one; folders are made.

    Raises:
        OutputError: the place cannot be written.
    """
    from ocrprep.errors import OutputError

    unfinished = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device such as /dev/null must not be replaced by a file.
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        _give_usual_rights(unfinished)
        Path(unfinished).replace(path)
    except OSError as error:
        if unfinished:
            with contextlib.suppress(OSError):
                Path(unfinished).unlink()
        raise OutputError(f"cannot be written: {error.strerror or error}", path=str(path)) from error


def _give_usual_rights(path: str) -> None:
    # mkstemp makes files that only their owner can read.
    mask = os.umask(0)
    os.umask(mask)
    Path(path).chmod(0o666 & ~mask)
