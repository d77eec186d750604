"""The noun that travels: one page, where it came from, what was done to it, and the way back to its source."""

from __future__ import annotations

import enum
import math
import re
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep import geometry
from ocrprep.geometry import Box, Matrix, Points
from ocrprep.threads import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Pixels from which on a second core finds the time to wake up.
_LARGE = 4_000_000

# Longer side of the picture in a notebook, in pixels.
_SHOWN = 1200

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""Rows, columns and, in colour, channels."""
Dpi: TypeAlias = tuple[float, float]
"""Pixels per inch along x and y."""


class PixelMode(str, enum.Enum):
    """What the numbers of a page mean. Ink is 0, paper is 255."""

    BINARY = "binary"
    """(H, W), each pixel exactly 0 or 255."""
    GRAY = "gray"
    """(H, W), 0–255."""
    RGB = "rgb"
    """(H, W, 3), red first."""

    @property
    def rank(self) -> int:
        """0 for BINARY, 1 for GRAY, 2 for RGB: a page of a higher rank can hold one of a lower."""
        return ("binary", "gray", "rgb").index(self.value)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a page came from.

    Args:
        uri: path, address or name; an archive member is ``archive.zip!folder/page.png``.
        page_index: 0-based place inside its document.
        page_count: pages of that document.
        sha256: hexadecimal digest of the document's bytes, or of the pixels where there were none.
        width: of the decoded source image, in pixels; 0 when unknown.
        height: likewise.
        dpi: (x, y) pixels per inch of that image, None when unknown.
    """

    uri: str = "<array>"
    page_index: int = 0
    page_count: int = 1
    sha256: str = ""
    width: int = 0
    height: int = 0
    dpi: Dpi | None = None

    def __post_init__(self) -> None:
        if self.dpi is not None:
            # JSON gives back a list.
            object.__setattr__(self, "dpi", (float(self.dpi[0]), float(self.dpi[1])))

    def __str__(self) -> str:
        return self.uri if self.page_count == 1 else f"{self.uri}, page {self.page_index + 1}"

    @property
    def stem(self) -> str:
        """The last part of the uri, without its suffix: what a saved file is named after."""
        path = self.uri.split("?")[0] if "://" in self.uri else self.uri
        name = re.split(r"[/\\]|(?<=\.zip)!", path.rstrip("/"), flags=re.IGNORECASE)[-1]
        stem = name.rsplit(".", 1)[0] or name
        return stem.strip("<>") or "page"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done to a page.

    Args:
        kind: the filter's kind.
        parameters: what was declared, JSON-ready, without the kind; replaying them gives the same page.
        found: what the filter measured or chose: an angle, a level, a text height.
        seconds: wall time.
        implicit: a conversion that a filter needed without being asked; not replayed, as it happens again by itself.
    """

    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    implicit: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page on its way through a chain.

    Args:
        pixels: uint8, C-contiguous, not empty; made read-only here. (H, W) for BINARY and GRAY, (H, W, 3) for RGB.
        mode: what the pixels mean. That a BINARY page holds only 0 and 255 is checked where filters end, not here.
        dpi: (x, y) pixels per inch, or None when unknown.
        to_source: 3×3 map from a point of this page to the source image as decoded; always invertible.
        source: where it came from.
        steps: what was done.
        unbinarized: the page as it was before its last binarising step, or None; see :meth:`gray`.

    Raises:
        ValueError: the pixels or the map break this contract.
    """

    pixels: Pixels
    mode: PixelMode
    dpi: Dpi | None = None
    to_source: Matrix = field(default_factory=geometry.identity)
    source: Source = field(default_factory=Source)
    steps: tuple[Step, ...] = ()
    unbinarized: Page | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ValueError(problem)
        pixels = np.ascontiguousarray(self.pixels)
        if pixels.flags.writeable:
            # A view, so that the caller's own array keeps its flag.
            pixels = pixels.view()
            pixels.flags.writeable = False
        matrix = np.array(self.to_source, dtype=np.float64)
        matrix.flags.writeable = False
        object.__setattr__(self, "pixels", pixels)
        object.__setattr__(self, "to_source", matrix)

    def _problem(self) -> str:
        array = self.pixels
        dimensions = 3 if self.mode is PixelMode.RGB else 2
        if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
            return f"pixels must be a uint8 array, not {getattr(array, 'dtype', type(array).__name__)}"
        if array.ndim != dimensions or (dimensions == 3 and array.shape[2] != 3):
            return f"{self.mode.value} pixels must be {'(H, W, 3)' if dimensions == 3 else '(H, W)'}, not {array.shape}"
        if array.size == 0:
            return f"a page needs at least one pixel, not {array.shape}"
        if self.dpi is not None and not all(math.isfinite(value) and value > 0 for value in self.dpi):
            return f"dpi must be two numbers above 0 or None, not {self.dpi}"
        if np.shape(self.to_source) != (3, 3) or not geometry.is_invertible(np.asarray(self.to_source, float)):
            return "to_source must be an invertible 3x3 matrix"
        return ""

    def __reduce__(self) -> tuple[Any, ...]:
        # numpy forgets the read-only flag when it is pickled; building the page again restores it.
        return type(self), tuple(getattr(self, item.name) for item in fields(self))

    def __repr__(self) -> str:
        dpi = "unknown dpi" if self.dpi is None else f"{self.dpi[0]:g}x{self.dpi[1]:g} dpi"
        done = ", ".join(step.kind for step in self.steps if not step.implicit) or "untouched"
        return f"<Page {self.width}x{self.height} {self.mode.value}, {dpi}, {self.source}: {done}>"

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        """The pixels, for ``np.asarray(page)``: a read-only view unless another type or a copy is asked for."""
        return np.array(self.pixels, dtype=dtype) if copy or dtype not in {None, self.pixels.dtype} else self.pixels

    def _repr_png_(self) -> bytes:
        """The whole page for a notebook: its longer side at most 1200 pixels, one bit a pixel where it is BINARY."""
        from ocrprep.pictures import png  # noqa: PLC0415 - only a notebook asks

        return png(self.pixels, _SHOWN, binary=self.mode is PixelMode.BINARY)

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.pixels.shape[0])

    def converted(self, mode: PixelMode) -> Page:
        """The same page in a mode that can hold it, or in gray; adds an implicit step when anything changes.

        BINARY and RGB become GRAY (RGB by the ITU-R BT.601 luma weights), everything becomes RGB.

        Raises:
            ValueError: asked for BINARY, which needs a filter that chooses a level.
        """
        if mode is self.mode:
            return self
        if mode is PixelMode.BINARY:
            raise ValueError("no page becomes binary by itself: add binarize() or threshold() to the chain")
        step = Step("convert", {"mode": mode.value}, {"from": self.mode.value}, implicit=True)
        return replace(self, pixels=convert_pixels(self.pixels, mode), mode=mode, steps=(*self.steps, step))

    def gray(self) -> Page:
        """The page as it was before its last binarising step, in the place and size that it has now.

        Steps after the binarisation that moved the page are applied to the gray page in a single resampling; steps that
        changed only its ink are not. A page that was never binarised is returned as it is.
        """
        before = self.unbinarized
        if before is None:
            return self
        to_before = geometry.invert(before.to_source) @ self.to_source
        if geometry.is_identity(to_before) and (before.width, before.height) == (self.width, self.height):
            pixels = before.pixels
        else:
            pixels = _resample(before.pixels, to_before, self.width, self.height)
        return replace(self, pixels=pixels, mode=before.mode, unbinarized=None)

    def source_points(self, points: Points) -> Points:
        """Map (N, 2) points of this page to the source image."""
        return geometry.apply(self.to_source, points)

    def source_box(self, box: Box) -> Box:
        """The upright box around ``box`` on the source image; see :meth:`source_points` for the exact quadrilateral."""
        return Box.around(self.source_points(box.corners()))


