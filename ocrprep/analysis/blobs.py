"""Round or elliptical blobs of ink, such as dots, bubbles and note heads, by differences of Gaussians."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep import geometry
from ocrprep.geometry import Matrix
from ocrprep.page import PixelMode, Pixels, convert_pixels

_STEP = 2.0 ** (1.0 / 3.0)
"""Ratio of neighbouring scales: three an octave, as Lowe found best."""

_BORDER = 3.0
"""Radii of paper that is thought around the page, so that a blob at its edge has surroundings."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Blob:
    """One blob.

    Args:
        x: of its middle, pixels from the page's left edge; the first pixel's centre is at 0.5.
        y: likewise from the top.
        radius: of the disc that answers like it, in pixels; the half axis across the long one for ellipses.
        strength: how much darker (or lighter) than its surroundings, 0–1: 1 for a black disc on white paper, less for
            shapes that are less round or not filled.
    """

    x: float
    y: float
    radius: float
    strength: float


def blobs(
    pixels: Pixels,
    smallest: float,
    largest: float,
    *,
    dark: bool = True,
    threshold: float = 0.2,
    overlap: float = 0.3,
    aspect: float = 1.0,
    angle: float = 0.0,
) -> list[Blob]:
    """Find blobs by differences of Gaussians, at sub-pixel places and scales.

    The difference of two blurs, D(x, y, σ) = G(kσ) − G(σ), is the page's Laplacian times σ² (Marr and Hildreth, "Theory
    of Edge Detection", 1980; Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", 2004), so that blobs
    of any size answer alike. Where it is larger than at all 26 neighbours in place and scale, a parabola through them
    gives the place and the scale between pixels; a disc's radius is r = σ·√(4 ln k / (1 − k⁻²)).

    Args:
        pixels: (H, W) or (H, W, 3) uint8.
        smallest: radius in pixels, above 0; below one pixel little can be told from noise.
        largest: radius in pixels, at least ``smallest``.
        dark: blobs darker than what surrounds them; otherwise lighter ones.
        threshold: least strength, 0–1.
        overlap: of two blobs that have more than this share of the smaller one's area in common, only the stronger
            stays; 0–1, and 1 keeps all.
        aspect: long half axis over the short one, 1 or more, of elliptical blobs; they are compressed to discs first.
        angle: degrees from level to their long axis, counter-clockwise.

    Returns:
        The blobs, the strongest first; none on an even page.

    Raises:
        ValueError: radii, aspect or shares outside their ranges.
    """
    _check(smallest, largest, aspect, (threshold, overlap))
    gray = convert_pixels(pixels, PixelMode.GRAY).astype(np.float32) / 255.0
    plane = 1.0 - gray if dark else gray
    to_plane = np.asarray(geometry.identity(), np.float64)
    if aspect > 1.0:
        plane, to_plane = _compressed(plane, aspect, angle)
    # One scale more on each side, so that the outermost radii have neighbours.
    count = int(np.ceil(np.log(largest / smallest) / np.log(_STEP))) + 3
    radii = smallest * _STEP ** np.arange(-1.0, count - 1.0)
    found = _extrema(_differences(plane, radii), float(radii[0]), threshold)
    found = found[(found[:, 2] >= smallest / _STEP**0.5) & (found[:, 2] <= largest * _STEP**0.5)]
    kept = found[_apart(found, overlap)]
    places = geometry.apply(geometry.invert(to_plane), kept[:, :2])
    height, width = gray.shape
    inside = ((places >= 0) & (places <= (width, height))).all(axis=1)
    rows = np.column_stack([places, kept[:, 2:]])[inside]
    return [Blob(*(float(value) for value in row)) for row in rows]


def _check(smallest: float, largest: float, aspect: float, shares: tuple[float, ...]) -> None:
    if not 0 < smallest <= largest < np.inf:
        raise ValueError(f"radii must be 0 < smallest <= largest, not {smallest} and {largest}")
    if not 1 <= aspect < np.inf:
        raise ValueError(f"aspect must be 1 or more, not {aspect}")
    if not all(0 <= share <= 1 for share in shares):
        raise ValueError(f"threshold and overlap must be 0-1, not {shares}")


def _compressed(plane: Floats, aspect: float, angle: float) -> tuple[Floats, Matrix]:
    """The plane turned until the ellipses lie level, and shrunk along them; the map is old to new, edge convention."""
    height, width = plane.shape
    turned = geometry.scaling(1.0 / aspect, 1.0) @ geometry.rotation(-angle)
    corners = geometry.apply(turned, np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]))
    low, high = corners.min(axis=0), corners.max(axis=0)
    matrix = geometry.translation(-float(low[0]), -float(low[1])) @ turned
    size = tuple(max(1, int(side)) for side in np.ceil(high - low))
    # Half of the samples along the long axis would be skipped, and fine grain with them, were it not blurred before.
    calm = cv2.GaussianBlur(plane, (0, 0), 0.5 * float(np.sqrt(aspect - 1.0)) + 0.05)
    made = cv2.warpAffine(
        calm,
        geometry.to_pixel_centres(matrix)[:2],
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=[float(np.median(plane))],
    )
    return np.asarray(made, np.float32), np.asarray(matrix, np.float64)


