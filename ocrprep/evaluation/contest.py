"""Chains that compete on the same pages: how a run goes, whatever is measured."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ocrprep.chain import FilterChain
from ocrprep.errors import ConfigError, InputError, OcrPrepError
from ocrprep.models import find_model

if TYPE_CHECKING:
    from pathlib import Path

    from ocrprep.consensus import Consensus
    from ocrprep.evaluation.pairs import Pair

T = TypeVar("T")

IDENTITY = "identity"
"""The name of the chain that does nothing."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A chain and what it is called in tables.

    Args:
        name: unique in its contest.
        chain: the filters.
        consensus: how the page is read after the chain, where it is read more than once.
        without: for an ablation, the 0-based step of ``of`` that is left out.
        of: for an ablation, the name of the whole chain.
    """

    name: str
    chain: FilterChain
    consensus: Consensus | None = None
    without: int | None = None
    of: str | None = None

    def content(self) -> list[Any]:
        """All that its chain makes of a page depends on, JSON-ready: filters, and the networks that they name.

        Raises:
            ModelError: a filter names a model that cannot be had.
        """
        named = [name for item in self.chain for name in item.networks()]
        return [self.chain.to_dict(full=True)["filters"], *(find_model(name).manifest.sha256 for name in named)]


@dataclass(frozen=True, slots=True)
class Bad:
    """A pair that could not be measured, and was passed over.

    Args:
        name: of the pair.
        contestant: of the chain, or "" when the pair itself is at fault.
        message: why.
    """

    name: str
    contestant: str
    message: str


@dataclass(frozen=True, slots=True)
class Measured(Generic[T]):
    """What one contestant did on one page."""

    pair: str
    contestant: str
    value: T


def with_identity(contestants: Sequence[Contestant]) -> list[Contestant]:
    """The contestants with the identity first, which the others are measured against.

    Raises:
        ConfigError: two have one name.
    """
    named = [item.name for item in contestants]
    twice = {name for name in named if named.count(name) > 1}
    if twice:
        raise ConfigError(f"two chains are called {min(twice)!r}")
    others = [item for item in contestants if item.chain or item.consensus]
    own = [item for item in contestants if item not in others]
    return [*(own[:1] or [Contestant(IDENTITY, FilterChain())]), *others]


def with_ablations(contestants: Sequence[Contestant]) -> list[Contestant]:
    """The contestants, each of several steps followed by itself without its first step, its second, and so on."""
    made: list[Contestant] = []
    for item in contestants:
        made.append(item)
        if len(item.chain) > 1:
            for place, step in enumerate(item.chain):
                shorter = FilterChain([*item.chain[:place], *item.chain[place + 1 :]])
                name = f"{item.name} − {step.kind} ({place + 1})"
                made.append(Contestant(name, shorter, item.consensus, without=place, of=item.name))
    return made


def compete(
    pairs: Sequence[Pair],
    contestants: Sequence[Contestant],
    measure: Callable[[Pair, Contestant], T],
    *,
    skip_bad: bool = False,
    workers: int = 0,
    done: Callable[[], None] | None = None,
) -> tuple[list[Measured[T]], list[Bad]]:
    """Measure every contestant on every pair.

    A page on which one contestant fails is taken from all: means over different pages cannot be compared.

    Args:
        pairs: the pages.
        contestants: the chains.
        measure: called on several threads.
        skip_bad: pass over and name what cannot be measured; False stops at the first.
        workers: threads; 0 is one for each core.
        done: called after each page.

    Returns:
        The measurements, pages in order and contestants in order for each, and what was passed over.

    Raises:
        OcrPrepError: the first fault, unless it is passed over.
    """

    def page(pair: Pair) -> list[Measured[T]] | Bad:
        row: list[Measured[T]] = []
        contestant = ""
        try:
            for item in contestants:
                contestant = item.name
                row.append(Measured(pair.name, item.name, measure(pair, item)))
        except OcrPrepError as error:
            if not skip_bad:
                raise
            at_fault = "" if isinstance(error, InputError) else contestant
            return Bad(pair.name, at_fault, str(error))
        finally:
            if done is not None:
                done()
        return row

    measured: list[Measured[T]] = []
    bad: list[Bad] = []
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix="ocrprep-bench")
    try:
        for outcome in pool.map(page, pairs):
            if isinstance(outcome, Bad):
                bad.append(outcome)
            else:
                measured.extend(outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    if not measured:
        raise InputError(
            "not one pair could be measured",
            source=", ".join(sorted({item.name for item in bad})[:5]),
            hint="run without --skip-bad to see the first fault",
        )
    return measured, bad


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """All contestants on all pages.

    Args:
        contestants: in the order of the table.
        measured: pages in order, and for each the contestants in order.
        bad: what was passed over.
    """

    contestants: tuple[Contestant, ...]
    measured: tuple[Measured[T], ...]
    bad: tuple[Bad, ...]

    def of(self, contestant: str, folder: str | None = None) -> dict[str, T]:
        """The pages of one contestant by name, of all folders or of one."""
        return {
            item.pair: item.value
            for item in self.measured
            if item.contestant == contestant and folder in {None, folder_of(item.pair)}
        }

    @property
    def folders(self) -> list[str]:
        """Names of the folders in order."""
        return list(dict.fromkeys(folder_of(item.pair) for item in self.measured))

    @property
    def pages(self) -> int:
        """How many pages were measured."""
        return len({item.pair for item in self.measured})


def folder_of(pair: str) -> str:
    """The folder in a pair's name."""
    return pair.rsplit("/", 1)[0]


def half_of(pair: Pair, file: Path) -> bytes:
    """The bytes of the image or of the truth of a pair.

    Raises:
        InputError: it is missing or cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"half of the pair {pair.name} is missing: {error.strerror or error}",
            source=str(file),
            hint="correct pairs.tsv, or pass over bad pairs with --skip-bad",
        ) from error


def sha256_of(file: Path, pair: Pair) -> str:
    """Digest of a file of a pair; errors as in :func:`half_of`."""
    return hashlib.sha256(half_of(pair, file)).hexdigest()
