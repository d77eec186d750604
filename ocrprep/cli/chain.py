"""``ocrprep chain``: look at a chain, check it, and write it in another notation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from ocrprep.cli._common import ChainFile, Debug, FilterFlags, chain_from, read_chain, reporting, say, write_chain
from ocrprep.cli._writing import write_text

if TYPE_CHECKING:
    from ocrprep.chain import FilterChain

Notation: TypeAlias = Literal["yaml", "json", "python", "flags"]
File: TypeAlias = Annotated[
    Path | None, typer.Argument(metavar="[FILE]", help="A chain file: .yaml, .json, .py or .flags; - is stdin.")
]
From: TypeAlias = Annotated[
    Notation | None, typer.Option("--from", help="Notation of FILE; without it, that of its suffix.")
]

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)


@app.callback()
def chain() -> None:
    """Look at a chain of filters, check it, or write it in another notation.

    [bold]ocrprep chain validate chain.yaml[/bold]

    [bold]ocrprep chain convert chain.yaml --to python[/bold]

    [bold]ocrprep chain convert --filter deskew --filter threshold=150 --to yaml > chain.yaml[/bold]
    """


@app.command()
def show(file: File = None, flags: FilterFlags = None, notation: From = None, debug: Debug = False) -> None:
    """List the filters of a chain with all their parameters."""
    with reporting(debug):
        from ocrprep.cli._reference import summary

        made = _chain(file, flags, notation)
        if not made:
            say("the chain is empty: pages pass unchanged")
        for place, item in enumerate(made, 1):
            typer.echo(f"{place}. {item.kind}: {summary(type(item))}")
            for name, value in item.parameters().items():
                if name != "area" or value is not None:
                    typer.echo(f"     {name} = {_plain(value)}")


@app.command()
def convert(
    file: File = None,
    *,
    flags: FilterFlags = None,
    to: Annotated[Notation, typer.Option("--to", help="The notation to write.")] = "yaml",
    notation: From = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write; without it, stdout.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Also write parameters that have their default (YAML and JSON).")
    ] = False,
    debug: Debug = False,
) -> None:
    """Write a chain as YAML, JSON, Python or command-line flags."""
    with reporting(debug):
        text = write_chain(_chain(file, flags, notation), to, full=full)
        if output is None:
            typer.echo(text, nl=False)
        else:
            write_text(output, text)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Chain files; - is stdin.")],
    debug: Debug = False,
) -> None:
    """Check chain files; every fault is named with its place, and the exit code is 4."""
    from ocrprep.errors import ConfigError

    with reporting(debug):
        faulty = [file for file in files if not _is_valid(file)]
    if faulty:
        raise typer.Exit(ConfigError.exit_code)


def _is_valid(file: Path) -> bool:
    from ocrprep.errors import ConfigError

    try:
        made = read_chain(file)
    except ConfigError as error:
        say(f"error: {error}")
        return False
    typer.echo(f"{file}: ok, {len(made)} {'filter' if len(made) == 1 else 'filters'}")
    return True


def _chain(file: ChainFile, flags: FilterFlags, notation: str | None) -> FilterChain:
    if file is None and not flags:
        raise typer.BadParameter("name a chain file, or give filters with --filter")
    return chain_from(None, flags) if file is None else read_chain(file, notation) + chain_from(None, flags)


def _plain(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
