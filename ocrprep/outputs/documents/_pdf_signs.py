"""Letters on their way into a PDF: what may stand there, in which order, and the font that nobody sees."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

from ocrprep.outputs.documents._library import library

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "\N{REPLACEMENT CHARACTER}"
DESCENT = 0.2
"""Part of the unseen font's height that lies below the base line."""
BLANK = 0.25
"""Its width of a blank, of its height."""

_MOST_SIGNS = 60_000
"""A font in a PDF has at most 65,536 codes."""
_WIDE, _NARROW = 1.0, 0.5
_SECONDS_TO_1980 = 315_532_800


def cleaned(text: str) -> str:
    """The text with a replacement character for each that is none: controls, lone surrogates, noncharacters.

    Separators of lines and paragraphs become blanks.
    """
    if text.isprintable():
        return text
    return "".join(map(_clean, text))


def _clean(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in {"Zl", "Zp"} or sign in "\t\n\r":
        return " "
    code = ord(sign)
    # U+FEFF is the mark of a byte order, and PDF/A forbids a code that means it.
    never = category in {"Cc", "Cs"} or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or code == 0xFEFF
    return MARK if never else sign


def written(text: str) -> str:
    """A word as it may stand in a PDF: cleaned, without blanks around it, never empty."""
    return cleaned(text).strip() or MARK


def is_leftwards(text: str) -> bool:
    """Whether a word holds letters of a script that is written from the right."""
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)


def as_seen(text: str) -> str:
    """The letters of a word in the order of the eye, from left to right, as a PDF holds them (UAX #9).

    Readers of PDFs turn them back. Brackets are not mirrored, as those readers expect.
    """
    if not is_leftwards(text):
        return text
    direction = library("fpdf.enums").TextDirection.RTL
    paragraph = library("fpdf.bidi").BidiParagraph(text, base_direction=direction, preserve_bn_chars=True)
    return str(paragraph.get_reordered_string())


def width(sign: str) -> float:
    """Of a sign in the unseen font, of its height: nothing for marks, 1 for the wide signs of East Asia, 0.5 else."""
    if sign == " ":
        return BLANK
    if unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return 0.0
    return _WIDE if unicodedata.east_asian_width(sign) in {"W", "F"} else _NARROW


def advance(text: str) -> float:
    """Of a text in the unseen font, of its height."""
    return sum(map(width, text))


def known(signs: Iterable[str]) -> frozenset[str]:
    """The signs that one font can hold: all of them, in any text that was ever written."""
    return frozenset([MARK, " ", "\xa0", *sorted(set(signs))[:_MOST_SIGNS]])


def unseen_font(signs: Iterable[str]) -> bytes:
    """A TrueType font that has these signs, and paints none of them.

    Its ascent and descent are together its height, so that a reader's box of a word is as high as the word's place.

    Args:
        signs: single characters.
    """
    builder = library("fontTools.fontBuilder").FontBuilder(1000, isTTF=True)
    empty = library("fontTools.ttLib.tables._g_l_y_f").Glyph
    shapes = {0.0: "mark", _NARROW: "narrow", _WIDE: "wide"}
    widths = {".notdef": 0, "space": 250, "mark": 0, "narrow": 500, "wide": 1000}
    names = {"familyName": "Unseen", "styleName": "Regular", "fullName": "Unseen", "psName": "Unseen"}
    builder.setupGlyphOrder(list(widths))
    builder.setupCharacterMap(
        {ord(" "): "space", **{ord(sign): shapes[width(sign)] for sign in sorted(set(signs) - {" "})}}
    )
    builder.setupGlyf({name: empty() for name in widths})
    builder.setupHorizontalMetrics({name: (value, 0) for name, value in widths.items()})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({**names, "uniqueFontIdentifier": "Unseen", "version": "Version 1.0"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200, sCapHeight=800)
    builder.setupPost(keepGlyphNames=False)
    return packed_font(builder)


def packed_font(builder: object, box: tuple[int, int, int, int] | None = (0, -200, 1000, 800)) -> bytes:
    """The bytes of a font that a ``FontBuilder`` made, the same at any time.

    Args:
        builder: with all its tables.
        box: left, lower, right and upper edge that the font tells; None measures its glyphs.
    """
    made = library("fontTools.misc.timeTools").timestampSinceEpoch(_SECONDS_TO_1980)
    font = builder.font  # type: ignore[attr-defined]
    font.recalcTimestamp = False
    font.recalcBBoxes = box is None
    head = font["head"]
    head.created = head.modified = made
    if box is not None:
        head.xMin, head.yMin, head.xMax, head.yMax = box
    target = io.BytesIO()
    font.save(target)
    return target.getvalue()
