"""A page's picture in as few bytes as a PDF can hold it, and how large it is on paper."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ocrprep import geometry
from ocrprep.decode.picture import calm
from ocrprep.errors import OutputError
from ocrprep.outputs.encode import encode
from ocrprep.page import Page, PixelMode, is_black_and_white

if TYPE_CHECKING:
    from PIL import Image

    from ocrprep.geometry import Matrix
    from ocrprep.outputs.documents.sheet import Sheet

_ORIENTATION = 0x0112
_JPEG = b"\xff\xd8\xff"
_SAMPLE = 8
"""One in so many rows tells whether a picture is smaller with or without loss."""


class Picture(NamedTuple):
    """What a page of a PDF shows.

    Args:
        data: as ``Book.keep`` takes it.
        pixels: how many it has.
        width: on paper, in points.
        height: likewise.
        from_source: the map from a point of the source to points on the picture's paper.
    """

    data: bytes
    pixels: int
    width: float
    height: float
    from_source: Matrix


def picture_of(sheet: Sheet) -> Picture | None:
    """The picture that the document's options ask for; None for a page that failed.

    Raises:
        OutputError: it is not at hand.
    """
    found = sheet.picture()
    if found is None:
        return None
    page, to_source = found
    quality = sheet.options.quality
    wanted = "quality" in sheet.options.model_fields_set
    own = None if wanted or sheet.options.image != "original" else own_jpeg(page)
    x, y = page.dpi or geometry.dpi_after(sheet.paper.dpi, to_source, page.width, page.height)
    points = geometry.scaling(72.0 / x, 72.0 / y)
    width, height = page.width * 72.0 / x, page.height * 72.0 / y
    data = own or compressed(page, quality)
    return Picture(data, page.width * page.height, width, height, points @ geometry.invert(to_source))


def compressed(page: Page, quality: int) -> bytes:
    """The page as a Group 4 TIFF of one strip where it is black and white, else as PNG or JPEG, whichever is smaller.

    Args:
        page: any.
        quality: of the JPEG, 1–100.
    """
    if page.mode is PixelMode.BINARY or (page.mode is PixelMode.GRAY and is_black_and_white(page.pixels)):
        return group4(page)
    rows = page.pixels[:: max(1, min(_SAMPLE, page.height // 64))]
    sample = replace(page, pixels=np.ascontiguousarray(rows), unbinarized=None)
    try:
        if len(encode(sample, "png")) > len(encode(sample, "jpeg", quality=quality)):
            return encode(page, "jpeg", quality=quality)
    except OutputError:
        # JPEG knows no more than 65,535 pixels a side.
        pass
    return encode(page, "png")


def group4(page: Page) -> bytes:
    """A page of 0 and 255 as a CCITT Group 4 TIFF of a single strip, which a PDF can take over as it is."""
    target = io.BytesIO()
    stride = (page.width + 7) // 8
    _bits(page).save(target, "tiff", compression="group4", strip_size=stride * page.height)
    return target.getvalue()


def _bits(page: Page) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - as in encode.py

    packed = np.packbits(page.pixels, axis=1)
    return Image.frombytes("1", (page.width, page.height), packed.tobytes())


def own_jpeg(page: Page) -> bytes | None:
    """The bytes of the page's source where that is a JPEG file that shows this very page; None where it is not.

    Nothing was done to the page, it is neither turned by a remark in the file nor of inks instead of colours, and the
    file is still the one that was read.
    """
    source = page.source
    touched = any(not step.implicit for step in page.steps) or not geometry.is_identity(page.to_source)
    if touched or source.page_count != 1 or not source.sha256:
        return None
    try:
        path = Path(source.uri)
        with path.open("rb") as stream:
            data = stream.read(len(_JPEG))
            if data != _JPEG:
                return None
            data += stream.read()
    except (OSError, ValueError):
        return None
    return data if hashlib.sha256(data).hexdigest() == source.sha256 and _shows(data, page) else None


def _shows(data: bytes, page: Page) -> bool:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - as in encode.py

    mode = "RGB" if page.mode is PixelMode.RGB else "L"
    try:
        with calm(page.width * page.height), Image.open(io.BytesIO(data)) as picture:
            upright = picture.getexif().get(_ORIENTATION, 1) == 1
            same = (picture.format, picture.mode, picture.size) == ("JPEG", mode, (page.width, page.height))
            return upright and same and _fits(picture.info.get("icc_profile"), mode)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError):
        return False


def _fits(profile: bytes | None, mode: str) -> bool:
    # Bytes 16 to 19 of an ICC profile name its colours.
    return profile is None or profile[16:20] == {"RGB": b"RGB ", "L": b"GRAY"}[mode]
