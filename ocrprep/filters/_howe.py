"""Ink cut out along its edges, by an energy over all pixels: the better and slower half of ``binarize()``.

N. Howe, "Document binarization with automatic parameter tuning", IJDAR 2013: a pixel leans to ink or paper by the
Laplacian of its gray level, and neighbours want the same label unless a Canny edge lies between them. So a stroke ends
where its edge is steepest, however thin or faint it is. Not as in the paper:

* The energy's minimum is approached by messages between neighbours (``_swaying.py``), not found by a graph cut.
* Pixels also lean by how dark they are, measured against half-way between the paper and the ink around. This settles
  wide quiet areas, where the Laplacian is grain, in a few rounds.
* The two thresholds of the edges follow the depth of the page's own ink, which is known here, and its grain. In the
  paper they are searched for by how stable the result is, at a cut for each try.
* Canny places the edges of a thin stroke a pixel too far out, which makes it bold, most of all where edges rise within
  two pixels, as in small type at a low resolution. So an edge pixel must be dark enough to be counted to the ink.
* A dark area wider than strokes that fades into the paper is a stain or a shadow, and made to lean to paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._kept import Kept
from ocrprep.filters._local import box_sum
from ocrprep.filters._pieces import outline
from ocrprep.filters._runs import Pieces
from ocrprep.filters._strips import Strip, each, mapped
from ocrprep.filters._swaying import Whole, swayed
from ocrprep.page import Pixels

_ROUNDS = 16
"""Rounds of messages. 8 give 0.1 less F-measure, 64 give 0.1 more."""

_UNIT = 128
"""The depth of the page's ink in the whole numbers of the energy."""

_LINK, _TONE = 1.5, 0.3
"""In depths of the ink: the strength of a link, and how much half a depth of darkness counts beside the Laplacian."""

_LOW, _HIGH = 0.05, 0.25
"""Canny's thresholds: a gray level's change from pixel to pixel, as a share of the depth of the ink."""

_LOW_GRAIN, _HIGHER = 2.0, 2.0
"""The lower threshold is at least so many deviations of the grain; the higher at least so many times the lower."""

_GRADIENT, _SMOOTHING = 16, 0.6
"""Steps that a gray level is divided into before it is smoothed, and the paper's σ of the smoothing before Canny."""

_SOBEL = 8
"""What Sobel's 3×3 derivative gives for a change by one from pixel to pixel."""

_SOFT, _CRISP, _LEAST, _HALF = 1 / 3, 0.6, 0.25, 0.5
"""The steepest step of a page's edges, as a share of the ink's depth: up to the first, where an edge spreads over
three pixels, an edge pixel is ink from a quarter of the depth beside it; from the second on, from half of it."""

_SHARES = 100
"""Classes that steps are counted in."""

_WIDE, _FADES = 1.5, 0.3
"""A dark area is wide where edges are more than half of this many strokes away, and fades where such a place borders on
paper over more than this share of its outline."""

_STEEPEST = 16_000
"""Limit of a leaning, so that four messages more still fit."""

