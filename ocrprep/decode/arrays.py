"""Pixels in memory, in any order of channels, become a page."""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep.errors import UnsupportedFormatError
from ocrprep.page import Page, PixelMode, Source

if TYPE_CHECKING:
    import numpy.typing as npt

    from ocrprep.page import Dpi, Pixels


class PixelType(str, enum.Enum):
    """How the channels of raw pixels follow each other."""

    BYTE = "byte"
    """One gray level a pixel."""
    RGB = "rgb"
    """Red, green, blue."""
    RGBA = "rgba"
    """Red, green, blue, opacity."""
    BGR = "bgr"
    """Blue, green, red, as OpenCV orders them."""

    @property
    def channels(self) -> int:
        """Values a pixel: 1, 3 or 4."""
        return {"byte": 1, "rgb": 3, "rgba": 4, "bgr": 3}[self.value]


def page_from_array(
    array: npt.NDArray[Any],
    *,
    dpi: Dpi | None = None,
    uri: str = "<array>",
    pixel_type: PixelType | None = None,
    fingerprint: bool = True,
) -> Page:
    """A page from pixels in memory; the array itself is never changed, and shared where nothing has to be converted.

    Args:
        array: bool (H, W), True for paper, is BINARY. uint8 (H, W) or (H, W, 1) is GRAY, (H, W, 3) RGB, (H, W, 4) RGB
            with opacity, which is laid on white. uint16 likewise, where 65535 is white.
        dpi: (x, y) pixels per inch, None when unknown.
        uri: the name of the source.
        pixel_type: the order of the channels; None: as above. BGR needs (H, W, 3).
        fingerprint: also take the sha256 of the pixels, about 7 ms for a gray A4 page at 300 dpi.

    Raises:
        UnsupportedFormatError: any other type or shape.
    """
    array = np.asarray(array)
    _check_array(array, uri, pixel_type)
    digest = pixels_digest(array) if fingerprint else ""
    height, width = array.shape[:2]
    source = Source(uri, sha256=digest, width=width, height=height, dpi=dpi)
    if array.dtype == np.bool_:
        return Page(np.where(array, np.uint8(255), np.uint8(0)), PixelMode.BINARY, dpi, source=source)
    pixels = to_eight_bits(array, 65535) if array.dtype.itemsize == 2 else array.astype(np.uint8, copy=False)
    if pixels.ndim == 3:
        pixels = _without_order(pixels, pixel_type)
    mode = PixelMode.RGB if pixels.ndim == 3 else PixelMode.GRAY
    return Page(pixels, mode, dpi, source=source)


def pixels_digest(array: npt.NDArray[Any]) -> str:
    """The sha256 of the shape and the values."""
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def to_eight_bits(values: npt.NDArray[Any], maximum: float) -> Pixels:
    """Scale values from 0 … ``maximum`` to 0 … 255, rounded to the nearest."""
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        native = np.ascontiguousarray(values, dtype=np.uint16)
        return np.asarray(cv2.convertScaleAbs(native, alpha=255.0 / maximum), np.uint8).reshape(values.shape)
    return np.rint(values.astype(np.float64) * (255.0 / maximum)).astype(np.uint8)


def on_white(layers: Pixels) -> Pixels:
    """Lay colours on white paper: (H, W, 4) RGB with opacity gives (H, W, 3), (H, W, 2) gray with it (H, W)."""
    layers = np.ascontiguousarray(layers)
    opacity = np.asarray(cv2.extractChannel(layers, layers.shape[2] - 1), np.uint8)
    is_gray = layers.shape[2] == 2
    colours = cv2.extractChannel(layers, 0) if is_gray else cv2.cvtColor(layers, cv2.COLOR_RGBA2RGB)
    if opacity.min() < 255:
        share = opacity if is_gray else cv2.merge([opacity] * 3)
        colours = cv2.bitwise_not(cv2.multiply(cv2.bitwise_not(colours), share, scale=1 / 255))
    return np.asarray(colours, np.uint8)


def _check_array(array: npt.NDArray[Any], uri: str, pixel_type: PixelType | None) -> None:
    shape = array.shape
    if array.dtype == np.bool_ and array.ndim == 2 and array.size and pixel_type in {None, PixelType.BYTE}:
        return
    if array.dtype.kind != "u" or array.dtype.itemsize > 2:
        hint = "give uint8 (0-255), uint16 (0-65535) or a bool array of (height, width)"
        if array.dtype.kind == "f":
            hint = "scale it to 0-255 and call .astype(numpy.uint8)"
        raise UnsupportedFormatError(f"an array of {array.dtype} {shape} is not a picture", source=uri, hint=hint)
    if array.size == 0:
        raise UnsupportedFormatError(f"an array of shape {shape} has no pixels", source=uri)
    channels = 1 if array.ndim == 2 else shape[2] if array.ndim == 3 else 0
    allowed = (1, 3, 4) if pixel_type is None else (pixel_type.channels,)
    if channels not in allowed:
        hint = "expected (height, width) or (height, width, channels) with 1, 3 or 4 channels"
        if array.ndim == 3 and shape[0] in {1, 3, 4} and channels not in {1, 3, 4}:
            hint = "channels come last: use numpy.moveaxis(array, 0, -1)"
        elif pixel_type is not None:
            hint = f"{pixel_type.name} has {pixel_type.channels} value(s) a pixel"
        raise UnsupportedFormatError(f"an array of shape {shape} is not a picture", source=uri, hint=hint)


def _without_order(pixels: Pixels, pixel_type: PixelType | None) -> Pixels:
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[..., 0])
    if pixels.shape[2] == 4:
        return on_white(pixels)
    return np.ascontiguousarray(pixels[..., ::-1]) if pixel_type is PixelType.BGR else pixels
