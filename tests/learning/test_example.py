from __future__ import annotations

import numpy as np
import pytest

from ocrprep.learning.example import Example

GRAY = np.full((3, 4), 90, np.uint8)
PAPER = np.full((3, 4), 255, np.uint8)


def test_an_example_tells_its_size():
    example = Example(GRAY, PAPER, GRAY, "a")
    assert (example.height, example.width) == (3, 4)
    assert Example(GRAY, PAPER).clean is None


@pytest.mark.parametrize(
    ("planes", "problem"),
    [
        ((GRAY.astype(np.float32), PAPER), "image must be a uint8 array, not float32"),
        (([[1]], PAPER), "image must be a uint8 array, not list"),
        ((GRAY, PAPER[:2]), r"mask is \(2, 4\), the image \(3, 4\)"),
        ((GRAY, PAPER, GRAY[:, :2]), r"clean is \(3, 2\), the image \(3, 4\)"),
        ((np.zeros((3, 4, 3), np.uint8), PAPER), "image must be"),
        ((GRAY[:0], PAPER[:0]), "at least one pixel"),
        ((GRAY, GRAY), "mask must hold 0"),
    ],
)
def test_what_is_no_example_is_refused_by_name(planes, problem):
    with pytest.raises(ValueError, match=f"^page 7: .*{problem}"):
        Example(*planes, name="page 7")
