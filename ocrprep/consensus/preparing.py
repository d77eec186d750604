"""Which preparations of a page are worth reading: chains that suit what it shows, and that differ from each other.

Each was measured on forms, receipts, photos and slides for what it adds to the others once their words are merged; see
docs/consensus.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocrprep.analysis._sheet import ink, sheet
from ocrprep.analysis.contrast import contrast_of
from ocrprep.analysis.evenness import evenness_of
from ocrprep.filters._remedies import (
    CUT_OUT,
    DARK_ON_LIGHT,
    SMALL,
    Shown,
    darkened,
    framed,
    look,
    sized,
    smoothed,
    trimmed,
    unruled,
)
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.clahe import Clahe
from ocrprep.filters.normalize_background import NormalizeBackground
from ocrprep.filters.scale import Scale
from ocrprep.filters.set_resolution import SetResolution
from ocrprep.filters.to_grayscale import ToGrayscale
from ocrprep.page import PixelMode, convert_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrprep.filters.base import Filter
    from ocrprep.page import Page

AS_IT_IS, PREPARED, ENLARGED = "as it is", "prepared", "enlarged"
LOCAL_CONTRAST, BLACK_AND_WHITE, LARGER = "local contrast", "black and white", "larger"

_GOOD = (AS_IT_IS, PREPARED, LOCAL_CONTRAST, ENLARGED, BLACK_AND_WHITE, LARGER)
_POOR = (PREPARED, AS_IT_IS, ENLARGED, LOCAL_CONTRAST, BLACK_AND_WHITE, LARGER)
MOST = len(_GOOD)
"""Preparations that there are."""

_UNEVEN, _DARK_PAPER, _FAINT_INK = 0.6, 245.0, 60.0
"""Evenness and gray levels: pages beyond one of these read better prepared so often that they are read so first."""

_BRISK_LARGE, _BRISK_REDUCED, _BRISK_ENLARGED, _MOST_TIMES = 22.0, 18.0, 16.0, 4.0
"""x-heights: larger type is reduced, small type enlarged, to what still reads nearly as well; and how much at most."""

_TIMES_SMALL, _TIMES, _LARGER_DPI = 2.0, 1.5, 400


@dataclass(frozen=True, slots=True)
class Preparation:
    """A chain and what it is called in results.

    Args:
        name: short, in words.
        filters: in their order.
    """

    name: str
    filters: tuple[Filter, ...] = ()


def applied(item: Preparation, page: Page) -> Page:
    """A page after a preparation.

    Raises:
        FilterError: a filter failed, as on a page that is too large to be enlarged.
    """
    for step in item.filters:
        page = step(page)
    return page


def mended(page: Page) -> Page:
    """The page without what spoils every reading: light type on dark turned round, a photographed page cut out."""
    if look(page).light_on_dark > 0:
        page = DARK_ON_LIGHT(page)
    return CUT_OUT(page) if framed(page) else page


def preparations(shown: Shown, *, trim: bool = True, brisk: bool = False) -> tuple[Preparation, ...]:
    """What to read, most useful first; the first is the page as it came, the others are for the mended page.

    Args:
        shown: by the mended page.
        trim: care for the rim of the page; False for lines that were cut out of it.
        brisk: make type no larger than needed and read no colours, as engines take their time by the pixel.
    """
    even, told, gray = NormalizeBackground(), SetResolution(), ToGrayscale()
    size = _brisk_size(shown) if brisk else sized(shown)
    smooth, dark = smoothed(shown), darkened(shown)
    larger = Scale(_TIMES_SMALL if shown.small else _TIMES)
    chains: dict[str, tuple[Filter, ...]] = {
        PREPARED: (*((gray,) if brisk else ()), even, *unruled(shown), *size, dark, smooth, told),
        ENLARGED: (gray, *unruled(shown), *size, told),
        LOCAL_CONTRAST: (gray, even, *unruled(shown), *size, Clahe(), smooth, told),
        BLACK_AND_WHITE: (gray, even, *unruled(shown), *size, smooth, Binarize(), told),
        LARGER: (gray, even, *unruled(shown), larger, dark, smooth, SetResolution(dpi=_LARGER_DPI)),
    }
    rim = trimmed(shown) if trim else ()
    return Preparation(AS_IT_IS), *(Preparation(name, (*rim, *chain)) for name, chain in chains.items())


def _brisk_size(shown: Shown) -> tuple[Filter, ...]:
    height = shown.x_height
    if height is None or SMALL <= height <= _BRISK_LARGE:
        return ()
    wanted = _BRISK_ENLARGED if height < SMALL else _BRISK_REDUCED
    return (Scale(round(min(_MOST_TIMES, wanted / height), 2)),)


def magnified(item: Preparation) -> float:
    """How many times as wide as the mended page a preparation makes it, the rim apart."""
    factors = [step.ratio for step in item.filters if isinstance(step, Scale)]
    return float(factors[0]) if factors else 1.0


def in_order(items: Sequence[Preparation], *, poor: bool) -> tuple[Preparation, ...]:
    """The same in the order in which they are to be read.

    Args:
        items: all of them.
        poor: the page is to be read prepared first.
    """
    order = _POOR if poor else _GOOD
    return tuple(sorted(items, key=lambda item: order.index(item.name)))


def reads_better_prepared(page: Page, shown: Shown) -> bool:
    """Whether the page is so poor that its first reading should be of the prepared page; no engine is asked.

    Args:
        page: mended.
        shown: by it.
    """
    if page.mode is PixelMode.BINARY:
        return False
    if shown.small:
        return True
    seen = sheet(convert_pixels(page.pixels, PixelMode.GRAY))
    levels = contrast_of(seen, ink(seen))
    faint = levels.ink is not None and levels.ink > _FAINT_INK
    return faint or levels.paper < _DARK_PAPER or evenness_of(seen).evenness < _UNEVEN
