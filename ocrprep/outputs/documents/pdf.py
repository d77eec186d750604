"""Searchable PDF: the picture of the page over text that nobody sees.

Each page is as large as the picture that it shows (``image`` of the options), in points: the source's own paper for
``original``, and the paper of what the filters made for ``cleaned`` and ``binary``, which may be turned or cropped.
Words lie on that picture exactly, turned and stretched as they are; those that lean by less than 6 degrees lie level in
the upright box around them, so that readers take them for one word. Whatever letters they have can be found and copied.
A word of a right-to-left script is stored in the order of the eye, which readers turn back.

Black-and-white pictures are stored as CCITT Group 4, others as JPEG or, where that is smaller, without loss. A source
that is a JPEG file is taken over as it is, unless a ``quality`` is asked for. With ``pdfa`` the file keeps to PDF/A-2b.

The same pages give the same bytes: the date in a PDF is 1 January 1980, and a PDF/A tells none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

from ocrprep import geometry
from ocrprep.outputs.documents._pdf_book import Book, Run, Vector, fitted
from ocrprep.outputs.documents._pdf_picture import picture_of
from ocrprep.outputs.documents._pdf_signs import (
    BLANK,
    DESCENT,
    MARK,
    advance,
    as_seen,
    is_leftwards,
    known,
    unseen_font,
    written,
)
from ocrprep.outputs.documents._pdf_typeset import Typeset

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from ocrprep.geometry import Matrix
    from ocrprep.outputs.documents.options import DocumentOptions
    from ocrprep.outputs.documents.sheet import Sheet
    from ocrprep.result import Quad


_LEANS = 0.105
"""Tangent of 6 degrees: a word that leans more is written as it lies."""


class _Leaf(NamedTuple):
    """A page until the letters of the whole document are known.

    Args:
        width: in points.
        height: likewise.
        picture: what the book calls it; empty where there is none.
        texts: its words, one a line; a blank at the end says that another follows on the same line.
        quads: their corners in points, (N, 8).
        note: why there is nothing else on it.
    """

    width: float
    height: float
    picture: str
    texts: str
    quads: npt.NDArray[np.float32]
    note: str


def write(sheets: Iterator[Sheet], to: BinaryIO, options: DocumentOptions) -> None:
    """Write the document."""
    first = next(sheets)
    with Book(first.title, pdfa=options.pdfa) as book:
        leaves = [_leaf(first, book), *(_leaf(sheet, book) for sheet in sheets)]
        signs = known(sign for leaf in leaves for sign in set(leaf.texts) - {"\n"})
        unseen = book.font(unseen_font(signs)) if any(leaf.texts for leaf in leaves) else ""
        typeset = Typeset(book, (leaf.note for leaf in leaves), options.font)
        for leaf in leaves:
            book.page(leaf.width, leaf.height)
            if leaf.picture:
                book.show(leaf.picture, leaf.width, leaf.height)
            if leaf.texts:
                for text, quad in zip(leaf.texts.split("\n"), leaf.quads.reshape(-1, 4, 2), strict=True):
                    _write(book, unseen, "".join(sign if sign in signs else MARK for sign in text), quad)
            if leaf.note:
                typeset.note(leaf.note, leaf.width, leaf.height)
        book.save(to)


def _leaf(sheet: Sheet, book: Book) -> _Leaf:
    picture = picture_of(sheet)
    if picture is None:
        (sx, sy), size = sheet.paper.scale, (sheet.paper.width, sheet.paper.height)
        name, onto = "", geometry.scaling(sx, sy)
    else:
        size, onto = (picture.width, picture.height), picture.from_source
        name = book.keep(picture.data, picture.pixels)
    width, height, scale = fitted(*size)
    texts, quads = _words(sheet, geometry.scaling(scale, scale) @ onto)
    return _Leaf(width, height, name, texts, quads, sheet.note)


def _words(sheet: Sheet, onto: Matrix) -> tuple[str, npt.NDArray[np.float32]]:
    texts: list[str] = []
    quads: list[Quad] = []
    for line in sheet.lines:
        for place, word in enumerate(line.words, 1):
            texts.append(written(word.text) + (" " if place < len(line.words) else ""))
            quads.append(word.source_quad)
    corners = geometry.apply(onto, np.array(quads, np.float64).reshape(-1, 2))
    return "\n".join(texts), corners.astype(np.float32).reshape(-1, 8)


def _write(book: Book, family: str, text: str, quad: npt.NDArray[np.float32]) -> None:
    word = text.removesuffix(" ") or MARK
    if not advance(word):
        # Marks alone have no width: a blank carries them.
        word = f"\xa0{word}"
    middle, along, up = _levelled(quad.astype(np.float64))
    start = middle - along / 2.0 - up / 2.0 + up * DESCENT
    blank = BLANK if text.endswith(" ") else 0.0
    wide = advance(word)
    shown = as_seen(word)
    runs = [Run(family, f"{shown} " if blank else shown)]
    if blank and is_leftwards(word):
        runs = [Run(family, f" {shown}", -blank)]
    book.word(runs, Vector(*start), Vector(*along), Vector(*up), advance=wide, unseen=True)


def _levelled(quad: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    """Where a word is written: its middle, the way along it, and the way up.

    A word that leans a little is written level, into the upright box around it. Readers take letters that climb for
    the next line, and would find only pieces of the word.
    """
    top_left, top_right, bottom_right, bottom_left = quad
    # A parallelogram about the middle of the corners, which perspective may have moved.
    along = (top_right - top_left + bottom_right - bottom_left) / 2.0
    up = (top_left - bottom_left + top_right - bottom_right) / 2.0
    main, side = np.abs(along).argmax(), np.abs(along).argmin()
    if abs(along[side]) > abs(along[main]) * _LEANS or main == np.abs(up).argmax():
        return quad.mean(axis=0), along, up
    low, high = quad.min(axis=0), quad.max(axis=0)
    level_along, level_up = np.zeros(2), np.zeros(2)
    level_along[main] = np.copysign(high[main] - low[main], along[main])
    level_up[side] = np.copysign(high[side] - low[side], up[side])
    return (low + high) / 2.0, level_along, level_up
