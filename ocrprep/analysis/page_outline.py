"""The outline of a page that was photographed on something."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.analysis._long_edges import Floats, long_edges, sampled_at
from ocrprep.analysis._quadrilaterals import Quadrilaterals, quadrilaterals
from ocrprep.page import Pixels

_LONGER = 640
# Pixels of the reduced picture: what is darker than its surroundings and thinner than this is print.
_PRINT = 15
_SMALLEST = 48
# Pixels of the reduced picture to either side of an edge where its two grounds are looked at, and places along it.
_BESIDE, _PLACES = (4.0, 7.0, 10.0, 14.0), 48
# Every so many pixels are enough for what is asked of whole areas, which is asked of so many candidates.
_COARSE, _LOOKED_AT = 4, 24
# A scanner's lid or border: as dark as this, as even as this, and with sides level within so many degrees.
_BLACK, _EVEN, _LEVEL = 40.0, 9.0, 2.5


@dataclass(frozen=True, slots=True)
class PageOutline:
    """Where a page lies in a photograph.

    Args:
        corners: (4, 2) in edge coordinates of the picture: top left, top right, bottom right, bottom left of the page
            when it is turned by at most 45 degrees; None when there is no candidate at all.
        confidence: 0 (no page on a ground) to 1.
    """

    corners: Floats | None
    confidence: float


def page_outline(pixels: Pixels) -> PageOutline:
    """Find a page that lies on a ground which is seen on all four sides of it.

    Four long edges are looked for in lightness and colour on a reduced picture from which print was removed. A
    candidate is trusted when all its sides are seen as edges with one direction of contrast, when what lies on the two
    sides of them differs all along, when it is lighter than its ground and even like paper, and when the ground is not
    itself a page with print, nor a scanner's black border.

    Args:
        pixels: (H, W) or (H, W, 3) uint8 RGB.

    Returns:
        The best candidate. Pages that fill the picture, or are cut by it on a whole side, are not candidates.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, _LONGER / max(height, width))
    small_w, small_h = round(width * scale), round(height * scale)
    if min(small_w, small_h) < _SMALLEST:
        return PageOutline(None, 0.0)
    small = cv2.resize(pixels, (small_w, small_h), interpolation=cv2.INTER_AREA) if scale < 1.0 else pixels
    view = _View.of(np.asarray(small, np.uint8))
    found = quadrilaterals(long_edges(view.planes), small_w, small_h)
    if not len(found.corners):
        return PageOutline(None, 0.0)
    corners, best = _chosen(view, found)
    # From pixel centres to edges, and to the size of the picture that was given.
    in_full = (corners + 0.5) * (width / small_w, height / small_h)
    return PageOutline(_upright(in_full), best)


@dataclass(frozen=True, slots=True)
class _View:
    """The reduced picture: planes for edges, the paper without print, its lightness, and thin light marks in that."""

    planes: npt.NDArray[np.float32]
    paper: npt.NDArray[np.float32]
    raw: Pixels
    light_marks: Pixels

    @classmethod
    def of(cls, small: Pixels) -> _View:
        if small.ndim == 3:
            lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2Lab), np.uint8)
            raw = np.ascontiguousarray(lab[..., 0])
            colours = [cv2.medianBlur(np.ascontiguousarray(lab[..., channel]), 7) for channel in (1, 2)]
        else:
            raw, colours = small, []
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_PRINT, _PRINT))
        plain = cv2.medianBlur(raw, 5)
        closed = cv2.morphologyEx(plain, cv2.MORPH_CLOSE, disc)
        paper = [closed, *(cv2.addWeighted(plane, 1.5, plane, 0.0, -64.0) for plane in colours)]
        stack = np.stack([cv2.GaussianBlur(plane, (0, 0), 1.2) for plane in (*paper, plain)], axis=-1)
        marks = np.asarray(cv2.morphologyEx(raw, cv2.MORPH_TOPHAT, disc), np.uint8)
        return cls(stack.astype(np.float32), np.stack(paper, axis=-1).astype(np.float32), raw, marks)


def _chosen(view: _View, found: Quadrilaterals) -> tuple[Floats, float]:
    """The candidate to take, and the trust in it."""
    edges = np.array([_ramp(seen.min(), 0.3, 0.65) * _ramp(seen.mean(), 0.45, 0.8) for seen in found.seen])
    # Where two are sure, the larger: a picture or a table on a page, with some of its edges, is sure as well.
    rank = found.seen.mean(axis=1) * np.sqrt(found.shares)
    best, corners, highest = 0.0, found.corners[0], 0.0
    for index in np.argsort(-edges * rank, kind="stable")[:_LOOKED_AT]:
        if edges[index] * rank[index] <= highest:
            break
        trust = float(edges[index]) * _grounds(view.paper, found.corners[index])
        if trust * rank[index] > highest:
            halves = _halves(view.raw.shape, found.corners[index])
            trust *= _like_paper(view, halves[0]) * _like_ground(view, found.corners[index], *halves)
        if trust * rank[index] > highest:
            highest, best, corners = trust * float(rank[index]), trust, found.corners[index]
    return corners, best


