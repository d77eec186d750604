"""Lines of words on a page, laid out as tables, as paragraphs and as columns of a newspaper."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from ocrprep import geometry
from ocrprep.geometry import Box
from ocrprep.result import Line, Word, as_quad

HEIGHT = 30.0
LETTER = 0.6 * HEIGHT
SPACE = 0.4 * HEIGHT

Placed = list[tuple[str, float, float]]
"""Words of one line: text, left edge and middle."""


def width(text: str) -> float:
    """Of words with spaces between them."""
    words = text.split()
    return sum(len(word) for word in words) * LETTER + (len(words) - 1) * SPACE


def run(text: str, left: float, middle: float) -> Placed:
    """Words with plain spaces between them."""
    placed, at = [], left
    for word in text.split():
        placed.append((word, at, middle))
        at += len(word) * LETTER + SPACE
    return placed


def lines(
    rows: Sequence[Placed], *, angle: float = 0.0, jitter: float = 0.0, seed: int = 0, blocks: Sequence[int] = ()
) -> tuple[Line, ...]:
    """The lines of an engine.

    Args:
        rows: words of each line, in the order in which they are read.
        angle: by which the page is skewed, in degrees.
        jitter: how far words stand from their places, in heights.
        seed: of the jitter.
        blocks: of each line; without them all are of one block.
    """
    noise, turn = random.Random(seed), geometry.rotation(angle)
    made = []
    for number, row in enumerate(rows):
        words = []
        for text, left, middle in row:
            x = left + noise.uniform(-jitter, jitter) * HEIGHT
            y = middle - HEIGHT / 2 + noise.uniform(-jitter, jitter) * HEIGHT
            upright = Box(x, y, x + len(text) * LETTER, y + HEIGHT)
            box = Box.around(geometry.apply(turn, upright.corners())) if angle else upright
            words.append(Word(text, 95.0, box, as_quad(box.corners())))
        whole = Box.around(np.concatenate([word.box.corners() for word in words]))
        made.append(Line(tuple(words), whole, as_quad(whole.corners()), blocks[number] if blocks else 0))
    return tuple(made)


def table(
    cells: Sequence[Sequence[str]], aligned: str, *, river: float = 1.8, pitch: float = 1.6, cut: str = "rows"
) -> tuple[list[Placed], list[int]]:
    """A table as an engine reads it, and the block of each line.

    Args:
        cells: row by row; empty ones are left out.
        aligned: a letter for each column: ``l``, ``r`` or ``c``.
        river: width of the narrowest gap between two columns, in heights.
        pitch: from row to row, in heights.
        cut: whether the engine reads it by ``rows``, by ``cells``, or by ``columns``, each a block.
    """
    widths = [max(width(cell) if cell else 0.0 for cell in column) for column in zip(*cells, strict=True)]
    lefts = [100.0 + sum(widths[:place]) + place * river * HEIGHT for place in range(len(widths))]
    placed = {}
    for number, row in enumerate(cells):
        for place, cell in enumerate(row):
            if cell:
                free = widths[place] - width(cell)
                left = lefts[place] + {"l": 0.0, "r": free, "c": free / 2}[aligned[place]]
                placed[number, place] = run(cell, left, 100 + number * pitch * HEIGHT)
    if cut == "columns":
        order = sorted(placed, key=lambda at: (at[1], at[0]))
        return [placed[at] for at in order], [column for _, column in order]
    if cut == "cells":
        return [placed[at] for at in sorted(placed)], [0] * len(placed)
    rows: dict[int, Placed] = {}
    for number, place in sorted(placed):
        rows.setdefault(number, []).extend(placed[number, place])
    return list(rows.values()), [0] * len(rows)


def paragraph(
    words: Sequence[str], *, wide: float, left: float = 100.0, top: float = 100.0, justified: bool = True
) -> list[Placed]:
    """Running text, broken into lines.

    Args:
        words: of the text.
        wide: of the column, in pixels.
        left: of the column.
        top: middle of the first line.
        justified: whether all lines but the last reach both margins.
    """
    broken: list[list[str]] = [[]]
    for word in words:
        if broken[-1] and width(" ".join([*broken[-1], word])) > wide:
            broken.append([])
        broken[-1].append(word)
    made = []
    for number, row in enumerate(broken):
        middle = top + number * 1.5 * HEIGHT
        placed = run(" ".join(row), left, middle)
        if justified and number < len(broken) - 1 and len(row) > 1:
            more = (wide - width(" ".join(row))) / (len(row) - 1)
            placed = [(text, x + place * more, y) for place, (text, x, y) in enumerate(placed)]
        made.append(placed)
    return made


def prose(seed: int, count: int) -> list[str]:
    """Made-up words in made-up sentences."""
    noise = random.Random(seed)
    made, fresh = [], True
    for _ in range(count):
        # Lengths as in English: many short words, few long ones.
        size = 1 + min(12, int(1 + noise.expovariate(1 / 3.6)))
        word = "".join(noise.choice("aeiounrtsldm") for _ in range(size))
        ends = noise.random() < 1 / 14
        made.append((word.capitalize() if fresh else word) + ("." if ends else ""))
        fresh = ends
    return made
