"""``ocrprep read --ray``: the same pages on a Ray cluster, their rows as Parquet or JSON lines in a folder."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from typer.core import TyperCommand

from ocrprep.cli._common import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocrprep.consensus import Wanted

RAY_PANEL = "Cluster"

RayFlag: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="[ADDRESS]",
        help="Read on a Ray cluster, and write one row a page to the folder --output: Parquet, or JSON lines with "
        "--json. ADDRESS is auto, HOST:PORT or ray://HOST:PORT; without it a cluster is started on this machine.",
        rich_help_panel=RAY_PANEL,
    ),
]
Retries: TypeAlias = Annotated[
    int,
    typer.Option(
        "--max-retries",
        min=0,
        metavar="N",
        help="With --ray: how often a page that took down its process is tried again.",
        rich_help_panel=RAY_PANEL,
    ),
]

_ADDRESS = re.compile(r"auto|local|ray://\S+|[\w.-]+:\d+")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/(?=[^/])")


class WithRay(TyperCommand):
    """A command whose ``--ray`` may stand without an address."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As of any command, once each ``--ray`` has its address."""
        return super().parse_args(ctx, _spelled_out(args))


def _spelled_out(args: Sequence[str]) -> list[str]:
    # The library knows no option whose value may be left out. What follows is an input unless it looks like an address.
    told: list[str] = []
    for place, item in enumerate(args):
        told.append(item)
        if item == "--":
            return [*told, *args[place + 1 :]]
        following = args[place + 1] if place + 1 < len(args) else ""
        if item == "--ray" and not _ADDRESS.fullmatch(following):
            told.append("local")
    return told


def read_on_cluster(
    address: str,
    inputs: Sequence[str] | None,
    output: Path | None,
    *,
    as_json: bool,
    consensus: Wanted | None,
    budget: float | None,
    workers: int,
    **settings: Any,
) -> None:
    """Read all pages and write their rows; say how many there are.

    Raises:
        OcrPrepError: no cluster, no inputs, no engine, or a folder that is not empty.
        typer.Exit: a page failed.
    """
    from ocrprep.distributed import connected, recognize_dataset
    from ocrprep.distributed.written import counted, write_rows

    if output is None:
        raise typer.BadParameter("needs a folder: --output DIR", param_hint="--ray")
    if not inputs:
        raise typer.BadParameter("name at least one file, folder or address", param_hint="INPUT")
    folder = _address_of(output)
    with connected(address, quiet=not sys.stderr.isatty()):
        rows = recognize_dataset(
            list(inputs), consensus=consensus, budget=budget, actors=(1, workers) if workers else None, **settings
        )
        write_rows(rows, folder, as_json=as_json)
    pages, failures = counted(folder)
    typer.echo(folder)
    say(f"{pages} {'page' if pages == 1 else 'pages'}, {failures} failed")
    if failures:
        from ocrprep.errors import InputError

        raise typer.Exit(InputError.exit_code)


def _address_of(output: Path) -> str:
    """What was written on the command line, of which a path has made one slash of two."""
    return _SCHEME.sub(r"\1://", output.as_posix(), count=1)
