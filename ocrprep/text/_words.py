"""A text in one line: white space is one space, and what a line's end divided is whole again."""

from __future__ import annotations

import re
import unicodedata

SOFT = "\u00ad"
"""The soft hyphen: stands where a line ends within a word, in place of the hyphen and the break."""

_DIVIDED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*[\r\n\f\v]+\s*(?=[^\W\d_])")


def one_line(text: str, *, ignore_case: bool = False) -> str:
    """The text in Unicode's composed form (NFC), in one line; soft hyphens are all that is left of divided words."""
    marked = _DIVIDED.sub(SOFT, unicodedata.normalize("NFC", text))
    # One that stood there before is as invisible on the page.
    plain = " ".join(marked.split())
    return unicodedata.normalize("NFC", plain.casefold()) if ignore_case else plain


def joined(text: str) -> str:
    """The line without its soft hyphens."""
    return text.replace(SOFT, "")


def hyphenated(text: str) -> str:
    """The line with hyphens in place of its soft ones, as in a word that has one of its own where the line ends."""
    return text.replace(SOFT, "-")


def same_but_for_division(one: str, other: str) -> bool:
    """Whether two lines are equal when each soft hyphen may be a hyphen, and may be none."""
    place, there = 0, 0
    while place < len(one) or there < len(other):
        mine, theirs = one[place : place + 1], other[there : there + 1]
        if mine == theirs or {mine, theirs} == {SOFT, "-"}:
            place, there = place + 1, there + 1
        elif mine == SOFT:
            place += 1
        elif theirs == SOFT:
            there += 1
        else:
            return False
    return True
