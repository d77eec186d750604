"""Scripts: which letters they have, which must be there, whether they need shaping.

``bases`` and ``marks`` are ranges of Unicode; a word is bases, each sometimes followed by a mark.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Script:
    """Letters of a script.

    Attributes:
        probe: Characters without which a font does not draw this script.
        bases: Letters that words are made of.
        marks: Signs that follow a letter (vowels, accents).
        shaped: Whether letters join or change places, which needs text shaping.
        spaced: Whether words are separated by spaces.
        weight: How often the script is drawn when nobody asks for one.
    """

    probe: str
    bases: str
    marks: str = ""
    shaped: bool = False
    spaced: bool = True
    weight: float = 1.0


def _letters(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for low, high in ranges for code in range(low, high + 1))


SCRIPTS: dict[str, Script] = {
    "latin": Script("aegnxtRMBS258.", _letters((0x61, 0x7A)), weight=60),
    "greek": Script("αβγκλΩ", _letters((0x3B1, 0x3C9)), "", weight=6),
    "cyrillic": Script("абгжЯДф", _letters((0x430, 0x44F)), "", weight=6),
    "hebrew": Script("אבגשמ", _letters((0x5D0, 0x5EA)), shaped=True, weight=3),
    "arabic": Script("ابتسمق", _letters((0x627, 0x63A), (0x641, 0x64A)), shaped=True, weight=4),
    "devanagari": Script("कखमरह", _letters((0x915, 0x928), (0x92A, 0x939)), _letters((0x93E, 0x94D)), True, weight=3),
    "bengali": Script("কখমরহ", _letters((0x995, 0x9A8), (0x9AA, 0x9B0)), "\u09be\u09bf\u09c0\u09c1\u09c7", True),
    "tamil": Script("கமரதப", "கஙசஞடணதநபமயரலவழளறன", "\u0bbe\u0bbf\u0bc0\u0bc1\u0bc6\u0bcd", True),
    "gujarati": Script("કખમરહ", _letters((0xA95, 0xAA8), (0xAAA, 0xAB0)), "\u0abe\u0abf\u0ac0\u0ac1\u0ac7", True),
    "thai": Script("กขคมร", _letters((0xE01, 0xE2E)), "\u0e31\u0e34\u0e35\u0e38\u0e48\u0e49\u0e32\u0e30", True, False),
    "khmer": Script("កខគម", _letters((0x1780, 0x17A2)), "\u17b6\u17b7\u17b8\u17bb\u17c1", True, False, 0.5),
    "georgian": Script("აბგდმ", _letters((0x10D0, 0x10F0))),
    "armenian": Script("աբգդմ", _letters((0x561, 0x586))),
    "ethiopic": Script("ሀለመሰበ", _letters((0x1200, 0x1206), (0x1208, 0x1246)), weight=0.5),
    "kana": Script("あいうえカ", _letters((0x3042, 0x3093), (0x30A2, 0x30F3)), spaced=False),
    "han": Script(
        "中一大人日永",
        _letters((0x4E00, 0x4E8C), (0x4EAC, 0x4EFF), (0x5927, 0x5980), (0x65E5, 0x6680)),
        spaced=False,
        weight=4,
    ),
    "hangul": Script("가나다한글", _letters((0xAC00, 0xAC40), (0xB098, 0xB0F0), (0xD55C, 0xD58C)), weight=1.5),
}
