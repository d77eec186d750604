"""The doors: files, documents, folders, archives, addresses, text and pixels become pages, one at a time."""

from ocrprep.decode import PixelType
from ocrprep.inputs.ocr_input import OcrInput
from ocrprep.inputs.options import InputType

__all__ = ["InputType", "OcrInput", "PixelType"]
