"""One page to learn from: what the camera saw, where its ink is, and how it should look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ocrprep.page import Pixels, is_black_and_white

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """An image and its truth, of one size.

    Args:
        image: uint8 (H, W), gray, what the camera saw.
        mask: uint8 (H, W), exactly 0 (ink) or 255 (paper).
        clean: uint8 (H, W), the same page as it should look: 255 paper to 0 full ink, with the strokes' soft edges; or
            None where nobody knows.
        name: for messages.

    Raises:
        ValueError: another type, another size, no pixels, or a mask with a third value.
    """

    image: Pixels
    mask: Pixels
    clean: Pixels | None = None
    name: str = ""

    def __post_init__(self) -> None:
        for field, plane in self._planes():
            problem = _problem(plane, self.image)
            if problem:
                raise ValueError(f"{self.name or 'example'}: {field} {problem}")
        if not is_black_and_white(self.mask):
            raise ValueError(f"{self.name or 'example'}: mask must hold 0 (ink) and 255 (paper) alone")

    def _planes(self) -> Iterator[tuple[str, Pixels]]:
        yield "image", self.image
        yield "mask", self.mask
        if self.clean is not None:
            yield "clean", self.clean

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.image.shape[0])

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.image.shape[1])


def _problem(plane: Pixels, image: Pixels) -> str:
    if not isinstance(plane, np.ndarray) or plane.dtype != np.uint8:
        return f"must be a uint8 array, not {getattr(plane, 'dtype', type(plane).__name__)}"
    if plane.ndim != 2 or plane.size == 0:
        return f"must be (H, W) with at least one pixel, not {plane.shape}"
    if plane.shape != image.shape:
        return f"is {plane.shape}, the image {image.shape}"
    return ""
