"""ocrprep: any scan or photo becomes the image that Tesseract reads best, and every step can be seen and undone.

::

    from ocrprep import InputType, OcrInput, PreprocessingFilter, TesseractRecognizer

    chain = PreprocessingFilter([PreprocessingFilter.deskew(), PreprocessingFilter.normalize_background()])
    batch = OcrInput(InputType.AUTO, chain)
    batch.add("scans/")
    for result in TesseractRecognizer(language="eng").recognize(batch):
        print(result.recognition_text)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocrprep.analysis.facts import PageFacts, inspect_page
    from ocrprep.batch import Progress
    from ocrprep.batch.job import Job
    from ocrprep.chain import FilterChain
    from ocrprep.choices import Choice, choices_of
    from ocrprep.consensus import merge_readings
    from ocrprep.errors import (
        ConfigError,
        DecodeError,
        EngineCrashError,
        EngineNotFoundError,
        FilterContractError,
        FilterError,
        ImageTooLargeError,
        InputError,
        InputLimitError,
        LanguageNotInstalledError,
        ModelError,
        ModelIntegrityError,
        ModelNotFoundError,
        OcrPrepError,
        OutputError,
        RecognizerError,
        RecognizerTimeoutError,
        UnsupportedFormatError,
    )
    from ocrprep.filters._interpolation import InterpolationFilterType
    from ocrprep.filters.base import Context, Evidence, Filter, Found, GeometryFilter, Moved, Orientation, PixelFilter
    from ocrprep.geometry import Box, Rectangle
    from ocrprep.inputs import InputType, OcrInput, PixelType
    from ocrprep.limits import Limits
    from ocrprep.outputs import ImageProcessing, RenderedPages, SavedImage
    from ocrprep.outputs.documents import SaveFormat, save_document
    from ocrprep.page import Page, PixelMode, Source, Step
    from ocrprep.preprocessing import PreprocessingFilter
    from ocrprep.recognizers import Isolated, Recognizer, TesseractRecognizer
    from ocrprep.result import (
        Alternative,
        AreasType,
        Character,
        Line,
        OcrOutput,
        PageFailure,
        Reading,
        RecognitionResult,
        Region,
        Word,
    )

__version__ = "0.1.0"

__all__ = [
    "Alternative",
    "AreasType",
    "Box",
    "Character",
    "Choice",
    "ConfigError",
    "Context",
    "DecodeError",
    "EngineCrashError",
    "EngineNotFoundError",
    "Evidence",
    "Filter",
    "FilterChain",
    "FilterContractError",
    "FilterError",
    "Found",
    "GeometryFilter",
    "ImageProcessing",
    "ImageTooLargeError",
    "InputError",
    "InputLimitError",
    "InputType",
    "InterpolationFilterType",
    "Isolated",
    "Job",
    "LanguageNotInstalledError",
    "Limits",
    "Line",
    "ModelError",
    "ModelIntegrityError",
    "ModelNotFoundError",
    "Moved",
    "OcrInput",
    "OcrOutput",
    "OcrPrepError",
    "Orientation",
    "OutputError",
    "Page",
    "PageFacts",
    "PageFailure",
    "PixelFilter",
    "PixelMode",
    "PixelType",
    "PreprocessingFilter",
    "Progress",
    "Reading",
    "RecognitionResult",
    "Recognizer",
    "RecognizerError",
    "RecognizerTimeoutError",
    "Rectangle",
    "Region",
    "RenderedPages",
    "SaveFormat",
    "SavedImage",
    "Source",
    "Step",
    "TesseractRecognizer",
    "UnsupportedFormatError",
    "Word",
    "__version__",
    "choices_of",
    "inspect_page",
    "merge_readings",
    "save_document",
]

_HOMES = {
    "analysis.facts": "PageFacts inspect_page",
    "batch": "Progress",
    "batch.job": "Job",
    "chain": "FilterChain",
    "choices": "Choice choices_of",
    "consensus": "merge_readings",
    "errors": (
        "ConfigError DecodeError EngineCrashError EngineNotFoundError FilterContractError FilterError "
        "ImageTooLargeError InputError InputLimitError LanguageNotInstalledError ModelError "
        "ModelIntegrityError ModelNotFoundError OcrPrepError OutputError RecognizerError "
        "RecognizerTimeoutError UnsupportedFormatError "
    ),
    "filters._interpolation": "InterpolationFilterType",
    "filters.base": "Context Evidence Filter Found GeometryFilter Moved Orientation PixelFilter",
    "geometry": "Box Rectangle",
    "inputs": "InputType OcrInput PixelType",
    "limits": "Limits",
    "outputs": "ImageProcessing RenderedPages SavedImage",
    "outputs.documents": "SaveFormat save_document",
    "page": "Page PixelMode Source Step",
    "preprocessing": "PreprocessingFilter",
    "recognizers": "Isolated Recognizer TesseractRecognizer",
    "result": "Alternative AreasType Character Line OcrOutput PageFailure Reading RecognitionResult Region Word",
}
"""Where each public name lives: a script pays for loading what it uses, when it first uses it."""


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names.split():
            value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
