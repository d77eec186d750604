"""The commands under one name. Nothing heavy is imported here: ``--help`` has to be quick."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

from ocrprep.cli._cluster import WithRay
from ocrprep.cli.bench import app as bench
from ocrprep.cli.chain import app as chain
from ocrprep.cli.clean import clean
from ocrprep.cli.explore import explore
from ocrprep.cli.filters import filters
from ocrprep.cli.inspect import inspect
from ocrprep.cli.learn import app as learn
from ocrprep.cli.objects import objects
from ocrprep.cli.read import read
from ocrprep.cli.report import report
from ocrprep.cli.studio import studio

app = typer.Typer(
    name="ocrprep",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(clean)
app.command("read", cls=WithRay)(read)
app.command("report")(report)
app.command("inspect")(inspect)
app.command("explore")(explore)
app.command("objects")(objects)
app.command("filters")(filters)
app.command("studio")(studio)
app.add_typer(chain, name="chain")
app.add_typer(bench, name="bench")
app.add_typer(learn, name="learn")


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"ocrprep {version('ocrprep')}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 all well · 2 a wrong argument · 3 an input · 4 a chain file · 5 a filter · 6 a model · "
    "7 the engine · 8 a file that cannot be written · 130 interrupted."
)
def ocrprep(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Prepare scans and photos for OCR, and read them.

    [bold]ocrprep clean scan.png -o out --filter binarize[/bold]     save the page in black and white

    [bold]ocrprep read scan.png --filter deskew --filter binarize[/bold]     print its text

    [bold]ocrprep inspect scan.png[/bold]     what is wrong with it: skew, small type, uneven light, noise, blur …

    [bold]ocrprep filters[/bold]     what can be done to a page; [bold]ocrprep filters sauvola[/bold] explains one
    """
    del version


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says: a page may hold any character, and a pipe on Windows few of them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8")
