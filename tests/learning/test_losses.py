"""Losses against sums written out by hand, and what each is for."""

from __future__ import annotations

import math

import pytest
import torch

from ocrprep.learning import losses as made
from ocrprep.learning.training import LossWeights

LOGITS = torch.tensor([[[0.0, 2.0], [-1.0, 3.0]]])
INK = torch.tensor([[[0.0, 1.0], [1.0, 1.0]]])
CHANCE = [0.5, 1 / (1 + math.exp(-2)), 1 / (1 + math.exp(1)), 1 / (1 + math.exp(-3))]
RIGHT = [0.5, CHANCE[1], CHANCE[2], CHANCE[3]]


def test_cross_entropy_by_hand():
    assert float(made.binary_cross_entropy(LOGITS, INK)) == pytest.approx(-sum(map(math.log, RIGHT)) / 4)


def test_dice_by_hand():
    both, each = sum(CHANCE[1:]), sum(CHANCE) + 3
    assert float(made.dice(LOGITS, INK)) == pytest.approx(1 - (2 * both + 1) / (each + 1))


def test_dice_of_a_hard_mask_is_its_f_measure():
    sure = torch.where(torch.rand(1, 40, 40, generator=torch.Generator().manual_seed(1)) < 0.3, 50.0, -50.0)
    ink = (torch.rand(1, 40, 40, generator=torch.Generator().manual_seed(2)) < 0.3).float()
    guess, real = sure[0] > 0, ink[0] > 0
    f_measure = 2 * (guess & real).sum() / (guess.sum() + real.sum())
    assert float(made.dice(sure, ink)) == pytest.approx(1 - float(f_measure), abs=2e-3)


def test_focal_by_hand_and_without_focus():
    by_hand = -sum((1 - chance) ** 2 * math.log(chance) for chance in RIGHT) / 4
    assert float(made.focal(LOGITS, INK)) == pytest.approx(by_hand)
    assert float(made.focal(LOGITS, INK, gamma=0)) == pytest.approx(float(made.binary_cross_entropy(LOGITS, INK)))


@pytest.mark.parametrize("loss", [made.binary_cross_entropy, made.dice, made.focal])
def test_a_pixel_of_weight_nothing_does_not_count(loss):
    weights = torch.ones_like(INK)
    weights[0, 0, 0] = 0
    wrong = LOGITS.clone()
    wrong[0, 0, 0] = 9
    assert float(loss(wrong, INK, weights)) == pytest.approx(float(loss(LOGITS, INK, weights)))
    assert float(loss(LOGITS, INK, torch.ones_like(INK))) == pytest.approx(float(loss(LOGITS, INK)))


@pytest.mark.parametrize("loss", [made.binary_cross_entropy, made.dice, made.focal])
def test_the_right_answer_costs_nothing(loss):
    assert float(loss(INK * 60 - 30, INK)) == pytest.approx(0, abs=1e-5)
    assert float(loss(30 - INK * 60, INK)) > 0.5


def test_an_empty_crop_asks_for_no_ink():
    empty = torch.zeros(1, 8, 8)
    assert float(made.dice(torch.full((1, 8, 8), -30.0), empty)) == pytest.approx(0, abs=1e-5)
    assert float(made.dice(torch.full((1, 8, 8), 3.0), empty)) > 0.9


def test_coverage_counts_only_where_it_is_known():
    logits = torch.tensor([[[0.0]], [[5.0]]])
    target = torch.tensor([[[0.5]], [[0.0]]])
    known = torch.tensor([True, False])
    assert float(made.coverage_loss(logits, target, known)) == pytest.approx(math.log(2) / 2)
    assert float(made.coverage_loss(logits, target, ~known)) > 2
    assert float(made.coverage_loss(logits, target, torch.tensor([False, False]))) == 0


def test_the_contour_is_the_ink_and_the_paper_that_touch():
    ink = torch.zeros(1, 7, 7)
    ink[0, 2:5, 2:5] = 1
    weights = made.contour_weights(ink, 3.0)[0]
    assert weights[3, 3] == 1
    assert weights[0, 0] == 1
    assert weights[2, 2] == weights[1, 1] == weights[1, 3] == 3
    assert int((weights == 3).sum()) == 24


def test_the_sum_has_its_parts_and_their_gradients():
    logits = torch.zeros(2, 2, 8, 8, requires_grad=True)
    ink = torch.zeros(2, 8, 8)
    ink[:, 2:4] = 1
    share = LossWeights(bce=0.5, dice=2.0, focal=3.0, coverage=0.25, contour=2.0)
    found = made.losses(logits, ink, ink, torch.tensor([True, True]), share)
    parts = 0.5 * found.bce + 2 * found.dice + 3 * found.focal + 0.25 * found.coverage
    assert found.total.item() == pytest.approx(parts.item())
    found.total.backward()
    assert bool(logits.grad[:, 0].any())
    assert bool(logits.grad[:, 1].any())
    only = made.losses(logits, ink, ink, torch.tensor([True, True]), LossWeights(bce=0.0, dice=1.0, coverage=0.0))
    assert only.total.item() == only.dice.item()


def test_half_precision_logits_are_summed_with_more_digits():
    found = made.losses(
        torch.zeros(1, 1, 320, 320, dtype=torch.bfloat16),
        torch.zeros(1, 320, 320),
        torch.zeros(1, 320, 320),
        torch.tensor([False]),
        LossWeights(),
    )
    assert found.total.dtype == torch.float32
    assert float(found.bce) == pytest.approx(math.log(2), rel=1e-4)
