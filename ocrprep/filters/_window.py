"""How large a neighbourhood is: in pixels, in text heights, or in inches or millimetres."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Field, WithJsonSchema

from ocrprep.analysis.text_height import text_height
from ocrprep.errors import FilterError
from ocrprep.page import Dpi, Pixels

SMALLEST, LARGEST = 3, 9999
_RELATIVE = re.compile(r"(\d+(?:\.\d+)?|\.\d+) ?(x|in|mm)")
_MM_PER_INCH = 25.4


def _check(value: int | str) -> int | str:
    if isinstance(value, int):
        if not SMALLEST <= value <= LARGEST or value % 2 == 0:
            raise ValueError(f"a window in pixels is an odd number from {SMALLEST} to {LARGEST}, not {value}")
        return value
    match = _RELATIVE.fullmatch(value)
    if match is None or float(match[1]) <= 0:
        raise ValueError(
            f"a window is an odd number of pixels such as 51, or text heights such as '2.5x', or inches or millimetres "
            f"such as '0.1in' or '3mm', not {value!r}"
        )
    return value


Window: TypeAlias = Annotated[
    int | str,
    AfterValidator(_check),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": SMALLEST, "maximum": LARGEST, "not": {"multipleOf": 2}},
                {"type": "string", "pattern": f"^{_RELATIVE.pattern}$"},
            ]
        }
    ),
]
"""Side of a square window: an odd number of pixels, or a string: ``"2.5x"`` (times the x-height of the page's text),
``"0.1in"`` or ``"3mm"`` (by the page's dpi)."""


def window_field(fallback: int | str, what: str = "side of the window", *, optional: bool = False) -> Any:
    """The field of a window: its description names the units, and what is taken where no text is found."""
    missing = "None, or where no text is found" if optional else "where no text is found"
    return Field(
        description=f"{what}: odd pixels, or '2.5x' text heights, or '0.1in' or '3mm'; {missing}: {fallback}",
    )


def resolve(window: int | str, pixels: Pixels, dpi: Dpi | None, fallback: int) -> tuple[int, dict[str, Any]]:
    """The window's side in pixels on this page, and facts for the step.

    Args:
        window: as in :data:`Window`.
        pixels: the page, gray; measured only where the window is in text heights.
        dpi: the page's, (x, y), or None; where they differ, their mean counts.
        fallback: pixels, for a window in text heights on a page that has no text; the facts then say ``text_height:
            None``.

    Returns:
        An odd number, 3 or more: the odd number nearest to the asked size; with ``window``, and ``text_height`` where
        measured.

    Raises:
        FilterError: inches or millimetres on a page of unknown dpi.
    """
    if isinstance(window, int):
        return window, {"window": window}
    match = _RELATIVE.fullmatch(window)
    assert match is not None
    amount, unit = float(match[1]), match[2]
    if unit == "x":
        text = text_height(pixels)
        if text is None:
            return fallback, {"window": fallback, "text_height": None}
        size = _odd(amount * text.x_height)
        return size, {"window": size, "text_height": round(float(text.x_height), 2)}
    if dpi is None:
        raise FilterError(
            f"a window of {window!r} needs the page's dpi, which is unknown",
            hint="give the window in pixels or in text heights ('2.5x'), or tell the input its dpi",
        )
    inches = amount if unit == "in" else amount / _MM_PER_INCH
    size = _odd(inches * (dpi[0] + dpi[1]) / 2)
    return size, {"window": size}


def _odd(size: float) -> int:
    return min(max(2 * int(size / 2) + 1, SMALLEST), LARGEST)