_SQUARE = np.ones((3, 3), np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


@dataclass(frozen=True, slots=True)
class Measured:
    """A page with what is known about it.

    Args:
        pixels: (H, W) uint8, dark on light.
        ink: (H, W), 0 where there is surely ink, else 255; some of it.
        paper: (H, W), the paper beneath.
        sharp: (H, W), 255 where there is a high contrast, else 0.
        stroke: width in pixels.
        noise: standard deviation of the grain.
        window: odd; over which the level of the ink is measured.
    """

    pixels: Pixels
    ink: Pixels
    paper: Pixels
    sharp: Pixels
    stroke: float
    noise: float
    window: int


def cut_along_edges(page: Measured) -> Pixels:
    """Ink 0, paper 255: (H, W), the labelling of least energy, nearly; what is far from all sure ink is in it, too.

    A page a single pixel wide or high has no edges to cut along, and gives its sure ink.
    """
    depth = _depth(page)
    if depth == 0 or min(page.pixels.shape) == 1:
        return page.ink.copy()
    energy = _Energy(page, depth, _middle(page, depth), _edges(page, depth), _least_dark(page), Kept())
    mask = mapped(page.pixels, _ROUNDS + 1, lambda strip: energy.labelled(strip, None))
    fading = _fading(page, mask, energy.edges)
    if fading is None:
        return mask

    def again(strip: Strip) -> Pixels:
        if not cv2.countNonZero(fading[strip.padded]):
            return mask[strip.rows]
        return energy.labelled(strip, fading)

    return mapped(mask, _ROUNDS + 1, again)


def _depth(page: Measured) -> int:
    """Gray levels from the paper down to its ink: the median."""

    def count(strip: Strip) -> npt.NDArray[np.float64]:
        below = cv2.subtract(page.paper[strip.rows], page.pixels[strip.rows])
        ink = cv2.bitwise_not(page.ink[strip.rows])
        return np.asarray(cv2.calcHist([below], [0], ink, [256], [0, 256]), np.float64).ravel()

    rising = np.cumsum(np.sum(each(page.pixels.shape[0], 0, count), axis=0))
    return int(np.searchsorted(rising, rising[-1] / 2)) if rising[-1] else 0


def _middle(page: Measured, depth: int) -> Pixels:
    """The gray level half-way between the paper and the ink around; where there is none, ink of the usual depth."""

    def work(strip: Strip) -> Pixels:
        own = np.asarray(cv2.bitwise_not(page.ink[strip.padded]), np.uint8)
        n = box_sum(own & np.uint8(1), page.window)[strip.inner]
        level = box_sum(np.asarray(cv2.bitwise_and(own, page.pixels[strip.padded]), np.uint8), page.window)
        paper = page.paper[strip.rows]
        usual = np.asarray(cv2.subtract(paper, np.full_like(paper, depth)), np.int32)
        around = np.floor_divide(level[strip.inner], n, out=usual, where=n > 0)
        return ((around + paper) >> 1).astype(np.uint8)

    return mapped(page.pixels, page.window // 2, work)


def _edges(page: Measured, depth: int) -> Pixels:
    """255 on Canny's edges, else 0."""
    across, down = np.empty(page.pixels.shape, np.int16), np.empty(page.pixels.shape, np.int16)

    def derive(strip: Strip) -> None:
        fine = np.multiply(page.pixels[strip.padded], _GRADIENT, dtype=np.int16)
        smooth = cv2.GaussianBlur(fine, (5, 5), _SMOOTHING)
        across[strip.rows] = cv2.Sobel(smooth, cv2.CV_16S, 1, 0)[strip.inner]
        down[strip.rows] = cv2.Sobel(smooth, cv2.CV_16S, 0, 1)[strip.inner]

    each(page.pixels.shape[0], 3, derive)
    low = max(_LOW * depth, _LOW_GRAIN * page.noise)
    high = max(_HIGH * depth, _HIGHER * low)
    steps = _GRADIENT * _SOBEL
    return np.asarray(cv2.Canny(across, down, low * steps, high * steps, L2gradient=True), np.uint8)


def _least_dark(page: Measured) -> float:
    """How dark an edge pixel of the ink is at least, as a share of the depth beside it: more on crisp pages."""

    def count(strip: Strip) -> npt.NDArray[np.float64]:
        part = page.pixels[strip.padded]
        step = cv2.max(cv2.subtract(cv2.dilate(part, _CROSS), part), cv2.subtract(part, cv2.erode(part, _CROSS)))
        depth = cv2.subtract(page.paper[strip.padded], cv2.erode(part, _SQUARE))
        share = np.asarray(cv2.divide(step, depth, scale=_SHARES))[strip.inner]
        return np.asarray(cv2.calcHist([share], [0], outline(page.ink, strip), [256], [0, 256]), np.float64).ravel()

    rising = np.cumsum(np.sum(each(page.pixels.shape[0], 1, count), axis=0))
    usual = float(np.searchsorted(rising, rising[-1] / 2)) / _SHARES
    return _LEAST + (_HALF - _LEAST) * min(max((usual - _SOFT) / (_CRISP - _SOFT), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class _Energy:
    """The page's energy: see the module."""

    page: Measured
    depth: int
    middle: Pixels
    edges: Pixels
    least_dark: float
    kept: Kept

    def labelled(self, strip: Strip, fading: Pixels | None) -> Pixels:
        """Labels of the strip's own rows, for a reach of one row more than the rounds; paper where it is ``fading``."""
        gray, edge = self.page.pixels[strip.padded], self.edges[strip.padded]
        lean = self._lean(gray, self.middle[strip.padded])
        if fading is not None:
            lean[fading[strip.padded] > 0] = round((1 + _TONE / 2) * _UNIT)
        beside, below = (self.kept.of(name, gray.shape, np.int16) for name in ("beside", "below"))
        inner = cv2.bitwise_and(edge, self._dark(gray, self.page.paper[strip.padded]))
        outer = cv2.subtract(edge, inner)
        for at, other, links in ((np.s_[:, :-1], np.s_[:, 1:], beside), (np.s_[:-1], np.s_[1:], below)):
            darker = np.asarray(cv2.compare(gray[at], gray[other], cv2.CMP_LT), np.uint8)
            one, two = cv2.bitwise_or(inner[at], outer[other]), cv2.bitwise_or(outer[at], inner[other])
            cut = np.where(darker, one, two)
            np.multiply(np.equal(cut, 0), round(_LINK * _UNIT), out=links[at], dtype=np.int16)
        found = swayed(lean, beside, below, _ROUNDS, self.kept)[strip.inner]
        return np.multiply(found >= 0, 255, dtype=np.uint8)

    def _dark(self, gray: Pixels, paper: Pixels) -> Pixels:
        """255 where a pixel is dark enough for the ink's side of an edge."""
        least = cv2.addWeighted(paper, 1 - self.least_dark, cv2.erode(gray, _SQUARE), self.least_dark, 0)
        return np.asarray(cv2.compare(gray, least, cv2.CMP_LE), np.uint8)

    def _lean(self, gray: Pixels, middle: Pixels) -> Whole:
        scale = _UNIT / self.depth
        bend = cv2.Laplacian(gray, cv2.CV_16S)
        lighter = np.asarray(cv2.subtract(gray, middle, dtype=cv2.CV_16S))
        half = max(1, self.depth // 2)
        np.clip(lighter, -half, half, out=lighter)
        lean = np.asarray(cv2.addWeighted(lighter, _TONE * scale, bend, -scale, 0, dtype=cv2.CV_16S), np.int16)
        return np.clip(lean, -_STEEPEST, _STEEPEST, out=lean)


def _fading(page: Measured, mask: Pixels, edges: Pixels) -> Pixels | None:
    """255 on dark places wider than strokes that fade into the paper, else 0; None where there are none.

    A thick letter has its edges all around; within them such a place borders on ink alone.
    """
    side = round(_WIDE * page.stroke) | 1
    near = np.ones((side, side), np.uint8)

    def inside(strip: Strip) -> Pixels:
        edged = cv2.dilate(cv2.bitwise_or(page.sharp[strip.padded], edges[strip.padded]), near)[strip.inner]
        return np.asarray(cv2.bitwise_or(mask[strip.rows], edged), np.uint8)

    wide = mapped(mask, side // 2, inside)
    pieces = Pieces.of(wide)
    if pieces.count == 1:
        return None

    def ends(strip: Strip) -> tuple[Pixels, Pixels]:
        border = outline(wide, strip)
        beside_paper = np.asarray(cv2.dilate(mask[strip.padded], _SQUARE), np.uint8)[strip.inner]
        return border, np.asarray(cv2.bitwise_and(border, beside_paper), np.uint8)

    border, open_border = pieces.sums(1, ends)
    fades = open_border > _FADES * border
    fades[0] = False
    return np.asarray(cv2.bitwise_not(pieces.keep(wide, fades)), np.uint8) if fades.any() else None
