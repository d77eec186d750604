"""Resampling a page by a map: one place for direction, pixel centres, antialiasing, filled corners and binary pages."""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from ocrprep import geometry
from ocrprep.errors import FilterError
from ocrprep.geometry import Box, Matrix, Points
from ocrprep.page import Page, PixelMode, Pixels
from ocrprep.threads import shared_out, together

Fill = Annotated[
    Literal["background"] | Annotated[int, Field(ge=0, le=255)],
    Field(
        description='what to lay where the old page has no pixels: "background" (the paper of the nearest part of the '
        "page, white on a binary page) or a gray level, 0-255, cut at 128 on a binary page"
    ),
]
"""What to lay where the old page has no pixels."""

Sampling: TypeAlias = Literal["nearest", "linear", "cubic", "lanczos4"]
"""How a value between pixels is found."""

_FLAGS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "lanczos4": cv2.INTER_LANCZOS4,
}
# Pixels from a point to the farthest that Lanczos weighs in.
_REACH = 4
_MAX_PIXELS = 2**31
_CELLS = 8
_SAMPLES = 24
_SHRINKS = 1.2


def check_size(width: int, height: int) -> None:
    """Refuse a size that no page can have, before memory is taken.

    Raises:
        FilterError: zero pixels, or more than 2^31.
    """
    if width < 1 or height < 1:
        raise FilterError(
            f"the result would be {width}x{height} pixels", hint="a page needs at least one pixel; shrink it less"
        )
    if width * height > _MAX_PIXELS:
        raise FilterError(
            f"the result would be {width}x{height} pixels, more than 2^31", hint="choose a smaller ratio or size"
        )


def warp(
    page: Page, new_to_old: Matrix, width: int, height: int, *, fill: str | int = "background", sampling: str = "cubic"
) -> Pixels:
    """The page seen through a map.

    Moves by whole pixels copy exactly. Where the map shrinks, the page is averaged down first, so thin strokes fade
    and do not drop out. A binary page stays binary: it is resampled as gray and cut at 128.

    Args:
        page: in any mode.
        new_to_old: a point of the new page → ``page``, in edge coordinates.
        width: of the new page, in pixels.
        height: likewise.
        fill: see :data:`Fill`.
        sampling: see :data:`Sampling`.

    Returns:
        (height, width) or (height, width, 3) uint8.

    Raises:
        FilterError: the size is none that a page can have.
    """
    check_size(width, height)
    shift = _whole_shift(new_to_old)
    if shift is not None:
        return _shifted(page, new_to_old, shift, (width, height), fill)
    source, map_back = _reduced(page.pixels, new_to_old, width, height)
    # A rim of repeated pixels as wide as the sampling reaches is quicker than a look beyond the edge at every pixel.
    framed = np.asarray(cv2.copyMakeBorder(source, *(_REACH,) * 4, cv2.BORDER_REPLICATE), np.uint8)
    from_frame = np.asarray(geometry.translation(_REACH, _REACH) @ map_back)
    pixels = _sampled(framed, from_frame, width, height, flags=_FLAGS[sampling])
    if page.mode is PixelMode.BINARY:
        cv2.threshold(pixels, 127, 255, cv2.THRESH_BINARY, dst=pixels)
    outside = _outside(page, new_to_old, width, height)
    if not outside:
        return pixels
    canvas = _Canvas(page, new_to_old, width, height, fill)
    # In the frame's memory, which has served: to ask the system for as much again takes longer than to fill it.
    everywhere = framed.ravel()[: source.shape[0] * source.shape[1]].reshape(source.shape[:2])
    everywhere.fill(255)

    def found(part: tuple[slice, slice]) -> tuple[Pixels, Pixels]:
        rows, columns = part
        moved = np.asarray(map_back @ geometry.translation(columns.start, rows.start))
        part_w, part_h = columns.stop - columns.start, rows.stop - rows.start
        inside = _sampled(everywhere, moved, part_w, part_h, flags=cv2.INTER_NEAREST)
        return canvas.part(rows, columns), np.asarray(cv2.bitwise_not(inside), np.uint8)

    # Bands overlap at the corners: laid one after the other, so that the last has its way.
    for part, (paper, where) in zip(outside, shared_out(outside, found), strict=True):
        cv2.copyTo(paper, where, pixels[part])
    return pixels


