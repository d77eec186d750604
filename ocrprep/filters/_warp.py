"""Resampling a page by a map: one place for direction, pixel centres, antialiasing, filled corners and binary pages."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np
from pydantic import Field

from ocrprep import geometry
from ocrprep.errors import FilterError
from ocrprep.geometry import Box, Matrix
from ocrprep.page import Page, PixelMode, Pixels

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
    matrix, flags = geometry.to_pixel_centres(map_back), _FLAGS[sampling] | cv2.WARP_INVERSE_MAP
    pixels = np.asarray(
        cv2.warpPerspective(source, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
    if page.mode is PixelMode.BINARY:
        pixels = np.asarray(cv2.threshold(pixels, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)
    if not _covers(page, new_to_old, width, height):
        everywhere = np.full(source.shape[:2], 255, np.uint8)
        inside = cv2.warpPerspective(
            everywhere, matrix, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
        )
        cv2.copyTo(_canvas(page, new_to_old, width, height, fill), cv2.bitwise_not(inside), pixels)
    return pixels


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
    pixels = _canvas(page, new_to_old, width, height, fill)
    if not empty:
        pixels[top:bottom, left:right] = page.pixels[top + dy : bottom + dy, left + dx : right + dx]
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
    weights = corners @ new_to_old[2, :2] + new_to_old[2, 2]
    if not ((weights > 0).all() or (weights < 0).all()):
        return False
    seen, slack = Box.around(geometry.apply(new_to_old, corners)), 1e-6
    return min(seen.left, seen.top, page.width - seen.right, page.height - seen.bottom) >= -slack


def _canvas(page: Page, new_to_old: Matrix, width: int, height: int, fill: str | int) -> Pixels:
    shape = (height, width, *page.pixels.shape[2:])
    if isinstance(fill, int):
        level = fill if page.mode is not PixelMode.BINARY else 255 * (fill >= 128)
        return np.full(shape, level, np.uint8)
    if page.mode is PixelMode.BINARY:
        return np.full(shape, 255, np.uint8)
    paper = paper_grid(page.pixels)
    rows, columns = paper.shape[:2]
    small_w, small_h = -(-width // 8), -(-height // 8)
    to_grid = geometry.scaling(columns / page.width, rows / page.height) @ new_to_old
    small_to_grid = geometry.to_pixel_centres(to_grid @ geometry.scaling(width / small_w, height / small_h))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    small = cv2.warpPerspective(paper, small_to_grid, (small_w, small_h), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


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
