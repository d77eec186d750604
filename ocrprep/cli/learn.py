"""``ocrprep learn``: train learned binarizers, measure them, and export them."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from ocrprep.cli._bench_output import read_limits
from ocrprep.cli._common import ChainFile, Debug, FilterFlags, chain_from, reporting, say
from ocrprep.cli._degrading import Origins, Wish, degrade_pages
from ocrprep.cli._inputs import Inputs, PageRange, Recursive, open_inputs
from ocrprep.cli.bench import Chains, CsvFile, FailUnder, JsonFile, Limit, SkipBad, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocrprep.learning.training import TrainingConfig
    from ocrprep.learning.training.log import Line

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", pretty_exceptions_enable=False)

Storage: TypeAlias = Literal["fp32", "fp16", "int8"]


@app.callback()
def learn() -> None:
    """Train networks that find ink, on made pages or on your own, and export them as models.

    [bold]ocrprep learn degrade -o sheet.png[/bold]     what made pages look like

    [bold]ocrprep learn degrade --from scans/ -o mine.tgz[/bold]     yours, degraded, with their true masks

    [bold]ocrprep learn train --preset small -o run[/bold]     hours; stops and goes on with --resume

    [bold]ocrprep learn curves run/log.csv -o curves.svg[/bold]

    [bold]ocrprep learn export run/best.pt -o mine.onnx[/bold]

    [bold]ocrprep learn calibrate mine.onnx[/bold]     from which probability on a pixel is ink

    [bold]ocrprep learn evaluate mine.onnx my-pages --chain binarize[/bold]

    [bold]ocrprep learn compare scans/ --model mine.onnx -o sheet.png[/bold]     your pages, before and after
    """


@app.command()
def train(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where the training's files go.")],
    preset: Annotated[
        str, typer.Option("--preset", metavar="NAME", help="The recipe: smoke, small, base, lstm2 or lstm2-large.")
    ] = "small",
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Batches; the recipe's without it.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Another value of the recipe, as losses.dice=2; repeatable."),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option("--data", metavar="PATH", help="Your pages instead of made ones: a tar file or a folder."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="DIR", help="Where made pages lie; DIR/pages without it.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint, if there is one.")] = False,
    model: Annotated[bool, typer.Option("--export/--no-export", help="Write DIR/model.onnx at the end.")] = True,
    debug: Debug = False,
) -> None:
    """Train a network: checkpoints, log.csv, and at the end a model, in one folder."""
    with reporting(debug):
        from ocrprep.cli._learning import needs_torch, recipe, sources

        needs_torch()
        config = recipe(preset, steps, settings)
        training, validation = sources(data or [], config)
        from ocrprep.learning.training.loop import train as run

        with _bar(config) as progress:
            done = run(
                config,
                output,
                training=training,
                validation=validation,
                cache=cache or output / "pages",
                resume=resume,
                progress=progress,
            )
        say(f"{done.steps} steps; best F-measure on validation pages {done.measured.f_measure:.2f}")
        typer.echo(str(done.best))
        if model:
            from ocrprep.learning.export import export_checkpoint

            typer.echo(str(export_checkpoint(done.best, output / "model.onnx").file))


@app.command()
def export(
    checkpoint: Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="best.pt or last.pt of a training.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL.onnx", help="The manifest lies beside it.")],
    precision: Annotated[Storage, typer.Option("--precision", help="fp16 halves the file, int8 quarters it.")] = "fp32",
    pages: Annotated[int, typer.Option("--pages", min=1, help="Made pages to compare and calibrate with.")] = 16,
    licence: Annotated[str, typer.Option("--licence", metavar="SPDX", help="Of the weights.")] = "Apache-2.0",
    debug: Debug = False,
) -> None:
    """Make a model of a checkpoint: an ONNX file, and a manifest that tells what it is and how it was made."""
    with reporting(debug):
        from ocrprep.cli._learning import needs_torch

        needs_torch()
        from ocrprep.learning.export import export_checkpoint

        made = export_checkpoint(checkpoint, output, storage=precision, pages=pages, licence=licence)
        size = made.file.stat().st_size / 1e6
        say(f"{size:.2f} MB in {precision}; runs in {' and '.join(made.runtimes)}")
        say(f"F-measure on made pages {made.f_measure:.2f} ({made.f_measure - made.whole:+.2f} against fp32)")
        typer.echo(str(made.file))


@app.command()
def calibrate(
    model: Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="Its manifest, beside it, is written anew.")],
    *,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="PATH", help="Your pages instead of made ones: a tar file or folder."),
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Made pages.")] = 600,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the made pages; not that of a training.")] = 11,
    debug: Debug = False,
) -> None:
    """Fit from which probability on a pixel is ink, and whether small, sharp type is shown enlarged."""
    with reporting(debug):
        from ocrprep.cli._learning import fit_model

        fitted = fit_model(model, data, count=count, seed=seed)
        rule = fitted.manifest.small_type
        enlarged = "as it is" if rule is None else f"{rule.scale:g} times larger, threshold {rule.threshold:g}"
        say(
            f"threshold {fitted.manifest.threshold:g}: F-measure {fitted.f_measure[0]:.2f} -> "
            f"{fitted.f_measure[1]:.2f} on {fitted.pages} pages"
        )
        say(
            f"small, sharp type {enlarged}: F-measure {fitted.small_f_measure[0]:.2f} -> "
            f"{fitted.small_f_measure[1]:.2f} on {fitted.small_pages} pages"
        )
        typer.echo(str(model.with_suffix(".json")))


@app.command()
def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL… DIR…", help="Models (a file or a shipped name) and folders with a pairs.tsv."),
    ],
    *,
    chains: Chains = None,
    texts: Annotated[
        list[Path] | None,
        typer.Option("--text", metavar="DIR", help="Also read the pages of this folder with Tesseract; repeatable."),
    ] = None,
    limit: Limit = None,
    fail_under: FailUnder = None,
    json_file: JsonFile = None,
    csv_file: CsvFile = None,
    skip_bad: SkipBad = False,
    workers: Workers = 0,
    debug: Debug = False,
) -> None:
    """Compare models with classical filters: the bench's mask scores, and with --text what Tesseract reads.

    Without --chain, models are compared with Otsu's and Sauvola's methods and with `binarize:quality=best`.
    """
    with reporting(debug):
        from ocrprep.cli._learning import compare_masks, compare_texts, parted

        named, folders = parted(models)
        limits = read_limits(fail_under)
        if not folders and not texts:
            raise typer.BadParameter("name a folder of pairs to measure on, or one with --text")
        # How the bench counts scores is the bench's own; nothing is measured twice here.
        if folders:
            compare_masks(
                named, folders, chains, limit=limit, limits=limits, skip_bad=skip_bad, workers=workers,
                files=(json_file, csv_file),
            )  # fmt: skip
        if texts:
            compare_texts(named, texts, chains, limit=limit, skip_bad=skip_bad, workers=workers)


@app.command()
def degrade(
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="PATH", help="A .png is a contact sheet; a .tar, .tgz or a folder is a data set."
        ),
    ],
    origins: Origins = None,
    count: Annotated[
        int | None, typer.Option("--count", "-n", min=1, help="Pages: 12; with --from variants of each page: 4.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Other seeds make other pages.")] = 0,
    size: Annotated[
        int | None,
        typer.Option(
            "--size", min=64, help="Side of a page in pixels: 400; with --from of a part of each page, else all of it."
        ),
    ] = None,
    kinds: Annotated[
        bool, typer.Option("--kinds", help="A contact sheet of each degradation by itself, on the same writing.")
    ] = False,
    flags: FilterFlags = None,
    chain_file: ChainFile = None,
    pages: PageRange = None,
    recursive: Recursive = False,
    workers: Workers = 0,
    debug: Debug = False,
) -> None:
    """Make degraded pages with their true masks: a sheet to look at, or a data set to train with anywhere.

    The pages are made by code; or with --from they are yours: a mask is made of each, and written afresh on paper that
    ages. --chain and --filter say how a page becomes its mask, else it is binarized.

    [bold]ocrprep learn degrade -n 1000 -o made.tgz[/bold]

    [bold]ocrprep learn degrade --from clean-scans/ -r -n 8 --size 640 -o mine.tgz[/bold]

    [bold]ocrprep learn degrade --from book.pdf --pages 3-9 -o sheet.png[/bold]     to look at
    """
    with reporting(debug):
        from ocrprep.cli._learning import write_pages, write_sheet

        sheet = output.suffix.lower() == ".png"
        if kinds and not sheet:
            raise typer.BadParameter("--kinds draws a contact sheet: --output must end in .png")
        if origins:
            if kinds:
                raise typer.BadParameter("--kinds shows made writing; leave --from out")
            wish = Wish(output, count or 4, seed, size, workers)
            degrade_pages(wish, origins, chain_from(chain_file, flags), pages=pages, recursive=recursive)
            return
        if flags or chain_file or pages or recursive:
            raise typer.BadParameter("--filter, --chain, --pages and --recursive are for pages of yours: add --from")
        if sheet:
            write_sheet(output, count=count or 12, seed=seed, size=size or 400, kinds=kinds)
        else:
            say(f"{write_pages(output, count=count or 12, seed=seed, size=size or 400)} pages")
        typer.echo(str(output))


@app.command()
def compare(
    inputs: Inputs = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="SHEET.png", help="The picture.")],
    model: Annotated[str, typer.Option("--model", "-m", help="A shipped model, or an .onnx file.")] = "default",
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Pages at most.")] = 12,
    size: Annotated[int, typer.Option("--size", min=64, help="Side of the part that is shown, in pixels.")] = 400,
    pages: PageRange = None,
    recursive: Recursive = False,
    debug: Debug = False,
) -> None:
    """Show pages of yours before and after: the part of each with most ink, its mask, and its clean gray page."""
    with reporting(debug):
        from ocrprep.chain import FilterChain
        from ocrprep.cli._learning import write_before_after

        source = open_inputs(
            inputs, FilterChain(), pages=pages, pdf_dpi=None, recursive=recursive, private=False, password=None,
            on_error="collect",
        )  # fmt: skip
        with contextlib.closing(source):
            say(f"{write_before_after(output, source, model, count=count, size=size)} pages")
        typer.echo(str(output))


@app.command("import-ocrobin")
def import_ocrobin(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `ocrobin-train` saved it (PyTorch 0.3).")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL.onnx", help="The manifest lies beside it.")],
    licence: Annotated[str, typer.Option("--licence", metavar="SPDX", help="Of the weights.")] = "",
    debug: Debug = False,
) -> None:
    """Make a model of ocrobin's weights; only numbers are read from the file, and none of its code is run."""
    with reporting(debug):
        from ocrprep.cli._learning import needs_torch

        needs_torch()
        from ocrprep.learning.export import export_ocrobin

        made = export_ocrobin(file, output, licence=licence)
        say(f"{made.manifest.parameters} parameters; runs in {' and '.join(made.runtimes)}")
        typer.echo(str(made.file))


