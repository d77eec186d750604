"""Each filter still makes the picture that was once looked at."""

from __future__ import annotations

import numpy as np
import pytest

from ocrprep import filters
from ocrprep.page import PixelMode, convert_pixels
from tests import goldens, pages

KINDS = [kind for kind in filters.registry() if "." not in kind]


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_is_the_same(kind):
    path = goldens.FOLDER / f"{kind}.png"
    assert path.exists(), f"run `python -m tests.goldens {kind}`, and look at {path}"
    got = goldens.answer(kind)
    share, worst = goldens.difference(kind, got)
    case = goldens.case(kind)
    if share > case.share:
        where = goldens.show_failure(kind, got, worst)
        pytest.fail(f"{share:.2%} of the pixels differ by more than {case.levels} levels; see {where}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_shows_something(kind):
    # A golden that equals its input would pass for a filter that does nothing.
    page = pages.page(goldens.read(goldens.INPUTS / f"{goldens.case(kind).page}.png"), goldens.DPI)
    got = goldens.answer(kind)
    if got.pixels.shape[:2] == page.pixels.shape[:2]:
        mode = max(page.mode, got.mode, key=lambda mode: mode.rank)
        before, after = convert_pixels(page.pixels, mode), convert_pixels(got.pixels, mode)
        changed = np.mean(before != after) > goldens.case(kind).share
        assert changed or got.mode is not page.mode or got.dpi != page.dpi


def test_there_is_one_golden_for_each_filter_and_none_besides():
    assert {path.stem for path in goldens.FOLDER.glob("*.png")} == set(KINDS)
    assert set(goldens.CASES) <= set(KINDS)
    used = {goldens.case(kind).page for kind in KINDS}
    assert {path.stem for path in goldens.INPUTS.glob("*.png")} == used == set(goldens.make_inputs())


def test_goldens_are_small():
    for path in goldens.FOLDER.rglob("*.png"):
        assert path.stat().st_size <= goldens.MOST_BYTES, path


def test_a_change_is_seen(tmp_path, monkeypatch):
    got = goldens.answer("invert")
    monkeypatch.setattr(goldens, "FOLDER", tmp_path)
    monkeypatch.setattr(goldens, "FAILED", tmp_path / "failed")
    changed = got.pixels.copy()
    changed[:10, :10] ^= 0x40
    goldens.write(tmp_path / "invert.png", changed, got.mode)
    share, worst = goldens.difference("invert", got)
    assert share == pytest.approx(100 / (got.width * got.height))
    goldens.show_failure("invert", got, worst)
    assert (goldens.read(tmp_path / "failed" / "invert_difference.png")[:10, :10] == 0).all()
    goldens.write(tmp_path / "invert.png", got.pixels[:-1], got.mode)
    assert goldens.difference("invert", got) == (1.0, None)
    goldens.write(tmp_path / "invert.png", got.pixels[..., 0], PixelMode.GRAY)
    assert goldens.difference("invert", got) == (1.0, None)


@pytest.mark.parametrize("name", ["scan", "stamp"])
def test_pictures_are_stored_without_loss(tmp_path, name):
    pixels = goldens.make_inputs()[name]
    goldens.write(tmp_path / "a.png", pixels)
    assert (goldens.read(tmp_path / "a.png") == pixels).all()
    binary = np.where(pixels > 128, 255, 0).astype(np.uint8)
    if binary.ndim == 2:
        goldens.write(tmp_path / "b.png", binary, PixelMode.BINARY)
        assert (goldens.read(tmp_path / "b.png") == (binary > 0)).all()
