"""The hinge of every door: one picture in memory, in any form, becomes a page. Files and documents are in ``inputs/``.

It lies below the filters because a filter may be called on a bare array, a Pillow image, bytes or a path. Alpha,
palettes, CMYK, 16 bit and EXIF orientation end here. The source image *as decoded*, in whose pixels all source
coordinates are, is the image upright: after its EXIF orientation was applied.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from PIL import Image

from ocrprep.decode.arrays import PixelType, page_from_array, pixels_digest
from ocrprep.decode.picture import Picture, at_the_door, calm, decoded
from ocrprep.errors import DecodeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.limits import DEFAULT_LIMITS
from ocrprep.page import Page, PixelMode, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.limits import Limits

__all__ = ["PixelType", "open_image", "page_from_array", "page_from_file", "page_from_pil", "picture_from_page"]


def open_image(image: Any, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Page, Callable[[Page], Any]]:
    """A page from whatever a caller holds, and the way to give the answer back in the same form.

    Args:
        image: a ``Page``; an array as in :func:`page_from_array`; a Pillow image; bytes of, a path to, or a binary
            stream with an image file of one page.
        limits: what a file may cost.

    Returns:
        The page, and a function that turns a page into an array for an array, a Pillow image for a Pillow image, and
        leaves it a page otherwise.

    Raises:
        InputError: it cannot be opened.
    """
    if isinstance(image, Page):
        return image, lambda page: page
    if isinstance(image, np.ndarray):
        return page_from_array(image, fingerprint=False), lambda page: page.pixels.copy()
    if isinstance(image, Image.Image):
        return page_from_pil(image, limits=limits, fingerprint=False), picture_from_page
    return page_from_file(image, limits=limits), lambda page: page


def page_from_pil(
    image: Image.Image, *, uri: str = "", limits: Limits = DEFAULT_LIMITS, fingerprint: bool = True
) -> Page:
    """A page from a Pillow image: its current frame.

    An image that was opened from a file is turned upright by its EXIF orientation; one that was made or changed in
    memory is taken as it is.

    Args:
        image: any mode.
        uri: the name of the source; by default the file it was opened from.
        limits: pixels.
        fingerprint: also take the sha256 of the pixels.

    Raises:
        InputError: its file is damaged, or its pixels have no scale.
    """
    name = uri or os.fspath(getattr(image, "filename", "") or "<image>")
    with at_the_door(name), calm(limits.max_pixels):
        page = decoded(image, Source(name), limits)
    if not fingerprint:
        return page
    source = Source(name, sha256=pixels_digest(page.pixels), width=page.width, height=page.height)
    return Page(page.pixels, page.mode, page.dpi, source=source)


def picture_from_page(page: Page) -> Image.Image:
    """A Pillow image of mode 1, L or RGB, with the page's dpi in its ``info``."""
    picture = Image.fromarray(page.pixels)
    if page.mode is PixelMode.BINARY:
        picture = picture.convert("1", dither=Image.Dither.NONE)
    if page.dpi is not None:
        picture.info["dpi"] = page.dpi
    return picture


def page_from_file(
    file: str | os.PathLike[str] | bytes | BinaryIO, *, uri: str = "", limits: Limits = DEFAULT_LIMITS
) -> Page:
    """A page from an image file of one page.

    Args:
        file: a path, the bytes, or a binary stream, which is read from where it stands and not closed.
        uri: the name of the source; by default the path.
        limits: pixels, and the bytes of a stream.

    Raises:
        InputError: missing, damaged, too large, not an image, or of several pages.
    """
    if isinstance(file, (str, os.PathLike)):
        with open_file(file) as stream:
            digest = hashlib.sha256()
            while block := stream.read(1 << 20):
                digest.update(block)
            return _single(stream, uri or os.fspath(file), limits, digest.hexdigest())
    data = read_all(file, uri or "<stream>", limits)
    name = uri or ("<bytes>" if isinstance(file, (bytes, bytearray, memoryview)) else stream_name(file))
    return _single(io.BytesIO(data), name, limits, hashlib.sha256(data).hexdigest())


def _single(stream: BinaryIO, uri: str, limits: Limits, sha256: str) -> Page:
    picture = Picture(stream, uri, limits)
    try:
        picture.require_single()
        return picture.page(0, sha256)
    finally:
        picture.close()


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        InputError: missing, a folder, a device or a pipe, or not readable.
    """
    name = os.fspath(path)
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 - a path may hold a null byte, which pathlib raises on differently
        if stat.S_ISDIR(mode):
            raise UnsupportedFormatError(
                "this is a folder", source=name, hint="add it to OcrInput(InputType.DIRECTORY) or InputType.AUTO"
            )
        if not stat.S_ISREG(mode):
            raise UnsupportedFormatError("not a regular file but a device, a pipe or a socket", source=name)
        return open(name, "rb")  # noqa: PTH123 - the caller closes it
    except FileNotFoundError as error:
        raise InputError("no such file", source=name, hint="check the path and the working directory") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"cannot be opened: {reason}", source=name) from error


def read_all(file: Any, uri: str, limits: Limits) -> bytes:
    """All bytes of a bytes-like object or of a binary stream; errors as in :func:`read_blocks`."""
    return b"".join(read_blocks(file, uri, limits))


def read_blocks(file: Any, uri: str, limits: Limits) -> Iterator[bytes]:
    """The bytes of a bytes-like object, or of a binary stream from where it stands, in blocks.

    Raises:
        UnsupportedFormatError: neither, or a text stream.
        InputLimitError: a stream that goes on after ``max_total_bytes``.
        DecodeError: a stream that cannot be read, or that has been read to its end already.
    """
    if isinstance(file, (bytes, bytearray, memoryview)):
        yield bytes(file)
        return
    if not callable(getattr(file, "read", None)):
        raise UnsupportedFormatError(
            f"cannot open a {type(file).__name__}",
            source=uri,
            hint="give a path, bytes, a binary stream, a numpy array or a Pillow image",
        )
    total = 0
    while block := _next_block(file, uri):
        total += len(block)
        if total > limits.max_total_bytes:
            raise InputLimitError(
                f"the stream holds more than Limits.max_total_bytes = {limits.max_total_bytes}", source=uri
            )
        yield block
    if not total and _stands_behind_bytes(file):
        raise DecodeError("the stream stands at its end", source=uri, hint="rewind it first: stream.seek(0)")


def _stands_behind_bytes(stream: Any) -> bool:
    try:
        return bool(stream.tell())
    except Exception:  # noqa: BLE001 - a stream that cannot tell is taken as it is
        return False


def _next_block(file: Any, uri: str) -> bytes:
    try:
        block = file.read(1 << 20)
    except Exception as error:
        raise DecodeError(f"the stream cannot be read: {error}", source=uri) from error
    if not isinstance(block, (bytes, bytearray)):
        raise UnsupportedFormatError(
            "the stream gives text, not bytes", source=uri, hint='open the file with mode "rb"'
        )
    return bytes(block)


def stream_name(stream: Any) -> str:
    """The file name of a stream, or ``<stream>``."""
    name = getattr(stream, "name", "")
    return name if isinstance(name, str) and name else "<stream>"
