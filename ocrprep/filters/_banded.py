"""Multiplying the rows of a page by a matrix that is nearly all zeros: a band along its diagonal.

A new row is a weighted sum of a few old ones. Some new rows together are a small full matrix times the old rows that
they share, and where the next ones start the same number of old rows further down, numpy multiplies a whole run of such
matrices in one call. Columns are rows of the transposed page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._kept import Kept
from ocrprep.page import Pixels
from ocrprep.threads import cores, shared_out

_Floats = npt.NDArray[np.float32]

# Measured on A4 at 300 dpi: rows that are carried through both directions together, and floats of one such block.
_ROWS, _BLOCK = 240, 1_000_000
# From about so many products on, linear algebra libraries wake threads of their own.
_PRODUCTS = 250_000
# Old rows by which the bands of a run may drift away from even steps.
_DRIFT = 2


@dataclass(frozen=True, slots=True)
class Run:
    """Some new rows, in bands of equally many that start evenly spaced old rows apart.

    Args:
        to: the first new row.
        of: the first old row of the first band; it and others may lie outside the page, with weight 0.
        step: old rows from one band to the next.
        matrices: (bands, new rows of each, old rows of each) float32.
    """

    to: int
    of: int
    step: int
    matrices: _Floats

    @property
    def stop(self) -> int:
        """The new row after the last."""
        bands, size, _ = self.matrices.shape
        return int(self.to + bands * size)

    @property
    def end(self) -> int:
        """The old row after the last."""
        bands, _, reach = self.matrices.shape
        return int(self.of + (bands - 1) * self.step + reach)

    def split(self, bands: int) -> list[Run]:
        """The same in runs of at most so many bands."""
        starts = range(0, len(self.matrices), bands)
        return [self._part(start, start + bands) for start in starts]

    def _part(self, start: int, stop: int) -> Run:
        to, of = self.to + start * self.matrices.shape[1], self.of + start * self.step
        return replace(self, to=to, of=of, matrices=self.matrices[start:stop])


def runs(step: float, first: npt.NDArray[np.intp], table: npt.NDArray[np.float64]) -> tuple[Run, ...]:
    """Cut a sparse matrix into runs of bands.

    Args:
        step: old rows from one new row to the next, about.
        first: (new,) rising: the first old row that counts for each new one.
        table: (new, taps): the weights from there on.
    """
    new, taps = table.shape
    size = min(new, _band_size(step))
    stride = round(size * step)
    found, start = [], 0
    while start < new:
        # What is left over at the end is one smaller band.
        size = min(size, new - start)
        bands = (new - start) // size
        reach = int(np.ceil(size * step)) + taps + _DRIFT
        offset = first[start : start + bands * size].reshape(bands, size) - stride * np.arange(bands)[:, None]
        low, high = np.minimum.accumulate(offset.min(axis=1)), np.maximum.accumulate(offset.max(axis=1))
        bands = max(1, int(np.count_nonzero(high + taps - low <= reach)))
        of, stop = int(low[bands - 1]), start + bands * size
        matrices = np.zeros((bands, size, reach), np.float32)
        places = (offset[:bands] - of)[..., None] + np.arange(taps)
        np.put_along_axis(matrices, places, table[start:stop].reshape(bands, size, taps).astype(np.float32), axis=2)
        found.append(Run(start, of, stride, matrices))
        start = stop
    return tuple(found)


def _band_size(step: float) -> int:
    # Wide bands multiply more zeros, narrow ones less at a time; among the good ones, that of the least drift.
    sizes = np.arange(12, 25) if step < 3.0 else np.arange(8, 17)
    drift = np.abs(sizes * step - np.rint(sizes * step))
    return int(sizes[np.argmin(drift.round(4))])


def multiplied(pixels: Pixels, height: int, width: int, down: Sequence[Run], across: Sequence[Run]) -> Pixels:
    """The page with its rows, then its columns multiplied, rounded and held in 0-255.

    Args:
        pixels: (H, W) uint8.
        height: of the result.
        width: likewise.
        down: every new row once, in order; none leaves the rows as they are.
        across: likewise for columns.
    """
    result = np.empty((height, width), np.uint8)
    widest = max(width, pixels.shape[1])
    # A strip of a page, or a small one, is not worth cutting up.
    most = height if height * widest < _BLOCK // 4 else int(np.clip(_BLOCK // widest, 1, _ROWS))
    blocks: list[Run | slice] = [slice(top, min(top + most, height)) for top in range(0, height, most)]
    if down:
        blocks = [part for run in down for part in run.split(max(1, most // run.matrices.shape[1]))]

    def work(share: Sequence[Run | slice]) -> None:
        kept = Kept()
        for block in share:
            _fill(result, pixels, block, across, kept)

    threads = min(len(blocks), cores())
    shared_out([blocks[index::threads] for index in range(threads)], work)
    return result


def _fill(result: Pixels, pixels: Pixels, block: Run | slice, across: Sequence[Run], kept: Kept) -> None:
    width = pixels.shape[1]
    if isinstance(block, Run):
        rows, target = _rows(pixels, block, kept), result[block.to : block.stop]
    else:
        rows, target = kept.of("rows", (block.stop - block.start, width), np.float32), result[block]
        rows[:] = pixels[block]
    if not across:
        _rounded(rows, target)
        return
    before, end = max(0, *(-run.of for run in across)), max(width, *(run.end for run in across))
    columns = kept.of("columns", (before + end, len(rows)), np.float32)
    columns[:before] = columns[before + width :] = 0.0
    cv2.transpose(rows, columns[before : before + width])
    turned = kept.of("turned", (result.shape[1], len(rows)), np.uint8)
    for run in across:
        _rounded(_product(run, columns[before + run.of :], "new columns", kept), turned[run.to : run.stop])
    cv2.transpose(turned, target)


def _rows(pixels: Pixels, run: Run, kept: Kept) -> _Floats:
    old = kept.of("old", (run.end - run.of, pixels.shape[1]), np.float32)
    top, bottom = max(0, run.of), min(len(pixels), run.end)
    old[: top - run.of] = old[bottom - run.of :] = 0.0
    old[top - run.of : bottom - run.of] = pixels[top:bottom]
    return _product(run, old, "rows", kept)


def _product(run: Run, old: _Floats, use: str, kept: Kept) -> _Floats:
    bands, size, reach = run.matrices.shape
    down, right = old.strides
    windows = np.lib.stride_tricks.as_strided(
        old, (bands, reach, old.shape[1]), (run.step * down, down, right), writeable=False
    )
    flat = kept.of(use, (bands * size, old.shape[1]), np.float32)
    new = flat.reshape(bands, size, -1)
    width = max(16, _PRODUCTS // (size * reach))
    for left in range(0, old.shape[1], width):
        part = np.s_[:, :, left : left + width]
        np.matmul(run.matrices, windows[part], out=new[part])
    return flat


def _rounded(values: _Floats, target: Pixels) -> None:
    # Rounds and cuts at 255, but takes the absolute value of what is below 0.
    cv2.convertScaleAbs(np.maximum(values, np.float32(0.0), out=values), target)
