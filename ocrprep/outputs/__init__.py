"""Prepared pages as files. Knows pages and batches, neither doors nor engines."""

from ocrprep.outputs.rendered import RenderedPages
from ocrprep.outputs.saving import ImageProcessing, Overwrite, SavedImage, SaveImageFormat, SaveOptions

__all__ = ["ImageProcessing", "Overwrite", "RenderedPages", "SaveImageFormat", "SaveOptions", "SavedImage"]
