"""A PDF that is being made: pages, pictures, fonts and words at any angle, through fpdf2."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from xml.etree import ElementTree as ET

from ocrprep.decode.picture import calm
from ocrprep.outputs.documents._library import library
from ocrprep.outputs.documents._pdf_signs import cleaned
from ocrprep.outputs.documents._software import software

if TYPE_CHECKING:
    from collections.abc import Sequence

DATE = dt.datetime(1980, 1, 1, tzinfo=dt.timezone.utc)
"""Of every PDF, as the format's date of creation would otherwise make each file another one."""

_LEAST, _MOST = 3.0, 14_400.0
"""Points that a side of a page may have (ISO 32000-1, annex C)."""


class Vector(NamedTuple):
    """A point or a way on a page: x to the right, y down, in points."""

    x: float
    y: float


class Run(NamedTuple):
    """Letters of one font that follow each other.

    Args:
        family: as ``Book.font`` named it.
        text: letters that the font has, in the order of the eye: from left to right.
        start: of the run in its word, in units of the font size.
    """

    family: str
    text: str
    start: float = 0.0


def fitted(width: float, height: float) -> tuple[float, float, float]:
    """A page's size in points as a PDF may have it, and by what it was scaled.

    A page longer than 200 inches is made smaller; one that is narrower than 3 points gets an empty margin.
    """
    scale = min(1.0, _MOST / max(width, height))
    return round(max(_LEAST, width * scale), 2), round(max(_LEAST, height * scale), 2), scale


class Book(AbstractContextManager["Book"]):
    """A PDF, from its first page to its bytes. Only compressed pictures and what stands on the pages lie in memory.

    Args:
        title: of the document.
        pdfa: write PDF/A-2b: with an sRGB output intent and XMP metadata; there is no document information dictionary
            that could say something else than they do, and no date.

    Raises:
        OutputError: fpdf2 is not installed.
    """

    def __init__(self, title: str, *, pdfa: bool) -> None:
        fpdf = library("fpdf")
        self._transform = library("fpdf.drawing_primitives").Transform
        self._preload = library("fpdf.image_parsing").preload_image
        self._modes = library("fpdf.enums").TextMode
        self._fonts = tempfile.TemporaryDirectory(prefix="ocrprep-")
        self._families = 0
        self.pages = 0
        pdf = fpdf.FPDF(unit="pt", enforce_compliance="PDF/A-2B" if pdfa else None)
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.alias_nb_pages(None)
        pdf.allow_images_transparency = False
        pdf.set_creation_date(DATE)
        title = cleaned(title)
        pdf.set_title(title)
        pdf.set_producer(software())
        if pdfa:
            pdf.set_xmp_metadata(_xmp(title))
        self._pdf: Any = pdf

    def __exit__(self, *_: object) -> None:
        self._fonts.cleanup()

    def keep(self, picture: bytes, pixels: int) -> str:
        """Take in a picture: a Group 4 TIFF of one strip, a JPEG, or a PNG, which is stored without loss.

        Args:
            picture: the file.
            pixels: how many it has.

        Returns:
            The name by which :meth:`show` knows it. The same picture is stored once.
        """
        with calm(pixels):
            name, _, _ = self._preload(self._pdf.image_cache, io.BytesIO(picture))
        return str(name)

    def font(self, data: bytes) -> str:
        """Embed a TrueType font; the name by which runs of text know it."""
        self._families += 1
        family = f"f{self._families}"
        path = Path(self._fonts.name, f"{family}.ttf")
        path.write_bytes(data)
        self._pdf.add_font(family, fname=path)
        return family

    def page(self, width: float, height: float) -> None:
        """Begin a page of this size in points; see :func:`fitted`."""
        self._pdf.add_page(format=(width, height))
        self.pages += 1

    def show(self, picture: str, width: float, height: float) -> None:
        """Put a picture into the upper left corner of the page, so large in points."""
        self._pdf.image(picture, x=0, y=0, w=width, h=height)

    def word(
        self, runs: Sequence[Run], origin: Vector, along: Vector, up: Vector, *, advance: float, unseen: bool = False
    ) -> None:
        """Write a word, turned and stretched so that it fills its place.

        Args:
            runs: the word.
            origin: the left end of its base line.
            along: from there to where the word ends.
            up: as long as the font is high, across the base line.
            advance: of the word, in units of the font size.
            unseen: it can be found and copied, but is not painted.
        """
        size = max(0.01, round((up.x**2 + up.y**2) ** 0.5, 2))
        stretch = 1.0 / max(advance * size, 1e-6)
        turn = self._transform(along.x * stretch, along.y * stretch, -up.x / size, -up.y / size, origin.x, origin.y)
        with self._pdf.transform(turn):
            self._pdf.text_mode = self._modes.INVISIBLE if unseen else self._modes.FILL
            for run in runs:
                self._pdf.set_font(run.family, size=size)
                self._pdf.text(run.start * size, 0, run.text)

    def save(self, to: BinaryIO) -> None:
        """Write the document, which ends with it."""
        to.write(self._pdf.output())


def _xmp(title: str) -> str:
    """Metadata as PDF/A-2b wants them (ISO 19005-2, 6.6); without the packet around them."""
    rdf = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
    dc = "{http://purl.org/dc/elements/1.1/}"
    pdfaid = "{http://www.aiim.org/pdfa/ns/id/}"
    names = {"x": "adobe:ns:meta/", "rdf": rdf, "dc": dc, "pdf": "http://ns.adobe.com/pdf/1.3/", "pdfaid": pdfaid}
    for prefix, name in names.items():
        ET.register_namespace(prefix, name.strip("{}"))
    meta = ET.Element("{adobe:ns:meta/}xmpmeta")
    about = ET.SubElement(ET.SubElement(meta, f"{rdf}RDF"), f"{rdf}Description", {f"{rdf}about": ""})
    ET.SubElement(about, f"{pdfaid}part").text = "2"
    ET.SubElement(about, f"{pdfaid}conformance").text = "B"
    ET.SubElement(about, "{http://ns.adobe.com/pdf/1.3/}Producer").text = software()
    if title:
        choices = ET.SubElement(ET.SubElement(about, f"{dc}title"), f"{rdf}Alt")
        item = ET.SubElement(choices, f"{rdf}li", {"{http://www.w3.org/XML/1998/namespace}lang": "x-default"})
        item.text = title
    return ET.tostring(meta, encoding="unicode")
