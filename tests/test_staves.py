"""Staves: five lines are found where they were drawn, level, turned and bent, among other ink."""

from __future__ import annotations

import numpy as np
import pytest

from ocrprep.analysis.staves import staff_size, staves

WIDTH, HEIGHT = 700, 300


def course(x, skew, bend):
    """How far down a staff lies at x: turned by degrees counter-clockwise, and hanging through in the middle."""
    return -np.tan(np.deg2rad(skew)) * (x - WIDTH / 2) + bend * (1 - ((x - WIDTH / 2) / (WIDTH / 2)) ** 2)


def page(tops, space=12.0, thickness=1.6, skew=0.0, bend=0.0, lines=5, left=30, right=670):
    x = np.arange(WIDTH) + 0.5
    y = np.arange(HEIGHT)[:, None]
    ink = np.zeros((HEIGHT, WIDTH))
    for top in tops:
        for line in range(lines):
            middle = top + line * space + course(x, skew, bend)
            ink += np.clip(np.minimum(middle + thickness / 2, y + 1) - np.maximum(middle - thickness / 2, y), 0, 1)
    ink[:, :left] = 0
    ink[:, right:] = 0
    return np.rint(255 - 255 * np.clip(ink, 0, 1)).astype(np.uint8)


@pytest.mark.parametrize("space", [7.5, 12.0, 19.3])
@pytest.mark.parametrize(("skew", "bend"), [(0, 0), (1.5, 0), (-2, 0), (0, 8), (1, -6)])
def test_lines_are_followed_wherever_they_go(space, skew, bend):
    top = 110.0
    thick = 0.14 * space
    [staff] = staves(page([top], space, thick, skew, bend))
    assert staff.space == pytest.approx(space, rel=0.01)
    assert staff.x[0] == pytest.approx(30, abs=3)
    assert staff.x[-1] == pytest.approx(670, abs=3)
    x = np.linspace(40, 660, 60)
    true = top + np.arange(5)[:, None] * space + course(x, skew, bend)
    # A tenth of a space; notes lie half a space apart.
    assert np.abs(staff.at(x) - true).max() < 0.1 * space


def test_a_place_becomes_a_position_from_the_lowest_line_upwards():
    [staff] = staves(page([100.0], skew=1.0))
    bottom = 100 + 4 * 12 + course(200, 1.0, 0)
    assert staff.position(200, bottom) == pytest.approx(0, abs=0.1)
    assert staff.position(200, bottom - 48) == pytest.approx(8, abs=0.1)
    assert staff.position(200, bottom + 12) == pytest.approx(-2, abs=0.1)


def test_staves_come_from_top_to_bottom():
    found = staves(page([180.0, 50.0]))
    assert [round(float(staff.lines[0, 0])) for staff in found] == [50, 180]


def test_two_beside_each_other_are_two():
    pair = np.minimum(page([100.0], right=300), page([100.0], left=480))
    left, right = staves(pair)
    assert left.x[-1] < 310
    assert right.x[0] > 470


@pytest.mark.parametrize("lines", [1, 2, 4])
def test_fewer_lines_are_no_staff(lines):
    assert staves(page([100.0], lines=lines)) == []


def test_grain_and_symbols_do_no_harm():
    random = np.random.default_rng(1)
    dirty = page([100.0], skew=-1.0)
    for x in range(60, 640, 45):
        dirty[100 : 100 + 40, x : x + 12] = 0
    dirty[random.random(dirty.shape) < 0.01] = 0
    dirty[random.random(dirty.shape) < 0.01] = 255
    [staff] = staves(dirty)
    x = np.linspace(40, 660, 60)
    true = 100 + np.arange(5)[:, None] * 12 + course(x, -1.0, 0)
    assert np.abs(staff.at(x) - true).max() < 1.2


def test_the_size_is_that_of_the_lines():
    thickness, space = staff_size(page([100.5], space=15.0, thickness=3.0))
    assert thickness == pytest.approx(3, abs=0.1)
    assert space == pytest.approx(15, abs=0.3)


@pytest.mark.parametrize(
    "odd",
    [
        np.zeros((1, 1), np.uint8),
        np.full((1, 50), 255, np.uint8),
        np.full((50, 1), 0, np.uint8),
        np.full((60, 60, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (80, 90), np.uint8),
    ],
    ids=["one pixel", "one row", "one column", "blank", "noise"],
)
def test_pages_without_music_have_no_staves(odd):
    assert staves(odd) == []
    staff_size(odd)
