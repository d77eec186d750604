"""Cursive handwriting that says nothing, written by a pen on two coupled oscillators.

Source: J. M. Hollerbach, "An oscillation theory of handwriting", Biological Cybernetics 39, 139–156, 1981. The pen
swings up and down and, a quarter period apart, to and fro, while the hand moves on. Letters are modulations of the
two swings: the heights of the turning points, and the speed to the right while the pen turns. A turn at speed is an
arch, at rest a cusp, backwards a loop. All pages are written with letters drawn from these; a writer is a set of
habits (slant, roundness, width, joins) and always writes a letter in nearly the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocrprep.learning.writing.pens import Nib
from ocrprep.learning.writing.strokes import Points, Strokes

# Turning points of letters: height (0 base line, 1 x-height, 2 ascender, -1 descender) and speed to the right.
Turns = tuple[tuple[float, float], ...]
_SMALL: tuple[tuple[Turns, float, str], ...] = (  # turns, how often, what is added
    (((1.0, 0.05), (0.0, 0.9)), 7, "dot"),  # i
    (((1.0, 0.05), (0.0, 0.9), (1.0, 0.05), (0.0, 0.9)), 5, ""),  # u
    (((1.0, 0.8), (0.0, 0.05), (1.0, 0.9), (0.0, 0.7)), 8, ""),  # n
    (((1.0, 0.7), (0.0, 0.05), (1.0, 0.8), (0.0, 0.05), (1.0, 0.8), (0.0, 0.7)), 3, ""),  # m
    (((0.5, 1.2), (1.0, -0.9), (0.0, 1.0)), 13, ""),  # e
    (((0.85, 1.3), (1.0, -1.5), (0.0, 1.5), (0.98, -0.7), (0.0, 0.8)), 8, ""),  # a
    (((0.85, 1.2), (1.0, -1.5), (0.0, 1.5), (1.02, -0.9), (0.85, 1.3)), 6, ""),  # o
    (((0.85, 1.3), (1.0, -1.3), (0.0, 1.5)), 3, ""),  # c
    (((1.0, 0.1), (0.85, 0.9), (0.0, 0.8)), 6, ""),  # r
    (((0.6, 0.9), (1.05, 0.1), (0.05, -0.6), (0.25, 0.9)), 6, ""),  # s
    (((1.0, 0.5), (0.0, 0.5), (0.95, -0.3), (0.8, 1.2)), 2, ""),  # v
    (((0.7, 0.9), (2.1, -0.8), (0.0, 0.95)), 5, ""),  # l
    (((0.7, 0.9), (2.1, -0.8), (0.0, 0.1), (1.0, 0.9), (0.0, 0.8)), 4, ""),  # h
    (((0.7, 0.9), (2.1, -0.8), (0.0, 0.9), (0.95, -0.4), (0.8, 1.1)), 2, ""),  # b
    (((1.75, 0.1), (0.0, 0.9)), 8, "bar"),  # t
    (((0.85, 1.3), (1.0, -1.5), (0.0, 1.5), (2.0, -0.2), (0.0, 0.9)), 4, ""),  # d
    (((0.85, 1.3), (1.0, -1.5), (0.0, 1.5), (1.0, -0.5), (-1.1, -0.7), (0.1, 1.0)), 3, ""),  # g
    (((1.0, 0.1), (0.0, 0.9), (1.0, 0.0), (-1.1, -0.7), (0.1, 1.0)), 2, ""),  # y
    (((1.1, 0.1), (-1.1, 0.05), (1.0, 1.1), (0.05, -0.3), (0.1, 0.9)), 2, ""),  # p
    (((0.7, 0.9), (2.1, -0.7), (-1.1, 0.5), (0.2, 0.7)), 2, ""),  # f
    (((0.7, 0.9), (2.0, 0.5), (-1.0, -0.6), (0.1, 0.9)), 1.5, ""),  # long s
)
_GREAT: tuple[Turns, ...] = (  # each begins where the pen is set down
    ((0.1, -0.6), (0.3, 0.4), (1.9, 0.9), (0.0, 0.1), (1.9, 1.3), (0.0, 0.9)),
    ((1.7, 0.6), (2.0, -1.8), (0.0, 2.0), (0.6, 0.4)),
    ((2.0, 0.0), (0.0, -0.4), (1.7, -0.6), (2.0, 1.6), (1.0, -0.9), (0.0, 1.6)),
    ((1.6, -0.4), (1.9, 0.9), (0.0, 1.4), (1.9, 0.1), (0.0, 0.9)),
    ((1.8, 0.6), (2.0, -1.4), (1.0, 1.2), (0.0, -1.2), (0.5, 1.2)),
    ((1.7, -0.3), (2.0, 0.3), (0.0, 0.1), (1.9, 1.2), (0.0, 0.1), (1.9, 1.2), (0.0, 0.9)),
    ((1.5, -0.6), (2.0, 1.6), (-0.6, -0.9), (0.3, 1.4)),
    ((1.9, 0.0), (0.0, 1.2), (1.9, 0.3), (0.0, 0.9)),
)
_FIGURES: tuple[Turns, ...] = (
    ((1.55, -0.4), (1.6, -1.1), (0.0, 1.2), (1.6, -1.2)),
    ((1.2, 0.5), (1.6, 0.1), (0.0, 0.0)),
    ((1.2, -0.2), (1.6, 1.1), (0.0, -1.3), (0.1, 1.4)),
    ((1.4, 0.2), (1.6, 1.0), (0.85, -0.8), (0.95, 1.1), (0.0, -1.1), (0.2, -0.8)),
    ((1.6, -0.5), (0.6, 0.2), (0.62, 1.6)),
    ((1.6, -0.8), (0.0, 1.1), (0.8, -1.1), (0.3, -0.2)),
    ((1.5, 1.2), (1.6, 1.2), (0.0, -0.5)),
    ((1.4, 0.6), (1.6, -1.0), (0.8, 0.9), (1.6, 0.4), (0.0, -0.5)),
)


@dataclass(frozen=True)
class Hand:
    """A writer: habits that stay the same over a page. Lengths in x-heights, angles in radians."""

    letters: tuple[NDArray[np.float64], ...]
    shares: NDArray[np.float64]
    marks: tuple[str, ...]
    great: tuple[NDArray[np.float64], ...]
    figures: tuple[NDArray[np.float64], ...]
    slant: float
    width: float
    phase: float
    noise: float
    lifts: float
    wander: float
    gap: float
    capitals: float
    numbers: float


def make_hand(rng: np.random.Generator, slant: float | None = None) -> Hand:
    """A new writer; ``slant`` in degrees to the right of upright."""
    tall = rng.uniform(0.75, 1.35)
    deep = rng.uniform(0.7, 1.4)
    round_, loops = rng.uniform(0.7, 1.2), rng.uniform(0.5, 1.25)
    if rng.random() < 0.15:  # the pointed up and down of old German hands
        round_, loops = 0.55 * round_, 0.5 * loops

    def learnt(turns: Turns) -> NDArray[np.float64]:
        own = np.asarray(turns) + rng.normal(0, (0.05, 0.1), (len(turns), 2))
        heights = own[:, 0]
        heights[heights > 1.3] = 1 + (heights[heights > 1.3] - 1) * tall
        heights[heights < -0.3] *= deep
        own[:, 1] *= np.where(own[:, 1] > 0, round_, loops)
        return own

    shares = np.array([share for _, share, _ in _SMALL]) * rng.uniform(0.4, 1.6, len(_SMALL))
    return Hand(
        letters=tuple(learnt(turns) for turns, _, _ in _SMALL),
        shares=shares / shares.sum(),
        marks=tuple(mark for _, _, mark in _SMALL),
        great=tuple(learnt(turns) for turns in _GREAT),
        figures=tuple(learnt(turns) for turns in _FIGURES),
        slant=float(np.radians(np.clip(rng.normal(24, 14), -12, 50) if slant is None else slant)),
        width=float(rng.uniform(1.05, 2.3)),
        phase=float(rng.uniform(-0.12, 0.12)),
        noise=float(rng.uniform(0.02, 0.08)),
        lifts=float(rng.choice([0.0, 0.05, 0.15, 0.5])),
        wander=float(rng.uniform(0.0, 0.12)),
        gap=float(rng.uniform(0.5, 1.2)),
        capitals=float(rng.choice([0.08, 0.25])),
        numbers=float(rng.choice([0.02, 0.1])),
    )


@dataclass(frozen=True)
class Word:
    """Strokes of one word in x-heights, y up, the pen set down at x = 0 on the base line."""

    paths: tuple[NDArray[np.float64], ...]
    width: float


def make_words(rng: np.random.Generator, hand: Hand, count: int, *, fine: int) -> list[Word]:
    """``count`` words, each swing of the pen drawn with ``fine`` points."""
    text = _Spelling(rng, hand, count)
    path, owner = _swing(hand, text.turns, text.sets, fine)
    path[:, 0] += np.tan(hand.slant) * path[:, 1]
    # Of the way to where the pen is set down anew only the last point is on paper.
    starts = np.flatnonzero(text.sets)
    found: list[list[NDArray[np.float64]]] = [[] for _ in range(count)]
    first = np.searchsorted(owner, starts, side="right") - 1
    last = np.append(np.searchsorted(owner, starts[1:], side="left"), len(owner))
    for turn, start, stop in zip(starts.tolist(), np.maximum(first, 0).tolist(), last.tolist(), strict=True):
        if stop - start > 2:
            found[int(text.word_of[turn])].append(path[start:stop])
    for word, added in _marks(rng, hand, path, owner, text):
        found[word].append(added)
    return [_word(paths) for paths in found]


def _word(paths: list[NDArray[np.float64]]) -> Word:
    if not paths:
        return Word((), 0.3)
    left = min(float(path[:, 0].min()) for path in paths)
    right = max(float(path[:, 0].max()) for path in paths)
    return Word(tuple(path - (left, 0.0) for path in paths), right - left)


class _Spelling:
    """Turning points of some words.

    ``turns`` are N×2 (height, speed), ``word_of`` the word of each, ``sets`` whether the pen is set down there, and
    ``marks`` pairs of a turning point and what is added over it.
    """

    def __init__(self, rng: np.random.Generator, hand: Hand, count: int) -> None:
        self.marks: list[tuple[int, str]] = []
        self._parts: list[NDArray[np.float64]] = []
        self._starts: list[int] = []
        self._total = 0
        lengths = np.clip(rng.geometric(0.3, count) + rng.integers(0, 4, count), 1, 11).tolist()
        choices = iter(rng.choice(len(hand.letters), size=sum(lengths), p=hand.shares).tolist())
        lifts = iter((rng.random(sum(lengths)) < hand.lifts).tolist())
        figures = iter(rng.integers(len(hand.figures), size=sum(lengths)).tolist())
        kinds = rng.random((2, count)) < ((hand.capitals,), (hand.numbers,))
        word_ends = []
        for capital, number, length in zip(*kinds.tolist(), lengths, strict=True):
            for place in range(min(length, 5) if number else length):
                figure, lift = next(figures), next(lifts)
                if number:
                    self._add(hand.figures[figure], sets=True)
                elif place == 0 and capital:
                    self._add(hand.great[next(choices) * 5 % len(hand.great)], sets=True)
                else:
                    self._letter(hand, next(choices), first=place == 0, lift=lift)
            word_ends.append(self._total)
        self.turns = np.concatenate(self._parts)
        self.turns += rng.normal(0, 1, self.turns.shape) * (hand.noise, hand.noise * 1.6)
        self.word_of = np.searchsorted(word_ends, np.arange(self._total), side="right")
        self.sets = np.zeros(self._total, bool)
        self.sets[self._starts] = True

    def _add(self, turns: NDArray[np.float64], *, sets: bool) -> None:
        if sets:
            self._starts.append(self._total)
        self._parts.append(turns)
        self._total += len(turns)

    def _letter(self, hand: Hand, choice: int, *, first: bool, lift: bool) -> None:
        if first:
            self._add(_ENTRY, sets=True)
        if hand.marks[choice]:
            self.marks.append((self._total, hand.marks[choice]))
        self._add(hand.letters[choice], sets=lift and not first)


_ENTRY = np.array([[0.15, 0.6]])


def _swing(
    hand: Hand, turns: NDArray[np.float64], sets: NDArray[np.bool_], fine: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The pen's way through all turning points (x, y up), and for each point the turning point it moves to."""
    height, speed = turns[:, 0], turns[:, 1]
    rise = np.diff(height)
    # Tall strokes are made faster, not longer: the time of a swing grows with less than its height.
    times = 0.42 * np.sqrt(np.abs(rise) + 0.08) * hand.width
    u = (np.arange(fine) + 1.0) / fine
    y = _smooth_heights(height, rise, times, u)
    # A phase other than a quarter period makes up-strokes fuller than down-strokes, or the reverse.
    ahead = (1 - np.cos(np.pi * np.clip(u + hand.phase, 0, 1))) / 2
    along = speed[:-1, None] + np.diff(speed)[:, None] * ahead
    along += 0.1 * (rise > 0)[:, None]
    step = along * (times / fine)[:, None]
    step[sets[1:]] = 0.5 * hand.width / fine  # lifted, the hand moves on
    x = np.cumsum(step.ravel())
    return np.stack([x, y.ravel()], axis=1), np.repeat(np.arange(1, len(turns)), fine)


