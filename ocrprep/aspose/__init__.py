"""Aspose.OCR's spelling: a script written for it runs after its import lines are changed.

``from aspose.ocr import …`` becomes ``from ocrprep.aspose import …``, ``import aspose.ocr as ocr`` becomes
``import ocrprep.aspose as ocr``, and ``aspose.ocr.models`` and ``aspose.ocr.filters`` stand below it as they do there.
"""

from ocrprep.aspose import filters, models
from ocrprep.aspose.engine import AsposeOcr, License
from ocrprep.aspose.filters import InterpolationFilterType
from ocrprep.aspose.models.preprocessingfilters import PreprocessingFilter
from ocrprep.aspose.settings import CharactersAllowedType, DetectAreasMode, Language, RecognitionSettings
from ocrprep.decode import PixelType
from ocrprep.geometry import Rectangle
from ocrprep.inputs import InputType, OcrInput
from ocrprep.outputs import ImageProcessing
from ocrprep.result import OcrOutput, RecognitionResult

__all__ = [
    "AsposeOcr",
    "CharactersAllowedType",
    "DetectAreasMode",
    "ImageProcessing",
    "InputType",
    "InterpolationFilterType",
    "Language",
    "License",
    "OcrInput",
    "OcrOutput",
    "PixelType",
    "PreprocessingFilter",
    "RecognitionResult",
    "RecognitionSettings",
    "Rectangle",
    "filters",
    "models",
]
