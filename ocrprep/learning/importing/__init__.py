"""Weights from elsewhere: ocrobin's, saved as a whole model by PyTorch 0.3. Files are read as data and never run."""

from ocrprep.learning.importing.ocrobin import import_ocrobin

__all__ = ["import_ocrobin"]
