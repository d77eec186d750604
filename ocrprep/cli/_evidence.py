"""An engine's opinion where there is an engine: then a page that is cleaned is the same as a page that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocrprep.errors import RecognizerError
from ocrprep.recognizers import TesseractRecognizer

if TYPE_CHECKING:
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.result import RecognitionResult


class EngineIfThere:
    """Evidence for the filters that ask; nothing is loaded before one does."""

    def __init__(self) -> None:
        self._engine = TesseractRecognizer("osd", page_segmentation_mode=1)
        self._reader = TesseractRecognizer()

    def read(self, page: Page) -> RecognitionResult:
        """What Tesseract reads, for ``auto``.

        Raises:
            RecognizerError: it could not, or is not installed.
        """
        return self._reader.read(page)

    def orientation(self, page: Page) -> Orientation | None:
        """Tesseract's opinion, or None where it has none or is not installed."""
        try:
            return self._engine.orientation(page)
        except RecognizerError:
            return None
