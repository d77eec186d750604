"""Printed text: fonts for a page, and paragraphs set in them."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from ocrprep.learning.writing import fonts, text
from ocrprep.learning.writing.fonts import Drawable, Face
from ocrprep.learning.writing.scripts import SCRIPTS
from ocrprep.learning.writing.sheet import Box, Sheet
from ocrprep.learning.writing.text import Voice

_NONE: frozenset[str] = frozenset()
_PLAIN = frozenset({"caps"})


@dataclass(frozen=True)
class Typeface:
    """Type of a page: a face with its size and language.

    ``leading`` is the distance of base lines in x-heights, ``uneven`` how far words stray from them (standard
    deviation, x-heights).
    """

    face: Face
    x_height: float
    voice: Voice
    leading: float
    uneven: float = 0.0

    def font(self, scale: float = 1.0) -> Drawable:
        """The font at ``scale`` times the size of the text."""
        size = max(round(self.x_height * scale / self.face.x_ratio * 4) / 4, 4.0)
        return fonts.load(self.face.path, size, shaped=SCRIPTS[self.voice.script].shaped)

    @functools.cached_property
    def blank(self) -> float:
        """Width of the space between words, pixels; 0 in scripts without one."""
        if not SCRIPTS[self.voice.script].spaced:
            return 0.0
        return self.font().getlength(" ") or self.x_height * 0.5

    @property
    def pitch(self) -> float:
        """Distance of base lines in pixels."""
        return self.leading * self.x_height


def choose(
    rng: np.random.Generator,
    x_height: float,
    wanted: frozenset[str] = _NONE,
    *,
    script: str = "latin",
    path: str | None = None,
    old: bool = False,
) -> Typeface:
    """A typeface with the ``wanted`` classes; with fewer of them, or in Latin, where no font has them all.

    ``path`` names one font file for all text. ``old`` text has long s where the font has it.
    """
    face = _face(rng, wanted, script, path)
    spoken = script if script in face.scripts else "latin"
    voice = text.make_voice(rng, spoken, old=old, lacks=face.lacks)
    uneven = 0.06 if "hand" in face.classes else float(rng.choice([0.0, 0.02], p=[0.7, 0.3]))
    tall = 2.0 if spoken != "latin" or "hand" in face.classes else 1.75
    tall = max(tall, 0.9 / face.x_ratio)  # faces with small letters have long limbs
    leading = tall + float(rng.choice([0.1, 0.4, 0.8, 1.6], p=[0.25, 0.4, 0.25, 0.1]))
    return Typeface(face, x_height, voice, leading, uneven if x_height > 9 else 0.0)


def _face(rng: np.random.Generator, wanted: frozenset[str], script: str, path: str | None) -> Face:
    if path is not None:
        return fonts.face_at(path)
    for spoken, classes in ((script, wanted), (script, _NONE), ("latin", wanted), ("latin", _NONE)):
        face = fonts.pick(rng, spoken, classes, _PLAIN)
        if face is not None:
            return face
    return fonts.faces()[0]


def paragraph(rng: np.random.Generator, sheet: Sheet, typeface: Typeface, box: Box, align: str = "left") -> float:
    """Lines of text that fill the box to ``align`` ("left", "justified", "centre", "right"); its last base line."""
    left, top, right, bottom = box
    measure = right - left
    base = top + typeface.x_height * 1.5
    lines = int((bottom - base) / typeface.pitch) + 1
    if lines < 1 or measure < typeface.x_height * 3:
        return top
    supply = _Supply(rng, typeface, int(lines * measure / (typeface.x_height * 3)) + 20)
    indent = typeface.x_height * 2 * (rng.random() < 0.5)
    ends = rng.random(lines) < 0.12
    ends[-1] = True
    new = True
    for last in ends.tolist():
        start = indent * new
        row = supply.line(measure - start, split=align == "justified")
        if last:
            row = row[: int(rng.integers(1, len(row) + 1))]
        place = (left + start, base, measure - start)
        _set_line(rng, sheet, typeface, row, place=place, align=align if not last else "left")
        new = last
        base += typeface.pitch
    return base - typeface.pitch


Row = list[tuple[str, float]]  # words with their widths in pixels


def _set_line(
    rng: np.random.Generator,
    sheet: Sheet,
    typeface: Typeface,
    row: Row,
    *,
    place: tuple[float, float, float],
    align: str,
) -> None:
    """One row of words; ``place`` is its left end, base line and measure."""
    left, base, measure = place
    font = typeface.font()
    blank = typeface.blank
    spare = measure - sum(width for _, width in row) - blank * (len(row) - 1)
    justified = align == "justified" and len(row) > 1 and spare < measure * 0.25
    x = left + {"centre": spare / 2, "right": spare}.get(align, 0.0)
    if not justified and not typeface.uneven:
        joint = " " if SCRIPTS[typeface.voice.script].spaced else ""
        sheet.text(x, base, joint.join(word for word, _ in row), font)
        return
    step = blank + (spare / (len(row) - 1) if justified else 0.0)
    shifts = (rng.normal(0, 1, len(row)) * typeface.uneven * typeface.x_height).tolist()
    for (word, width), shift in zip(row, shifts, strict=True):
        sheet.text(x, base + shift, word, font)
        x += width + step


class _Supply:
    """Words with their widths, measured once for each."""

    def __init__(self, rng: np.random.Generator, typeface: Typeface, batch: int) -> None:
        self._rng, self._typeface, self._batch = rng, typeface, batch
        self._font = typeface.font()
        self._words: list[str] = []
        self._lengths: dict[str, float] = {}

    def line(self, measure: float, *, split: bool) -> Row:
        """Words that fit into ``measure`` pixels, at least one; ``split`` parts the last to fill the line."""
        row: Row = []
        used = 0.0
        while True:
            if not self._words:
                self._words = text.words(self._rng, self._typeface.voice, self._batch)[::-1]
            word = self._words.pop()
            width = self._width(word)
            if row and used + self._typeface.blank + width > measure:
                self._words.append(word)
                if split:
                    self._part(row, measure - used - self._typeface.blank)
                return row
            used += width + self._typeface.blank * bool(row)
            row.append((word, width))

    def _part(self, row: Row, room: float) -> None:
        """Put the first part of the next word, with a hyphen, into ``room`` pixels, if two letters fit."""
        word = self._words[-1]
        count = int(len(word) * room / self._width(word)) - 1
        if count < 2 or len(word) - count < 2 or self._typeface.voice.script not in text.CASED:
            return
        head = word[:count] + "-"
        width = self._font.getlength(head)
        if width <= room:
            row.append((head, width))
            self._words[-1] = word[count:]

    def _width(self, word: str) -> float:
        width = self._lengths.get(word)
        if width is None:
            width = self._lengths[word] = max(self._font.getlength(word), 1.0)
        return width
