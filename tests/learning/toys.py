"""Small pages to learn from, made in a millisecond."""

from __future__ import annotations

import os
import signal

import cv2
import numpy as np

from ocrprep.learning.example import Example

LETTERS = list("abcdefghiklmnop rst")


class Toys:
    """Rows of letters under uneven light; page ``i`` of a seed is always the same."""

    def __init__(self, count=8, seed=0, side=128, *, clean=True):
        self.count, self.seed, self.side, self.clean = count, seed, side, clean

    def __len__(self):
        return self.count

    def example(self, index):
        rng = np.random.default_rng([self.seed, index])
        clean = np.full((self.side, self.side), 255, np.uint8)
        for baseline in range(24, self.side, 28):
            text = "".join(rng.choice(LETTERS, 40))
            cv2.putText(clean, text, (4, baseline), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 2, cv2.LINE_AA)
        light = cv2.resize(rng.uniform(0.4, 1, (3, 3)).astype(np.float32), clean.shape, interpolation=cv2.INTER_LINEAR)
        seen = (100 + 0.6 * clean) * light + rng.normal(0, 8, clean.shape)
        mask = np.where(clean < 150, 0, 255).astype(np.uint8)
        image = np.clip(seen, 0, 255).astype(np.uint8)
        return Example(image, mask, clean if self.clean else None, f"toy {index}")


class Poisoned(Toys):
    """Such pages that cannot be read."""

    def example(self, index):
        raise OSError(f"page {index} is gone")


class Deadly(Toys):
    """Such pages that kill the process which asks for them, always or until a file says that it has happened."""

    def __init__(self, once=None):
        super().__init__()
        self.once = once

    def example(self, index):
        if self.once is None or not self.once.exists():
            if self.once is not None:
                self.once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().example(index)
