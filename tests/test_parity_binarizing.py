"""The named methods against Doxa (through doxapy) and scikit-image, with the same parameters, pixel by pixel.

Exact where not said otherwise: sums are whole numbers on both sides, and both compute in float64. What differs:

- scikit-image reflects the page at its edges, where the window here (and in Doxa) shrinks: compared inside. It also
  sums in floating point, so that a threshold right on a gray level may round to its other side: up to 0.01 %.
- Niblack on a window of a single level: T equals the level, and Doxa calls it ink, or paper by the rounding of its
  deviation; here mid-gray decides.
- Gatos: equal to doxapy 0.9.9. Until 0.9.2 it hands its last threshold the rough mask in place of the paper's
  brightness; with that put in, equal too.
- Su: equal to doxapy 0.9.9, given its window. Until 0.9.2 its deviation is 0, or rounding's rest of it: otherwise
  equal up to 0.01 %. The paper's deviation only adds ink.
- Bradley: not in doxapy 0.9.2; against the formula over exact sums.
"""

from importlib.metadata import version

import cv2
import doxapy
import numpy as np
import pytest
from skimage import filters as skimage

from ocrprep.analysis.levels import otsu_level
from ocrprep.filters import _contrast, _local
from ocrprep.filters.bradley import Bradley
from ocrprep.filters.gatos import Gatos, wiener
from ocrprep.filters.isauvola import ISauvola
from ocrprep.filters.niblack import Niblack
from ocrprep.filters.nick import Nick
from ocrprep.filters.otsu import Otsu
from ocrprep.filters.sauvola import Sauvola
from ocrprep.filters.su import Su
from ocrprep.filters.wolf import Wolf
from tests import pages


def scan(seed):
    return cv2.cvtColor(pages.scan_rgb(300 + seed, 220, seed=seed), cv2.COLOR_RGB2GRAY)


SCANS = [scan(seed) for seed in (1, 2, 3)]


MENDED = tuple(map(int, version("doxapy").split("."))) >= (0, 9, 9)


def doxa(algorithm, pixels, **parameters):
    method = doxapy.Binarization(getattr(doxapy.Binarization.Algorithms, algorithm))
    method.initialize(pixels)
    out = np.empty(pixels.shape, np.uint8)
    method.to_binary(out, parameters)
    return out


def differing(one, other):
    return float(np.mean(one != other))


