"""Fonts for text that is seen: found on this system by the letters that they have, and made ready for a PDF."""

from __future__ import annotations

import functools
import io
import logging
import os
import struct
import sys
import unicodedata
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ocrprep.errors import OutputError
from ocrprep.outputs.documents._library import library
from ocrprep.outputs.documents._pdf_signs import packed_font

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}
# Beginnings of file names: plain upright faces with many letters come before what else there is.
_FAVOURITES = (
    "dejavusans.", "notosans-regular", "liberationsans-regular", "arial.", "segoeui.", "helvetica", "freesans.",
    "notosansarabic-regular", "notosanshebrew-regular", "notosansdevanagari-regular", "notosansthai-regular",
    "notosanscjk-regular", "notosanscjkjp-regular", "sourcehansans", "wqy-", "droidsansfallback", "msyh.", "simsun",
    "msgothic", "malgun.", "pingfang", "hiragino", "notosanssymbols", "segoeuisymbol", "symbola", "unifont.",
)  # fmt: skip
_LATER = ("bold", "black", "heavy", "italic", "oblique", "light", "thin", "condensed", "narrow")
_NO_EMBEDDING = 0x0002
"""Of OS/2's fsType."""
_UNREADABLE = (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError, struct.error)
_SMOOTH = 1000.0
"""Into how many parts of its size a letter's curves may be off."""


class Letter(NamedTuple):
    """A letter of a font, in units of the font size.

    Args:
        advance: how far the next letter is.
        low: of its lowest ink, below the base line less than 0.
        high: of its highest ink.
    """

    advance: float
    low: float
    high: float


class Typeface(NamedTuple):
    """A font that is ready to be embedded.

    Args:
        data: a TrueType file with these letters only.
        letters: by character.
    """

    data: bytes
    letters: dict[str, Letter]


class _Place(NamedTuple):
    """Where a font lies: a file, or no path for the one that Pillow carries; and its place in the file."""

    path: Path | None
    number: int = 0


def typefaces(letters: Iterable[str], first: Path | None = None) -> list[Typeface]:
    """Fonts that have these letters between them, as few as need be; what no font has is in none of them.

    Args:
        letters: single characters.
        first: is asked before all others.

    Raises:
        OutputError: ``first`` is no font that can be embedded.
    """
    missing = {letter for letter in letters if unicodedata.category(letter) not in {"Cc", "Cs", "Cn", "Co"}}
    missing |= {" "} if missing else set()
    chosen = []
    for place in _places(first):
        if not missing:
            break
        own = place.path is not None and place.path == first
        try:
            with _silence():
                face = _prepared(place, missing)
        except (*_UNREADABLE, library("fontTools.ttLib").TTLibError) as error:
            if own:
                raise OutputError(f"the font cannot be used: {error}", path=str(first)) from error
            continue
        if face is not None:
            chosen.append(face)
            missing -= face.letters.keys()
    return chosen


@contextmanager
def _silence() -> Iterator[None]:
    # Of the hundreds of fonts on a system some are odd, which is no news for whoever writes a document.
    logger = logging.getLogger("fontTools")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _places(first: Path | None) -> Iterator[_Place]:
    if first is not None:
        yield _Place(first)
    for path in _catalogue(tuple(_folders())):
        yield _Place(path)
    yield _Place(None)


def _folders() -> list[Path]:
    """The folders in ``OCRPREP_FONTS``, separated as in PATH, or those usual on this system."""
    named = os.environ.get("OCRPREP_FONTS", "")
    if named:
        return [Path(part) for part in named.split(os.pathsep) if part]
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        home / ".local/share/fonts",
    ]


