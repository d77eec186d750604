"""The arguments of ``OcrInput.add``: a range of pages, or the shape of raw pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ocrprep.decode import PixelType
from ocrprep.errors import InputError, UnsupportedFormatError
from ocrprep.inputs.options import PageRange, RawPixels

if TYPE_CHECKING:
    import numpy.typing as npt


def placed(place: tuple[Any, ...], named: dict[str, Any]) -> tuple[PageRange, RawPixels | None, PixelType | None]:
    """Tell ``start_page, pages_count`` from ``width, height, pixel_type``, given by position or by name.

    Raises:
        TypeError: neither of both, or one of them twice.
        pydantic.ValidationError: a value out of its range, or an unknown name.
    """
    is_raw = len(place) > 2 or not named.keys().isdisjoint({"width", "height"})
    names = ("width", "height", "pixel_type") if is_raw else ("start_page", "pages_count")
    twice = named.keys() & set(names[: len(place)])
    if len(place) > len(names) or twice:
        raise TypeError(f"add() takes start_page and pages_count, or width, height and pixel_type, not {place} {named}")
    values = {**dict(zip(names, place, strict=False)), **named}
    if is_raw:
        raw = RawPixels(**values)
        return PageRange(), raw, raw.pixel_type
    pixel_type = values.pop("pixel_type", None)
    return PageRange(**values), None, None if pixel_type is None else PixelType(pixel_type)


def shaped(pixels: Any, raw: RawPixels, name: str) -> npt.NDArray[Any]:
    """Raw pixels as an array of (height, width) or (height, width, channels).

    Raises:
        InputError: not as many values as the shape has.
    """
    if isinstance(pixels, (bytes, bytearray, memoryview)):
        values = np.frombuffer(pixels, np.uint8)
    elif isinstance(pixels, np.ndarray):
        values = pixels.reshape(-1)
    else:
        values = _from_numbers(pixels, name)
    channels = raw.pixel_type.channels
    expected = raw.width * raw.height * channels
    if values.size != expected:
        raise InputError(
            f"{raw.width}x{raw.height} pixels of {raw.pixel_type.name} are {expected} values, not {values.size}",
            source=name,
            hint="rows follow each other without padding",
        )
    return values.reshape((raw.height, raw.width) if channels == 1 else (raw.height, raw.width, channels))


def _from_numbers(pixels: Any, name: str) -> npt.NDArray[Any]:
    try:
        return np.frombuffer(bytes(list(pixels)), np.uint8)
    except (TypeError, ValueError) as error:
        raise UnsupportedFormatError(
            f"raw pixels are bytes or numbers from 0 to 255: {error}", source=name, hint="give bytes or a uint8 array"
        ) from error
