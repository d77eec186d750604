"""Where a text stands on a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.geometry import Box
from ocrprep.text._distance import nearest_ends, nearest_start
from ocrprep.text._words import joined, one_line
from ocrprep.text.comparing import checked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.result import Line, RecognitionResult, Word

_HYPHENS = ("-", "\u2010", "\u00ad")


@dataclass(frozen=True, slots=True)
class Found:
    """A place where something stands on a page.

    Args:
        text: the words that were found, joined by spaces.
        score: 1 minus the share of what was wanted that is different here, 0–1; 1 for an exact hit.
        lines: the words line by line, in the order of the page; see their ``source_quad`` and ``box``.
    """

    text: str
    score: float
    lines: tuple[tuple[Word, ...], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in which it stands, whole even where it is a part of one."""
        return tuple(word for line in self.lines for word in line)

    @property
    def box(self) -> Box:
        """Around all words on the page that was read."""
        return Box.union(word.box for word in self.words)

    @property
    def source_box(self) -> Box:
        """Around all words on the source image."""
        return Box.union(word.source_box for word in self.words)

    @property
    def source_boxes(self) -> tuple[Box, ...]:
        """Around the words of each line on the source image."""
        return tuple(Box.union(word.source_box for word in line) for line in self.lines)


def find(
    result: RecognitionResult,
    wanted: str,
    *,
    ignore_case: bool = True,
    tolerance: float = 0.0,
    whole_words: bool = False,
) -> tuple[Found, ...]:
    """Look for a text on a page, across its lines.

    A word that a line's end divides is found as a whole one, with or without its hyphen.

    Args:
        result: of the page.
        wanted: what to look for.
        ignore_case: whether A and a are the same.
        tolerance: share of ``wanted`` that may be missing, added or different, 0–1: what an engine may have misread.
        whole_words: whether it must begin and end where words do; punctuation does not count.

    Returns:
        The places in reading order, none sharing a character with another; the better ones first chosen.

    Raises:
        ValueError: nothing is wanted, or a tolerance out of range.
    """
    pattern = joined(one_line(wanted, ignore_case=ignore_case))
    if not pattern:
        raise ValueError("there is nothing to look for")
    allowed = int(checked(tolerance) * len(pattern) + 1e-9)
    best: dict[tuple[int, ...], tuple[float, Found]] = {}
    for hyphens in (False, True):
        page = _Spelled(result.lines, ignore_case=ignore_case, hyphens=hyphens)
        for start, end, edits in _chosen(page.text, pattern, allowed, whole_words=whole_words):
            owners = page.words_of(start, end)
            score = 1.0 - edits / len(pattern)
            if owners and (owners not in best or best[owners][0] < score):
                best[owners] = score, page.found(owners, score)
    return _apart(best)


def _apart(best: dict[tuple[int, ...], tuple[float, Found]]) -> tuple[Found, ...]:
    """Of the hits of both spellings those that share no word with a better one, in reading order."""
    kept: dict[tuple[int, ...], Found] = {}
    for owners, (_, found) in sorted(best.items(), key=lambda item: (-item[1][0], item[0])):
        same = [other for other in kept if set(other) & set(owners)]
        # Two hits in one word are one place on the page.
        if not same:
            kept[owners] = found
    return tuple(kept[owners] for owners in sorted(kept))


class _Spelled:
    """A page's words as one text, in which each character knows its word."""

    def __init__(self, lines: Sequence[Line], *, ignore_case: bool, hyphens: bool) -> None:
        self._places = [(line, word) for line, item in enumerate(lines) for word in range(len(item.words))]
        self._lines = lines
        signs: list[str] = []
        self._owners: list[int] = []
        for number, (line, place) in enumerate(self._places):
            text = one_line(lines[line].words[place].text, ignore_case=ignore_case)
            last = place == len(lines[line].words) - 1 and number < len(self._places) - 1
            divided = last and len(text) > 1 and text.endswith(_HYPHENS) and text[-2].isalpha()
            if divided:
                text = text[:-1] + ("-" if hyphens else "")
            spelled = text if divided else f"{text} "
            signs.append(spelled)
            self._owners += [number] * len(spelled)
        self.text = "".join(signs).rstrip()

    def words_of(self, start: int, end: int) -> tuple[int, ...]:
        """The words that hold a part of the text."""
        seen = (self._owners[place] for place in range(start, end) if not self.text[place].isspace())
        return tuple(dict.fromkeys(seen))

    def found(self, owners: Sequence[int], score: float) -> Found:
        """A hit."""
        rows: dict[int, list[Word]] = {}
        for number in owners:
            line, place = self._places[number]
            rows.setdefault(line, []).append(self._lines[line].words[place])
        lines = tuple(tuple(words) for words in rows.values())
        return Found(" ".join(word.text for words in lines for word in words), score, lines)


def _chosen(text: str, pattern: str, allowed: int, *, whole_words: bool) -> Iterator[tuple[int, int, int]]:
    """Start, end and edits of hits that share no character, the better ones first."""
    taken: list[tuple[int, int]] = []
    for start, end, edits in sorted(_hits(text, pattern, allowed), key=lambda hit: (hit[2], hit[0])):
        if whole_words and not (_begins(text, start) and _begins(text, end)):
            continue
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield start, end, edits


def _begins(text: str, place: int) -> bool:
    """Whether a word begins or ends there."""
    return not (0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum())


def _hits(text: str, pattern: str, allowed: int) -> Iterator[tuple[int, int, int]]:
    if allowed == 0:
        start = text.find(pattern)
        while start >= 0:
            yield start, start + len(pattern), 0
            start = text.find(pattern, start + 1)
        return
    for end, edits in enumerate(nearest_ends(pattern, text), 1):
        if edits <= allowed:
            behind = max(0, end - len(pattern) - allowed)
            _, start = nearest_start(pattern, text[behind:end])
            if behind + start < end:
                yield behind + start, end, edits
