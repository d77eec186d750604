"""Splits by page, and pages made by code with and without a cache."""

from __future__ import annotations

import multiprocessing
import threading

import numpy as np
import pytest

from ocrprep.errors import OutputError
from ocrprep.learning import degrade
from ocrprep.learning.data import MadePages, Part, split_by_page
from ocrprep.learning.data import made as made_module
from ocrprep.learning.example import Example
from tests.learning import drawn

SIDE = 48


def test_a_split_covers_every_page_once():
    split = split_by_page(drawn.Drawn(37), 0.1, 0.2, seed=3)
    parts = [part.indices for part in (split.train, split.validation, split.test)]
    assert [len(part) for part in parts] == [26, 4, 7]
    assert sorted(sum(parts, ())) == list(range(37))


def test_a_split_depends_on_the_seed_alone():
    first, again, other = (split_by_page(drawn.Drawn(50), seed=seed) for seed in (1, 1, 2))
    assert first.test.indices == again.test.indices != other.test.indices


def test_examples_of_one_page_stay_together():
    split = split_by_page(drawn.Drawn(40), 0.2, 0.2, page_of=lambda index: index // 4)
    pages = [{index // 4 for index in part.indices} for part in (split.train, split.validation, split.test)]
    assert [len(part) for part in pages] == [6, 2, 2]
    assert not pages[0] & pages[1] | pages[0] & pages[2] | pages[1] & pages[2]


def test_a_small_share_is_at_least_a_page_and_none_is_none():
    split = split_by_page(drawn.Drawn(5), 0.01, 0)
    assert (len(split.train), len(split.validation), len(split.test)) == (4, 1, 0)


@pytest.mark.parametrize("shares", [(-0.1, 0.1), (0.5, 0.5), (0.1, -1)])
def test_impossible_shares_are_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        split_by_page(drawn.Drawn(9), *shares)


def test_too_few_pages_are_refused():
    with pytest.raises(ValueError, match="2 pages are too few"):
        split_by_page(drawn.Drawn(2))


def test_a_part_numbers_its_examples_anew():
    part = Part(drawn.Drawn(9), [7, 2])
    assert (len(part), part.example(0).name, part.example(1).name) == (2, "page-7", "page-2")
    for index in (-1, 2):
        with pytest.raises(IndexError, match=f"example {index} of 2"):
            part.example(index)


@pytest.fixture
def maker(monkeypatch):
    """Stands for the code that makes pages, which has its own tests; counts its calls."""
    calls = []

    def make_example(rng, shape):
        calls.append(shape)
        page = drawn.example(0, shape)
        return Example(rng.integers(0, 256, shape, np.uint8), page.mask, page.clean)

    monkeypatch.setattr(degrade, "make_example", make_example)
    return calls


def test_a_made_page_follows_from_seed_and_number(maker):
    pages = MadePages(5, 3, (SIDE, SIDE))
    expected = np.random.default_rng([5, 2]).integers(0, 256, (SIDE, SIDE), np.uint8)
    assert np.array_equal(pages.example(2).image, expected)
    assert pages.example(2).name == "made-5-000002"
    assert not drawn.same(pages.example(1), pages.example(2))
    with pytest.raises(IndexError):
        pages.example(3)


def test_a_cache_gives_the_same_page_without_making_it(maker, tmp_path):
    fresh = MadePages(5, 3, (SIDE, SIDE)).example(1)
    cached = MadePages(5, 3, (SIDE, SIDE), cache=tmp_path / "new" / "cache")
    first = cached.example(1)
    made = len(maker)
    again = MadePages(5, 9, (SIDE, SIDE), cache=tmp_path / "new" / "cache").example(1)
    assert len(maker) == made
    assert drawn.same(fresh, first)
    assert drawn.same(fresh, again)


def test_other_seeds_shapes_and_code_have_their_own_cache(maker, tmp_path, monkeypatch):
    folders = {MadePages(seed, 1, (side, SIDE), tmp_path).folder for seed in (1, 2) for side in (SIDE, 64)}
    monkeypatch.setattr(made_module, "recipe_fingerprint", lambda: "changed")
    folders.add(MadePages(1, 1, (SIDE, SIDE), tmp_path).folder)
    assert len(folders) == 5


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"no array at all", "short", "pickled", "other"])
def test_a_damaged_page_in_the_cache_is_made_anew(maker, tmp_path, damage):
    pages = MadePages(5, 1, (SIDE, SIDE), tmp_path)
    fresh = pages.example(0)
    (file,) = pages.folder.glob("*.npy")
    if damage == "short":
        file.write_bytes(file.read_bytes()[:-1])
    elif damage == "pickled":
        np.save(file, np.array([{}], object), allow_pickle=True)
    elif damage == "other":
        np.save(file, np.zeros((3, 2, 2), np.uint8))
    else:
        file.write_bytes(damage)
    assert drawn.same(pages.example(0), fresh)
    assert drawn.same(pages.example(0), fresh)
    assert len(maker) == 2
    assert [path.name for path in pages.folder.iterdir()] == ["000000.npy"]


def test_threads_may_share_a_cache(maker, tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(MadePages(5, 1, (SIDE, SIDE), tmp_path).example(0)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(drawn.same(found[0], page) for page in found)


def _loaded(pages):
    return int(pages.example(0).image.sum())


def test_a_source_may_be_sent_to_another_process(maker, tmp_path):
    pages = MadePages(5, 1, (SIDE, SIDE), tmp_path)
    total = _loaded(pages)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_loaded, (pages,)) == total


def test_a_cache_that_cannot_be_written_says_so(maker, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file"):
        MadePages(5, 1, (SIDE, SIDE), tmp_path / "file").example(0)


@pytest.mark.parametrize("arguments", [(-1, 1), (0, -1), (0, 1, (0, 5))])
def test_impossible_pages_are_refused(arguments):
    with pytest.raises(ValueError, match="no pages can be made"):
        MadePages(*arguments)


def test_the_fingerprint_is_of_code():
    assert len(made_module.recipe_fingerprint()) == 12
