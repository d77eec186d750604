"""Two labels on a grid of pixels: every pixel has its own leaning, and neighbours that are linked sway each other.

The energy is the sum of ``lean`` over the pixels labelled ink, and of a link's strength over each pair of linked
neighbours with different labels. A graph cut finds its minimum; messages between neighbours (min-sum belief
propagation: Pearl, 1988; Felzenszwalb and Huttenlocher, "Efficient belief propagation for early vision", IJCV 2006)
come near it in a few rounds of whole-array steps, and what a pixel becomes depends only on those within as many pixels
as there are rounds. So a page can be done in strips, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep.filters._kept import Kept

Whole: TypeAlias = npt.NDArray[np.int16]
"""Whole numbers with room for a pixel's leaning and four messages: all of them together stay below 2¹⁵."""

_Part: TypeAlias = Callable[[Whole], Whole]


def swayed(lean: Whole, beside: Whole, below: Whole, rounds: int, kept: Kept) -> Whole:
    """What each pixel leans to when it has listened to its neighbours.

    With two labels a message is one number, the sender's own leaning without what it heard from the receiver, limited
    to the strength of the link. In each round messages go along the rows and then along the columns, both ways.

    Args:
        lean: (H, W), above 0 where a pixel leans to paper, below where to ink; becomes the result.
        beside: (H, W), strength of the link to the pixel on the right, 0 or more; the last column's is not used.
        below: (H, W), the same to the pixel underneath; the last row's is not used.
        rounds: 0 or more.
        kept: arrays to work in.
    """
    rows = _Links(lean, beside, (lambda a: a[:, :-1], lambda a: a[:, 1:]), kept, "beside")
    columns = _Links(lean, below, (lambda a: a[:-1], lambda a: a[1:]), kept, "below")
    for _ in range(rounds):
        rows.exchange()
        columns.exchange()
    return lean


class _Links:
    """The links of one direction, and the messages that went over them last, forth and back."""

    def __init__(self, lean: Whole, strength: Whole, ends: tuple[_Part, _Part], kept: Kept, name: str) -> None:
        first, second = ends

        def array(use: str) -> Whole:
            return first(kept.of(f"{name} {use}", lean.shape, np.int16))

        self._first, self._second, self._most = first(lean), second(lean), first(strength)
        self._least = array("least")
        self._forth, self._back, self._new_forth, self._new_back = (
            array(use) for use in ("forth", "back", "new forth", "new back")
        )
        np.negative(self._most, out=self._least)
        self._forth[...] = 0
        self._back[...] = 0

    def exchange(self) -> None:
        """Send over every link, both ways at once, and change the leanings by what is new."""
        if not self._most.size:
            return
        self._limited(self._first, self._back, self._new_forth)
        self._limited(self._second, self._forth, self._new_back)
        self._hear(self._second, self._new_forth, self._forth)
        self._hear(self._first, self._new_back, self._back)
        self._forth, self._new_forth = self._new_forth, self._forth
        self._back, self._new_back = self._new_back, self._back

    def _limited(self, sender: Whole, heard: Whole, message: Whole) -> None:
        cv2.subtract(sender, heard, dst=message)
        cv2.min(message, self._most, dst=message)
        cv2.max(message, self._least, dst=message)

    @staticmethod
    def _hear(receiver: Whole, message: Whole, before: Whole) -> None:
        cv2.subtract(message, before, dst=before)
        cv2.add(receiver, before, dst=receiver)