@app.command()
def curves(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="log.csv of a training.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.svg", help="The picture.")],
    debug: Debug = False,
) -> None:
    """Draw how a training went: losses, and F-measure and IoU on its validation pages."""
    with reporting(debug):
        from ocrprep.cli._writing import write_text
        from ocrprep.learning.curves import curves_svg
        from ocrprep.learning.training.log import read_log

        write_text(output, curves_svg(read_log(log), log.absolute().parent.name))
        typer.echo(str(output))


@contextlib.contextmanager
def _bar(config: TrainingConfig) -> Iterator[Callable[[Line], None]]:
    """Progress of a training: a bar on a terminal, else a line for each measurement."""
    if not sys.stderr.isatty():

        def tell(line: Line) -> None:
            if line.f_measure is not None:
                say(_told(line))

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[told]}", style="dim"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("training", total=config.steps, told="")

        def move(line: Line) -> None:
            bar.update(task, completed=line.step, told=f"loss {line.loss:.4f}, {line.megapixels:.1f} Mpx/s")
            if line.f_measure is not None:
                bar.console.print(_told(line))

        yield move


def _told(line: Line) -> str:
    return (
        f"step {line.step}: loss {line.loss:.4f}, F-measure {line.f_measure:.2f}, IoU {line.iou:.2f}, "
        f"{line.megapixels:.1f} Mpx/s"
    )
