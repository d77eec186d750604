"""hOCR 1.2: HTML that is XML too, with the boxes in ``title`` attributes, in the classes that Tesseract uses.

``ocr_page`` holds ``ocr_carea`` (blocks), ``ocr_par``, ``ocr_line``, ``ocrx_word`` and, where an engine told the
characters of a word, ``ocrx_cinfo``. ``bbox`` is the upright box around a thing, ``poly`` its four corners where these
are no upright box, or where the text does not run to the right; ``textangle`` of a line is in degrees,
counter-clockwise. ``x_wconf`` and ``x_confs`` are confidences, 0–100. There is no place for what else a word or a
character may be.

hOCR wants whole numbers, not below 0: each is the nearest on the page. Points are told in hundredths, and ``scan_res``
of such a page is 7,200 per inch, so that a reader who divides by it gets inches as with any scan. Of pixels whose size
nobody knows there is no ``scan_res``. The space, the unit and the raster are the attributes ``data-space``,
``data-unit``, ``data-width`` and ``data-height`` of each page, and a ``meta`` element tells the first two; ``data-dpi``
is the resolution that points were made with, ``data-dpi-known`` whether the source told it.

A page that could not be read is empty but for a paragraph with the reason, which has no class.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from ocrprep.outputs.documents._language import language_tags
from ocrprep.outputs.documents._raster import angle, blocks_of, is_upright, raster_of
from ocrprep.outputs.documents._software import software
from ocrprep.outputs.documents._xml import child, element, escaped, markup, number, put_aside, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocrprep.outputs.documents._raster import Raster
    from ocrprep.outputs.documents._xml import Element
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.result import Line, Word
    from ocrprep.result.frame import Placed

_CAPABILITIES = (
    "ocr_page", "ocr_carea", "ocr_par", "ocr_line", "ocrx_word", "ocrx_cinfo", "ocrp_wconf", "ocrp_poly", "ocrp_lang",
)  # fmt: skip


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    title, systems, languages, number_of_pages, unit = "", dict[str, None](), dict[str, None](), 0, ""
    with put_aside() as body:
        for sheet in sheets:
            title, number_of_pages = title or sheet.title, sheet.number
            unit = raster_of(sheet).unit
            systems.update(dict.fromkeys(filter(None, [sheet.result.engine])))
            languages.update(dict.fromkeys(language_tags(sheet.result.language)))
            body.write(_page(sheet))
        told = {
            "ocr-system": ", ".join(systems) or software(),
            "ocr-capabilities": " ".join(_CAPABILITIES),
            "ocr-number-of-pages": str(number_of_pages),
            "ocr-langs": " ".join(languages) or "unknown",
            "ocr-scripts": "unknown",
            "generator": software(),
            "coordinates": f"space {options.space}; unit {unit}",
        }
        to.write(_head(title, told, next(iter(languages)) if len(languages) == 1 else ""))
        body.seek(0)
        shutil.copyfileobj(body, to)
    to.write(b" </body>\n</html>\n")


def _head(title: str, told: dict[str, str], language: str) -> bytes:
    tongue = f' xml:lang="{language}" lang="{language}"' if language else ""
    rows = [
        "<!DOCTYPE html>",
        f'<html xmlns="http://www.w3.org/1999/xhtml"{tongue}>',
        " <head>",
        '  <meta charset="utf-8" />',
        f"  <title>{escaped(title)}</title>",
        *(f'  <meta name="{name}" content="{escaped(value)}" />' for name, value in told.items()),
        " </head>",
        " <body>\n",
    ]
    return "\n".join(rows).encode()


def _page(sheet: Sheet) -> bytes:
    raster, frame = raster_of(sheet), sheet.frame
    resolution = "" if raster.per_inch is None else "; scan_res {} {}".format(*map(round, raster.per_inch))
    name = _quoted(sheet.source.uri)
    title = f"image {name}; bbox 0 0 {raster.width} {raster.height}; ppageno {sheet.number - 1}{resolution}"
    page = element(
        "div",
        {
            "class": "ocr_page",
            "id": f"page_{sheet.number}",
            "title": title,
            "data-source-page": str(sheet.source.page_index + 1),
            "data-space": frame.space,
            "data-unit": raster.unit,
            "data-width": number(frame.width),
            "data-height": number(frame.height),
            "data-dpi": " ".join(map(number, frame.dpi)),
            "data-dpi-known": frame.dpi_known,
        },
    )
    if sheet.note:
        child(page, "p", text=sheet.note)
    written = _Numbered(page, sheet, raster)
    for block, paragraphs in blocks_of(sheet.result):
        area = written.part(page, "div", "ocr_carea", "block", block)
        for paragraph in paragraphs:
            inner = written.part(area, "p", "ocr_par", "par", paragraph)
            for line in paragraph.lines:
                written.line(inner, line)
    return markup(page, level=2, close=True, whole="ocrx_word")


class _Numbered:
    """The elements of a page, each kind counted from 1."""

    def __init__(self, page: Element, sheet: Sheet, raster: Raster) -> None:
        self._page = sheet.number
        self._raster = raster
        self._counts: dict[str, int] = {}
        tags = language_tags(sheet.result.language)
        if len(tags) == 1:
            page.set("lang", tags[0])
            page.set("xml:lang", tags[0])

    def part(self, parent: Element, tag: str, kind: str, name: str, item: Placed, *, more: str = "") -> Element:
        """An element that has a place."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        title = f"bbox {_numbers(self._raster.box(item))}{self._poly(item)}{more}"
        return child(parent, tag, {"class": kind, "id": f"{name}_{self._page}_{count}", "title": title})

    def line(self, parent: Element, line: Line) -> None:
        """A line and its words."""
        turned = angle(self._raster.frame.quad(line))
        made = self.part(
            parent, "span", "ocr_line", "line", line, more=f"; textangle {number(turned)}" if turned else ""
        )
        for word in line.words:
            self._word(made, word)

    def _word(self, parent: Element, word: Word) -> None:
        sure = f"; x_wconf {number(word.confidence, 2)}"
        made = self.part(parent, "span", "ocrx_word", "word", word, more=sure)
        if not word.characters or "".join(item.text for item in word.characters) != word.text:
            made.text = xml_text(word.text)
            return
        for item in word.characters:
            box = f"x_bboxes {_numbers(self._raster.box(item))}{self._poly(item)}"
            title = f"{box}; x_confs {number(item.confidence, 2)}"
            child(made, "span", {"class": "ocrx_cinfo", "title": title}, item.text)

    def _poly(self, item: Placed) -> str:
        if is_upright(self._raster.frame.quad(item)):
            return ""
        return f"; poly {_numbers(value for point in self._raster.quad(item) for value in point)}"


def _numbers(values: Iterable[int]) -> str:
    return " ".join(map(str, values))


def _quoted(uri: str) -> str:
    """A name between quotation marks; readers split titles at semicolons without looking for such marks."""
    told = re.sub(r'["%;\s]', lambda sign: quote(sign[0]) if sign[0] != " " else " ", uri)
    return f'"{told}"'
