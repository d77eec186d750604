"""Pictures of sheets with what was read on them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from samples.bubbles.experiment import METHODS, aligned, wrong
from samples.bubbles.layout import Floats
from samples.bubbles.printing import shrunk
from samples.bubbles.reading import Marks, Reading, read
from samples.bubbles.sheets import make_sheet

Picture = npt.NDArray[np.uint8]

RED, GREEN, BLUE = (40, 40, 225), (60, 165, 30), (225, 120, 30)
"""Blue first, as OpenCV writes them."""
_FINE = 4
_WIDTH = 440
# Colours of a saved picture: few, as it is to be small.
_COLOURS = 28
_SHOWN = 3


def draw(
    picture: Picture, readings: list[Reading], faults: list[Marks] | None = None, *, plain: bool = False
) -> Picture:
    """Circle the marked bubbles in green and the wrong ones in red.

    Args:
        picture: (H, W) gray or (H, W, 3) blue first.
        readings: of the page.
        faults: for each block, the bubbles that were read wrongly.
        plain: also outline the bubbles without a mark in blue, and lay green on those with one.
    """
    shown = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) if picture.ndim == 2 else picture.copy()
    painted = shown.copy()
    for index, reading in enumerate(readings):
        size = reading.block.size
        for place in np.ndindex(reading.marked.shape):
            bad = faults is not None and faults[index][place]
            if bad or reading.marked[place]:
                _ring(shown, reading.block.centres[place], size, RED if bad else GREEN, 2)
                _ring(painted, reading.block.centres[place], size, GREEN, cv2.FILLED)
            elif plain:
                _ring(shown, reading.block.centres[place], size, BLUE, 1)
    return np.asarray(cv2.addWeighted(shown, 0.75, painted, 0.25, 0), np.uint8) if plain else shown


def _ring(picture: Picture, centre: Floats, size: tuple[float, float], colour: tuple[int, ...], thick: int) -> None:
    x, y = np.round((centre - 0.5) * 2**_FINE).astype(int).tolist()
    axes = tuple(round((side / 2.0 + 1.0) * 2**_FINE) for side in size)
    cv2.ellipse(picture, (x, y), axes, 0, 0, 360, colour, thick, cv2.LINE_AA, _FINE)


def comparison(condition: str, folder: Path, seed: int = _SHOWN) -> Path:
    """One sheet as it came, after the fixed and after an adaptive threshold; returns the picture's place."""
    sheet = make_sheet(condition, seed)
    page, layout = aligned(sheet)
    panels = [_panel(cv2.cvtColor(sheet.pixels, cv2.COLOR_GRAY2BGR), f"source: {condition}")]
    for name in ("threshold(185)", "adaptive_threshold"):
        mask = METHODS[name](page).pixels
        readings = read(mask, layout)
        faults = wrong(readings, sheet.marked)
        count = int(sum(part.sum() for part in faults))
        panels.append(_panel(draw(mask, readings, faults), f"{name}: {count} wrong"))
    height = max(panel.shape[0] for panel in panels)
    white = {"borderType": cv2.BORDER_CONSTANT, "value": (255, 255, 255)}
    padded = [cv2.copyMakeBorder(panel, 0, height - len(panel), 0, 8, **white) for panel in panels]
    path = folder / f"bubbles-{condition}.png"
    folder.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(np.ascontiguousarray(np.hstack(padded)[:, :-8, ::-1]))
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def _panel(picture: Picture, title: str) -> Picture:
    small = shrunk(picture, _WIDTH)
    head = np.full((34, _WIDTH, 3), 255, np.uint8)
    cv2.putText(head, title, (4, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.65, (30, 30, 30), 1, cv2.LINE_AA)
    return np.vstack([head, small])
