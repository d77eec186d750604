"""``ocrprep bench``: proof, on your own pages, that a chain helps or hurts."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from ocrprep.cli._bench_output import (
    finish,
    finite,
    numbers,
    read_limits,
    show_masks,
    show_table,
    show_text,
    write_calibration,
    write_files,
)
from ocrprep.cli._common import Debug, reporting
from ocrprep.cli._consensus import variant_from
from ocrprep.cli._writing import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.evaluation.contest import Contestant
    from ocrprep.evaluation.pairs import Pair

Folders: TypeAlias = Annotated[
    list[Path], typer.Argument(metavar="DIR…", help="Folders with a pairs.tsv: image, ground_truth.")
]
Chains: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--chain",
        "-c",
        metavar="CHAIN",
        help="A chain file, or filters with spaces between them, as in 'normalize_background scale=2'; repeat it for "
        "more contestants. `identity` is the page as it is.",
    ),
]
Ablate: TypeAlias = Annotated[
    bool, typer.Option("--ablate", help="Also measure each chain without its first step, its second, and so on.")
]
Limit: TypeAlias = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Only N pairs of each folder, evenly spread.")
]
SkipBad: TypeAlias = Annotated[
    bool, typer.Option("--skip-bad", help="Pass over pairs that cannot be measured, and name them at the end.")
]
JsonFile: TypeAlias = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write everything as JSON.")]
CsvFile: TypeAlias = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write a row for each chain and page as CSV.")
]
Workers: TypeAlias = Annotated[int, typer.Option("--workers", min=0, help="Threads; 0 is one for each core.")]
CacheFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--cache", metavar="FILE", help="Where results are remembered; without it, in your cache folder."),
]
NoCache: TypeAlias = Annotated[bool, typer.Option("--no-cache", help="Measure everything anew.")]
FailUnder: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--fail-under",
        metavar="LIMITS",
        help="End with exit code 1 when a chain misses one, as in 'word_f1=90, harmed=5': a minimum for scores, a "
        "maximum for harmed, cer, wer, drd and nrm.",
    ),
]

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)


@app.callback()
def bench() -> None:
    """Measure chains on pages whose truth is known.

    [bold]ocrprep bench text my-pages --chain 'normalize_background scale=2' --chain chain.yaml[/bold]

    [bold]ocrprep bench masks dibco2009 dibco2011 --chain otsu --chain binarize[/bold]

    [bold]ocrprep bench text my-pages --chain chain.yaml --fail-under 'word_f1=90, harmed=5'[/bold]

    [bold]ocrprep bench filters[/bold]     what each filter costs in time and memory
    """


@app.command()
def masks(
    folders: Folders,
    *,
    chains: Chains = None,
    ablate: Ablate = False,
    limit: Limit = None,
    fail_under: FailUnder = None,
    json_file: JsonFile = None,
    csv_file: CsvFile = None,
    skip_bad: SkipBad = False,
    workers: Workers = 0,
    cache_file: CacheFile = None,
    no_cache: NoCache = False,
    debug: Debug = False,
) -> None:
    """Compare the masks that chains make with true ones: F-measure, pseudo F-measure, PSNR, DRD and more."""
    with reporting(debug):
        from ocrprep.evaluation.contest import with_ablations
        from ocrprep.evaluation.mask_bench import bench_masks

        limits = read_limits(fail_under)
        contestants = _chains(chains)
        if not contestants:
            raise typer.BadParameter(_NOBODY)
        contestants = with_ablations(contestants) if ablate else contestants
        pairs = pairs_of(folders, limit)
        with _cache(cache_file, no_cache) as cache, _progress(len(pairs)) as done:
            found = bench_masks(pairs, contestants, cache=cache, skip_bad=skip_bad, workers=workers, done=done)
        show_masks(found)
        write_files(found, json_file, csv_file)
        scores = {item.name: {**found.means(item.name), "seconds": found.seconds(item.name)} for item in contestants}
        finish(found.bad, scores, limits)


@app.command()
def text(
    folders: Folders,
    *,
    chains: Chains = None,
    ablate: Ablate = False,
    limit: Limit = None,
    fail_under: FailUnder = None,
    json_file: JsonFile = None,
    csv_file: CsvFile = None,
    driver: Annotated[
        Literal["auto", "tesserocr", "pytesseract"], typer.Option("--driver", metavar="NAME", help="Tesseract's.")
    ] = "auto",
    recognize_on: Annotated[
        Literal["page", "gray", "auto"],
        typer.Option("--recognize-on", help="page: what the chain made; gray: the same before it became binary."),
    ] = "page",
    consensus: Annotated[
        bool,
        typer.Option("--consensus", help="One more contestant: several readings of each page as it is, merged."),
    ] = False,
    budgets: Annotated[
        list[float] | None,
        typer.Option(
            "--budget",
            metavar="N",
            min=1.0,
            help="Another one: a consensus that reads a page about N times in all; repeat it for more.",
        ),
    ] = None,
    calibration: Annotated[
        Path | None,
        typer.Option(
            "--calibration",
            metavar="FILE.svg",
            help="Draw how often words are right over how likely they were said to be.",
        ),
    ] = None,
    skip_bad: SkipBad = False,
    workers: Workers = 0,
    cache_file: CacheFile = None,
    no_cache: NoCache = False,
    debug: Debug = False,
) -> None:
    """Read pages with Tesseract after each chain: word F1, error rates, and whom a chain helps or harms."""
    with reporting(debug):
        from ocrprep.evaluation.contest import with_ablations, with_identity
        from ocrprep.evaluation.text_bench import bench_text, tesseract_readers

        limits = read_limits(fail_under)
        contestants = with_identity([*_chains(chains), *_consensuses(consensus, budgets)])
        if len(contestants) == 1 and not chains:
            raise typer.BadParameter(_NOBODY)
        contestants = with_ablations(contestants) if ablate else contestants
        pairs = pairs_of(folders, limit)
        with _cache(cache_file, no_cache) as cache, _progress(len(pairs)) as done:
            found = bench_text(
                pairs,
                contestants,
                readers=tesseract_readers(driver, recognize_on),
                cache=cache,
                settings=(driver, recognize_on),
                skip_bad=skip_bad,
                workers=workers,
                done=done,
            )
        show_text(found)
        write_files(found, json_file, csv_file)
        if calibration is not None:
            write_calibration(found, calibration)
        scores = {item.name: numbers(found.summary(item.name)) for item in contestants[1:] if item.of is None}
        finish(found.bad, scores, limits)


@app.command()
def filters(
    kinds: Annotated[
        list[str] | None, typer.Argument(metavar="[KIND…]", help="Only these filters; without them, all.")
    ] = None,
    *,
    width: Annotated[int, typer.Option("--width", min=1, help="Of the page that is made, in pixels.")] = 2480,
    height: Annotated[int, typer.Option("--height", min=1, help="Likewise.")] = 3508,
    repeats: Annotated[int, typer.Option("--repeats", min=1, help="Calls of which the median is taken.")] = 3,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a page of Markdown.")] = False,
    json_file: JsonFile = None,
    debug: Debug = False,
) -> None:
    """Measure what each filter costs on a page: time, memory, and its share of the time that reading takes."""
    with reporting(debug):
        from dataclasses import asdict

        from ocrprep.evaluation.cost import cost_page_markdown, filter_costs, machine

        with _progress(None) as step:
            costs = filter_costs(
                width, height, kinds=kinds or None, repeats=repeats, progress=lambda _: step() if step else None
            )
        if markdown:
            typer.echo(cost_page_markdown(costs), nl=False)
        else:
            rows = [
                [
                    cost.call,
                    f"{cost.milliseconds:.1f}",
                    "—" if cost.extra_mib is None else f"{cost.extra_mib:.1f}",
                    "—" if cost.recognition_share is None else f"{100 * cost.recognition_share:.2f} %",
                ]
                for cost in costs
            ]
            show_table(f"A page of {width}x{height} pixels", ["filter", "ms", "extra MiB", "of reading"], rows)
        if json_file is not None:
            report = {"machine": machine(), "filters": [asdict(cost) for cost in costs]}
            write_text(json_file, json.dumps(finite(report), indent=2, ensure_ascii=False) + "\n")


_NOBODY = "name a contestant with --chain"


def _chains(chains: list[str] | None) -> list[Contestant]:
    from ocrprep.evaluation.contest import Contestant

    return [Contestant(_name(given), variant_from(given)) for given in chains or ()]


def _name(given: str) -> str:
    file = Path(given)
    return file.name if file.suffix and file.is_file() else given


def _consensuses(full: bool, budgets: list[float] | None) -> list[Contestant]:
    from ocrprep.chain import FilterChain
    from ocrprep.consensus import Consensus
    from ocrprep.evaluation.contest import Contestant

    made = [Contestant("consensus", FilterChain(), Consensus())] if full else []
    named = ((f"consensus of {budget:g} readings", Consensus(budget=budget)) for budget in budgets or ())
    return [*made, *(Contestant(name, FilterChain(), settings) for name, settings in named)]


def pairs_of(folders: list[Path], limit: int | None) -> list[Pair]:
    """The pairs of folders with a pairs.tsv, or only so many of each.

    Raises:
        InputError: a list that is missing or cannot be read.
    """
    from ocrprep.evaluation.pairs import read_pairs

    return [pair for folder in folders for pair in read_pairs(folder, limit)]


@contextlib.contextmanager
def _cache(file: Path | None, no_cache: bool) -> Iterator[Any]:
    from ocrprep.evaluation.cache import Cache, default_path

    cache = Cache(None if no_cache else file or default_path())
    try:
        yield cache
    finally:
        cache.close()


@contextlib.contextmanager
def _progress(total: int | None) -> Iterator[Callable[[], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("measuring", total=total)
        yield lambda: progress.advance(task)
