"""Mask scores: against doxapy on synthetic and, where they lie beside the repository, real pairs; and by hand.

doxapy's DRD differs in two ways from its paper, which counts whole 8×8 blocks: release 0.9.2 looks at the first seven
rows and columns of each block alone, and its 32-bit product overflows above 4,294 mixed blocks. The tests undo the
first, where it is found, and keep to pages too small for the second.
"""

from __future__ import annotations

import inspect
import math

import cv2
import doxapy
import numpy as np
import pytest

from ocrprep.errors import InputError
from ocrprep.evaluation import MaskScores, mask_scores, pseudo_weights
from ocrprep.page import Page, PixelMode, Source
from tests import pages, real_data

MASKS = real_data.DATA / "masks"
REAL = sorted(path for path in MASKS.glob("*/gt/*.png"))[::8] if MASKS.is_dir() else []
SIDE = 496
"""Pixels: 62 × 62 blocks are fewer than doxapy overflows at."""


def otsu(gray):
    return np.asarray(cv2.threshold(gray, 0, 255, cv2.THRESH_OTSU)[1], np.uint8)


def synthetic(seed):
    """A drawn page, and the same worn, blotted and smeared."""
    rng = np.random.default_rng(seed)
    truth = otsu(cv2.cvtColor(pages.scan_rgb(300 + 7 * seed, 220 + seed, seed=seed), cv2.COLOR_RGB2GRAY))
    worn = np.where(rng.random(truth.shape) < 0.01 * seed, 255 - truth, truth)
    worn[40:60, 30:90] = 0
    return np.roll(worn, seed, axis=1).astype(np.uint8), truth


def real(path):
    truth = np.asarray(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), np.uint8)
    scan = np.asarray(cv2.imread(str(path.parents[1] / "img" / path.name), cv2.IMREAD_GRAYSCALE), np.uint8)
    assert truth.shape == scan.shape
    part = (slice(0, SIDE), slice(0, SIDE))
    # The corner of a page may be empty.
    part = part if (truth[part] == 0).any() else (slice(-SIDE, None), slice(-SIDE, None))
    return np.ascontiguousarray(otsu(scan)[part]), np.ascontiguousarray(truth[part])


PAIRS = [(synthetic, seed) for seed in (1, 2, 3, 4)] + [(real, path) for path in REAL]
NAMES = [f"synthetic-{seed}" for seed in (1, 2, 3, 4)] + [f"{path.parents[1].name}-{path.stem}" for path in REAL]
pairs = pytest.mark.parametrize(("make", "what"), PAIRS, ids=NAMES)


def mixed_blocks(truth, looked_at):
    rows, columns = truth.shape[0] // 8, truth.shape[1] // 8
    blocks = truth[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8)[:, :looked_at, :, :looked_at]
    return int(np.count_nonzero(blocks.min(axis=(1, 3)) != blocks.max(axis=(1, 3))))


def doxa_block():
    """How many rows of an 8×8 block this doxapy looks at: the second of the two blocks is mixed in its last alone."""
    truth = np.full((8, 16), 255, np.uint8)
    truth[2, 2] = truth[7, 15] = 0
    guess = truth.copy()
    guess[2, 2] = 255
    guess[3, 3] = 0
    whole = doxapy.calculate_performance(truth, guess)["drdm"]
    truth[7, 15] = guess[7, 15] = 255
    return 8 if doxapy.calculate_performance(truth, guess)["drdm"] > 1.5 * whole else 7


@pairs
def test_agrees_with_doxapy(make, what):
    predicted, truth = make(what)
    expected = doxapy.calculate_performance(truth, predicted)
    ours = mask_scores(predicted, truth)
    drdm = expected["drdm"] * mixed_blocks(truth, doxa_block()) / mixed_blocks(truth, 8)
    assert ours.accuracy == pytest.approx(expected["accuracy"], abs=1e-3)
    assert ours.f_measure == pytest.approx(expected["fm"], abs=1e-3)
    assert ours.dice == pytest.approx(expected["fm"], abs=1e-3)
    assert ours.mcc == pytest.approx(expected["mcc"], abs=1e-6)
    assert ours.psnr == pytest.approx(expected["psnr"], abs=1e-3)
    assert ours.nrm == pytest.approx(expected["nrm"], abs=1e-6)
    # doxapy's weights are whole millionths.
    assert ours.drd == pytest.approx(drdm, abs=1e-3, rel=2e-5)
    assert 0 < ours.f_measure < 100


