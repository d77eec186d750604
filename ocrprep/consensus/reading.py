"""A page read several times, by one engine, until nothing is doubtful or the budget is spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ocrprep.chain import FilterChain
from ocrprep.consensus._cuttings import cut
from ocrprep.consensus._doubts import Doubt, doubts
from ocrprep.consensus._seen import Looked
from ocrprep.consensus.merging import merged
from ocrprep.consensus.preparing import (
    AS_IT_IS,
    Preparation,
    in_order,
    mended,
    preparations,
    reads_better_prepared,
)
from ocrprep.errors import RecognizerError
from ocrprep.filters._remedies import UPRIGHT, Shown, look
from ocrprep.filters.base import Evidence
from ocrprep.result import RecognitionResult, as_map

if TYPE_CHECKING:
    from ocrprep.consensus.settings import Consensus
    from ocrprep.page import Page

Read = Callable[["Page"], RecognitionResult]
Tell = Callable[[str], object]

_SETTLED = 0.01
"""Share of the page's text in doubtful lines up to which nothing is read again."""

_READABLE = 0.4
"""Mean probability of the words below which the page may stand on its head or lie on its side."""

_OVERHEAD = 0.05
"""Of a reading of the page: what looking for lines on cuttings costs beside their text."""


class Engine(Evidence, Protocol):
    """What reads the page, and is asked how it lies."""

    def read(self, page: Page) -> RecognitionResult:
        """Read a page."""
        ...


def read_with_consensus(
    page: Page, engine: Engine, settings: Consensus, tell: Tell = lambda _: None
) -> RecognitionResult:
    """Read a page as often as the settings allow, and merge what was read.

    Args:
        page: after the batch's own chain.
        engine: reads each preparation of it.
        settings: which preparations, at what cost.
        tell: called after each reading with what was read, as in ``read prepared``.

    Raises:
        RecognizerError: the engine failed on the first reading. A later one that fails costs only itself, and is a
            warning of the result.
        FilterError: a chain that was asked for cannot be applied.
    """
    sitting = _Sitting(page, engine, tell)
    if isinstance(settings.readings, tuple):
        return sitting.chains(settings.readings)
    if settings.readings != "auto":
        return sitting.several(settings.readings)
    return sitting.thorough() if settings.budget is None else sitting.frugal(settings.budget)


