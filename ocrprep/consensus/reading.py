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
from ocrprep.consensus.merging import LEAST, merged
from ocrprep.consensus.preparing import (
    AS_IT_IS,
    Preparation,
    applied,
    in_order,
    magnified,
    mended,
    preparations,
    reads_better_prepared,
)
from ocrprep.errors import FilterError, OcrPrepError, RecognizerError
from ocrprep.filters._remedies import UPRIGHT, Shown, look
from ocrprep.filters.base import Evidence
from ocrprep.result import RecognitionResult, as_map, sifted

if TYPE_CHECKING:
    from ocrprep.consensus.settings import Consensus
    from ocrprep.page import Page

Tell = Callable[[str], object]

_SETTLED = 0.01
"""Share of the page's text in doubtful lines up to which nothing is read again."""

_READABLE = 0.4
"""Mean probability of the words below which the page may stand on its head or lie on its side."""

_ROUNDS = 2
"""Times that a doubtful line is read again at most: what two more readings leave open, others seldom settle."""

_SEVERAL = 2

_ROOM = 1.5
"""Area of cuttings over the area that their share of the text has on the page."""

_START, _PER_MEGAPIXEL, _PER_EXTENT = 0.02, 0.04, 0.0006
"""What Tesseract 5.5 takes, in seconds of one core, to begin, to find the layout of a gray page (of a coloured one
three times as much) and to read a text that is as long as its line is high. Only the ratios count."""


def effort(values: float, extent: float) -> float:
    """About what reading costs, without a clock: so that the same page is always read the same way.

    Args:
        values: of the page that is read: its pixels, three times that for one in colour.
        extent: of its text; see :func:`extent_of`.
    """
    return _START + _PER_MEGAPIXEL * values / 1e6 + _PER_EXTENT * extent


def extent_of(result: RecognitionResult) -> float:
    """The length of all lines, each in its own heights."""
    return sum(line.box.width / max(1.0, line.box.height) for line in result.lines)


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
        RecognizerError: the engine failed on all readings, or of ``auto`` on the first. Any other that fails costs
            only itself, and is a warning of the result.
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
        self.failures: list[OcrPrepError] = []
        self.spent, self.wasted = 0.0, 0.0

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
            self._prepare(subject, item)
        return self._merged()

    def thorough(self) -> RecognitionResult:
        """Whole pages, until nothing is doubtful."""
        subject, made = self._first()
        for item in subject.plan[1:]:
            if _share(doubts(subject.mended, made, subject.shown.x_height)) <= _SETTLED:
                break
            self._prepare(subject, item)
            made = self._merged()
        return made

    def frugal(self, budget: float) -> RecognitionResult:
        """The page once, and then only what is doubtful, as far as the budget goes."""
        subject, made = self._first(brisk=True)
        open_ = doubts(subject.mended, made, subject.shown.x_height)
        # Of a page on which next to nothing was read, what was not read is most of the text.
        extent = max(extent_of(made), sum(doubt.extent for doubt in open_))
        left = budget * effort(subject.page.pixels.size, extent) - self.spent
        for item in [item for item in subject.plan[1:] if item.name != AS_IT_IS][:_ROUNDS]:
            if _share(open_) <= _SETTLED:
                break
            if len(made.lines) < _SEVERAL:
                # An engine that was told to read one line would take two pieces for one.
                open_ = open_[:1]
            wanted = _affordable(open_, left, _ROOM * subject.pixels(item), extent)
            if not wanted:
                break
            before = self.spent
            self._read_again(subject, item.name, wanted)
            left -= self.spent - before
            made = self._merged()
            open_ = doubts(subject.mended, made, subject.shown.x_height)
        # Where the budget was too small for a second opinion, the first one is all there is against noise.
        return sifted(made, 100.0 * LEAST) if len(made.readings) == 1 else made

    def _first(self, *, brisk: bool = False) -> tuple[Subject, RecognitionResult]:
        """A reading of the whole page, the right way up, and what it is of."""
        subject = Subject.of(self.page, brisk=brisk)
        self._prepare(subject, subject.plan[0])
        made = self._merged()
        if _mean_probability(made) >= _READABLE:
            return subject, made
        try:
            turned = UPRIGHT(subject.mended, evidence=self.engine)
        except (FilterError, RecognizerError) as error:
            self.failures.append(error)
            return subject, self._merged()
        if _same(turned, subject.mended):
            return subject, made
        other = _Sitting(turned, self.engine, self.tell)
        upright = Subject.of(turned, brisk=brisk)
        other._prepare(upright, upright.plan[0])
        self.spent += other.spent
        again = other._merged() if other.looked else None
        if again is None or _worth(again) <= max(0.0, _worth(made)):
            self.failures += other.failures
            self.wasted += 0.0 if again is None else again.seconds
            return subject, self._merged()
        self.looked, self.pages, self.wasted = other.looked, other.pages, made.seconds
        return upright, self._merged()

    def _prepare(self, subject: Subject, item: Preparation) -> None:
        """Read the page after one of our own preparations."""
        try:
            page = subject.prepared(item)
        except FilterError as error:
            self.failures.append(error)
        else:
            self._read(page, item.name)

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
        shown = look(cuttings.page)
        chain = next(item for item in preparations(shown, trim=False, brisk=True) if item.name == name)
        try:
            page = applied(chain, cuttings.page)
        except FilterError as error:
            self.failures.append(error)
            return
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
        self.spent += effort(page.pixels.size, extent_of(result))
        # Not every engine says where its page lies.
        return replace(result, to_source=as_map(page.to_source))

    def _merged(self) -> RecognitionResult:
        if not self.looked:
            raise self.failures[0]
        made = merged(self.looked)
        told = (f"one of the readings failed: {error}" for error in self.failures)
        return replace(made, warnings=(*made.warnings, *told), seconds=made.seconds + self.wasted)


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
    def of(cls, page: Page, *, brisk: bool = False) -> Subject:
        """Look at a page; for ``brisk`` see :func:`preparations`."""
        better = mended(page)
        shown = look(better)
        poor = better is not page or reads_better_prepared(better, shown)
        return cls(page, better, shown, in_order(preparations(shown, brisk=brisk), poor=poor))

    def pixels(self, item: Preparation) -> float:
        """About how many the page has after a preparation."""
        return self.mended.width * self.mended.height * magnified(item) ** 2

    def prepared(self, item: Preparation) -> Page:
        """The page after a preparation."""
        return applied(item, self.page if item.name == AS_IT_IS else self.mended)


def _affordable(open_: Sequence[Doubt], budget: float, pixels: float, extent: float) -> list[Doubt]:
    """As much of what is doubtful as the budget allows, what promises most first.

    Args:
        open_: what is doubtful.
        budget: effort that is left.
        pixels: of all lines of the page, cut out and prepared in gray.
        extent: of all text of the page.
    """
    chosen: list[Doubt] = []
    share = 0.0
    for doubt in open_:
        more = share + doubt.share
        if effort(more * pixels, more * extent) <= budget:
            chosen.append(doubt)
            share = more
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
