"""Staves of written music: five equidistant lines each, followed over the page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis.background import background
from ocrprep.analysis.components import run_lengths
from ocrprep.analysis.levels import otsu_level
from ocrprep.page import PixelMode, Pixels, convert_pixels, is_black_and_white

_Floats = npt.NDArray[np.float64]

_STRIPE = 2.0
"""Staff spaces: how wide the stripes are in which lines are looked for; at 3 degrees lines drop a tenth of one."""

_SLOPE = 0.07
"""Rise over run of the steepest staff: four degrees."""

_EACH = 0.3
"""Share of the stripes in which each of the five lines must be seen: four lines are no staff."""

_GAP = 5
"""Stripes without a staff, beneath beams and signs, over which it is followed."""

_BEYOND = 6.0
"""Staff spaces beyond the last stripe with a staff in which its end may lie."""

_SHORTEST = 8.0
"""Staff spaces: five dashes are no staff."""

_SURE = 0.8
"""Share of a stripe's columns in which all five lines of a staff are seen where one is begun."""

_SEEN = 0.45
"""The same where one is followed."""


@dataclass(frozen=True, slots=True, eq=False)
class Staff:
    """Five lines, followed from left to right; pixels in the edge convention, x right and y down.

    Args:
        space: from one line's middle to the next.
        thickness: of its lines.
        x: (N,) places along it, rising; the first and the last are its ends.
        lines: (5, N) heights of the lines' middles there, the top line first.
    """

    space: float
    thickness: float
    x: _Floats
    lines: _Floats

    def at(self, x: float | _Floats) -> _Floats:
        """Heights of the five lines at places along the staff, (5,) or (5, M); past its ends they go on level."""
        return np.stack([np.asarray(np.interp(x, self.x, line)) for line in self.lines])

    def position(self, x: float, y: float) -> float:
        """Half spaces from the lowest line upwards: 0 on it, 1 in the lowest space, 8 on the top line."""
        lines = self.at(x)
        return float((lines[4] - y) * 8.0 / (lines[4] - lines[0]))


def staff_size(pixels: Pixels) -> tuple[float, float] | None:
    """How thick staff lines are, and how far apart, from the commonest runs along columns.

    The commonest sum of a run of ink and the run of paper beneath it is one line and one space, whatever the
    skew (Fujinaga, "Optical Music Recognition using Projections", 1988; Cardoso and Rebelo, "Robust Staffline
    Thickness and Distance Estimation in Binary and Gray-Level Music Scores", 2010).

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light.

    Returns:
        The thickness and the distance between the middles of two lines, in pixels with fractions; None for a page with
        too few such runs.
    """
    return _size(_ink(pixels))


def staves(pixels: Pixels) -> list[Staff]:
    """Find the staves of a page.

    In narrow stripes of the page, short runs along columns are counted row by row, and five such counts one space
    apart are a piece of a staff. Pieces are followed to both sides, which lets staves be turned by about three degrees
    and bent. Ledger lines, beams, text and pictures have no five such lines.

    Args:
        pixels: (H, W) or (H, W, 3) uint8; dark on light, the staff space four pixels or more.

    Returns:
        From top to bottom, those side by side from left to right; empty for a page without any. All have the page's
        commonest size, within a tenth.
    """
    ink = _ink(pixels)
    size = _size(ink)
    if size is None or size[1] < 4:
        return []
    search = _Search(ink, *size)
    found = search.all()
    return sorted(found, key=lambda staff: (round(float(staff.lines.mean()) / (4 * staff.space)), staff.x[0]))


