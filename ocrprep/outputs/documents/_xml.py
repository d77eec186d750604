"""Markup, piece by piece: what XML and HTML cannot hold, elements, numbers, and pieces put aside."""

from __future__ import annotations

import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from typing import IO, TypeAlias
from xml.sax.saxutils import escape

Element: TypeAlias = ET.Element
Values: TypeAlias = Mapping[str, "str | float | bool | None"]
"""Attributes: numbers as :func:`number` writes them, truth as ``true`` and ``false``; None leaves one out."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_IN_MEMORY = 4 << 20


def xml_text(text: str) -> str:
    """The text with a replacement character for each that XML 1.0 has no place for: controls and lone surrogates."""
    return _FORBIDDEN.sub(_REPLACEMENT, text)


def escaped(text: str) -> str:
    """The text as it may stand in an element or, in double quotes, in an attribute."""
    return escape(xml_text(text), {'"': "&quot;"})


def number(value: float, digits: int = 5) -> str:
    """A number without an exponent, with as few digits after the point as it takes, and no more than ``digits``."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def polygon(points: Iterable[Iterable[float]]) -> str:
    """Points as ALTO and PAGE write them: ``x,y x,y``."""
    return " ".join(",".join(map(number, point)) for point in points)


def element(tag: str, values: Values | None = None, text: str | None = None) -> Element:
    """An element that belongs to none."""
    made = ET.Element(tag, _attributes(values))
    made.text = None if text is None else xml_text(text)
    return made


def child(parent: Element, tag: str, values: Values | None = None, text: str | None = None) -> Element:
    """An element at the end of another."""
    made = ET.SubElement(parent, tag, _attributes(values))
    made.text = None if text is None else xml_text(text)
    return made


def markup(part: Element, *, level: int = 0, close: bool = False, whole: str = "") -> bytes:
    """An element as lines of UTF-8.

    It has no namespace of its own: it takes on that of the element that it is written into. What holds text has none
    added around it.

    Args:
        part: changed by indenting it.
        level: how deep it stands.
        close: write an end tag for empty elements too, as HTML needs it.
        whole: class of elements that are not broken into lines, as a blank would count in them.
    """
    ET.indent(part, " ", level)
    for kept in part.iterfind(f".//*[@class='{whole}']") if whole else ():
        if len(kept):
            kept.text = None
        for inner in kept:
            inner.tail = None
    text = ET.tostring(part, encoding="unicode", short_empty_elements=not close)
    return (" " * level + text.rstrip() + "\n").encode()


def put_aside() -> IO[bytes]:
    """A file for pieces that come after what can only be told at the end; in memory as long as it is small."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


def _attributes(values: Values | None) -> dict[str, str]:
    return {name: _value(value) for name, value in (values or {}).items() if value is not None}


def _value(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number(value) if isinstance(value, (int, float)) else xml_text(value)
