"""Several readings of one page made into one result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep.consensus._ballot import Count, elected
from ocrprep.consensus._layout import laid_out, words_of
from ocrprep.consensus._seen import Coverage, Looked, seen_by
from ocrprep.consensus._spots import spots_of
from ocrprep.consensus.calibration import single_probabilities, with_probabilities
from ocrprep.errors import InputError
from ocrprep.geometry import Box, apply, invert
from ocrprep.result import Reading, text_of

if TYPE_CHECKING:
    from ocrprep.consensus._ballot import Elected
    from ocrprep.result import Line, RecognitionResult, Word

LEAST = 0.3
"""Probability under which a word of several readings is left out. The word F1 of a page is highest if this is half of
it (Lipton, Elkan and Narayanaswamy 2014); it is flat between 0.3 and 0.4, and the lower level loses fewer signs."""

_LONG, _PRESENT, _LEAST_LONG = 5, 0.8, 0.2
"""Signs, share of the readings that see a word in the place, and probability, from which on a word stays all the same:
something is written there, most of it as it was read."""

_ON_ANOTHER = 0.3
"""Share of its area with which a word lies on another one."""

_UNTOUCHED = 1.03
"""How many times more another layout must be worth than that of the page as it came."""


def merge_readings(results: Sequence[RecognitionResult]) -> RecognitionResult:
    """One result from several readings of one page, each after another preparation.

    Words of all readings are brought to one page through their places on the source image. Words in the same place
    vote, each with the probability that it is right; where readings divide words differently, the division with which
    most agree holds; where all differ, the text is put together letter by letter. What is too doubtful is left out and
    kept in ``dropped``. Lines, their order and paragraphs are those of the reading with the best layout, which is also
    the page of all boxes; words that it missed are put into its lines or into new ones.

    The order of the readings does not matter. Readings without words, and those that equal another one, change nothing;
    what remains of one reading is that reading, with a probability for each word.

    Args:
        results: at least one, all of the same source; see ``RecognitionResult.to_source`` for what makes them
            comparable.

    Raises:
        InputError: nothing to merge, or results of different pages.
    """
    sources = {(item.source.uri, item.source.page_index, item.source.sha256) for item in results}
    if not results:
        raise InputError("there is no reading to merge")
    if len(sources) > 1:
        names = sorted({f"{uri or 'an image'}, page {page + 1}" for uri, page, _ in sources})
        told = " and ".join(names[:2]) if len(names) > 1 else f"{names[0]}, from files that differ"
        raise InputError(f"readings of different pages cannot be merged: {told}")
    return merged([Looked(item, name=_name(item)) for item in results])


def merged(readings: Sequence[Looked]) -> RecognitionResult:
    """As :func:`merge_readings`, of readings that may have looked at parts of the page only.

    At least one has looked at all of it; one of those gives the layout.
    """
    telling = _telling(readings)
    notes = tuple(_note(item) for item in telling)
    if len(telling) == 1:
        only = telling[0].result
        return _with_costs(replace(only, lines=_voted(with_probabilities(only.lines))), readings, notes)
    base, counts, coverage = counted(telling)
    result = telling[base].result
    items = elected(counts, coverage)
    kept, left = _divided(items, base)
    lines = laid_out(result, base, kept)
    doubtful = words_of(result, base, left)
    dropped = [*doubtful, *_dropped_before(telling, result, items)]
    dropped.sort(key=lambda word: (word.box.top, word.box.left, word.text))
    text = result.recognition_text if _texts(lines) == _texts(result.lines) else text_of(lines)
    made = replace(result, recognition_text=text, lines=lines, dropped=tuple(dropped))
    return _with_costs(made, readings, notes)


def _divided(items: Sequence[Elected], base: int) -> tuple[list[Elected], list[Elected]]:
    """The words to keep, and those to leave out."""
    likely = [item for item in items if _is_likely(item)]
    kept = [item for item in likely if not _is_seen_twice(item, likely, base)]
    staying = set(map(id, kept))
    return kept, [item for item in items if id(item) not in staying]


def _is_likely(item: Elected) -> bool:
    if item.probability >= LEAST:
        return True
    return len(item.text) >= _LONG and item.presence >= _PRESENT and item.probability >= _LEAST_LONG


def _is_seen_twice(item: Elected, others: Sequence[Elected], base: int) -> bool:
    """Whether a word that the base did not see lies on one that is surer, which other readings placed elsewhere."""
    if any(seen.reading == base for seen in item.all_seen):
        return False
    return any(
        (other.probability, other.text) > (item.probability, item.text) and _shared(item.box, other.box) > _ON_ANOTHER
        for other in others
    )


def _shared(one: Box, other: Box) -> float:
    """Share of the smaller box's area that lies in the other one."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min(one.width * one.height, other.width * other.height)
    return across * down / smaller if across > 0 and down > 0 and smaller > 0 else 0.0


