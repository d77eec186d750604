"""Crops to train on: a page zoomed, lit anew, turned over, normalised as a whole and cut."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.learning.example import Example
from ocrprep.models.normalization import Normalization, normalized
from ocrprep.page import Pixels

_ZOOM, _ZOOMED = (0.75, 1.4), 0.2
"""How much, and how many of the crops. A mask of two levels that is made larger or smaller is right to half a pixel
only, and from such masks nobody learns where exactly an edge runs: so most pages keep their size."""
_GAMMA = (0.7, 1.4)
_LEAST_RANGE = 0.55
"""The gray levels that a page keeps at least, as a share of those it had."""
_NOISE_CHANCE, _MOST_NOISE = 0.3, 4.0
"""Levels, standard deviation."""
_TURNED, _TRANSPOSED = 0.25, 0.1
"""Half a turn and the mirror image along the diagonal leave the slant of writing as it is. Other mirror images would
not, and what shines through from the other side is known by its slant."""
_LITTLE_INK = 0.005
"""A place with less is left for another, every other time: margins teach little, but must be seen."""
_INK = 128

Plane = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """What a network is shown, and what it should answer.

    Args:
        inputs: [C, S, S] float32, cut from the whole page's :func:`~ocrprep.models.normalization.normalize`.
        ink: [S, S] float32, 1 ink, 0 paper.
        coverage: [S, S] float32, 0 (paper) to 1 (full ink) with soft edges, or None where the page has no clean
            picture.
    """

    inputs: Plane
    ink: Plane
    coverage: Plane | None


def augmented_crop(
    example: Example, size: int, rng: np.random.Generator, normalization: Normalization = "local"
) -> Crop:
    """A random piece of a page that was zoomed, lit anew and turned over.

    A fifth of the crops zoomed by 0.75–1.4, no smaller than makes the page one crop high and wide if that can be had;
    gamma 0.7–1.4; less contrast and other brightness without clipping a level; mild noise at times; turned by half a
    turn (a quarter of the crops) and mirrored along the diagonal (a tenth). Everything follows from ``rng``.

    Args:
        example: any page.
        size: side of the crop in pixels; a page that is smaller is continued by its mirror image.
        rng: where chance comes from.
        normalization: of the inputs.

    Raises:
        ValueError: ``size`` is not at least 1.
    """
    if size < 1:
        raise ValueError(f"a crop has at least one pixel, not {size}")
    levels = _light(rng)
    page = _zoomed(example, _zoom(example, size, rng))
    top, left = _place(page.mask, size, rng)
    bottom, right = min(top + size, page.height), min(left + size, page.width)
    gray = np.asarray(cv2.LUT(page.image, levels), np.uint8)
    _add_noise(gray[top:bottom, left:right], rng)
    window = (slice(top, bottom), slice(left, right))
    inputs = normalized(gray, normalization).rows(top, bottom)[:, :, left:right]
    ink = np.less(page.mask[window], _INK).astype(np.float32)
    coverage = None if page.clean is None else 1 - page.clean[window].astype(np.float32) / 255
    planes = [*inputs, ink, *(() if coverage is None else (coverage,))]
    turned = _turned(_filled(np.stack(planes), size), rng)
    channels = len(inputs)
    return Crop(turned[:channels], turned[channels], None if coverage is None else turned[channels + 1])


def _zoom(example: Example, size: int, rng: np.random.Generator) -> float:
    if rng.random() >= _ZOOMED:
        return 1.0
    least = min(max(size / min(example.height, example.width), _ZOOM[0]), 1.0)
    return math.exp(rng.uniform(math.log(least), math.log(_ZOOM[1])))


def _zoomed(example: Example, zoom: float) -> Example:
    size = max(round(example.width * zoom), 1), max(round(example.height * zoom), 1)
    if size == (example.width, example.height):
        return example
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC

    def resized(plane: Pixels) -> Pixels:
        return np.asarray(cv2.resize(plane, size, interpolation=how), np.uint8)

    # Ink is where at least half of a new pixel is: levels between 0 and 255 are shares of paper.
    mask = np.asarray(cv2.threshold(resized(example.mask), _INK - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return Example(
        resized(example.image), mask, None if example.clean is None else resized(example.clean), example.name
    )


def _light(rng: np.random.Generator) -> Pixels:
    """The new level of every old one."""
    gamma = math.exp(rng.uniform(math.log(_GAMMA[0]), math.log(_GAMMA[1])))
    kept = rng.uniform(_LEAST_RANGE, 1)
    darkest = rng.uniform(0, 1 - kept)
    levels = darkest + kept * (np.arange(256) / 255) ** gamma
    return np.rint(levels * 255).astype(np.uint8)


def _place(mask: Pixels, size: int, rng: np.random.Generator) -> tuple[int, int]:
    """Top left corner of a crop; every other time looked for once more where there is next to no ink."""
    height, width = mask.shape
    top = left = 0
    for _ in range(int(rng.integers(1, 3))):
        top = int(rng.integers(0, max(height - size, 0) + 1))
        left = int(rng.integers(0, max(width - size, 0) + 1))
        part = mask[top : top + size, left : left + size]
        if part.size - cv2.countNonZero(part) >= _LITTLE_INK * part.size:
            break
    return top, left


def _add_noise(part: Pixels, rng: np.random.Generator) -> None:
    """Grain on the crop alone: the page's own statistics hardly know of it."""
    if rng.random() >= _NOISE_CHANCE:
        return
    noise = rng.standard_normal(part.shape, dtype=np.float32) * np.float32(rng.uniform(0, _MOST_NOISE))
    part[:] = np.clip(np.rint(noise + part), 0, 255)


def _filled(planes: Plane, size: int) -> Plane:
    """[K, H, W] continued by its mirror image to [K, S, S]."""
    missing = size - planes.shape[1], size - planes.shape[2]
    if not any(missing):
        return planes
    return np.pad(planes, ((0, 0), (0, missing[0]), (0, missing[1])), mode="reflect")


def _turned(planes: Plane, rng: np.random.Generator) -> Plane:
    turned, transposed = rng.random(2) < (_TURNED, _TRANSPOSED)
    if turned:
        planes = planes[:, ::-1, ::-1]
    if transposed:
        planes = planes.transpose(0, 2, 1)
    return np.ascontiguousarray(planes)