@pairs
def test_the_pseudo_measures_are_the_plain_ones_under_the_public_weights(make, what):
    predicted, truth = make(what)
    for_recall, for_precision = (weights.astype(np.float64) for weights in pseudo_weights(truth))
    drawn, found = predicted == 0, (predicted == 0) & (truth == 0)
    recall = 100 * for_recall[found].sum() / for_recall.sum()
    precision = 100 * for_precision[found].sum() / for_precision[drawn].sum()
    ours = mask_scores(predicted, truth)
    assert ours.pseudo_recall == pytest.approx(recall, abs=1e-3)
    assert ours.pseudo_precision == pytest.approx(precision, abs=1e-3)
    assert ours.pseudo_f_measure == pytest.approx(2 * precision * recall / (precision + recall), abs=1e-3)
    if "precision_weights" in (inspect.getdoc(doxapy.calculate_performance) or ""):
        # Releases after 0.9.2 take the weights as the contests store them.
        given = {"precision_weights": (for_precision - 1).ravel().tolist()}
        given["recall_weights"] = for_recall.ravel().tolist()
        expected = doxapy.calculate_performance(truth, predicted, **given)
        assert ours.pseudo_f_measure == pytest.approx(expected["pseudo_fm"], abs=1e-3)


@pairs
def test_weights_live_where_they_belong(make, what):
    _, truth = make(what)
    for_recall, for_precision = pseudo_weights(truth)
    ink = truth == 0
    assert for_recall.dtype == for_precision.dtype == np.float32
    assert for_recall.shape == for_precision.shape == truth.shape
    assert not for_recall[~ink].any()
    assert for_recall.min() >= 0
    assert (for_precision[ink] == 1).all()
    assert for_precision.min() == 1
    assert for_precision.max() <= 3


def mask(*rows):
    return np.array([[0 if sign == "#" else 255 for sign in row] for row in rows], np.uint8)


TRUTH = mask(".....", ".###.", ".###.", ".###.", ".....")
SHIFTED = mask(".....", "..###", "..###", "..###", ".....")
HAND = mask_scores(SHIFTED, TRUTH)
# Both hold 9 pixels of ink, 6 of them in common; 3 are false, 3 missed; 25 − 12 = 13 are paper in both.


def test_counts_by_hand():
    assert (HAND.true_ink, HAND.false_ink, HAND.missed_ink, HAND.true_paper) == (6, 3, 3, 13)


def test_precision_recall_and_f_measure_by_hand():
    assert HAND.precision == pytest.approx(100 * 6 / 9)
    assert HAND.recall == pytest.approx(100 * 6 / 9)
    # 2 · (2/3) · (2/3) / (4/3) = 2/3
    assert HAND.f_measure == pytest.approx(200 / 3)


def test_overlap_by_hand():
    assert HAND.iou == pytest.approx(100 * 6 / 12)
    assert HAND.dice == pytest.approx(100 * 12 / 18)
    assert HAND.accuracy == pytest.approx(100 * 19 / 25)


def test_psnr_by_hand():
    # 6 of 25 pixels differ by a whole level: 10 · log10(1 / (6 / 25)).
    assert HAND.psnr == pytest.approx(10 * math.log10(25 / 6))
    assert HAND.psnr == pytest.approx(6.19789, abs=1e-5)


def test_nrm_by_hand():
    # 3 of 9 missed, 3 of 16 inked: (1/3 + 3/16) / 2 = (16 + 9) / 96
    assert HAND.nrm == pytest.approx(25 / 96)


def test_mcc_by_hand():
    # (6 · 13 − 3 · 3) / √(9 · 9 · 16 · 16) = 69 / 144
    assert HAND.mcc == pytest.approx(69 / 144)


