"""What every engine is to the rest of the package, and how any of them reads a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ocrprep.batch import as_source, run
from ocrprep.result import OcrOutput

if TYPE_CHECKING:
    from ocrprep.batch import Batch, OnError
    from ocrprep.filters.base import Orientation
    from ocrprep.page import Page
    from ocrprep.result import RecognitionResult


class Recognizer(Protocol):
    """An engine that reads pages. It is also evidence for the filters that ask for an engine's opinion."""

    @property
    def name(self) -> str:
        """Of the engine, such as ``tesseract``."""
        ...

    @property
    def version(self) -> str:
        """Of the engine, as it says itself."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """What it can read here, in its own spelling."""
        ...

    def read(self, page: Page) -> RecognitionResult:
        """Read one page, whatever it is; the boxes are in its coordinates and on its source.

        Raises:
            RecognizerError: the engine could not.
        """
        ...

    def orientation(self, page: Page) -> Orientation | None:
        """How the page lies, or None where the engine cannot tell."""
        ...


def recognize(recognizer: Recognizer, batch: Batch, *, on_error: OnError | None = None) -> OcrOutput:
    """Prepare and read each page of a batch, in order.

    Args:
        recognizer: the engine; it also serves the filters as evidence.
        batch: an ``OcrInput``, a page, an array, a Pillow image, a path to an image, or several of them in a list.
        on_error: ``raise`` or ``collect``; None is the batch's own.

    Returns:
        One item per page, in order.

    Raises:
        OcrPrepError: with ``raise``, the first failure.
    """
    return OcrOutput(tuple(run(as_source(batch), recognizer.read, on_error=on_error, evidence=recognizer)))
