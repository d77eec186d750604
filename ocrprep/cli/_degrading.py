"""``ocrprep learn degrade --from``: pages of one's own, degraded, as a data set or a contact sheet."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ocrprep.cli._common import say
from ocrprep.cli._inputs import open_inputs
from ocrprep.cli._progress import Outcome, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.batch import ProgressCallback
    from ocrprep.chain import FilterChain
    from ocrprep.evaluation.pairs import Pair
    from ocrprep.inputs import OcrInput
    from ocrprep.learning.example import Example
    from ocrprep.page import PageRef

Origins: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--from",
        metavar="INPUT",
        help="Pages of yours instead of made ones: a folder, images, PDF, ZIP archives; repeatable. A folder with a "
        "pairs.tsv gives the masks itself.",
    ),
]

_SHOWN = 12
"""Pages on a contact sheet at most."""

_SHEET_SIDE = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made.

    Args:
        output: a ``.png``, a tar file or a folder.
        count: variants of each page.
        seed: of the variants.
        size: side of the part of a page, or None for the whole.
        workers: 0 for one on each core.
    """

    output: Path
    count: int
    seed: int
    size: int | None
    workers: int


class Origin:
    """The pages of the command line: pairs with their masks, then a batch of everything else."""

    def __init__(self, origins: Sequence[str], *, pages: str | None, recursive: bool) -> None:
        from ocrprep.chain import FilterChain
        from ocrprep.evaluation.pairs import FILE, read_pairs

        folders = [Path(item) for item in origins if Path(item).is_dir()]
        self.roots = [folder.absolute() for folder in folders] + folders
        paired = [folder for folder in folders if (folder / FILE).is_file()]
        self.pairs: list[Pair] = [pair for folder in paired for pair in read_pairs(folder)]
        others = [item for item in origins if Path(item) not in paired]
        self.batch: OcrInput | None = None
        if others:
            self.batch = open_inputs(
                others, FilterChain(), pages=pages, pdf_dpi=None, recursive=recursive, private=False, password=None,
                on_error="collect",
            )  # fmt: skip

    def __len__(self) -> int:
        return len(self.pairs) + (len(self.batch) if self.batch is not None else 0)

    def __iter__(self) -> Iterator[PageRef | Pair]:
        yield from self.pairs
        if self.batch is not None:
            with closing(self.batch.refs()) as refs:
                yield from refs


def degrade_pages(
    wish: Wish, origins: Sequence[str], chain: FilterChain, *, pages: str | None, recursive: bool
) -> None:
    """Write the data set or the sheet, print its name, and say what it holds on stderr.

    Raises:
        BadParameter: the output lies in a folder that is read, and would be read the next time.
        OutputError: it cannot be written.
        Exit: pages failed; the others are written.
    """
    from ocrprep.learning.data.degraded import MASKING

    target = wish.output.absolute()
    for folder in (Path(item).absolute() for item in origins if Path(item).is_dir()):
        if folder == target or folder in target.parents:
            raise typer.BadParameter(f"lies in {folder}, whose pages are read: write elsewhere", param_hint="--output")
    origin, outcome = Origin(origins, pages=pages, recursive=recursive), Outcome()
    work = _draw if target.suffix.lower() == ".png" else _write
    with shown(origin, "degrading") as progress:
        told = work(wish, origin, chain or MASKING, outcome, progress)
    if told:
        say(told)
        typer.echo(str(wish.output))
    outcome.finish()


def _write(wish: Wish, origin: Origin, chain: FilterChain, outcome: Outcome, progress: ProgressCallback | None) -> str:
    from ocrprep.cli._learning import write_data_set

    examples = _examples(wish, origin, chain, outcome, progress)
    first = next(examples, None)
    if first is None:
        return ""

    def all_of_them() -> Iterator[Example]:
        yield first
        yield from examples

    count = write_data_set(wish.output, all_of_them())
    done = len(origin) - len(outcome.failures)
    return f"{count} examples of {done} {'page' if done == 1 else 'pages'}"


def _examples(
    wish: Wish, origin: Origin, chain: FilterChain, outcome: Outcome, progress: ProgressCallback | None
) -> Iterator[Example]:
    from ocrprep.batch import Progress
    from ocrprep.learning.data.degraded import variants
    from ocrprep.page import Source
    from ocrprep.result import PageFailure

    made = variants(
        origin, wish.count, roots=origin.roots, chain=chain, seed=wish.seed, size=wish.size, workers=wish.workers
    )
    place, began, done = 0, time.perf_counter(), 0
    with closing(made):
        for item in made:
            failed = isinstance(item, PageFailure)
            done = wish.count if failed else done + 1
            if isinstance(item, PageFailure):
                outcome.failed(item)
            else:
                yield item
            if done == wish.count:
                if progress is not None:
                    source = item.source if isinstance(item, PageFailure) else Source(item.name)
                    progress(Progress(source, place, "failed" if failed else "page", time.perf_counter() - began))
                place, began, done = place + 1, time.perf_counter(), 0


def _draw(wish: Wish, origin: Origin, chain: FilterChain, outcome: Outcome, progress: ProgressCallback | None) -> str:
    from itertools import islice

    from ocrprep.cli._learning import write_png
    from ocrprep.errors import OcrPrepError
    from ocrprep.learning.data.degraded import named_truth
    from ocrprep.learning.sheets import contact_sheet, variants_row
    from ocrprep.page import Source
    from ocrprep.result import PageFailure

    del progress
    pictures = []
    for item in islice(origin, _SHOWN):
        try:
            truth = named_truth(item, origin.roots, chain)
        except OcrPrepError as error:
            source = getattr(item, "source", None) or Source(str(getattr(item, "image", "")))
            outcome.failed(PageFailure(source, error))
            continue
        pictures += variants_row(truth, wish.count, wish.seed, wish.size or _SHEET_SIDE)
    if not pictures:
        return ""
    write_png(wish.output, contact_sheet(pictures, 2 + 2 * wish.count))
    more = f" of {len(origin)}, to look at" if len(origin) > _SHOWN else ""
    return f"{len(pictures) // (2 + 2 * wish.count)} pages{more}"
