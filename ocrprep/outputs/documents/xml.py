"""The package's own XML: what the JSON of ``ocrprep.result.as_json`` holds, without a namespace.

::

    <ocrprep version="1" title="a">
     <page file="a.png" page="1" confidence="95" engine="tesseract 5.5.4" …>
      <frame space="source" unit="pixel" width="640" height="480" dpi_x="300" dpi_y="300" dpi_known="true" />
      <line text="Quick brown" confidence="95" quad="10,20 110,20 110,40 10,40" …>
       <word text="Quick" confidence="95" quad="10,20 60,20 60,40 10,40" … />

Numbers and short texts are attributes of the same names as the JSON's keys; what there may be several of is an element
each, named in the singular. In the order in which they stand:

- ``ocrprep``: the root. ``version`` is counted up when a reader would have to change; ``title`` is the document's.
- ``page``: ``file``, ``page`` (1-based, in that file), ``confidence``, ``engine``, ``language``, ``seconds``,
  ``load_seconds``, ``page_width``, ``page_height``, ``source_width``, ``source_height`` (pixels), ``source_sha256``.
  A page that could not be read has ``file``, ``page`` and an ``error`` (``type``, ``exit_code``; its text is the
  message), and nothing else.
- ``frame``: the coordinates of every ``quad``: ``space`` (source, page, points), ``unit`` (pixel, point), ``width`` and
  ``height`` of the raster in it, ``dpi_x``, ``dpi_y`` (pixels per inch of the source) and ``dpi_known``.
- ``to_source``: the nine numbers of the map from the read page to the source, row by row.
- ``text``: of the page. Line feeds count.
- ``warning``: a text.
- ``step``: ``kind``, ``seconds``, ``implicit``, with a ``parameter`` and a ``found`` (``name``; its text is JSON) for
  each.
- ``choice``: what a filter that chooses decided, as JSON.
- ``reading``: of a consensus: ``name``, ``engine``, ``seconds``, ``words``, ``share``, with its ``step`` elements.
- ``line``: ``text``, ``confidence``, ``quad``, ``page_box``, ``source_quad``, ``block``, ``paragraph`` (0-based), with
  its ``word`` elements.
- ``word``: ``text``, ``confidence``, ``quad``, ``page_box``, ``source_quad`` and, where they are known, ``probability``
  and ``readings``; with an ``alternative`` (``text``, ``share``, ``readings``) for each of the others' and a
  ``character`` (``text``, ``confidence``, ``quad``, ``page_box``, ``source_quad``, with an ``alternative`` of ``text``
  and ``confidence`` for what else it may be) for each that the engine told.
- ``dropped``: the ``word`` elements that were too doubtful.

``quad`` and ``source_quad`` are four corners as ``x,y x,y x,y x,y``: top left, top right, bottom right and bottom left
as the text runs. ``page_box`` is ``left top right bottom`` on the page that was read. ``readings`` are numbers with
blanks between them. A character that XML cannot hold is U+FFFD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from ocrprep.outputs.documents._xml import child, element, escaped, markup, number, polygon
from ocrprep.result import SCHEMA_VERSION, RecognitionResult, json_text
from ocrprep.result.as_json import failure_json, page_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocrprep.outputs.documents._xml import Element
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_PLACED = ("text", "confidence", "block", "paragraph", "probability", "share")


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    del options
    for sheet in sheets:
        if sheet.number == 1:
            # No encoding is named: UTF-8 needs none, and a str of Python may then be parsed too.
            head = f'<?xml version="1.0"?>\n<ocrprep version="{SCHEMA_VERSION}" title="{escaped(sheet.title)}">\n'
            to.write(head.encode())
        to.write(markup(_page(sheet), level=1))
    to.write(b"</ocrprep>\n")


def _page(sheet: Sheet) -> Element:
    item = sheet.item
    if not isinstance(item, RecognitionResult):
        failed = failure_json(item)
        page = element("page", {"file": failed["file"], "page": failed["page"]})
        error = failed["error"]
        child(page, "error", {"type": error["type"], "exit_code": error["exit_code"]}, error["message"])
        return page
    told: dict[str, Any] = dict(page_json(item, sheet.frame))
    sizes = {
        f"{whose}_{side}": value
        for whose in ("page", "source")
        for side, value in zip(("width", "height"), told[f"{whose}_size"], strict=True)
    }
    page = element("page", {**{name: value for name, value in told.items() if _is_attribute(name, value)}, **sizes})
    frame = dict(told["frame"])
    dpi_x, dpi_y = frame.pop("dpi")
    child(page, "frame", {**frame, "dpi_x": dpi_x, "dpi_y": dpi_y})
    child(page, "to_source", text=" ".join(map(repr, told["to_source"])))
    child(page, "text", text=told["text"])
    for warning in told["warnings"]:
        child(page, "warning", text=warning)
    _steps(page, told["steps"])
    for choice in told["choices"]:
        child(page, "choice", text=json_text(choice))
    for reading in told["readings"]:
        made = child(page, "reading", {name: value for name, value in reading.items() if name != "steps"})
        _steps(made, reading["steps"])
    for line in told["lines"]:
        _placed(page, "line", line)
    dropped = child(page, "dropped")
    for word in told["dropped"]:
        _placed(dropped, "word", word)
    return page


def _is_attribute(name: str, value: object) -> bool:
    return name not in {"version", "text"} and isinstance(value, (str, int, float))


def _steps(parent: Element, steps: list[Any]) -> None:
    for step in steps:
        made = child(parent, "step", {name: step[name] for name in ("kind", "seconds", "implicit")})
        for tag, items in (("parameter", step["parameters"]), ("found", step["found"])):
            for name, value in items.items():
                child(made, tag, {"name": name}, json_text(value))


def _placed(parent: Element, tag: str, told: Mapping[str, Any]) -> None:
    """A line, a word, a character or an alternative, with what is in it."""
    values = {name: told[name] for name in _PLACED if name in told}
    for name in ("quad", "source_quad"):
        if name in told:
            values[name] = polygon(told[name])
    for name in ("page_box", "readings"):
        if name in told:
            values[name] = " ".join(map(number, told[name]))
    made = child(parent, tag, values)
    for tags in ("words", "alternatives", "characters"):
        for item in told.get(tags, ()):
            _placed(made, tags.removesuffix("s"), item)
