"""How documents are written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ocrprep.result import Space

Picture: TypeAlias = Literal["original", "cleaned", "binary"]
"""Which picture of a page a document shows: as it came, as its filters made it, or black and white (1 bit)."""

Positive = Annotated[float, Field(gt=0)]


class DocumentOptions(BaseModel):
    """How documents are written; a writer ignores what does not concern its format.

    Args:
        space: the coordinates of boxes: ``source`` pixels, pixels of the read ``page``, or ``points``.
        dpi: pixels per inch of sources that do not tell their own; sizes on paper and points need it.
        failures: a page that failed is kept as an empty page with a note, or ``refuse``: its error is raised.
        title: of the document; None is the stem of the first page's source.
        transform: also write ``NAME.transform.json`` beside the document: the maps between the pages and their sources.
        image: of a PDF with pictures: ``original``, ``cleaned`` as the filters made it, or ``binary`` (1 bit, CCITT
            Group 4).
        quality: 1–100, of pictures that are stored as JPEG.
        pdfa: write PDF/A-2b.
        font: a TrueType or OpenType file for the visible text of PDFs; None finds one that has the text's letters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: Space = "source"
    dpi: Positive = 300.0
    failures: Literal["keep", "refuse"] = "keep"
    title: str | None = None
    transform: bool = False
    image: Picture = "original"
    quality: int = Field(default=85, ge=1, le=100)
    pdfa: bool = False
    font: Path | None = None
