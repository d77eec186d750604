"""Stands where ``aspose.ocr.models.preprocessingfilters`` stands."""

from ocrprep.preprocessing import PreprocessingFilter

__all__ = ["PreprocessingFilter"]
