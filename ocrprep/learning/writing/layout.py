"""Pages: what stands where, for every kind of page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ocrprep.learning.writing import furniture, text
from ocrprep.learning.writing.handwriting import make_hand, make_words, put_word
from ocrprep.learning.writing.pens import make_nib
from ocrprep.learning.writing.scripts import SCRIPTS
from ocrprep.learning.writing.sheet import Box, Sheet
from ocrprep.learning.writing.style import Kind, WritingStyle
from ocrprep.learning.writing.type_setting import Typeface, choose, paragraph

_ALIGNMENTS = ("left", "justified", "justified", "centre", "right")


@dataclass(frozen=True)
class Job:
    """A page to be written: where, how large, and what the caller fixed."""

    rng: np.random.Generator
    sheet: Sheet
    x_height: float
    style: WritingStyle

    def script(self) -> str:
        """The script asked for, or one drawn by its weight."""
        if self.style.script is not None:
            return self.style.script
        weights = np.array([script.weight for script in SCRIPTS.values()])
        return list(SCRIPTS)[int(self.rng.choice(len(weights), p=weights / weights.sum()))]

    def typeface(self, *classes: str, scale: float = 1.0, script: str | None = None) -> Typeface:
        """A typeface of these classes at ``scale`` times the page's x-height."""
        return choose(
            self.rng,
            max(self.x_height * scale, 3.0),
            frozenset(classes),
            script=script or self.style.script or "latin",
            path=self.style.font,
            old="blackletter" in classes or ("serif" in classes and self.rng.random() < 0.2),
        )

    def type_area(self) -> Box:
        """Where text stands: usually most of the sheet, sometimes beyond its edges, sometimes a part of it."""
        height, width = self.sheet.height, self.sheet.width
        margins = self.rng.uniform(-0.08, 0.14, 4) * (width, height, width, height)
        left, top, right, bottom = margins[0], margins[1], width - margins[2], height - margins[3]
        empty = self.rng.random()
        if empty < 0.1:
            bottom = top + (bottom - top) * self.rng.uniform(0.08, 0.6)
        elif empty < 0.16:
            top = bottom - (bottom - top) * self.rng.uniform(0.08, 0.6)
        return float(left), float(top), float(right), float(bottom)


def write_print(job: Job) -> None:
    """Book print, old or new: one or two columns, headings, drop caps, ornaments."""
    rng = job.rng
    kind = rng.random()
    classes = ("blackletter",) if kind < 0.15 else ("print", "serif") if kind < 0.8 else ("print",)
    main = job.typeface(*classes, script=job.script())
    left, top, right, bottom = job.type_area()
    if rng.random() < 0.35:
        top = furniture.heading(rng, job.sheet, main, (left, top, right, bottom))
    if rng.random() < 0.2:
        top = furniture.ornament(rng, job.sheet, (left, top, right, bottom), job.x_height)
    align = _ALIGNMENTS[int(rng.choice(5, p=[0.3, 0.3, 0.3, 0.06, 0.04]))]
    boxes = [(left, top, right, bottom)]
    if right - left > 30 * job.x_height and rng.random() < 0.4:
        gutter = job.x_height * rng.uniform(1, 3)
        middle = (left + right) / 2
        boxes = [(left, top, middle - gutter / 2, bottom), (middle + gutter / 2, top, right, bottom)]
        if rng.random() < 0.3:
            job.sheet.rule((middle, top), (middle, bottom), max(job.x_height * 0.06, 0.8))
    for box in boxes:
        inner = box
        if rng.random() < 0.12:
            inner = furniture.drop_cap(rng, job.sheet, main, box)
        paragraph(rng, job.sheet, main, inner, align)
    if rng.random() < 0.2:
        furniture.page_number(rng, job.sheet, main)


def write_office(job: Job) -> None:
    """A letter or report: a heading, paragraphs in several sizes and weights, lists, rules."""
    rng = job.rng
    mono = rng.random() < 0.2
    main = job.typeface("mono") if mono else job.typeface("print", script=job.script())
    left, top, right, bottom = job.type_area()
    at = top
    while at < bottom - main.pitch:
        choice = rng.random()
        block = (left, at, right, min(bottom, at + main.pitch * float(rng.integers(2, 11))))
        if choice < 0.15:
            at = furniture.heading(rng, job.sheet, main, block)
            continue
        if choice < 0.25:
            at = furniture.fields(rng, job.sheet, main, block, None)
        elif choice < 0.32:
            at = furniture.table(rng, job.sheet, main, block, ruled=rng.random() < 0.6)
        else:
            inset = main.x_height * 3 * (choice > 0.85)
            at = paragraph(rng, job.sheet, main, (left + inset, at, right, block[3]), "left" if mono else "justified")
        at += main.pitch * float(rng.choice([0.3, 1.0, 1.5]))


