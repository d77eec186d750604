"""Small pages drawn without fonts, as a source."""

from __future__ import annotations

import numpy as np

from ocrprep.learning.data.source import checked
from ocrprep.learning.example import Example


def example(index=0, shape=(60, 80), *, clean=True, name=None):
    """A bar and a dot of ink, elsewhere on each page, on grainy paper."""
    rng = np.random.default_rng(index)
    mask = np.full(shape, 255, np.uint8)
    top = 4 + index % 20
    mask[top : top + 12, 10 : shape[1] - 9] = 0
    mask[-8:-4, 5:9] = 0
    grain = rng.integers(-10, 11, shape)
    image = np.clip(np.where(mask == 0, 60, 190) + grain, 0, 255).astype(np.uint8)
    return Example(image, mask, mask.copy() if clean else None, f"page-{index}" if name is None else name)


class Drawn:
    def __init__(self, count, **how):
        self.count, self.how = count, how

    def __len__(self):
        return self.count

    def example(self, index):
        return example(checked(index, self.count), **self.how)


def same(first, second):
    planes = ((first.image, second.image), (first.mask, second.mask))
    cleans = (first.clean is None, second.clean is None)
    if cleans[0] != cleans[1]:
        return False
    return all(np.array_equal(*pair) for pair in planes) and (cleans[0] or np.array_equal(first.clean, second.clean))
