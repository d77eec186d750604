"""The fonts of this system: found, checked once, sorted by what they are good for.

A font is judged by what it draws, not by its tables: a character is missing when it draws like one that cannot exist.
The catalogue is sorted by path, so that the same fonts give the same pages.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep.learning.writing.families import group_of, is_left_out, named_classes
from ocrprep.learning.writing.scripts import SCRIPTS

Drawable = ImageFont.FreeTypeFont
SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb")
BUILT_IN = ""  # path of the font that comes with Pillow
_PROBE_SIZE = 24
EXTRAS = "äöüÄÖÜéÉſ€£$—*=:;?!,.-/0123456789"  # in our Latin text, but not in every font
_NEVER = "\U0010fffe"  # a noncharacter: whatever it draws is the sign for "missing"


@dataclass(frozen=True)
class Face:
    """One font: where it lies, what it is called, its classes and the scripts that it draws.

    ``classes`` holds "print", "blackletter" or "hand", and of "serif", "sans", "mono", "bold", "italic" what applies.
    ``x_ratio`` is the height of its small letters at a size of 1. ``lacks`` holds characters of ``EXTRAS`` that it
    does not draw.
    """

    path: str
    family: str
    group: str
    classes: frozenset[str]
    scripts: frozenset[str]
    x_ratio: float
    lacks: str = ""


def folders() -> list[Path]:
    """Where fonts are looked for: the folders in ``OCRPREP_FONTS``, or else those usual on this system.

    Several folders in the variable are separated as in PATH. A folder that is not there holds no fonts.
    """
    named = os.environ.get("OCRPREP_FONTS", "")
    if named:
        return [Path(part) for part in named.split(os.pathsep) if part]
    home = Path.home()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        return [windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path("/usr/share/texmf/fonts"),
        home / ".fonts",
        home / ".local/share/fonts",
    ]


def faces() -> tuple[Face, ...]:
    """All usable fonts, sorted by path; never empty, since Pillow's own font stands in where there is none."""
    return _catalogue(tuple(folders()))


@functools.lru_cache(maxsize=8)
def _catalogue(places: tuple[Path, ...]) -> tuple[Face, ...]:
    found: dict[tuple[str, str], Face] = {}
    for path in sorted({str(path) for place in places for path in _files(place)}):
        try:
            font = ImageFont.truetype(path, _PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
            family, style = font.getname()
            name = family or Path(path).stem, style or ""
            if name in found or is_left_out(*name):
                continue
            face = _judged(path, font, *name)
        except (OSError, ValueError):
            continue  # a file that FreeType cannot draw is no font for us
        if face is not None:
            found[name] = face
    if not found:
        font = load(BUILT_IN, _PROBE_SIZE)
        lacks = _lacks(font, _picture(font, _NEVER))
        return (
            Face(
                BUILT_IN,
                "built-in",
                "built-in",
                frozenset({"print", "sans"}),
                frozenset({"latin"}),
                _x_ratio(font),
                lacks,
            ),
        )
    return tuple(found.values())


def _files(place: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(place):
        for name in names:
            if name.lower().endswith(SUFFIXES):
                yield Path(folder, name)


def _judged(path: str, font: Drawable, family: str, style: str) -> Face | None:
    missing = _picture(font, _NEVER)
    scripts = frozenset(name for name, script in SCRIPTS.items() if _draws(font, script.probe, missing))
    if not scripts:
        return None
    classes = set(named_classes(family, style))
    if "latin" in scripts:
        if font.getlength("i") == font.getlength("M"):
            classes.add("mono")
        classes.add("serif" if _has_serifs(font) else "sans")
    ratio = _x_ratio(font, "x" if "latin" in scripts else SCRIPTS[min(scripts)].probe[0])
    if not 0.15 < ratio < 1.2:
        return None
    return Face(path, family, group_of(family), frozenset(classes), scripts, ratio, _lacks(font, missing))


def _picture(font: Drawable, text: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(text, mode="L")
    return mask.size, bytes(mask)


def _draws(font: Drawable, probe: str, missing: tuple[tuple[int, int], bytes]) -> bool:
    """Whether every character of the probe leaves ink, looks unlike ``missing`` and unlike the others."""
    seen = {missing}
    for character in probe:
        picture = _picture(font, character)
        if picture in seen or not any(picture[1]):
            return False
        seen.add(picture)
    return True


def _lacks(font: Drawable, missing: tuple[tuple[int, int], bytes]) -> str:
    return "".join(character for character in EXTRAS if not _draws(font, character, missing))


def _has_serifs(font: Drawable) -> bool:
    """A capital I that is clearly wider at its foot than at its waist has serifs."""
    big = Image.new("L", (_PROBE_SIZE * 3, _PROBE_SIZE * 3))
    ImageDraw.Draw(big).text((_PROBE_SIZE, _PROBE_SIZE * 2), "I", fill=255, font=font, anchor="ls")
    rows = (np.asarray(big) > 96).sum(axis=1)
    rows = rows[rows > 0]
    return len(rows) > 6 and rows[-2:].max() > 1.6 * np.median(rows)


def _x_ratio(font: Drawable, letter: str = "x") -> float:
    _, top, _, bottom = font.getbbox(letter)
    return float(bottom - top) / _PROBE_SIZE


@functools.lru_cache(maxsize=96)
def load(path: str, size: float, *, shaped: bool = False) -> Drawable:
    """The font at ``size`` pixels per em; ``shaped`` joins and orders letters as Arabic and Indic scripts need."""
    if path == BUILT_IN:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise OSError("Pillow was built without FreeType, which draws letters")
        return font
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, size, layout_engine=engine)


@functools.lru_cache(maxsize=256)
def _groups(
    places: tuple[Path, ...], script: str, wanted: frozenset[str], unwanted: frozenset[str]
) -> tuple[tuple[Face, ...], ...]:
    kinds: dict[str, list[Face]] = {}
    for face in _catalogue(places):
        if script in face.scripts and wanted <= face.classes and not unwanted & face.classes:
            kinds.setdefault(face.group, []).append(face)
    return tuple(tuple(kinds[name]) for name in sorted(kinds))


def pick(
    rng: np.random.Generator,
    script: str = "latin",
    wanted: frozenset[str] = frozenset(),
    unwanted: frozenset[str] = frozenset(),
) -> Face | None:
    """A font that draws ``script`` and has all ``wanted`` and no ``unwanted`` classes; None where there is none.

    Families are equally likely, however many cuts they have.
    """
    groups = _groups(tuple(folders()), script, wanted, unwanted)
    if not groups:
        return None
    group = groups[int(rng.integers(len(groups)))]
    return group[int(rng.integers(len(group)))]


@functools.lru_cache(maxsize=64)
def face_at(path: str) -> Face:
    """The font in one file, whatever its name is.

    Raises:
        ValueError: the file is no font, or draws none of our scripts.
    """
    try:
        font = ImageFont.truetype(path, _PROBE_SIZE, layout_engine=ImageFont.Layout.BASIC)
        family, style = font.getname()
        face = _judged(path, font, family or Path(path).stem, style or "")
    except OSError as error:
        raise ValueError(f"{path} is no font that can be drawn: {error}") from error
    if face is None:
        raise ValueError(f"{path} draws no script of those known: {', '.join(SCRIPTS)}")
    return face