def _sampled(
    source: Pixels, new_to_old: Matrix, width: int, height: int, *, flags: int, border: int = cv2.BORDER_CONSTANT
) -> Pixels:
    matrix, flags = geometry.to_pixel_centres(new_to_old), flags | cv2.WARP_INVERSE_MAP
    if np.array_equal(matrix[2], (0.0, 0.0, 1.0)):
        # A tenth quicker than dividing by 1 everywhere.
        made = cv2.warpAffine(source, matrix[:2], (width, height), flags=flags, borderMode=border)
    else:
        made = cv2.warpPerspective(source, matrix, (width, height), flags=flags, borderMode=border)
    return np.asarray(made, np.uint8)


def _whole_shift(matrix: Matrix) -> tuple[int, int] | None:
    x, y = matrix[0, 2], matrix[1, 2]
    whole = np.array_equal(matrix, geometry.translation(x, y)) and float(x).is_integer() and float(y).is_integer()
    return (int(x), int(y)) if whole else None


def _shifted(page: Page, new_to_old: Matrix, shift: tuple[int, int], size: tuple[int, int], fill: str | int) -> Pixels:
    (dx, dy), (width, height) = shift, size
    left, right = max(0, -dx), min(width, page.width - dx)
    top, bottom = max(0, -dy), min(height, page.height - dy)
    empty = left >= right or top >= bottom
    if not empty and (left, top, right, bottom) == (0, 0, width, height):
        return np.ascontiguousarray(page.pixels[dy : dy + height, dx : dx + width])
    if empty:
        return _Canvas(page, new_to_old, width, height, fill).part(slice(0, height), slice(0, width))
    kept, level = page.pixels[top + dy : bottom + dy, left + dx : right + dx], _level(page, fill)

    def copied() -> Pixels:
        sides, value = (top, height - bottom, left, width - right), (level or 0,) * 4
        return np.asarray(cv2.copyMakeBorder(kept, *sides, cv2.BORDER_CONSTANT, value=value), np.uint8)

    if level is not None:
        return copied()

    def margin() -> list[tuple[tuple[slice, slice], Pixels]]:
        canvas = _Canvas(page, new_to_old, width, height, fill)
        return [(band, canvas.part(*band)) for band in _around((left, top, right, bottom), width, height)]

    pixels, bands = together(copied, margin)
    for band, paper in bands:
        pixels[band] = paper
    return pixels


def _reduced(pixels: Pixels, new_to_old: Matrix, width: int, height: int) -> tuple[Pixels, Matrix]:
    old_h, old_w = pixels.shape[:2]
    probes = np.array([[0.5, 0.0], [-0.5, 0.0], [0.0, 0.5], [0.0, -0.5]])
    right, left, down, up = geometry.apply(new_to_old, probes + np.array([width / 2.0, height / 2.0]))
    reach = np.hypot(right - left, down - up)
    fx, fy = (
        min(float(step), side) if step > _SHRINKS else 1.0 for step, side in zip(reach, (old_w, old_h), strict=True)
    )
    if fx == fy == 1.0:
        return pixels, new_to_old
    small_w, small_h = max(1, round(old_w / fx)), max(1, round(old_h / fy))
    small = np.asarray(cv2.resize(pixels, (small_w, small_h), interpolation=cv2.INTER_AREA), np.uint8)
    return small, np.asarray(geometry.scaling(small_w / old_w, small_h / old_h) @ new_to_old)


def _covers(page: Page, new_to_old: Matrix, width: int, height: int) -> bool:
    corners = Box(0.0, 0.0, float(width), float(height)).corners()
    if not _one_sided(new_to_old, corners):
        return False
    seen, slack = Box.around(geometry.apply(new_to_old, corners)), 1e-6
    return min(seen.left, seen.top, page.width - seen.right, page.height - seen.bottom) >= -slack


def _outside(page: Page, new_to_old: Matrix, width: int, height: int) -> list[tuple[slice, slice]]:
    """Parts of the new page that hold whatever the old one does not cover: none, some bands, or the whole."""
    if _covers(page, new_to_old, width, height):
        return []
    if not _one_sided(new_to_old, Box(0.0, 0.0, float(width), float(height)).corners()):
        return [np.s_[0:height, 0:width]]
    old = Box(0.0, 0.0, float(page.width), float(page.height)).corners()
    xs, ys = np.sort(geometry.apply(geometry.invert(new_to_old), old), axis=0).T
    # After a small turn the old page covers all but bands as wide as its sides lean. One pixel more for rounding.
    left, top = max(0, math.ceil(xs[1]) + 1), max(0, math.ceil(ys[1]) + 1)
    right, bottom = min(width, math.floor(xs[2]) - 1), min(height, math.floor(ys[2]) - 1)
    inner = new_to_old @ geometry.translation(left, top)
    if right <= left or bottom <= top or not _covers(page, inner, right - left, bottom - top):
        return [np.s_[0:height, 0:width]]
    return _around((left, top, right, bottom), width, height)


