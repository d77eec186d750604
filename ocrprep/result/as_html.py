"""Results as a notebook shows them: colours lie over whatever ground there is, and everything told is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from ocrprep import geometry
from ocrprep.pictures import data_uri, printable
from ocrprep.result.again import has_changed

if TYPE_CHECKING:
    from ocrprep.result.output import PageFailure
    from ocrprep.result.recognition import RecognitionResult
    from ocrprep.result.words import Line, Word

SURE, DOUBTFUL = 80.0, 60.0
"""Confidence from which on a word is not marked, and below which it is marked strongly."""

_STRONG, _WEAK, _WELL = "220,50,47", "214,137,16", "42,157,95"
_SHOWN, _WORDS_BOXED, _ROWS, _FIRST_WORDS = 700, 3000, 200, 12
_QUIET = 'style="opacity:.7"'
_CELL = 'style="text-align:left;padding:.2em .7em;border-bottom:1px solid rgba(127,127,127,.35)"'


def result_html(result: RecognitionResult) -> str:
    """The picture with its word boxes where it is at hand, and the text with doubtful words marked; never raises."""
    words = result.words
    facts = [
        f"confidence {result.confidence:.1f}" if words else "no words",
        f"{len(words)} words" if words else "",
        result.engine,
        result.language,
    ]
    told = " · ".join(safe(fact) for fact in facts if fact)
    return (
        f"<div><div><b>{safe(str(result.source))}</b> <span {_QUIET}>{told}</span></div>"
        f"{_picture(result)}{_text(result)}{_warnings(result)}</div>"
    )


def output_html(items: Iterable[RecognitionResult | PageFailure]) -> str:
    """A table of pages with their first words; at most 200 rows."""
    pages = list(items)
    rows = "".join(_row(place, item) for place, item in enumerate(pages[:_ROWS], 1))
    names = ("", "page", "words", "confidence", "first words")
    head = "".join(f"<th {_CELL}>{name}</th>" for name in names)
    more = f"<div {_QUIET}>… and {len(pages) - _ROWS} more pages</div>" if len(pages) > _ROWS else ""
    table = f'<table style="border-collapse:collapse"><tr>{head}</tr>{rows}</table>'
    return f'<div style="overflow-x:auto">{table}{more}</div>'


def safe(text: str) -> str:
    """Any text as the content or a quoted attribute of HTML."""
    return escape(printable(text))


def _row(place: int, item: RecognitionResult | PageFailure) -> str:
    from ocrprep.result.recognition import RecognitionResult  # noqa: PLC0415 - that file calls this one

    if isinstance(item, RecognitionResult):
        words = item.recognition_text.split()
        first = " ".join(words[:_FIRST_WORDS]) + (" …" if len(words) > _FIRST_WORDS else "")
        confidence = f"{item.confidence:.1f}" if item.words else "–"
        cells = [safe(str(item.source)), str(len(item.words)), confidence, safe(first)]
    else:
        failure = f'<span style="color:rgb({_STRONG})">{safe(type(item.error).__name__)}: {safe(item.message)}</span>'
        cells = [safe(str(item.source)), "–", "–", failure]
    return f"<tr>{''.join(f'<td {_CELL}>{cell}</td>' for cell in (str(place), *cells))}</tr>"


def _text(result: RecognitionResult) -> str:
    inside = "\n".join(_line(line) for line in result.lines) or safe(result.recognition_text)
    return (
        '<pre style="white-space:pre-wrap;background:none;color:inherit;text-align:left;margin:.5em 0">'
        f"{inside or '(no text)'}</pre>"
    )


def _line(line: Line) -> str:
    return " ".join(_word(word) for word in line.words)


def _word(word: Word) -> str:
    if word.confidence >= SURE:
        return safe(word.text)
    colour, strength = (_STRONG, 0.35) if word.confidence < DOUBTFUL else (_WEAK, 0.3)
    return (
        f'<span title="confidence {word.confidence:.0f}" style="background:rgba({colour},{strength});'
        f'border-radius:2px">{safe(word.text)}</span>'
    )


def _picture(result: RecognitionResult) -> str:
    if result.origin is None:
        return ""
    try:
        return _boxed(result)
    except Exception as error:  # noqa: BLE001 - a notebook shows what there is, whatever has become of the file
        return f"<div {_QUIET}>The picture cannot be shown: {safe(str(error) or type(error).__name__)}</div>"


def _boxed(result: RecognitionResult) -> str:
    if result.origin is None:
        return ""
    page = result.origin.load()
    if has_changed(result.source, page):
        return f"<div {_QUIET}>The picture is not shown: the file has changed since it was read.</div>"
    from_source = geometry.invert(page.to_source)
    boxes = "".join(_outline(word, from_source) for word in result.words[:_WORDS_BOXED])
    address = data_uri(page.pixels, _SHOWN, binary=page.mode.value == "binary")
    width = min(_SHOWN * page.width // max(page.width, page.height), page.width) or 1
    # One drawing for both, so that the boxes stay on their words however wide the cell is.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width} {page.height}" role="img" '
        f'aria-label="the page with the boxes of its words" style="display:block;width:100%;max-width:{width}px;'
        f'height:auto;background:#fff;margin:.5em 0"><image href="{address}" width="{page.width}" '
        f'height="{page.height}"/>{boxes}</svg>'
    )


def _outline(word: Word, from_source: geometry.Matrix) -> str:
    corners = geometry.apply(from_source, np.array(word.source_quad))
    colour = _WELL if word.confidence >= SURE else _WEAK if word.confidence >= DOUBTFUL else _STRONG
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    told = f"{safe(word.text)}, confidence {word.confidence:.0f}"
    return (
        f'<polygon points="{points}" fill="rgba({colour},.18)" stroke="rgb({colour})" stroke-width="1.5" '
        f'vector-effect="non-scaling-stroke"><title>{told}</title></polygon>'
    )


def _warnings(result: RecognitionResult) -> str:
    return "".join(f"<div {_QUIET}>warning: {safe(warning)}</div>" for warning in result.warnings)
