"""``ocrprep studio``: build a chain by looking, in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ocrprep.cli._common import ChainFile, Debug, FilterFlags, chain_from, reporting, say


def studio(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]", help="Images, PDF, TIFF, folders, ZIP archives to begin with."),
    ] = None,
    *,
    chain: ChainFile = None,
    filters: FilterFlags = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="The only folder that images are saved into; without it this one."
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the link, and open no browser.")] = False,
    language: Annotated[
        str, typer.Option("--language", "-l", help="What Tesseract reads, such as eng or eng+fra.")
    ] = "eng",
    max_upload: Annotated[
        int, typer.Option("--max-upload", metavar="MB", min=1, max=2000, help="The most that one upload may have.")
    ] = 100,
    debug: Debug = False,
) -> None:
    """Build a chain by looking: a page in the browser, served on this machine only.

    [bold]ocrprep studio scan.png[/bold]     opens the browser; Ctrl-C ends it

    [bold]ocrprep studio book.pdf --chain chain.yaml -o cleaned[/bold]

    The link has a secret in it: who does not know it is refused.
    """
    with reporting(debug):
        from ocrprep.studio.app import check_installed, serve

        check_installed()
        from ocrprep.studio.engine import Engine
        from ocrprep.studio.files import MEGABYTE
        from ocrprep.studio.session import Session

        session = Session(
            chain_from(chain, filters),
            output=output,
            engine=Engine(language),
            upload_bytes=max_upload * MEGABYTE,
        )
        for file in files or ():
            session.table.add_path(file)
        if session.table.sheets:
            session.choose_sheet(session.table.sheets[0].key)

        def started(link: str) -> None:
            typer.echo(link)
            say("Ctrl-C ends the studio.")
            if not no_open:
                import webbrowser

                webbrowser.open(link)

        serve(session, port=port, upload_bytes=max_upload * MEGABYTE, started=started)
        say("ended")
