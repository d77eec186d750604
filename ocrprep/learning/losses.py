"""What a training makes small: how far logits are from the true ink."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ocrprep.learning.training.config import LossWeights

_SMOOTH = 1.0
"""Pixels added to both sides of a Dice fraction: a crop without ink then asks for none instead of dividing by none."""


def binary_cross_entropy(logits: Tensor, ink: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean over pixels of the cross-entropy, from 0; logits, ink (0–1) and weights are [B, H, W]."""
    return _mean(functional.binary_cross_entropy_with_logits(logits, ink, reduction="none"), weights)


def dice(logits: Tensor, ink: Tensor, weights: Tensor | None = None) -> Tensor:
    """1 less the soft Dice coefficient of each crop, mean over crops: 0 (all right) to 1.

    Milletari, Navab, Ahmadi, *V-Net* (2016), without their squares: on a hard mask it is then the F-measure itself.
    """
    probability = torch.sigmoid(logits)
    if weights is not None:
        probability, ink = probability * weights, ink * weights
        both = (torch.sigmoid(logits) * ink).sum((1, 2))
    else:
        both = (probability * ink).sum((1, 2))
    each = probability.sum((1, 2)) + ink.sum((1, 2))
    return (1 - (2 * both + _SMOOTH) / (each + _SMOOTH)).mean()


def focal(logits: Tensor, ink: Tensor, weights: Tensor | None = None, *, gamma: float = 2.0) -> Tensor:
    """Cross-entropy in which a pixel counts the less, the surer the right answer is.

    Lin, Goyal, Girshick, He, Dollár, *Focal Loss for Dense Object Detection* (2017), without α. With γ = 0 it is the
    cross-entropy.
    """
    entropy = functional.binary_cross_entropy_with_logits(logits, ink, reduction="none")
    probability = torch.sigmoid(logits)
    wrong = probability * (1 - ink) + (1 - probability) * ink
    return _mean(wrong**gamma * entropy, weights)


def coverage_loss(logits: Tensor, coverage: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy with soft targets and absolute difference, halves of each, over the crops whose coverage is known.

    Args:
        logits: [B, H, W].
        coverage: [B, H, W], 0 paper to 1 full ink; anything where it is not known.
        known: [B] bool.
    """
    if not bool(known.any()):
        return logits.new_zeros(())
    share = known.to(logits.dtype)[:, None, None].expand_as(logits)
    entropy = functional.binary_cross_entropy_with_logits(logits, coverage, reduction="none")
    difference = (torch.sigmoid(logits) - coverage).abs()
    return _mean((entropy + difference) / 2, share)


def contour_weights(ink: Tensor, contour: float) -> Tensor:
    """[B, H, W]: ``contour`` on the ink and the paper that touch each other (8 neighbours), 1 elsewhere."""
    lifted = ink[:, None]
    around = functional.max_pool2d(lifted, 3, 1, 1) + functional.max_pool2d(-lifted, 3, 1, 1)
    return 1 + (contour - 1) * around[:, 0]


@dataclass(frozen=True, slots=True)
class Losses:
    """The parts and what is made small, scalars with gradients."""

    total: Tensor
    bce: Tensor
    dice: Tensor
    focal: Tensor
    coverage: Tensor


def losses(logits: Tensor, ink: Tensor, coverage: Tensor, known: Tensor, share: LossWeights) -> Losses:
    """The weighted sum and its parts.

    Args:
        logits: [B, K, H, W]; map 0 is ink, map 1, if there is one, coverage.
        ink: [B, H, W], 1 ink.
        coverage: [B, H, W], see :func:`coverage_loss`.
        known: [B] bool, whether the coverage is known.
        share: of each part; a part of weight 0 is not computed.
    """
    # Sums over a hundred thousand pixels need more digits than half precision has.
    logits = logits.float()
    first = logits[:, 0]
    weights = None if share.contour == 1.0 else contour_weights(ink, share.contour)
    nothing = logits.new_zeros(())
    parts = {
        "bce": binary_cross_entropy(first, ink, weights) if share.bce else nothing,
        "dice": dice(first, ink, weights) if share.dice else nothing,
        "focal": focal(first, ink, weights, gamma=share.gamma) if share.focal else nothing,
        "coverage": coverage_loss(logits[:, 1], coverage, known) if share.coverage and logits.shape[1] > 1 else nothing,
    }
    total = sum((getattr(share, name) * part for name, part in parts.items()), nothing)
    return Losses(total=total, **parts)


def _mean(values: Tensor, weights: Tensor | None) -> Tensor:
    if weights is None:
        return values.mean()
    return (values * weights).sum() / weights.sum().clamp_min(1e-6)
