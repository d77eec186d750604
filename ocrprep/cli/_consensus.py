"""Several readings of each page: what asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.chain import FilterChain
    from ocrprep.consensus import Wanted

CONSENSUS_PANEL = "Consensus"

ConsensusFlag: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--consensus",
        help="Read each page several times, differently prepared, until nothing is doubtful, and merge the words. With "
        "--budget only what is doubtful is read again.",
        rich_help_panel=CONSENSUS_PANEL,
    ),
]
Readings: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--readings",
        metavar="N",
        help="A consensus of just so many readings, 1 to 6.",
        rich_help_panel=CONSENSUS_PANEL,
    ),
]
Variants: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--variant",
        metavar="CHAIN",
        help="A consensus of readings after these chains: a chain file, or filters with spaces between them, as in "
        "'clahe scale=2'; repeat it. `identity` is the page as it is.",
        rich_help_panel=CONSENSUS_PANEL,
    ),
]


def consensus_from(asked: bool, readings: int | None, variants: Sequence[str] | None) -> Wanted | None:
    """What ``recognize(consensus=…)`` takes; None for an ordinary reading.

    Raises:
        ConfigError: a chain cannot be understood.
        typer.BadParameter: more than one of them was given.
    """
    if readings is not None and variants:
        raise typer.BadParameter("give a number of readings or variants, not both", param_hint="--readings")
    if variants:
        return tuple(variant_from(text) for text in variants)
    if readings is not None:
        return readings
    return "auto" if asked else None


def variant_from(text: str) -> FilterChain:
    """A chain from a file, or from filters with spaces between them; ``identity`` is the one without filters.

    Raises:
        ConfigError: it cannot be understood.
    """
    import shlex

    from ocrprep.chain import FilterChain
    from ocrprep.cli._common import read_chain
    from ocrprep.errors import ConfigError

    if text == "identity":
        return FilterChain()
    file = Path(text)
    if file.suffix and file.is_file():
        return read_chain(file)
    try:
        return FilterChain.from_flags(shlex.split(text))
    except ValueError as error:
        raise ConfigError(f"{text!r}: {error}") from error