def write_receipt(job: Job) -> None:
    """A narrow strip of monospaced lines: names to the left, amounts to the right."""
    rng, sheet = job.rng, job.sheet
    main = job.typeface("mono") if rng.random() < 0.8 else job.typeface("print", "sans")
    font = main.font()
    width = min(font.getlength("0") * float(rng.integers(26, 48)), sheet.width * 1.1)
    left = (sheet.width - width) * float(rng.uniform(0.1, 0.9))
    at = float(rng.uniform(-0.05, 0.15)) * sheet.height
    end = sheet.height * float(rng.uniform(0.6, 1.1))
    pitch = main.x_height * float(rng.uniform(2.0, 2.8))
    names = text.words(rng, main.voice, 200)
    line = 0
    while at < end:
        at += pitch
        line += 1
        choice = rng.random()
        name = " ".join(names[(line * 2) % 190 : (line * 2) % 190 + int(rng.integers(1, 4))])
        if choice < 0.12:
            bold = main.font(float(rng.choice([1.0, 1.0, 1.6])))
            sheet.text(left + (width - bold.getlength(name)) / 2, at, name.upper(), bold)
        elif choice < 0.2:
            sheet.text(left, at, main.voice.drawable(str(rng.choice(["-", "=", "*"]))) * int(width / font.getlength("-")), font)
        elif choice < 0.9:
            price = main.voice.drawable(text.amount(rng))
            sheet.text(left, at, name[: int(width / font.getlength("0")) - len(price) - 1], font)
            sheet.text(left + width - font.getlength(price), at, price, font)
        else:
            sheet.text(left, at, f"{text.date(rng)}  {text.code(rng)}", font)


def write_form(job: Job) -> None:
    """A printed form, filled in by hand."""
    rng = job.rng
    main = job.typeface("print", scale=float(rng.uniform(0.6, 1.0)))
    hand = _Writer(job, float(rng.uniform(0.9, 1.4)))
    left, top, right, bottom = job.type_area()
    at = top
    if rng.random() < 0.6:
        at = furniture.heading(rng, job.sheet, main, (left, at, right, bottom))
    if rng.random() < 0.3:
        job.sheet.frame((left - 4, top - 4, right + 4, bottom + 4), float(rng.uniform(1, 3)))
    while at < bottom - 3 * main.pitch:
        block = (left, at, right, bottom)
        choice = rng.random()
        if choice < 0.55:
            at = furniture.fields(rng, job.sheet, main, block, hand.put)
        elif choice < 0.75:
            at = furniture.boxes(rng, job.sheet, main, block, hand.put)
        elif choice < 0.9:
            at = furniture.table(rng, job.sheet, main, block, ruled=True, fill=hand.put)
        else:
            at = paragraph(rng, job.sheet, main, (left, at, right, at + 4 * main.pitch)) + main.pitch
    if rng.random() < 0.5:
        hand.sign((left + (right - left) * 0.55, min(bottom, job.sheet.height - 10.0)))


def write_table(job: Job) -> None:
    """A page of ruled columns with words and numbers, now and then filled in by hand."""
    rng = job.rng
    main = job.typeface("print")
    left, top, right, bottom = job.type_area()
    if rng.random() < 0.4:
        top = furniture.heading(rng, job.sheet, main, (left, top, right, bottom))
    fill = _Writer(job, 1.0).put if rng.random() < 0.35 else None
    while top < bottom - 3 * main.pitch:
        top = furniture.table(rng, job.sheet, main, (left, top, right, bottom), ruled=rng.random() < 0.8, fill=fill)
        top += main.pitch * float(rng.uniform(0.5, 3))


def write_cursive(job: Job) -> None:
    """A letter in a font that imitates a hand, set unevenly."""
    rng = job.rng
    main = job.typeface("hand")
    paragraph(rng, job.sheet, main, job.type_area(), "left")
    if rng.random() < 0.4:
        _Writer(job, 1.4).sign((job.sheet.width * 0.5, job.sheet.height * 0.9))


def write_handwriting(job: Job) -> None:
    """A manuscript page in one hand."""
    _Writer(job, 1.0).page(job.type_area())


def write_mixed(job: Job) -> None:
    """Print with what readers add: underlines, notes in the margin, a signature, a struck word."""
    rng = job.rng
    write_print(job)
    hand = _Writer(job, float(rng.uniform(0.9, 1.5)))
    for _ in range(int(rng.integers(1, 5))):
        x, y = rng.uniform(-0.05, 0.8) * job.sheet.width, rng.uniform(0.05, 1.0) * job.sheet.height
        if rng.random() < 0.6:
            hand.put(float(x), float(y), job.sheet.width * float(rng.uniform(0.1, 0.6)))
        else:
            hand.line((float(x), float(y)), float(rng.uniform(2, 14)) * job.x_height)
    if rng.random() < 0.3:
        hand.sign((job.sheet.width * 0.4, job.sheet.height * 0.85))