def _smooth_heights(
    height: NDArray[np.float64], rise: NDArray[np.float64], times: NDArray[np.float64], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Heights between turning points (Hermite cubics): at rest at highs and lows, in motion at points on the way."""
    rate = rise / times
    product = rate[:-1] * rate[1:]
    slope = np.zeros(len(height))
    slope[1:-1] = np.where(product > 0, 2 * product / np.where(product > 0, rate[:-1] + rate[1:], 1), 0)
    swing = u * u * (3 - 2 * u)
    return (
        height[:-1, None]
        + rise[:, None] * swing
        + (slope[:-1] * times)[:, None] * (u * (1 - u) ** 2)
        - (slope[1:] * times)[:, None] * (u * u * (1 - u))
    )


def _marks(
    rng: np.random.Generator, hand: Hand, path: NDArray[np.float64], owner: NDArray[np.int64], text: _Spelling
) -> list[tuple[int, NDArray[np.float64]]]:
    """Dots over i and bars through t, with the word to which each belongs."""
    last = np.searchsorted(owner, np.arange(len(text.turns)), side="right") - 1
    jitter = rng.normal(0, 0.1, (len(text.marks), 4)).tolist()
    lean = float(np.tan(hand.slant))
    found = []
    for (turn, mark), (a, b, c, d) in zip(text.marks, jitter, strict=True):
        x, y = path[last[turn]]
        if mark == "dot":
            top = y + 0.55 + a
            start = np.array([x + lean * 0.5 + b + 0.1, top])
            found.append((int(text.word_of[turn]), np.stack([start, np.add(start, (0.03 + c * 0.3, -0.08 + d * 0.4))])))
        else:
            level = y * 0.72 + a
            left = x - lean * (y - level) - 0.35 + b
            bar = np.array([[left, level + c * 0.5], [left + 0.4, level], [left + 0.85 + d, level + 0.05]])
            found.append((int(text.word_of[turn]), bar))
    return found


def put_word(strokes: Strokes, nib: Nib, word: Word, origin: tuple[float, float], x_height: float) -> None:
    """The word's paths added to ``strokes``, its base line starting at ``origin`` (x, y down, pixels)."""
    for path in word.paths:
        points: Points = (path * (x_height, -x_height) + origin).astype(np.float32)
        strokes.add(points, nib.widths(points))
