"""PDF without pictures: the text is seen where it stood.

A page is as large as the source's paper. A word begins and ends where it did and runs as it ran, also on a turned page;
a line is set in one size. The fonts are ``font`` of the options and others of this system that have the letters which
it lacks, or at last the one that Pillow carries. A letter that none has is seen as U+FFFD, or as a question mark.
Letters stand side by side as they are: those of Arabic are not joined, and Indian ones not composed.

With ``pdfa`` the file keeps to PDF/A-2b. The same pages give the same bytes on a system with the same fonts.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from ocrprep import geometry
from ocrprep.outputs.documents._pdf_book import Book, Vector, fitted
from ocrprep.outputs.documents._pdf_signs import written
from ocrprep.outputs.documents._pdf_typeset import Typeset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrprep.geometry import Box, Matrix
    from ocrprep.outputs.documents._pdf_typeset import Set
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet

_FLAT = 0.05
"""Of the font size: ink that is lower than this, such as a dash, tells nothing about the size."""


class _Leaf(NamedTuple):
    """A page until the letters of the whole document are known.

    Args:
        width: in points.
        height: likewise.
        onto: the map from the page that was read to points.
        lines: the words of each line with their boxes on the page that was read.
        note: why there is nothing else on it.
    """

    width: float
    height: float
    onto: Matrix
    lines: list[tuple[Box, list[tuple[str, Box]]]]
    note: str


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    first = next(sheets)
    with Book(first.title, pdfa=options.pdfa) as book:
        leaves = [_leaf(first), *map(_leaf, sheets)]
        typeset = Typeset(book, _texts(leaves), options.font)
        for leaf in leaves:
            book.page(leaf.width, leaf.height)
            for box, words in leaf.lines:
                made = [
                    (typeset.set(text, goes_on=number < len(words)), place)
                    for number, (text, place) in enumerate(words, 1)
                ]
                _line(book, made, box, leaf.onto)
            if leaf.note:
                typeset.note(leaf.note, leaf.width, leaf.height)
        book.save(to)


def _leaf(sheet: Sheet) -> _Leaf:
    width, height, scale = fitted(sheet.paper.width, sheet.paper.height)
    sx, sy = sheet.paper.scale
    onto = geometry.scaling(sx * scale, sy * scale) @ np.array(sheet.result.to_source).reshape(3, 3)
    lines = [(line.box, [(written(word.text), word.box) for word in line.words]) for line in sheet.lines]
    return _Leaf(width, height, onto, lines, sheet.note)


def _texts(leaves: Sequence[_Leaf]) -> Iterator[str]:
    for leaf in leaves:
        yield leaf.note
        yield from (text for _, words in leaf.lines for text, _ in words)


def _line(book: Book, words: Sequence[tuple[Set, Box]], line: Box, onto: Matrix) -> None:
    size = _size(words, line)
    base = statistics.median(box.bottom + made.low * size for made, box in words)
    for made, box in words:
        corners = np.array([(box.left, base), (box.right, base), (box.left, base - size), (box.right, base - size)])
        left, right, above, further = geometry.apply(onto, corners)
        up = (above - left + further - right) / 2.0
        book.word(made.runs, Vector(*left), Vector(*(right - left)), Vector(*up), advance=made.advance)


def _size(words: Sequence[tuple[Set, Box]], line: Box) -> float:
    """The font size of a line, in pixels of the page that was read: at which its words are as high as they were."""
    whole = max(made.high for made, _ in words) - min(made.low for made, _ in words)
    sizes = [box.height / (made.high - made.low) for made, box in words if made.high - made.low > _FLAT]
    found = statistics.median(sizes) if sizes else line.height
    return max(min(found, line.height / whole if whole > _FLAT else found), 1e-3)
