"""PAGE XML of 2019-07-15: one page, a ``TextRegion`` for each paragraph, with the corners of everything.

``Coords`` are the four corners of a thing, beginning at the upper left of its text. PAGE wants whole numbers, not below
0: each is the nearest on the page. Points are told in hundredths, and ``imageWidth`` and ``imageHeight`` with them; the
resolution of such a page is 7,200 per inch. Of pixels whose size nobody knows it is left out.
``Metadata/UserDefined`` tells the coordinates: ``space``, ``unit`` of the numbers, ``width`` and ``height`` of the
raster in the unit that the space has, ``dpi_x``, ``dpi_y``, ``dpi_known`` and the map ``to_source`` from the read page
to the source, beside the source's page and digest. ``MetadataItem`` elements are the filters that were run, and the
engine.

``conf`` is 0–1. The first ``TextEquiv`` (``index`` 0) is the text; those that follow are what other readings saw, or
what else a character may be. A page that could not be read has no region, and the reason in ``Metadata/Comments``.

PAGE demands the times of its making. A document is the same whenever it is written, so that no clock is asked: both are
the beginning of 1970, which stands for unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from ocrprep.outputs.documents._language import language_names
from ocrprep.outputs.documents._raster import angle, raster_of
from ocrprep.outputs.documents._software import software
from ocrprep.outputs.documents._xml import child, element, markup, number, polygon
from ocrprep.result import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ocrprep.outputs.documents._raster import Raster
    from ocrprep.outputs.documents._xml import Element
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.page import Step
    from ocrprep.result import Character, Region, Word
    from ocrprep.result.frame import Placed

_SPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<PcGts xmlns="{_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_SPACE} {_SPACE}/pagecontent.xsd">\n'
)
_UNKNOWN_TIME = "1970-01-01T00:00:00Z"


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    for sheet in sheets:
        raster = raster_of(sheet)
        to.write(_HEAD.encode())
        to.write(markup(_metadata(sheet, raster), level=1))
        to.write(markup(_page(sheet, raster), level=1))
        to.write(b"</PcGts>\n")


def _metadata(sheet: Sheet, raster: Raster) -> Element:
    result, frame = sheet.result, sheet.frame
    told = element("Metadata")
    child(told, "Creator", text=software())
    child(told, "Created", text=_UNKNOWN_TIME)
    child(told, "LastChange", text=_UNKNOWN_TIME)
    if sheet.note:
        child(told, "Comments", text=sheet.note)
    facts: dict[str, str | float | bool] = {
        "space": frame.space,
        "unit": raster.unit,
        "width": frame.width,
        "height": frame.height,
        "dpi_x": frame.dpi[0],
        "dpi_y": frame.dpi[1],
        "dpi_known": frame.dpi_known,
        "to_source": " ".join(map(repr, result.to_source)),
        "source_page": str(sheet.source.page_index + 1),
        "source_sha256": sheet.source.sha256,
    }
    attributes = child(told, "UserDefined")
    for name, value in facts.items():
        kind = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "float"
        child(attributes, "UserAttribute", {"name": name, "type": f"xsd:{kind}", "value": value})
    for step in result.steps:
        _step(told, step)
    if result.engine:
        item = child(told, "MetadataItem", {"type": "processingStep", "name": "recognition", "value": result.engine})
        _labels(item, "parameters", {"language": result.language})
    return told


def _step(parent: Element, step: Step) -> None:
    item = child(parent, "MetadataItem", {"type": "processingStep", "name": "preprocessing", "value": step.kind})
    _labels(item, "parameters", step.parameters)
    _labels(item, "found", step.found)


def _labels(parent: Element, name: str, values: Mapping[str, Any]) -> None:
    if values:
        labels = child(parent, "Labels", {"externalModel": "ocrprep", "externalId": name})
        for key, value in values.items():
            child(labels, "Label", {"value": json_text(value), "type": key})


def _page(sheet: Sheet, raster: Raster) -> Element:
    first, second, *_ = [*language_names(sheet.result.language), None, None]
    resolution = raster.per_inch or (None, None)
    regions = sheet.result.regions()
    page = element(
        "Page",
        {
            "imageFilename": sheet.source.uri,
            "imageWidth": raster.width,
            "imageHeight": raster.height,
            "imageXResolution": resolution[0],
            "imageYResolution": resolution[1],
            "imageResolutionUnit": None if raster.per_inch is None else "PPI",
            "primaryLanguage": first,
            "secondaryLanguage": second,
            "conf": _share(sheet.result.confidence) if regions else None,
        },
    )
    if regions:
        order = child(child(page, "ReadingOrder"), "OrderedGroup", {"id": "reading_order"})
        for place in range(len(regions)):
            child(order, "RegionRefIndexed", {"index": place, "regionRef": f"region_{place + 1}"})
    for count, region in enumerate(regions, 1):
        _region(page, raster, f"region_{count}", region)
    return page


def _region(parent: Element, raster: Raster, name: str, region: Region) -> None:
    made = _placed(parent, "TextRegion", name, raster, region)
    turned = angle(raster.frame.quad(region))
    if turned:
        # PAGE asks by how much it must be turned back.
        made.set("orientation", number(turned))
    for line_number, line in enumerate(region.lines, 1):
        line_name = f"{name}_line_{line_number}"
        inner = _placed(made, "TextLine", line_name, raster, line)
        for word_number, word in enumerate(line.words, 1):
            _word(inner, raster, f"{line_name}_word_{word_number}", word)
        _texts(inner, line.text, line.confidence)
    _texts(made, region.text, region.confidence)


def _word(parent: Element, raster: Raster, name: str, word: Word) -> None:
    made = _placed(parent, "Word", name, raster, word)
    for place, item in enumerate(word.characters, 1):
        _glyph(made, raster, f"{name}_glyph_{place}", item)
    _texts(made, word.text, word.confidence, ((other.text, 100.0 * other.share) for other in word.alternatives))


def _glyph(parent: Element, raster: Raster, name: str, item: Character) -> None:
    made = _placed(parent, "Glyph", name, raster, item)
    _texts(made, item.text, item.confidence, item.alternatives)


def _placed(parent: Element, tag: str, name: str, raster: Raster, item: Placed) -> Element:
    made = child(parent, tag, {"id": name})
    child(made, "Coords", {"points": polygon(raster.quad(item))})
    return made


def _texts(parent: Element, text: str, confidence: float, others: Iterable[tuple[str, float]] = ()) -> None:
    for index, (each, sure) in enumerate([(text, confidence), *others]):
        child(child(parent, "TextEquiv", {"index": index, "conf": _share(sure)}), "Unicode", text=each)


def _share(confidence: float) -> float:
    return round(min(max(confidence, 0.0), 100.0) / 100.0, 4)
