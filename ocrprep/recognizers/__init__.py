"""Engines that read pages. Knows pages, batches and results, neither doors nor writers."""

from ocrprep.recognizers.base import Recognizer, read_each, recognize
from ocrprep.recognizers.isolated import Isolated
from ocrprep.recognizers.tesseract import TesseractRecognizer

__all__ = ["Isolated", "Recognizer", "TesseractRecognizer", "read_each", "recognize"]
