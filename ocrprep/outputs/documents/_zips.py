"""Zip archives that are the same whenever they are written."""

from __future__ import annotations

import zipfile
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can tell: of every member, as none of them is older or newer than another."""


def member(name: str, *, stored: bool = False) -> zipfile.ZipInfo:
    """How a member of an archive is written."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    # Otherwise it tells on which system it was made.
    info.create_system = 3
    return info


def timeless(archive: IO[bytes], to: IO[bytes]) -> None:
    """Copy an archive without the times of its members.

    Args:
        archive: at any place.
        to: need not be able to seek.
    """
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(to, "w") as made:
        for info in given.infolist():
            with (
                given.open(info) as source,
                made.open(member(info.filename), "w", force_zip64=info.file_size >> 31 > 0) as target,
            ):
                while piece := source.read(1 << 16):
                    target.write(piece)
