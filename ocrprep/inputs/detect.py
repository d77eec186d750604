"""From what a caller holds to an item of a batch: by content first, and by name only for what is not a file."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ocrprep.decode import page_from_array, page_from_pil, read_blocks, stream_name
from ocrprep.decode.kinds import Kind, sniff
from ocrprep.decode.picture import require_image
from ocrprep.errors import InputError, UnsupportedFormatError
from ocrprep.inputs.base64 import decode_base64, looks_like_base64
from ocrprep.inputs.blobs import Blob, FileBlob, MemoryBlob, stored
from ocrprep.inputs.directory import Folder
from ocrprep.inputs.djvu import DjvuDocument
from ocrprep.inputs.images import ImageDocument
from ocrprep.inputs.items import Item, Picked
from ocrprep.inputs.options import InputOptions, InputType
from ocrprep.inputs.pdf import PdfDocument
from ocrprep.inputs.url import Download
from ocrprep.inputs.zip import Archive
from ocrprep.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocrprep.decode import PixelType
    from ocrprep.inputs.zip import Budget

_LONGEST_PATH = 4096
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_TYPE_OF = {
    Kind.IMAGE: InputType.SINGLE_IMAGE,
    Kind.TIFF: InputType.TIFF,
    Kind.PDF: InputType.PDF,
    Kind.DJVU: InputType.DJVU,
    Kind.ZIP: InputType.ZIP,
}
_TAKES = {
    InputType.SINGLE_IMAGE: {Kind.IMAGE, Kind.TIFF},
    InputType.TIFF: {Kind.TIFF},
    InputType.PDF: {Kind.PDF},
    InputType.DJVU: {Kind.DJVU},
    InputType.ZIP: {Kind.ZIP},
}


def item_of(thing: Any, name: str, kind: InputType, options: InputOptions, pixel_type: PixelType | None) -> Item:
    """An item from anything that can be added.

    Args:
        thing: a path, an address, text, bytes, a binary stream, an array, a Pillow image or a page.
        name: what it is called where it has no name of its own.
        kind: what it must be.
        options: how to open it.
        pixel_type: order of an array's channels.

    Raises:
        InputError: it is something else, or cannot be opened.
    """
    if isinstance(thing, Page):
        return _in_memory(lambda: thing, name, kind, options)
    if isinstance(thing, np.ndarray):
        array = thing.copy()
        return _in_memory(lambda: page_from_array(array, uri=name, pixel_type=pixel_type), name, kind, options)
    if isinstance(thing, Image.Image):
        return _in_memory(lambda: page_from_pil(thing, uri=name, limits=options.limits), name, kind, options)
    if isinstance(thing, str):
        return _from_text(thing, name, kind, options)
    if isinstance(thing, os.PathLike):
        return _from_path(thing, kind, options)
    blob = stored(read_blocks(thing, name, options.limits), name)
    return _from_blob(blob, kind, options)


def name_of(thing: Any, number: int) -> str:
    """What an item is called: its path or address, or its kind in angle brackets, numbered from the second on."""
    if isinstance(thing, Page):
        return thing.source.uri
    if isinstance(thing, os.PathLike):
        return os.fsdecode(thing)
    if isinstance(thing, str):
        name = "<base64>" if looks_like_base64(thing) else thing if len(thing) <= _LONGEST_PATH else "<text>"
    elif isinstance(thing, (bytes, bytearray, memoryview)):
        name = "<bytes>"
    elif isinstance(thing, np.ndarray):
        name = "<array>"
    elif isinstance(thing, Image.Image):
        name = str(getattr(thing, "filename", "")) or "<image>"
    else:
        name = stream_name(thing)
    return f"{name[:-1]} {number}>" if number > 1 and name.startswith("<") else name


def _in_memory(make: Callable[[], Page], name: str, kind: InputType, options: InputOptions) -> Item:
    if kind not in {InputType.SINGLE_IMAGE, InputType.AUTO}:
        raise UnsupportedFormatError(
            f"OcrInput(InputType.{kind.name}) takes no pixels in memory",
            source=name,
            hint="use InputType.SINGLE_IMAGE or InputType.AUTO",
        )
    return Picked(make(), options.limits)


def _from_text(text: str, name: str, kind: InputType, options: InputOptions) -> Item:
    if kind is InputType.URL:
        return _download(text, options)
    if kind is InputType.BASE64:
        if not looks_like_base64(text) and os.path.isfile(text):  # noqa: PTH113 - a text may be too long for a path
            return item_of_base64(_text_of(FileBlob(text)), text, options)
        return item_of_base64(text, name, options)
    if _ADDRESS.match(text) and not os.path.exists(text):  # noqa: PTH110 - as above
        if kind is InputType.AUTO:
            return _download(text, options)
        raise UnsupportedFormatError(
            f"OcrInput(InputType.{kind.name}) takes no addresses",
            source=text,
            hint="use InputType.URL, or InputType.AUTO for a mixed batch",
        )
    if kind is InputType.AUTO and looks_like_base64(text) and not os.path.exists(text):  # noqa: PTH110 - as above
        return item_of_base64(text, name, options)
    if len(text) > _LONGEST_PATH:
        raise InputError(
            f"a text of {len(text)} characters is no path",
            source=name,
            hint="Base64 of an image or a document goes to add_base64()",
        )
    return _from_path(text, kind, options)


def _from_path(path: str | os.PathLike[str], kind: InputType, options: InputOptions) -> Item:
    if not os.fspath(path):
        # To pathlib it would be the working directory.
        raise InputError("the path is empty", hint="was a variable left unset?")
    is_folder = os.path.isdir(path)  # noqa: PTH112 - as above
    if kind is InputType.DIRECTORY or (kind is InputType.AUTO and is_folder):
        return Folder(path, options, partial(document_of, options=options))
    if is_folder:
        raise UnsupportedFormatError(
            f"OcrInput(InputType.{kind.name}) takes no folders",
            source=os.fspath(path),
            hint="use InputType.DIRECTORY, or InputType.AUTO for a mixed batch",
        )
    if kind is InputType.URL:
        return _download(os.fspath(path), options)
    return _from_blob(FileBlob(path), kind, options)


def _from_blob(blob: Blob, kind: InputType, options: InputOptions) -> Item:
    if kind is InputType.BASE64:
        return item_of_base64(_text_of(blob), blob.uri, options)
    if kind in {InputType.URL, InputType.DIRECTORY}:
        raise UnsupportedFormatError(
            f"OcrInput(InputType.{kind.name}) takes no files", source=blob.uri, hint="use InputType.AUTO"
        )
    head = blob.head()
    found = sniff(head)
    if found is None and kind is InputType.AUTO and looks_like_base64(head.decode("latin-1")):
        return item_of_base64(_text_of(blob), blob.uri, options)
    if found is None:
        require_image(head, blob.uri)
    elif kind in _TAKES and found not in _TAKES[kind]:
        noun = "an image file" if found is Kind.IMAGE else f"a {found.value} file"
        raise UnsupportedFormatError(
            f"OcrInput(InputType.{kind.name}) was given {noun}",
            source=blob.uri,
            hint=f"use InputType.{_TYPE_OF[found].name}, or InputType.AUTO for a mixed batch",
        )
    return document_of(blob, options=options, single=kind is InputType.SINGLE_IMAGE)


def document_of(
    blob: Blob, depth: int = 0, budget: Budget | None = None, *, options: InputOptions, single: bool = False
) -> Item:
    """An item from bytes, by their content.

    Args:
        blob: the bytes.
        depth: archives around it.
        budget: of the outermost archive.
        options: how to open it.
        single: whether an image must have one page.

    Raises:
        InputError: no door opens it.
    """
    head = blob.head()
    kind = sniff(head)
    if kind is Kind.PDF:
        return PdfDocument(blob, options)
    if kind is Kind.DJVU:
        return DjvuDocument(blob, options.limits)
    if kind is Kind.ZIP:
        return Archive(blob, options, partial(document_of, options=options), depth, budget)
    require_image(head, blob.uri)
    return ImageDocument(blob, options.limits, single=single)


def item_of_base64(text: str, name: str, options: InputOptions) -> Item:
    """An item from Base64 text or a data URI.

    Raises:
        InputError: it is neither, or of something that cannot be opened.
    """
    return document_of(MemoryBlob(decode_base64(text, name), name), options=options)


def _text_of(blob: Blob) -> str:
    with blob.open() as stream:
        return stream.read().decode("latin-1")


def _download(url: str, options: InputOptions) -> Item:
    return Download(url, options.limits, partial(document_of, options=options))
