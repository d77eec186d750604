"""Ink of a page at a handy size, cut into connected components: what skew, orientation and text height start from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import otsu_level
from ocrprep.page import Pixels
from ocrprep.threads import together

_LEAST_CONTRAST = 10
_FULL_VOICE = 60.0


SHORT, TALL, _WIDE = 0.5, 3.5, 12.0
"""In x-heights: letters are not shorter or taller, and no more of letters that run together are wider."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Connected components of what differs from its surroundings as ink does.

    Args:
        darkness: (h, w) uint8: how far a pixel is darker than its surroundings (lighter, on a light-on-dark page).
        level: ink is where the darkness is above it.
        labels: (h, w) int32, 0 where there is none, else the component's row in ``boxes`` plus 1.
        boxes: (n, 5) int64: left, top, width, height, area.
        factor: (x, y): pixels of the page over pixels here.
    """

    darkness: Pixels
    level: int
    labels: npt.NDArray[np.int32]
    boxes: npt.NDArray[np.int64]
    factor: tuple[float, float]

    def of_letter_size(self, x_height: float) -> npt.NDArray[np.bool_]:
        """Which components are as large as letters, or as some that run together, of that x-height on the page."""
        unit = x_height / self.factor[1]
        wide, high = self.boxes[:, 2], self.boxes[:, 3]
        return np.asarray((high >= SHORT * unit) & (high <= TALL * unit) & (wide <= _WIDE * unit))

    def turned(self) -> Glyphs:
        """The same, a quarter turn counter-clockwise."""
        left, top, wide, high, area = self.boxes.T
        boxes = np.stack([top, self.darkness.shape[1] - left - wide, high, wide, area], axis=1)
        darkness = np.ascontiguousarray(np.rot90(self.darkness))
        labels = np.ascontiguousarray(np.rot90(self.labels))
        return Glyphs(darkness, self.level, labels, boxes, (self.factor[1], self.factor[0]))


def distances(boxes: npt.NDArray[np.int64], frame: Pixels) -> npt.NDArray[np.int64]:
    """(4, n) from the frame's left, top, right and bottom side to each box."""
    left, top, wide, high = boxes[:, :4].T
    height, width = frame.shape
    return np.stack([left, top, width - left - wide, height - top - high])


