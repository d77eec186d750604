"""Whatever this page needs, or nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from pydantic import Field

from ocrprep.errors import RecognizerError
from ocrprep.filters._choosing import ChoosingFilter, Chosen
from ocrprep.filters._remedies import (
    CUT_OUT,
    DARK_ON_LIGHT,
    MARGIN,
    STRAIGHT,
    UPRIGHT,
    Shown,
    cleared,
    cut_at_a_level,
    framed,
    look,
    tuned,
    uneven,
)
from ocrprep.filters._sample import Spans, all_of, bands, covered, sample
from ocrprep.filters.base import BINARY, Context, Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocrprep.page import Page
    from ocrprep.result import RecognitionResult, Word

_READINGS = 4
"""What choosing costs, in readings of the sample: two, one of them perhaps enlarged, and what else is measured."""

_SURE, _DOUBTFUL, _FEW = 93.0, 60.0, 0.03
"""Words of this mean confidence, of which no more than so many are below the second, need no help."""

_ENOUGH = 5
"""Words: fewer say nothing."""

_SEEN = 0.85
"""Share of the letters that lie in words, under which the engine has passed over text: it says nothing of that."""

_LONGER = 4
"""Characters of a word that is longer than it is high."""

_CLEARLY = 1.03
"""How many times more a rarer chain must be worth than the usual one."""

_LOST = 60.0
"""Mean confidence of the better reading under which the page may lie on its side."""

_VETO, _LEAST = 0.2, 600.0
"""By how much more, as a share and in all, the page as it is must be worth than after the chain. The chain suits what
the page shows and is seldom wrong; a few lines are, more often, as they say nothing of how a whole page is laid out."""

_WHOLE_PAGE = 2.0
"""Budget, as a share of reading the page, from which on all of a page may be read that has only a few lines."""

_LEAST_OF_ALL = 50.0
"""The same where all of a page was read."""


class Auto(ChoosingFilter):
    """Prepare the page for its reader as it needs, often not at all.

    Light type on dark is inverted. Lines that run steeply are levelled. Small type is enlarged, and whatever else
    it needs is done, without asking. Of other pages two bands of text are read as they are, where an engine is at
    hand (a page that is read, or cleaned where Tesseract is installed). If that goes well, no pixel changes. Else
    they are read again after the chain that suits what the page shows: no empty rim, even light, no ruled lines
    through small type, a size that is read well, strokes of full weight, a resolution that the engine can rely on;
    a photographed page is cut out before. What was read can veto that chain: on pages with grays by reading clearly
    better without it, on black-and-white ones by reading no better with it. A page that nothing makes readable is
    tried the other way up. Lines are weighed by the sum over words of confidence above 40, longer words counting
    more, signs without letters less than nothing. Without an engine only plain faults are mended: small type, very
    uneven light, light type on dark, steep lines.

    Measured with Tesseract 5.5 on 96 forms, receipts, photos and slides: word F1 76 instead of 66, 8 pages worse by
    more than 2 points; on 151 clean pages and lines no change on average, and none worse. See docs/auto.md.

    The step tells what was tried, what it was worth, and why; the filters that were chosen follow as steps of their
    own, so that replaying the steps makes the same page without choosing again.
    """

    kind: Literal["auto"] = Field(default="auto", init=False)

    budget: Annotated[
        float,
        Field(
            gt=0,
            le=4,
            description="about how long choosing takes, as a share of reading the page",
        ),
    ] = 0.5

    def choose(self, page: Page, context: Context) -> Chosen:
        """Ask the engine, or the page itself."""
        read = getattr(context.evidence, "read", None)
        if read is not None:
            try:
                return _Trial(page, context, read, self.budget / _READINGS).choose()
            except RecognizerError as error:
                return _by_itself(page, engine=str(error))
        return _by_itself(page)


class _Tried(NamedTuple):
    """A chain, the page after it, and what was read of that."""

    chain: Sequence[Filter]
    page: Page
    words: Sequence[Word]


class _Trial:
    """One page, its repairs, and what an engine reads of it after each chain.

    Args:
        page: as it came.
        context: with the engine's evidence.
        read: the engine.
        share: of the page's text to read.
    """

    def __init__(self, page: Page, context: Context, read: Callable[[Page], RecognitionResult], share: float) -> None:
        self.base, self.context, self.read, self.share = page, context, read, share
        self.repairs: list[Filter] = []
        self.worths: dict[str, float] = {}

    def choose(self) -> Chosen:
        """The chain, none being the first that is tried."""
        shown = look(self.base)
        if shown.light_on_dark > 0 and self._repair(DARK_ON_LIGHT):
            shown = replace(look(self.base), light_on_dark=shown.light_on_dark)
        if shown.steep and self._repair(STRAIGHT):
            shown = replace(look(self.base), light_on_dark=shown.light_on_dark)
        spans = self._bands(shown)
        if not spans:
            return self._chosen((), "nothing on this page looks like text", shown)
        if shown.small and self.base.mode is not BINARY:
            return self._unread(shown)
        if self._is_whole(spans) and _READINGS * self.share < _WHOLE_PAGE:
            return self._chosen((), "too few lines to read some of them within the budget", shown)
        words = self._words(self.base, spans)
        if self._is_fine(shown, spans, words):
            return self._fine(shown, spans, words)
        if framed(self.base):
            self._repair(CUT_OUT)
            shown = look(self.base)
            spans = self._bands(shown)
            words = self._words(self.base, spans)
        after = self._prepared(shown, spans)
        if max(_mean(words), _mean(after.words)) < _LOST or _lies(words):
            turned = self._turned(max(worth(words), worth(after.words)))
            if turned is not None:
                return turned
        return self._decided(shown, spans, words, after)

    def _fine(self, shown: Shown, spans: Spans, words: Sequence[Word]) -> Chosen:
        """The page as it is, but for what its lines cannot show: a margin that lacks, a resolution that is wrong."""
        margin = shown.crowded
        if margin and self._is_whole(spans):
            margin = worth(self._words(MARGIN(self.base), spans)) > worth(words) + _LEAST_OF_ALL
        chain = (*((MARGIN,) if margin else ()), *tuned(self.base, shown))
        return self._chosen(chain, "it reads well as it is", shown)

    def _decided(self, shown: Shown, spans: Spans, words: Sequence[Word], after: _Tried) -> Chosen:
        before, prepared = worth(words), worth(after.words)
        self.worths = {"as it is": round(before, 1), "prepared": round(prepared, 1)}
        whole = self._is_whole(spans)
        if whole or self.base.mode is BINARY:
            # All has been read, or there are no grays to mend: here it is the chain that must prove itself.
            better = prepared > (1.0 + _VETO) * max(0.0, before) + (_LEAST_OF_ALL if whole else _LEAST)
        else:
            better = before <= (1.0 + _VETO) * max(0.0, prepared) + _LEAST
        if better:
            return self._chosen(after.chain, "it does not read well as it is", shown, made=after.page)
        return self._chosen(tuned(self.base, shown), "it reads no better prepared", shown)

    def _turned(self, before: float) -> Chosen | None:
        """The choice for the page the right way up; None where it lies so already or reads no better for it."""
        base, repairs = self.base, list(self.repairs)
        if self._repair(UPRIGHT):
            shown = look(self.base)
            spans = self._bands(shown)
            words = self._words(self.base, spans)
            if self._is_fine(shown, spans, words):
                return self._chosen(tuned(self.base, shown), "it reads well the right way up", shown)
            after = self._tried(cleared(shown), spans)
            if max(worth(words), worth(after.words)) > (1.0 + _VETO) * max(0.0, before) + _LEAST:
                return self._decided(shown, spans, words, after)
        self.base, self.repairs = base, repairs
        return None

    def _unread(self, shown: Shown) -> Chosen:
        """Small type reads better enlarged so often that reading it twice to find out would only cost time."""
        if framed(self.base):
            self._repair(CUT_OUT)
            shown = look(self.base)
        return self._chosen(cleared(shown), "small type", shown)

    def _is_whole(self, spans: Spans) -> bool:
        return spans == all_of(self.base)

    def _prepared(self, shown: Shown, spans: Spans) -> _Tried:
        """After the usual chain, or after another where the edges of shadows stay as streaks and that reads better."""
        usual = self._tried(cleared(shown), spans)
        if not uneven(self.base):
            return usual
        edged = self._tried(cut_at_a_level(shown), spans)
        return edged if worth(edged.words) > _CLEARLY * max(0.0, worth(usual.words)) else usual

    def _tried(self, chain: Sequence[Filter], spans: Spans) -> _Tried:
        made = _applied(chain, self.base)
        return _Tried(chain, made, self._words(made, spans))

    def _is_fine(self, shown: Shown, spans: Spans, words: Sequence[Word]) -> bool:
        if not _is_sure(words):
            return False
        return shown.x_height is None or covered(sample(self.base, spans, self.base), words, shown.x_height) >= _SEEN

    def _repair(self, item: Filter) -> bool:
        """Apply it to all that follows, if it changes anything."""
        made = item(self.base, evidence=self.context.evidence)
        if made.pixels is self.base.pixels or _same(made, self.base):
            return False
        self.base = made
        self.repairs.append(item)
        return True

    def _bands(self, shown: Shown) -> Spans:
        line = None if shown.x_height is None else 2.5 * shown.x_height
        return bands(self.base, self.share, line)

    def _words(self, page: Page, spans: Spans) -> Sequence[Word]:
        return self.read(sample(page, spans, self.base)).words

    def _chosen(self, filters: Sequence[Filter], reason: str, shown: Shown, *, made: Page | None = None) -> Chosen:
        made = _applied(filters, self.base) if made is None else made
        return Chosen((*self.repairs, *filters), made=made, reason=reason, worth=self.worths, **shown.facts())


def _applied(filters: Sequence[Filter], page: Page) -> Page:
    for item in filters:
        page = item(page)
    return page


def worth(words: Sequence[Word]) -> float:
    """What an engine's words are worth: certainty that is certain of something."""
    total = 0.0
    for word in words:
        letters = sum(character.isalnum() for character in word.text)
        if letters:
            total += (word.confidence - 40.0) * math.sqrt(min(letters, 6))
        else:
            total += 0.3 * min(0.0, word.confidence - 70.0)
    return total


