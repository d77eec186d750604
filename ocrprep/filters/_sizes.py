"""Checks of parameters that several filters share."""

from __future__ import annotations

from pydantic import AfterValidator


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(f"an even window has no pixel in its middle: use {value - 1} or {value + 1}")
    return value


ODD = AfterValidator(_odd)
"""Annotates a whole number that must be odd; after its ``Field``, so that the bounds stay in the JSON schema."""
