"""Which directories of a TIFF file are pages, found by walking their chain alone (TIFF 6.0, 1992; BigTIFF, 2007)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from ocrprep.errors import DecodeError, InputLimitError

if TYPE_CHECKING:
    from ocrprep.limits import Limits

_NEW_SUBFILE_TYPE = 254
_REDUCED, _MASK = 1, 4


def tiff_pages(stream: BinaryIO, limits: Limits) -> list[int]:
    """The places in the chain of those directories that are pages.

    Thumbnails and transparency masks (NewSubfileType) are left out, unless there is nothing else.

    Raises:
        DecodeError: the chain leads out of the file or into itself.
        InputLimitError: more than ``max_pages``.
    """
    size = stream.seek(0, 2)
    try:
        return _walk(stream, size, limits)
    except struct.error as error:
        raise DecodeError(
            "truncated: a page's directory lies beyond the end of the file", hint="copy or download the file again"
        ) from error
    finally:
        stream.seek(0)


def _walk(stream: BinaryIO, size: int, limits: Limits) -> list[int]:
    stream.seek(0)
    order = "<" if stream.read(2) == b"II" else ">"
    big = _read(stream, order + "H")[0] == 43
    if big:
        stream.seek(8)
    count_format, entry_size, offset_format = (order + "Q", 20, order + "Q") if big else (order + "H", 12, order + "I")
    (offset,) = _read(stream, offset_format)
    seen: set[int] = set()
    pages: list[int] = []
    others: list[int] = []
    while offset:
        if offset in seen:
            raise DecodeError("damaged: the chain of its pages runs in a circle")
        seen.add(offset)
        if offset >= size:
            raise struct.error
        stream.seek(offset)
        (entries,) = _read(stream, count_format)
        if entries * entry_size > size - offset:
            raise struct.error
        table = stream.read(entries * entry_size)
        (following,) = _read(stream, offset_format)
        (others if _subfile(table, entry_size, order, big=big) & (_REDUCED | _MASK) else pages).append(len(seen) - 1)
        if len(pages) > limits.max_pages or len(others) > limits.max_pages:
            raise InputLimitError(
                f"more pages than Limits.max_pages = {limits.max_pages}",
                hint="raise the limit if the file really has as many",
            )
        offset = following
    if not seen:
        raise DecodeError("a TIFF file without pages")
    return pages or others


def _read(stream: BinaryIO, layout: str) -> tuple[int, ...]:
    values: tuple[int, ...] = struct.unpack(layout, stream.read(struct.calcsize(layout)))
    return values


def _subfile(table: bytes, entry_size: int, order: str, *, big: bool) -> int:
    for start in range(0, len(table) - entry_size + 1, entry_size):
        (tag,) = struct.unpack_from(order + "H", table, start)
        if tag == _NEW_SUBFILE_TYPE:
            return int(struct.unpack_from(order + "I", table, start + (12 if big else 8))[0])
        if tag > _NEW_SUBFILE_TYPE:
            break
    return 0
