"""What was read, as documents: one writer per file, each loaded when its format is asked for."""

from ocrprep.outputs.documents.format import SaveFormat, format_of
from ocrprep.outputs.documents.options import DocumentOptions
from ocrprep.outputs.documents.saving import save_document
from ocrprep.outputs.documents.sheet import Sheet

__all__ = ["DocumentOptions", "SaveFormat", "Sheet", "format_of", "save_document"]
