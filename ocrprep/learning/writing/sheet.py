"""The sheet that is written on: type and strokes gathered, then turned into coverage."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ocrprep.learning.writing.fonts import Drawable
from ocrprep.learning.writing.strokes import Strokes

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


class Sheet:
    """An empty sheet of H×W pixels. Whatever is written beyond its edges is cut off."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self.height, self.width = shape
        self._type = Image.new("L", (self.width, self.height))
        self._draw = ImageDraw.Draw(self._type)
        self.strokes = Strokes()
        self._layers: list[NDArray[np.uint8]] = []

    def text(self, x: float, base: float, line: str, font: Drawable) -> None:
        """A line of type starting at ``x`` on the base line ``base``; fractions of a pixel count."""
        if base > -font.size and base < self.height + font.size and x < self.width:
            self._draw.text((x, base), line, fill=255, font=font, anchor="ls")

    def rule(self, start: tuple[float, float], end: tuple[float, float], width: float) -> None:
        """A straight line."""
        self.strokes.add(np.array([start, end], np.float32), width)

    def frame(self, box: Box, width: float) -> None:
        """A rectangle's outline."""
        left, top, right, bottom = box
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self.strokes.add(np.array(corners, np.float32), width)

    def fill(self, box: Box) -> None:
        """A black rectangle."""
        self._draw.rectangle(box, fill=255)

    def add(self, layer: NDArray[np.uint8]) -> None:
        """H×W coverage of something drawn elsewhere."""
        self._layers.append(layer)

    def coverage(self, *, finer: int = 2) -> NDArray[np.uint8]:
        """Everything on the sheet, 0 to 255."""
        found = np.array(self._type, np.uint8)
        if len(self.strokes):
            cv2.max(found, self.strokes.draw((self.height, self.width), finer=finer), dst=found)
        for layer in self._layers:
            cv2.max(found, layer, dst=found)
        return found


def dotted(coverage: NDArray[np.uint8], pitch: int, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """What a needle printer makes of a small picture: each dark pixel becomes a dot, ``pitch`` pixels from the next."""
    fine = 4
    dot = np.zeros((pitch * fine, pitch * fine), np.uint8)
    centre = (pitch * fine - 1) / 2
    cv2.circle(dot, (round(centre * 16), round(centre * 16)), round(centre * 16 * 1.15), 255, -1, shift=4)
    dots = np.kron(coverage > 110, cv2.resize(dot, (pitch, pitch), interpolation=cv2.INTER_AREA))
    found = np.zeros(shape, np.uint8)
    height, width = min(shape[0], dots.shape[0]), min(shape[1], dots.shape[1])
    found[:height, :width] = dots[:height, :width]
    return found
