"""Formats that tell where words stand, read by other libraries than those that wrote them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, NamedTuple

import html5lib
import numpy as np
from lxml import etree

from ocrprep.geometry import Box, rotation
from ocrprep.page import Source, Step
from ocrprep.result import Alternative, Character, Line, OcrOutput, Reading, RecognitionResult, Word
from tests.readings import Row, reading

FORMATS = ("json", "xml", "tsv", "hocr", "alto", "page")
ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
PAGE = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"
XHTML = "{http://www.w3.org/1999/xhtml}"
POINTS_OF_ALTO = 72.0 / 1200.0


class Found(NamedTuple):
    """A word as a format tells it.

    Args:
        text: of the word.
        sure: the engine's confidence, 0-100.
        box: left, top, right, bottom.
        quad: (4, 2), or None where the format tells only the box.
    """

    text: str
    sure: float
    box: np.ndarray
    quad: np.ndarray | None = None


def saved(items: Any, wanted: str, **options: Any) -> bytes:
    """The document of one result or several."""
    stream = io.BytesIO()
    OcrOutput([items] if isinstance(items, RecognitionResult) else list(items)).save(stream, wanted, **options)
    return stream.getvalue()


def full() -> RecognitionResult:
    """A turned page with everything that can be in a result, and with what markup must escape."""
    made = reading(
        Row('Quick <b> "brown" & fox', 40.0, 30.0),
        Row("jumps over", 40.0, 60.0),
        Row("the lazy", 40.0, 130.0, 0, 1),
        Row("dogs", 300.0, 30.0, 1, 0),
        page=rotation(30.0, (200.0, 100.0)),
    )
    first, *others = made.lines
    old = first.words[0]
    characters = tuple(
        Character(sign, 90.5 - place, old.box, old.source_quad, (("O", 7.5), ("0", 1.0)) if place == 0 else ())
        for place, sign in enumerate("Quick")
    )
    word = Word("Quick", 91.25, old.box, old.source_quad, 0.98, (0, 1), (Alternative("Qu<ok", 0.25, (1,)),), characters)
    steps = (Step("scale", {"ratio": 2.0}, {"width": 4}, 0.01), Step("convert", {"mode": "gray"}, implicit=True))
    chosen = Step("auto", {}, {"chain": [{"kind": "otsu"}], "reason": "a <reason>"}, 0.5, implicit=True)
    return RecognitionResult(
        made.recognition_text,
        (Line((word, *first.words[1:]), first.box, first.source_quad, 0, 0), *others),
        Source('a & "b".png', 2, 9, "ab" * 32, 640, 480, (300.0, 300.0)),
        1280,
        960,
        (*steps, chosen),
        "tesseract 5.5.4 (tesserocr)",
        "eng+fra",
        0.25,
        0.125,
        ("careful: <this> & that",),
        made.to_source,
        (old,),
        (Reading("prepared", steps, "fake 1", 0.5, 2, 0.4), Reading("untouched")),
    )


def words_in(wanted: str, data: bytes) -> list[list[Found]]:
    """The words of each page, in the unit of the space that was asked for, as an independent library reads them."""
    return {"json": _json, "xml": _xml, "tsv": _tsv, "hocr": _hocr, "alto": _alto, "page": _page}[wanted](data)


def quad_in(text: str) -> np.ndarray:
    """``x,y x,y`` as (N, 2)."""
    return np.array([tuple(map(float, point.split(","))) for point in text.split()])


def title_of(element: Any) -> dict[str, str]:
    """The properties of an hOCR element."""
    parts = (part.strip().partition(" ") for part in element.get("title").split(";"))
    return {name: value for name, _, value in parts}


def of_class(root: Any, name: str) -> list[Any]:
    """The elements of a class, in order."""
    return [item for item in root.iter() if isinstance(item.tag, str) and item.get("class") == name]


def _json(data: bytes) -> list[list[Found]]:
    return [
        [
            _of_quad(word["text"], word["confidence"], np.array(word["quad"]))
            for line in page["lines"]
            for word in line["words"]
        ]
        for page in json.loads(data)["pages"]
    ]


def _xml(data: bytes) -> list[list[Found]]:
    return [
        [
            _of_quad(word.get("text"), float(word.get("confidence")), quad_in(word.get("quad")))
            for word in page.iterfind("line/word")
        ]
        for page in etree.fromstring(data).iterfind("page")
    ]


def _tsv(data: bytes) -> list[list[Found]]:
    pages: list[list[Found]] = []
    for row in csv.DictReader(io.StringIO(data.decode()), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "1":
            pages.append([])
        if row["level"] == "5":
            left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
            box = np.array([left, top, left + width, top + height])
            pages[-1].append(Found(row["text"], float(row["conf"]), box))
    return pages


def _hocr(data: bytes) -> list[list[Found]]:
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(data.decode())
    return [_hocr_page(page) for page in of_class(root, "ocr_page")]


def _hocr_page(page: Any) -> list[Found]:
    scale = 0.01 if page.get("data-space") == "points" else 1.0
    words = []
    for word in of_class(page, "ocrx_word"):
        told = title_of(word)
        box = np.array(told["bbox"].split(), float) * scale
        corners = np.array(told["poly"].split(), float).reshape(-1, 2) * scale if "poly" in told else None
        quad = Box(*box).corners() if corners is None else corners
        words.append(Found("".join(word.itertext()), float(told["x_wconf"]), box, quad))
    return words


def _alto(data: bytes) -> list[list[Found]]:
    root = etree.fromstring(data)
    scale = POINTS_OF_ALTO if root.findtext(f"{ALTO}Description/{ALTO}MeasurementUnit") == "inch1200" else 1.0
    return [
        [_alto_word(word, scale) for word in page.iter(f"{ALTO}String")] for page in root.iterfind(f".//{ALTO}Page")
    ]


def _alto_word(word: Any, scale: float) -> Found:
    left, top, width, height = (float(word.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    box = np.array([left, top, left + width, top + height]) * scale
    shape = word.find(f"{ALTO}Shape/{ALTO}Polygon")
    quad = Box(*box).corners() if shape is None else quad_in(shape.get("POINTS")) * scale
    return Found(word.get("CONTENT"), 100.0 * float(word.get("WC")), box, quad)


def _page(data: bytes) -> list[list[Found]]:
    root = etree.fromstring(data)
    space = root.find(f".//{PAGE}UserAttribute[@name='space']").get("value")
    scale = 0.01 if space == "points" else 1.0
    words = []
    for word in root.iter(f"{PAGE}Word"):
        told = word.find(f"{PAGE}TextEquiv")
        quad = quad_in(word.find(f"{PAGE}Coords").get("points")) * scale
        words.append(_of_quad(told.findtext(f"{PAGE}Unicode"), 100.0 * float(told.get("conf")), quad))
    return [words]


def _of_quad(text: str, sure: float, quad: np.ndarray) -> Found:
    return Found(text, sure, np.concatenate([quad.min(axis=0), quad.max(axis=0)]), quad)


def numbers(text: str) -> list[float]:
    """All numbers in a text."""
    return [float(value) for value in re.findall(r"-?\d+(?:\.\d+)?", text)]