def _around(inner: tuple[int, int, int, int], width: int, height: int) -> list[tuple[slice, slice]]:
    left, top, right, bottom = inner
    bands = [
        np.s_[0:top, 0:width],
        np.s_[bottom:height, 0:width],
        np.s_[0:height, 0:left],
        np.s_[0:height, right:width],
    ]
    return [band for band in bands if all(side.stop > side.start for side in band)]


def _one_sided(new_to_old: Matrix, points: Points) -> bool:
    weights = points @ new_to_old[2, :2] + new_to_old[2, 2]
    return bool((weights > 0).all() or (weights < 0).all())


def _level(page: Page, fill: str | int) -> int | None:
    """The one level that lies where the old page has no pixels; None where it follows the paper."""
    if page.mode is PixelMode.BINARY:
        return 255 if isinstance(fill, str) else 255 * (fill >= 128)
    return None if isinstance(fill, str) else fill


class _Canvas:
    """What lies where the old page has no pixels."""

    def __init__(self, page: Page, new_to_old: Matrix, width: int, height: int, fill: str | int) -> None:
        self._width, self._height, self._more = width, height, page.pixels.shape[2:]
        self._level = _level(page, fill)
        self._small = _small_paper(page, new_to_old, width, height) if self._level is None else None

    def part(self, rows: slice, columns: slice) -> Pixels:
        """Some rows in full width, or some columns in full height."""
        shape = (rows.stop - rows.start, columns.stop - columns.start)
        if self._small is None:
            return np.full((*shape, *self._more), self._level, np.uint8)
        small = self._small
        # Along one side OpenCV does the work, along the other only what is asked for is made.
        if shape[1] == self._width:
            small = _between(small, self._height, rows)
        else:
            small = np.ascontiguousarray(_between(small.swapaxes(0, 1), self._width, columns).swapaxes(0, 1))
        large = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.convertScaleAbs(large), np.uint8)


def _small_paper(page: Page, new_to_old: Matrix, width: int, height: int) -> npt.NDArray[np.float32]:
    paper = paper_grid(page.pixels)
    rows, columns = paper.shape[:2]
    small_w, small_h = -(-width // 8), -(-height // 8)
    to_grid = geometry.scaling(columns / page.width, rows / page.height) @ new_to_old
    to_grid = np.asarray(to_grid @ geometry.scaling(width / small_w, height / small_h))
    small = _sampled(paper, to_grid, small_w, small_h, flags=cv2.INTER_LINEAR, border=cv2.BORDER_REPLICATE)
    return small.astype(np.float32)


def _between(small: npt.NDArray[np.float32], length: int, part: slice) -> npt.NDArray[np.float32]:
    """Rows of a picture that is stretched linearly to that many."""
    at = np.clip((np.arange(part.start, part.stop) + 0.5) * (len(small) / length) - 0.5, 0, len(small) - 1)
    low = at.astype(np.intp)
    share = (at - low).astype(np.float32).reshape(-1, *(1,) * (small.ndim - 1))
    return np.asarray(small[low] * (1 - share) + small[np.minimum(low + 1, len(small) - 1)] * share, np.float32)


def paper_grid(pixels: Pixels) -> Pixels:
    """The usual brightness of up to 8x8 parts of a page: their medians, which neither text nor a thin border moves.

    Args:
        pixels: (H, W) or (H, W, 3) uint8.

    Returns:
        (rows, columns) or (rows, columns, 3) uint8, at most 8 each way.
    """
    height, width = pixels.shape[:2]
    rows, columns = min(_CELLS, height), min(_CELLS, width)
    at_y = ((np.arange(rows * _SAMPLES) + 0.5) * (height / (rows * _SAMPLES))).astype(np.intp)
    at_x = ((np.arange(columns * _SAMPLES) + 0.5) * (width / (columns * _SAMPLES))).astype(np.intp)
    parts = pixels[np.ix_(at_y, at_x)].reshape(rows, _SAMPLES, columns, _SAMPLES, -1)
    medians = np.median(parts.transpose(0, 2, 4, 1, 3).reshape(rows, columns, parts.shape[4], -1), axis=3)
    grid = np.ascontiguousarray(medians.round().astype(np.uint8).reshape(rows, columns, *pixels.shape[2:]))
    # One odd part, such as a corner of a photograph, is outvoted by its neighbours.
    return np.asarray(cv2.medianBlur(grid, 3), np.uint8) if min(rows, columns) >= 3 else grid
