"""What the name of a font tells: blackletter, a hand, bold, italic, or nothing for text."""

from __future__ import annotations

import re

_HANDS = (
    "dancing script",
    "kaushan",
    "kristi",
    "rufscript",
    "isabella",
    "ecolier",
    "breip",
    "dkg",
    "femkeklaver",
    "jsfs",
    "joscelyn",
    "jessen script",
    "tomson",
    "aoyagi",
    "kouzan",
    "scrawl",
    "purisa",
    "chancery",
    "chorus",
    "z003",
    "typoscript",
    "delphine",
    "steve",
    "domestic manners",
    "script",
    "handwrit",
    "hand ",
    "cursive",
    "lobster",
    "comic",
    "caliban",
    "winks",
    "penguin",
    "humor",
    "yoz",
    "brush",
    "summersby",
    "havana",
    "cupola",
    "it wasn't me",
    "el abogado",
    "mad's",
    "johnny",
    "kalam",
    "caveat",
    "pacifico",
    "sacramento",
    "vibes",
    "indie flower",
    "patrick",
    "shadows into",
    "homemade",
    "segoe print",
    "bradley",
    "lucida hand",
    "ink free",
    "mistral",
    "snell",
    "zapfino",
    "noteworthy",
    "savoye",
    "gungseo",
    "pilgi",
    "marked fool",
    "irianis ",
)
_BLACKLETTERS = (
    "blackletter",
    "fraktur",
    "textur",
    "gotico",
    "blankenburg",
    "rusch",
    "zainer",
    "fust",
    "sweynheim",
    "schwab",
    "unz1",
    "cloister",
    "old english",
    "gotisch",
    "rotunda",
    "jessen",
    "hamlet",
    "wittenberg",
    "moderne f",
)
_LEFT_OUT = (
    "symbol", "dingbat", "emoji", "music", "barcode", "initials", "keyboard", "outline", "linedraw", "braille",
    "stixnonunicode", "stixintegrals", "stixsize", "stixvariants", "brk", "solide mirage", "math", "webding",
    "wingding", "marlett", "awesome", "icon", "ornament", "d050000l", "lastresort", "signwriting", "duployan",
    "shadow", "junkyard", "soufflet", "parix", "wargames", "progenisis", "flatline", "spira", "libris adf std ",
    "swift ", "balker", "colored", "tifinagh", "typo ornament", "fill1", "fill2", "rot ", "mekanus adf titling",
    "emboss", "stencil", "display lcd", "segment", "noto color", "nastaliq",  # shaping Nastaliq takes seconds a page

)  # fmt: skip


def is_left_out(family: str, style: str) -> bool:
    """Whether the name is one of signs, ornaments or decoration, not of letters to read."""
    name = f"{family} {style} ".lower()
    return any(part in name for part in _LEFT_OUT)


def named_classes(family: str, style: str) -> frozenset[str]:
    """Classes that the name tells: "hand", "blackletter" or "print", and "bold" and "italic" where the name says so."""
    name = f"{family} ".lower()
    if any(part in name for part in _HANDS):
        classes = {"hand"}
    elif any(part in name for part in _BLACKLETTERS):
        classes = {"blackletter"}
    else:
        classes = {"print"}
    full = f"{name} {style}".lower()
    if re.search(r"bold|black|heavy|demi|extra", full):
        classes.add("bold")
    if re.search(r"ital|obliq|slant", full):
        classes.add("italic")
    if re.search(r"caps|\bsc\b|titling", full):
        classes.add("caps")
    return frozenset(classes)


def group_of(family: str) -> str:
    """The family without its cut: the first word of the name, for long series of one maker its first letters."""
    words = family.lower().split()
    if not words:
        return ""
    if words[0] in {"noto", "latin", "gfs", "tex", "cmu", "eb", "nimbus", "open", "old", "ar"} and len(words) > 1:
        return " ".join(words[:3])
    return words[0][:4] if words[0].startswith("yoz") else words[0]
