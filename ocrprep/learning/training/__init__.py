"""Training: a recipe, the loop, its log and its checkpoints. Loads torch on first use."""

from __future__ import annotations

from ocrprep.learning.training.config import PRESETS, LossWeights, TrainingConfig, changed

__all__ = ["PRESETS", "LossWeights", "TrainingConfig", "changed"]
