"""Ink found on any page, and painted over with the paper around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._automatic import automatic_mask
from ocrprep.page import PixelMode, Pixels, convert_pixels, is_black_and_white

if TYPE_CHECKING:
    from ocrprep.page import Dpi

_CELL = 8
"""Pixels of one side of the squares whose paper is averaged."""


def ink_of(pixels: Pixels, dpi: Dpi | None) -> Pixels:
    """Where the page has ink: (H, W) uint8, 255 on ink. A page of nothing but 0 and 255 is taken as it is."""
    if is_binary(pixels):
        return np.asarray(cv2.bitwise_not(pixels), np.uint8)
    mask, _ = automatic_mask(np.ascontiguousarray(convert_pixels(pixels, PixelMode.GRAY)), dpi)
    return np.asarray(cv2.bitwise_not(mask), np.uint8)


def is_binary(pixels: Pixels) -> bool:
    """Whether a one-channel page holds only 0 and 255."""
    return pixels.ndim == 2 and is_black_and_white(pixels)


def grown(mask: Pixels, by: int) -> Pixels:
    """The mask and all pixels that are at most ``by`` rows and columns away from it."""
    return np.asarray(cv2.dilate(mask, np.ones((2 * by + 1, 2 * by + 1), np.uint8)), np.uint8)


def without(pixels: Pixels, removed: Pixels, ink: Pixels, halo: int = 2) -> Pixels:
    """A page from which some of its ink is gone.

    Args:
        pixels: the page in any mode.
        removed: (H, W), 255 on the ink that goes.
        ink: (H, W), 255 on all ink, of which ``removed`` is a part.
        halo: pixels around removed ink that are painted too, unless they touch other ink: the soft edge of a scanned
            stroke.

    Returns:
        A new array. Only 0 and 255 give only 0 and 255 again.
    """
    if is_binary(pixels):
        return np.asarray(cv2.bitwise_or(pixels, removed), np.uint8)
    kept = cv2.subtract(ink, removed)
    edge = cv2.subtract(grown(removed, halo), grown(np.asarray(kept, np.uint8), 1))
    return painted(pixels, np.asarray(cv2.bitwise_or(removed, edge), np.uint8), ink)


def painted(pixels: Pixels, where: Pixels, ink: Pixels) -> Pixels:
    """A page with the paper's local colour in some places.

    The paper is the mean of the pixels near by that are neither ink nor next to it; where there are none, of those
    farther away.

    Args:
        pixels: (H, W) or (H, W, 3).
        where: (H, W), 255 on what is painted.
        ink: (H, W), 255 on what is not paper.
    """
    height, width = ink.shape
    size = (-(-width // _CELL), -(-height // _CELL))
    paper = np.asarray(cv2.bitwise_not(cv2.bitwise_or(grown(ink, 2), where)), np.uint8)
    if not cv2.countNonZero(paper):
        paper = np.asarray(cv2.bitwise_not(cv2.bitwise_or(ink, where)), np.uint8)
    share = np.asarray(cv2.resize((paper > 0).astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
    result: Pixels = np.array(pixels)
    for index in range(1 if pixels.ndim == 2 else 3):
        channel = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., index])
        masked = np.asarray(cv2.bitwise_and(channel, paper), np.uint8).astype(np.float32)
        small = _spread(np.asarray(cv2.resize(masked, size, interpolation=cv2.INTER_AREA), np.float32), share)
        fill = np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
        target = result if pixels.ndim == 2 else result[..., index]
        np.copyto(target, fill, where=where > 0)
    return result


def _spread(sums: npt.NDArray[np.float32], share: npt.NDArray[np.float32]) -> Pixels:
    """Means over ever larger squares, each taken where the smaller one held too little paper; white without any."""
    total = float(share.sum())
    whole = float(sums.sum()) / total if total > 0 else 255.0
    result: npt.NDArray[np.float32] = np.full(sums.shape, whole, np.float32)
    for side in (129, 33, 9, 3):
        weight = np.asarray(cv2.blur(share, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
        amount = np.asarray(cv2.blur(sums, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
        enough = weight > 0.05
        result[enough] = amount[enough] / weight[enough]
    levels: Pixels = np.clip(np.rint(result), 0, 255).astype(np.uint8)
    return levels