@functools.lru_cache(maxsize=8)
def _catalogue(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    found = {
        Path(folder, name)
        for place in folders
        for folder, _, names in os.walk(place)
        for name in names
        if os.path.splitext(name)[1].lower() in _SUFFIXES  # noqa: PTH122 - thousands of names
    }
    return tuple(sorted(found, key=_rank))


def _rank(path: Path) -> tuple[int, bool, str]:
    name = path.name.lower()
    favourite = next((place for place, start in enumerate(_FAVOURITES) if name.startswith(start)), len(_FAVOURITES))
    return favourite, any(part in name for part in _LATER), str(path)


def _prepared(place: _Place, wanted: set[str]) -> Typeface | None:
    """The font with those of the letters that it has; None where it has none, or only pictures of them."""
    collection = place.path is not None and place.path.suffix.lower() in {".ttc", ".otc"}
    number = {"fontNumber": place.number} if collection else {}
    with (
        place.path.open("rb") if place.path is not None else io.BytesIO(_carried()) as stream,
        library("fontTools.ttLib").TTFont(stream, lazy=True, recalcTimestamp=False, **number) as font,
    ):
        names = font.getBestCmap() or {}
        have = sorted(letter for letter in wanted if ord(letter) in names)
        if not have or have == [" "] or not {"glyf", "CFF ", "CFF2"} & set(font.keys()):
            return None
        if "OS/2" in font and font["OS/2"].fsType & 0x000F == _NO_EMBEDDING:
            raise ValueError("its maker does not allow to embed it")
        return _rebuilt(font, {letter: names[ord(letter)] for letter in have})


def _carried() -> bytes:
    """The font that Pillow carries: Aileron, in the public domain (CC0)."""
    from PIL import ImageFont  # noqa: PLC0415 - as in encode.py

    font = ImageFont.load_default(10)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise OutputError("Pillow was built without FreeType, and this system has no font", hint="give one: font=PATH")
    return bytes(font.font_bytes)


def _rebuilt(font: Any, names: dict[str, str]) -> Typeface:
    """A new font with the outlines of these letters, as quadratic curves, and nothing else of the old one.

    So it is small, and PostScript outlines, variations, composites and odd tables need no care later.
    """
    units = font["head"].unitsPerEm
    glyphs = font.getGlyphSet()
    widths = font["hmtx"].metrics
    order = [font.getGlyphOrder()[0], *dict.fromkeys(names.values())]
    order = list(dict.fromkeys(order))
    new = {name: f"g{place}" if place else ".notdef" for place, name in enumerate(order)}
    shapes, reach = {}, {}
    for name in order:
        shapes[name], reach[name] = _outline(glyphs, name, units, turned="glyf" not in font)
    builder = library("fontTools.fontBuilder").FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder(list(new.values()))
    builder.setupCharacterMap({ord(letter): new[name] for letter, name in names.items()})
    builder.setupGlyf({new[name]: shapes[name] for name in order})
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {new[name]: (widths[name][0], getattr(table[new[name]], "xMin", 0)) for name in order}
    )
    ascent, descent = font["hhea"].ascent, font["hhea"].descent
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    title = str(font["name"].getDebugName(6) or "Font")
    builder.setupNameTable(
        {"familyName": title, "styleName": "Regular", "fullName": _ascii(title), "psName": _ascii(title)}
    )
    builder.setupOS2(
        sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=max(0, ascent), usWinDescent=max(0, -descent)
    )
    builder.setupPost(keepGlyphNames=False)
    letters = {
        letter: Letter(widths[name][0] / units, reach[name][0] / units, reach[name][1] / units)
        for letter, name in names.items()
    }
    return Typeface(packed_font(builder, None), letters)


def _ascii(title: str) -> str:
    return "".join(sign for sign in title if sign.isascii() and (sign.isalnum() or sign == "-"))[:60] or "Font"


def _outline(glyphs: Any, name: str, units: int, *, turned: bool) -> tuple[Any, tuple[float, float]]:
    """A glyph with quadratic curves, and its lowest and highest point."""
    record = library("fontTools.pens.recordingPen").DecomposingRecordingPen(glyphs)
    glyphs[name].draw(record)
    bounds = library("fontTools.pens.boundsPen").BoundsPen(None)
    record.replay(bounds)
    pen = library("fontTools.pens.ttGlyphPen").TTGlyphPen(None)
    # PostScript outlines run the other way round.
    record.replay(library("fontTools.pens.cu2quPen").Cu2QuPen(pen, units / _SMOOTH, reverse_direction=turned))
    _, low, _, high = bounds.bounds or (0.0, 0.0, 0.0, 0.0)
    return pen.glyph(), (low, high)
