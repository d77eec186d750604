"""Whatever this page needs, or nothing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from ocrprep.analysis.evenness import background_evenness
from ocrprep.analysis.text_height import text_height
from ocrprep.errors import RecognizerError
from ocrprep.filters._choosing import ChoosingFilter, Chosen
from ocrprep.filters._remedies import SMALL_TYPE, TRIED, UNEVEN_LIGHT
from ocrprep.filters._sample import sample
from ocrprep.filters.base import BINARY, Context
from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.page import Page
    from ocrprep.result import Word

_READINGS = 5
"""About how many readings of the sample there are, counting enlarged ones as more."""

_SURE, _DOUBTFUL, _FEW = 93.0, 60.0, 0.03
"""Words of this mean confidence, of which no more than so many are below the second, need no help."""

_MARGIN, _LEAST = 0.1, 20.0
"""By how much more, as a share and in all, other pixels must be worth."""

_SMALL_TYPE, _UNEVEN = 9.0, 0.6
"""x-height and evenness of light below which a page is helped without asking an engine."""


class Auto(ChoosingFilter):
    """Look at the page, try what could help on a few of its lines, and do what did: often nothing.

    Where an engine is at hand (a page that is read, or cleaned where Tesseract is installed), some bands of text are
    read as they are. If that goes well nothing is done. Otherwise they are read again after each of a few chains, and
    the chain whose words are worth clearly more is taken: the sum over words of confidence above 40, longer words
    counting more, signs without letters less than nothing. Without an engine only very small type and very uneven
    light are mended.

    Measured with Tesseract 5.5 on 96 forms, receipts, photos and slides: 5 to 6 points of word F1 on average, 45 % of
    the pages better by more than 2 points and 10 % worse; on 151 clean pages and lines no change on average and none
    worse.

    The step tells what was tried, what it was worth, and why; the filters that were chosen follow as steps of their
    own, so that replaying the steps makes the same page without choosing again.
    """

    kind: Literal["auto"] = Field(default="auto", init=False)

    budget: Annotated[
        float,
        Field(
            gt=0,
            le=4,
            description="about how long choosing takes, as a share of reading the page; more on pages of few lines",
        ),
    ] = 0.5

    def choose(self, page: Page, context: Context) -> Chosen:
        """Ask the engine, or the page itself."""
        read = getattr(context.evidence, "read", None)
        if read is None:
            return _by_itself(page)
        lines = sample(page, self.budget / _READINGS)
        if lines is None:
            return Chosen((), reason="nothing on this page looks like text")
        try:
            return self._asked(lines, read)
        except RecognizerError as error:
            return _by_itself(page, engine=str(error))

    def _asked(self, lines: Page, read: Any) -> Chosen:
        words = read(lines).words
        worths = {"as it is": round(worth(words), 1)}
        if _is_fine(words):
            return Chosen((), reason="it reads well as it is", worth=worths)
        for name, filters in TRIED.items():
            tried = lines
            for item in filters:
                tried = item(tried)
            worths[name] = round(worth(read(tried).words), 1)
        before = worths["as it is"]
        best = max(worths, key=lambda name: worths[name])
        if best == "as it is" or worths[best] <= before + _MARGIN * abs(before) + _LEAST:
            return Chosen((), reason="nothing that was tried reads clearly better", worth=worths)
        return Chosen(TRIED[best], reason=f"reads better: {best}", worth=worths)


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


def _is_fine(words: Sequence[Word]) -> bool:
    if len(words) < 5:
        return False
    mean = sum(word.confidence for word in words) / len(words)
    return mean >= _SURE and sum(word.confidence < _DOUBTFUL for word in words) <= _FEW * len(words)


def _by_itself(page: Page, **facts: Any) -> Chosen:
    if page.mode is BINARY:
        return Chosen((), reason="already black and white; no engine to ask", **facts)
    gray = convert_pixels(page.pixels, PixelMode.GRAY)
    height, light = text_height(gray), background_evenness(gray)
    facts |= {
        "x_height": None if height is None else round(float(height.x_height), 2),
        "evenness": round(light.evenness, 3),
    }
    if height is not None and height.x_height < _SMALL_TYPE:
        return Chosen(SMALL_TYPE, reason="very small type; no engine to ask", **facts)
    if light.evenness < _UNEVEN:
        return Chosen(UNEVEN_LIGHT, reason="very uneven light; no engine to ask", **facts)
    return Chosen((), reason="nothing stands out; no engine to ask", **facts)
