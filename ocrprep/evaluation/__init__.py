"""Proof: how well masks and texts match the truth."""

from ocrprep.evaluation.masks import MaskScores, mask_scores, pseudo_weights
from ocrprep.evaluation.text import TextScores, bootstrap_interval, normalize_text, pooled, text_scores

__all__ = [
    "MaskScores",
    "TextScores",
    "bootstrap_interval",
    "mask_scores",
    "normalize_text",
    "pooled",
    "pseudo_weights",
    "text_scores",
]
