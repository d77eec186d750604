"""ALTO 4.4: a ``ComposedBlock`` for each block, with a ``TextBlock`` for each paragraph in it.

``HPOS``, ``VPOS``, ``WIDTH`` and ``HEIGHT`` are the upright box around a thing. Where its four corners are no upright
box, or its text does not run to the right, they are its ``Shape``: a polygon that begins at the text's upper left. A
turned ``TextBlock`` also has its ``ROTATION``, in degrees, counter-clockwise.

``MeasurementUnit`` is ``pixel``. ALTO knows no points: for ``space="points"`` it is ``inch1200``, of which a point is
exactly 16 2/3, so that numbers are those points times 50/3. The size of each ``Page`` is its raster in that unit, and a
``Processing`` element, to which the page refers, tells the space, the unit, the source, its resolution and whether that
is known, and the map from the read page to the source, as JSON. Others tell the filters that were run, with their
parameters and what they found, and the engine.

``WC``, ``GC`` and ``VC`` are confidences, 0–1. ``Glyph`` elements are there where an engine told characters; each holds
a single code point, as ALTO wants it, so that a sign of several becomes as many with the same box, without variants.
``ALTERNATIVE`` elements are what other readings of a consensus saw.

A page that could not be read has an empty ``PrintSpace``, and the reason as its ``QUALITY_DETAIL``.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, BinaryIO

from ocrprep.outputs.documents._language import language_tags
from ocrprep.outputs.documents._raster import angle, blocks_of, is_upright
from ocrprep.outputs.documents._software import software
from ocrprep.outputs.documents._xml import child, element, markup, polygon, put_aside
from ocrprep.result import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import IO

    from ocrprep.geometry import Box
    from ocrprep.outputs.documents._xml import Element
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.page import Source
    from ocrprep.result import Character, Frame, Line, Word
    from ocrprep.result.frame import Placed

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# '
    'http://www.loc.gov/standards/alto/v4/alto-4-4.xsd" SCHEMAVERSION="4.4">\n'
)
_PER_POINT = 1200.0 / 72.0
_LONGEST_VARIANT = 3


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    sources: list[Source] = []
    with put_aside() as processing, put_aside() as layout:
        for sheet in sheets:
            if sheet.source not in sources[-1:]:
                sources.append(sheet.source)
            names = _processing(sheet, processing)
            layout.write(markup(_page(sheet, names), level=2))
        to.write(_HEAD.encode() + b" <Description>\n")
        unit = "inch1200" if options.space == "points" else "pixel"
        to.write(markup(element("MeasurementUnit", text=unit), level=2))
        to.write(markup(_source(sources), level=2))
        for part, tags in ((processing, b" </Description>\n <Layout>\n"), (layout, b" </Layout>\n</alto>\n")):
            part.seek(0)
            shutil.copyfileobj(part, to)
            to.write(tags)


def _source(sources: Sequence[Source]) -> Element:
    told = element("sourceImageInformation")
    child(told, "fileName", text=sources[0].uri)
    for digest in dict.fromkeys(source.sha256 for source in sources if source.sha256):
        child(told, "fileIdentifier", {"fileIdentifierLocation": "sha256"}, digest)
    return told


def _processing(sheet: Sheet, to: IO[bytes]) -> str:
    """Write how a page came about; gives the names of its elements."""
    names: list[str] = []

    def add(category: str, description: str, settings: Mapping[str, Any], software: str) -> None:
        names.append(f"processing_{sheet.number}_{len(names) + 1}")
        step = element("Processing", {"ID": names[-1]})
        child(step, "processingCategory", text=category)
        child(step, "processingStepDescription", text=description)
        child(step, "processingStepSettings", text=json_text(settings))
        name, _, version = software.partition(" ")
        program = child(step, "processingSoftware")
        child(program, "softwareName", text=name)
        child(program, "softwareVersion", text=version)
        to.write(markup(step, level=2))

    own = software()
    add("other", "coordinates", _coordinates(sheet), own)
    result = sheet.result
    for step in result.steps:
        settings = {"parameters": step.parameters, "found": step.found, "implicit": step.implicit}
        add("preOperation", step.kind, settings, own)
    if result.engine:
        add("contentGeneration", "text recognition", {"language": result.language}, result.engine)
    return " ".join(names)


def _coordinates(sheet: Sheet) -> dict[str, Any]:
    source, frame = sheet.source, sheet.frame
    return {
        "file": source.uri,
        "file_page": source.page_index + 1,
        "source_sha256": source.sha256,
        "space": frame.space,
        "unit": frame.unit,
        "width": round(frame.width, 3),
        "height": round(frame.height, 3),
        "measurement_units_per_unit": _per_unit(frame),
        "dpi": list(frame.dpi),
        "dpi_known": frame.dpi_known,
        "to_source": list(sheet.result.to_source),
    }


def _per_unit(frame: Frame) -> float:
    return _PER_POINT if frame.unit == "point" else 1.0


def _page(sheet: Sheet, processing: str) -> Element:
    frame, names = sheet.frame, _Names(sheet)
    size = {"WIDTH": frame.width * names.scale, "HEIGHT": frame.height * names.scale}
    first, *_ = [*language_tags(sheet.result.language), None]
    page = element(
        "Page",
        {
            "ID": f"page_{sheet.number}",
            "PROCESSINGREFS": processing,
            **size,
            "PHYSICAL_IMG_NR": sheet.number,
            "QUALITY_DETAIL": sheet.note or None,
            "LANG": first,
        },
    )
    space = child(page, "PrintSpace", {"HPOS": 0, "VPOS": 0, **size})
    for block, paragraphs in blocks_of(sheet.result):
        outer = names.part(space, "ComposedBlock", "block", block)
        for paragraph in paragraphs:
            turned = angle(frame.quad(paragraph)) or None
            inner = names.part(outer, "TextBlock", "paragraph", paragraph, {"ROTATION": turned})
            for line in paragraph.lines:
                _line(names, inner, line)
    return page


class _Names:
    """The elements of a page, each kind counted from 1, in the units of the file."""

    def __init__(self, sheet: Sheet) -> None:
        self.scale = _per_unit(sheet.frame)
        self._frame = sheet.frame
        self._page = sheet.number
        self._counts: dict[str, int] = {}

    def part(
        self, parent: Element, tag: str, name: str, item: Placed, more: Mapping[str, Any] | None = None
    ) -> Element:
        """An element that has a place, with its shape."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        box, quad = self._frame.box(item), self._frame.quad(item)
        values = {"ID": f"{name}_{self._page}_{count}", **self.sides(box), **(more or {})}
        made = child(parent, tag, values)
        if not is_upright(quad):
            corners = [(self._unit(x), self._unit(y)) for x, y in quad]
            child(child(made, "Shape"), "Polygon", {"POINTS": polygon(corners)})
        return made

    def sides(self, box: Box) -> dict[str, float]:
        """The four numbers of an upright box."""
        left, top, right, bottom = map(self._unit, (box.left, box.top, box.right, box.bottom))
        return {"HPOS": left, "VPOS": top, "WIDTH": right - left, "HEIGHT": bottom - top}

    def gap(self, word: Word, following: Word) -> dict[str, float]:
        """The place between two words of an upright line; nothing where they are aslant or touch."""
        one, other = self._frame.box(word), self._frame.box(following)
        left, right = (one.right, other.left) if one.left <= other.left else (other.right, one.left)
        if right <= left or not is_upright(self._frame.quad(word)):
            return {}
        start = self._unit(left)
        return {"HPOS": start, "VPOS": self._unit(one.top), "WIDTH": self._unit(right) - start}

    def _unit(self, value: float) -> float:
        return round(value * self.scale, 2)


