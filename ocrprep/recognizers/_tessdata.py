"""Where Tesseract's program and its language data lie on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

_KNOWN = (
    "/usr/share/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
    "/opt/local/share/tessdata",
    r"C:\Program Files\Tesseract-OCR\tessdata",
)
_WINDOWS_PROGRAM = r"C:\Program Files\Tesseract-OCR\tesseract.exe"
_HEADING = re.compile(r'^List of available languages(?: in "(?P<folder>.*)")? \(\d+\):\s*$')


def program(command: str) -> str | None:
    """The full path of a program, or None; Tesseract's installer for Windows leaves it out of the PATH."""
    found = shutil.which(command)
    if found is None and Path(_WINDOWS_PROGRAM).is_file():
        return _WINDOWS_PROGRAM
    return found


def ask(command: str, *arguments: str) -> str:
    """What the program answers, on either stream; empty when it cannot be run."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own engine, without a shell
            [command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace")


def listed(answer: str) -> tuple[str | None, tuple[str, ...]]:
    """Folder (where the version tells) and languages, from what ``tesseract --list-langs`` prints."""
    folder, languages, heading_seen = None, [], False
    for line in answer.splitlines():
        heading = _HEADING.match(line)
        if heading:
            folder, heading_seen = heading["folder"], True
        elif heading_seen and line.strip():
            languages.append(line.strip())
    return folder, tuple(sorted(languages))


def languages_in(folder: Path) -> tuple[str, ...]:
    """The languages of a tessdata folder; those in folders of their own as ``script/Latin``."""
    files = [*folder.glob("*.traineddata"), *folder.glob("*/*.traineddata")]
    return tuple(sorted(file.relative_to(folder).with_suffix("").as_posix() for file in files))


def find(command: str) -> Path | None:
    """The folder with the language data that the system's own Tesseract would use, or None.

    ``TESSDATA_PREFIX`` comes first, then what the program on the PATH says, then the folders of common packages.
    """
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        # Before version 4 it named the folder above.
        return _first([Path(prefix) / "tessdata", Path(prefix)])
    found = program(command)
    folder = listed(ask(found, "--list-langs"))[0] if found else None
    debian = sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), reverse=True)
    return _first([*([Path(folder)] if folder else []), *debian, *map(Path, _KNOWN)])


def _first(folders: list[Path]) -> Path | None:
    return next((folder for folder in folders if folder.is_dir() and languages_in(folder)), None)
