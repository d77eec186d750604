"""Degradations of document images: composable, seeded, typed, with exact masks."""

from ocrprep.learning.degrade.making import degraded, example_of, make_example

__all__ = ["degraded", "example_of", "make_example"]
