"""Whether two texts say the same, and how nearly."""

from __future__ import annotations

from ocrprep.text._distance import distance, nearest_ends
from ocrprep.text._words import hyphenated, joined, one_line, same_but_for_division


def similarity(one: str, other: str, *, ignore_case: bool = False) -> float:
    """How much two texts have in common: 1 minus their edit distance over the length of the longer one.

    Line breaks and other white space count as single spaces, and a word that a line's end divides as a whole one.

    Args:
        one: any text.
        other: any other.
        ignore_case: whether A and a are the same.

    Returns:
        0 (nothing in common) to 1 (the same); 1 for two empty texts. Levenshtein, "Binary codes capable of correcting
        deletions, insertions and reversals", 1966.
    """
    first, second = (one_line(text, ignore_case=ignore_case) for text in (one, other))
    if same_but_for_division(first, second):
        return 1.0
    first, second = joined(first), joined(second)
    return 1.0 - distance(first, second) / max(len(first), len(second), 1)


def same_text(one: str, other: str, *, ignore_case: bool = False, tolerance: float = 0.0) -> bool:
    """Whether two texts are the same, wherever their lines end.

    Args:
        one: any text.
        other: any other.
        ignore_case: whether A and a are the same.
        tolerance: share of the longer text that may differ, 0–1: what an engine may have misread.

    Raises:
        ValueError: a tolerance out of range.
    """
    return 1.0 - similarity(one, other, ignore_case=ignore_case) <= checked(tolerance) + 1e-12


def contains(text: str, wanted: str, *, ignore_case: bool = True, tolerance: float = 0.0) -> bool:
    """Whether a text holds another one, wherever its lines end and divide words.

    Args:
        text: where to look.
        wanted: what for; a part of a word is found too.
        ignore_case: whether A and a are the same.
        tolerance: share of ``wanted`` that may be missing, added or different, 0–1.

    Raises:
        ValueError: nothing is wanted, or a tolerance out of range.
    """
    pattern, line = (one_line(item, ignore_case=ignore_case) for item in (wanted, text))
    if not joined(pattern):
        raise ValueError("there is nothing to look for")
    allowed = int(checked(tolerance) * len(joined(pattern)) + 1e-9)
    patterns, lines = ({joined(item), hyphenated(item)} for item in (pattern, line))
    if any(one in other for one in patterns for other in lines):
        return True
    return allowed > 0 and any(
        min(nearest_ends(one, other), default=len(one)) <= allowed for one in patterns for other in lines
    )


def checked(tolerance: float) -> float:
    """The tolerance.

    Raises:
        ValueError: it is no share.
    """
    if not 0.0 <= tolerance <= 1.0:
        raise ValueError(f"tolerance must lie between 0 and 1, not {tolerance}")
    return tolerance
