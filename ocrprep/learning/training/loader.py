"""Crops for each step, made beside the training; which crop lies where depends on the seed and the step alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ocrprep.batch.children import ChildDied, Children
from ocrprep.errors import TrainingError
from ocrprep.learning.data import Source, augmented_crop
from ocrprep.models.normalization import Normalization

Plane = npt.NDArray[np.float32]

_AHEAD = 3
"""Batches that wait or are being made, for each worker."""

_TRIES = 3
"""Processes that may die of one step."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The crops of a step.

    Args:
        inputs: [B, C, S, S].
        ink: [B, S, S], 1 ink, 0 paper.
        coverage: [B, S, S], 0 paper to 1 full ink; 0 where it is not known.
        known: [B] bool, whether the coverage is known.
    """

    inputs: Plane
    ink: Plane
    coverage: Plane
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CropMaker:
    """Makes the crops of any step; pickled into each worker.

    Args:
        source: of the pages.
        seed: of the training.
        batch: crops in a step.
        size: side of a crop.
        normalization: of the inputs.
    """

    source: Source
    seed: int
    batch: int
    size: int
    normalization: Normalization

    def crops(self, step: int) -> Batch:
        """The crops of a step: each is drawn from a generator of its own, seeded with (seed, step, place)."""
        shape = (self.batch, self.size, self.size)
        ink, coverage = np.empty(shape, np.float32), np.zeros(shape, np.float32)
        known = np.zeros(self.batch, np.bool_)
        inputs = []
        for place in range(self.batch):
            rng = np.random.default_rng([self.seed, step, place])
            page = self.source.example(int(rng.integers(len(self.source))))
            crop = augmented_crop(page, self.size, rng, self.normalization)
            inputs.append(crop.inputs)
            ink[place] = crop.ink
            if crop.coverage is not None:
                coverage[place], known[place] = crop.coverage, True
        return Batch(np.stack(inputs), ink, coverage, known)


def batches(maker: CropMaker, first: int, last: int, workers: int) -> Iterator[Batch]:
    """The batches of the steps from ``first`` up to ``last``, without the latter.

    Args:
        maker: of the crops.
        first: step.
        last: step.
        workers: processes that work ahead; 0 makes each batch when it is asked for.

    Raises:
        TrainingError: worker after worker died of the same step.
    """
    if workers == 0:
        yield from (maker.crops(step) for step in range(first, last))
        return
    children = Children(maker, workers)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ocrprep-crops")
    waiting: deque[Future[Batch]] = deque()
    ahead = _AHEAD * workers
    try:
        for step in range(first, last + ahead):
            if step < last:
                waiting.append(pool.submit(_made, children, step))
            if step >= first + ahead:
                yield waiting.popleft().result()
    finally:
        for item in waiting:
            item.cancel()
        children.close()
        pool.shutdown(wait=True, cancel_futures=True)


def _made(children: Children, step: int, tries: int = _TRIES) -> Batch:
    """The crops of a step from a worker, or from the next one if it dies.

    A system that is short of memory kills now and then; the same step has the same crops in every process.
    """
    try:
        batch: Batch = children.call("crops", step, eager=True)
    except ChildDied as error:
        if tries == 1:
            raise TrainingError(f"the process that makes crops died: {error}", step=step) from error
        return _made(children, step, tries - 1)
    return batch
