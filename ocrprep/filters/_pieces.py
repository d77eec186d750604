"""Which connected pieces of a rough mask are ink: by how sharp their outline is, and how deep they lie below the paper.

Ink is deposited on the page and ends within a pixel or two; stains, shadows, and what shines through from the back are
shallow and blurred. Two questions decide about a piece. First, whether it belongs to the page's own ink: sharp, and not
much fainter than most. Second, for the rest, whether it is a fainter ink: not overshadowed by deeper ink near it, as
show-through between the lines is, and together as sharp, in proportion to its depth, as the page's ink, or else more
than that in amount. So a faint receipt is not lost for a black margin or a note in ballpoint.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._strips import mapped
from ocrprep.page import Pixels

_Floats = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]
_Indices = npt.NDArray[np.intp]

_SHARP, _DEEP, _NO_GRAIN = 0.1, 0.4, 3.0
"""The page's own ink: share of its outline that is sharp, of the usual depth, and depth in deviations of the grain."""

_FAINT_DEEP, _ABOVE_NOISE = 0.5, 6.0
"""Fainter ink: its share of the depth of the ink around, and its depth in deviations of the grain."""

_AS_SHARP, _SHARP_IF_MANY = 0.9, 0.6
"""Fainter ink: its sharpness as a share of the page's ink's; less is asked where there is more of it."""

_SMALL, _LARGE = 0.25, 2.0
"""Areas in squares of the stroke width: the smallest piece of fainter ink, and of those that its sharpness is measured
on."""

_NEAR = 31
"""How far ink overshadows others: side of a window in thrice the stroke width."""

_SQUARE = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The connected pieces of a mask's ink (8 neighbours), numbered from 1; 0 is the paper.

    Args:
        labels: (H, W), the number of each pixel's piece.
        count: numbers in use, with the paper's.
        outline: flat indices of ink next to paper.
    """

    labels: npt.NDArray[np.int32]
    count: int
    outline: _Indices

    @classmethod
    def of(cls, mask: Pixels) -> Pieces:
        """The pieces of a mask, ink 0 and paper 255."""
        count, labels = cv2.connectedComponents(cv2.bitwise_not(mask), connectivity=8, ltype=cv2.CV_32S)
        outline = np.flatnonzero(np.asarray(cv2.dilate(mask, _SQUARE)) > mask)
        return cls(np.asarray(labels, np.int32), int(count), outline)

    def mean(self, values: npt.NDArray[np.uint8] | _Flags, at: _Indices) -> _Floats:
        """Mean of (H, W) values over the pixels ``at`` of each piece; 0 where it has none."""
        piece = self.labels.ravel()[at]
        n = np.bincount(piece, minlength=self.count)
        total = np.bincount(piece, weights=values.ravel()[at], minlength=self.count)
        return np.asarray(total / np.maximum(n, 1))

    def sharp_share(self, sharp: _Flags) -> _Floats:
        """Share of each outline that is sharp."""
        return self.mean(sharp, self.outline)

    def at_border(self) -> _Flags:
        """Which pieces touch the page's edge: the dark around a scan, and hardly ever text."""
        found = np.zeros(self.count, bool)
        for edge in (self.labels[0], self.labels[-1], self.labels[:, 0], self.labels[:, -1]):
            found[edge] = True
        return found

    def mask(self, keep: _Flags) -> Pixels:
        """Black where a piece is kept."""
        painted = np.where(keep, 0, 255).astype(np.uint8)
        painted[0] = 255
        return mapped(np.empty(self.labels.shape, np.uint8), 0, lambda strip: painted[self.labels[strip.rows]])


def ink_of(
    pixels: Pixels, mask: Pixels, paper: Pixels, sharp: _Flags, margin: Pixels, *, stroke: float, noise: float
) -> Pixels:
    """The pieces of a rough mask that are ink.

    Args:
        pixels: (H, W) uint8, dark on light.
        mask: (H, W), 0 where a pixel is darker than its surroundings.
        paper: (H, W), the paper beneath.
        sharp: (H, W), whether there is a high contrast.
        margin: (H, W), 0 on dark borders, whose pieces are no measure for others, and 255.
        stroke: width in pixels.
        noise: standard deviation of the grain.

    Returns:
        (H, W), 0 and 255.
    """
    pieces = Pieces.of(mask)
    at = np.flatnonzero(mask == 0)
    area = np.bincount(pieces.labels.ravel()[at], minlength=pieces.count).astype(np.float64)
    depth = pieces.mean(np.asarray(cv2.subtract(paper, pixels), np.uint8), at)
    keep = (pieces.sharp_share(sharp) >= _SHARP) & (depth >= _NO_GRAIN * noise)
    keep[0] = False
    # Light falls on ink and paper alike: in a shadow both are darker by the same factor, and so is their distance.
    share = depth / np.maximum(pieces.mean(paper, at), 1)
    keep &= share >= _DEEP * _median(share, area, keep)
    faint = ~keep & (depth >= _ABOVE_NOISE * noise) & (area >= _SMALL * stroke**2)
    faint[0] = False
    if faint.any():
        inner = ~pieces.at_border() & (pieces.mean(margin, at) > 127)
        own = keep & inner
        faint &= share >= _FAINT_DEEP * _overshadowing(pieces, at, share, own, faint, cell=max(3, round(3 * stroke)))
        rise = np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_GRADIENT, _SQUARE), np.uint8)
        slope = pieces.mean(rise, pieces.outline) / np.maximum(depth, 1)
        typical = faint & inner & (area >= _LARGE * stroke**2)
        asked = _SHARP_IF_MANY if area[typical].sum() > area[own].sum() else _AS_SHARP
        if _median(slope, area, typical) >= asked * _median(slope, area, own):
            keep |= faint
    return pieces.mask(keep)


def _median(values: _Floats, weights: _Floats, chosen: _Flags) -> float:
    """Weighted median of the chosen; 0 of none."""
    index = np.flatnonzero(chosen)
    if index.size == 0:
        return 0.0
    rising = index[np.argsort(values[index])]
    below = np.cumsum(weights[rising])
    return float(values[rising[np.searchsorted(below, below[-1] / 2)]])


def _overshadowing(pieces: Pieces, at: _Indices, depth: _Floats, own: _Flags, asking: _Flags, *, cell: int) -> _Floats:
    """Around each asking piece, the depth of the page's own ink, the deeper counting more; 0 where there is none.

    Measured on a grid of square cells, as nothing here depends on single pixels.
    """
    height, width = pieces.labels.shape
    shape = -(-height // cell), -(-width // cell)
    piece = pieces.labels.ravel()[at]

    def cells(index: _Indices) -> _Indices:
        y, x = np.divmod(index, width)
        return np.asarray((y // cell) * shape[1] + x // cell)

    ink = own[piece]
    where, level = cells(at[ink]), depth[piece[ink]]
    squares, total = (
        cv2.boxFilter(
            np.bincount(where, weights=weights, minlength=shape[0] * shape[1]).reshape(shape),
            cv2.CV_64F,
            (_NEAR, _NEAR),
            normalize=False,
            borderType=cv2.BORDER_CONSTANT,
        )
        for weights in (level * level, level)
    )
    field = (np.asarray(squares) / np.maximum(np.asarray(total), 1e-6)).ravel()
    asked = asking[piece]
    found = np.bincount(piece[asked], weights=field[cells(at[asked])], minlength=pieces.count)
    return np.asarray(found / np.maximum(np.bincount(piece, minlength=pieces.count), 1))
