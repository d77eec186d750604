"""Blobs: discs and ellipses of known place and size are found there, at that size."""

from __future__ import annotations

import numpy as np
import pytest

from ocrprep.analysis.blobs import blobs

FINER = 8


def drawn(ellipses, width=120, height=90):
    """Black ellipses (x, y, long half axis, short half axis, degrees counter-clockwise) on white, antialiased."""
    y, x = (np.mgrid[0 : height * FINER, 0 : width * FINER] + 0.5) / FINER
    ink = np.zeros(x.shape, bool)
    for centre_x, centre_y, long, short, angle in ellipses:
        turn = np.deg2rad(angle)
        along = (x - centre_x) * np.cos(turn) - (y - centre_y) * np.sin(turn)
        across = (x - centre_x) * np.sin(turn) + (y - centre_y) * np.cos(turn)
        ink |= (along / long) ** 2 + (across / short) ** 2 <= 1
    share = ink.reshape(height, FINER, width, FINER).mean(axis=(1, 3))
    return np.rint(255 - 255 * share).astype(np.uint8)


@pytest.mark.parametrize("radius", [2.2, 3.3, 5.0, 8.7, 14.0])
@pytest.mark.parametrize("place", [(40.3, 50.8), (61.5, 44.05)])
def test_a_disc_is_found_at_its_place_and_radius(radius, place):
    [found] = blobs(drawn([(*place, radius, radius, 0)]), 1, 16)
    assert np.hypot(found.x - place[0], found.y - place[1]) < 0.06
    # Three scales an octave, and a parabola between them.
    assert found.radius == pytest.approx(radius, rel=0.03)
    assert found.strength > 0.95


def test_light_blobs_are_the_dark_ones_of_the_inverted_page():
    page = drawn([(40, 50, 6, 6, 0)])
    [light], [dark] = blobs(255 - page, 2, 12, dark=False), blobs(page, 2, 12)
    for one, other in ((light.x, dark.x), (light.y, dark.y), (light.radius, dark.radius)):
        assert one == pytest.approx(other, abs=1e-3)
    # Around a light disc the dark paper answers, but never in its middle.
    assert all(np.hypot(blob.x - 40, blob.y - 50) > 5 for blob in blobs(255 - page, 2, 12))


@pytest.mark.parametrize("angle", [-60, 0, 25, 110])
def test_an_ellipse_answers_like_a_disc_when_its_shape_is_told(angle):
    page = drawn([(50.3, 44.8, 9, 6, angle)])
    [told] = blobs(page, 3, 12, aspect=1.5, angle=angle)
    assert np.hypot(told.x - 50.3, told.y - 44.8) < 0.1
    assert told.radius == pytest.approx(6, rel=0.04)
    [untold] = blobs(page, 3, 12)
    assert told.strength > untold.strength


def test_the_strongest_come_first_and_faint_ones_are_left_out():
    page = drawn([(30, 40, 5, 5, 0)]).astype(int)
    page = np.minimum(page, 255 - (255 - drawn([(80, 40, 5, 5, 0)]).astype(int)) // 2).astype(np.uint8)
    both = blobs(page, 3, 8, threshold=0.3)
    assert [round(blob.x) for blob in both] == [30, 80]
    assert both[1].strength == pytest.approx(0.5, abs=0.03)
    assert [round(blob.x) for blob in blobs(page, 3, 8, threshold=0.6)] == [30]


def test_of_overlapping_blobs_the_stronger_stays():
    # A ring is many small blobs and one large one.
    page = np.maximum(drawn([(60, 45, 20, 20, 0)]), 255 - drawn([(60, 45, 12, 12, 0)]))
    kept = blobs(page, 2, 24, threshold=0.05, overlap=0.0)
    for index, one in enumerate(kept):
        for other in kept[:index]:
            assert np.hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius - 1e-6
    assert len(blobs(page, 2, 24, threshold=0.05, overlap=1.0)) >= len(kept)


def test_a_blob_at_the_edge_is_found():
    [found] = blobs(drawn([(0, 45, 6, 6, 0)]), 3, 10, threshold=0.3)
    assert found.x < 5
    assert abs(found.y - 45) < 0.1


@pytest.mark.parametrize("page", [np.zeros((1, 1), np.uint8), np.full((3, 40, 3), 200, np.uint8)])
def test_an_even_page_has_none(page):
    assert blobs(page, 1, 10) == blobs(page, 1, 10, aspect=2, angle=30) == []


@pytest.mark.parametrize(
    "wrong", [{"smallest": 0}, {"smallest": 5, "largest": 4}, {"aspect": 0.5}, {"overlap": 2}, {"threshold": -1}]
)
def test_arguments_outside_their_ranges_are_told(wrong):
    with pytest.raises(ValueError, match="must be"):
        blobs(np.full((20, 20), 255, np.uint8), **{"smallest": 2, "largest": 8, **wrong})
