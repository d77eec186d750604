"""``ocrprep inspect``: what a page is, and what is wrong with it."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from ocrprep.cli._common import Debug, reporting
from ocrprep.cli._inputs import (
    Inputs,
    OnErrorFlag,
    PageRange,
    Password,
    PdfDpi,
    PrivateAddresses,
    Recursive,
    open_inputs,
)
from ocrprep.cli._progress import Outcome

if TYPE_CHECKING:
    from ocrprep.analysis.facts import PageFacts
    from ocrprep.page import Source
    from ocrprep.result import PageFailure


def inspect(
    inputs: Inputs = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each page.")] = False,
    pages: PageRange = None,
    pdf_dpi: PdfDpi = None,
    recursive: Recursive = False,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    on_error: OnErrorFlag = "collect",
    debug: Debug = False,
) -> None:
    """Measure pages and name their faults; nothing is changed, and no engine is needed.

    [bold]ocrprep inspect scan.png[/bold]     its type, skew, light, noise, sharpness, lines, as a table

    [bold]ocrprep inspect book.pdf --pages 1-3[/bold]

    [bold]ocrprep inspect inbox/ -r --json | jq -c '[.file, .defects]'[/bold]
    """
    with reporting(debug):
        from ocrprep.analysis.facts import facts_of
        from ocrprep.chain import FilterChain
        from ocrprep.result import PageFailure

        source = open_inputs(
            inputs,
            FilterChain(),
            pages=pages,
            pdf_dpi=pdf_dpi,
            recursive=recursive,
            private=private_addresses,
            password=password,
            on_error=on_error,
        )
        outcome = Outcome()
        with closing(source):
            for item in source:
                if isinstance(item, PageFailure):
                    if as_json:
                        typer.echo(_failure_json(item))
                    outcome.failed(item)
                    continue
                facts = facts_of(item)
                if as_json:
                    typer.echo(_facts_json(item.source, facts))
                else:
                    _show(str(item.source), facts)
        outcome.finish()


def _facts_json(source: Source, facts: PageFacts) -> str:
    from ocrprep.result import json_text

    return json_text({"file": source.uri, "page": source.page_index + 1, **facts.as_dict()})


def _failure_json(item: PageFailure) -> str:
    from ocrprep.result import json_text

    error = item.error
    told = {"type": type(error).__name__, "message": str(error), "exit_code": error.exit_code}
    return json_text({"file": item.source.uri, "page": item.source.page_index + 1, "error": told})


def _show(name: str, facts: PageFacts) -> None:
    """A table of one page on stdout."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(name), title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in _rows(facts):
        table.add_row(label, Text(value))
    faults = Text(", ".join(facts.defects), style="yellow") if facts.defects else Text("none found", style="green")
    table.add_row("defects", faults)
    wide = None if sys.stdout.isatty() else 100
    Console(width=wide, highlight=False).print(table)


def _rows(facts: PageFacts) -> list[tuple[str, str]]:
    dpi = "resolution unknown" if facts.dpi is None else f"{facts.dpi[0]:g} × {facts.dpi[1]:g} dpi"
    type_size = (
        "no lines of text found"
        if facts.x_height is None
        else f"x-height {facts.x_height:.1f} px, capitals {facts.cap_height or 0.0:.1f} px, "
        f"as of 10 points at {facts.type_dpi or 0.0:.0f} dpi"
    )
    ink = "no ink" if facts.ink is None else f"ink {facts.ink:.0f}, contrast {facts.contrast:.0f}"
    return [
        ("page", f"{facts.width} × {facts.height} px, {facts.mode.value}, {dpi}"),
        ("type", type_size),
        ("strokes", "none" if facts.stroke_width is None else f"{facts.stroke_width:.1f} px wide"),
        ("edges", _edges(facts)),
        ("skew", f"{facts.skew:+.2f}°, confidence {facts.skew_confidence:.2f}"),
        ("orientation", f"turn by {facts.orientation}°, confidence {facts.orientation_confidence:.2f}"),
        ("paper and ink", f"paper {facts.paper:.0f}, {ink}; {_percent(facts.ink_coverage)} of the page is ink"),
        ("light", f"evenness {facts.evenness:.2f}: paper from {facts.darkest_paper:.0f} to {facts.lightest_paper:.0f}"),
        ("glare", _percent(facts.glare)),
        ("noise", f"grain {facts.noise_sigma:.1f} levels, salt and pepper {_percent(facts.salt_pepper)}"),
        ("light on dark", f"{_percent(facts.light_on_dark)} in {len(facts.light_on_dark_regions)} regions"),
        (
            "ruled lines",
            f"{facts.horizontal_rules} horizontal, {facts.vertical_rules} vertical, {_percent(facts.rules)}",
        ),
        ("dark borders", _percent(facts.dark_borders)),
        ("blank", "yes" if facts.blank else "no"),
    ]


def _edges(facts: PageFacts) -> str:
    if facts.edge_width is None:
        return "too few to measure"
    return (
        f"{facts.edge_width:.1f} px wide, {facts.blur or 0.0:.2f} of a stroke; sharpness {facts.sharpness or 0.0:.2f}"
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.2f} %" if share else "none"
