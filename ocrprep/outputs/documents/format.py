"""The formats of documents, and which one a file name means."""

from __future__ import annotations

import enum
import os
from pathlib import Path

from ocrprep.errors import OutputError


class SaveFormat(enum.Enum):
    """What a document is written as. Aspose's names, and four more."""

    TEXT = "text"
    """Plain text in UTF-8; pages separated by form feeds."""
    DOCX = "docx"
    """Word: paragraphs, and tables where the page has columns."""
    PDF = "pdf"
    """Searchable: the picture of the page over invisible text."""
    PDF_NO_IMG = "pdf_no_img"
    """PDF with visible text in its places, without the picture."""
    XLSX = "xlsx"
    """A sheet per page, words in rows and columns."""
    XML = "xml"
    """This package's own XML."""
    JSON = "json"
    """This package's own JSON; its schema is in the documentation."""
    HTML = "html"
    """One file with text and tables."""
    EPUB = "epub"
    """EPUB 3; a chapter per page."""
    RTF = "rtf"
    """Rich text."""
    HOCR = "hocr"
    """hOCR 1.2: HTML with boxes."""
    MD = "md"
    """Markdown (CommonMark with tables)."""
    CSV = "csv"
    """The rows and columns of XLSX as plain text."""
    TSV = "tsv"
    """Tesseract's twelve columns."""
    ALTO = "alto"
    """ALTO 4.4 XML."""
    PAGE = "page"
    """PAGE XML of 2019; one page per file."""

    @property
    def suffix(self) -> str:
        """With which a file of this format is named."""
        return _SUFFIXES.get(self, f".{self.value}")


_SUFFIXES = {
    SaveFormat.TEXT: ".txt",
    SaveFormat.PDF_NO_IMG: ".pdf",
    SaveFormat.ALTO: ".alto.xml",
    SaveFormat.PAGE: ".page.xml",
}
_BY_SUFFIX = {
    # Longest first.
    ".alto.xml": SaveFormat.ALTO,
    ".page.xml": SaveFormat.PAGE,
    ".hocr.html": SaveFormat.HOCR,
    ".alto": SaveFormat.ALTO,
    ".csv": SaveFormat.CSV,
    ".docx": SaveFormat.DOCX,
    ".epub": SaveFormat.EPUB,
    ".hocr": SaveFormat.HOCR,
    ".htm": SaveFormat.HTML,
    ".html": SaveFormat.HTML,
    ".json": SaveFormat.JSON,
    ".markdown": SaveFormat.MD,
    ".md": SaveFormat.MD,
    ".pdf": SaveFormat.PDF,
    ".rtf": SaveFormat.RTF,
    ".tsv": SaveFormat.TSV,
    ".txt": SaveFormat.TEXT,
    ".text": SaveFormat.TEXT,
    ".xlsx": SaveFormat.XLSX,
    ".xml": SaveFormat.XML,
}


def suffix_of(path: Path) -> str:
    """The part of a file name that tells its format, as it is written; empty where it tells none that is known."""
    name = path.name.lower()
    known = next((suffix for suffix in _BY_SUFFIX if name.endswith(suffix) and name != suffix), "")
    return path.name[len(path.name) - len(known) :] if known else ""


def format_of(target: str | os.PathLike[str] | object, given: object = None) -> SaveFormat:
    """The format that is meant.

    Args:
        target: a path; anything else has no suffix.
        given: a ``SaveFormat`` or its name in any case; None goes by the path's suffix.

    Raises:
        OutputError: no format of that name, a suffix that nobody knows, or neither.
    """
    if isinstance(given, SaveFormat):
        return given
    if given is not None:
        name = str(given).lower().removeprefix("saveformat.")
        for item in SaveFormat:
            if name in {item.value, item.name.lower()}:
                return item
        raise OutputError(f"there is no format {given!r}", hint=f"one of {', '.join(_names())}")
    if not isinstance(target, (str, os.PathLike)):
        raise OutputError("a stream has no suffix that would tell the format", hint="save(stream, SaveFormat.PDF)")
    path = Path(target)
    suffix = suffix_of(path)
    if suffix:
        return _BY_SUFFIX[suffix.lower()]
    told = f"the suffix {path.suffix!r} is of no format that can be written" if path.suffix else "there is no suffix"
    hint = f"name the format, such as SaveFormat.TEXT, or use one of {', '.join(sorted(_BY_SUFFIX))}"
    raise OutputError(told, path=str(path), hint=hint)


def _names() -> list[str]:
    return [item.value for item in SaveFormat]
