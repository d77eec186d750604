"""Short names for what recipes draw."""

from __future__ import annotations

import numpy as np


class Draw:
    """Short names for what recipes draw."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def skewed(self, low: float, high: float, power: float = 2.0) -> float:
        """Between ``low`` and ``high``, mostly near ``low``."""
        return float(low + (high - low) * self.rng.random() ** power)

    def scale(self, low: float, high: float) -> float:
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))