def _line(names: _Names, parent: Element, line: Line) -> None:
    made = names.part(parent, "TextLine", "line", line)
    for place, word in enumerate(line.words):
        if place:
            child(made, "SP", names.gap(line.words[place - 1], word))
        string = names.part(
            made, "String", "word", word, {"CONTENT": word.text, "WC": _share(word.confidence), "CC": _doubts(word)}
        )
        for other in word.alternatives:
            child(string, "ALTERNATIVE", {"PURPOSE": f"share of the readings: {other.share:.2f}"}, other.text)
        for item in word.characters:
            _glyphs(names, string, item)


def _glyphs(names: _Names, parent: Element, item: Character) -> None:
    for sign in item.text:
        glyph = names.part(parent, "Glyph", "glyph", item, {"CONTENT": sign, "GC": _share(item.confidence)})
        for text, confidence in item.alternatives if len(item.text) == 1 else ():
            if len(text) <= _LONGEST_VARIANT:
                child(glyph, "Variant", {"CONTENT": text, "VC": _share(confidence)})


def _share(confidence: float) -> float:
    return round(min(max(confidence, 0.0), 100.0) / 100.0, 4)


def _doubts(word: Word) -> str | None:
    """A digit for each code point, 0 for sure to 9 for unsure; None where the characters are not known."""
    if "".join(item.text for item in word.characters) != word.text:
        return None
    digits = [str(round(9 * (1.0 - _share(item.confidence)))) for item in word.characters for _ in item.text]
    return " ".join(digits)
