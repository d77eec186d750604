"""A page as the bytes of an image file, in as few bits as its mode needs and with the resolution that it has."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from ocrprep.errors import OutputError
from ocrprep.page import Page, PixelMode

if TYPE_CHECKING:
    from PIL import Image

ImageFormat: TypeAlias = Literal["png", "tiff", "jpeg", "webp"]

SUFFIXES: dict[ImageFormat, str] = {"png": ".png", "tiff": ".tiff", "jpeg": ".jpg", "webp": ".webp"}

_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT, _INCH = 0x011A, 0x011B, 0x0128, 2
_JPEG_QUALITY = 92
# Gives files as small as zlib's default of 6 does, in half the time on a grainy scan.
_PNG_LEVEL = 4


def encode(page: Page, image_format: ImageFormat, *, quality: int | None = None) -> bytes:
    """The bytes of an image file.

    A BINARY page becomes a 1-bit PNG or a CCITT Group 4 TIFF; JPEG and WebP know no single bits and get 8. GRAY gets
    8 bits, RGB 24; TIFF compresses them without loss. The resolution is written as far as the format can say it: PNG
    in whole pixels per metre, JPEG in whole pixels per inch and, where that is not exact, in its EXIF part too, WebP
    in its EXIF part. An unknown resolution is left out.

    Args:
        page: any.
        image_format: of the file.
        quality: 1–100, for JPEG (None: 92) and WebP (None: without loss).

    Raises:
        OutputError: the format cannot hold a page of that size.
    """
    picture = _picture(page, image_format)
    options = _OPTIONS[image_format](page, quality)
    target = io.BytesIO()
    try:
        picture.save(target, image_format, **options)
    except (OSError, ValueError, OverflowError) as error:
        raise OutputError(
            f"a page of {page.width}x{page.height} pixels cannot be written as {image_format.upper()}: {error}",
            hint="WebP holds at most 16383 pixels a side and JPEG 65535; PNG and TIFF hold any page",
        ) from error
    return target.getvalue()


def _picture(page: Page, image_format: ImageFormat) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 - costs 30 ms that a program which only reads need not pay

    if page.mode is PixelMode.BINARY and image_format in {"png", "tiff"}:
        packed = np.packbits(page.pixels, axis=1)
        return Image.frombytes("1", (page.width, page.height), packed.tobytes())
    return Image.fromarray(page.pixels)


def _png(page: Page, quality: int | None) -> dict[str, Any]:
    del quality
    return {"compress_level": _PNG_LEVEL, **_dpi(page)}


def _tiff(page: Page, quality: int | None) -> dict[str, Any]:
    del quality
    return {"compression": "group4" if page.mode is PixelMode.BINARY else "tiff_lzw", **_dpi(page)}


def _jpeg(page: Page, quality: int | None) -> dict[str, Any]:
    whole = page.dpi is None or all(value == round(value) for value in page.dpi)
    return {"quality": quality or _JPEG_QUALITY, **_dpi(page), **({} if whole else _exif(page))}


def _webp(page: Page, quality: int | None) -> dict[str, Any]:
    return {"lossless": True, **_exif(page)} if quality is None else {"quality": quality, **_exif(page)}


_OPTIONS = {"png": _png, "tiff": _tiff, "jpeg": _jpeg, "webp": _webp}


def _dpi(page: Page) -> dict[str, Any]:
    return {} if page.dpi is None else {"dpi": page.dpi}


def _exif(page: Page) -> dict[str, Any]:
    if page.dpi is None:
        return {}
    from PIL import Image, TiffImagePlugin  # noqa: PLC0415

    exif = Image.Exif()
    for tag, value in zip((_X_RESOLUTION, _Y_RESOLUTION), page.dpi, strict=True):
        exif[tag] = TiffImagePlugin.IFDRational(round(value * 10_000), 10_000)
    exif[_RESOLUTION_UNIT] = _INCH
    return {"exif": exif.tobytes()}
