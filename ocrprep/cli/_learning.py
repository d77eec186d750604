"""What the commands of ``ocrprep learn`` share."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ocrprep.cli._bench_output import finish, numbers, show_masks, show_text, write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocrprep.evaluation.contest import Contestant
    from ocrprep.learning.data import FolderPages, Source, TarPages
    from ocrprep.learning.example import Example
    from ocrprep.learning.levels import Fitted
    from ocrprep.learning.training import TrainingConfig
    from ocrprep.page import Page, Pixels
    from ocrprep.result import PageFailure


def needs_torch() -> None:
    """Say what to install where torch is missing.

    Raises:
        ModelError: it is missing.
    """
    from ocrprep.errors import ModelError

    if importlib.util.find_spec("torch") is None:
        raise ModelError("training needs torch, which is not installed", hint='pip install "ocrprep[train]"')


def recipe(preset: str, steps: int | None, settings: list[str] | None) -> TrainingConfig:
    """The recipe of a preset with other values.

    Args:
        preset: its name.
        steps: of the training, if others.
        settings: ``KEY=VALUE``, the value as in YAML.

    Raises:
        BadParameter: no such preset, or not of that form.
        ValidationError: no such key, or a value out of range.
    """
    import yaml

    from ocrprep.learning.training import PRESETS, changed

    if preset not in PRESETS:
        raise typer.BadParameter(f"no preset is called {preset!r}; there are {', '.join(PRESETS)}")
    changes: dict[str, Any] = {} if steps is None else {"steps": steps}
    for item in settings or ():
        key, mark, value = item.partition("=")
        if not mark or not key.strip():
            raise typer.BadParameter(f"--set is written as KEY=VALUE, not {item!r}")
        changes[key.strip()] = yaml.safe_load(value)
    return changed(PRESETS[preset], changes)


def sources(data: list[Path], config: TrainingConfig) -> tuple[Source | None, Source | None]:
    """Training and validation pages from the user's data sets; a tenth of the pages is for validation.

    All variants of a page that ``learn degrade --from`` made are in one part.

    Returns:
        None and None without data: pages are then made.

    Raises:
        BadParameter: one data set at most, and not too small.
        InputError: it cannot be read.
    """
    if not data:
        return None, None
    from ocrprep.learning.data import split_by_page

    if len(data) > 1:
        raise typer.BadParameter("--data takes one tar file or folder; join several into one with pairs.tsv")
    source = _data_set(data[0])
    try:
        split = split_by_page(source, 0.1, 0.0, seed=config.page_seed, page_of=source.page_of)
    except ValueError as error:
        raise typer.BadParameter(f"{data[0]}: {error}") from error
    return split.train, split.validation


def _data_set(path: Path) -> FolderPages | TarPages:
    from ocrprep.learning.data import FolderPages, TarPages

    return FolderPages(path) if path.is_dir() else TarPages(path)


CLASSICAL = ("otsu", "sauvola", "binarize:quality=best")
"""What models are compared with when nobody says otherwise."""


def parted(given: list[str]) -> tuple[list[str], list[Path]]:
    """Models and folders, told apart: a folder is one that exists.

    Raises:
        BadParameter: no model.
    """
    folders = [Path(item) for item in given if Path(item).is_dir()]
    models = [item for item in given if not Path(item).is_dir()]
    if not models:
        raise typer.BadParameter("name a model: an .onnx file, or a shipped one such as default")
    return models, folders


def compare_masks(
    models: list[str],
    folders: list[Path],
    chains: list[str] | None,
    *,
    limit: int | None,
    limits: dict[str, float],
    skip_bad: bool,
    workers: int,
    files: tuple[Path | None, Path | None],
) -> None:
    """Show, and write as JSON and CSV, how well masks match; ends with exit code 1 when a model misses a limit."""
    from ocrprep.cli.bench import pairs_of
    from ocrprep.evaluation.cache import Cache
    from ocrprep.evaluation.mask_bench import bench_masks

    mine = [_contestant(name) for name in models]
    contestants = [*mine, *_classical(chains)]
    found = bench_masks(pairs_of(folders, limit), contestants, cache=Cache(None), skip_bad=skip_bad, workers=workers)
    show_masks(found)
    write_files(found, *files)
    finish(found.bad, {item.name: found.means(item.name) for item in mine}, limits)


def compare_texts(
    models: list[str],
    folders: list[Path],
    chains: list[str] | None,
    *,
    limit: int | None,
    skip_bad: bool,
    workers: int,
) -> None:
    """Show what Tesseract reads of the pages as they are, and after each model (both its outputs) and chain."""
    from ocrprep.cli.bench import pairs_of
    from ocrprep.evaluation.cache import Cache
    from ocrprep.evaluation.contest import with_identity
    from ocrprep.evaluation.text_bench import bench_text, tesseract_readers
    from ocrprep.models import find_model

    outputs = [(name, output) for name in models for output in find_model(name).manifest.outputs]
    contestants = with_identity([*(_contestant(*item) for item in outputs), *_classical(chains)])
    found = bench_text(
        pairs_of(folders, limit),
        contestants,
        readers=tesseract_readers("auto", "page"),
        cache=Cache(None),
        settings=("auto", "page"),
        skip_bad=skip_bad,
        workers=workers,
    )
    show_text(found)
    finish(found.bad, {item.name: numbers(found.summary(item.name)) for item in contestants[1:]}, {})


def _contestant(model: str, output: str = "mask") -> Contestant:
    from ocrprep.chain import FilterChain
    from ocrprep.evaluation.contest import Contestant
    from ocrprep.filters.learned_binarize import LearnedBinarize
    from ocrprep.models import find_model

    # A model that cannot be found is told before anything is measured.
    found = find_model(model)
    name = found.path.name if model.endswith(".onnx") else model
    chain = FilterChain([LearnedBinarize(model=model, output="gray" if output == "gray" else "mask")])
    return Contestant(name if output == "mask" else f"{name} ({output})", chain)


def _classical(chains: list[str] | None) -> Sequence[Contestant]:
    from ocrprep.cli._consensus import variant_from
    from ocrprep.evaluation.contest import Contestant

    return [Contestant(text, variant_from(text)) for text in (CLASSICAL if chains is None else chains)]


def write_sheet(target: Path, *, count: int, seed: int, size: int, kinds: bool) -> None:
    """Draw a contact sheet.

    Raises:
        OutputError: it cannot be written.
    """
    from ocrprep.learning.degrade.catalogue import EXAMPLES
    from ocrprep.learning.sheets import degradation_sheet, example_sheet

    write_png(target, degradation_sheet(EXAMPLES, seed, size) if kinds else example_sheet(count, seed, size))


def write_before_after(target: Path, pages: Iterable[Page | PageFailure], model: str, *, count: int, size: int) -> int:
    """Draw the first ``count`` pages beside what a model makes of them; returns how many there were.

    Raises:
        BadParameter: not one page could be read.
        OutputError: it cannot be written.
    """
    from itertools import islice

    from ocrprep.learning.sheets import before_after_sheet
    from ocrprep.models import find_model
    from ocrprep.page import PixelMode, convert_pixels
    from ocrprep.result import PageFailure

    found = find_model(model)
    read = (page for page in pages if not isinstance(page, PageFailure))
    named = [(Path(str(page.source)).name, convert_pixels(page.pixels, PixelMode.GRAY)) for page in islice(read, count)]
    if not named:
        raise typer.BadParameter("none of these pages could be read", param_hint="INPUT")
    write_png(target, before_after_sheet(named, found, size, 2 * (1 + len(found.manifest.outputs))))
    return len(named)


def write_png(target: Path, sheet: Pixels) -> None:
    """Write a gray picture; the folder is made if need be.

    Raises:
        OutputError: it cannot be written.
    """
    from ocrprep.outputs.encode import encode
    from ocrprep.outputs.files import made, write_whole
    from ocrprep.page import Page, PixelMode

    made(target.parent)
    write_whole(target, encode(Page(sheet, PixelMode.GRAY), "png"))


def write_pages(target: Path, *, count: int, seed: int, size: int) -> int:
    """Write made pages as a data set, see :func:`write_data_set`.

    Raises:
        OutputError: it cannot be written.
    """
    from ocrprep.learning.data import MadePages

    return write_data_set(target, MadePages(seed, count, (size, size)))


def write_data_set(target: Path, source: Source | Iterable[Example]) -> int:
    """Write examples as ocrobin's tar file or as a folder with pairs.tsv, by the target's suffix; returns how many.

    Raises:
        OutputError: it cannot be written.
    """
    from ocrprep.learning.data import write_folder, write_tar

    packed = target.name.lower().endswith((".tar", ".tgz", ".tar.gz"))
    return write_tar(target, source) if packed else write_folder(target, source)


def fit_model(file: Path, data: Path | None, *, count: int, seed: int) -> Fitted:
    """Fit a model's levels and write them into its manifest.

    Args:
        file: the model.
        data: pages to fit them on; None makes some, in all sizes of type.
        count: of made pages.
        seed: of made pages.

    Raises:
        ModelError: there is no such model, or it does not run.
        InputError: the data cannot be read.
        OutputError: the manifest cannot be written.
    """
    from rich.console import Console
    from rich.progress import track

    from ocrprep.learning.data import MadePages
    from ocrprep.learning.levels import fit_levels
    from ocrprep.models import find_model
    from ocrprep.outputs.files import write_whole

    source = MadePages(seed, count, (320, 448)) if data is None else _data_set(data)
    model = find_model(file)
    places = track(
        range(len(source)), "fitting", console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    )
    fitted = fit_levels(model, map(source.example, places))
    write_whole(model.path.with_suffix(".json"), fitted.manifest.to_bytes())
    return fitted
