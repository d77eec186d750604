"""Coloured ink taken off the page."""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field

from ocrprep.analysis.colour import hue_mask, hue_of, hue_saturation_value, paper_colour, usual_value
from ocrprep.filters.base import Found, PixelFilter
from ocrprep.page import Pixels

NAMED_HUES: dict[str, float | None] = {
    "red": 0.0,
    "orange": 30.0,
    "yellow": 55.0,
    "green": 120.0,
    "cyan": 180.0,
    "blue": 230.0,
    "purple": 275.0,
    "magenta": 310.0,
    "any": None,
}
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_Level: TypeAlias = Annotated[int, Field(ge=0, le=255)]


def _checked_color(color: str | tuple[int, int, int]) -> str | tuple[int, int, int]:
    if isinstance(color, str) and color not in NAMED_HUES and not _HEX.fullmatch(color):
        raise ValueError(f"{color!r} is no colour here: use {', '.join(NAMED_HUES)}, '#rrggbb' or red, green and blue")
    triple = _triple(color)
    if triple is not None and hue_of(*triple) is None:
        raise ValueError(f"{color!r} is a gray and has no hue: name a colour")
    return color


def _triple(color: str | tuple[int, int, int]) -> tuple[int, int, int] | None:
    if isinstance(color, tuple):
        return color
    if color.startswith("#"):
        red, green, blue = bytes.fromhex(color[1:])
        return red, green, blue
    return None


Color: TypeAlias = Annotated[str | tuple[_Level, _Level, _Level], AfterValidator(_checked_color)]


class DropColor(PixelFilter):
    """Remove ink of one colour, such as red stamps or blue form lines: it turns to the colour of the paper around it.

    Black ink over the colour stays: a pixel much darker in its strongest channel than the dropped colour usually is, is
    ink and not that colour. Soft edges of the coloured ink go with it. A page without colours is left as it is.
    """

    kind: Literal["drop_color"] = Field(default="drop_color", init=False)

    color: Annotated[
        Color,
        Field(
            description="red, orange, yellow, green, cyan, blue, purple, magenta, any, '#rrggbb' or [red, green, blue]",
            examples=["red"],
        ),
    ]
    tolerance: Annotated[float, Field(ge=0, le=180, description="degrees of hue to either side")] = 30.0
    min_saturation: Annotated[
        float,
        Field(
            ge=0, le=1, description="saturation (0 gray, 1 pure) from which a pixel is coloured; lower for pale tints"
        ),
    ] = 0.25
    dark_ink: Annotated[
        float,
        Field(
            ge=0, le=0.95, description="brightness below which a pixel is black ink; 1 is that of the dropped colour"
        ),
    ] = 0.55

    @property
    def hue(self) -> float | None:
        """Degrees on the circle of HSV; None for any colour."""
        triple = _triple(self.color)
        return NAMED_HUES[str(self.color)] if triple is None else hue_of(*triple)

    def apply(self, pixels: Pixels) -> Found:
        """Coloured pixels blend into the paper by how far they are above black ink."""
        if pixels.ndim == 2:
            return Found(pixels.copy(), dropped=0.0, reason="the page has no colours")
        hsv = hue_saturation_value(pixels)
        coloured = hue_mask(hsv, self.hue, self.tolerance, self.min_saturation)
        if not coloured.any():
            return Found(pixels.copy(), dropped=0.0, reason="the page has no such colour")
        usual = usual_value(hsv, coloured)
        soft = self._soft_edges(hsv, coloured)
        # The places once, not a walk over the page for every picture that is looked up there.
        at = np.flatnonzero(soft)
        old = pixels.reshape(-1, 3)[at].astype(np.float32)
        kept = self._kept(hsv.reshape(-1, 3)[at], usual)
        paper = paper_colour(pixels, soft).reshape(-1, 3)[at]
        changed = pixels.copy()
        changed.reshape(-1, 3)[at] = np.rint(paper + kept[:, None] * (old - paper)).astype(np.uint8)
        dropped = np.count_nonzero(kept < 0.5) / soft.size
        brightness = np.median(hsv[..., 2][coloured])
        return Found(changed, dropped=round(dropped, 5), brightness=int(brightness))

    def _soft_edges(self, hsv: Pixels, coloured: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        # Towards paper the colour fades below any fixed saturation; next to sure colour a weaker sign is enough.
        soft = np.asarray(cv2.dilate(coloured.astype(np.uint8), np.ones((5, 5), np.uint8))) > 0
        soft[soft] = hue_mask(hsv[soft], self.hue, min(180.0, 1.5 * self.tolerance), 0.25 * self.min_saturation)
        return np.asarray(coloured | soft)

    def _kept(self, hsv: Pixels, usual: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        # 1 up to the brightness of ink, falling to 0 a third of the way to the usual brightness of that colour.
        relative = hsv[:, 2] / np.maximum(usual[hsv[:, 0]], 1)
        above = (relative - self.dark_ink) / ((1 - self.dark_ink) / 3)
        return np.asarray(np.clip(1 - above, 0, 1), np.float32)
