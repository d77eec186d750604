"""The automatic chain: what asks for it, and what tells afterwards what it decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ocrprep.cli._common import FILTER_PANEL, chain_from, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ocrprep.chain import FilterChain
    from ocrprep.page import Source, Step

Auto: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--auto",
        help="Look at each page and do what it needs, or nothing: the filter auto, after all others.",
        rich_help_panel=FILTER_PANEL,
    ),
]
Budget: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--budget",
        metavar="SHARE",
        help="In readings of the page. Of --auto: about how long choosing may take; 0.5 without it. Of --consensus: "
        "how often the engine may read the page in all; whole pages, up to six times, without it.",
        rich_help_panel=FILTER_PANEL,
    ),
]
Explain: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Tell on stderr what was chosen for each page and why, and the chain that made it, as YAML.",
        rich_help_panel=FILTER_PANEL,
    ),
]


def whole_chain(file: Path | None, flags: Sequence[str] | None, *, auto: bool, budget: float | None) -> FilterChain:
    """The chain of ``--chain``, then the filters of ``--filter``, then ``auto`` if ``--auto`` asks for it.

    Raises:
        ConfigError: the file or a flag cannot be understood.
        pydantic.ValidationError: the budget is out of its range.
        typer.BadParameter: a budget without ``--auto``.
    """
    if budget is not None and not auto:
        raise typer.BadParameter("has no effect without --auto or --consensus", param_hint="--budget")
    chain = chain_from(file, flags)
    if not auto:
        return chain
    from ocrprep.chain import FilterChain
    from ocrprep.preprocessing import PreprocessingFilter

    chooser = PreprocessingFilter.auto() if budget is None else PreprocessingFilter.auto(budget=budget)
    return FilterChain([*chain, chooser])


def explain(source: Source, steps: Sequence[Step]) -> None:
    """Tell on stderr how a page was made."""
    say(explanation(str(source), steps))


def explanation(name: str, steps: Sequence[Step]) -> str:
    """A YAML document: the chain that makes this page again without choosing, under comments that say why.

    Args:
        name: of the page.
        steps: all that was done to it.
    """
    from ocrprep import notation
    from ocrprep.chain import FilterChain
    from ocrprep.choices import choices_of

    told = [name]
    choices = choices_of(steps)
    for choice in choices:
        told.append(f"{choice.kind}: {choice.reason}")
        if choice.facts:
            told += [f"  {line}" for line in notation.to_yaml(choice.facts).splitlines()]
    if not choices:
        told.append("no filter chose anything")
    return "\n".join(["---", *_comments(told), FilterChain.from_steps(steps).to_yaml().rstrip("\n")])


def _comments(lines: Iterable[str]) -> list[str]:
    # A line feed in the name of a file would end the comment, and YAML takes no control characters even there.
    shown = ("".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line) for line in lines)
    return [f"# {line}" for line in shown]
