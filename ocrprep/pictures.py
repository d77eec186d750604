"""Pixels as small pictures for people: reduced, encoded, and as addresses that hold the picture themselves."""

from __future__ import annotations

import base64
import re

import cv2
import numpy as np
import numpy.typing as npt

_FAINT = 170
"""Of a reduced black-and-white page: a pixel is black from a third of ink on, so that thin strokes do not break."""

_QUALITY = 82


def reduced(pixels: npt.NDArray[np.uint8], longest: int) -> npt.NDArray[np.uint8]:
    """The picture with its longer side at most ``longest`` pixels, each the mean of what it stands for.

    Raises:
        ValueError: ``longest`` is less than 1.
    """
    if longest < 1:
        raise ValueError(f"a picture needs at least one pixel, not {longest}")
    height, width = pixels.shape[:2]
    share = longest / max(height, width)
    if share >= 1.0:
        return pixels
    size = (max(round(width * share), 1), max(round(height * share), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def png(pixels: npt.NDArray[np.uint8], longest: int, *, binary: bool) -> bytes:
    """A PNG with its longer side at most ``longest`` pixels.

    Args:
        pixels: (H, W) gray or (H, W, 3) red first.
        longest: in pixels.
        binary: the page is black and white, and stays so with one bit a pixel.
    """
    small = reduced(pixels, longest)
    if not binary:
        return _encoded(".png", small, [])
    if small is not pixels:
        small = np.where(small < _FAINT, 0, 255).astype(np.uint8)
    return _encoded(".png", small, [cv2.IMWRITE_PNG_BILEVEL, 1])


def data_uri(pixels: npt.NDArray[np.uint8], longest: int, *, binary: bool) -> str:
    """The picture as an address: PNG of one bit for a black-and-white page in its own size, WebP for all others."""
    small = reduced(pixels, longest)
    if binary and small is pixels:
        kind, data = "png", png(pixels, longest, binary=True)
    else:
        kind, data = "webp", _encoded(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _encoded(suffix: str, pixels: npt.NDArray[np.uint8], options: list[int]) -> bytes:
    ready = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    _, data = cv2.imencode(suffix, ready, options)
    return data.tobytes()


def printable(text: str) -> str:
    """The text with what UTF-8 and HTML cannot hold (half characters, control characters) as the sign for unknown."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