def reduced_gray(pixels: Pixels, max_pixels: int) -> Pixels:
    """The page in gray, averaged down by the smallest whole number that brings it under a number of pixels.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.
        max_pixels: wanted at most; sides under 2 are left as they are.
    """
    height, width = pixels.shape[:2]
    times = int(np.ceil(np.sqrt(max(1.0, height * width / max_pixels))))
    if times > 1:
        size = max(1, round(width / times)), max(1, round(height / times))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def glyphs(pixels: Pixels, max_pixels: int = 1_200_000) -> Glyphs:
    """Find the ink.

    Ink is what stands out from the mean of its neighbourhood, in the direction, dark or light, that is the rarer one on
    the page, by a level that Otsu's method finds among the differences.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark.
        max_pixels: larger pages are averaged down first.
    """
    gray = reduced_gray(pixels, max_pixels)
    height, width = gray.shape
    window = 2 * (max(15, max(height, width) // 50) // 2) + 1
    darkness = ink_contrast(gray, window)
    level = max(_LEAST_CONTRAST, round(0.6 * otsu_level(darkness)))
    mask = np.asarray(cv2.threshold(darkness, level, 255, cv2.THRESH_BINARY)[1], np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    factor = pixels.shape[1] / width, pixels.shape[0] / height
    return Glyphs(darkness, level, np.asarray(labels, np.int32), np.asarray(stats[1:], np.int64), factor)


def ink_contrast(gray: Pixels, window: int) -> Pixels:
    """How far each pixel stands out from the mean of its neighbourhood in the direction, dark or light, that ink has.

    Args:
        gray: (H, W) uint8; dark on light or light on dark.
        window: odd side of the neighbourhood, in pixels.

    Returns:
        (H, W) uint8; 0 where a pixel is not on the ink's side of the mean.
    """
    around = np.asarray(cv2.blur(gray, (window, window), borderType=cv2.BORDER_REPLICATE), np.uint8)
    darker, lighter = np.asarray(cv2.subtract(around, gray), np.uint8), np.asarray(cv2.subtract(gray, around), np.uint8)
    # Ink covers less than paper and so lies farther from their common mean: the heavier tail is the ink's.
    dark, light = together(lambda: _tail(darker), lambda: _tail(lighter))
    return darker if dark >= light else lighter


def _tail(difference: Pixels) -> float:
    counts = cv2.calcHist([difference], [0], None, [256], [0, 256])
    return float(np.asarray(counts, np.float64).ravel() @ np.arange(256.0) ** 3)


@dataclass(frozen=True, slots=True)
class Ends:
    """Places where ink begins or ends, going down the columns of a reduced page. Each array is (n,).

    Args:
        column: int, 0-based.
        row: int, of the last pixel of ink.
        height: float, where the darkness passes half of its peak, in rows; 2.0 is the middle of row 2.
        weight: 0–1.
        lower: bool, False where ink begins (upper ends of strokes), True where it ends.
        component: int, row in ``Glyphs.boxes``.
    """

    column: npt.NDArray[np.intp]
    row: npt.NDArray[np.intp]
    height: npt.NDArray[np.float32]
    weight: npt.NDArray[np.float32]
    lower: npt.NDArray[np.bool_]
    component: npt.NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, chosen: slice | npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Ends:
        parts = (self.column, self.row, self.height, self.weight, self.lower, self.component)
        return Ends(*(part[chosen] for part in parts))  # type: ignore[arg-type]

    def sample(self, most: int) -> Ends:
        """Every n-th of them, so that about that many are left."""
        return self[:: max(1, len(self) // most)]


def ends(found: Glyphs) -> Ends:
    """Upper and lower ends of the ink of everything but specks and the dark frame that scanners leave."""
    height, width = found.darkness.shape
    left, top, wide, high, area = found.boxes.T
    touches = (left == 0) | (top == 0) | (left + wide == width) | (top + high == height)
    frame = touches & ((wide > 0.2 * width) | (high > 0.2 * height))
    keep = np.concatenate([[False], (area >= 4) & ~frame])
    padded = np.asarray(cv2.copyMakeBorder(found.darkness, 2, 2, 0, 0, cv2.BORDER_CONSTANT, value=0), np.uint8)
    ink = padded[1:-1] > found.level
    parts = [_ends(found, padded, ink, keep, lower=lower) for lower in (False, True)]
    columns = [[getattr(part, name) for part in parts] for name in Ends.__slots__]
    return Ends(*(np.concatenate(column) for column in columns))


def _ends(
    found: Glyphs, padded: Pixels, ink: npt.NDArray[np.bool_], keep: npt.NDArray[np.bool_], *, lower: bool
) -> Ends:
    """The ends on one side, of the darkness with two rows of nothing on either side and the ink with one."""
    width = padded.shape[1]
    # Of two truths the first is greater where it holds and the second does not.
    place = np.flatnonzero(np.greater(ink[1:-1], ink[2:] if lower else ink[:-2]))
    label = found.labels.ravel()[place]
    use = keep[label]
    place, label = place[use], label[use]
    row, column = np.divmod(place, width)
    values, shifts = padded.ravel(), (2, 3, 1) if lower else (2, 1, 3)
    last, outer, inner = (values[place + width * shift].astype(np.float32) for shift in shifts)
    half = 0.5 * np.maximum(last, inner)
    # Outwards from the last pixel's middle to where the darkness is half of the stroke's; inwards if it is past that.
    out = (last - half) / np.maximum(last - outer, 1.0)
    out = np.where(last >= half, out, (last - half) / np.maximum(inner - last, 1.0)).astype(np.float32)
    voices = np.bincount(label, minlength=len(keep))
    # No component says more than a long word does: rules, frames and pictures are outvoted by text.
    weight = np.minimum(1.0, _FULL_VOICE / np.maximum(voices, 1))[label].astype(np.float32)
    out = np.clip(out, -1.0, 1.0)
    height = row + out if lower else row - out
    return Ends(column, row, height.astype(np.float32), weight, np.full(len(row), lower), label.astype(np.intp) - 1)


def busiest(pixels: Pixels, found: Glyphs) -> Pixels:
    """The part of a page with the most ink ends, cut out in full size and about as large as the reduced page.

    Args:
        pixels: the page.
        found: its ink, found on a reduced copy.
    """
    times = max(1, round(max(found.factor)))
    places, (rows, columns) = ends(found), found.darkness.shape
    cell = (places.row * times // rows) * times + places.column * times // columns
    row, column = divmod(int(np.bincount(cell, minlength=1).argmax()), times)
    height, width = max(1, pixels.shape[0] // times), max(1, pixels.shape[1] // times)
    return pixels[row * height : (row + 1) * height, column * width : (column + 1) * width]
