"""The fastest public call for the same work as each filter, with the same parameters.

What a library offers only as a recipe of many calls is no rival, and another method for the same purpose is one only
where its name says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, TypeAlias

import cv2
import doxapy
import numpy as np
from PIL import Image, ImageOps

from ocrprep.page import Page, PixelMode, Pixels

Call: TypeAlias = Callable[[], Any]
Prepare: TypeAlias = Callable[[Pixels, Any], Call]


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else's call for the work of a filter.

    Args:
        name: library and function.
        prepare: given the page's pixels and the filter, returns the call that is timed; the image that the call
            returns has the shape of the filter's. What a user of that library has at hand anyway, such as a Pillow
            image, is made before.
        wanted: our time is to be at most this multiple of theirs; None: no bound is set.
        plus_ms: and so many milliseconds.
        instead: given the page's pixels, the filter's parameters that this comparison sets in place of the usual ones,
            where only with these both do the same.
    """

    name: str
    prepare: Prepare
    wanted: float | None = None
    plus_ms: float = 0.0
    instead: Callable[[Pixels], dict[str, Any]] = lambda _: {}

    def measured(self, item: Any, pixels: Pixels) -> Any:
        """The filter as this comparison wants it."""
        return type(item)(**{**item.model_dump(exclude={"kind"}), **self.instead(pixels)})


def _doxa(algorithm: str, **parameters: Callable[[Any], float]) -> Prepare:
    def prepare(pixels: Pixels, item: Any) -> Call:
        given = {name: value(item) for name, value in parameters.items()}
        # Later releases take no array that is read-only, as a page's is.
        own = pixels.copy()

        def call() -> Pixels:
            method = doxapy.Binarization(getattr(doxapy.Binarization.Algorithms, algorithm))
            method.initialize(own)
            out = np.empty(own.shape, np.uint8)
            method.to_binary(out, given)
            return out

        return call

    return prepare


def _doxa_su(pixels: Pixels, item: Any) -> Call:
    # The filter measures its window, so what it found is what the rival is told.
    found = item(Page(pixels, PixelMode.GRAY)).steps[-1].found
    return _doxa("SU", window=lambda _: found["window"], minN=lambda _: found["n_min"])(pixels, item)


def _doxa_bradley(pixels: Pixels, item: Any) -> Call:
    found = item(Page(pixels, PixelMode.GRAY)).steps[-1].found
    return _doxa("BRADLEY", window=lambda _: found["window"])(pixels, item)


def _local(name: str, k: Callable[[Any], float], **more: Any) -> Prepare:
    def prepare(pixels: Pixels, item: Any) -> Call:
        from skimage import filters  # noqa: PLC0415 - takes long to load

        threshold = getattr(filters, name)
        return lambda: pixels > threshold(pixels, item.window, k=k(item), **more)

    return prepare


def _multi_otsu(pixels: Pixels, item: Any) -> Call:
    from skimage.filters import threshold_multiotsu  # noqa: PLC0415

    threshold: Any = threshold_multiotsu
    return lambda: pixels > threshold(pixels, classes=item.classes)[item.ink_classes - 1]


def _adaptive(pixels: Pixels, item: Any) -> Call:
    return lambda: cv2.adaptiveThreshold(
        pixels, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, item.window, item.c
    )


def _morphology(operation: int) -> Prepare:
    def prepare(pixels: Pixels, item: Any) -> Call:
        return lambda: cv2.morphologyEx(pixels, operation, item.element, iterations=item.iterations)

    return prepare


def _clahe(pixels: Pixels, item: Any) -> Call:
    return lambda: cv2.createCLAHE(item.clip_limit, (item.tile_grid, item.tile_grid)).apply(pixels)


def _gamma(pixels: Pixels, item: Any) -> Call:
    def call() -> Any:
        table = (255 * (np.arange(256) / 255) ** (1 / item.value)).round().astype(np.uint8)
        return cv2.LUT(pixels, table)

    return call


def _sharpen(pixels: Pixels, item: Any) -> Call:
    def call() -> Any:
        blurred = cv2.GaussianBlur(pixels, (0, 0), item.radius)
        return cv2.addWeighted(pixels, 1 + item.amount, blurred, -item.amount, 0)

    return call


def _stretch(pixels: Pixels, item: Any) -> Call:
    picture = Image.fromarray(pixels)
    return lambda: ImageOps.autocontrast(picture, (item.low_percentile, 100 - item.high_percentile))


