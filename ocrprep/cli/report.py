"""``ocrprep report``: what was done to pages and what was read of them, to look at in a browser."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ocrprep.cli._auto import Auto, Budget, whole_chain
from ocrprep.cli._common import ChainFile, Debug, FilterFlags, reporting, say
from ocrprep.cli._consensus import ConsensusFlag, Readings, Variants, consensus_from, variant_from
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
from ocrprep.cli._job import Workers
from ocrprep.cli._progress import Outcome, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.chain import FilterChain
    from ocrprep.consensus import Wanted
    from ocrprep.inputs import OcrInput
    from ocrprep.recognizers import TesseractRecognizer
    from ocrprep.result import OcrOutput

TRUTH_PANEL = "Truth"
ENGINE_PANEL = "Engine"
IDENTITY = "identity"


def report(
    inputs: Inputs = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The HTML file.")],
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    auto: Auto = False,
    budget: Budget = None,
    consensus: ConsensusFlag = False,
    readings: Readings = None,
    variants: Variants = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="CHAIN",
            help="Also read the pages after this chain, and show both: a chain file, or filters with spaces between "
            "them, as in 'deskew scale=2'; repeat it. `identity` is the page as it is.",
        ),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth",
            metavar="DIR",
            help="Where the true texts lie, as NAME.gt.txt or NAME.txt; beside the images without it.",
            rich_help_panel=TRUTH_PANEL,
        ),
    ] = None,
    no_truth: Annotated[
        bool,
        typer.Option("--no-truth", help="Texts beside the images are something else.", rich_help_panel=TRUTH_PANEL),
    ] = False,
    ablation: Annotated[
        bool,
        typer.Option(
            "--ablation",
            help="Also read the pages without the first step, without the second, and so on: what is each worth?",
            rich_help_panel=TRUTH_PANEL,
        ),
    ] = False,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Of the report.")] = None,
    inline: Annotated[
        float,
        typer.Option(
            "--inline", metavar="MB", min=0, help="Pictures of more megabytes lie beside the file, in NAME_files."
        ),
    ] = 20.0,
    longest: Annotated[
        int, typer.Option("--longest", metavar="PIXELS", min=16, max=16383, help="Longer side of a picture.")
    ] = 1600,
    language: Annotated[
        str,
        typer.Option("--lang", "-l", help="Language of the text; several as eng+fra.", rich_help_panel=ENGINE_PANEL),
    ] = "eng",
    psm: Annotated[
        int,
        typer.Option(
            "--psm", metavar="MODE", help="Page segmentation, as in `ocrprep read`.", rich_help_panel=ENGINE_PANEL
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
    pages: PageRange = None,
    pdf_dpi: PdfDpi = None,
    recursive: Recursive = False,
    private_addresses: PrivateAddresses = False,
    password: Password = None,
    on_error: OnErrorFlag = "collect",
    workers: Workers = 0,
    debug: Debug = False,
) -> None:
    """Prepare and read pages, and write one HTML file that shows every step, the words, the texts and their scores.

    [bold]ocrprep report scan.png --auto -o report.html[/bold]

    [bold]ocrprep report pages/ --chain chain.yaml --compare 'deskew binarize' -o report.html[/bold]

    [bold]ocrprep report pages/ --chain chain.yaml --truth texts/ --ablation -o report.html[/bold]
    """
    with reporting(debug), ExitStack() as stack:
        wanted = consensus_from(consensus, readings, variants)
        chain = whole_chain(chain_file, flags, auto=auto, budget=budget if wanted is None else None)
        if no_truth and (truth is not None or ablation):
            raise typer.BadParameter("is at odds with --truth and --ablation", param_hint="--no-truth")
        name = _name(chain_file, flags, auto=auto, consensus=wanted is not None)
        others = {other: variant_from(text) for text in compare or () for other in [_short(text)]}
        if name in others:
            raise typer.BadParameter(f"{name!r} is what is read anyway", param_hint="--compare")
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
        from ocrprep.report import save_report

        recognizer = TesseractRecognizer(language, page_segmentation_mode=psm, recognize_on=recognize_on)
        recognizer.check()
        stack.enter_context(recognizer)
        reading = _Reading(recognizer, source, Outcome(), on_error, workers)
        read = {name: reading.after(chain, name, wanted, budget)}
        truths = None if no_truth else _truths(read[name], truth)
        if ablation and truths is None:
            raise typer.BadParameter(
                "needs true texts: NAME.txt beside the images, or --truth", param_hint="--ablation"
            )
        if truths is not None and not others and (chain or wanted is not None):
            others = {IDENTITY: variant_from(IDENTITY)}
        read |= {other: reading.after(steps, other) for other, steps in others.items()}
        left_out = reading.without_each(chain, wanted, budget) if ablation else {}
        baseline = IDENTITY if IDENTITY in read else next(iter(others), name)
        files = save_report(
            {known: read[known] for known in sorted(read, key=lambda known: known != baseline)},
            output,
            truths=truths,
            title=title,
            limit=round(1e6 * inline),
            longest=longest,
            baseline=baseline,
            ablations={name: left_out} if left_out else None,
        )
        typer.echo(str(files[0]))
        reading.outcome.finish()


@dataclass
class _Reading:
    """The pages of a command, read again and again.

    Args:
        recognizer: the engine.
        source: the pages.
        outcome: is told of pages that fail.
        on_error: as asked for.
        workers: likewise.
    """

    recognizer: TesseractRecognizer
    source: OcrInput
    outcome: Outcome
    on_error: Literal["collect", "raise"]
    workers: int

    def after(
        self, chain: FilterChain, name: str, wanted: Wanted | None = None, budget: float | None = None
    ) -> OcrOutput:
        """The pages read after a chain; failures are told once."""
        output = self._read(chain, name, wanted, budget)
        known = {failure.message for failure in self.outcome.failures}
        for failure in output.failures:
            if failure.message not in known:
                self.outcome.failed(failure)
        return output

    def without_each(self, chain: FilterChain, wanted: Wanted | None, budget: float | None) -> dict[str, OcrOutput]:
        """The pages read after the chain without its first step, its second, and so on."""
        from ocrprep.chain import FilterChain

        return {
            f"{step.kind} ({place + 1})": self._read(
                FilterChain([*chain[:place], *chain[place + 1 :]]), f"without {step.kind}", wanted, budget
            )
            for place, step in enumerate(chain)
        }

    def _read(self, chain: FilterChain, name: str, wanted: Wanted | None, budget: float | None) -> OcrOutput:
        with shown(self.source, name) as progress:
            return self.recognizer.recognize(
                self.source.replace_filters(chain),
                on_error=self.on_error,
                workers=self.workers,
                progress=progress,
                consensus=wanted,
                budget=None if wanted is None else budget,
            )


def _truths(output: OcrOutput, folder: Path | None) -> list[str | None] | None:
    """The true texts; None where there is not a single one."""
    from ocrprep.report import truths_of

    found = truths_of([item.source for item in output], folder)
    known = sum(text is not None for text in found)
    if not known:
        return None
    place = "beside the images" if folder is None else f"in {folder}"
    say(f"note: the true text of {known} of {len(found)} pages was found {place}")
    return found


def _name(chain_file: Path | None, flags: Sequence[str] | None, *, auto: bool, consensus: bool) -> str:
    parts = [] if chain_file is None else [chain_file.name]
    parts += [*(flags or ()), *(["auto"] if auto else []), *(["consensus"] if consensus else [])]
    return " ".join(parts) or IDENTITY


def _short(text: str) -> str:
    file = Path(text)
    return file.name if file.suffix and file.is_file() else text
