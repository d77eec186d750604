"""How well a predicted mask of ink matches the true one.

The measures of the document binarisation contests (DIBCO), from the pixels of two masks and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.errors import InputError
from ocrprep.evaluation._pseudo_weights import Weights, weights_of
from ocrprep.page import Page, PixelMode, Pixels

_BLOCK = 8
_SHOWN_LEVELS = 5


@dataclass(frozen=True, slots=True)
class MaskScores:
    """One predicted mask against the true one; ink is what is looked for.

    Args:
        f_measure: harmonic mean of precision and recall, 0–100.
        pseudo_f_measure: the same of the pseudo precision and recall, 0–100.
        psnr: peak signal-to-noise ratio in dB; infinite for equal masks.
        drd: distance reciprocal distortion (Lu, Kot, Shi 2004), from 0 for equal masks, lower is better.
        nrm: negative rate metric as the contests define it, the mean of the share of ink that was missed and the share
            of paper that was inked: 0–1, lower is better. A truth without paper has inked none.
        mcc: Matthews correlation, −1 to 1; 0 where one mask is of one colour.
        precision: share of the predicted ink that is true, 0–100; 0 when nothing was predicted.
        recall: share of the true ink that was predicted, 0–100.
        pseudo_precision: precision weighted by :func:`pseudo_weights`, 0–100.
        pseudo_recall: recall weighted by :func:`pseudo_weights`, 0–100.
        iou: ink in both masks as a share of the ink in either, 0–100.
        dice: twice the ink in both as a share of the ink of each together, 0–100; the same number as ``f_measure``.
        accuracy: share of equal pixels, 0–100.
        true_ink: pixels that are ink in both.
        false_ink: pixels that are ink in the prediction alone.
        missed_ink: pixels that are ink in the truth alone.
        true_paper: pixels that are paper in both.
    """

    f_measure: float
    pseudo_f_measure: float
    psnr: float
    drd: float
    nrm: float
    mcc: float
    precision: float
    recall: float
    pseudo_precision: float
    pseudo_recall: float
    iou: float
    dice: float
    accuracy: float
    true_ink: int
    false_ink: int
    missed_ink: int
    true_paper: int


def mask_scores(predicted: Pixels | Page, truth: Pixels | Page) -> MaskScores:
    """Compare a predicted mask with the true one.

    Args:
        predicted: (H, W) uint8 of 0 (ink) and 255 (paper) alone, or a BINARY page.
        truth: likewise, of the same size, with some ink.

    Raises:
        InputError: not such a mask, other levels, different sizes, or a truth without ink.
    """
    guess, real = _ink(predicted, "predicted mask"), _ink(truth, "true mask")
    if guess.shape != real.shape:
        sizes = " and ".join(f"{mask.shape[1]}x{mask.shape[0]}" for mask in (guess, real))
        raise InputError(
            f"the predicted and the true mask differ in size: {sizes} pixels",
            source=_name(predicted),
            hint="a chain that crops, turns or scales cannot be compared pixel by pixel",
        )
    _some_ink(real, truth)
    both = int(np.count_nonzero(guess & real))
    false_ink = int(np.count_nonzero(guess)) - both
    missed_ink = int(np.count_nonzero(real)) - both
    true_paper = real.size - both - false_ink - missed_ink
    precision = _share(both, both + false_ink)
    recall = _share(both, both + missed_ink)
    pseudo_precision, pseudo_recall = _pseudo(guess, real)
    dice = _share(2 * both, 2 * both + false_ink + missed_ink)
    wrong = false_ink + missed_ink
    return MaskScores(
        f_measure=_harmonic(precision, recall),
        pseudo_f_measure=_harmonic(pseudo_precision, pseudo_recall),
        psnr=10.0 * math.log10(real.size / wrong) if wrong else math.inf,
        drd=_drd(guess, real),
        nrm=(_share(missed_ink, both + missed_ink) + _share(false_ink, false_ink + true_paper)) / 200.0,
        mcc=_mcc(both, false_ink, missed_ink, true_paper),
        precision=precision,
        recall=recall,
        pseudo_precision=pseudo_precision,
        pseudo_recall=pseudo_recall,
        iou=_share(both, both + wrong),
        dice=dice,
        accuracy=_share(both + true_paper, real.size),
        true_ink=both,
        false_ink=false_ink,
        missed_ink=missed_ink,
        true_paper=true_paper,
    )


def pseudo_weights(truth: Pixels | Page) -> tuple[Weights, Weights]:
    """The weights of the pseudo F-measure, computed from the truth.

    After Ntirogiannis, Gatos, Pratikakis, *Performance Evaluation Methodology for Historical Document Image
    Binarization* (2013). Distances are chessboard distances to the contour, the ink with paper (or the page's edge)
    directly above, below, left or right of it.

    Recall: an ink pixel weighs its distance, 0 on the contour, divided by the sum of the distances across the stroke
    there, so that each cut through a stroke loses 1 whether the stroke is thin or thick, and the contour, where two
    people draw the truth differently, loses nothing. A stroke of one or two pixels, all contour, shares its 1.

    Precision: a paper pixel weighs 1 plus its distance over the stroke width of the nearest ink, as far as one stroke
    width reaches; over half the gap where another piece of ink is nearer than that, so that a bridge which joins two
    letters weighs double. Beyond that reach, and on ink, it weighs 1.

    The paper takes its cross-sections along a thinned skeleton; here they are taken at the ridges of the distance,
    which a whole page yields in a fraction of a second. The scores therefore lie near those of the contest's own
    weight files, not exactly on them.

    Args:
        truth: (H, W) uint8 of 0 (ink) and 255 (paper) alone, or a BINARY page; with some ink.

    Returns:
        Recall weights, 0 on paper, and precision weights, 1 to 3. The contest's precision files hold the latter less 1.

    Raises:
        InputError: not such a mask, or one without ink.
    """
    ink = _ink(truth, "true mask")
    _some_ink(ink, truth)
    return weights_of(ink)


def _ink(mask: Pixels | Page, role: str) -> Pixels:
    """1 where there is ink, else 0."""
    source = _name(mask)
    if isinstance(mask, Page):
        if mask.mode is not PixelMode.BINARY:
            raise InputError(f"the {role} is a {mask.mode.value} page", source=source, hint="binarize it first")
        mask = mask.pixels
    if not isinstance(mask, np.ndarray) or mask.dtype != np.uint8 or mask.ndim != 2 or mask.size == 0:
        is_array = isinstance(mask, np.ndarray)
        what = f"{mask.dtype} array of shape {mask.shape}" if is_array else type(mask).__name__
        raise InputError(f"the {role} must be a (H, W) uint8 array or a binary page, not: {what}", source=source)
    counts = cv2.calcHist([np.ascontiguousarray(mask)], [0], None, [256], [0, 256])
    levels = [int(level) for level in np.flatnonzero(counts)]
    if not set(levels) <= {0, 255}:
        shown = ", ".join(map(str, levels[:_SHOWN_LEVELS])) + (", …" if len(levels) > _SHOWN_LEVELS else "")
        raise InputError(
            f"the {role} has {len(levels)} gray levels ({shown}); a mask has ink 0 and paper 255 alone",
            source=source,
            hint="threshold it at the level that its makers state, often 128",
        )
    return np.asarray(mask == 0, np.uint8)


def _name(mask: Pixels | Page) -> str:
    return str(mask.source) if isinstance(mask, Page) and mask.source.uri != "<array>" else ""


def _some_ink(ink: Pixels, truth: Pixels | Page) -> None:
    if not ink.any():
        raise InputError(
            "the true mask holds no ink, so there is nothing to find", source=_name(truth), hint="ink is 0, paper 255"
        )


def _share(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole else 0.0


def _harmonic(precision: float, recall: float) -> float:
    return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0


def _mcc(tp: int, fp: int, fn: int, tn: int) -> float:
    # Python's whole numbers: the product of four page sizes overflows 64 bits.
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / math.sqrt(product) if product else 0.0


def _pseudo(guess: Pixels, real: Pixels) -> tuple[float, float]:
    """Pseudo precision and pseudo recall, 0–100."""
    for_recall, for_precision = weights_of(real)
    found, drawn = (guess & real).astype(bool), guess.astype(bool)
    recall = _share(_total(for_recall, found), _total(for_recall, real.astype(bool)))
    precision = _share(_total(for_precision, found), _total(for_precision, drawn))
    return precision, recall


def _total(weights: Weights, where: npt.NDArray[np.bool_]) -> float:
    return float(weights[where].sum(dtype=np.float64))


def _drd(guess: Pixels, real: Pixels) -> float:
    """Distance reciprocal distortion.

    Every wrong pixel costs the weights of those true pixels of its 5×5 neighbourhood that differ from it, of weights
    1/distance that sum to 1; the total is divided by the number of whole 8×8 blocks of the truth that hold both
    colours. A page without any such block counts as one.
    """
    offsets = np.arange(-2, 3, dtype=np.float64)
    distance = np.hypot(offsets[:, None], offsets)
    distance[2, 2] = np.inf
    kernel = 1.0 / distance
    kernel /= kernel.sum()
    distortion = 0.0
    for wrong, other in (((1 - guess) & real, real), (guess & (1 - real), 1 - real)):
        # Outside the page there is nothing to differ from.
        near = cv2.filter2D(other, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        distortion += _total(np.asarray(near, np.float32), wrong.astype(bool))
    return distortion / max(_mixed_blocks(real), 1)


def _mixed_blocks(real: Pixels) -> int:
    rows, columns = real.shape[0] // _BLOCK, real.shape[1] // _BLOCK
    whole = real[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    filled = whole.sum(axis=(1, 3), dtype=np.uint8)
    return int(np.count_nonzero((filled > 0) & (filled < _BLOCK * _BLOCK)))
