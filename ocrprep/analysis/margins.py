"""How near the text comes to the frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._glyphs import SHORT, TALL, Glyphs, distances, glyphs, reduced_gray
from ocrprep.analysis.levels import otsu_level
from ocrprep.analysis.text_height import text_height_of
from ocrprep.page import Pixels

_MARK, _ABOVE = 0.12, 0.7
"""In x-heights: dots of an i and accents are not shorter, and not farther above their letter."""

_APART, _LONG = 2.5, 2.0
"""In x-heights: letters of a word are not farther apart, and together they are at least that long."""

_MAX_PIXELS = 1_200_000
_LEAST_CONTRAST = 40
_TWO_TONED = 0.85
_MOST_INK = 0.45
_X_PER_LETTER = 0.72
_AT_ONCE = 64

_Boxes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Margins:
    """Paper between the text and each side of the frame, in pixels of the page.

    Args:
        left: from the left side to the nearest letter; 0.0 where one touches.
        top: likewise.
        right: likewise.
        bottom: likewise.
        x_height: of the body text.
    """

    left: float
    top: float
    right: float
    bottom: float
    x_height: float

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom


def margins(pixels: Pixels) -> Margins | None:
    """Measure how near letters come to the four sides.

    A letter is a component of ink of the body text's size with others beside it, so rules, frames, borders, most of
    pictures and lone specks do not count. Where no line of text can be measured, on a word cut out closely for
    instance, all ink of a picture in two clear tones counts, but for what encloses other ink. On a large page, which
    is averaged down first, a distance is good to some pixels.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light or light on dark; level to within 15 degrees.

    Returns:
        None when the page shows no text.
    """
    found = glyphs(pixels)
    size = text_height_of(pixels, found)
    if size is None:
        return _of_two_tones(pixels)
    return _of_text(found, size.x_height)


def _of_text(found: Glyphs, x_height: float) -> Margins | None:
    unit = x_height / found.factor[1]
    wide, high = found.boxes[:, 2], found.boxes[:, 3]
    letters = found.boxes[found.of_letter_size(x_height)]
    sides = [_nearest(letters, away, unit) for away in distances(letters, found.darkness)]
    nearest = [side for side in sides if side is not None]
    if len(nearest) < len(sides):
        return None
    marks = found.boxes[(high >= _MARK * unit) & (high < SHORT * unit) & (wide <= TALL * unit)]
    nearest[1] = _highest(marks[marks[:, 1] < nearest[1]], letters, unit, nearest[1])
    return _margins(nearest, found.factor, x_height)


def _nearest(letters: _Boxes, distance: npt.NDArray[np.int64], unit: float) -> int | None:
    """The least distance of a letter in a word."""
    order = np.argsort(distance, kind="stable")
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        words = some[_in_words(letters, some, unit)]
        if len(words):
            return int(distance[words[0]])
    return None


def _highest(marks: _Boxes, letters: _Boxes, unit: float, top: int) -> int:
    """The least distance from above where a letter near the upper side has a dot or an accent; else as it was."""
    below = letters[letters[:, 1] <= top + unit]
    for left, above, wide, high, _ in marks[np.argsort(marks[:, 1], kind="stable")].tolist():
        gap = below[:, 1] - (above + high)
        over = (below[:, 0] < left + wide) & (below[:, 0] + below[:, 2] > left) & (gap >= 0)
        if (over & (gap <= _ABOVE * unit)).any():
            return int(above)
    return top


def _in_words(letters: _Boxes, some: npt.NDArray[np.intp], unit: float) -> npt.NDArray[np.bool_]:
    """Which of some letters have others beside them."""
    left, top, wide, high, _ = letters.T
    right, bottom = left + wide, top + high
    shared = np.minimum(bottom[some, None], bottom) - np.maximum(top[some, None], top)
    gap = np.maximum(left[some, None], left) - np.minimum(right[some, None], right)
    beside = (2 * shared >= np.minimum(high[some, None], high)) & (gap <= _APART * unit)
    # A letter is beside itself too.
    return np.asarray((beside.sum(axis=1) > 1) & (beside @ wide >= _LONG * unit))


def _of_two_tones(pixels: Pixels) -> Margins | None:
    gray = reduced_gray(pixels, _MAX_PIXELS)
    level = otsu_level(gray)
    dark = np.asarray(cv2.threshold(gray, level, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)
    share = cv2.countNonZero(dark) / dark.size
    ink = dark if share <= 0.5 else np.asarray(cv2.bitwise_not(dark), np.uint8)
    if not 0.0 < min(share, 1.0 - share) <= _MOST_INK or not _has_two_tones(gray, dark, share):
        return None
    boxes = np.asarray(cv2.connectedComponentsWithStats(ink, connectivity=8)[2], np.int64)[1:]
    letters = boxes[~_enclosing(boxes)]
    heights = np.sort(letters[:, 3])
    if not len(letters) or heights[-1] < 4:
        return None
    # By themselves as weights: many specks do not outvote some letters.
    usual = float(heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2.0)])
    wide, high = letters[:, 2], letters[:, 3]
    is_mark = (high >= _MARK * usual) & (wide <= usual)
    letters = letters[((high >= 0.3 * usual) | is_mark) & (high <= 3.0 * usual)]
    factor = pixels.shape[1] / gray.shape[1], pixels.shape[0] / gray.shape[0]
    return _margins([int(side.min()) for side in distances(letters, gray)], factor, _X_PER_LETTER * usual * factor[1])


def _has_two_tones(gray: Pixels, dark: Pixels, share: float) -> bool:
    """Whether nearly all differences between pixels are those between ink and paper."""
    (low, *_), (high, *_) = cv2.mean(gray, dark), cv2.mean(gray, cv2.bitwise_not(dark))
    spread = float(np.asarray(cv2.meanStdDev(gray)[1]).item())
    between = share * (1.0 - share) * (high - low) ** 2
    return high - low >= _LEAST_CONTRAST and between >= _TWO_TONED * spread**2


def _enclosing(boxes: _Boxes) -> npt.NDArray[np.bool_]:
    """Which of the largest boxes have other ink within them, as frames have."""
    left, top, wide, high, area = boxes.T
    encloses = np.zeros(len(boxes), bool)
    for index in np.argsort(-wide * high)[:_AT_ONCE]:
        within = (left > left[index]) & (left + wide < left[index] + wide[index])
        within &= (top > top[index]) & (top + high < top[index] + high[index]) & (area >= 4)
        encloses[index] = within.any()
    return encloses


def _margins(sides: list[int], factor: tuple[float, float], x_height: float) -> Margins:
    across, down = factor
    left, top, right, bottom = sides
    return Margins(left * across, top * down, right * across, bottom * down, x_height)
