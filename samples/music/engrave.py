"""Pages of music with known notes, from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from samples.music import symbols
from samples.music.pen import Pen
from samples.music.symbols import Style

BEATS = ("whole", "half", "quarter", "eighth", "sixteenth", "thirty-second")
"""By their number of halvings; the last four have 0 to 3 flags or beams."""

LETTERS = "CDEFGAB"
LOWEST = {"treble": 2 + 7 * 4, "bass": 4 + 7 * 2}
"""Steps of the scale from C0 to each clef's lowest line: E4 and G2."""

WIDTH, APART, MARGIN = 64.0, 14.0, 3.0
"""Staff spaces: the page's width, from one staff to the next, and before a staff begins."""


def name_of(position: int, clef: str) -> str:
    """The note's name, for instance C4, the middle c.

    Args:
        position: half staff spaces above the lowest line.
        clef: treble or bass.
    """
    step = LOWEST[clef] + position
    return f"{LETTERS[step % 7]}{step // 7}"


@dataclass(frozen=True, slots=True)
class Note:
    """One head: its middle in pixels of the page, its staff from the top, half spaces above the lowest line, beat."""

    x: float
    y: float
    staff: int
    position: int
    clef: str
    beat: str

    @property
    def pitch(self) -> str:
        """Letter and octave."""
        return name_of(self.position, self.clef)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and what is written on it; ``without_staves`` is the same page but for its staff lines."""

    pixels: npt.NDArray[np.uint8]
    notes: tuple[Note, ...]
    without_staves: npt.NDArray[np.uint8]


def engrave(seed: int, space: float, skew: float = 0.0, staves: int = 2, chords: float = 0.1) -> Sheet:
    """A page of music by chance, black on white.

    Args:
        seed: the same seed and size give the same page.
        space: pixels between two staff lines.
        skew: degrees, counter-clockwise.
        staves: how many.
        chords: share of the notes without beams that are chords, 0–1.
    """
    random = np.random.default_rng(seed)
    style = Style.drawn(random)
    pen = Pen(WIDTH, APART * staves + 2.0, space, skew)
    written: list[Note] = []
    for staff in range(staves):
        bottom = APART * (staff + 0.5) + 3.0
        clef = "treble" if random.random() < 0.65 else "bass"
        written += _Staff(pen, style, random, bottom=bottom, staff=staff, clef=clef, chords=chords).write()
    places = pen.place(np.array([[note.x, note.y] for note in written]))
    notes = tuple(replace(note, x=float(x), y=float(y)) for note, (x, y) in zip(written, places, strict=True))
    bare = pen.picture()
    for staff in range(staves):
        bottom = APART * (staff + 0.5) + 3.0
        for line in range(5):
            pen.line((MARGIN, bottom - line), (WIDTH - MARGIN, bottom - line), style.line)
    return Sheet(pen.picture(), notes, bare)


def noisy(pixels: npt.NDArray[np.uint8], seed: int) -> npt.NDArray[np.uint8]:
    """The page as a poor scan: slightly blurred, grainy (12 gray levels), 0.5 % of its pixels black or white."""
    random = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.6).astype(np.float64)
    paper, ink = 235.0, 30.0
    grainy = ink + soft * (paper - ink) / 255.0 + random.normal(0.0, 12.0, pixels.shape)
    salt = random.random(pixels.shape)
    grainy[salt < 0.0025] = 0.0
    grainy[salt > 0.9975] = 255.0
    return np.clip(np.rint(grainy), 0, 255).astype(np.uint8)


class _Staff:
    """Writes one staff from left to right."""

    def __init__(
        self,
        pen: Pen,
        style: Style,
        random: np.random.Generator,
        *,
        bottom: float,
        staff: int,
        clef: str,
        chords: float,
    ) -> None:
        self.pen, self.style, self.random = pen, style, random
        self.bottom, self.staff, self.clef, self.chords = bottom, staff, clef, chords
        self.notes: list[Note] = []

    def write(self) -> list[Note]:
        """Everything but the staff lines; notes in staff spaces."""
        x = self._opening()
        while x < WIDTH - MARGIN - 7.0:
            kind = self.random.random()
            if kind < 0.45 and x < WIDTH - MARGIN - 14.0:
                x = self._beamed(x)
            elif kind < 0.53:
                rest = str(self.random.choice(["whole", "half", "quarter"]))
                symbols.rest(self.pen, x, self.bottom, rest)
                x += self.random.uniform(2.2, 3.0)
            elif kind < 0.61:
                self._bar(x - 0.5, self.style.stem)
                x += self.random.uniform(1.2, 2.0)
            else:
                x = self._single(x)
        self._bar(WIDTH - MARGIN - 0.9, self.style.stem)
        self._bar(WIDTH - MARGIN - 0.25, 0.5)
        return self.notes

    def _opening(self) -> float:
        x = MARGIN + self.random.uniform(1.7, 2.0)
        symbols.CLEFS[self.clef](self.pen, self.style, x, self.bottom)
        x += 2.6
        if self.random.random() < 0.3:
            sign = symbols.sharp if self.random.random() < 0.5 else symbols.flat
            for place in (8, 5, 9)[: self.random.integers(1, 4)]:
                sign(self.pen, self.style, x, self._y(place - (2 if self.clef == "bass" else 0)))
                x += 1.05
            x += 0.5
        if self.random.random() < 0.6:
            for top in (4, 2):
                symbols.digit(self.pen, int(self.random.integers(2, 10)), x + 0.3, self.bottom - top)
            x += 2.0
        return x + self.random.uniform(0.8, 1.6)

    def _y(self, position: float) -> float:
        return self.bottom - position / 2.0

    def _bar(self, x: float, width: float) -> None:
        self.pen.box(x - width / 2, self.bottom - 4, x + width / 2, self.bottom)

    def _head(self, x: float, position: int, beat: str) -> None:
        self.notes.append(Note(x, self._y(position), self.staff, position, self.clef, beat))
        symbols.head(self.pen, self.style, x, self._y(position), beat)
        half = self.style.whole[0] if beat == "whole" else self.style.head[0]
        ledgers = [*range(-2, position - 1, -2), *range(10, position + 1, 2)]
        for place in ledgers:
            y = self._y(place)
            self.pen.line((x - half - 0.35, y), (x + half + 0.35, y), 1.1 * self.style.line)

    def _before(self, x: float, position: int) -> float:
        """An accidental, now and then; returns where the head goes."""
        if self.random.random() < 0.22:
            sign = symbols.ACCIDENTALS[self.random.choice(4, p=[0.35, 0.25, 0.32, 0.08])]
            sign(self.pen, self.style, x, self._y(position))
            x += self.random.uniform(1.25, 1.6)
        return x

    def _dot(self, x: float, position: int) -> None:
        if self.random.random() < 0.15:
            lifted = position + (1 if position % 2 == 0 else 0)
            self.pen.ellipse((x + self.style.head[0] + 0.55, self._y(lifted)), (0.2, 0.2))

    def _stem(self, x: float, lowest: int, highest: int, up: int, tip: float) -> float:
        """From the farther head to the tip; returns its x."""
        aside = self.style.head[0] * 0.985 - self.style.stem / 2
        place = x + up * aside
        start = self._y(lowest if up > 0 else highest) - up * 0.15
        self.pen.line((place, start), (place, tip), self.style.stem)
        return place

    def _single(self, x: float) -> float:
        beat = BEATS[self.random.choice(6, p=[0.17, 0.24, 0.26, 0.15, 0.13, 0.05])]
        position = int(self.random.integers(-4, 13))
        x = self._before(x, position) + 0.7
        chord = [position]
        if self.random.random() < self.chords:
            # Thirds mostly, whose heads touch; now and then three of them.
            steps = self.random.choice([2, 2, 2, 3, 4], self.random.integers(1, 3))
            chord += [position + int(step) for step in np.cumsum(steps)]
        chord = [place for place in chord if place <= 12]
        for place in chord:
            self._head(x, place, beat)
        self._dot(x, position)
        if beat == "whole":
            return x + self.random.uniform(2.0, 4.0)
        up = 1 if np.mean(chord) < 4 + self.random.integers(-1, 2) else -1
        flags = max(0, BEATS.index(beat) - 2)
        farther = max(chord) if up > 0 else min(chord)
        tip = self._y(farther) - up * (self.random.uniform(3.0, 3.7) + 0.7 * max(0, flags - 1))
        stem = self._stem(x, min(chord), max(chord), up, tip)
        for number in range(flags):
            symbols.flag(self.pen, self.style, stem, tip + up * 0.75 * number, up)
        return x + self.random.uniform(2.0, 3.6) + (0.6 if flags and up > 0 else 0.0)

    def _beamed(self, x: float) -> float:
        count = min(int(self.random.integers(2, 5)), int((WIDTH - MARGIN - 2.0 - x) / 4.6))
        lowest = int(self.random.integers(-4, 9))
        positions = [int(np.clip(lowest + self.random.integers(0, 5), -4, 12)) for _ in range(count)]
        beats = ["eighth", "sixteenth", "thirty-second"]
        pattern = self.random.random()
        one = beats[self.random.choice(3, p=[0.5, 0.4, 0.1])]
        chosen = [one] * count if pattern < 0.75 else [beats[self.random.integers(0, 2)] for _ in range(count)]
        up = 1 if np.mean(positions) < 4 else -1
        places = []
        for position, beat in zip(positions, chosen, strict=True):
            x = self._before(x, position) + 0.7
            self._head(x, position, beat)
            self._dot(x, position)
            places.append(x)
            x += self.random.uniform(1.4, 2.4)
        self._beams(places, positions, chosen, up)
        return x + self.random.uniform(0.3, 1.4)

    def _beams(self, places: list[float], positions: list[int], beats: list[str], up: int) -> None:
        heads = np.array([self._y(position) for position in positions])
        flags = np.array([BEATS.index(beat) - 2 for beat in beats])
        slope = float(np.clip((heads[-1] - heads[0]) / (places[-1] - places[0]), -0.25, 0.25)) * self.random.random()
        aside = up * (self.style.head[0] * 0.985 - self.style.stem / 2)
        stems = np.array(places) + aside
        # The shortest stem still has room for all of its beams.
        room = self.random.uniform(2.5, 3.3) + 0.7 * np.maximum(0, flags - 1)
        levels = heads - up * room - slope * (stems - stems[0])
        start = float(levels.min() if up > 0 else levels.max())
        ends = start + slope * (stems - stems[0])
        for x, position, end in zip(places, positions, ends, strict=True):
            self._stem(x, position, position, up, end)
        for number in range(1, int(flags.max()) + 1):
            drop = up * 0.75 * (number - 1)
            for left, right in _reaches(flags >= number, stems):
                pair = [(x, start + slope * (x - stems[0]) + drop) for x in (left, right)]
                shape = [*pair, *[(x, y + up * self.style.beam) for x, y in reversed(pair)]]
                self.pen.polygon(np.array(shape))


def _reaches(with_beam: npt.NDArray[np.bool_], stems: npt.NDArray[np.float64]) -> list[tuple[float, float]]:
    """From where to where a beam goes: between neighbours that both have it, else a stub towards a neighbour."""
    made = []
    for index in np.flatnonzero(with_beam):
        if index + 1 < len(stems) and with_beam[index + 1]:
            made.append((stems[index] - 0.05, stems[index + 1] + 0.05))
        elif index == 0 or not with_beam[index - 1]:
            side = 1 if index == 0 else -1
            ends = sorted((float(stems[index]) - 0.05 * side, float(stems[index]) + 1.0 * side))
            made.append((ends[0], ends[1]))
    return [(float(left), float(right)) for left, right in made]
