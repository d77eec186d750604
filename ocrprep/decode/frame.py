"""One frame of an open Pillow image: its pixels as a page understands them, its resolution, its orientation.

A source image *as decoded* is the image after its EXIF orientation was applied: what a viewer shows. All source
coordinates and the source's width and height are meant there.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from ocrprep.decode.arrays import on_white, to_eight_bits
from ocrprep.errors import UnsupportedFormatError
from ocrprep.page import PixelMode

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from PIL import Image

    from ocrprep.page import Dpi, Pixels

BINARY, GRAY, RGB = PixelMode.BINARY, PixelMode.GRAY, PixelMode.RGB

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _UNIT, _BITS = 0x0112, 0x011A, 0x011B, 0x0128, 0x0102
_CENTIMETRE = 3
_INCH = 2
_TURNS: dict[int, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}
_SIDEWAYS = frozenset({5, 6, 7, 8})


def frame_pixels(image: Image.Image) -> tuple[Pixels, PixelMode]:
    """The pixels of a loaded frame, not turned yet.

    Depth 1 is BINARY; palettes are looked up and give the poorest mode that holds their colours; opacity is laid on
    white; 16 bit is scaled by 255/65535, or by its declared depth; integers and floats without a declared depth by the
    smallest of 255, 65535 and 2³¹−1 (floats: 1, 255, 65535) that holds them all; CMYK, YCbCr, Lab and HSV become RGB.

    Raises:
        UnsupportedFormatError: numbers that have no such scale: negative ones, or not numbers.
    """
    mode = image.mode
    if mode == "P":
        return _looked_up(image)
    if mode == "F" or mode.startswith("I"):
        return _deep(image), GRAY
    if image.has_transparency_data:
        return _laid_on_white(image)
    if mode == "1":
        return np.asarray(image.convert("L")), BINARY
    if mode == "L":
        return np.asarray(image), GRAY
    return np.asarray(image if mode == "RGB" else image.convert("RGB")), RGB


def _laid_on_white(image: Image.Image) -> tuple[Pixels, PixelMode]:
    mode = "LA" if image.mode in {"1", "L", "LA", "La"} else "RGBA"
    layers = np.asarray(image if image.mode == mode else image.convert(mode))
    return on_white(layers), GRAY if mode == "LA" else RGB


def _looked_up(image: Image.Image) -> tuple[Pixels, PixelMode]:
    colours = np.array(image.getpalette("RGBA") or (), np.uint8).reshape(-1, 4)
    declared = image.info.get("transparency")
    if isinstance(declared, bytes):
        count = min(len(declared), len(colours))
        colours[:count, 3] = np.frombuffer(declared, np.uint8)[:count]
    elif isinstance(declared, int) and declared < len(colours):
        colours[declared, 3] = 0
    if not len(colours):
        raise UnsupportedFormatError("its pixels point into a palette that is not there")
    solid = on_white(colours[None])[0]
    table = np.zeros((256, 3), np.uint8)
    table[: len(solid)] = solid
    indices = np.asarray(image)
    if (solid == solid[:, :1]).all():
        gray = np.asarray(cv2.LUT(indices, table[:, 0].copy()), np.uint8)
        return gray, BINARY if np.isin(solid, (0, 255)).all() else GRAY
    return np.take(table, indices, axis=0), RGB


def _deep(image: Image.Image) -> Pixels:
    values = np.asarray(image)
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high) and low >= 0):
        raise UnsupportedFormatError(
            f"its pixels run from {low} to {high}, which no scale from black to white is known for",
            hint="scale the picture to 8 or 16 bit without negative values first",
        )
    # A PNG of 16 bit with one transparent gray level.
    clear = image.info.get("transparency")
    pixels = to_eight_bits(values, _maximum(image, float(high)))
    return np.where(values == clear, np.uint8(255), pixels) if isinstance(clear, int) else pixels


def _maximum(image: Image.Image, high: float) -> float:
    if image.mode.startswith("I;16"):
        bits = getattr(image, "tag_v2", {}).get(_BITS, (16,))[0]
        declared = float(2 ** min(int(bits), 16) - 1)
        return declared if high <= declared else 65535.0
    if image.mode == "I" and image.format in {"PNG", "PPM"}:
        return 65535.0
    scales = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0, 2.0**31 - 1)
    fitting = [scale for scale in scales if high <= scale]
    if not fitting:
        raise UnsupportedFormatError(f"its pixels run up to {high}", hint="scale the picture to 0-1 or 0-255 first")
    return fitting[0]


def orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1–8; 1 where there is none or where the EXIF data are damaged, as every viewer takes it."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - Pillow's EXIF parser raises almost anything; the picture is still whole
        return 1
    return value if value in _TURNS else 1


def turned(pixels: Pixels, value: int) -> Pixels:
    """The pixels upright, from an EXIF orientation of 1–8."""
    return np.ascontiguousarray(_TURNS[value](pixels)) if value in _TURNS else pixels


def frame_dpi(image: Image.Image, value: int) -> Dpi | None:
    """The declared resolution after turning, or None: missing, without a unit, or outside 10–10,000 dpi.

    Args:
        image: a frame.
        value: its EXIF orientation as the file declares it; 5–8 swap x and y.
    """
    dpi = image.info.get("dpi")
    if image.format in {"JPEG", "MPO"} and not image.info.get("jfif_unit"):
        # Pillow makes up 72 dpi where the EXIF data have none.
        dpi = _exif_dpi(image)
    try:
        x, y = (_tidy(float(number)) for number in dpi or ())
    except (TypeError, ValueError, ArithmeticError):
        return None
    if not (10 <= x <= 10_000 and 10 <= y <= 10_000):
        return None
    return (y, x) if value in _SIDEWAYS else (x, y)


def _tidy(number: float) -> float:
    # PNG and BMP store pixels per metre: 300 dpi comes back as 299.9994.
    return float(round(number)) if math.isfinite(number) and abs(number - round(number)) < 0.02 else number


def _exif_dpi(image: Image.Image) -> tuple[float, float] | None:
    try:
        exif = image.getexif()
        unit = exif.get(_UNIT, _INCH)
        factor = {_INCH: 1.0, _CENTIMETRE: 2.54}[unit]
        return float(exif[_X_RESOLUTION]) * factor, float(exif[_Y_RESOLUTION]) * factor
    except Exception:  # noqa: BLE001 - as for the orientation
        return None
