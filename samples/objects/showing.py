"""What the reader saw: scenes with outlines and axes, and each leaf upright at one size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocrprep import Page
from ocrprep.objects import Objects
from samples.objects.reading import SIZE, Found

_RED, _BLUE, _DARK = (200, 30, 40), (30, 60, 200), (40, 40, 40)
_ACROSS, _GAP, _LABEL = 4, 8, 16
_COLOURS = 160


def scene_picture(page: Page, objects: Objects) -> Image.Image:
    """The page with the outline, the centre and the two axes of each object."""
    canvas = np.array(page.pixels)
    for item in objects:
        x, y, _, _ = item.box
        outlines, _ = cv2.findContours(
            item.mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE, offset=(x, y)
        )
        cv2.drawContours(canvas, outlines, -1, _RED, 1)
        if item.orientation is None:
            continue
        for angle, length in ((item.orientation, item.major_axis), (item.orientation + 90, item.minor_axis)):
            step = np.array([np.cos(np.radians(angle)), -np.sin(np.radians(angle))]) * length / 2
            ends = [tuple(map(int, np.rint(np.array(item.centroid) + side * step))) for side in (-1, 1)]
            cv2.line(canvas, *ends, _BLUE, 1, cv2.LINE_AA)
    return Image.fromarray(canvas)


def grid(found: list[Found], predicted: list[str]) -> Image.Image:
    """Leaves upright, in their colours, each under its kind; a wrong one in a red frame with what it was taken for."""
    step = SIZE + _GAP
    rows = -(-len(found) // _ACROSS)
    sheet = Image.new("RGB", (_ACROSS * step + _GAP, rows * (step + _LABEL) + _GAP), (255, 255, 255))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for place, (item, kind) in enumerate(zip(found, predicted, strict=True)):
        left, top = _GAP + place % _ACROSS * step, _GAP + place // _ACROSS * (step + _LABEL)
        sheet.paste(Image.fromarray(item.upright.gray().pixels), (left, top))
        right = kind == item.kind
        if not right:
            draw.rectangle((left - 3, top - 3, left + SIZE + 2, top + SIZE + 2), outline=_RED, width=3)
        text = kind if right else f"{kind}, not {item.kind or 'a leaf'}"
        draw.text((left + 2, top + SIZE + 1), text, _DARK if right else _RED, font=font)
    return sheet


def contact_sheet(page: Page, objects: Objects, found: list[Found], predicted: list[str]) -> Image.Image:
    """A scene above its leaves."""
    above, below = scene_picture(page, objects), grid(found, predicted)
    above = above.resize((below.width, round(above.height * below.width / above.width)), Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", (below.width, above.height + below.height), (255, 255, 255))
    sheet.paste(above, (0, 0))
    sheet.paste(below, (0, above.height))
    return sheet


def save_small(sheet: Image.Image, path: Path) -> None:
    """As a PNG of few colours, small enough for a document."""
    # An octree keeps the few pixels of the lines in their own colours.
    sheet.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
