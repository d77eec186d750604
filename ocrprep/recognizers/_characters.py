"""The characters of words, from Tesseract's hOCR."""

from __future__ import annotations

import html
import re
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.result import Character, as_quad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocrprep.page import Page
    from ocrprep.result import Line, Quad, Word

_MARK = re.compile(
    r"""<span\ class='ocrx_word'[^>]*?title='bbox\ (?P<word>[-\d ]+)
    |title='x_bboxes\ (?P<box>[-\d ]+);\ x_conf\ (?P<sure>[-\d.e+]+)'>(?P<sign>[^<]*)
    |id='(?P<group>lstm_choices_)
    |title='x_confs\ (?P<other_sure>[-\d.e+]+)'>(?P<other>[^<]*)""",
    re.VERBOSE,
)

Corners: TypeAlias = tuple[float, ...]


class _Sign(NamedTuple):
    text: str
    sure: float
    box: Corners


class _Heard(NamedTuple):
    """A word's signs, and of each what it may be."""

    signs: list[_Sign]
    others: list[list[tuple[str, float]]]


def with_characters(lines: Sequence[Line], hocr: str, page: Page) -> tuple[Line, ...]:
    """The same lines, with the characters of each word.

    A word whose characters do not spell it, which is no word of Tesseract's own, stays without.

    Args:
        lines: from the table of the same reading.
        hocr: with boxes of characters and, in a group after each (5.0) or after the whole word (4.1), its choices.
        page: what was read; its map gives the places on the source.
    """
    heard: dict[Corners, deque[_Heard]] = defaultdict(deque)
    for corners, word in _words(hocr):
        heard[corners].append(word)
    found = [[_taken(heard, word) for word in line.words] for line in lines]
    boxes = [sign.box for row in found for signs in row for sign in signs.signs]
    quads = iter(_quads(boxes, page))
    return tuple(
        replace(
            line,
            words=tuple(
                replace(word, characters=tuple(_characters(signs, quads))) if signs.signs else word
                for word, signs in zip(line.words, row, strict=True)
            ),
        )
        for line, row in zip(lines, found, strict=True)
    )


def _words(hocr: str) -> list[tuple[Corners, _Heard]]:
    """Each word's box and what was told of it, in the order of the page."""
    made: list[tuple[Corners, _Heard]] = []
    for mark in _MARK.finditer(hocr):
        if mark["word"] is not None:
            made.append((_corners(mark["word"]), _Heard([], [])))
        elif not made:
            continue
        elif mark["box"] is not None:
            made[-1][1].signs.append(_Sign(html.unescape(mark["sign"]), float(mark["sure"]), _corners(mark["box"])))
        elif mark["group"] is not None:
            made[-1][1].others.append([])
        elif made[-1][1].others:
            made[-1][1].others[-1].append((html.unescape(mark["other"]), float(mark["other_sure"])))
    return made


def _corners(numbers: str) -> Corners:
    return tuple(map(float, numbers.split()))


def _taken(heard: dict[Corners, deque[_Heard]], word: Word) -> _Heard:
    """What was told of a word; words in one box were told in the order of the table."""
    box = word.box
    waiting = heard.get((box.left, box.top, box.right, box.bottom))
    found = waiting.popleft() if waiting else None
    if found is None or "".join(sign.text for sign in found.signs) != word.text:
        return _Heard([], [])
    # A group that cannot be assigned says nothing.
    return found if len(found.others) == len(found.signs) else _Heard(found.signs, [[] for _ in found.signs])


def _characters(heard: _Heard, quads: Iterator[Quad]) -> Iterator[Character]:
    for sign, told in zip(heard.signs, heard.others, strict=True):
        best: dict[str, float] = {}
        for text, sure in told:
            if text.strip() and text != sign.text:
                best[text] = max(sure, best.get(text, 0.0))
        others = sorted(best.items(), key=lambda item: -item[1])
        yield Character(sign.text, sign.sure, Box(*sign.box), next(quads), tuple(others))


def _quads(boxes: Sequence[Corners], page: Page) -> list[Quad]:
    """The boxes on the source, all at once."""
    corners = np.array([Box(*box).corners() for box in boxes]).reshape(-1, 2)
    return [as_quad(points) for points in geometry.apply(page.to_source, corners).reshape(-1, 4, 2)]