def _resize_opencv(kernel: int) -> Prepare:
    def prepare(pixels: Pixels, item: Any) -> Call:
        size = _new_size(pixels, item)
        return lambda: cv2.resize(pixels, size, interpolation=kernel)

    return prepare


def _halved(pixels: Pixels) -> dict[str, Any]:
    # Only by whole numbers do a box and OpenCV's area weigh the same pixels.
    return {"width": max(1, pixels.shape[1] // 2), "height": max(1, pixels.shape[0] // 2), "interpolation": "box"}


def _resize_pillow(pixels: Pixels, item: Any) -> Call:
    picture, size = Image.fromarray(pixels), _new_size(pixels, item)
    return lambda: picture.resize(size, Image.Resampling.BICUBIC)


def _new_size(pixels: Pixels, item: Any) -> tuple[int, int]:
    if item.kind == "resize":
        return item.width, item.height
    # Measured on the filter's own result, which rounds as it documents.
    made = item(pixels)
    return made.shape[1], made.shape[0]


def _rotate(pixels: Pixels, item: Any) -> Call:
    made = item(pixels)
    height, width = made.shape[:2]
    matrix = cv2.getRotationMatrix2D((pixels.shape[1] / 2, pixels.shape[0] / 2), getattr(item, "angle", -0.8), 1.0)
    matrix[:, 2] += (width - pixels.shape[1]) / 2, (height - pixels.shape[0]) / 2
    return lambda: cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def _perspective(pixels: Pixels, item: Any) -> Call:
    height, width = item(pixels).shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(item.corners, np.float32), corners)
    return lambda: cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)


def _pad(pixels: Pixels, item: Any) -> Call:
    # The filter's margin may be a number or a list for the four sides: its result tells.
    height, width = item(pixels).shape[:2]
    top, left = (height - pixels.shape[0]) // 2, (width - pixels.shape[1]) // 2
    return lambda: cv2.copyMakeBorder(pixels, top, top, left, left, cv2.BORDER_CONSTANT, value=255)


def _crop(pixels: Pixels, item: Any) -> Call:
    x, y, width, height = item.area
    return lambda: pixels[y : y + height, x : x + width].copy()  # noqa: PLW0108 - slicing is part of the work


