"""What ``ocrprep bench`` shows and writes, and whether its limits are met."""

from __future__ import annotations

import csv
import io
import json
import math
import operator
import sys
from typing import TYPE_CHECKING, Any

import typer

from ocrprep.cli._common import say
from ocrprep.cli._writing import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from ocrprep.evaluation.contest import Bad
    from ocrprep.evaluation.mask_bench import MaskBench
    from ocrprep.evaluation.text_bench import TextBench

LOWER_IS_BETTER = frozenset({"harmed", "cer", "wer", "pooled_cer", "calibration_error", "drd", "nrm", "seconds"})


def show_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout; its first column is the name, the others are figures."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    wide = None if sys.stdout.isatty() else 140
    Console(width=wide, highlight=False).print(table)


def show_masks(found: MaskBench) -> None:
    """Print the scores of masks, and the F-measure by folder where there are several."""
    shown = {
        "f_measure": "F", "pseudo_f_measure": "pseudo F", "psnr": "PSNR", "drd": "DRD", "nrm": "NRM", "mcc": "MCC",
        "precision": "precision", "recall": "recall", "iou": "IoU", "dice": "Dice",
    }  # fmt: skip
    rows = [
        [item.name, *(f"{found.mean(item.name, score):.2f}" for score in shown), f"{found.seconds(item.name):.3f}"]
        for item in found.contestants
    ]
    show_table(f"Masks of {found.pages} pages, means over pages", ["chain", *shown.values(), "s/page"], rows)
    if len(found.folders) > 1:
        rows = [
            [
                item.name,
                *(f"{found.mean(item.name, 'f_measure', folder):.2f}" for folder in found.folders),
                f"{found.mean_of_folders(item.name, 'f_measure'):.2f}",
            ]
            for item in found.contestants
        ]
        show_table("F-measure by folder", ["chain", *found.folders, "mean"], rows)


def show_text(found: TextBench) -> None:
    """Print what was read after each chain, the pages that it harms most, and what its steps are worth."""
    columns = [
        "chain",
        "word F1",
        "95 %",
        "CER",
        "WER",
        "change",
        "95 %",
        "helped",
        "harmed",
        "ECE",
        "filters s",
        "engine s",
    ]
    for folder in [None, *(found.folders if len(found.folders) > 1 else [])]:
        summaries = [found.summary(item.name, folder) for item in found.contestants]
        rows = [
            [
                item.name,
                f"{item.word_f1:.1f}",
                f"{item.word_f1_low:.1f}–{item.word_f1_high:.1f}",
                f"{item.cer:.1f}",
                f"{item.wer:.1f}",
                f"{item.change:+.1f}",
                f"{item.change_low:+.1f} … {item.change_high:+.1f}",
                f"{item.helped:.0f} %",
                f"{item.harmed:.0f} %",
                "—" if item.calibration_error is None else f"{item.calibration_error:.1f}",
                f"{item.filter_seconds:.3f}",
                f"{item.engine_seconds:.3f}",
            ]
            for item in summaries
        ]
        show_table(f"{folder or 'All'}: {summaries[0].pages} pages read by {found.engine}", columns, rows)
    for item in found.contestants[1:]:
        worst = found.summary(item.name).worst
        if worst:
            typer.echo(f"{item.name} harms most: {', '.join(f'{name} {loss:+.1f}' for name, loss in worst)}")
    for item in found.contestants:
        if item.of is not None:
            lost = found.summary(item.of).word_f1 - found.summary(item.name).word_f1
            kind = next(whole for whole in found.contestants if whole.name == item.of).chain[item.without or 0].kind
            typer.echo(f"{item.of}: step {(item.without or 0) + 1} ({kind}) is worth {lost:+.1f} points of word F1")


def write_calibration(found: TextBench, file: Path) -> None:
    """Draw how right the words of each contestant are over how likely they were said to be."""
    from ocrprep.evaluation.calibration import shares
    from ocrprep.evaluation.reliability_plot import reliability_svg

    said = {item.name: found.said(item.name) for item in found.contestants}
    curves = {name: shares(*values) for name, values in said.items() if values[0]}
    write_text(file, reliability_svg(curves))


def write_files(found: MaskBench | TextBench, json_file: Path | None, csv_file: Path | None) -> None:
    """Write everything as JSON, and a row for each chain and page as CSV, where asked for."""
    if json_file is not None:
        write_text(json_file, json.dumps(finite(found.as_dict()), indent=2, ensure_ascii=False) + "\n")
    if csv_file is not None:
        rows = found.rows()
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(csv_file, stream.getvalue())


def finite(value: Any) -> Any:
    """Plain values with None for what JSON cannot say, such as the PSNR of a perfect mask, which is infinite."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def read_limits(text: str | None) -> dict[str, float]:
    """The limits of ``--fail-under`` by name."""
    limits = {}
    for part in filter(None, (text or "").split(",")):
        name, mark, value = (piece.strip() for piece in part.partition("="))
        try:
            limits[name] = float(value)
        except ValueError:
            mark = ""
        if not mark or not name:
            raise typer.BadParameter(f"--fail-under is written as 'word_f1=90, harmed=5', not {part.strip()!r}")
    return limits


def numbers(summary: Any) -> dict[str, float]:
    """The figures of a summary by name."""
    from dataclasses import asdict

    return {key: float(value) for key, value in asdict(summary).items() if isinstance(value, (int, float))}


def finish(bad: tuple[Bad, ...], scores: dict[str, dict[str, float]], limits: dict[str, float]) -> None:
    """Name what was passed over, and end with exit code 1 when a chain misses a limit."""
    for item in bad:
        say(f"passed over: {item.name}: {item.message}")
    if bad:
        say(f"{len(bad)} {'pair was' if len(bad) == 1 else 'pairs were'} passed over")
    known = next(iter(scores.values()), {})
    unknown = [name for name in limits if name not in known] if known else []
    if unknown:
        raise typer.BadParameter(f"--fail-under: no figure is called {unknown[0]!r}; known are {', '.join(known)}")
    missed = False
    for chain, figures in scores.items():
        for name, limit in limits.items():
            worse = operator.gt if name in LOWER_IS_BETTER else operator.lt
            if worse(figures[name], limit):
                missed = True
                say(f"{chain}: {name} is {figures[name]:.2f}, the limit is {limit:g}")
    if missed:
        raise typer.Exit(1)
