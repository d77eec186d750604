"""The engine where there is one, and otherwise what to install."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ocrprep.errors import RecognizerError
from ocrprep.recognizers import TesseractRecognizer

if TYPE_CHECKING:
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.result import RecognitionResult


class Engine:
    """Tesseract, loaded when it is first asked; also the evidence for filters that ask an engine.

    Args:
        language: as Tesseract names it, such as ``eng+fra``.
    """

    def __init__(self, language: str = "eng") -> None:
        self.language = language

    @cached_property
    def _reader(self) -> TesseractRecognizer:
        return TesseractRecognizer(self.language)

    @cached_property
    def _turner(self) -> TesseractRecognizer:
        return TesseractRecognizer("osd", page_segmentation_mode=1)

    def read(self, page: Page) -> RecognitionResult:
        """What Tesseract reads.

        Raises:
            RecognizerError: it could not, or it or its language data is not installed; the message says what to do.
        """
        return self._reader.read(page)

    def orientation(self, page: Page) -> Orientation | None:
        """Tesseract's opinion, or None where it has none or is not installed."""
        try:
            return self._turner.orientation(page)
        except RecognizerError:
            return None
