"""The report's HTML, part by part: templates with escaping, and the scripts and styles that lie beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from ocrprep.errors import OutputError
from ocrprep.evaluation.text_bench import HARM
from ocrprep.report._charts import changes_svg, histogram_svg, worth_svg
from ocrprep.report._scores import changes_of, common, summary_of
from ocrprep.report._told import scores_told
from ocrprep.result import RecognitionResult

if TYPE_CHECKING:
    from ocrprep.report._spool import Spool
    from ocrprep.report.saving import Contents

_SCRIPTS = ("dom.js", "views.js", "words.js", "diff.js", "page.js", "report.js")
_BAR = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def written(contents: Contents, spool: Spool, address: Callable[[str], str]) -> Iterator[str]:
    """The file in parts, with one page in memory at a time.

    Args:
        contents: what the report is about.
        spool: its pages.
        address: of a picture, by its name.

    Raises:
        OutputError: jinja2 is not installed.
    """
    environment = _environment()
    style = resources.files(__package__).joinpath("templates", "report.css").read_text("utf-8")
    scored = any(any(marks) for marks in contents.marks.values())
    yield environment.get_template("head.html").render(
        title=contents.title,
        style=environment.filters["safe"](style),
        summaries=[summary_of(name, items, contents.marks, contents.baseline) for name, items in _items(contents)],
        baseline=contents.baseline,
        harm=HARM,
        charts=_charts(contents),
        scored=scored,
        variants=list(contents.variants),
        main=contents.main,
        pages=len(contents.truths),
    )
    row, page = environment.get_template("row.html"), environment.get_template("page.html")
    for told, items in zip(spool.pages(), contents.pages, strict=True):
        cells = _cells(contents, told, items)
        yield row.render(page=told, thumb=_thumb(told, address), cells=cells, scored=scored, harm=HARM)
    yield environment.get_template("middle.html").render()
    for told, items in zip(spool.pages(), contents.pages, strict=True):
        data = _data(contents, told, address)
        failed = all(not isinstance(item, RecognitionResult) for item in items.values())
        yield page.render(page=told, thumb=_thumb(told, address), data=data, failed=failed)
    script = "\n".join(resources.files(__package__).joinpath("templates", name).read_text("utf-8") for name in _SCRIPTS)
    yield environment.get_template("foot.html").render(
        script=environment.filters["safe"](script), settings=script_json({"main": contents.main})
    )


def script_json(value: Any) -> Any:
    """JSON that may stand in a script element: nothing in it can end that."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign, written_as in _BAR.items():
        text = text.replace(sign, written_as)
    return Markup(text)  # noqa: S704 - escaped above, for scripts


def _environment() -> Any:
    try:
        import jinja2  # noqa: PLC0415 - of the extra documents
    except ImportError as error:
        raise OutputError("a report needs jinja2", hint='pip install "ocrprep[documents]"') from error
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(_source),
    )
    made.filters.update(number=_number, signed=_signed)
    return made


def _source(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text("utf-8")


def _number(value: float | None, digits: int = 1) -> str:
    return "—" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.1f}"


def _items(contents: Contents) -> list[tuple[str, Any]]:
    return list(contents.variants.items())


def _thumb(told: Mapping[str, Any], address: Callable[[str], str]) -> str | None:
    return None if told["thumb"] is None else address(told["thumb"])


def _data(contents: Contents, told: dict[str, Any], address: Callable[[str], str]) -> Any:
    place = told["number"] - 1
    for name, variant in told["variants"].items():
        variant["scores"] = scores_told(contents.marks[name][place])
    return script_json({**told, "thumb": None, "pictures": [address(name) for name in told["pictures"]]})


def _cells(contents: Contents, told: Mapping[str, Any], items: Mapping[str, Any]) -> dict[str, Any]:
    """What the list of pages says of one, and what it can be sorted by."""
    place = told["number"] - 1
    marks = {name: scores[place] for name, scores in contents.marks.items()}
    before = marks[contents.baseline] if contents.baseline is not None else None
    cells = []
    for name, item in items.items():
        score, read = marks[name], isinstance(item, RecognitionResult)
        change = score.word_f1 - before.word_f1 if score and before and name != contents.baseline else None
        cells.append(
            {
                "confidence": item.confidence if read and item.words else None,
                "words": len(item.words) if read else None,
                "f1": score.word_f1 if score else None,
                "cer": score.cer if score else None,
                "change": change,
                "compared": contents.baseline not in {None, name},
                "error": None if read else item.message,
                "warnings": len(item.warnings) if read else 0,
                "main": name == contents.main,
            }
        )
    main = next(cell for cell in cells if cell["main"])
    return {"variants": cells, "main": main}


def _charts(contents: Contents) -> list[dict[str, Any]]:
    """Titles and pictures; those of scores only where there are scores."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    names = [str(item.source) for item in next(iter(contents.variants.values()))]
    made: list[tuple[str, str]] = []
    for name in contents.variants:
        if contents.baseline not in {None, name}:
            changes = changes_of(contents.marks, name, str(contents.baseline))
            if changes:
                made.append((f"Helped and harmed: {name}", changes_svg(changes, names, HARM)))
    pages = common(contents.marks)
    for name, items in _items(contents):
        if pages:
            values = [score.word_f1 for place in pages if (score := contents.marks[name][place])]
            made.append((f"Word F1: {name}", histogram_svg(values, "word F1")))
            continue
        values = [item.confidence for item in items if isinstance(item, RecognitionResult) and item.words]
        if values:
            made.append((f"Confidence: {name}", histogram_svg(values, "mean confidence")))
    made += [
        (f"What each step is worth: {name}", worth_svg(worths)) for name, worths in contents.worths.items() if worths
    ]
    return [{"title": title, "svg": Markup(svg)} for title, svg in made]  # noqa: S704 - escaped where it is drawn