def _ink(pixels: Pixels) -> Pixels:
    gray = convert_pixels(pixels, PixelMode.GRAY)
    if is_black_and_white(gray):
        return np.asarray(cv2.bitwise_not(gray), np.uint8)
    paper = np.maximum(background(gray, max(16, min(gray.shape) // 8)), 1)
    flat = np.asarray(cv2.divide(gray, paper, scale=255), np.uint8)
    level = otsu_level(flat)
    # Soft lines one pixel thick are lighter than the heads that Otsu's level is made for.
    return np.asarray(cv2.threshold(flat, (level + 255) // 2 if level < 160 else level, 255, cv2.THRESH_BINARY_INV)[1])


def _size(ink: Pixels) -> tuple[float, float] | None:
    columns = np.ascontiguousarray(ink.T) != 0
    walled = np.zeros((columns.shape[0], columns.shape[1] + 2), np.int8)
    walled[:, 1:-1] = columns
    change = np.diff(walled, axis=1)
    begin, end = np.argwhere(change == 1), np.argwhere(change == -1)
    if len(begin) < 2:
        return None
    same = begin[1:, 0] == begin[:-1, 0]
    black = (end[:, 1] - begin[:, 1])[:-1][same]
    white = (begin[1:, 1] - end[:-1, 1])[same]
    # Two runs of one pixel are grain, and a line is thinner than what lies beneath it.
    line = (black < white) & (black + white >= 4)
    if np.count_nonzero(line) < 8:
        return None
    sums = np.bincount((black + white)[line])
    smooth = np.convolve(sums, [0.5, 1.0, 0.5], mode="same")
    best = int(smooth.argmax())
    near = line & (np.abs(black + white - best) <= 1)
    thick = np.bincount(black[near])
    usual = int(thick.argmax())
    alike = near & (np.abs(black - usual) <= 1)
    if np.count_nonzero(alike) < 4:
        return None
    return float(black[alike].mean()), float((black + white)[near].mean())


class _Search:
    """Follows staves through the counts of one page."""

    def __init__(self, ink: Pixels, thickness: float, space: float) -> None:
        self.ink, self.thickness, self.space = ink, thickness, space
        runs = run_lengths(ink)
        self.thin = ((runs > 0) & (runs <= max(2.0, 1.7 * thickness + 0.7))).astype(np.uint8)
        self.step = max(4, round(_STRIPE * space))
        self.starts = np.arange(0, max(1, ink.shape[1] - self.step // 2), self.step)
        self.counts = np.stack([self._count(start) for start in self.starts])
        self.combs = np.stack([self._comb(count) for count in self.counts])

    def _count(self, start: int) -> _Floats:
        """For every row, the share of the stripe's columns with a thin run in it or in a row beside it."""
        part = self.thin[:, start : start + self.step]
        loose = np.asarray(cv2.dilate(part, np.ones((3, 1), np.uint8)))
        return np.asarray(loose.mean(axis=1), np.float64)

    def _comb(self, count: _Floats) -> _Floats:
        """For every row, how well five lines about this middle one are seen: their mean, and the fainter ones again.

        What lies between them counts against them: grain has as many short runs there.
        """
        rows = np.arange(len(count))
        five = np.stack([np.interp(rows + by * self.space, rows, count, 0, 0) for by in range(-2, 3)])
        five.sort(axis=0)
        four = np.stack([np.interp(rows + by * self.space, rows, count, 0, 0) for by in (-1.5, -0.5, 0.5, 1.5)])
        against = 0.5 * four.mean(axis=0)
        return np.asarray(0.5 * five.mean(axis=0) + 0.5 * five[:3].mean(axis=0) - against, np.float64)

    def all(self) -> list[Staff]:
        """The staves, the clearest first."""
        left = self.combs.copy()
        found: list[Staff] = []
        while True:
            # Three stripes together: five dashes of ledger lines are not so long.
            together = cv2.blur(left, (1, 3), borderType=cv2.BORDER_CONSTANT)
            stripe, row = np.unravel_index(int(np.argmax(together)), left.shape)
            if together[stripe, row] < _SURE * 2 / 3:
                return found
            track = self._follow(left, int(stripe), int(row))
            for index, middle in track.items():
                top, bottom = round(middle - 4.5 * self.space), round(middle + 4.5 * self.space)
                left[index, max(0, top) : max(0, bottom + 1)] = 0
            left[stripe, max(0, row - 2) : row + 3] = 0
            staff = self._staff(track)
            if staff is not None and staff.x[-1] - staff.x[0] >= _SHORTEST * self.space:
                found.append(staff)

    def _follow(self, left: _Floats, stripe: int, row: int) -> dict[int, float]:
        """The middle line's row in each stripe, as far as the staff goes."""
        track = {stripe: self._top(left[stripe], row, 0.3 * self.space)}
        for side in (1, -1):
            missed, index = 0, stripe + side
            while 0 <= index < len(left) and missed <= _GAP:
                guess = self._guess(track, index)
                reach = min(0.45 * self.space, 1.0 + _SLOPE * self.step * (missed + 1))
                top = self._top(left[index], guess, reach)
                if self._seen(left[index], top):
                    track[index], missed = top, 0
                else:
                    missed += 1
                index += side
        return track

    @staticmethod
    def _guess(track: dict[int, float], index: int) -> float:
        last = sorted(track, key=lambda known: abs(known - index))[:8]
        if len(last) < 4:
            return track[last[0]]
        slope, offset = np.polyfit(last, [track[known] for known in last], 1)
        return float(offset + slope * index)

    @staticmethod
    def _seen(comb: _Floats, row: float) -> bool:
        place = round(row)
        return bool(comb[max(0, place - 1) : place + 2].max(initial=0.0) >= _SEEN)

    @staticmethod
    def _top(comb: _Floats, row: float, reach: float) -> float:
        """Where the comb is highest near a row; a flat top counts with its middle."""
        low = max(0, round(row - reach))
        part = comb[low : max(low + 1, round(row + reach) + 1)]
        if part.size == 0:
            return row
        weights = np.where(part >= part.max() - 0.02, part + 1e-9, 0.0)
        return float(low + (weights * np.arange(len(part))).sum() / weights.sum())

    def _staff(self, track: dict[int, float]) -> Staff | None:
        """The five lines measured in every stripe, made smooth together."""
        indices = np.array(sorted(track))
        measured = np.stack([self._heights(index, track[index]) for index in indices])
        with_lines = ~np.isnan(measured)
        if with_lines.mean(axis=0).min() < _EACH:
            return None
        offsets = np.arange(-2, 3)
        # The distance between lines is the same all along: least squares over all pairs of one stripe.
        apart = np.nanmedian(np.diff(measured, axis=1)) if with_lines.any() else np.nan
        space = float(apart) if np.isfinite(apart) and abs(apart / self.space - 1) < 0.1 else self.space
        space = _refined(measured, space)
        middles = np.array(
            [
                np.median(row[seen] - offsets[seen] * space) if seen.any() else np.nan
                for row, seen in zip(measured, with_lines, strict=True)
            ]
        )
        known = np.isfinite(middles)
        if np.count_nonzero(known) < 3:
            return None
        x = self.starts[indices] + self.step / 2.0
        ends = self._ends(track, space)
        places = np.concatenate([[ends[0]], x[(x > ends[0]) & (x < ends[1])], [ends[1]]])
        middle = _smooth(x[known], middles[known], places, 7.0 * self.step)
        return Staff(space, self.thickness, places, middle[None, :] + offsets[:, None] * space)

    def _heights(self, index: int, middle: float) -> _Floats:
        """(5,) the lines' heights in one stripe, by the centre of their ink; NaN where a line is hidden."""
        part = self.thin[:, self.starts[index] : self.starts[index] + self.step]
        weights = part.sum(axis=1, dtype=np.float64)
        made = np.full(5, np.nan)
        for line in range(5):
            row = middle + (line - 2) * self.space
            low, high = round(row - 0.3 * self.space), round(row + 0.3 * self.space) + 1
            if low >= 0 and high <= len(weights):
                near = weights[low:high]
                if near.sum() >= 0.5 * self.step:
                    # Far from the peak lies the ink of other things.
                    peak = int(np.convolve(near, np.ones(3), mode="same").argmax())
                    around = slice(max(0, peak - 2), peak + 3)
                    rows = np.arange(low, high)[around] + 0.5
                    made[line] = float((near[around] * rows).sum() / near[around].sum())
        return made

    def _ends(self, track: dict[int, float], space: float) -> tuple[float, float]:
        """The first and the last column of the lines, which may lie beyond the stripes, beneath a clef."""
        ends = []
        for side in (-1, 1):
            index = min(track) if side < 0 else max(track)
            start = int(self.starts[index]) + (self.step - 1 if side < 0 else 0)
            columns = np.arange(start, start + side * (self.step + round(_BEYOND * space)), side)
            columns = columns[(columns >= 0) & (columns < self.ink.shape[1])]
            rows = self._extended(track, index, columns)
            seen = np.flatnonzero(self._lined(columns, rows, space))
            # Where a gap follows, other things begin.
            gaps = np.flatnonzero(np.diff(seen, prepend=0) > round(1.5 * space))
            reached = seen[: gaps[0]] if len(gaps) else seen
            ends.append(int(columns[reached[-1]]) if len(reached) else start)
        return float(min(ends)), float(max(ends) + 1)

    def _extended(self, track: dict[int, float], index: int, columns: npt.NDArray[np.int64]) -> _Floats:
        """The middle line's row in columns about one end, straight on from there."""
        near = sorted(track, key=lambda known: abs(known - index))[:8]
        if len(near) < 4:
            return np.full(len(columns), track[index])
        middles = self.starts[near] + self.step / 2.0
        slope, offset = np.polyfit(middles, [track[known] for known in near], 1)
        return np.asarray(offset + slope * (columns + 0.5), np.float64)

    def _lined(self, columns: npt.NDArray[np.int64], rows: _Floats, space: float) -> npt.NDArray[np.bool_]:
        """Where three of the five lines have ink, and two of the four spaces have none: no bar, no brace."""
        last = self.ink.shape[0] - 1
        lines = np.rint(rows[:, None] + np.arange(-2, 3) * space).astype(np.int64)
        spaces = np.rint(rows[:, None] + np.arange(-1.5, 2) * space).astype(np.int64)
        near = np.clip(lines[..., None] + np.arange(-1, 2), 0, last)
        inked = (self.ink[near, columns[:, None, None]] != 0).any(axis=2).sum(axis=1)
        empty = (self.ink[np.clip(spaces, 0, last), columns[:, None]] == 0).sum(axis=1)
        return np.asarray((inked >= 3) & (empty >= 2), np.bool_)


def _refined(measured: _Floats, space: float) -> float:
    """The distance between lines by least squares, from stripes whose five lines are all seen."""
    whole = measured[~np.isnan(measured).any(axis=1)]
    if len(whole) == 0:
        return space
    each = (whole * np.arange(-2, 3)).sum(axis=1) / 10.0
    median = float(np.median(each))
    near = each[np.abs(each - median) <= 0.05 * space]
    value = float(near.mean()) if len(near) else median
    return value if abs(value / space - 1) < 0.1 else space


def _smooth(x: _Floats, y: _Floats, places: _Floats, reach: float) -> _Floats:
    """Local straight lines (Cleveland 1979), without what lies off them."""
    made = np.empty(len(places))
    trust = np.ones(len(x))
    for again in (True, True, False):
        targets = x if again else places
        fitted = np.array([_local(x, y, trust, target, reach) for target in targets])
        if again:
            off = np.abs(y - fitted)
            trust = np.clip(1 - (off / max(6 * float(np.median(off)), 0.3)) ** 2, 0.01, 1) ** 2
        else:
            made = fitted
    return made


def _local(x: _Floats, y: _Floats, trust: _Floats, target: float, reach: float) -> float:
    distance = np.abs(x - target)
    # At least four neighbours, however far.
    wide = max(reach, 1.01 * float(np.sort(distance)[min(3, len(distance) - 1)]))
    weights = trust * np.clip(1 - (distance / wide) ** 3, 0, 1) ** 3 + 1e-12
    middle = float((weights * x).sum() / weights.sum())
    level = float((weights * y).sum() / weights.sum())
    spread = float((weights * (x - middle) ** 2).sum())
    slope = float((weights * (x - middle) * (y - level)).sum()) / spread if spread > 1e-9 else 0.0
    return level + slope * (target - middle)
