"""Somebody who writes by hand on a sheet: pages, single words, lines, signatures."""

from __future__ import annotations

import numpy as np

from ocrprep.learning.writing.handwriting import Word, make_hand, make_words, put_word
from ocrprep.learning.writing.pens import make_nib
from ocrprep.learning.writing.sheet import Box, Sheet
from ocrprep.learning.writing.style import WritingStyle


class Scribe:
    """A hand with a pen, at work on a sheet.

    Args:
        rng: Where all chance comes from.
        sheet: What is written on.
        x_height: Height of the small letters in pixels.
        style: What the caller fixed of pen and hand.
        thin: A thin modern pen rather than any.
    """

    def __init__(
        self, rng: np.random.Generator, sheet: Sheet, x_height: float, style: WritingStyle, *, thin: bool = False
    ) -> None:
        self._rng = rng
        self._strokes = sheet.strokes
        self.x_height = x_height
        self._hand = make_hand(rng, style.slant)
        pen = style.pen or ("ballpoint" if thin and rng.random() < 0.7 else None)
        self._nib = make_nib(rng, x_height, pen, style.stroke)
        self._fine = int(np.clip(x_height * 0.35, 4, 12))
        self._ready: list[Word] = []

    def page(self, box: Box) -> None:
        """Lines of words that fill the box, some of them struck out or underlined."""
        rng, hand, size = self._rng, self._hand, self.x_height
        left, top, right, bottom = box
        pitch = size * float(rng.uniform(2.4, 4.2))
        ragged = float(rng.uniform(0, 0.04)) * (right - left)
        lines = max(int((bottom - top) / pitch), 1)
        words = make_words(rng, hand, int(lines * (right - left) / (size * 3)) + 4, fine=self._fine)
        jitter = rng.normal(0, 1, (len(words), 2)).tolist()
        base, x = top + 2 * size, left
        drift = float(rng.normal(0, 0.01))
        blots = float(rng.choice([0.0, 0.0, 0.03]))
        for word, (a, b) in zip(words, jitter, strict=True):
            if x + word.width * size > right and x > left:
                base += pitch * (1 + 0.05 * a)
                x = left + ragged * abs(b)
                if base > bottom:
                    break
            origin = x, base + size * hand.wander * a + drift * (x - left)
            put_word(self._strokes, self._nib, word, origin, size)
            if abs(a) > 2.3:
                self._correct((x, origin[1]), word.width * size)
            if blots and rng.random() < blots:
                self.blot(origin)
            x += (word.width + hand.gap * (1 + 0.3 * b)) * size

    def put(self, x: float, base: float, room: float, highest: float = 1e9) -> None:
        """Some words on one line of ``room`` pixels, the letters no higher than ``highest`` pixels."""
        size = min(self.x_height, highest)
        at = x
        for _ in range(2 + int(room / (size * 4))):
            word = self._word()
            fitting = min(size, (x + room - at) / max(word.width, 0.1))
            if fitting < size and (at > x or fitting < size * 0.6):
                continue
            put_word(self._strokes, self._nib, word, (at, base), fitting)
            at += (word.width + self._hand.gap) * fitting

    def line(self, start: tuple[float, float], length: float) -> None:
        """A line as a hand draws it, from ``start`` to the right."""
        t = np.linspace(0, 1, 12)
        rise = self._rng.normal(0, 0.2, 2) * self.x_height
        y = start[1] + rise[0] * t + rise[1] * np.sin(np.pi * t)
        self._draw(start[0] + length * t, y)

    def blot(self, place: tuple[float, float]) -> None:
        """A drop of ink and perhaps smaller ones near it."""
        for _ in range(int(self._rng.integers(1, 4))):
            x, y = np.asarray(place) + self._rng.normal(0, 0.5, 2) * self.x_height
            size = self._nib.thick * float(self._rng.uniform(0.4, 1.8))
            self._strokes.add(np.array([(x, y), (x + size * 0.2, y + size * 0.1)], np.float32), size)

    def sign(self, origin: tuple[float, float]) -> None:
        """A signature, larger than the text, with a flourish below."""
        rng = self._rng
        size = self.x_height * 1.3
        x = origin[0]
        for _ in range(int(rng.integers(1, 3))):
            word = self._word()
            put_word(self._strokes, self._nib, word, (x, origin[1]), size)
            x += (word.width + 0.2) * size
        width, depth = max(x - origin[0], 2 * size), size * float(rng.uniform(0.2, 0.7))
        t = np.linspace(0, 2 * np.pi * float(rng.choice([0.6, 1.0, 1.5, 2.5])), 72)
        wide = width * 0.5 * np.exp(-t * float(rng.uniform(0.02, 0.15)))
        self._draw(
            origin[0] + width * 0.5 - wide * np.cos(t), origin[1] + size * 0.8 + depth * np.sin(t) * wide / width
        )

    def _correct(self, start: tuple[float, float], width: float) -> None:
        """A word underlined, struck through once or several times, or scribbled over."""
        x, base = start
        choice = self._rng.random()
        if choice < 0.4:
            self.line((x, base + 0.35 * self.x_height), width)
        elif choice < 0.8:
            for _ in range(int(self._rng.integers(1, 4))):
                self.line((x, base - self.x_height * float(self._rng.uniform(0.2, 0.8))), width)
        else:
            t = np.linspace(0, 1, max(int(width / 3), 8))
            turns = width / (self.x_height * 0.5)
            y = base - self.x_height * (0.5 + 0.5 * np.sin(2 * np.pi * turns * t))
            self._draw(x + width * t + 0.2 * self.x_height * np.cos(2 * np.pi * turns * t), y)

    def _draw(self, x: np.typing.NDArray[np.float64], y: np.typing.NDArray[np.float64]) -> None:
        points = np.stack([x, y], axis=1).astype(np.float32)
        self._strokes.add(points, self._nib.widths(points))

    def _word(self) -> Word:
        """The next word; they are made by the dozen, which is faster than one by one."""
        if not self._ready:
            self._ready = make_words(self._rng, self._hand, 36, fine=self._fine)
        return self._ready.pop()
