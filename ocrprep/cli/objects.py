"""``ocrprep objects``: the things on pages cut out, one file each, and a table of their shapes."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ocrprep.cli._common import ChainFile, Debug, FilterFlags, chain_from, reporting
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
    from collections.abc import Callable

    from ocrprep.chain import FilterChain
    from ocrprep.objects import Objects, PageObject
    from ocrprep.outputs.names import Names
    from ocrprep.page import Page


def objects(
    inputs: Inputs = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to save; made if need be.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", metavar="FILE", help="A CSV file with one row for each object.")
    ] = None,
    min_area: Annotated[
        int, typer.Option("--min-area", metavar="PIXELS", min=0, help="Smaller pieces are stray, and left out.")
    ] = 30,
    max_area: Annotated[
        int | None, typer.Option("--max-area", metavar="PIXELS", min=1, help="Larger pieces are left out.")
    ] = None,
    drop_border: Annotated[
        bool, typer.Option("--drop-border", help="Leave out what touches the edge of the page.")
    ] = False,
    ink: Annotated[
        Literal["solid", "strokes"],
        typer.Option("--ink", help="solid: what is darker than its ground; strokes: what binarize() finds."),
    ] = "solid",
    of: Annotated[
        Literal["page", "mask"], typer.Option("--of", help="page: gray levels or colours are kept; mask: one bit.")
    ] = "page",
    margin: Annotated[int, typer.Option("--margin", metavar="PIXELS", min=0, help="Paper around each object.")] = 4,
    upright: Annotated[bool, typer.Option("--upright", help="Stand each object on its heavier end.")] = False,
    size: Annotated[
        str | None, typer.Option("--size", metavar="WxH", help="Bring each object to this size, such as 64x64.")
    ] = None,
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    pages: PageRange = None,
    pdf_dpi: PdfDpi = None,
    recursive: Recursive = False,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    on_error: OnErrorFlag = "collect",
    debug: Debug = False,
) -> None:
    """Find the objects of pages (leaves, glyphs, stamps), cut each out, and measure it; prints the names of the files.

    Filters are applied to the page first.

    [bold]ocrprep objects leaves.jpg -o out --min-area 500[/bold]     each leaf as an image of its own

    [bold]ocrprep objects scans/ -o out --upright --size 64x64 --of mask --table out/objects.csv[/bold]

    [bold]ocrprep objects sheet.png -f median --table objects.csv[/bold]     only the table
    """
    with reporting(debug):
        if output is None and table is None:
            raise typer.BadParameter(
                "needs a folder, a table or both: --output DIR, --table FILE", param_hint="--output"
            )
        after = _after(upright, size, margin)
        source = open_inputs(
            inputs,
            chain_from(chain_file, flags),
            pages=pages,
            pdf_dpi=pdf_dpi,
            recursive=recursive,
            private=private_addresses,
            password=password,
            on_error=on_error,
        )
        from ocrprep.errors import OcrPrepError, OutputError
        from ocrprep.objects import find_objects
        from ocrprep.objects.table import save_csv
        from ocrprep.outputs.names import Names
        from ocrprep.result import PageFailure

        outcome, names, rows = Outcome(), Names(), list[dict[str, Any]]()
        border: Literal["keep", "drop"] = "drop" if drop_border else "keep"
        with closing(source):
            for item in source:
                if isinstance(item, PageFailure):
                    outcome.failed(item)
                    continue
                try:
                    found = find_objects(item, min_area=min_area, max_area=max_area, border=border, ink=ink)
                    if output is not None:
                        _save(found, output, names, lambda item: after(item.cut(margin=margin, of=of)))
                    rows += found.table()
                except OutputError:
                    raise
                except OcrPrepError as error:
                    if on_error == "raise":
                        raise
                    outcome.failed(PageFailure(item.source, error))
        if table is not None:
            save_csv(rows, table)
            typer.echo(str(table))
        outcome.finish()


def _after(upright: bool, size: str | None, margin: int) -> FilterChain:
    """What is done to each object."""
    from ocrprep.chain import FilterChain
    from ocrprep.preprocessing import PreprocessingFilter

    steps = [PreprocessingFilter.orient_by_major_axis()] if upright else []
    if size is None:
        return FilterChain(steps)
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", size)
    if match is None or not all(map(int, match.groups())):
        raise typer.BadParameter(f"{size!r} is no size: write width x height in pixels, as 64x64", param_hint="--size")
    width, height = map(int, match.groups())
    if 2 * margin >= min(width, height):
        raise typer.BadParameter(f"{margin} leaves no room on {size}", param_hint="--margin")
    return FilterChain([*steps, PreprocessingFilter.fit_to(width, height, margin=margin)])


def _save(found: Objects, folder: Path, names: Names, prepared: Callable[[PageObject], Page]) -> None:
    from ocrprep.outputs.encode import encode
    from ocrprep.outputs.files import made, write_whole

    made(folder)
    endings = [f"_{item.index + 1:04d}.png" for item in found]
    if not endings:
        return
    stem = names.claim(found.page.source, endings)
    for item, ending in zip(found, endings, strict=True):
        path = folder / f"{stem}{ending}"
        write_whole(path, encode(prepared(item), "png"))
        typer.echo(str(path))
