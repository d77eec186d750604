"""Which bubbles are marked, told from the ink in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from samples.bubbles.layout import Block, Floats, Layout

INNER = 0.8
"""Part of a bubble's diameter that is looked at: its outline is left out."""
CUT = 0.35
"""Share of what the print leaves white that must be inked."""
_PRINTED = 0.5

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reading:
    """One block as it was read.

    Args:
        block: the block.
        fills: (fields, values) how much of what the print leaves white is ink: 0 for an empty bubble, 1 for a full one.
        marked: (fields, values).
    """

    block: Block
    fills: Floats
    marked: Marks

    def value(self, field: int) -> str:
        """The values marked in a field, joined by a plus sign."""
        chosen = [value for value, on in zip(self.block.values, self.marked[field], strict=True) if on]
        return "+".join(chosen) or self.block.empty


def read(mask: npt.NDArray[np.uint8], layout: Layout, cut: float = CUT) -> list[Reading]:
    """Read every block of a black-and-white page.

    The ink in a bubble, less what its letter makes, over what the letter leaves white. What a letter makes is measured
    on the sheet itself: the lower quartile of all bubbles of that value in the block, as most are empty.

    Args:
        mask: (H, W) 0 where there is ink, else 255.
        layout: in the coordinates of that page.
        cut: fill above which a bubble is marked.
    """
    found = []
    for block in layout.blocks:
        shares = ink_shares(mask, block)
        printed = np.minimum(np.percentile(shares, 25, axis=0, method="lower"), _PRINTED)
        fills = np.clip((shares - printed) / (1.0 - printed), 0.0, 1.0)
        found.append(Reading(block, fills, fills > cut))
    return found


def ink_shares(mask: npt.NDArray[np.uint8], block: Block) -> Floats:
    """(fields, values) share of ink in the inner part of each bubble."""
    half_w, half_h = (INNER * side / 2.0 for side in block.size)
    reach_x, reach_y = int(np.ceil(half_w)), int(np.ceil(half_h))
    y, x = np.mgrid[-reach_y : reach_y + 1, -reach_x : reach_x + 1]
    inside = (x / half_w) ** 2 + (y / half_h) ** 2 <= 1.0
    # The pixel that holds the centre, and those around it.
    column, row = (np.floor(block.centres[..., axis]).astype(np.intp)[..., None] for axis in (0, 1))
    rows = np.clip(row + y[inside], 0, mask.shape[0] - 1)
    columns = np.clip(column + x[inside], 0, mask.shape[1] - 1)
    return np.asarray((mask[rows, columns] == 0).mean(axis=2))
