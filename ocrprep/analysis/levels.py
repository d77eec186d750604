"""Gray levels that separate ink from paper, from the histogram alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from ocrprep.page import Pixels


def otsu_level(pixels: Pixels) -> int:
    """The level that maximises the variance between the classes "≤ level" and "> level".

    Args:
        pixels: (H, W) uint8.

    Returns:
        0–255; ink is at or below it. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979.
    """
    return int(cv2.threshold(pixels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0])


def histogram(pixels: Pixels) -> npt.NDArray[np.float64]:
    """How many pixels have each of the 256 gray levels: (256,)."""
    # calcHist counts in float32, which is exact only to 2²⁴: a page can have more pixels of one level.
    rows = max(1, 2**24 // pixels.shape[1])
    parts = range(0, pixels.shape[0], rows)
    counts = [cv2.calcHist([pixels[top : top + rows]], [0], None, [256], [0.0, 256.0]) for top in parts]
    return np.sum(counts, axis=0, dtype=np.float64).reshape(256)


def multi_otsu_levels(pixels: Pixels, classes: int) -> list[int]:
    """The levels that maximise the variance between several classes: "≤ first", "≤ second" … "> last".

    Args:
        pixels: (H, W) uint8.
        classes: 2 or more.

    Returns:
        ``classes − 1`` levels, rising, each the darker side of its cut; the smallest where several are equally good.
        With fewer gray levels than classes: each level but the lightest. A page of one level gives ``[0]``, as
        :func:`otsu_level` does. Liao, Chen and Chung, "A Fast Algorithm for Multilevel Thresholding", 2001.
    """
    counts = histogram(pixels)
    used = np.flatnonzero(counts)
    if len(used) <= classes:
        return [int(level) for level in used[:-1]] or [0]
    value = _between(counts[used], used.astype(np.float64))
    # best[j]: the largest sum for the levels up to j with the classes so far; the sum of any split is a sum over its
    # classes.
    best, choices = value[0], []
    for _ in range(classes - 1):
        options = best[:-1, None] + value[1:]
        cut = np.argmax(options, axis=0)
        choices.append(cut)
        best = np.take_along_axis(options, cut[None], axis=0)[0]
    levels, end = [], len(used) - 1
    for cut in reversed(choices):
        end = int(cut[end])
        levels.append(int(used[end]))
    return levels[::-1]


def _between(counts: npt.NDArray[np.float64], levels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weight times squared mean of the class that goes from the i-th used level to the j-th; −inf where j < i."""
    weight = np.append(0.0, np.cumsum(counts))
    moment = np.append(0.0, np.cumsum(counts * levels))
    w = weight[None, 1:] - weight[:-1, None]
    s = moment[None, 1:] - moment[:-1, None]
    upper = np.triu(np.ones_like(w, dtype=bool))
    return np.asarray(np.divide(s * s, w, out=np.full_like(w, -np.inf), where=upper))
