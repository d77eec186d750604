"""Frames per second of a chain: from a folder, from a stream, and what each of its steps costs."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep import ImageProcessing, OcrInput, Page
from ocrprep.page import PixelMode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from ocrprep import FilterChain

    Frames = list[npt.NDArray[np.uint8]]


def streamed(chain: FilterChain, frames: Iterable[Any], workers: int) -> tuple[Frames, float]:
    """What the chain gives for each frame, and frames per second."""
    began = time.perf_counter()
    results = list(chain.stream(frames, workers=workers))
    return results, len(results) / (time.perf_counter() - began)


def folder(chain: FilterChain, given: Path, target: Path, workers: int) -> tuple[Frames, float]:
    """The same of a folder: each frame read from a file and written to one, read back when the clock has stopped."""
    began = time.perf_counter()
    with OcrInput(filters=chain).add(given) as batch:
        saved = [item.path for item in ImageProcessing.save_each(batch, target, workers=workers)]
    rate = len(saved) / (time.perf_counter() - began)
    return [np.array(page.pixels) for page in OcrInput().add(target)], rate


def step_costs(chain: FilterChain, frames: Iterable[npt.NDArray[np.uint8]]) -> dict[str, float]:
    """Milliseconds a frame of each step, one frame after the other: the median over the frames."""
    seconds = defaultdict(list)
    pages = (Page(frame, PixelMode.RGB) for frame in frames)
    for page in chain.stream(pages, workers=1):
        for step in page.steps:
            seconds[step.kind].append(step.seconds)
    return {kind: 1000 * float(np.median(values)) for kind, values in seconds.items()}
