"""Types of parameters that several filters share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"an even window has no pixel in its middle: use {value - 1} or {value + 1}")
    return value


Odd: TypeAlias = Annotated[int, AfterValidator(_odd)]
"""A whole odd number."""