def test_pseudo_measures_by_hand():
    # The contour of the truth is its outer ring, of distance 0. Its one other pixel has distance 1, and the distances
    # across, 0 1 0, sum to 1: weight 1. It was found, so that nothing is missed.
    assert HAND.pseudo_recall == pytest.approx(100)
    # The stroke width is twice the half width 1. The three false pixels lie 1 from the contour: 1 + 1/2 each, beside 6
    # true ones of 1 each: 6 / (6 + 4.5).
    assert HAND.pseudo_precision == pytest.approx(100 * 6 / 10.5)
    # 2 · (4/7) · 1 / (4/7 + 1) = 8/11
    assert HAND.pseudo_f_measure == pytest.approx(100 * 8 / 11)


def test_drd_by_hand():
    side, diagonal, two, knight, corner = 1, 1 / math.sqrt(2), 1 / 2, 1 / math.sqrt(5), 1 / math.sqrt(8)
    total = 4 * side + 4 * diagonal + 4 * two + 8 * knight + 4 * corner
    # Missed at the left edge of the truth: the truth's ink around it. At its corners, twice:
    at_corner = 2 * side + 2 * two + diagonal + 2 * knight + corner
    # and in the middle of that edge:
    at_edge = 2 * side + side + 2 * diagonal + two + 2 * knight
    # False in the page's last column: the truth's paper around it, as far as there is a page. In the row of the
    # truth's corners, twice: three pixels of the margin row, two of its own column.
    beside_corner = (knight + diagonal + side) + (side + two)
    # In the middle: three pixels of the row two above, three of the row two below, two of its own column.
    beside_edge = 2 * (corner + knight + two) + 2 * side
    # A page of 5×5 has no whole block of 8×8, and counts as one.
    assert HAND.drd == pytest.approx((2 * at_corner + at_edge + 2 * beside_corner + beside_edge) / total, abs=1e-6)
    assert HAND.drd == pytest.approx(1.999153, abs=1e-5)


def test_recall_weights_of_each_cut_through_a_stroke_sum_to_one():
    for width, expected in ((1, [1]), (2, [0.5, 0.5]), (3, [0, 1, 0]), (4, [0, 0.5, 0.5, 0])):
        truth = np.full((40, 12), 255, np.uint8)
        truth[4:36, 4 : 4 + width] = 0
        for_recall, _ = pseudo_weights(truth)
        assert for_recall[20, 4 : 4 + width].tolist() == pytest.approx(expected), width
    for width in range(1, 12):
        truth = np.full((60, 30), 255, np.uint8)
        truth[4:56, 9 : 9 + width] = 0
        assert pseudo_weights(truth)[0][20].sum() == pytest.approx(1), width


def test_precision_weights_grow_to_one_stroke_width_and_end_there():
    truth = np.full((30, 30), 255, np.uint8)
    truth[:, 10:15] = 0
    # Half width 2, so stroke width 4.
    _, for_precision = pseudo_weights(truth)
    assert for_precision[15, 15:22].tolist() == [1.25, 1.5, 1.75, 2, 1, 1, 1]


def test_the_stroke_width_of_a_piece_is_its_mean_along_the_stroke():
    truth = np.full((60, 30), 255, np.uint8)
    truth[4:24, 12:14] = 0
    truth[24:52, 10:17] = 0
    # Half width 1 along 20 rows, 3 along some 25: about 2.1, rounded down, so stroke width 4; were the two middle lines
    # of the thin part counted apart, it would be 2.
    _, for_precision = pseudo_weights(truth)
    assert for_precision[38, 17:22].tolist() == [1.25, 1.5, 1.75, 2, 1]


def test_a_bridge_between_two_strokes_weighs_double():
    truth = np.full((30, 30), 255, np.uint8)
    truth[:, 5:12] = 0
    truth[:, 13:20] = 0
    _, for_precision = pseudo_weights(truth)
    assert for_precision[15, 12] == 2
    # Half width 3: the outer side grows by sixths.
    assert for_precision[15, 20:23].tolist() == pytest.approx([1 + 1 / 6, 1 + 2 / 6, 1 + 3 / 6])


