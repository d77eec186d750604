"""Each staff by itself: level, straight, of one size, with and without its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from ocrprep import PreprocessingFilter
from ocrprep.analysis.staves import Staff, staves

Pixels: TypeAlias = npt.NDArray[np.uint8]
Floats: TypeAlias = npt.NDArray[np.float32]

CHAIN = PreprocessingFilter(
    [
        PreprocessingFilter.to_grayscale(),
        # Longer than any beam: shorter ones are not the staff's.
        PreprocessingFilter.remove_lines(direction="horizontal", min_length=0.25),
    ]
)
"""Takes the staff lines away and leaves what stands on them."""

SCALE = 10
"""Pixels of one staff space on a strip."""

ABOVE = 6.5
"""Staff spaces of a strip above the top line, and below the lowest one."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One staff, drawn straight: a staff space has ten pixels, and the top line runs at 6.5 spaces.

    Args:
        staff: where it lies on the page.
        whole: (H, W) float32, 0 paper to 1 ink.
        bare: the same without staff lines.
    """

    staff: Staff
    whole: Floats
    bare: Floats

    def on_page(self, x: float, y: float) -> tuple[float, float]:
        """A point of the strip, in its pixels, on the page."""
        across = float(self.staff.x[0]) + x * self.staff.space / SCALE
        return across, float(self.staff.at(across)[0]) + (y / SCALE - ABOVE) * self.staff.space

    @staticmethod
    def position(y: float) -> float:
        """Half spaces above the lowest line."""
        return 2.0 * (ABOVE + 4.0 - y / SCALE)


def strips(pixels: Pixels) -> tuple[list[Strip], Pixels]:
    """The staves of a page, and the page without their lines.

    Args:
        pixels: (H, W) or (H, W, 3) uint8, dark on light.
    """
    gray = np.asarray(PreprocessingFilter.to_grayscale()(pixels), np.uint8)
    bare = np.asarray(CHAIN(gray), np.uint8)
    found = staves(gray)
    return [_strip(staff, gray, bare) for staff in found], bare


def _strip(staff: Staff, gray: Pixels, bare: Pixels) -> Strip:
    finer = staff.space / SCALE
    width = max(1, int((staff.x[-1] - staff.x[0]) / finer))
    x = staff.x[0] + (np.arange(width) + 0.5) * finer
    down = (np.arange(round((4 + 2 * ABOVE) * SCALE)) + 0.5) * finer - ABOVE * staff.space
    across = np.broadcast_to(x - 0.5, (len(down), width)).astype(np.float32)
    rows = (staff.at(x)[0][None, :] + down[:, None] - 0.5).astype(np.float32)
    whole, without = (_sampled(page, across, rows, finer) for page in (gray, bare))
    # Both by the same levels: a strip without lines may hold little ink.
    paper, ink = float(np.median(whole)), float(np.percentile(whole, 2))
    span = max(paper - ink, 30.0)
    return Strip(staff, np.clip((paper - whole) / span, 0, 1), np.clip((paper - without) / span, 0, 1))


def _sampled(page: Pixels, across: Floats, rows: Floats, finer: float) -> Floats:
    # What is made smaller is blurred before, or grain would be sampled with it.
    calm = cv2.GaussianBlur(page, (0, 0), max(0.3, 0.45 * finer))
    made = cv2.remap(calm.astype(np.float32), across, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(made, np.float32)
