"""Image files through Pillow: headers are checked before anything is allocated, and none of Pillow's errors leaves."""

from __future__ import annotations

import functools
import importlib
import re
import threading
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from ocrprep.decode.frame import frame_dpi, frame_pixels, orientation, turned
from ocrprep.decode.kinds import HEAD_BYTES, Kind, sniff
from ocrprep.decode.tiff_pages import tiff_pages
from ocrprep.errors import DecodeError, ImageTooLargeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.page import Page, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.limits import Limits

# Not all that Pillow opens: EPS starts Ghostscript, and formats without a signature take any bytes for a picture.
_FORMATS = ("PNG", "JPEG", "MPO", "TIFF", "BMP", "GIF", "WEBP", "JPEG2000", "PPM", "AVIF")
_PLUGINS = ("Png", "Jpeg", "Mpo", "Tiff", "Bmp", "Gif", "WebP", "Jpeg2K", "Ppm", "Avif")


@functools.cache
def _formats() -> tuple[str, ...]:
    # Given a list of formats, Pillow tries only those whose plug-ins somebody has imported.
    for name in _PLUGINS:
        # AVIF came with Pillow 11.3.
        with suppress(ImportError):
            importlib.import_module(f"PIL.{name}ImagePlugin")
    return tuple(form for form in _FORMATS if form in Image.OPEN)


class _Calm:
    """Pillow without its process-wide settings while anybody is inside: no warnings, our limit, no repaired files.

    Other readers come in for the silence alone.

    Counted, so that several threads may be inside; the last one out puts everything back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: list[int] = []

    @contextmanager
    def __call__(self, max_pixels: int) -> Iterator[None]:
        with self._lock:
            if not self._limits:
                self._enter()
            self._limits.append(max_pixels)
            Image.MAX_IMAGE_PIXELS = max(self._limits)
        try:
            yield
        finally:
            with self._lock:
                self._limits.remove(max_pixels)
                if self._limits:
                    Image.MAX_IMAGE_PIXELS = max(self._limits)
                else:
                    self._leave()

    def _enter(self) -> None:
        self._filters = warnings.catch_warnings()
        self._filters.__enter__()
        # Damaged metadata are reported as warnings; the picture is still whole.
        warnings.filterwarnings("ignore", module=r"(PIL|pypdfium2|ocrprep)(\.|$)")
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        self._kept = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        ImageFile.LOAD_TRUNCATED_IMAGES = False

    def _leave(self) -> None:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = self._kept
        self._filters.__exit__(None, None, None)


calm = _Calm()


@contextmanager
def at_the_door(uri: str, page_index: int | None = None, *, doing: str = "decoded") -> Iterator[None]:
    """Whatever a third-party reader raises inside leaves as one of this package's errors, with its place."""
    try:
        yield
    except InputError as error:
        error.source = error.source or uri
        error.page_index = page_index if error.page_index is None else error.page_index
        raise
    except MemoryError as error:
        raise ImageTooLargeError(
            "not enough memory", source=uri, page_index=page_index, hint="lower Limits.max_pixels to refuse such files"
        ) from error
    except Exception as error:
        reason = str(error).strip() or type(error).__name__
        raise DecodeError(
            f"damaged or truncated, cannot be {doing}: {reason}",
            source=uri,
            page_index=page_index,
            hint="copy or download the file again, or see whether another program opens it",
        ) from error


def check_size(width: float, height: float, limits: Limits) -> None:
    """Refuse a page by its declared size.

    Raises:
        DecodeError: no pixels.
        ImageTooLargeError: more than ``max_pixels``.
    """
    if width < 1 or height < 1:
        raise DecodeError(f"its size is {width:g}x{height:g} pixels")
    if width * height > limits.max_pixels:
        raise ImageTooLargeError(
            f"{width:.0f}x{height:.0f} pixels are more than Limits.max_pixels = {limits.max_pixels}",
            hint="raise the limit with limits=Limits(max_pixels=…), or scale the picture down",
        )