@pytest.mark.parametrize("pixels", SCANS, ids=range(3))
@pytest.mark.parametrize(
    ("item", "algorithm", "parameters"),
    [
        (Otsu(), "OTSU", {}),
        (Sauvola(75, k=0.2), "SAUVOLA", {"window": 75, "k": 0.2}),
        (Sauvola(15, k=0.5), "SAUVOLA", {"window": 15, "k": 0.5}),
        (Wolf(75, k=0.2), "WOLF", {"window": 75, "k": 0.2}),
        (Wolf(21, k=0.5), "WOLF", {"window": 21, "k": 0.5}),
        (Niblack(15, k=-0.2), "NIBLACK", {"window": 15, "k": -0.2}),
        (Niblack(75, k=0.2), "NIBLACK", {"window": 75, "k": 0.2}),
        (Nick(19, k=-0.2), "NICK", {"window": 19, "k": -0.2}),
        (Nick(75, k=-0.1), "NICK", {"window": 75, "k": -0.1}),
        (ISauvola(75, k=0.2), "ISAUVOLA", {"window": 75, "k": 0.2}),
        (ISauvola(25, k=0.1), "ISAUVOLA", {"window": 25, "k": 0.1}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_equal_to_doxa(item, algorithm, parameters, pixels):
    expected = doxa(algorithm, pixels, **parameters)
    assert 0 < np.count_nonzero(expected == 0) < expected.size
    assert differing(item(pixels), expected) == 0


@pytest.mark.parametrize("pixels", SCANS, ids=range(3))
@pytest.mark.parametrize(
    ("item", "threshold"),
    [
        (Otsu(), lambda pixels: np.full(pixels.shape, skimage.threshold_otsu(pixels))),
        (Sauvola(51, k=0.2), lambda pixels: skimage.threshold_sauvola(pixels, 51, k=0.2, r=128)),
        (Sauvola(15, k=0.5), lambda pixels: skimage.threshold_sauvola(pixels, 15, k=0.5, r=128)),
        (Niblack(25, k=-0.2), lambda pixels: skimage.threshold_niblack(pixels, 25, k=0.2)),
    ],
    ids=["otsu", "sauvola51", "sauvola15", "niblack"],
)
def test_equal_to_scikit_image_away_from_the_edges(item, threshold, pixels):
    inside = np.s_[25:-25, 25:-25]
    expected = np.where(pixels > threshold(pixels), 255, 0)
    assert differing(item(pixels)[inside], expected[inside]) <= 0.0001


def test_niblack_differs_from_doxa_only_where_a_window_is_of_one_level():
    pixels = pages.text_gray(200, 120)
    found, expected = Niblack(15, k=-0.2)(pixels), doxa("NIBLACK", pixels, window=15, k=-0.2)
    square = np.ones((15, 15), np.uint8)
    flat = cv2.dilate(pixels, square) == cv2.erode(pixels, square)
    assert differing(found[~flat], expected[~flat]) == 0
    assert (expected[flat] == 0).any()
    assert (found[flat] == 255).all()


@pytest.mark.parametrize("pixels", SCANS, ids=range(3))
def test_gatos_equals_doxa_or_did_but_for_the_last_threshold(pixels):
    if MENDED:
        assert differing(Gatos(51, k=0.2, glyph=31)(pixels), doxa("GATOS", pixels, window=51, k=0.2, glyph=30)) == 0
        return
    smooth = wiener(pixels)
    rough = doxa("SAUVOLA", smooth, window=51, k=0.2)
    paper = _local.paper_beneath(smooth, rough, 61)
    depth = paper.astype(int) - smooth
    distance, brightness = depth.sum() / np.count_nonzero(rough == 0), paper[rough == 255].mean()

    def mask(level):
        # C++ divides −4 · level, a whole number, by a real one: no rounding there.
        bend = np.exp(-4 * level / (brightness * 0.5) + 6)
        return np.where(depth > 0.6 * distance * (0.2 / (1 + bend) + 0.8), 0, 255)

    assert differing(mask(rough.astype(float)), doxa("GATOS", pixels, window=51, k=0.2, glyph=30)) == 0
    assert differing(mask(paper.astype(float)), Gatos(51, k=0.2, glyph=31, clean=False)(pixels)) == 0


@pytest.mark.parametrize("pixels", SCANS, ids=range(3))
def test_su_equals_doxa_or_did_but_for_the_deviation(pixels):
    expected = doxa("SU", pixels, window=9, minN=9)
    if MENDED:
        assert differing(Su(9, n_min=9)(pixels), expected) == 0
        return
    contrast = _contrast.contrast_image(pixels)
    edge = (contrast > otsu_level(contrast)).astype(np.uint8)
    count = _local.box_sum(edge, 9)
    mean = _local.box_sum(pixels * edge, 9) / np.maximum(count, 1)
    assert differing(np.where((count >= 9) & (pixels <= mean), 0, 255), expected) <= 0.0001
    found = Su(9, n_min=9)(pixels)
    assert (found[expected == 0] == 0).all()
    deviation = np.sqrt(_local.square_sum(pixels * edge, 9) / np.maximum(count, 1) - mean**2)
    added = (found == 0) & (expected == 255)
    assert (pixels[added] <= (mean + deviation / 2)[added]).all()
    assert added.any()


@pytest.mark.parametrize("pixels", SCANS, ids=range(3))
def test_bradley_equals_its_formula(pixels):
    padded = np.pad(np.cumsum(np.cumsum(pixels.astype(np.int64), 0), 1), ((1, 0), (1, 0)))
    height, width = pixels.shape
    top, bottom = np.maximum(np.arange(height) - 20, 0), np.minimum(np.arange(height) + 21, height)
    left, right = np.maximum(np.arange(width) - 20, 0), np.minimum(np.arange(width) + 21, width)
    total = padded[np.ix_(bottom, right)] - padded[np.ix_(top, right)] - padded[np.ix_(bottom, left)]
    total = total + padded[np.ix_(top, left)]
    count = np.multiply.outer(bottom - top, right - left)
    expected = np.where(100 * count * pixels.astype(np.int64) <= 85 * total, 0, 255)
    assert differing(Bradley(41, t=15)(pixels), expected) == 0
