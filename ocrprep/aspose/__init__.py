"""Aspose.OCR's spelling: a script written for it runs after its import lines are changed.

``from aspose.ocr import …`` becomes ``from ocrprep.aspose import …``, ``import aspose.ocr as ocr`` becomes
``import ocrprep.aspose as ocr``, and ``aspose.ocr.models`` and ``aspose.ocr.filters`` stand below it as they do there.
"""

from ocrprep.aspose import filters, models
from ocrprep.aspose.engine import AsposeOcr, License
from ocrprep.aspose.filters import InterpolationFilterType
from ocrprep.aspose.models.preprocessingfilters import PreprocessingFilter
from ocrprep.aspose.outputs import DefectAreas, DefectOutput, DefectType, RectangleOutput, SkewOutput
from ocrprep.aspose.settings import CharactersAllowedType, DetectAreasMode, Language, RecognitionSettings
from ocrprep.aspose.spelling import SpellCheckLanguage
from ocrprep.decode import PixelType
from ocrprep.geometry import Rectangle
from ocrprep.inputs import InputType, OcrInput
from ocrprep.outputs import ImageProcessing
from ocrprep.outputs.documents import SaveFormat
from ocrprep.result import AreasType, OcrOutput, RecognitionResult

__all__ = [
    "AreasType",
    "AsposeOcr",
    "CharactersAllowedType",
    "DefectAreas",
    "DefectOutput",
    "DefectType",
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
    "RectangleOutput",
    "SaveFormat",
    "SkewOutput",
    "SpellCheckLanguage",
    "filters",
    "models",
]
