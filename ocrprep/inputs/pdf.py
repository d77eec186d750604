"""PDF documents, drawn by PDFium, which works in one thread at a time."""

from __future__ import annotations

import math
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep.decode.picture import at_the_door, calm, check_size
from ocrprep.errors import DecodeError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs.items import Document, Lease
from ocrprep.page import Page, PixelMode, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ocrprep.inputs.blobs import Blob
    from ocrprep.inputs.options import InputOptions
    from ocrprep.page import Pixels

_PDFIUM = threading.RLock()
_POINTS_PER_INCH = 72.0
_WRONG_PASSWORD = 4


class PdfDocument(Document):
    """A PDF file. Its pages are drawn on white at ``pdf_dpi``, with annotations and filled-in forms.

    A page without colour becomes GRAY, any other RGB. The source image, to whose pixels word boxes are mapped back, is
    the page as drawn at that resolution.

    Args:
        blob: its bytes.
        options: resolution, password, limits.

    Raises:
        UnsupportedFormatError: pypdfium2 is not installed.
    """

    def __init__(self, blob: Blob, options: InputOptions) -> None:
        super().__init__(blob.uri)
        _library(self.uri)
        self._blob, self._options = blob, options
        self._lease: Lease[Any] = Lease()

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with self._blob.open() as stream:
            with at_the_door(self.uri, doing="opened"), _PDFIUM, calm(self._options.limits.max_pixels):
                pdf = self._unlocked(stream)
            try:
                with at_the_door(self.uri, doing="opened"), _PDFIUM, calm(self._options.limits.max_pixels):
                    pdf.init_forms()
                yield pdf
            finally:
                with _PDFIUM:
                    pdf.close()

    def _unlocked(self, stream: Any) -> Any:
        library = _library(self.uri)
        try:
            return library.PdfDocument(stream, password=self._options.password)
        except library.PdfiumError as error:
            if getattr(error, "err_code", None) == _WRONG_PASSWORD or "password" in str(error).lower():
                given = "with another password than the one given" if self._options.password else "with a password"
                raise DecodeError(
                    f"locked {given}", source=self.uri, hint='open it with OcrInput(…, password="…")'
                ) from error
            raise

    def held(self) -> AbstractContextManager[object]:
        """Keeps the document open."""
        return self._lease(self._open)

    def _count_pages(self) -> int:
        with self._lease(self._open) as pdf, at_the_door(self.uri, doing="opened"), _PDFIUM:
            count = len(pdf)
        limit = self._options.limits.max_pages
        if count > limit:
            raise InputLimitError(f"{count} pages are more than Limits.max_pages = {limit}", source=self.uri)
        if count < 1:
            raise DecodeError("damaged or truncated: a PDF file without pages", source=self.uri)
        return count

    def digest(self) -> str:
        """Of the file."""
        return self._blob.sha256

    def page(self, index: int) -> Page:
        """Draw one page."""
        count = self.count
        with self._lease(self._open) as pdf:
            digest = self._blob.sha256
            with at_the_door(self.uri, index, doing="drawn"), _PDFIUM, calm(self._options.limits.max_pixels):
                pixels = self._drawn(pdf, index)
        height, width = pixels.shape[:2]
        mode = PixelMode.RGB if pixels.ndim == 3 else PixelMode.GRAY
        dpi = (self._options.pdf_dpi, self._options.pdf_dpi)
        source = Source(self.uri, index, count, digest, width, height, dpi)
        return Page(pixels, mode, dpi, source=source)

    def _drawn(self, pdf: Any, index: int) -> Pixels:
        # A hair less, or the last bit of a float makes a Letter page of 300 dpi 2551 pixels wide.
        scale = self._options.pdf_dpi / _POINTS_PER_INCH * (1 - 1e-6)
        page = pdf[index]
        try:
            width, height = (math.ceil(points * scale) for points in page.get_size())
            check_size(width, height, self._options.limits)
            bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True, may_draw_forms=True)
            try:
                return _without_needless_colour(bitmap.to_numpy())
            finally:
                bitmap.close()
        finally:
            page.close()


def _without_needless_colour(drawn: Pixels) -> Pixels:
    for part in (drawn[::16, ::16], drawn):
        if not (np.array_equal(part[..., 0], part[..., 1]) and np.array_equal(part[..., 1], part[..., 2])):
            return np.array(drawn[..., :3], np.uint8, order="C")
    return np.array(drawn[..., 0], np.uint8, order="C")


def _library(uri: str) -> Any:
    try:
        import pypdfium2  # noqa: PLC0415 - loaded by the first PDF
    except ImportError as error:
        raise UnsupportedFormatError(
            "PDF files need pypdfium2, which is not installed", source=uri, hint='pip install "ocrprep[pdf]"'
        ) from error
    return pypdfium2
