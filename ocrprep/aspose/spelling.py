"""Aspose's languages of its spelling correction."""

from __future__ import annotations

import enum


class SpellCheckLanguage(str, enum.Enum):
    """Aspose's languages; the value is the ISO 639-1 code. Those without a free dictionary here cannot be corrected."""

    ENG = "en"
    DEU = "de"
    SPA = "es"
    FRA = "fr"
    ITA = "it"
    POR = "pt"
    CZE = "cs"
    DAN = "da"
    DUM = "nl"
    EST = "et"
    FIN = "fi"
    LAV = "lv"
    LIT = "lt"
    POL = "pl"
    RUM = "ro"
    SLK = "sk"
    SLV = "sl"
    SWE = "sv"


_FREE = frozenset({"en", "de", "es", "fr", "it", "pt", "nl", "lv"})


def dictionary_of(language: SpellCheckLanguage | str) -> str:
    """The code of the language's dictionary; a code that is no member passes as it is.

    Raises:
        NotImplementedError: there is no free dictionary for it here.
    """
    code = SpellCheckLanguage(language).value if language in set(SpellCheckLanguage) else str(language)
    if code in {item.value for item in SpellCheckLanguage} - _FREE:
        raise NotImplementedError(
            f"there is no free dictionary for {language!s} in the library that corrects spelling; nearest: English, "
            "German, Spanish, French, Italian, Portuguese, Dutch and Latvian have one, and "
            "ocrprep.text.correct_spelling takes words of your own"
        )
    return code
