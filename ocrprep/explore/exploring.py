"""One page under several treatments: its picture, its text and what that is worth, side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrprep.chain import FilterChain
from ocrprep.decode import open_image
from ocrprep.errors import (
    ConfigError,
    EngineNotFoundError,
    FilterError,
    InputError,
    LanguageNotInstalledError,
    RecognizerError,
)
from ocrprep.evaluation.text import TextScores, text_scores
from ocrprep.explore.sweeps import Sweep, Sweeps, sweeps_of
from ocrprep.filters import lookup
from ocrprep.outputs.files import made, write_whole

if TYPE_CHECKING:
    from ocrprep.filters.base import Filter
    from ocrprep.page import Page, Step
    from ocrprep.recognizers import Recognizer
    from ocrprep.result import RecognitionResult

LONGEST = 1600
"""Longer side of a picture in the page that is made, in pixels."""

_UNREAD = "no recognizer was given, so there are pictures and histograms only"
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """The page under one treatment.

    Args:
        name: what its button says.
        flag: the filter as ``--filter`` takes it; empty for the page without it.
        before: the page that the filter was given.
        page: what became of it; ``before`` where the filter failed.
        result: what was read from it; None where nothing was, or it failed.
        scores: against the true text; None where that is not known.
        error: why the filter or the engine failed on this page.
    """

    name: str
    flag: str
    before: Page
    page: Page
    result: RecognitionResult | None = None
    scores: TextScores | None = None
    error: FilterError | RecognizerError | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done to ``before``."""
        return self.page.steps[len(self.before.steps) :]

    @property
    def levels(self) -> tuple[float, ...]:
        """The gray levels that divide the whole page, 0–255; none for a filter that decides place by place."""
        for step in reversed(self.steps):
            found = step.found.get("levels") or [step.found.get("level")]
            if step.parameters.get("area") is None and all(isinstance(level, (int, float)) for level in found):
                return tuple(float(level) for level in found)
        return ()

    @property
    def seconds(self) -> float:
        """Wall time of the filter and of the engine."""
        return sum(step.seconds for step in self.steps) + (self.result.seconds if self.result else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Toolbar:
    """A row of buttons.

    Args:
        title: what is swept, such as ``threshold.value``.
        variants: in the order of the buttons.
    """

    title: str
    variants: tuple[Variant, ...]

    @property
    def best_by_confidence(self) -> tuple[Variant, ...]:
        """Of those with at least half as many words as the one with most, the highest mean confidence.

        A page of which three words are left may well be sure of those.
        """
        read = [item for item in self.variants if item.result is not None and item.result.words]
        most = max((len(item.result.words) for item in read if item.result), default=0)
        many = [item for item in read if item.result and len(item.result.words) >= _ENOUGH * most]
        return _best(many, lambda item: item.result.confidence if item.result else 0.0)

    @property
    def best_by_truth(self) -> tuple[Variant, ...]:
        """Those with the lowest character error rate."""
        scored = [item for item in self.variants if item.scores]
        return _best(scored, lambda item: -item.scores.cer if item.scores else 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Exploration:
    """What :func:`explore` found.

    Args:
        toolbars: one for each sweep.
        truth: the true text, or None.
        note: why there is no text, or empty.
    """

    toolbars: tuple[Toolbar, ...]
    truth: str | None = None
    note: str = ""

    @property
    def variants(self) -> tuple[Variant, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys(item for toolbar in self.toolbars for item in toolbar.variants))

    @property
    def source(self) -> Page:
        """The page as it came."""
        return self.variants[0].page

    def html(self, *, longest: int = LONGEST) -> str:
        """The page as one HTML document that loads nothing.

        Args:
            longest: longer side of the pictures in it at most, in pixels.

        Raises:
            OutputError: jinja2 is not installed.
        """
        from ocrprep.explore.html import document  # noqa: PLC0415 - only who looks needs it

        return document(self, longest)

    def save(self, path: str | os.PathLike[str], *, longest: int = LONGEST) -> Path:
        """Write it as one HTML file, whose folder is made; returns its path.

        Raises:
            OutputError: it cannot be written, or jinja2 is not installed.
        """
        return write_page(path, self.html(longest=longest))

    def _repr_html_(self) -> str:
        """For a notebook: the whole explorer in a frame of its own."""
        from ocrprep.explore.html import framed  # noqa: PLC0415

        return framed(self)


def explore(
    image: Any,
    sweeps: Sweeps = None,
    *,
    chain: Iterable[Filter] | None = None,
    truth: str | os.PathLike[str] | None = None,
    recognizer: Recognizer | None = None,
) -> Exploration:
    """Try a filter with several values on one page, and read each.

    Args:
        image: a page, an array, a Pillow image, bytes of or a path to an image file.
        sweeps: texts as ``threshold.value=50,100,150`` or a mapping ``{"sauvola.k": [0.1, 0.2]}``; None is Aspose's
            demo: thresholds 50, 100, 150 and 200.
        chain: what is done to the page before, for every value.
        truth: the true text, or the path (not a string) of a file with it in UTF-8.
        recognizer: reads each variant; without one there are no texts.

    Returns:
        A toolbar for each sweep: ``Source``, ``Chain`` where there is one, ``Auto`` (``binarize()``) where the filter
        makes a page black and white, then a variant for each value. A value on which the filter or the engine fails is
        a variant with its ``error``.

    Raises:
        InputError: the image or the truth cannot be opened, or the truth is empty.
        ConfigError: a sweep is wrong, or there is a truth but nobody to read.
        FilterError: the chain fails.
        RecognizerError: there is no engine, or no data for its language.
    """
    wanted = sweeps_of(sweeps)
    if not wanted:
        raise ConfigError("there is nothing to explore: give at least one sweep")
    known = _text(truth)
    if known is not None:
        if recognizer is None:
            raise ConfigError("a true text is of use only with a recognizer that reads the page")
        text_scores(known, "")
    page, _ = open_image(image)
    explorer = _Explorer(page, FilterChain(chain or ()), known, recognizer)
    return Exploration(tuple(map(explorer.toolbar, wanted)), known, "" if recognizer else _UNREAD)


def write_page(path: str | os.PathLike[str], html: str) -> Path:
    """Write a page of HTML, whose folder is made; returns its path.

    Raises:
        OutputError: it cannot be written.
    """
    target = Path(path)
    made(target.parent)
    write_whole(target, html.encode("utf-8", "replace"))
    return target


class _Explorer:
    """Makes variants; what toolbars have in common is made once."""

    def __init__(self, page: Page, chain: FilterChain, truth: str | None, recognizer: Recognizer | None) -> None:
        self._truth, self._recognizer = truth, recognizer
        self._given = chain(page, evidence=recognizer) if chain else page
        self._shared = [self._seen("Source", "", page, page)]
        if chain:
            self._shared.append(self._seen("Chain", "", self._given, self._given))
        self._automatic: Variant | None = None

    def toolbar(self, sweep: Sweep) -> Toolbar:
        first = list(self._shared)
        if sweep.binarizes and sweep.kind != "binarize":
            self._automatic = self._automatic or self._tried("Auto", lookup("binarize").example())
            first.append(self._automatic)
        swept = (self._tried(name, item) for name, item in zip(sweep.names, sweep.filters, strict=True))
        return Toolbar(sweep.title, (*first, *swept))

    def _tried(self, name: str, item: Filter) -> Variant:
        flag = FilterChain([item]).to_flags()[1]
        try:
            page = item(self._given, evidence=self._recognizer)
        except FilterError as error:
            return Variant(name, flag, self._given, self._given, error=error)
        return self._seen(name, flag, self._given, page)

    def _seen(self, name: str, flag: str, before: Page, page: Page) -> Variant:
        if self._recognizer is None:
            return Variant(name, flag, before, page)
        try:
            result = self._recognizer.read(page)
        except (EngineNotFoundError, LanguageNotInstalledError):
            # No other page would fare better.
            raise
        except RecognizerError as error:
            return Variant(name, flag, before, page, error=error)
        scores = None if self._truth is None else text_scores(self._truth, result.recognition_text)
        return Variant(name, flag, before, page, result, scores)


def _best(items: list[Variant], worth: Callable[[Variant], float]) -> tuple[Variant, ...]:
    # As they are shown: what looks alike is alike.
    worths = [round(worth(item), 1) for item in items]
    return tuple(item for item, value in zip(items, worths, strict=True) if value == max(worths))


def _text(truth: str | os.PathLike[str] | None) -> str | None:
    if truth is None or isinstance(truth, str):
        return truth
    try:
        return Path(truth).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"the true text cannot be read: {error.strerror or error}", source=str(truth)) from error
    except UnicodeDecodeError as error:
        raise InputError("the true text is not UTF-8", source=str(truth)) from error
