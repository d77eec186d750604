"""Pages as pictures for a browser."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocrprep.page import PixelMode
from ocrprep.pictures import reduced

if TYPE_CHECKING:
    from ocrprep.page import Page

_QUALITY = 80
_METHOD = 2
"""How hard WebP tries, 0–6: the default, 4, takes twice as long for 5 % fewer bytes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture.

    Args:
        data: of the file.
        suffix: ``png`` or ``webp``.
    """

    data: bytes
    suffix: str


def picture_of(page: Page, longest: int) -> Picture:
    """The page as PNG where it is black and white and small enough, else as WebP.

    Args:
        page: any.
        longest: pixels of its longer side, to which a larger page is reduced.
    """
    from PIL import Image  # noqa: PLC0415 - costs 30 ms that most programs need not pay

    target = io.BytesIO()
    pixels = reduced(page.pixels, longest)
    if page.mode is PixelMode.BINARY and pixels is page.pixels:
        packed = np.packbits(pixels, axis=1)
        Image.frombytes("1", (page.width, page.height), packed.tobytes()).save(target, "png")
        return Picture(target.getvalue(), "png")
    Image.fromarray(pixels).save(target, "webp", quality=_QUALITY, method=_METHOD)
    return Picture(target.getvalue(), "webp")
