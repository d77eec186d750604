"""Stands where ``aspose.ocr.filters`` stands."""

from ocrprep.filters._interpolation import InterpolationFilterType

__all__ = ["InterpolationFilterType"]
