"""Pages after each step, made from the nearest step that is known already, and pictures of them for a browser."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2

from ocrprep import pictures
from ocrprep.errors import FilterError
from ocrprep.page import PixelMode
from ocrprep.studio.scaled import reduced, scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ocrprep.filters.base import Evidence, Filter
    from ocrprep.page import Page

PREVIEW_SIDE = 1000
"""Pixels along the longer side of the page that previews are made from."""
SHOWN_SIDE = 1600
"""Pixels along the longer side of a picture of a whole page."""
_THUMB_SIDE = 160
_KEPT_BYTES = 600_000_000
_JPEG_QUALITY = 85
_WEBP_QUALITY = 85


class OutdatedError(Exception):
    """Nobody waits for this page any more."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as an image file for the browser.

    Args:
        data: of the file.
        suffix: ``png``, ``jpg`` or ``webp``.
        width: of the picture, in pixels.
        height: likewise.
        page: that it shows.
        preview: whether it was made from a reduced page.
    """

    data: bytes
    suffix: str
    width: int
    height: int
    page: Page
    preview: bool = False


class Renderer:
    """Walks pages through chains and remembers every step. Safe to use from several threads.

    Args:
        evidence: an engine's opinions for the filters that ask for them, on full-size pages only: a preview must not
            wait for an engine.
        kept_bytes: of pixels that are remembered; the longest unused are forgotten first.
        side: of the reduced page, in pixels.
    """

    def __init__(
        self, evidence: Evidence | None = None, *, kept_bytes: int = _KEPT_BYTES, side: int = PREVIEW_SIDE
    ) -> None:
        self._evidence = evidence
        self._kept_bytes = kept_bytes
        self._side = side
        self._pages: OrderedDict[tuple[str, bool, tuple[Filter, ...]], Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def small(self, key: str, page: Page) -> tuple[Page, float]:
        """The reduced page, made once, and new size over old."""
        place = (key, True, ())
        ratio = min(1.0, self._side / max(page.width, page.height))
        found = self._recalled(place)
        if found is None:
            found = reduced(page, self._side)[0]
            self._remember(place, found)
        return found, ratio

    def preview(self, key: str, page: Page, filters: Sequence[Filter]) -> Page:
        """About what the filters make of the page, from the reduced page; the page itself where it is small.

        Raises:
            FilterError: with the place of the filter in ``step``.
        """
        base, ratio = self.small(key, page)
        if ratio == 1.0:
            return self.full(key, page, filters)
        return self._walked(key, True, base, [scaled(item, ratio) for item in filters])

    def full(self, key: str, page: Page, filters: Sequence[Filter], wanted: Callable[[], bool] = lambda: True) -> Page:
        """What the filters make of the page.

        Args:
            key: of the page.
            page: as it came.
            filters: to apply in this order.
            wanted: asked before each filter.

        Raises:
            OutdatedError: it is not wanted any more.
            FilterError: with the place of the filter in ``step``.
        """
        return self._walked(key, False, page, filters, wanted)

    def known(self, key: str, filters: Iterable[Filter]) -> Page | None:
        """The full-size page after these filters if it was made already; of no filters, None."""
        return self._recalled((key, False, tuple(filters)))

    def _walked(
        self,
        key: str,
        small: bool,
        page: Page,
        filters: Sequence[Filter],
        wanted: Callable[[], bool] = lambda: True,
    ) -> Page:
        chain = tuple(filters)
        done = len(chain)
        while done:
            known = self._recalled((key, small, chain[:done]))
            if known is not None:
                page = known
                break
            done -= 1
        for place in range(done, len(chain)):
            if not wanted():
                raise OutdatedError
            try:
                page = chain[place](page, evidence=None if small else self._evidence)
            except FilterError as error:
                error.step = place
                raise
            self._remember((key, small, chain[: place + 1]), page)
        return page

    def _recalled(self, place: tuple[str, bool, tuple[Filter, ...]]) -> Page | None:
        with self._lock:
            if place not in self._pages:
                return None
            self._pages.move_to_end(place)
            return self._pages[place]

    def _remember(self, place: tuple[str, bool, tuple[Filter, ...]], page: Page) -> None:
        with self._lock:
            gone = self._pages.pop(place, None)
            self._bytes += page.pixels.nbytes - (gone.pixels.nbytes if gone else 0)
            self._pages[place] = page
            while self._bytes > self._kept_bytes and len(self._pages) > 1:
                self._bytes -= self._pages.popitem(last=False)[1].pixels.nbytes


def picture_of(page: Page, *, preview: bool = False, side: int = SHOWN_SIDE) -> Picture:
    """The page as a picture for the browser, as quickly as its size allows.

    A black-and-white page that is shown pixel for pixel becomes a PNG of one bit; all others JPEG for previews, which
    is encoded in a third of the time, and WebP for the result.
    """
    pixels = pictures.reduced(page.pixels, side)
    exact = page.mode is PixelMode.BINARY and pixels is page.pixels
    if exact:
        suffix, options = "png", [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_BILEVEL, 1]
    elif preview:
        suffix, options = "jpg", [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
    else:
        suffix, options = "webp", [cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY]
    shown = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    data = cv2.imencode(f".{suffix}", shown, options)[1].tobytes()
    return Picture(data, suffix, int(pixels.shape[1]), int(pixels.shape[0]), page, preview)


def thumbnail(page: Page) -> Picture:
    """A small picture for the strip of steps."""
    return picture_of(page, preview=True, side=_THUMB_SIDE)
