"""Dark areas much larger than a stroke, of which a small window sees only the rim: filled where they are ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocrprep.filters._pieces import outline
from ocrprep.filters._runs import Integers, Pieces, true_at
from ocrprep.filters._strips import Strip, each
from ocrprep.page import Pixels

_SOLID = 0.5
"""Share of the outline of a large dark area that is sharp."""

_EMPTY = 0.02
"""Share of the inside of a large dark area that may be ink by itself."""

_FEW = 16
"""Areas up to which it is quicker to look at each by itself than at all that is dark."""

_HALF_OF_25 = 12
"""A pixel of a mask is in the majority where more than this of the 5×5 around agree: the median, counted."""


def filled(pixels: Pixels, mask: Pixels, sharp: Pixels, reach: int) -> Pixels:
    """The mask with large areas as dark as its ink: bars, which end sharply and are empty inside; no shadows.

    Letters that reach into a shadow give it a sharp outline; but then there are letters inside it, too.

    Args:
        pixels: (H, W) uint8, dark on light.
        mask: (H, W), ink 0, paper 255; becomes the result.
        sharp: (H, W), 255 where there is a high contrast, else 0.
        reach: pixels from an area's outline to its inside: the rim that the small window does see.
    """
    dark, missing = _as_dark_as_ink(pixels, mask)
    if len(missing) < max(1, mask.size // 10_000):
        return mask
    page = _Page(mask.copy(), dark, sharp, reach)
    if not page.fill_one_by_one(mask, missing):
        page.fill_at_once(mask)
    return mask


@dataclass(frozen=True, slots=True)
class _Page:
    """What decides about an area, for the whole page or a part of it."""

    mask: Pixels
    dark: Pixels
    sharp: Pixels
    reach: int

    def part(self, rows: slice, columns: slice) -> _Page:
        mask, dark, sharp = (np.ascontiguousarray(array[rows, columns]) for array in (self.mask, self.dark, self.sharp))
        return _Page(mask, dark, sharp, self.reach)

    def fill_one_by_one(self, result: Pixels, missing: Integers) -> bool:
        """Fill the areas that hold a missing pixel; False where these are too many, with some of them done."""
        height, width = self.dark.shape
        # OpenCV wants one pixel more on each side.
        framed = np.zeros((height + 2, width + 2), np.uint8)
        reached, flags = framed[1:-1, 1:-1], 8 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY
        for _ in range(_FEW):
            y, x = divmod(int(missing[0]), width)
            left, top, wide, high = cv2.floodFill(self.dark, framed, (x, y), 0, 0, 0, flags)[3]
            # The neighbours of a pixel that decide about its being inside, and of these in turn.
            spare = self.reach + 2
            rows = slice(max(0, top - spare), min(height, top + high + spare))
            columns = slice(max(0, left - spare), min(width, left + wide + spare))
            area = np.ascontiguousarray(reached[rows, columns])
            if self.part(rows, columns).is_solid(area):
                result[rows, columns] = cv2.subtract(np.ascontiguousarray(result[rows, columns]), area)
            missing = missing[reached[missing // width, missing % width] == 0]
            if not len(missing):
                return True
            reached[rows, columns] = 0
        return False

    def is_solid(self, area: Pixels) -> bool:
        """Whether one area, 255 in an array of this part's size, is sharp and empty."""
        whole = Strip(slice(0, len(area)), slice(0, len(area)))
        edge, sharp_edge, inside, inscribed = (
            cv2.countNonZero(cv2.bitwise_and(values, area)) for values in self.evidence(whole)
        )
        return bool(sharp_edge / max(edge, 1) >= _SOLID and inscribed / max(inside, 1) <= _EMPTY)

    def fill_at_once(self, result: Pixels) -> None:
        """Fill all areas."""
        areas = Pieces.of(self.dark)

        def measured(strip: Strip) -> tuple[Pixels, ...]:
            return (*self.evidence(strip), _without(self.mask[strip.rows], self.dark[strip.rows]))

        *of_runs, missing = areas.run_sums(self.reach + 2, measured)
        edge, sharp_edge, inside, inscribed = (areas.per_piece(values) for values in of_runs)
        keep = (sharp_edge / np.maximum(edge, 1) >= _SOLID) & (inscribed / np.maximum(inside, 1) <= _EMPTY)
        areas.paint(result, keep[areas.piece] & (missing > 0), 0)

    def evidence(self, strip: Strip) -> tuple[Pixels, Pixels, Pixels, Pixels]:
        """255 on the outline of what is dark, its sharp part, the inside, and the ink in that."""
        edge = outline(self.dark, strip)
        sharp_edge = np.asarray(cv2.bitwise_and(edge, self.sharp[strip.rows]), np.uint8)
        inside = _inside(self.dark[strip.padded], self.reach)[strip.inner]
        return edge, sharp_edge, inside, _without(inside, self.mask[strip.rows])


def _as_dark_as_ink(pixels: Pixels, mask: Pixels) -> tuple[Pixels, Integers]:
    """Black where a pixel is at most as light as the ink's mean, and the flat indices of those that are no ink."""

    def total(strip: Strip) -> tuple[float, int]:
        ink = cv2.bitwise_not(mask[strip.rows])
        return cv2.sumElems(cv2.bitwise_and(pixels[strip.rows], ink))[0], cv2.countNonZero(ink)

    sums, counts = zip(*each(mask.shape[0], 0, total), strict=True)
    # As OpenCV does it: the product and the quotient may differ, and then cut off to different levels.
    level = sum(sums) * (1.0 / sum(counts)) if sum(counts) else 0.0
    dark = np.empty_like(pixels)

    def compare(strip: Strip) -> Integers:
        part = dark[strip.rows]
        part[:] = cv2.threshold(pixels[strip.rows], level, 255, cv2.THRESH_BINARY)[1]
        here = true_at(np.asarray(cv2.subtract(mask[strip.rows], part)).ravel() > 0)
        return here + np.int64(strip.rows.start * mask.shape[1])

    return dark, np.concatenate(each(mask.shape[0], 0, compare))


def _inside(dark: Pixels, reach: int) -> Pixels:
    """255 where a pixel lies in the dark, ``reach`` or more rows and columns from its end.

    Grain is no end, nor is the edge of the array.
    """
    own = np.asarray(cv2.bitwise_not(dark), np.uint8) & np.uint8(1)
    count = cv2.boxFilter(own, -1, (5, 5), normalize=False, borderType=cv2.BORDER_REPLICATE)
    calm = cv2.threshold(count, _HALF_OF_25, 255, cv2.THRESH_BINARY)[1]
    return np.asarray(cv2.erode(calm, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)), np.uint8)


def _without(one: Pixels, other: Pixels) -> Pixels:
    return np.asarray(cv2.subtract(one, other), np.uint8)