def _differences(plane: Floats, radii: npt.NDArray[np.float64]) -> Floats:
    """(n, H, W): for each radius the answer, which is 1 in the middle of a disc of that radius."""
    k = _STEP
    sigmas = radii / np.sqrt(4.0 * np.log(k) / (1.0 - k**-2))
    # A disc of radius r blurred by σ is 1 − exp(−u) in its middle, u = r²/2σ²; both blurs of the best scale differ by:
    u = 2.0 * np.log(k) / (1.0 - k**-2)
    full = float(np.exp(-u / k**2) - np.exp(-u))
    border = min(int(np.ceil(_BORDER * radii[-1])), 4 * max(plane.shape))
    level = float(np.median(plane))
    wide = cv2.copyMakeBorder(plane, border, border, border, border, cv2.BORDER_CONSTANT, value=[level])
    blurred = [_blurred(np.asarray(wide, np.float32), float(sigma)) for sigma in (*sigmas, sigmas[-1] * k)]
    inner = (slice(border, border + plane.shape[0]), slice(border, border + plane.shape[1]))
    return np.stack([(fine - coarse)[inner] / full for fine, coarse in itertools.pairwise(blurred)])


def _blurred(plane: Floats, sigma: float) -> Floats:
    # A pixel is itself a mean over a square of variance 1/12.
    own = float(np.sqrt(max(sigma**2 - 1.0 / 12.0, 1e-4)))
    side = 2 * int(np.ceil(4.0 * own)) + 1
    return np.asarray(cv2.GaussianBlur(plane, (side, side), own, borderType=cv2.BORDER_REPLICATE), np.float32)


def _extrema(answer: Floats, first: float, threshold: float) -> npt.NDArray[np.float64]:
    """(n, 4) x, y, radius and strength of the answer's maxima over place and scale, the strongest first."""
    square = np.ones((3, 3), np.uint8)
    around = np.stack([np.asarray(cv2.dilate(level, square), np.float32) for level in answer])
    inner = answer[1:-1]
    peaks = (inner >= around[1:-1]) & (inner > around[:-2]) & (inner > around[2:]) & (inner >= 0.8 * threshold)
    scale, row, column = (index.astype(np.int64) for index in np.nonzero(peaks))
    scale += 1
    steps, gain = _parabola(answer, scale, row, column)
    strength = answer[scale, row, column] + gain
    radius = first * _STEP ** (scale + steps[:, 0])
    found = np.column_stack([column + 0.5 + steps[:, 2], row + 0.5 + steps[:, 1], radius, np.minimum(strength, 1.0)])
    found = found[found[:, 3] >= max(threshold, 1e-6)]
    return np.asarray(found[np.argsort(-found[:, 3], kind="stable")], np.float64)


def _parabola(
    answer: Floats, scale: npt.NDArray[np.int64], row: npt.NDArray[np.int64], column: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How far from each maximum, (n, 3) in scale, row and column, its parabola's top is, and how much higher (n,)."""
    padded = np.pad(answer, ((0, 0), (1, 1), (1, 1)), mode="edge")
    here = padded[scale, row + 1, column + 1].astype(np.float64)
    steps, gain = [], np.zeros(len(here))
    for axis in range(3):
        move = np.eye(3, dtype=np.int64)[axis]
        place = [scale, row + 1, column + 1]
        before, after = (
            padded[tuple(index + sign * int(by) for index, by in zip(place, move, strict=True))].astype(np.float64)
            for sign in (-1, 1)
        )
        slope, bend = (after - before) / 2.0, after + before - 2.0 * here
        step = np.clip(-slope / np.minimum(bend, -1e-9), -0.6, 0.6)
        steps.append(step)
        gain += 0.5 * slope * step
    return np.stack(steps, axis=1), gain


def _apart(found: npt.NDArray[np.float64], overlap: float) -> npt.NDArray[np.intp]:
    """The indices of those that no stronger one covers, in order."""
    kept: list[int] = []
    for index, (x, y, radius, _) in enumerate(found):
        others = found[kept]
        common = _lens(np.hypot(others[:, 0] - x, others[:, 1] - y), others[:, 2], float(radius))
        smaller = np.pi * np.minimum(others[:, 2], radius) ** 2
        if not (common > overlap * smaller).any():
            kept.append(index)
    return np.array(kept, np.intp)


def _lens(distance: npt.NDArray[np.float64], radii: npt.NDArray[np.float64], radius: float) -> npt.NDArray[np.float64]:
    """The area that discs share with one disc of the given radius."""
    d = np.clip(distance, np.abs(radii - radius) + 1e-9, radii + radius)
    one = np.clip((d**2 + radius**2 - radii**2) / (2 * d * radius), -1, 1)
    two = np.clip((d**2 + radii**2 - radius**2) / (2 * d * radii), -1, 1)
    kite = (-d + radius + radii) * (d + radius - radii) * (d - radius + radii) * (d + radius + radii)
    area = radius**2 * np.arccos(one) + radii**2 * np.arccos(two) - 0.5 * np.sqrt(np.maximum(kite, 0.0))
    return np.asarray(np.where(distance >= radii + radius, 0.0, area), np.float64)