def _resample(pixels: Pixels, to_old: Matrix, width: int, height: int) -> Pixels:
    matrix = geometry.to_pixel_centres(to_old)
    shrinks = abs(np.linalg.det(matrix[:2, :2])) > 1.5**2
    if shrinks:
        # Sampling a sharp image at fewer points aliases: blur to the new pixel's reach first.
        reach = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.4 * reach), np.uint8)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def is_black_and_white(pixels: Pixels) -> bool:
    """Whether (H, W) pixels hold only 0 and 255."""
    if pixels.size < _LARGE or len(pixels) < 2:
        return _is_black_and_white(pixels)
    middle = pixels.shape[0] // 2
    return all(shared_out((pixels[:middle], pixels[middle:]), _is_black_and_white))


def _is_black_and_white(pixels: Pixels) -> bool:
    # As signed numbers 0 and 255 are 0 and −1, with nothing between or beside them: one pass, and no array.
    low, high, _, _ = cv2.minMaxLoc(pixels.view(np.int8))
    return bool(low >= -1.0 and high <= 0.0)


def convert_pixels(pixels: Pixels, mode: PixelMode) -> Pixels:
    """The same picture with one channel (GRAY) or three (RGB)."""
    if mode is PixelMode.RGB and pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB), np.uint8)
    if mode is not PixelMode.RGB and pixels.ndim == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return pixels


@dataclass(frozen=True, slots=True)
class PageRef:
    """A page that has not been opened yet: cheap to hold, and where every error about its input comes out.

    Args:
        source: what is known before opening.
        load: opens, decodes and returns the page; raises an ``InputError``.
        digest: the SHA-256 of the document's bytes without decoding them; raises an ``InputError``. None where that
            cannot be had.
    """

    source: Source
    load: Callable[[], Page]
    digest: Callable[[], str] | None = None
