"""``ocrprep explore``: one page under many values of a parameter, as a page to look at."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ocrprep.cli._common import STDIN, ChainFile, Debug, FilterFlags, chain_from, reporting, say
from ocrprep.cli._inputs import Password, PdfDpi, PrivateAddresses, open_inputs

if TYPE_CHECKING:
    from ocrprep.page import Page
    from ocrprep.recognizers import TesseractRecognizer

ENGINE_PANEL = "Engine"
_SUFFIXES = (".gt.txt", ".txt")


def explore(
    image: Annotated[
        str,
        typer.Argument(
            metavar="IMAGE",
            help="An image, or one page of a document or archive, or a URL; - is stdin.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The HTML file to write.", show_default=False)
    ],
    sweeps: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            "-s",
            metavar="KIND.PARAM=V,V,…",
            help="A filter's parameter and the values to try, such as sauvola.k=0.1,0.2,0.3; repeat it for more rows. "
            "Without it: threshold.value=50,100,150,200.",
        ),
    ] = None,
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            metavar="FILE",
            help="The true text, for error rates. Without it, a file beside the image with the ending .gt.txt or .txt.",
        ),
    ] = None,
    language: Annotated[
        str,
        typer.Option("--lang", "-l", help="Language of the text; several as eng+fra.", rich_help_panel=ENGINE_PANEL),
    ] = "eng",
    psm: Annotated[
        int, typer.Option("--psm", metavar="MODE", help="Page segmentation of Tesseract.", rich_help_panel=ENGINE_PANEL)
    ] = 3,
    no_text: Annotated[
        bool, typer.Option("--no-text", help="Read nothing: pictures and histograms.", rich_help_panel=ENGINE_PANEL)
    ] = False,
    page: Annotated[int, typer.Option("--page", metavar="N", min=1, help="Of a document: the first is 1.")] = 1,
    longest: Annotated[
        int,
        typer.Option("--longest", metavar="PIXELS", min=1, max=8000, help="Longer side of the pictures at most."),
    ] = 1600,
    pdf_dpi: PdfDpi = None,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    debug: Debug = False,
) -> None:
    """Try a filter with many values on one page, and look: a button for each shows the picture and its text.

    [bold]ocrprep explore photo.jpg -o explore.html[/bold]     Source, Auto, and thresholds 50, 100, 150, 200

    [bold]ocrprep explore photo.jpg -o explore.html -s sauvola.k=0.1,0.2,0.3 -s wolf.k=0.3,0.5[/bold]

    [bold]ocrprep explore photo.jpg -o explore.html -f normalize_background -s threshold.value=100,150,200[/bold]
    """
    with reporting(debug), ExitStack() as stack:
        from dataclasses import replace

        from ocrprep.explore.exploring import explore as explored
        from ocrprep.explore.sweeps import sweeps_of

        wanted = sweeps_of(sweeps or None)
        chain = chain_from(chain_file, flags)
        if no_text and truth is not None:
            raise typer.BadParameter("is of no use with --no-text", param_hint="--truth")
        first = _opened(image, page, pdf_dpi, private=private_addresses, password=password)
        recognizer, note = (None, "it was not asked for") if no_text else _engine(language, psm)
        if recognizer is not None:
            stack.enter_context(recognizer)
        elif not no_text:
            say(f"warning: {note}; pictures and histograms only")
        known: str | Path | None = truth if recognizer is not None else None
        if recognizer is not None and truth is None:
            known = _beside(image, first)
        found = explored(first, wanted, chain=chain, truth=known, recognizer=recognizer)
        typer.echo(str(replace(found, note=note).save(output, longest=longest)))


def _opened(image: str, number: int, pdf_dpi: int | None, *, private: bool, password: str | None) -> Page:
    from ocrprep.chain import FilterChain
    from ocrprep.errors import InputError
    from ocrprep.result import PageFailure

    source = open_inputs(
        [image],
        FilterChain(),
        pages=str(number),
        pdf_dpi=pdf_dpi,
        recursive=False,
        private=private,
        password=password,
        on_error="raise",
    )
    with closing(source):
        for item in source:
            if isinstance(item, PageFailure):
                raise item.error
            return item
    raise InputError(f"there is no page {number}", source=image)


def _engine(language: str, psm: int) -> tuple[TesseractRecognizer | None, str]:
    """Tesseract, or why there is none."""
    from ocrprep.errors import EngineNotFoundError
    from ocrprep.recognizers import TesseractRecognizer

    recognizer = TesseractRecognizer(language, page_segmentation_mode=psm)
    try:
        recognizer.check()
    except EngineNotFoundError as error:
        return None, str(error).rstrip(".")
    return recognizer, ""


def _beside(image: str, page: Page) -> str | None:
    """What the text file beside an image says, if there is one of use; that of a document is of all its pages."""
    from importlib.util import find_spec

    if image == STDIN or "://" in image or page.source.page_count != 1:
        return None
    for file in map(Path(image).with_suffix, _SUFFIXES):
        if not file.is_file() or file == Path(image):
            continue
        # Nobody asked for it by name: what is wrong with it is no reason to stop.
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            say(f"warning: {file} is no text in UTF-8, so nothing is scored")
            return None
        if find_spec("rapidfuzz") is None:
            say(f'warning: to score against {file}: pip install "ocrprep[bench]"')
            return None
        if text.strip():
            say(f"scored against {file}")
            return text
    return None