def _mean(words: Sequence[Word]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _is_sure(words: Sequence[Word]) -> bool:
    if len(words) < _ENOUGH:
        return False
    return _mean(words) >= _SURE and sum(word.confidence < _DOUBTFUL for word in words) <= _FEW * len(words)


def _lies(words: Sequence[Word]) -> bool:
    """Whether most longer words run up or down the page: Tesseract reads some pages so that lie on their side."""
    upright = [word.box.width >= word.box.height for word in words if len(word.text) >= _LONGER]
    return 2 * sum(upright) < len(upright)


def _same(one: Page, other: Page) -> bool:
    # A filter that found nothing to do may have copied the page.
    return one.pixels.shape == other.pixels.shape and bool((one.pixels == other.pixels).all())


def _by_itself(page: Page, **facts: Any) -> Chosen:
    shown = look(page)
    repairs: tuple[Filter, ...] = (DARK_ON_LIGHT,) if shown.light_on_dark > 0 else ()
    if shown.steep:
        repairs = (*repairs, STRAIGHT)
    facts |= shown.facts()
    if page.mode is BINARY:
        return Chosen(repairs, reason="already black and white; no engine to ask", **facts)
    if shown.small:
        return Chosen((*repairs, *cleared(shown)), reason="small type; no engine to ask", **facts)
    if uneven(DARK_ON_LIGHT(page) if shown.light_on_dark > 0 else page):
        return Chosen((*repairs, *cleared(shown)), reason="very uneven light; no engine to ask", **facts)
    seen = (("light type on dark", shown.light_on_dark > 0), ("lines that run askew", shown.steep))
    reason = " and ".join(name for name, there in seen if there) or "nothing stands out"
    return Chosen(repairs, reason=f"{reason}; no engine to ask", **facts)
