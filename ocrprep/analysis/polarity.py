"""Where text is light on dark: the whole page, or a table header, a button, a stripe in an otherwise ordinary page.

The evidence is structural, since a dark page may as well be a photograph, a shadow or the edge of the scanner. A part
counts when a connected dark field encloses at least three light shapes that look like letters: made of strokes, bent or
branched, in a row with others, and mostly of one height; and when the field is a ground for them: mostly dark, thicker
than their strokes, of one even tone, without darker letters on it, and darker than most of the letters right where each
of them stands. So the eyes and gaps of dark letters (compact), the cells of a ruled table (hardly any dark around
them), photographs and engravings (uneven, shapes of any height) and shaded paper (it has darker letters; what a level
cuts out of it at a shadow's edge is no lighter than the paper beside it, or has dark letters inside) are passed over.
Stripes with fewer than three letters are missed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.levels import otsu_level
from ocrprep.geometry import Rectangle
from ocrprep.page import PixelMode, Pixels, convert_pixels

_Mask = npt.NDArray[np.bool_]
_Labels = npt.NDArray[np.int32]
"""Numbers of components, one for each pixel; or their rows of x, y, width, height and area."""

_LONG_SIDE = 1800
_LEAST_CONTRAST = 40
_LEAST_HEIGHT = 6
_STROKE_SHARE = 0.4
_LEAST_DARK = 0.5
_UNEVEN = 0.35
_AROUND = 61
_LEAST_LETTERS = 3
_BENT = 0.8
_ALIKE = 0.65
_CHUNK = 500
_MOSTLY = 0.5
# Few Chinese characters have more eyes than this, nor has a word of joined letters for each height of its width.
_EYES = 8
# An x-height at which light type on dark can still be told: its capitals have the six pixels that are asked for.
_TOLD = 7.0


@dataclass(frozen=True, slots=True, eq=False)
class Polarity:
    """Which parts of a page are light on dark.

    Args:
        mask: (H, W) bool, True inside these parts.
        regions: the upright rectangle around each part, largest first.
        share: of the page's pixels that lie in the mask, 0–1.
    """

    mask: _Mask
    regions: tuple[Rectangle, ...] = field(default=())
    share: float = 0.0


def is_light_on_dark(pixels: Pixels) -> bool:
    """Whether most of the page is light text on a dark ground.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.

    Returns:
        False as well for a dark page without text.
    """
    return polarity_map(pixels).share > _MOSTLY


def as_small_as_told(gray: Pixels, x_height: float | None) -> Pixels:
    """A copy no larger than its type needs for :func:`polarity_map`; the page itself where it is none too large.

    Args:
        gray: (H, W) uint8.
        x_height: of its type, in pixels, where it is known.
    """
    factor = min(1.0, _TOLD / x_height) if x_height else 1.0
    if factor == 1.0:
        return gray
    height, width = gray.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


def polarity_map(pixels: Pixels) -> Polarity:
    """The parts of a page whose text is light on dark.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.

    Returns:
        An empty mask where nothing is found.
    """
    gray = convert_pixels(pixels, PixelMode.GRAY)
    height, width = gray.shape
    factor = min(1.0, _LONG_SIDE / max(height, width))
    small = gray
    if factor < 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        small = np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)
    mask = np.zeros(gray.shape, bool)
    for surface in _surfaces(small):
        part = _dark_fields(small, surface)
        if part.any():
            mask |= _grown(part, gray, surface)
    if not mask.any():
        return Polarity(mask)
    return Polarity(mask, _rectangles(mask), float(mask.mean()))


def _surfaces(gray: Pixels) -> list[Pixels]:
    """What separates light from dark, as one level for each pixel.

    Otsu's level of the page, and of the pixels below and above it, since a stripe may be lighter than the page's ink;
    and for uneven light the middle between the darkest and the lightest pixel around (Bernsen 1986), where these
    differ.
    """
    if np.ptp(gray) < _LEAST_CONTRAST:
        return []
    middle = otsu_level(gray)
    levels = {middle}
    for part in (gray[gray <= middle], gray[gray > middle]):
        if part.size and np.ptp(part) >= _LEAST_CONTRAST:
            levels.add(otsu_level(part.reshape(1, -1)))
    around = np.ones((_AROUND, _AROUND), np.uint8)
    low, high = np.asarray(cv2.erode(gray, around), np.uint8), np.asarray(cv2.dilate(gray, around), np.uint8)
    local = np.asarray(cv2.addWeighted(low, 0.5, high, 0.5, 0), np.uint8)
    flat = cv2.subtract(high, low) < _LEAST_CONTRAST
    local[flat] = middle
    local = np.asarray(cv2.blur(local, (_AROUND, _AROUND)), np.uint8)
    return [*(np.full_like(gray, level) for level in sorted(levels)), local]


def _dark_fields(gray: Pixels, surface: Pixels) -> _Mask:
    dark = gray <= surface
    found = np.zeros(gray.shape, bool)
    labels, stats = _components(~dark, 4)
    letters = _letters(~dark, labels, stats)
    if len(letters) < _LEAST_LETTERS:
        return found
    dark_labels, dark_stats = _components(dark, 8)
    owners = _owners(letters, labels, stats, dark_labels)
    for owner in np.unique(owners[owners > 0]):
        own = letters[owners == owner]
        if len(own) < _LEAST_LETTERS or dark_stats[owner, cv2.CC_STAT_AREA] < stats[own, cv2.CC_STAT_AREA].sum():
            continue
        sure = own[[_is_letter(labels, stats, letter) for letter in own]]
        sure = sure[_in_rows(stats[sure])]
        if len(sure) < _LEAST_LETTERS:
            continue
        x, y, width, height = (int(value) for value in dark_stats[owner, :4])
        window = (slice(y, y + height), slice(x, x + width))
        moved = stats - np.array((x, y, 0, 0, 0), np.int32)
        found[window] |= _Field(gray[window], dark_labels[window] == owner, labels[window], moved, own, sure).solid()
    return found


def _letters(light: _Mask, labels: _Labels, stats: _Labels) -> npt.NDArray[np.intp]:
    """Labels of light components that have a letter's size and are made of strokes."""
    height, width = light.shape
    x, y, w, h, area = (stats[:, index] for index in range(5))
    inside = (x > 0) & (y > 0) & (x + w < width) & (y + h < height)
    sized = (h >= _LEAST_HEIGHT) & (h <= max(height // 3, 60)) & (w >= 2) & (w <= 10 * h) & (area >= 2 * _LEAST_HEIGHT)
    chosen = inside & sized
    chosen[0] = False
    if not chosen.any():
        return np.zeros(0, np.intp)
    depth = np.asarray(cv2.distanceTransform(light.astype(np.uint8), cv2.DIST_L2, 3))
    places = chosen[labels]
    deepest = np.zeros(len(stats), np.float32)
    np.maximum.at(deepest, labels[places], depth[places])
    # The distance is counted from pixel centres, so that a stroke of width 1 has depth 1.
    stroke = 2 * deepest - 1
    return np.flatnonzero(chosen & (stroke <= _STROKE_SHARE * h))


def _owners(
    letters: npt.NDArray[np.intp], labels: _Labels, stats: _Labels, dark_labels: _Labels
) -> npt.NDArray[np.int32]:
    """The dark component around each light one: what lies above its topmost pixel."""
    owners = np.zeros(len(letters), np.int32)
    for index, letter in enumerate(letters):
        x, y, w = (int(value) for value in stats[letter, :3])
        first = int((labels[y, x : x + w] == letter).argmax())
        owners[index] = dark_labels[y - 1, x + first]
    return owners


def _is_letter(labels: _Labels, stats: _Labels, letter: int) -> bool:
    """Whether a shape bends or branches, as most letters do and the eyes and gaps of dark letters do not."""
    x, y, w, h, area = (int(value) for value in stats[letter])
    shape = (labels[y : y + h, x : x + w] == letter).astype(np.uint8)
    points = cv2.findNonZero(shape)
    hull = cv2.convexHull(points)
    # Through pixel centres the outline is half a pixel too small on every side.
    outline = cv2.contourArea(hull) + cv2.arcLength(hull, closed=True) / 2 + 1
    return area <= _BENT * outline


def _in_rows(boxes: _Labels) -> _Mask:
    """Which boxes have another beside them, of about the same height and on the same line."""
    beside = np.zeros(len(boxes), bool)
    left, top, width, height = (boxes[:, index].astype(np.float32) for index in range(4))
    # From top to bottom: others on a line, of half to twice the height, lie within a height above and below.
    middle, right = top + height / 2, left + width
    order = np.argsort(middle, kind="stable")
    left, height, middle, right = left[order], height[order], middle[order], right[order]
    for start in range(0, len(boxes), _CHUNK):
        one = slice(start, start + _CHUNK)
        first, last = np.searchsorted(middle, [(middle - height)[one].min() - 1, (middle + height)[one].max() + 1])
        near = slice(int(first), int(last))
        tall = np.maximum(height[one, None], height[None, near])
        level = np.abs(middle[one, None] - middle[None, near]) <= 0.5 * tall
        alike = np.minimum(height[one, None], height[None, near]) >= 0.5 * tall
        gap = np.maximum(left[one, None], left[None, near]) - np.minimum(right[one, None], right[None, near])
        paired = level & alike & (gap <= 3 * tall) & (gap > -0.5 * tall)
        rows = np.arange(paired.shape[0])
        paired[rows, rows + start - near.start] = False
        beside[order[one]] = paired.any(axis=1)
    return beside


@dataclass(frozen=True, slots=True)
class _Field:
    """A dark component, cut to its rectangle, with the light strokes in it and those that are surely letters.

    The boxes in ``stats`` count from that rectangle's corner.
    """

    gray: Pixels
    dark: _Mask
    labels: _Labels
    stats: _Labels
    strokes: npt.NDArray[np.intp]
    letters: npt.NDArray[np.intp]

    def solid(self) -> _Mask:
        """The parts that hold up as a dark ground with light text on it; may be empty."""
        height = float(np.median(self.stats[self.letters, cv2.CC_STAT_HEIGHT]))
        filled = self._filled(height)
        side = max(3, round(0.4 * height)) | 1
        opened = cv2.morphologyEx(filled.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
        labels, stats = _components(np.asarray(opened) > 0, 4)
        found = np.zeros(self.dark.shape, bool)
        for index in range(1, len(stats)):
            x, y, w, h = (int(value) for value in stats[index, :4])
            window = (slice(y, y + h), slice(x, x + w))
            part = labels[window] == index
            if h >= 1.2 * height and w >= height and self._holds(part, window):
                found[window] |= part
        return found

    def _filled(self, height: float) -> _Mask:
        """The dark component with its letters and their eyes, but without the larger light holes in it."""
        around = np.pad(self.dark, 1)
        labels, stats = _components(~around, 4)
        keep = stats[:, cv2.CC_STAT_AREA] < height * height
        keep[labels[1:-1, 1:-1][np.isin(self.labels, self.strokes)]] = True
        keep[labels[0, 0]] = False
        keep[0] = True
        return np.asarray(keep[labels][1:-1, 1:-1])

    def _holds(self, part: _Mask, window: tuple[slice, slice]) -> bool:
        labels, dark, gray = self.labels[window], self.dark[window] & part, self.gray[window]
        letters = part & np.isin(labels, self.letters)
        present = np.unique(labels[letters])
        heights = self.stats[present, cv2.CC_STAT_HEIGHT]
        count = heights.size
        if count < _LEAST_LETTERS or dark.sum() < _LEAST_DARK * part.sum():
            return False
        typical = np.median(heights)
        if np.mean((heights > 0.7 * typical) & (heights < 1.45 * typical)) < _ALIKE:
            return False
        # Beside a letter's edge a scan is neither light nor dark.
        inner = np.asarray(cv2.erode(dark.astype(np.uint8), np.ones((3, 3), np.uint8))).astype(np.float32)
        if np.count_nonzero(inner) < 9:
            return False
        # Light may change slowly over a field; a picture changes from one spot to the next.
        reach = (_AROUND // 2 | 1,) * 2
        flat = gray - cv2.blur(gray * inner, reach) / np.maximum(cv2.blur(inner, reach), 1e-6)
        darkest, middle, lightest = np.percentile(flat[inner > 0], (10, 50, 90))
        contrast = np.percentile(flat[letters], 75) - middle
        if contrast < _LEAST_CONTRAST or lightest - darkest > _UNEVEN * contrast:
            return False
        if count <= 2 * self._dark_letters(part & (flat < middle - contrast / 2)):
            return False
        ground = np.zeros(self.dark.shape, bool)
        ground[window] = inner > 0
        standing = (letter for letter in present if self._stands_out(letter, ground))
        # More than half of them; the rest need not be asked.
        return any(True for _ in islice(standing, count // 2, None))

    def _dark_letters(self, darker: _Mask) -> int:
        """How many shapes that may be letters are darker than the ground: shaded paper has dark text on it.

        They may be far smaller than the light shapes, where these are parts of the paper.
        """
        height = np.median(self.stats[self.letters, cv2.CC_STAT_HEIGHT])
        heights = _components(darker, 8)[1][1:, cv2.CC_STAT_HEIGHT]
        return int(np.count_nonzero((heights >= min(0.4 * height, _LEAST_HEIGHT)) & (heights <= 2.5 * height)))

    def _stands_out(self, letter: int, ground: _Mask) -> bool:
        """Whether a shape is lighter than the ground right around it, and has no more eyes than a letter.

        The outline of a bubble or of a table's cell is dark as well; beyond it the ground is as light as the shape.
        """
        x, y, w, h = (int(value) for value in self.stats[letter, :4])
        reach = max(3, round(h / 2))
        around = (slice(max(0, y - reach), y + h + reach), slice(max(0, x - reach), x + w + reach))
        box = (slice(y, y + h), slice(x, x + w))
        own, near = self.labels[box] == letter, self.gray[around][ground[around]]
        if not near.size or _upper_quartile(self.gray[box][own]) - _upper_quartile(near) < _LEAST_CONTRAST:
            return False
        if h * w < _EYES * _LEAST_HEIGHT**2:
            return True
        eyes = _components(np.pad(~own, 1, constant_values=True), 8)[1][1:, cv2.CC_STAT_HEIGHT]
        # The first is what lies around the shape.
        return bool(np.count_nonzero(eyes[1:] >= _LEAST_HEIGHT) <= _EYES * max(1.0, w / h))


def _upper_quartile(levels: Pixels) -> int:
    """Of a ground, paper even where up to most of it is dark lines; of a letter, the middle of its strokes."""
    place = 3 * levels.size // 4
    return int(np.partition(levels, place)[place])


def _grown(part: _Mask, gray: Pixels, surface: Pixels) -> _Mask:
    """The part at the page's full size, and the dark pixels at its rim that the opening or the reduction lost."""
    height, width = gray.shape
    full = np.asarray(cv2.resize(part.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST))
    level = np.asarray(cv2.resize(surface, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    reach = 2 * max(1, round(height / part.shape[0])) + 1
    near = np.asarray(cv2.dilate(full, np.ones((reach, reach), np.uint8)))
    grown = np.asarray((full > 0) | ((near > 0) & (gray <= level)))
    labels, stats = _components(grown, 8)
    joined = np.zeros(len(stats), bool)
    joined[labels[full > 0]] = True
    return np.asarray(joined[labels])


def _components(mask: _Mask, connectivity: int) -> tuple[_Labels, _Labels]:
    """Labels and, per label, x, y, width, height and area; label 0 is what is not in the mask."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=connectivity)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)


def _rectangles(mask: _Mask) -> tuple[Rectangle, ...]:
    _, stats = _components(mask, 8)
    rows = sorted(stats[1:].tolist(), key=lambda row: -row[cv2.CC_STAT_AREA])
    return tuple(Rectangle(x, y, w, h) for x, y, w, h, _ in rows)