def test_a_neighbours_ridge_lends_no_width_across_a_gap():
    truth = np.full((40, 40), 255, np.uint8)
    truth[:, 2:17] = 0
    truth[:, 18] = 0
    for_recall, _ = pseudo_weights(truth)
    assert for_recall[20, 2:17].sum() == pytest.approx(1)
    assert for_recall[20, 18] == pytest.approx(1)


def test_equal_masks():
    scores = mask_scores(TRUTH, TRUTH.copy())
    assert (scores.f_measure, scores.pseudo_f_measure, scores.accuracy, scores.iou) == (100, 100, 100, 100)
    assert (scores.psnr, scores.drd, scores.nrm, scores.mcc) == (math.inf, 0, 0, 1)


def test_nothing_predicted():
    scores = mask_scores(np.full_like(TRUTH, 255), TRUTH)
    assert (scores.precision, scores.recall, scores.f_measure, scores.pseudo_f_measure, scores.mcc) == (0, 0, 0, 0, 0)
    assert scores.nrm == 0.5


def test_a_truth_without_paper():
    black = np.zeros((5, 5), np.uint8)
    assert mask_scores(black, black) == MaskScores(
        *(100, 100, math.inf, 0, 0, 0, 100, 100, 100, 100, 100, 100, 100), 25, 0, 0, 0
    )
    assert mask_scores(TRUTH, black).nrm == pytest.approx(16 / 25 / 2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_tiny_pages(shape):
    truth = np.zeros(shape, np.uint8)
    assert mask_scores(truth, truth).pseudo_f_measure == 100
    assert mask_scores(np.full(shape, 255, np.uint8), truth).f_measure == 0


def test_binary_pages_are_masks_too():
    predicted, truth = Page(SHIFTED, PixelMode.BINARY), Page(TRUTH, PixelMode.BINARY)
    assert mask_scores(predicted, truth) == HAND
    assert mask_scores(SHIFTED, truth) == HAND


def test_inputs_stay_untouched():
    predicted, truth = SHIFTED.copy(), TRUTH.copy()
    mask_scores(predicted, truth)
    assert np.array_equal(predicted, SHIFTED)
    assert np.array_equal(truth, TRUTH)


class TestErrors:
    def test_sizes_are_named(self):
        with pytest.raises(InputError, match=r"predicted and the true mask differ in size: 4x5 and 5x5 pixels"):
            mask_scores(TRUTH[:, :4], TRUTH)

    def test_more_than_two_levels(self):
        gray = TRUTH.copy()
        gray[0, 0] = 128
        with pytest.raises(InputError, match=r"predicted mask has 3 gray levels \(0, 128, 255\).*threshold"):
            mask_scores(gray, TRUTH)
        with pytest.raises(InputError, match=r"true mask has 256 gray levels \(0, 1, 2, 3, 4, …\)"):
            pseudo_weights(np.arange(256, dtype=np.uint8)[None])

    def test_two_other_levels_are_not_guessed_at(self):
        with pytest.raises(InputError, match=r"2 gray levels \(0, 1\); a mask has ink 0 and paper 255"):
            mask_scores(TRUTH // 255, TRUTH)

    def test_truth_without_ink(self):
        white = np.full((5, 5), 255, np.uint8)
        with pytest.raises(InputError, match="no ink"):
            mask_scores(TRUTH, white)
        with pytest.raises(InputError, match="no ink"):
            pseudo_weights(white)

    @pytest.mark.parametrize(
        "bad", [None, TRUTH > 0, TRUTH.astype(float), TRUTH[0], np.zeros((0, 5), np.uint8), np.dstack([TRUTH] * 3)]
    )
    def test_other_things(self, bad):
        with pytest.raises(InputError, match=r"must be a \(H, W\) uint8 array or a binary page, not: "):
            mask_scores(bad, TRUTH)

    def test_gray_pages_and_the_name_of_the_file(self):
        page = Page(TRUTH, PixelMode.GRAY, source=Source("truth.png"))
        with pytest.raises(
            InputError, match=r"truth\.png: the true mask is a gray page \(binarize it first\)"
        ) as caught:
            mask_scores(TRUTH, page)
        assert caught.value.source == "truth.png"
