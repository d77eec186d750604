"""Chains that make masks, measured against true ones."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep.decode import page_from_file
from ocrprep.errors import InputError
from ocrprep.evaluation.cache import Cache, code_fingerprint, key_of
from ocrprep.evaluation.contest import Contestant, Outcome, compete, sha256_of
from ocrprep.evaluation.masks import MaskScores, mask_scores
from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ocrprep.evaluation.pairs import Pair
    from ocrprep.page import Pixels


@dataclass(frozen=True, slots=True)
class MaskPage:
    """One chain on one page.

    Args:
        scores: of its mask against the true one.
        seconds: wall time of the chain.
    """

    scores: MaskScores
    seconds: float


@dataclass(frozen=True, slots=True)
class MaskBench(Outcome[MaskPage]):
    """All chains on all pages."""

    def mean(self, contestant: str, score: str, folder: str | None = None) -> float:
        """Mean of a score over pages."""
        return float(np.mean([getattr(page.scores, score) for page in self.of(contestant, folder).values()]))

    def mean_of_folders(self, contestant: str, score: str) -> float:
        """Mean over folders of their means: a large folder counts no more than a small one."""
        return float(np.mean([self.mean(contestant, score, folder) for folder in self.folders]))

    def seconds(self, contestant: str) -> float:
        """Mean wall time of a chain, a page."""
        return float(np.mean([page.seconds for page in self.of(contestant).values()]))

    def means(self, contestant: str, folder: str | None = None) -> dict[str, float]:
        """The mean of every score over pages."""
        names = [field.name for field in dataclasses.fields(MaskScores)]
        return {name: self.mean(contestant, name, folder) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        names = [field.name for field in dataclasses.fields(MaskScores)]
        return {
            "kind": "masks",
            "pages": self.pages,
            "bad": [dataclasses.asdict(item) for item in self.bad],
            "chains": [
                {
                    "name": item.name,
                    "chain": item.chain.to_dict(),
                    "mean": self.means(item.name),
                    "mean_of_folders": {name: self.mean_of_folders(item.name, name) for name in names},
                    "folders": {folder: self.means(item.name, folder) for folder in self.folders},
                    "seconds": self.seconds(item.name),
                }
                for item in self.contestants
            ],
            "rows": self.rows(),
        }

    def rows(self) -> list[dict[str, Any]]:
        """One flat row for each chain and page."""
        return [
            {
                "page": item.pair,
                "chain": item.contestant,
                **dataclasses.asdict(item.value.scores),
                "seconds": item.value.seconds,
            }
            for item in self.measured
        ]


def bench_masks(
    pairs: Sequence[Pair],
    contestants: Sequence[Contestant],
    *,
    cache: Cache,
    skip_bad: bool = False,
    workers: int = 0,
    done: Callable[[], None] | None = None,
) -> MaskBench:
    """Measure the masks of chains.

    Args:
        pairs: images and true masks.
        contestants: each chain must end in black and white.
        cache: what was measured before.
        skip_bad: pass over and name pages that cannot be measured.
        workers: threads; 0 is one for each core.
        done: called after each page.

    Raises:
        OcrPrepError: the first fault, unless it is passed over.
    """
    measure = partial(_measure, cache=cache)
    measured, bad = compete(pairs, contestants, measure, skip_bad=skip_bad, workers=workers, done=done)
    return MaskBench(tuple(contestants), tuple(measured), tuple(bad))


def _measure(pair: Pair, contestant: Contestant, *, cache: Cache) -> MaskPage:
    digests = sha256_of(pair.image, pair), sha256_of(pair.truth, pair)
    key = key_of("mask", code_fingerprint(), *digests, contestant.content())
    known = cache.get(key)
    if known is not None:
        return MaskPage(MaskScores(**known["scores"]), known["seconds"])
    truth = read_mask(pair.truth)
    page = page_from_file(pair.image)
    started = time.perf_counter()
    made = contestant.chain(page)
    seconds = time.perf_counter() - started
    if made.mode is not PixelMode.BINARY and not two_levels(made.pixels):
        raise InputError(
            f"the chain {contestant.name!r} does not end in black and white",
            source=pair.name,
            hint="end it with binarize() or another threshold",
        )
    predicted = made.pixels if made.mode is PixelMode.BINARY else as_mask(made.pixels)
    if predicted.shape != truth.shape:
        raise InputError(
            f"{contestant.name!r} made a mask of {predicted.shape[1]}x{predicted.shape[0]} pixels, "
            f"the true one {pair.truth} has {truth.shape[1]}x{truth.shape[0]}",
            source=pair.name,
            hint="a chain that scales, turns or cuts the page cannot be compared pixel by pixel",
        )
    scores = mask_scores(predicted, truth)
    cache.put(key, {"scores": dataclasses.asdict(scores), "seconds": seconds})
    return MaskPage(scores, seconds)


def read_mask(file: Path) -> Pixels:
    """A true mask: (H, W), ink 0 and paper 255.

    Raises:
        InputError: missing, damaged, of more than two levels, or without ink.
    """
    pixels = convert_pixels(page_from_file(file).pixels, PixelMode.GRAY)
    if not two_levels(pixels):
        raise InputError(
            f"a true mask has two levels, this picture has {len(np.unique(pixels))}",
            source=str(file),
            hint="make it black and white first, for instance with `ocrprep clean --filter threshold=128`",
        )
    mask = as_mask(pixels)
    if cv2.countNonZero(mask) == mask.size:
        raise InputError("the true mask holds no ink: there is nothing to find", source=str(file))
    return mask


def two_levels(pixels: Pixels) -> bool:
    """Whether a page has one channel and at most two levels."""
    return pixels.ndim == 2 and int(np.count_nonzero(np.bincount(pixels.ravel(), minlength=256))) <= 2


def as_mask(pixels: Pixels) -> Pixels:
    """0 and 255 from two levels; a page of one level is paper where that is light."""
    return np.asarray(cv2.threshold(pixels, _middle(pixels), 255, cv2.THRESH_BINARY)[1], np.uint8)


def _middle(pixels: Pixels) -> float:
    low, high, *_ = cv2.minMaxLoc(pixels)
    return 127.0 if low == high else (low + high) / 2.0