_WINDOW: dict[str, Callable[[Any], float]] = {"window": lambda item: item.window}
_WINDOW_K: dict[str, Callable[[Any], float]] = {**_WINDOW, "k": lambda item: item.k}
_SKIMAGE_SAUVOLA = _local("threshold_sauvola", lambda item: item.k, r=128)
_SKIMAGE_NIBLACK = _local("threshold_niblack", lambda item: -item.k)
_KNOWN: dict[str, tuple[Rival, ...]] = {
    "adaptive_threshold": (Rival("OpenCV adaptiveThreshold", _adaptive),),
    "bilateral": (
        Rival(
            "OpenCV bilateralFilter",
            lambda pixels, item: lambda: cv2.bilateralFilter(pixels, item.diameter, item.sigma_color, item.sigma_space),
        ),
    ),
    "clahe": (Rival("OpenCV createCLAHE", _clahe, 1.15),),
    "close": (Rival("OpenCV morphologyEx", _morphology(cv2.MORPH_OPEN), 1.15),),
    "crop": (Rival("numpy slice and copy", _crop),),
    "denoise": (
        Rival(
            "OpenCV fastNlMeansDenoising (another method)",
            lambda pixels, item: lambda: cv2.fastNlMeansDenoising(pixels, None, 10),  # noqa: ARG005
            0.10,
        ),
    ),
    "deskew": (Rival("OpenCV warpAffine (no measuring)", _rotate, 1.25, 25.0),),
    "dilate": (Rival("OpenCV erode", _morphology(cv2.MORPH_ERODE), 1.15),),
    "erode": (Rival("OpenCV dilate", _morphology(cv2.MORPH_DILATE), 1.15),),
    "gamma": (Rival("OpenCV LUT", _gamma),),
    "gatos": (Rival("doxapy", _doxa("GATOS", **_WINDOW_K, glyph=lambda item: item.glyph - 1), 0.05),),
    "gaussian_blur": (
        Rival("OpenCV GaussianBlur", lambda pixels, item: lambda: cv2.GaussianBlur(pixels, (0, 0), item.sigma)),
    ),
    "invert": (Rival("OpenCV bitwise_not", lambda pixels, item: lambda: cv2.bitwise_not(pixels)),),  # noqa: ARG005
    "isauvola": (Rival("doxapy", _doxa("ISAUVOLA", **_WINDOW_K), 0.40),),
    "median": (Rival("OpenCV medianBlur", lambda pixels, item: lambda: cv2.medianBlur(pixels, item.size), 1.15),),
    "multi_otsu": (Rival("scikit-image threshold_multiotsu", _multi_otsu),),
    "niblack": (
        Rival("doxapy", _doxa("NIBLACK", **_WINDOW_K)),
        Rival("scikit-image threshold_niblack", _SKIMAGE_NIBLACK),
    ),
    "nick": (
        Rival("doxapy", _doxa("NICK", **_WINDOW_K), 0.40),
        Rival("doxapy, its usual window", _doxa("NICK", **_WINDOW_K), 0.40, instead=lambda _: {"window": 75}),
        Rival("scikit-image threshold_niblack (it has no NICK)", _SKIMAGE_NIBLACK, 0.05),
    ),
    "non_local_means": (
        Rival(
            "OpenCV fastNlMeansDenoising",
            lambda pixels, item: (
                lambda: cv2.fastNlMeansDenoising(pixels, None, item.strength, item.template, item.search)
            ),
        ),
    ),
    "open": (Rival("OpenCV morphologyEx", _morphology(cv2.MORPH_CLOSE), 1.15),),
    "otsu": (
        Rival(
            "OpenCV threshold",
            lambda pixels, item: lambda: cv2.threshold(pixels, 0, 255, cv2.THRESH_OTSU)[1],  # noqa: ARG005
        ),
    ),
    "pad": (
        Rival("OpenCV copyMakeBorder", _pad, instead=lambda _: {"fill": 255}),
        Rival("OpenCV copyMakeBorder (in white: it does not measure the paper)", _pad),
    ),
    "perspective": (Rival("OpenCV warpPerspective", _perspective),),
    "resize": (
        Rival("OpenCV resize, area", _resize_opencv(cv2.INTER_AREA), 1.15, instead=_halved),
        Rival("OpenCV resize, area (another kernel)", _resize_opencv(cv2.INTER_AREA)),
        Rival("Pillow resize, the same kernel", _resize_pillow),
    ),
    "rotate": (Rival("OpenCV warpAffine", _rotate, 1.25),),
    "sauvola": (
        Rival("doxapy", _doxa("SAUVOLA", **_WINDOW_K), 0.40),
        Rival("scikit-image threshold_sauvola", _SKIMAGE_SAUVOLA, 0.05),
    ),
    "scale": (
        Rival(
            "OpenCV resize, cubic",
            _resize_opencv(cv2.INTER_CUBIC),
            1.15,
            instead=lambda _: {"interpolation": "cubic_convolution"},
        ),
        Rival("OpenCV resize, cubic (another kernel)", _resize_opencv(cv2.INTER_CUBIC)),
        Rival("Pillow resize, the same kernel", _resize_pillow),
    ),
    "sharpen": (Rival("OpenCV GaussianBlur, addWeighted", _sharpen),),
    "stretch_histogram": (Rival("Pillow autocontrast", _stretch),),
    "su": (
        Rival("doxapy, its usual window", _doxa_su, 0.05, instead=lambda _: {"window": 75}),
        Rival("doxapy, told our measured window", _doxa_su),
    ),
    "threshold": (
        Rival(
            "OpenCV threshold",
            lambda pixels, item: lambda: cv2.threshold(pixels, item.value, 255, cv2.THRESH_BINARY)[1],
        ),
    ),
    "to_grayscale": (
        Rival("OpenCV cvtColor", lambda pixels, item: lambda: cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)),  # noqa: ARG005
    ),
    "wolf": (
        Rival("doxapy", _doxa("WOLF", **_WINDOW_K), 0.40),
        Rival("scikit-image threshold_sauvola (it has no Wolf)", _SKIMAGE_SAUVOLA, 0.05),
    ),
}
if hasattr(doxapy.Binarization.Algorithms, "BRADLEY"):
    _KNOWN["bradley"] = (Rival("doxapy", _doxa_bradley),)

RIVALS = dict(sorted(_KNOWN.items()))
"""By kind; a filter that is not here has no public rival that does the same."""

WANTED_MS = {"normalize_background": 20.0}
"""Bounds on our own milliseconds, where nobody else offers the operation."""

WANTED_CHAINS_MS = {("denoise", "contrast", "binarize", "dilate"): 120.0}
"""Chains of filters with their defaults that are measured as a whole, with the bound on their milliseconds."""

VERSIONS = {name: version(name) for name in ("doxapy", "scikit-image", "pillow")}
