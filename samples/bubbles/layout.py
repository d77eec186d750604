"""Where the bubbles of a sheet are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """Fields of one kind that stand in a grid.

    Args:
        name: of the block.
        fields: names, one a field.
        values: what the bubbles of a field stand for.
        centres: (fields, values, 2) x and y in edge coordinates of the page.
        size: width and height of a bubble in pixels.
        empty: what a field without a mark is read as.
    """

    name: str
    fields: tuple[str, ...]
    values: tuple[str, ...]
    centres: Floats
    size: tuple[float, float]
    empty: str = ""

    def scaled(self, sx: float, sy: float) -> Block:
        """The block on a page that was stretched."""
        return replace(self, centres=self.centres * (sx, sy), size=(self.size[0] * sx, self.size[1] * sy))


@dataclass(frozen=True, slots=True)
class Layout:
    """A page with blocks.

    Args:
        width: pixels.
        height: pixels.
        blocks: in the order in which they are read.
    """

    width: float
    height: float
    blocks: tuple[Block, ...]

    def scaled(self, sx: float, sy: float) -> Layout:
        """The layout of a page that was stretched."""
        return Layout(self.width * sx, self.height * sy, tuple(block.scaled(sx, sy) for block in self.blocks))


def grid(origin: tuple[float, float], fields: int, values: int, field_step: Floats, value_step: Floats) -> Floats:
    """(fields, values, 2) centres from the first one and the steps to the next field and to the next value."""
    places = np.arange(fields)[:, None, None] * field_step + np.arange(values)[None, :, None] * value_step
    return np.asarray(places + np.array(origin, np.float64), np.float64)
