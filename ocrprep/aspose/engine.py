"""Aspose's engine class, with Tesseract in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ocrprep.aspose.settings import RecognitionSettings
from ocrprep.batch import as_source
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.result import OcrOutput, RecognitionResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.batch import Batch, OnError, PageSource
    from ocrprep.chain import FilterChain
    from ocrprep.page import PageRef


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """A source whose pages walk through more filters, before its own."""

    source: PageSource
    before: FilterChain

    def refs(self) -> Iterator[PageRef]:
        return self.source.refs()

    @property
    def chain(self) -> FilterChain:
        return self.before + self.source.chain

    @property
    def on_error(self) -> OnError:
        return self.source.on_error


class AsposeOcr:
    """Reads batches with Tesseract. Engines stay warm between calls with the same settings."""

    def __init__(self) -> None:
        self._recognizers: dict[str, TesseractRecognizer] = {}

    def recognize(self, input: Batch, settings: RecognitionSettings | None = None) -> OcrOutput:  # noqa: A002 - theirs
        """Prepare and read each page of a batch.

        Args:
            input: an ``OcrInput``, or whatever ``TesseractRecognizer.recognize`` takes.
            settings: None is ``RecognitionSettings()``.

        Returns:
            One item per page, in order; what was set without effect stands in each result's ``warnings``.

        Raises:
            EngineNotFoundError: Tesseract is not installed.
            LanguageNotInstalledError: it has no data for the language.
            OcrPrepError: the first failure of a page, unless the batch collects them.
        """
        settings = settings or RecognitionSettings()
        arguments = settings.for_tesseract
        source: PageSource = _Prefixed(as_source(input), settings.filters_before)
        output = self._recognizer(arguments).recognize(source)
        if not settings.warnings:
            return output
        return OcrOutput([_warned(item, settings.warnings) for item in output])

    def _recognizer(self, arguments: dict[str, Any]) -> TesseractRecognizer:
        key = json.dumps(arguments, sort_keys=True)
        if key not in self._recognizers:
            self._recognizers[key] = TesseractRecognizer(**arguments)
        return self._recognizers[key]


def _warned(item: Any, warnings: tuple[str, ...]) -> Any:
    return replace(item, warnings=(*item.warnings, *warnings)) if isinstance(item, RecognitionResult) else item


class License:
    """Nothing here needs a licence key; this class lets scripts run that set one."""

    def set_license(self, license_path: object) -> None:
        """Take any path or stream, and do nothing with it."""