def counted(telling: Sequence[Looked]) -> tuple[int, list[Count], Coverage]:
    """The reading with the best layout, the votes of every place on its page, and who looked where.

    Args:
        telling: readings with words, at least one of them of the whole page.
    """
    base = max(
        (number for number, item in enumerate(telling) if item.areas is None),
        key=lambda number: _layout_worth(telling[number].result),
    )
    from_source = invert(np.array(telling[base].result.to_source).reshape(3, 3))
    spots = spots_of(chain.from_iterable(seen_by(telling, from_source)))
    return base, [Count(spot, base) for spot in spots], Coverage(telling, from_source)


def _telling(readings: Sequence[Looked]) -> list[Looked]:
    """The readings that hold words, each once, in an order that depends on nothing but what they are."""
    kept: dict[Any, Looked] = {}
    for item in sorted(readings, key=_identity):
        words = tuple((word.text, word.confidence, word.source_quad) for word in item.result.words)
        if words:
            # Of readings that differ in their lines alone, the first in that order speaks for all.
            kept.setdefault((words, item.areas), item)
    whole = [item for item in kept.values() if item.areas is None]
    # Parts alone have no layout: a page on which only they found words is laid out like the first of them.
    if kept and not whole:
        first = next(iter(kept))
        kept[first] = replace(kept[first], areas=None)
    return list(kept.values()) or [min(readings, key=_identity)]


def _dropped_before(telling: Sequence[Looked], result: RecognitionResult, items: Sequence[Elected]) -> list[Word]:
    """What the readings had left out themselves, once each, where the consensus has no word."""
    from_source = invert(np.array(result.to_source).reshape(3, 3))
    left: list[Word] = []
    for word in (word for item in telling for word in item.result.dropped):
        box = Box.around(apply(from_source, np.array(word.source_quad)))
        known = [item.box for item in items] + [other.box for other in left if other.text == word.text]
        if not any(_holds_middle(own, box) for own in known):
            left.append(replace(word, box=box))
    return left


def _holds_middle(one: Box, other: Box) -> bool:
    x, y = (other.left + other.right) / 2.0, (other.top + other.bottom) / 2.0
    return one.left <= x <= one.right and one.top <= y <= one.bottom


def _identity(item: Looked) -> tuple[Any, ...]:
    result = item.result
    return (
        item.areas is not None,
        result.to_source,
        item.name,
        item.areas or (),
        result.engine,
        [
            (line.block, line.paragraph, [(word.text, word.confidence, word.source_quad) for word in line.words])
            for line in result.lines
        ],
        [(step.kind, repr(step.parameters)) for step in result.steps],
    )


def _layout_worth(result: RecognitionResult) -> tuple[float, Any]:
    """What the words of a reading are worth: the more likely a longer one is right the more, wrong ones less than 0."""
    words = result.words
    numbers = [number for number, line in enumerate(result.lines) for _ in line.words]
    weights = np.sqrt([min(6, sum(map(str.isalnum, word.text))) for word in words])
    worth = float(((single_probabilities(words, numbers) - 0.4) * weights).sum())
    untouched = all(step.implicit for step in result.steps)
    return worth * (_UNTOUCHED if untouched and worth > 0 else 1.0), _texts(result.lines)


def _texts(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    return [tuple(word.text for word in line.words) for line in lines]


def _voted(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(replace(line, words=tuple(replace(word, readings=(0,)) for word in line.words)) for line in lines)


def _note(item: Looked) -> Reading:
    result = item.result
    return Reading(item.name, result.steps, result.engine, result.seconds, len(result.words), item.share)


def _name(result: RecognitionResult) -> str:
    return ", ".join(step.kind for step in result.steps if not step.implicit) or "as it is"


def _with_costs(result: RecognitionResult, readings: Sequence[Looked], notes: tuple[Reading, ...]) -> RecognitionResult:
    return replace(result, seconds=math.fsum(item.result.seconds for item in readings), readings=notes)