def _ramp(value: float, low: float, high: float) -> float:
    """0 below ``low``, 1 above ``high``, straight between; also downwards."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))


def _grounds(paper: npt.NDArray[np.float32], corners: Floats) -> float:
    """How surely the four sides part two grounds, the lighter one inside."""
    height, width = paper.shape[:2]
    trust = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / np.linalg.norm(end - start)
        inwards = np.array([-along[1], along[0]])
        places = start + np.linspace(0.05, 0.95, _PLACES)[:, None] * (end - start)
        reach = np.array([*_BESIDE, *(-step for step in _BESIDE)])
        walk = places[None] + reach[:, None, None] * inwards
        known = ((walk >= 0) & (walk <= (width - 1, height - 1))).all(axis=2).all(axis=0)
        if known.sum() < _PLACES // 3:
            return 0.0
        values = sampled_at(paper, walk[:, known])
        steps = np.median(values[: len(_BESIDE)], axis=0) - np.median(values[len(_BESIDE) :], axis=0)
        usual = np.median(steps, axis=0)
        size = float(np.linalg.norm(usual))
        same = float(np.mean(steps @ usual > 0.25 * size * size)) if size > 0 else 0.0
        lighter = _ramp(float(usual[0]), -12.0, -4.0)
        trust.append(_ramp(size, 2.5, 9.0) * _ramp(same, 0.45, 0.8) * lighter)
    # One side may be weak where the three others are sure, but none may be missing.
    return float(np.sqrt(min(trust)) * np.mean(trust))


def _halves(size: tuple[int, ...], corners: Floats) -> tuple[Pixels, Pixels]:
    """Masks of the page and of its ground, with a strip between them left out."""
    inner, outer = np.zeros(size[:2], np.uint8), np.full(size[:2], 255, np.uint8)
    outline = np.round(corners).astype(np.int32)
    cv2.fillConvexPoly(inner, outline, 255)
    cv2.fillConvexPoly(outer, outline, 0)
    cv2.polylines(inner, [outline], isClosed=True, color=0, thickness=9)
    cv2.polylines(outer, [outline], isClosed=True, color=0, thickness=13)
    return inner, outer


def _like_paper(view: _View, inner: Pixels) -> float:
    """How even the inside is once print is gone: paper, whatever its light, has one level that changes slowly."""
    y, x = np.nonzero(inner[::_COARSE, ::_COARSE])
    if len(x) < 30:
        return 0.0
    levels = view.paper[::_COARSE, ::_COARSE, 0][y, x].astype(np.float64)
    across, down = x / x.max() - 0.5, y / max(1, y.max()) - 0.5
    terms = np.stack([np.ones_like(across), across, down, across * down, across * across, down * down])
    away = np.abs(levels - np.median(levels))
    for _ in range(3):
        near = away <= max(6.0, 1.5 * float(np.median(away)))
        some = terms[:, near]
        # Six unknowns: einsum, because waking a linear algebra library's threads costs more than these sums.
        normal = np.einsum("ik,jk->ij", some, some) + 1e-6 * np.eye(6)
        plane = np.einsum("i,ik->k", np.linalg.solve(normal, np.einsum("ik,k->i", some, levels[near])), terms)
        away = np.abs(levels - plane)
    return _ramp(float(np.mean(away < 12.0)), 0.4, 0.7)


def _like_ground(view: _View, corners: Floats, inner: Pixels, outer: Pixels) -> float:
    """How likely the outside is what a page lies on, and not a printed page, a slide or a scanner's border."""
    grid = np.s_[::_COARSE, ::_COARSE]
    chosen = outer[grid] > 0
    if np.mean(chosen) < 0.03:
        return 0.0
    outside = view.raw[grid][chosen].astype(np.float64)
    levels = view.paper[..., 0][grid]
    paper = levels[chosen]
    usual, inside = float(np.median(paper)), float(np.median(levels[inner[grid] > 0]))
    # Print: thin, and seldom, on a ground that is otherwise even.
    darker, lighter = paper - outside, view.light_marks[grid][chosen]
    even = float(np.median(np.abs(paper - usual))) < 12.0 and float(np.median(darker)) < 10.0
    print_share = max(float(np.mean(darker > 30.0)), float(np.mean(lighter > 60)))
    printed = 1.0 - _ramp(print_share, 0.01, 0.04) if even else 1.0
    sides = np.roll(corners, -1, axis=0) - corners
    tilt = np.degrees(np.abs(np.arctan2(sides[:, 1], sides[:, 0])))
    tilt = np.minimum(tilt % 90.0, 90.0 - tilt % 90.0)
    # Drawn by a program: level to a fraction of a pixel over the whole side, on a ground without any grain.
    drawn = tilt.max() < 0.15 and float(np.median(np.abs(outside - np.median(outside)))) < 1.0
    scanner = np.percentile(outside, 90) < _BLACK and np.ptp(np.percentile(outside, (10, 90))) < _EVEN
    if drawn or (scanner and tilt.max() < _LEVEL):
        return 0.0
    return printed * _ramp(inside - usual, -10.0, 0.0)


def _upright(corners: Floats) -> Floats:
    """Begin with the corner from which the next side runs most nearly to the right."""
    sides = np.roll(corners, -1, axis=0) - corners
    ahead = sides - np.roll(sides, -2, axis=0)
    first = int(np.argmax(ahead[:, 0] / np.linalg.norm(ahead, axis=1)))
    return np.roll(corners, -first, axis=0)
