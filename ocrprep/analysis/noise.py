"""How noisy a page is, measured where nothing is printed."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import PixelMode, Pixels, convert_pixels
from ocrprep.threads import together

ISOLATED = 64
"""Gray levels by which a pixel must stand out from all its neighbours to count as salt or pepper."""

_ROWS = 128
"""Rows of one strip, an even number: what is worked on stays in the cache."""

_RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)


def noise_sigma(pixels: Pixels) -> float:
    """Standard deviation of the grain, in gray levels.

    In every 2×2 block the two diagonals are subtracted from each other: paper, slopes of light and straight edges
    cancel, noise stays. The median of its absolute value, which text and specks hardly move, is scaled to a standard
    deviation. Donoho and Johnstone, "Ideal spatial adaptation by wavelet shrinkage", 1994.

    Args:
        pixels: (H, W), or (H, W, 3) for the mean of its channels.

    Returns:
        0 or more; 0 also for grain below about 0.4 levels, which rounding hides, and for a page with fewer than 2
        rows or columns. Grain that was cut off at white or black counts as what is left of it. Grain that a scanner's
        own smoothing has spread over several pixels, or JPEG has rounded away, is underestimated.
    """
    if pixels.ndim == 3:
        return float(np.mean([noise_sigma(channel) for channel in cv2.split(pixels)]))  # type: ignore[arg-type]
    rows, columns = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    if rows == 0 or columns == 0:
        return 0.0
    counts = np.zeros(256)
    for top in range(0, rows, _ROWS):
        part = np.ascontiguousarray(pixels[top : min(top + _ROWS, rows), :columns])
        counts += cv2.calcHist([_diagonal_difference(part)], [0], None, [256], [0.0, 256.0]).ravel()
    return _grouped_median(counts) / 2.0 / 0.6745


def _diagonal_difference(part: Pixels) -> Pixels:
    """Of each 2×2 block the distance between its diagonals' sums, at most 255; (rows / 2, columns / 2).

    Differences past 255 are edges: only their number matters to a median. Each diagonal's mean, rounded to whole
    levels, would lose the half levels: they are subtracted in 16 bit.
    """
    # Two neighbours in one number, the left one in its lower byte: much faster than every second byte.
    pairs = part.view("<u2").astype(np.uint16, copy=False)
    left, right = (pairs & np.uint16(255)).view(np.int16), (pairs >> np.uint16(8)).view(np.int16)
    across = np.subtract(left, right, out=left)
    return np.asarray(cv2.convertScaleAbs(cv2.subtract(across[0::2], across[1::2])), np.uint8)


def _grouped_median(counts: npt.NDArray[np.float64]) -> float:
    """Median of whole numbers whose fractions were rounded away; 0 when half of them are 0."""
    half = counts.sum() / 2.0
    below = np.cumsum(counts)
    value = int(np.searchsorted(below, half))
    if value == 0:
        return 0.0
    return float(value - 0.5 + (half - below[value - 1]) / counts[value])


def isolated(pixels: Pixels, contrast: int = ISOLATED) -> tuple[Pixels, Pixels]:
    """Single pixels that are darker, or lighter, than all of their eight neighbours.

    Args:
        pixels: (H, W).
        contrast: gray levels, 1–255: the least distance to the nearest neighbour.

    Returns:
        Two (H, W) masks with 255 where a pixel is pepper, and where it is salt.
    """
    darkest_around, lightest_around = cv2.erode(pixels, _RING), cv2.dilate(pixels, _RING)
    pepper = _stands_out(pixels, np.asarray(darkest_around, np.uint8), contrast)
    # Of the negative, salt is pepper.
    light = np.asarray(cv2.bitwise_not(pixels), np.uint8)
    return pepper, _stands_out(light, np.asarray(cv2.bitwise_not(lightest_around), np.uint8), contrast)


def _stands_out(pixels: Pixels, darkest_around: Pixels, contrast: int) -> Pixels:
    """255 where a pixel is darker than all around it."""
    difference = cv2.subtract(darkest_around, pixels)
    return np.asarray(cv2.threshold(difference, contrast - 1, 255, cv2.THRESH_BINARY)[1], np.uint8)


def salt_pepper(pixels: Pixels) -> float:
    """Share of the page's pixels that are salt-and-pepper noise.

    Counted are pixels that stand out by 64 levels from all of their eight neighbours; what cannot be seen, such as
    salt on white paper, is not. The count is corrected for pixels whose neighbour was hit as well. The full stops of
    very small type count too: a clean page of it reaches about 0.0002.

    Args:
        pixels: (H, W), or (H, W, 3), whose luma is taken.

    Returns:
        0–2/9, as beyond one ninth each hits hide one another.
    """
    gray = convert_pixels(pixels, PixelMode.GRAY)
    if min(gray.shape) < 3:
        return 0.0
    pepper, salt = together(lambda: _pepper(gray), lambda: _pepper(gray, negative=True))
    return _unhidden(pepper / gray.size) + _unhidden(salt / gray.size)


def _pepper(gray: Pixels, *, negative: bool = False) -> int:
    """How many pixels are pepper; of the negative, salt."""
    count = 0
    for top in range(0, len(gray), _ROWS):
        above = min(top, 1)
        part = gray[top - above : top + _ROWS + 1]
        if negative:
            part = np.asarray(cv2.bitwise_not(part), np.uint8)
        pepper = _stands_out(part, np.asarray(cv2.erode(part, _RING), np.uint8), ISOLATED)
        count += cv2.countNonZero(pepper[above : above + _ROWS])
    return count


def _unhidden(seen: float) -> float:
    """The share that was hit, from the share that is seen: ``seen = p · (1 − p)⁸``, as any neighbour hides a hit."""
    share = seen
    for _ in range(50):
        share = min(seen / (1.0 - share) ** 8, 1.0 / 9.0)
    return share