def write_drawing(job: Job) -> None:
    """An engraving-like picture with a caption, staves, or ruled lines."""
    rng = job.rng
    main = job.typeface("print", "serif")
    left, top, right, bottom = job.type_area()
    split = top + (bottom - top) * float(rng.uniform(0.3, 0.9))
    if rng.random() < 0.25:
        furniture.staves(rng, job.sheet, (left, top, right, split), job.x_height)
    else:
        furniture.engraving(rng, job.sheet, (left, top, right, split))
    paragraph(rng, job.sheet, main, (left, split + main.pitch, right, bottom), "centre")


class _Writer:
    """A hand with a pen, at work on a job."""

    def __init__(self, job: Job, scale: float) -> None:
        self._job = job
        self._rng = job.rng
        self.x_height = job.x_height * scale
        self._hand = make_hand(job.rng, job.style.slant)
        self._nib = make_nib(job.rng, self.x_height, job.style.pen, job.style.stroke)
        self._fine = int(np.clip(self.x_height * 0.35, 5, 12))

    def page(self, box: Box) -> None:
        """Lines of words that fill the box."""
        rng, hand, size = self._rng, self._hand, self.x_height
        left, top, right, bottom = box
        pitch = size * float(rng.uniform(2.4, 4.0))
        margin = float(rng.uniform(0, 0.04)) * (right - left)
        lines = max(int((bottom - top) / pitch), 1)
        words = make_words(rng, hand, int(lines * (right - left) / (size * 3)) + 4, fine=self._fine)
        jitter = rng.normal(0, 1, (len(words) + 1, 2)).tolist()
        base, x = top + 2 * size, left
        drift = float(rng.normal(0, 0.01))
        for word, (a, b) in zip(words, jitter, strict=False):
            if x + word.width * size > right and x > left:
                base += pitch * (1 + 0.05 * a)
                x = left + margin * abs(b)
                if base > bottom:
                    break
            wander = size * hand.wander
            origin = x, base + wander * a + drift * (x - left)
            put_word(self._job.sheet.strokes, self._nib, word, origin, size)
            if abs(a) > 2.4:
                self.line((x, base - (size * 0.5 if b > 0 else -size * 0.3)), word.width * size)
            x += (word.width + hand.gap * (1 + 0.3 * b)) * size

    def put(self, x: float, base: float, room: float, highest: float = 1e9) -> None:
        """Some words on one line of ``room`` pixels, the letters no higher than ``highest`` pixels."""
        size = min(self.x_height, highest)
        at = x
        for word in make_words(self._rng, self._hand, 2 + int(room / (size * 4)), fine=self._fine):
            fitting = min(size, (x + room - at) / max(word.width, 0.1))
            if fitting < size and (at > x or fitting < size * 0.6):
                continue
            put_word(self._job.sheet.strokes, self._nib, word, (at, base), fitting)
            at += (word.width + self._hand.gap) * fitting

    def line(self, start: tuple[float, float], length: float) -> None:
        """A line under or through something, as a hand draws it."""
        t = np.linspace(0, 1, 12)
        rise = self._rng.normal(0, 0.25, 2) * self.x_height
        y = start[1] + rise[0] * t + rise[1] * np.sin(np.pi * t)
        points = np.stack([start[0] + length * t, y], axis=1).astype(np.float32)
        self._job.sheet.strokes.add(points, self._nib.widths(points))

    def sign(self, origin: tuple[float, float]) -> None:
        """A signature with a flourish below."""
        rng = self._rng
        size = self.x_height * 1.3
        x = origin[0]
        for word in make_words(rng, self._hand, int(rng.integers(1, 3)), fine=self._fine + 4):
            put_word(self._job.sheet.strokes, self._nib, word, (x, origin[1]), size)
            x += word.width * size
        t = np.linspace(0, 2 * np.pi * float(rng.choice([0.5, 1.0, 2.0])), 60)
        width, depth = max(x - origin[0], 30.0), size * float(rng.uniform(0.2, 0.8))
        points = np.stack([
            origin[0] + width * (0.5 + 0.5 * np.sin(t * 0.5 - 0.6)) + 0.1 * width * np.sin(2 * t),
            origin[1] + size * 0.6 + depth * np.sin(t) * np.exp(-t / 8),
        ], axis=1).astype(np.float32)
        self._job.sheet.strokes.add(points, self._nib.widths(points))


WRITERS: dict[Kind, Callable[[Job], None]] = {
    "print": write_print,
    "office": write_office,
    "receipt": write_receipt,
    "form": write_form,
    "table": write_table,
    "cursive": write_cursive,
    "handwriting": write_handwriting,
    "mixed": write_mixed,
    "drawing": write_drawing,
}
