"""Printed text: fonts for a page, and paragraphs set in them."""

from __future__ import annotations

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

    ``leading`` is the distance of base lines in x-heights.
    """

    face: Face
    x_height: float
    voice: Voice
    leading: float

    def font(self, scale: float = 1.0) -> Drawable:
        """The font at ``scale`` times the size of the text."""
        size = max(round(self.x_height * scale / self.face.x_ratio * 4) / 4, 4.0)
        return fonts.load(self.face.path, size, shaped=SCRIPTS[self.voice.script].shaped)

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
    tall = 2.0 if spoken != "latin" or "hand" in face.classes else 1.75
    return Typeface(face, x_height, voice, tall + float(rng.choice([0.1, 0.4, 0.8, 1.6], p=[0.25, 0.4, 0.25, 0.1])))


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
    font = typeface.font()
    measure = right - left
    base = top + typeface.x_height * 1.5
    lines = int((bottom - base) / typeface.pitch) + 1
    if lines < 1 or measure < typeface.x_height * 3:
        return top
    spaced = SCRIPTS[typeface.voice.script].spaced
    blank = font.getlength(" ") if spaced else 0.0
    blank = blank or typeface.x_height * 0.5 * spaced
    supply = _Supply(rng, typeface, font, int(lines * measure / (typeface.x_height * 3)) + 20)
    indent = typeface.x_height * 2 * (rng.random() < 0.5)
    paragraph_end = 0.0
    for number in range(lines):
        start = indent if number == 0 or paragraph_end else 0.0
        row, used = supply.line(measure - start, blank)
        paragraph_end = rng.random() < 0.12 and number > 1
        if paragraph_end or number == lines - 1:
            cut = int(rng.integers(1, len(row) + 1))
            row, used = row[:cut], sum(width for _, width in row[:cut]) + blank * (cut - 1)
        spare = measure - start - used
        joint = " " if spaced else ""
        if align == "justified" and not paragraph_end and len(row) > 1 and spare < measure * 0.35:
            x = left + start
            step = blank + spare / (len(row) - 1)
            for word, width in row:
                sheet.text(x, base, word, font)
                x += width + step
        else:
            x = left + {"centre": spare / 2, "right": spare}.get(align, start)
            sheet.text(x, base, joint.join(word for word, _ in row), font)
        base += typeface.pitch
    return base - typeface.pitch


class _Supply:
    """Words with their widths, measured once for each."""

    def __init__(self, rng: np.random.Generator, typeface: Typeface, font: Drawable, batch: int) -> None:
        self._rng, self._typeface, self._font, self._batch = rng, typeface, font, batch
        self._words: list[str] = []
        self._lengths: dict[str, float] = {}

    def line(self, measure: float, blank: float) -> tuple[list[tuple[str, float]], float]:
        """Words that fit into ``measure`` pixels (at least one) and the width that they take with their blanks."""
        row: list[tuple[str, float]] = []
        used = 0.0
        while True:
            if not self._words:
                self._words = text.words(self._rng, self._typeface.voice, self._batch)[::-1]
            word = self._words[-1]
            width = self._lengths.get(word)
            if width is None:
                width = self._lengths[word] = self._font.getlength(word)
            if row and used + blank + width > measure:
                return row, used
            used += width + blank * bool(row)
            row.append((word, width))
            self._words.pop()
