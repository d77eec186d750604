"""Engines that read pages. Knows pages, batches and results, neither doors nor writers."""

from ocrprep.recognizers.base import Recognizer, recognize
from ocrprep.recognizers.tesseract import TesseractRecognizer

__all__ = ["Recognizer", "TesseractRecognizer", "recognize"]
