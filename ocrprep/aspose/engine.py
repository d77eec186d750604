"""Aspose's engine class, with Tesseract in it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ocrprep.text as _text
from ocrprep.aspose import analyses
from ocrprep.aspose.outputs import DefectOutput, DefectType, RectangleOutput, SkewOutput
from ocrprep.aspose.settings import RecognitionSettings
from ocrprep.aspose.spelling import SpellCheckLanguage, dictionary_of
from ocrprep.batch import as_source, run
from ocrprep.chain import FilterChain
from ocrprep.outputs.documents import save_document
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.result import AreasType, OcrOutput, PageFailure, RecognitionResult

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from ocrprep.batch import Batch, OnError, PageSource
    from ocrprep.page import PageRef


_NONE = FilterChain()
_REDUCED = PreprocessingFilter.of("scale_to_text_height", x_height=12.0, max_ratio=1.0)
"""Type of an x-height of 12 pixels is read as well as larger one, and faster."""


@dataclass(frozen=True, slots=True)
class _Prefixed:
    """A source whose pages walk through more filters, before and after its own."""

    source: PageSource
    before: FilterChain = _NONE
    after: FilterChain = _NONE

    def refs(self) -> Iterator[PageRef]:
        return self.source.refs()

    @property
    def chain(self) -> FilterChain:
        return self.before + self.source.chain + self.after

    @property
    def on_error(self) -> OnError:
        return self.source.on_error


class AsposeOcr:
    """Reads batches with Tesseract. Engines stay warm between calls with the same settings.

    A batch is an ``OcrInput``, or whatever ``TesseractRecognizer.recognize`` takes. Where it collects failures, a
    ``PageFailure`` stands in the place of a page's answer.
    """

    def __init__(self) -> None:
        self._recognizers: dict[str, TesseractRecognizer] = {}

    def recognize(self, input: Batch, settings: RecognitionSettings | None = None) -> OcrOutput:  # noqa: A002 - theirs
        """Prepare and read each page of a batch.

        Args:
            input: the batch.
            settings: None is ``RecognitionSettings()``.

        Returns:
            One item per page, in order; what was set without effect stands in each result's ``warnings``.

        Raises:
            EngineNotFoundError: Tesseract is not installed.
            LanguageNotInstalledError: it has no data for the language.
            OcrPrepError: the first failure of a page, unless the batch collects them.
        """
        settings = settings or RecognitionSettings()
        source: PageSource = _Prefixed(as_source(input), settings.filters_before)
        recognizer = self._recognizer(settings.for_tesseract)
        output = recognizer.recognize(source, workers=settings.threads_count)
        if not settings.warnings:
            return output
        return OcrOutput([_warned(item, settings.warnings) for item in output])

    def recognize_fast(self, input: Batch) -> OcrOutput:  # noqa: A002 - theirs
        """Read large type reduced, without single characters and without a second look at light text on dark.

        A page of 300 dpi takes about half the time, and reads as well; small type gains nothing.
        """
        source: PageSource = _Prefixed(as_source(input), after=FilterChain([_REDUCED]))
        arguments = RecognitionSettings(characters=False).for_tesseract
        return self._recognizer({**arguments, "variables": {"tessedit_do_invert": 0}}).recognize(source)

    def recognize_lines(self, input: Batch, settings: RecognitionSettings | None = None) -> OcrOutput:  # noqa: A002
        """Read pictures of single lines; ``settings`` as of :meth:`recognize`."""
        settings = (settings or RecognitionSettings()).model_copy()
        settings.recognize_single_line = True
        return self.recognize(input, settings)

    def calculate_skew(self, input: Batch) -> list[SkewOutput | PageFailure]:  # noqa: A002 - theirs
        """How the pages of a batch are skewed, after its filters; up to 45 degrees to either side."""
        return list(run(as_source(input), analyses.skew_of))

    def detect_rectangles(
        self,
        input: Batch,  # noqa: A002 - theirs
        areas_type: AreasType = AreasType.PARAGRAPHS,
        settings: RecognitionSettings | None = None,
    ) -> list[RectangleOutput | PageFailure]:
        """Where paragraphs, lines or words stand on the source images, without reading them.

        Args:
            input: the batch.
            areas_type: what is looked for.
            settings: as of :meth:`recognize`.
        """
        settings = settings or RecognitionSettings()
        source: PageSource = _Prefixed(as_source(input), settings.filters_before)
        sources = [ref.source for ref in source.refs()]
        found = self._recognizer(settings.for_tesseract).regions(source, areas_type, workers=settings.threads_count)
        return [
            item if isinstance(item, PageFailure) else analyses.rectangles_of(item, where)
            for where, item in zip(sources, found, strict=True)
        ]

    def detect_defects(
        self,
        input: Batch,  # noqa: A002 - theirs
        defect_type: DefectType = DefectType.ALL,
    ) -> list[DefectOutput | PageFailure]:
        """Where the pages of a batch have faults, after its filters.

        Args:
            input: the batch.
            defect_type: one kind, or several joined by ``|``.
        """
        return list(run(as_source(input), partial(analyses.defects_of, wanted=defect_type)))

    def image_has_text(
        self,
        image_path: Batch,
        text: str,
        settings: RecognitionSettings | None = None,
        ignore_case: bool = True,
    ) -> bool:
        """Whether a text can be read on an image, whatever line breaks it has there."""
        return _text.contains(self._read(image_path, settings), text, ignore_case=ignore_case)

    def compare_image_texts(
        self,
        image_path1: Batch,
        image_path2: Batch,
        settings: RecognitionSettings | None = None,
        ignore_case: bool = True,
    ) -> bool:
        """Whether two images hold the same text, whatever line breaks it has."""
        first, second = self._read(image_path1, settings), self._read(image_path2, settings)
        return _text.same_text(first, second, ignore_case=ignore_case)

    def image_text_diff(
        self,
        image_path1: Batch,
        image_path2: Batch,
        settings: RecognitionSettings | None = None,
        ignore_case: bool = True,
    ) -> float:
        """How similar the texts of two images are, from 0 (nothing in common) to 1 (the same)."""
        first, second = self._read(image_path1, settings), self._read(image_path2, settings)
        return _text.similarity(first, second, ignore_case=ignore_case)

    def correct_spelling(
        self,
        text: str,
        language: SpellCheckLanguage | str = SpellCheckLanguage.ENG,
        dictionary: str | os.PathLike[str] | None = None,
    ) -> str:
        """Mend words that are in no dictionary.

        Args:
            text: any; its line breaks, numbers and names stay.
            language: of the dictionary.
            dictionary: a text file with words of your own, one a line.

        Raises:
            NotImplementedError: no dictionary for the language.
            ConfigError: the file cannot be read, or the extra ``text`` is not installed.
        """
        return _text.correct_spelling(text, language=dictionary_of(language), words=dictionary or ())

    @staticmethod
    def save_multipage_document(
        full_file_name: str | os.PathLike[str] | BinaryIO,
        save_format: object,
        recognition_results: Iterable[RecognitionResult | PageFailure],
        **options: Any,
    ) -> list[Path]:
        """Write results as one document; see ``ocrprep.outputs.documents.save_document``."""
        return save_document(recognition_results, full_file_name, save_format, **options)

    def _read(self, image: Batch, settings: RecognitionSettings | None) -> str:
        return self.recognize(image, settings).text

    def _recognizer(self, arguments: dict[str, Any]) -> TesseractRecognizer:
        key = json.dumps(arguments, sort_keys=True, default=tuple)
        if key not in self._recognizers:
            self._recognizers[key] = TesseractRecognizer(**arguments)
        return self._recognizers[key]


def _warned(item: Any, warnings: tuple[str, ...]) -> Any:
    return replace(item, warnings=(*item.warnings, *warnings)) if isinstance(item, RecognitionResult) else item


class License:
    """Nothing here needs a licence key; this class lets scripts run that set one."""

    def set_license(self, license_path: object) -> None:
        """Take any path or stream, and do nothing with it."""
