"""``ocrprep clean``: pages prepared and saved as images."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ocrprep.cli._archive import ArchiveFlag, write_archive
from ocrprep.cli._auto import Auto, Budget, Explain, explain, whole_chain
from ocrprep.cli._common import ChainFile, Debug, FilterFlags, refuse_beside, reporting, say
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
from ocrprep.cli._job import JobFolder, StatusFlag, Workers, opened_job, show_status
from ocrprep.cli._progress import Outcome, shown

if TYPE_CHECKING:
    from ocrprep.outputs import SavedImage


def clean(
    inputs: Inputs = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to save; made if need be.")
    ] = None,
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    auto: Auto = False,
    budget: Budget = None,
    explained: Explain = False,
    archive: ArchiveFlag = None,
    steps: Annotated[bool, typer.Option("--steps", help="Also save the page after each filter.")] = False,
    image_format: Annotated[
        Literal["png", "tiff", "jpeg", "webp", "auto"],
        typer.Option("--format", help="auto: TIFF for pages from a TIFF, PNG for others."),
    ] = "png",
    quality: Annotated[
        int | None, typer.Option("--quality", min=1, max=100, help="Of JPEG (default 92) and WebP (default lossless).")
    ] = None,
    overwrite: Annotated[
        Literal["replace", "error", "rename", "skip"],
        typer.Option("--overwrite", help="What happens to a file that is already there."),
    ] = "replace",
    pages: PageRange = None,
    pdf_dpi: PdfDpi = None,
    recursive: Recursive = False,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    on_error: OnErrorFlag = "collect",
    workers: Workers = 0,
    job: JobFolder = None,
    status: StatusFlag = False,
    debug: Debug = False,
) -> None:
    """Prepare pages and save them as images; prints the name of each file.

    A black-and-white page becomes a 1-bit PNG or a Group 4 TIFF. The resolution of the source is kept.

    [bold]ocrprep clean scan.png -o out -f binarize[/bold]

    [bold]ocrprep clean book.pdf --pages 3-7 -o out -f auto_skew -f sauvola:window=51,k=0.3[/bold]

    [bold]ocrprep clean photo.jpg -o out --auto --explain[/bold]     what this page needs, and why

    [bold]ocrprep clean inbox/ more.zip -o out --chain chain.yaml --steps --recursive[/bold]

    [bold]ocrprep clean book.pdf -o out --auto --archive pdf[/bold]     one PDF/A in black and white

    [bold]ocrprep clean archive/ -r -o out --chain chain.yaml --job archive.job[/bold]     can be stopped and goes on
    """
    with reporting(debug), ExitStack() as stack:
        if status:
            show_status(job)
        if output is None:
            raise typer.BadParameter("needs a folder: --output DIR", param_hint="--output")
        if archive is not None:
            refuse_beside(
                "--archive",
                {
                    "--format": image_format != "png",
                    "--quality": quality is not None,
                    "--steps": steps,
                    "--job": job is not None,
                },
            )
        chain = whole_chain(chain_file, flags, auto=auto, budget=budget)
        source = open_inputs(
            inputs,
            chain,
            pages=pages,
            pdf_dpi=pdf_dpi,
            recursive=recursive,
            private=private_addresses,
            password=password,
            on_error=on_error,
        )
        if not chain and archive is None:
            say("note: no filter was given, so pages are saved as they are; see `ocrprep filters`")
        from ocrprep.cli._evidence import EngineIfThere
        from ocrprep.outputs import ImageProcessing, SavedImage

        outcome = Outcome()
        ledger = opened_job(job, source)
        if ledger is not None:
            stack.enter_context(ledger)
        progress = stack.enter_context(shown(source, "cleaning"))
        if archive is not None:
            write_archive(
                source,
                output,
                archive,
                outcome,
                overwrite=overwrite,
                on_error=on_error,
                workers=workers,
                progress=progress,
                explained=explained,
            )
            outcome.finish()
            return
        saved = ImageProcessing.save_each(
            source,
            output,
            format=image_format,
            overwrite=overwrite,
            steps=steps,
            quality=quality,
            on_error=on_error,
            evidence=EngineIfThere(),
            workers=workers,
            progress=progress,
            job=ledger,
        )
        for item in saved:
            if isinstance(item, SavedImage):
                typer.echo(str(item.path) if item.written else f"{item.path} (kept)")
                if explained and item.step is None:
                    _explain(item)
            else:
                outcome.failed(item)
        outcome.finish()


def _explain(saved: SavedImage) -> None:
    if saved.written or saved.steps:
        explain(saved.source, saved.steps)
    else:
        say(f"note: {saved.path} was kept as it is, so nothing was chosen for it")
