"""The hinge of every door: one picture in memory, in any form, becomes a page. Files and documents are in ``inputs/``.

It lies below the filters because a filter may be called on a bare array, a Pillow image, bytes or a path. Alpha, palettes,
CMYK, 16 bit and EXIF orientation end here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep.errors import UnsupportedFormatError
from ocrprep.page import Page, PixelMode, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from ocrprep.page import Dpi


def open_image(image: Any) -> tuple[Page, Callable[[Page], Any]]:
    """A page from whatever a caller holds, and the way to give the answer back in the same form.

    Args:
        image: a ``Page``; an array as in :func:`page_from_array`; a Pillow image; bytes of, or a path to, an image file.

    Returns:
        The page, and a function that turns a page into an array for an array, a Pillow image for a Pillow image, and leaves it a
        page otherwise.

    Raises:
        InputError: it cannot be opened.
    """
    if isinstance(image, Page):
        return image, lambda page: page
    if isinstance(image, np.ndarray):
        return page_from_array(image), lambda page: page.pixels.copy()
    raise UnsupportedFormatError(f"cannot open a {type(image).__name__}")


def page_from_array(array: npt.NDArray[Any], *, dpi: Dpi | None = None, uri: str = "<array>") -> Page:
    """A page from pixels in memory: uint8 (H, W) is gray, (H, W, 3) is RGB, bool (H, W) is binary with True for paper."""
    if array.dtype == np.bool_:
        return Page(array.astype(np.uint8) * 255, PixelMode.BINARY, dpi)
    mode = PixelMode.RGB if array.ndim == 3 else PixelMode.GRAY
    return Page(array, mode, dpi, source=Source(uri, width=array.shape[1], height=array.shape[0]))
