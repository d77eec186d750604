"""Stands where ``aspose.ocr.models`` stands."""

from ocrprep.aspose.models import preprocessingfilters
from ocrprep.aspose.models.preprocessingfilters import PreprocessingFilter

__all__ = ["PreprocessingFilter", "preprocessingfilters"]
