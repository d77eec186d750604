"""How noisy a page is, measured where nothing is printed."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.page import PixelMode, Pixels, convert_pixels

ISOLATED = 64
"""Gray levels by which a pixel must stand out from all its neighbours to count as salt or pepper."""

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
    # Each diagonal's mean, rounded to whole levels, would lose the half levels: subtract in 16 bit.
    part = pixels[:rows, :columns]
    one = cv2.subtract(part[0::2, 0::2], part[0::2, 1::2], dtype=cv2.CV_16S)
    two = cv2.subtract(part[1::2, 0::2], part[1::2, 1::2], dtype=cv2.CV_16S)
    difference = np.asarray(cv2.absdiff(one, two)).view(np.uint16)
    # Differences past 255 are edges: only their number matters to a median.
    clipped = np.minimum(difference, 255).astype(np.uint8)
    counts = np.asarray(cv2.calcHist([clipped], [0], None, [256], [0, 256]), np.float64).ravel()
    median = _grouped_median(counts)
    return median / 2.0 / 0.6745


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
    pepper = cv2.threshold(cv2.subtract(darkest_around, pixels), contrast - 1, 255, cv2.THRESH_BINARY)[1]
    salt = cv2.threshold(cv2.subtract(pixels, lightest_around), contrast - 1, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(pepper, np.uint8), np.asarray(salt, np.uint8)


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
    return sum(_unhidden(cv2.countNonZero(mask) / gray.size) for mask in isolated(gray))


def _unhidden(seen: float) -> float:
    """The share that was hit, from the share that is seen: ``seen = p · (1 − p)⁸``, as any neighbour hides a hit."""
    share = seen
    for _ in range(50):
        share = min(seen / (1.0 - share) ** 8, 1.0 / 9.0)
    return share
