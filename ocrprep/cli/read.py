"""``ocrprep read``: pages prepared and their text."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ocrprep.cli._auto import Auto, Budget, Explain, explain, whole_chain
from ocrprep.cli._cluster import RayFlag, Retries, read_on_cluster
from ocrprep.cli._common import ChainFile, Debug, FilterFlags, refuse_beside, reporting, say
from ocrprep.cli._consensus import ConsensusFlag, Readings, Variants, consensus_from
from ocrprep.cli._documents import ImageFlag, PdfA, SpaceFlag, Title, To, Transform, document_format, save
from ocrprep.cli._inputs import (
    Inputs,
    OnErrorFlag,
    PageRange,
    Password,
    PdfDpi,
    PrivateAddresses,
    Recursive,
    input_options,
    open_inputs,
)
from ocrprep.cli._job import JobFolder, StatusFlag, Workers, opened_job, show_status
from ocrprep.cli._progress import Outcome, shown
from ocrprep.cli._writing import target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ocrprep.result import PageFailure, RecognitionResult

ENGINE_PANEL = "Engine"


def read(
    inputs: Inputs = None,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write; without it, stdout.")
    ] = None,
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    auto: Auto = False,
    budget: Budget = None,
    explained: Explain = False,
    consensus: ConsensusFlag = False,
    readings: Readings = None,
    variants: Variants = None,
    language: Annotated[
        str,
        typer.Option("--lang", "-l", help="Language of the text; several as eng+fra.", rich_help_panel=ENGINE_PANEL),
    ] = "eng",
    psm: Annotated[
        int,
        typer.Option(
            "--psm",
            metavar="MODE",
            help="Page segmentation: 3 finds the layout, 4 is one column, 6 one block, 7 one line, 11 sparse text.",
            rich_help_panel=ENGINE_PANEL,
        ),
    ] = 3,
    recognize_on: Annotated[
        Literal["page", "gray", "auto"],
        typer.Option(
            "--recognize-on",
            help="page: what the filters made; gray: the same before it became black and white.",
            rich_help_panel=ENGINE_PANEL,
        ),
    ] = "page",
    driver: Annotated[
        Literal["auto", "tesserocr", "pytesseract"],
        typer.Option("--driver", metavar="NAME", help="auto, tesserocr or pytesseract.", rich_help_panel=ENGINE_PANEL),
    ] = "auto",
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.01,
            help="For one page; an engine that takes longer is killed, and the page fails.",
            rich_help_panel=ENGINE_PANEL,
        ),
    ] = 600.0,
    min_confidence: Annotated[
        float,
        typer.Option(
            "--min-confidence",
            metavar="0-100",
            min=0,
            max=100,
            help="Leave out words of less confidence (of a consensus: of less probability in percent); --json keeps "
            "them apart.",
            rich_help_panel=ENGINE_PANEL,
        ),
    ] = 0.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line for each page: text, words with boxes, steps.")
    ] = False,
    to: To = None,
    space: SpaceFlag = "source",
    image: ImageFlag = "original",
    pdfa: PdfA = False,
    title: Title = None,
    transform: Transform = False,
    pages: PageRange = None,
    pdf_dpi: PdfDpi = None,
    recursive: Recursive = False,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    on_error: OnErrorFlag = "collect",
    workers: Workers = 0,
    job: JobFolder = None,
    status: StatusFlag = False,
    ray: RayFlag = None,
    max_retries: Retries = 2,
    debug: Debug = False,
) -> None:
    """Prepare pages and print their text, or write it as a document; a form feed stands between pages of text.

    [bold]ocrprep read scan.png > text.txt[/bold]

    [bold]ocrprep read book.pdf -o searchable.pdf[/bold]     also .docx, .xlsx, .html, .epub, .hocr, .alto.xml and more

    [bold]ocrprep read photo.jpg -f normalize_background -f auto_skew --lang eng+fra[/bold]

    [bold]ocrprep read photo.jpg --auto --explain[/bold]     what this page needs, and why

    [bold]ocrprep read photo.jpg --consensus --budget 1.5[/bold]     what is doubtful is read again, otherwise prepared

    [bold]ocrprep read archive/ -r --json -o texts.jsonl --job archive.job[/bold]     can be stopped and goes on

    [bold]ocrprep read s3://bucket/scans -r --ray ray://head:10001 -o s3://bucket/texts[/bold]     on a cluster

    [bold]cat scan.png | ocrprep read - --json | jq .confidence[/bold]
    """
    with reporting(debug), ExitStack() as stack:
        if status:
            show_status(job)
        wanted = consensus_from(consensus, readings, variants)
        chain = whole_chain(chain_file, flags, auto=auto, budget=budget if wanted is None else None)
        engine: dict[str, Any] = {
            "language": language,
            "page_segmentation_mode": psm,
            "recognize_on": recognize_on,
            "driver": driver,
            "min_confidence": min_confidence,
        }
        if ray is not None:
            refuse_beside(
                "--ray",
                {
                    "--to": to is not None,
                    "--space": space != "source",
                    "--image": image != "original",
                    "--pdfa": pdfa,
                    "--title": title is not None,
                    "--transform": transform,
                    "--explain": explained,
                    "--pages": pages is not None,
                    "--on-error raise": on_error == "raise",
                    "--job": job is not None,
                },
            )
            read_on_cluster(
                ray,
                inputs,
                output,
                as_json=as_json,
                consensus=wanted,
                budget=None if wanted is None else budget,
                workers=workers,
                chain=chain,
                recognizer=engine,
                recursive=recursive,
                options=input_options(pdf_dpi, password, private=private_addresses),
                timeout=timeout,
                max_retries=max_retries,
            )
            return
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
        from ocrprep.recognizers import TesseractRecognizer

        recognizer = TesseractRecognizer(timeout=timeout, **engine)
        wanted_format = None if as_json else document_format(output, to)
        recognizer.check()
        outcome = Outcome()
        stack.enter_context(recognizer)
        ledger = opened_job(job, source)
        if ledger is not None:
            stack.enter_context(ledger)
        progress = stack.enter_context(shown(source, "reading", quiet=output is None and sys.stdout.isatty()))
        results = recognizer.read_each(
            source,
            on_error=on_error,
            workers=workers,
            progress=progress,
            job=ledger,
            consensus=wanted,
            budget=None if wanted is None else budget,
        )
        told = _told(results, outcome, explained=explained)
        if wanted_format is None:
            form = _as_json if as_json else _as_text
            with target(output) as write:
                for place, item in enumerate(told):
                    write(form(item, place))
        else:
            save(told, output, wanted_format, space=space, image=image, pdfa=pdfa, title=title, transform=transform)
        outcome.finish()


def _told(
    results: Iterable[RecognitionResult | PageFailure], outcome: Outcome, *, explained: bool
) -> Iterator[RecognitionResult | PageFailure]:
    """The results, each with what stderr is told about it once it is written."""
    from ocrprep.result import PageFailure

    for item in results:
        yield item
        if isinstance(item, PageFailure):
            outcome.failed(item)
            continue
        for warning in item.warnings:
            say(f"warning: {item.source}: {warning}")
        if explained:
            explain(item.source, item.steps)


def _as_text(item: RecognitionResult | PageFailure, place: int) -> str:
    from ocrprep.result import PageFailure

    # A page that failed keeps its place: two form feeds with nothing between them.
    text = "" if isinstance(item, PageFailure) else item.recognition_text.rstrip()
    text = f"{text}\n" if text else ""
    return f"\f{text}" if place else text


def _as_json(item: RecognitionResult | PageFailure, place: int) -> str:
    from ocrprep.result import PageFailure, json_text
    from ocrprep.result.as_json import failure_json

    del place
    if not isinstance(item, PageFailure):
        return item.get_json(indent=None) + "\n"
    return json_text(failure_json(item)) + "\n"
