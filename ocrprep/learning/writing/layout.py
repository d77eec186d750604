"""Pages: what stands where, for every kind of page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ocrprep.learning.writing import furniture, text
from ocrprep.learning.writing.scribe import Scribe
from ocrprep.learning.writing.scripts import SCRIPTS
from ocrprep.learning.writing.sheet import Box, Sheet, dotted
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

    def scribe(self, scale: float, *, small: bool = False) -> Scribe:
        """Somebody who writes by hand at ``scale`` times the page's x-height; ``small`` takes a thin modern pen."""
        return Scribe(self.rng, self.sheet, self.x_height * scale, self.style, thin=small)

    def type_area(self) -> Box:
        """Where text stands: usually most of the sheet, sometimes beyond its edges, sometimes a part of it."""
        height, width = self.sheet.height, self.sheet.width
        margins = self.rng.uniform(-0.08, 0.14, 4) * (width, height, width, height)
        left, top, right, bottom = margins[0], margins[1], width - margins[2], height - margins[3]
        empty = self.rng.random()
        if empty < 0.16:  # half a page or more stays blank
            kept = max((bottom - top) * self.rng.uniform(0.08, 0.6), min(6 * self.x_height, bottom - top))
            top, bottom = (top, top + kept) if empty < 0.1 else (bottom - kept, bottom)
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
            job.sheet.rule((middle, top), (middle, bottom), max(job.x_height * 0.06, 1.0))
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
    """A narrow strip of monospaced lines: names to the left, amounts to the right; now and then by a needle printer."""
    needles = max(round(job.x_height / 6), 1)
    if needles < 2 or job.rng.random() < 0.7:
        _strip(job, job.sheet)
        return
    small = Sheet((job.sheet.height // needles, job.sheet.width // needles))
    _strip(replace(job, x_height=job.x_height / needles), small)
    job.sheet.add(dotted(small.coverage(), needles, (job.sheet.height, job.sheet.width)))


def _strip(job: Job, sheet: Sheet) -> None:
    rng = job.rng
    main = job.typeface("mono") if rng.random() < 0.8 else job.typeface("print", "sans")
    font = main.font()
    width = min(font.getlength("0") * float(rng.integers(26, 48)), sheet.width * 1.1)
    left = (sheet.width - width) * float(rng.uniform(0.1, 0.9))
    at = float(rng.uniform(-0.05, 0.15)) * sheet.height
    end = sheet.height * float(rng.uniform(0.6, 1.1))
    pitch = main.x_height * float(rng.uniform(2.0, 2.8))
    names = text.words(rng, main.voice, 200)
    start = 0
    while at < end:
        at += pitch
        start = (start + 2) % 190
        name = " ".join(names[start : start + int(rng.integers(1, 4))])
        choice = rng.random()
        if choice < 0.12:
            bold = main.font(float(rng.choice([1.0, 1.0, 1.6])))
            sheet.text(left + (width - bold.getlength(name)) / 2, at, name.upper(), bold)
        elif choice < 0.2:
            sign = main.voice.drawable(str(rng.choice(["-", "=", "*"]))) or "x"
            sheet.text(left, at, sign * int(width / font.getlength(sign)), font)
        elif choice < 0.9:
            price = text.amount(rng, main.voice)
            sheet.text(left, at, name[: int(width / font.getlength("0")) - len(price) - 1], font)
            sheet.text(left + width - font.getlength(price), at, price, font)
        else:
            sheet.text(left, at, f"{text.date(rng, main.voice)}  {text.code(rng, main.voice)}", font)


def write_form(job: Job) -> None:
    """A printed form, filled in by hand."""
    rng = job.rng
    main = job.typeface("print", scale=float(rng.uniform(0.6, 1.0)))
    hand = job.scribe(float(rng.uniform(0.9, 1.4)), small=True)
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
    fill = job.scribe(1.0, small=True).put if rng.random() < 0.35 else None
    while top < bottom - 3 * main.pitch:
        top = furniture.table(rng, job.sheet, main, (left, top, right, bottom), ruled=rng.random() < 0.8, fill=fill)
        top += main.pitch * float(rng.uniform(0.5, 3))


def write_cursive(job: Job) -> None:
    """A letter in a font that imitates a hand, set unevenly."""
    rng = job.rng
    main = job.typeface("hand")
    paragraph(rng, job.sheet, main, job.type_area(), "left")
    if rng.random() < 0.4:
        job.scribe(1.4).sign((job.sheet.width * 0.5, job.sheet.height * 0.9))


def write_handwriting(job: Job) -> None:
    """A manuscript page in one hand."""
    scribe = job.scribe(1.0)
    box = job.type_area()
    if job.rng.random() < 0.15:  # an address or a title first
        scribe.put(
            box[0] + float(job.rng.uniform(0, 0.5)) * (box[2] - box[0]), box[1] + 2 * job.x_height, box[2] - box[0]
        )
        box = (box[0], box[1] + 3 * job.x_height, *box[2:])
    scribe.page(box)
    if job.rng.random() < 0.15:
        scribe.sign((job.sheet.width * 0.5, min(box[3], job.sheet.height * 0.95)))
    if job.rng.random() < 0.1:  # a note in another hand
        note = job.scribe(float(job.rng.uniform(0.6, 1.2)))
        note.put(
            float(job.rng.uniform(0, 0.6)) * job.sheet.width,
            float(job.rng.uniform(0, 1)) * job.sheet.height,
            job.sheet.width * 0.4,
        )


def write_mixed(job: Job) -> None:
    """Print with what readers add: underlines, notes in the margin, a signature, a struck word."""
    rng = job.rng
    write_print(job)
    hand = job.scribe(float(rng.uniform(0.9, 1.5)))
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