class _Sitting:
    """One page and its readings so far."""

    def __init__(self, page: Page, engine: Engine, tell: Tell) -> None:
        self.page, self.engine, self.tell = page, engine, tell
        self.looked: list[Looked] = []
        self.pages: list[Page] = []
        self.failures: list[RecognizerError] = []

    def chains(self, chains: Sequence[FilterChain]) -> RecognitionResult:
        """A reading after each chain."""
        for number, chain in enumerate(chains, 1):
            name = f"{number}: {', '.join(item.kind for item in chain) or AS_IT_IS}"
            self._read(chain(self.page, evidence=self.engine), name)
        return self._merged()

    def several(self, count: int) -> RecognitionResult:
        """The first so many preparations."""
        subject = Subject.of(self.page)
        for item in subject.plan[:count]:
            self._read(subject.prepared(item), item.name)
        return self._merged()

    def thorough(self) -> RecognitionResult:
        """Whole pages, until nothing is doubtful."""
        subject, made, _ = self._first()
        for item in subject.plan[1:]:
            if _share(doubts(subject.mended, made, subject.shown.x_height)) <= _SETTLED:
                break
            self._read(subject.prepared(item), item.name)
            made = self._merged()
        return made

    def frugal(self, budget: float) -> RecognitionResult:
        """The page once, and then only what is doubtful, as far as the budget goes."""
        subject, made, spent = self._first()
        for item in subject.plan[1:]:
            open_ = doubts(subject.mended, made, subject.shown.x_height)
            wanted = _affordable(open_, budget - spent - _OVERHEAD) if _share(open_) > _SETTLED else []
            if not wanted:
                break
            spent += _OVERHEAD + _share(wanted)
            self._read_again(subject, item.name, wanted)
            made = self._merged()
        return made

    def _first(self) -> tuple[Subject, RecognitionResult, float]:
        """A reading of the whole page, the right way up; what is read, the reading, and what it cost."""
        subject = Subject.of(self.page)
        self._read(subject.prepared(subject.plan[0]), subject.plan[0].name)
        made = self._merged()
        if _mean_probability(made) >= _READABLE:
            return subject, made, 1.0
        turned = UPRIGHT(subject.mended, evidence=self.engine)
        if _same(turned, subject.mended):
            return subject, made, 1.0
        other = _Sitting(turned, self.engine, self.tell)
        upright = Subject.of(turned)
        other._read(upright.prepared(upright.plan[0]), upright.plan[0].name)
        again = other._merged()
        if _worth(again) <= _worth(made):
            return subject, made, 2.0
        self.looked, self.pages = other.looked, other.pages
        return upright, again, 2.0

    def _read(self, page: Page, name: str) -> None:
        """Read a whole page, unless just these pixels were read before."""
        if any(_same(page, before) for before in self.pages):
            return
        result = self._reading(page, name)
        if result is not None:
            self.pages.append(page)
            self.looked.append(Looked(result, name))

    def _read_again(self, subject: Subject, name: str, wanted: Sequence[Doubt]) -> None:
        """Read some lines of the page after another preparation."""
        cuttings = cut(subject.mended, [doubt.box for doubt in wanted])
        chain = next(item for item in preparations(look(cuttings.page), trim=False) if item.name == name)
        page = cuttings.page
        for step in chain.filters:
            page = step(page)
        result = self._reading(page, name)
        if result is not None:
            self.looked.append(cuttings.looked(result, name, _share(wanted)))

    def _reading(self, page: Page, name: str) -> RecognitionResult | None:
        try:
            result = self.engine.read(page)
        except RecognizerError as error:
            self.failures.append(error)
            return None
        self.tell(f"read {name}")
        # Not every engine says where its page lies.
        return replace(result, to_source=as_map(page.to_source))

    def _merged(self) -> RecognitionResult:
        if not self.looked:
            raise self.failures[0]
        made = merged(self.looked)
        told = (f"one of the readings failed: {error}" for error in self.failures)
        return replace(made, warnings=(*made.warnings, *told))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be read.

    Args:
        page: as it came.
        mended: without what spoils every reading.
        shown: by the mended page.
        plan: its preparations, the one to begin with first.
    """

    page: Page
    mended: Page
    shown: Shown
    plan: tuple[Preparation, ...]

    @classmethod
    def of(cls, page: Page) -> Subject:
        """Look at a page."""
        better = mended(page)
        shown = look(better)
        poor = better is not page or reads_better_prepared(better, shown)
        return cls(page, better, shown, in_order(preparations(shown), poor=poor))

    def prepared(self, item: Preparation) -> Page:
        """The page after a preparation."""
        page = self.page if item.name == AS_IT_IS else self.mended
        for step in item.filters:
            page = step(page)
        return page


def _affordable(open_: Sequence[Doubt], budget: float) -> list[Doubt]:
    """As much of what is doubtful as the budget allows, what promises most first."""
    chosen: list[Doubt] = []
    for doubt in open_:
        if doubt.share <= budget:
            chosen.append(doubt)
            budget -= doubt.share
    return chosen


def _share(items: Sequence[Doubt]) -> float:
    return sum(item.share for item in items)


def _mean_probability(result: RecognitionResult) -> float:
    words = result.words
    return sum(word.probability or 0.0 for word in words) / len(words) if words else 0.0


def _worth(result: RecognitionResult) -> float:
    return sum(((word.probability or 0.0) - 0.4) * len(word.text) for word in result.words)


def _same(one: Page, other: Page) -> bool:
    return one.mode is other.mode and one.dpi == other.dpi and np.array_equal(one.pixels, other.pixels)
