"""Results that go to a file instead of stdout."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text so that a reader sees the old file or the whole new one; folders are made.

    Raises:
        OutputError: the place cannot be written.
    """
    with target(path) as write:
        write(text)


@contextlib.contextmanager
def target(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Where text is written bit by bit: to stdout as it comes, or to a file that appears when it is whole.

    Args:
        path: of the file, whose folders are made; None is stdout.

    Raises:
        OutputError: the place cannot be written.
    """
    if path is None:
        yield lambda text: typer.echo(text, nl=False)
        return
    from ocrprep.errors import OutputError

    unfinished = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A device such as /dev/null must not be replaced by a file.
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                yield stream.write
            return
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            yield stream.write
        _give_usual_rights(unfinished)
        Path(unfinished).replace(path)
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", path=str(path)) from error
    finally:
        if unfinished:
            with contextlib.suppress(OSError):
                Path(unfinished).unlink()


def _give_usual_rights(path: str) -> None:
    # mkstemp makes files that only their owner can read.
    mask = os.umask(0)
    os.umask(mask)
    Path(path).chmod(0o666 & ~mask)
