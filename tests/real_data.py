"""Real images and weights that may not be shipped: tests that look at them run where they lie beside the repository."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("OCRPREP_DATA") or Path(__file__).parents[1].parent / "shared" / "data")
ABSENT = "real data: "
"""How the reason of a skip begins that no installation can prevent; see ``conftest.py``."""


def needs(part):
    """A mark for tests that need a file or folder of the data."""
    return pytest.mark.skipif(not (DATA / part).exists(), reason=f"{ABSENT}{part} is not beside the repository")
