"""``ocrprep filters``: what can be done to a page."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ocrprep.cli._common import Debug, reporting


def filters(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One filter, to see all about it.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The JSON schema: of the filter, or of a whole chain file.")
    ] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The reference as Markdown.")] = False,
    debug: Debug = False,
) -> None:
    """List all filters, or explain one.

    [bold]ocrprep filters[/bold]     every filter with one line about it

    [bold]ocrprep filters sauvola[/bold]     its parameters with range, unit and default

    [bold]ocrprep filters --json > chain.schema.json[/bold]     for editors that check YAML against a schema
    """
    with reporting(debug):
        from ocrprep import filters as known
        from ocrprep.cli import _reference as reference

        chosen = None if name is None else known.lookup(name.replace("-", "_"))
        if as_json:
            schema = reference.chain_schema() if chosen is None else reference.schema(chosen)
            typer.echo(json.dumps(schema, indent=2, ensure_ascii=False))
        elif as_markdown:
            text = reference.markdown() if chosen is None else reference.markdown_section(chosen)
            typer.echo(text, nl=False)
        elif chosen is None:
            for line in reference.listing():
                typer.echo(line)
        else:
            typer.echo(reference.plain(chosen), nl=False)