class Picture:
    """An open image file of one or more frames. Not for several threads at once.

    Args:
        stream: seekable; stays the caller's to close.
        uri: its name, for errors.
        limits: pixels and pages.

    Raises:
        InputError: not an image, damaged in its header, or too large.
    """

    def __init__(self, stream: BinaryIO, uri: str, limits: Limits) -> None:
        self.uri, self._limits, self._stream = uri, limits, stream
        stream.seek(0)
        self._kind = require_image(stream.read(HEAD_BYTES), uri)
        stream.seek(0)
        with at_the_door(uri), calm(limits.max_pixels):
            try:
                self._image = Image.open(stream, formats=_formats())
            except UnidentifiedImageError:
                raise DecodeError(
                    "its first bytes are those of an image, but its header is damaged or of an unknown variant",
                    hint="see whether another program opens it, and save it as PNG there",
                ) from None
            except Image.DecompressionBombError as error:
                # Pillow's own words name another limit, twice this one.
                pixels = re.search(r"\d+ pixels", str(error))
                raise ImageTooLargeError(
                    f"{pixels[0] if pixels else 'its pixels'} are more than Limits.max_pixels = {limits.max_pixels}",
                    hint="raise the limit with limits=Limits(max_pixels=…), or scale the picture down",
                ) from None
            check_size(*self._image.size, limits)
        self._frames: list[int] | None = None

    @property
    def frames(self) -> list[int]:
        """The places of those frames that are pages: no thumbnails of a TIFF, no second pictures of a camera's JPEG."""
        if self._frames is None:
            with at_the_door(self.uri), calm(self._limits.max_pixels):
                self._frames = self._find_frames()
        return self._frames

    def _find_frames(self) -> list[int]:
        if self._kind is Kind.TIFF:
            return tiff_pages(self._stream, self._limits)
        if self._image.format in {"JPEG", "MPO"} or not getattr(self._image, "is_animated", False):
            return [0]
        count = getattr(self._image, "n_frames", 1)
        if count > self._limits.max_pages:
            raise InputLimitError(f"{count} pages are more than Limits.max_pages = {self._limits.max_pages}")
        return list(range(count))

    def require_single(self) -> None:
        """Raises an ``InputError`` that names the right input type when there are several pages."""
        count = len(self.frames)
        if count > 1:
            kind = "TIFF" if self._kind is Kind.TIFF else "AUTO"
            raise InputError(
                f"one image was expected, but this one has {count} pages",
                source=self.uri,
                hint=f"add it to OcrInput(InputType.{kind}), which takes each of them as a page",
            )

    def page(self, index: int, sha256: str = "") -> Page:
        """Decode one page.

        Args:
            index: 0-based, among :attr:`frames`.
            sha256: of the file's bytes, for the page's source.
        """
        count = len(self.frames)
        with at_the_door(self.uri, index if count > 1 else None), calm(self._limits.max_pixels):
            frame = self.frames[index]
            if self._image.tell() != frame:
                self._image.seek(frame)
            return decoded(self._image, Source(self.uri, index, count, sha256), self._limits)

    def close(self) -> None:
        """Give up Pillow's buffers."""
        self._image.close()


def require_image(head: bytes, uri: str) -> Kind:
    """IMAGE or TIFF, from the first bytes of a file.

    Raises:
        DecodeError: no bytes.
        UnsupportedFormatError: anything else, naming what it is.
    """
    if not head:
        raise DecodeError("the file is empty", source=uri, hint="it was perhaps not written completely")
    kind = sniff(head)
    if kind is None:
        raise UnsupportedFormatError(
            "neither an image nor a document that can be opened here",
            source=uri,
            hint="PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000, PNM, AVIF, PDF, DjVu and ZIP can",
        )
    if kind not in {Kind.IMAGE, Kind.TIFF}:
        raise UnsupportedFormatError(
            f"one image was expected, but this is a {kind.value} file",
            source=uri,
            hint=f"add it to OcrInput(InputType.{kind.name}) or OcrInput(InputType.AUTO)",
        )
    return kind


def decoded(image: Image.Image, source: Source, limits: Limits) -> Page:
    """The current frame of a Pillow image as an upright page; Pillow's own errors come out as they are.

    Args:
        image: an open file, or a picture in memory.
        source: completed with the size of the upright image.
        limits: pixels, checked before the frame is loaded.
    """
    check_size(*image.size, limits)
    # Pillow turns TIFF frames itself while it loads them, and then forgets that they were lying.
    declared = orientation(image) if image.format == "TIFF" else 0
    image.load()
    is_file = isinstance(image, ImageFile.ImageFile)
    to_do = orientation(image) if is_file else 1
    pixels, mode = frame_pixels(image)
    dpi = frame_dpi(image, declared or to_do)
    upright = turned(pixels, to_do)
    height, width = upright.shape[:2]
    located = Source(source.uri, source.page_index, source.page_count, source.sha256, width, height, dpi)
    return Page(upright, mode, dpi, source=located)
