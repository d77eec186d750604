"""The picture: some frames as they came, and beneath each what the chain made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

WIDTH, GAP = 270, 8


def before_and_after(
    before: Sequence[npt.NDArray[np.uint8]], after: Sequence[npt.NDArray[np.uint8]], file: Path
) -> None:
    """Save two rows of pictures, each as wide as the others."""
    rows = [[_sized(Image.fromarray(frame).convert("RGB")) for frame in frames] for frames in (before, after)]
    heights = [max(picture.height for picture in row) for row in rows]
    sheet = Image.new("RGB", (len(before) * (WIDTH + GAP) + GAP, sum(heights) + 3 * GAP), "white")
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        for place, picture in enumerate(row):
            sheet.paste(picture, (GAP + place * (WIDTH + GAP), top))
        top += height + GAP
    sheet.quantize(64, dither=Image.Dither.NONE).save(file, optimize=True)


def _sized(picture: Image.Image) -> Image.Image:
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
