"""Prepared pages as files. Knows pages and batches, neither doors nor engines."""

from ocrprep.outputs.options import Overwrite, SavedImage, SaveImageFormat, SaveOptions
from ocrprep.outputs.rendered import RenderedPages
from ocrprep.outputs.saving import ImageProcessing

__all__ = ["ImageProcessing", "Overwrite", "RenderedPages", "SaveImageFormat", "SaveOptions", "SavedImage"]
