"""Walking a page in horizontal strips: temporaries stay in the cache, and every core works.

An array of temporary values as large as a page costs more to move than to compute. So the page is cut into strips of
rows, a few threads work on them (numpy and OpenCV let go of the interpreter while they calculate), and a filter states
only its reach: how many rows above and below a row its value depends on. Each strip is handed out with that margin, cut
off at the page's edges, so that the result is, bit for bit, that of the whole page at once. OpenCV's own threads stay
as they are: its calls on arrays this small do not split, which was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ocrprep.page import Pixels
from ocrprep.threads import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 128
"""Rows of one strip. On A4 at 300 dpi 64 to 128 were the quickest: fewer recompute their margins, more leave the
cache."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Strip:
    """Some rows of a page, with what is needed around them.

    Args:
        rows: where the strip's own rows lie on the page.
        padded: the same rows and ``reach`` more on each side, where the page has them.
    """

    rows: slice
    padded: slice

    @property
    def inner(self) -> slice:
        """Where the strip's own rows lie among the padded ones."""
        return slice(self.rows.start - self.padded.start, self.rows.stop - self.padded.start)


def strips(height: int, reach: int, tall: int = 1) -> list[Strip]:
    """Cut a page into strips.

    Args:
        height: of the page, 1 or more.
        reach: rows above and below that a row's value depends on; 0 or more.
        tall: how many times the usual rows make a strip, for work whose margins cost more than its temporaries.
    """
    return _cut(0, height, tall * ROWS, height, reach)


def thinner(strip: Strip, height: int, reach: int) -> list[Strip]:
    """The rows of a tall strip as strips of the usual height; the page's height and the reach as for ``strips``."""
    return _cut(strip.rows.start, strip.rows.stop, ROWS, height, reach)


def _cut(start: int, stop: int, rows: int, height: int, reach: int) -> list[Strip]:
    found = []
    for top in range(start, stop, rows):
        bottom = min(top + rows, stop)
        found.append(Strip(slice(top, bottom), slice(max(0, top - reach), min(height, bottom + reach))))
    return found


def each(height: int, reach: int, work: Callable[[Strip], T], tall: int = 1) -> list[T]:
    """Call ``work`` on every strip, on several threads; the results in the page's order.

    ``work`` may write to the strip's own rows of an array that all share. It must not walk strips itself: the threads
    are as many as the cores, and waiting for each other they would wait forever.

    Raises:
        Exception: the first that ``work`` raised.
    """
    parts = strips(height, reach, tall)
    return shared_out(parts, work)


def mapped(pixels: Pixels, reach: int, work: Callable[[Strip], Pixels], tall: int = 1) -> Pixels:
    """A new array like ``pixels``, made strip by strip: ``work`` returns the strip's own rows of it."""
    made = np.empty_like(pixels)

    def fill(strip: Strip) -> None:
        made[strip.rows] = work(strip)

    each(pixels.shape[0], reach, fill, tall)
    return made
