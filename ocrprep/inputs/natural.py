"""The order and the choice of files in folders and archives."""

from __future__ import annotations

import re

from ocrprep.decode.kinds import suffix_kind

_JUNK = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_DIGITS = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Sorts page2 before page10, and a folder's files together. Numbers may have any length."""
    return tuple(
        tuple(
            (0, len(part.lstrip("0")), part.lstrip("0")) if part.isdigit() else (1, 0, part.casefold())
            for part in _DIGITS.split(leaf)
            if part
        )
        for leaf in name.split("/")
    )


def is_junk(name: str) -> bool:
    """Whether a path leads through hidden files or what file managers leave behind."""
    return any(
        (part.startswith(".") and part not in {".", ".."}) or part.lower() in _JUNK
        for part in name.replace("\\", "/").split("/")
    )


def wanted(name: str) -> bool | None:
    """Whether a file is meant to be a page, by its suffix; None where it has none and must be looked into."""
    if suffix_kind(name) is not None:
        return True
    return False if "." in name.rsplit("/", 1)[-1] else None
