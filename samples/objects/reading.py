"""From a picture to leaves that stand upright at one size, and from those to the numbers that a classifier reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import RandomForestClassifier

from ocrprep import Page, PreprocessingFilter
from ocrprep.objects import Objects, PageObject, find_objects
from samples.objects.scenes import Leaf, scene

SIZE, BANDS = 128, 10
SMALLEST = 500
"""Pixels: what is smaller is a speck."""

CLEAN = PreprocessingFilter([PreprocessingFilter.keep_components(min_area=SMALLEST)])
PLACE = PreprocessingFilter(
    [PreprocessingFilter.orient_by_major_axis(), PreprocessingFilter.fit_to(SIZE, SIZE, margin=4)]
)
GAPS = (5, 9, 17)
"""Pixels of the upright page: gaps between teeth or lobes that narrow are closed to see how much there is of them."""

COLUMNS = (
    "eccentricity", "solidity", "circularity", "proportion", "extent", *(f"gaps{size}" for size in GAPS),
    *(f"log_hu{number}" for number in range(1, 8)), *(f"band{number}" for number in range(1, BANDS + 1)),
)  # fmt: skip
"""Names of the features, in their order."""

NEAR = 70.0
"""Pixels between a leaf and the object that is taken for it, at most."""


@dataclass(frozen=True)
class Found:
    """A leaf as the reader sees it.

    Args:
        item: on the scene.
        upright: BINARY, ``SIZE`` pixels wide and high; its ``gray()`` has the colours.
        features: what the classifier reads.
        kind: the truth; empty where nothing of that kind lies there.
    """

    item: PageObject
    upright: Page
    features: npt.NDArray[np.float64]
    kind: str


def read(page: Page, truth: list[Leaf]) -> tuple[Objects, list[Found], int]:
    """Every object of a scene, and how many of its leaves were not found."""
    objects = find_objects(CLEAN(page), min_area=SMALLEST, border="drop")
    found, left = [], list(truth)
    for item in objects:
        upright = PLACE(item.cut(of="mask"))
        x, y = item.centroid
        near = min(left, key=lambda one: np.hypot(one.x - x, one.y - y), default=None)
        if near is not None and np.hypot(near.x - x, near.y - y) < NEAR:
            left.remove(near)
            found.append(Found(item, upright, features(item, upright), near.kind))
        else:
            found.append(Found(item, upright, features(item, upright), ""))
    return objects, found, len(left)


def features(item: PageObject, upright: Page) -> npt.NDArray[np.float64]:
    """Numbers of the shape, the proportions of its upright box, its gaps, and its ink from top to bottom."""
    ink = upright.pixels == 0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    bands = [float(band.sum()) / cut.sum() for band in np.array_split(cut, BANDS)]
    shape = (item.eccentricity, item.solidity, item.circularity, cut.shape[1] / cut.shape[0], cut.mean())
    closed = [np.mean(PreprocessingFilter.close(size)(upright).pixels == 0) / ink.mean() - 1.0 for size in GAPS]
    return np.array([*shape, *closed, *item.log_hu, *bands])


def read_scenes(seeds: range) -> tuple[list[Found], int]:
    """All objects of some scenes, and how many leaves were missed."""
    found, missed = [], 0
    for seed in seeds:
        _, objects, without = read(*scene(seed))
        found += objects
        missed += without
    return found, missed


def trained(found: list[Found]) -> RandomForestClassifier:
    """A forest that has seen these leaves."""
    forest = RandomForestClassifier(300, random_state=0, n_jobs=1)
    forest.fit(np.array([item.features for item in found]), [item.kind for item in found])
    return forest
