from __future__ import annotations

import numpy as np
import pytest

from ocrprep.learning.data import augmented_crop, crops
from ocrprep.learning.example import Example
from ocrprep.models.normalization import normalize
from tests.learning import drawn


def plain(monkeypatch, **settings):
    """Only the augmentation that a test is about."""
    still = {
        "_ZOOM": (1.0, 1.0),
        "_GAMMA": (1.0, 1.0),
        "_LEAST_RANGE": 1.0,
        "_NOISE_CHANCE": 0.0,
        "_TURNED": 0.0,
        "_TRANSPOSED": 0.0,
    }
    for name, value in (still | settings).items():
        monkeypatch.setattr(crops, name, value)


def crop_of(example, size=32, seed=0, normalization="local"):
    return augmented_crop(example, size, np.random.default_rng(seed), normalization)


@pytest.mark.parametrize("shape", [(200, 240), (33, 400), (32, 32), (20, 25), (40, 30)])
@pytest.mark.parametrize("normalization", ["local", "minmax"])
def test_a_crop_has_its_shape_whatever_the_page(shape, normalization):
    channels = {"local": 2, "minmax": 1}[normalization]
    for seed in range(8):
        crop = crop_of(drawn.example(3, shape), 32, seed, normalization)
        assert crop.inputs.shape == (channels, 32, 32)
        assert crop.ink.shape == crop.coverage.shape == (32, 32)
        assert all(plane.dtype == np.float32 and plane.flags.c_contiguous for plane in (crop.inputs, crop.ink))
        assert set(np.unique(crop.ink)) <= {0, 1}
        assert 0 <= crop.coverage.min() <= crop.coverage.max() <= 1
        assert np.isfinite(crop.inputs).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 90), (3, 2)])
def test_the_smallest_pages_are_continued(shape):
    page = Example(np.full(shape, 200, np.uint8), np.full(shape, 255, np.uint8))
    crop = crop_of(page, 16)
    assert crop.inputs.shape == (2, 16, 16)
    assert crop.coverage is None
    assert not crop.ink.any()


def test_everything_follows_from_chance():
    page = drawn.example(1, (200, 240))
    first, again, other = (crop_of(page, 64, seed) for seed in (1, 1, 2))
    for name in ("inputs", "ink", "coverage"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.inputs, other.inputs)


def test_the_page_itself_is_never_changed():
    page = drawn.example(1, (90, 90))
    planes = [plane.copy() for plane in (page.image, page.mask, page.clean)]
    for seed in range(20):
        crop_of(page, 64, seed)
    assert drawn.same(page, Example(*planes))


def test_without_augmentation_it_is_a_piece_of_the_normalised_page(monkeypatch):
    plain(monkeypatch)
    page = drawn.example(1, (200, 240))
    whole = normalize(page.image)
    crop = crop_of(page, 64, 5)
    places = [
        (top, left)
        for top in range(200 - 63)
        for left in range(240 - 63)
        if np.array_equal(crop.inputs, whole[:, top : top + 64, left : left + 64])
    ]
    assert len(places) == 1
    top, left = places[0]
    window = (slice(top, top + 64), slice(left, left + 64))
    assert np.array_equal(crop.ink, page.mask[window] == 0)
    assert np.allclose(crop.coverage, 1 - page.clean[window] / 255)


def test_a_page_smaller_than_the_crop_is_mirrored(monkeypatch):
    plain(monkeypatch)
    page = drawn.example(1, (60, 70))
    crop = crop_of(page, 80)
    assert np.array_equal(crop.ink[:60, :70], page.mask == 0)
    assert np.array_equal(crop.ink[60:], crop.ink[39:59][::-1])
    assert np.array_equal(crop.inputs[:, :, 70:], crop.inputs[:, :, 59:69][:, :, ::-1])


@pytest.mark.parametrize(
    ("settings", "turn"),
    [
        ({"_TURNED": 1.0}, lambda plane: plane[::-1, ::-1]),
        ({"_TRANSPOSED": 1.0}, np.transpose),
    ],
)
def test_turns_are_the_same_for_all_planes(monkeypatch, settings, turn):
    page = drawn.example(1, (64, 64))
    plain(monkeypatch)
    before = crop_of(page, 64)
    plain(monkeypatch, **settings)
    after = crop_of(page, 64)
    assert np.array_equal(after.ink, turn(before.ink))
    assert np.array_equal(after.coverage, turn(before.coverage))
    for channel in range(2):
        assert np.array_equal(after.inputs[channel], turn(before.inputs[channel]))


@pytest.mark.parametrize("zoom", [0.78, 0.83, 1.0, 1.2, 1.4])
def test_ink_keeps_its_share_and_its_place_when_zoomed(monkeypatch, zoom):
    plain(monkeypatch)
    monkeypatch.setattr(crops, "_zoom", lambda *_: zoom)
    page = drawn.example(2, (200, 200))
    side = round(200 * zoom)
    crop = crop_of(page, side)
    # The bar's edges may fall between pixels: half a pixel of its 12·zoom rows at the top and at the bottom.
    assert crop.ink.mean() == pytest.approx((page.mask == 0).mean(), rel=1 / (12 * zoom))
    assert crop.coverage.mean() == pytest.approx((page.clean == 0).mean(), rel=0.02)
    assert (np.abs(crop.ink - crop.coverage) > 0.51).mean() == 0
    # Ink is dark, so it is positive; it still lies where the mask has it, to a pixel.
    found = crop.inputs[1]
    places = [np.corrcoef(np.roll(found, down, 0).ravel(), crop.coverage.ravel())[0, 1] for down in (-1, 0, 1)]
    assert max(places) == places[1] > 0.9


def test_a_page_is_not_made_smaller_than_the_crop():
    page = drawn.example(2, (100, 160))
    for seed in range(30):
        zoom = crops._zoom(page, 90, np.random.default_rng(seed))
        assert 0.9 <= zoom <= 1.4
        assert 1.0 <= crops._zoom(page, 300, np.random.default_rng(seed)) <= 1.4


def test_light_keeps_the_order_of_all_levels():
    for seed in range(200):
        levels = crops._light(np.random.default_rng(seed)).astype(int)
        assert (np.diff(levels) >= 0).all()
        assert levels[255] - levels[0] >= round(0.55 * 255) - 1


def test_empty_places_are_seldom(monkeypatch):
    plain(monkeypatch)
    mask = np.full((400, 400), 255, np.uint8)
    mask[150:250, 150:250] = 0
    page = Example(mask, mask)
    empty = np.mean([not crop_of(page, 64, seed).ink.any() for seed in range(300)])
    once = 1 - (163 / 337) ** 2
    # Twice as likely to see ink as one look is, but margins are seen as well.
    assert empty == pytest.approx(once**2, abs=0.08)


def test_a_size_below_one_is_refused():
    with pytest.raises(ValueError, match="at least one pixel"):
        crop_of(drawn.example(), 0)
