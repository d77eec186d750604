"""An exploration as one page of HTML."""

from __future__ import annotations

import shlex
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.errors import OutputError
from ocrprep.explore.histogram import histogram_svg
from ocrprep.filters._as_html import told
from ocrprep.outputs.documents._library import library
from ocrprep.page import PixelMode
from ocrprep.pictures import data_uri, printable
from ocrprep.result.as_html import DOUBTFUL, SURE

if TYPE_CHECKING:
    from ocrprep.explore.exploring import Exploration, Toolbar, Variant
    from ocrprep.page import Page
    from ocrprep.result import Line

_TEMPLATES = Path(__file__).parent / "templates"
_IN_NOTEBOOK = 1000
_FACTS_SHOWN = 300


def document(exploration: Exploration, longest: int) -> str:
    """The whole page; pictures, style and script are in it.

    Raises:
        OutputError: jinja2 is not installed.
        ValueError: ``longest`` is less than 1.
    """
    variants = exploration.variants
    places = {id(variant): place for place, variant in enumerate(variants)}
    unique = list({id(item.page): item.page for item in variants}.values())
    pictures = {id(page): place for place, page in enumerate(unique)}
    source = exploration.source
    html: str = _template().render(
        title=printable(str(source.source)),
        size=f"{source.width} × {source.height} px",
        shape=f"{source.width} / {source.height}",
        note=printable(exploration.note),
        known=exploration.truth is not None,
        read=any(item.result is not None for item in variants),
        pictures=[_picture(page, longest) for page in unique],
        variants=[_variant(item, pictures[id(item.page)]) for item in variants],
        toolbars=[_toolbar(item, places) for item in exploration.toolbars],
        first=_first(exploration, places),
        style=(_TEMPLATES / "explore.css").read_text(encoding="utf-8"),
        script=(_TEMPLATES / "explore.js").read_text(encoding="utf-8"),
    )
    return html


def framed(exploration: Exploration) -> str:
    """The page in a frame of its own, so that its style and its script stay in it; a table of names without jinja2."""
    try:
        inside = document(exploration, _IN_NOTEBOOK)
    except OutputError as error:
        names = ", ".join(item.flag or item.name for item in exploration.variants)
        return f"<div>{escape(printable(names))}<br>{escape(str(error))}</div>"
    return (
        '<iframe sandbox="allow-scripts" title="ocrprep explore" '
        f'style="width:100%;height:44rem;border:0" srcdoc="{escape(inside)}"></iframe>'
    )


@cache
def _template() -> Any:
    jinja2 = library("jinja2")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("explore.html")


def _first(exploration: Exploration, places: dict[int, int]) -> int:
    """The variant that is shown at first: one of the best, made by a filter where there is a choice."""
    toolbar = exploration.toolbars[0]
    best = toolbar.best_by_truth or toolbar.best_by_confidence or toolbar.variants
    return places[id(next((item for item in best if item.flag), best[0]))]


def _picture(page: Page, longest: int) -> dict[str, Any]:
    address = data_uri(page.pixels, longest, binary=page.mode is PixelMode.BINARY)
    return {"address": address, "width": page.width, "height": page.height}


def _toolbar(toolbar: Toolbar, places: dict[int, int]) -> dict[str, Any]:
    sure, true = toolbar.best_by_confidence, toolbar.best_by_truth
    return {
        "title": toolbar.title,
        "buttons": [
            {
                "place": places[id(item)],
                "name": printable(item.name),
                "flag": printable(shlex.quote(item.flag)) if item.flag else "",
                "sure": item in sure,
                "true": item in true,
                "failed": item.error is not None,
                "row": _row(item),
            }
            for item in toolbar.variants
        ],
    }


def _row(item: Variant) -> dict[str, Any]:
    """A row of the table that compares the variants; bars are shares of 100."""
    result, scores = item.result, item.scores
    return {
        "words": len(result.words) if result else None,
        "confidence": result.confidence if result and result.words else None,
        "cer": scores.cer if scores else None,
        "word_f1": scores.word_f1 if scores else None,
        "seconds": item.seconds,
    }


def _variant(item: Variant, picture: int) -> dict[str, Any]:
    return {
        "name": printable(item.name),
        "flag": printable(shlex.quote(item.flag)) if item.flag else "",
        "picture": picture,
        "error": printable(str(item.error)) if item.error else "",
        "found": _found(item),
        "levels": ", ".join(f"{level:g}" for level in item.levels),
        "divided": item.page.mode is PixelMode.BINARY and item.before.mode is not PixelMode.BINARY,
        "histogram": histogram_svg(item.before, item.levels),
        "engine": printable(item.result.engine) if item.result else "",
        "engine_seconds": item.result.seconds if item.result else None,
        "filter_seconds": sum(step.seconds for step in item.steps) if item.flag else None,
        "row": _row(item),
        "lines": [_line(line) for line in item.result.lines] if item.result else [],
        "text": printable(item.result.recognition_text) if item.result else "",
        "read": item.result is not None,
    }


def _found(item: Variant) -> str:
    facts = "; ".join(told(step.found) for step in item.steps if step.found)
    return printable(facts if len(facts) <= _FACTS_SHOWN else f"{facts[:_FACTS_SHOWN]}…")


def _line(line: Line) -> list[dict[str, str]]:
    return [
        {"text": printable(word.text), "mark": _mark(word.confidence), "told": f"{word.confidence:.0f}"}
        for word in line.words
    ]


def _mark(confidence: float) -> str:
    return "" if confidence >= SURE else "weak" if confidence >= DOUBTFUL else "poor"
