"""The signs of written music, drawn with strokes; places are in staff spaces, and a style varies their shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from samples.music.pen import Pen


@dataclass(frozen=True, slots=True)
class Style:
    """How one engraver's signs look; lengths in staff spaces, angles in degrees."""

    line: float
    stem: float
    beam: float
    head: tuple[float, float]
    tilt: float
    hole: tuple[float, float]
    hole_tilt: float
    whole: tuple[float, float]
    whole_hole: tuple[float, float]
    whole_tilt: float
    straight_flags: bool
    swelling: float

    @classmethod
    def drawn(cls, random: np.random.Generator) -> Style:
        """A style by chance, within what engravers do."""
        wide, high = random.uniform(0.6, 0.7), random.uniform(0.43, 0.49)
        return cls(
            line=random.uniform(0.07, 0.14),
            stem=random.uniform(0.09, 0.16),
            beam=random.uniform(0.4, 0.55),
            head=(wide, high),
            tilt=random.uniform(12, 28),
            hole=(wide * random.uniform(0.76, 0.9), high * random.uniform(0.42, 0.62)),
            hole_tilt=random.uniform(24, 38),
            whole=(random.uniform(0.72, 0.88), random.uniform(0.46, 0.52)),
            whole_hole=(random.uniform(0.36, 0.44), random.uniform(0.24, 0.32)),
            whole_tilt=random.uniform(105, 145),
            straight_flags=bool(random.random() < 0.4),
            swelling=random.uniform(0.85, 1.2),
        )


def head(pen: Pen, style: Style, x: float, y: float, beat: str) -> None:
    """A note head: hollow for whole and half notes, filled for all others."""
    if beat == "whole":
        pen.ellipse((x, y), style.whole)
        pen.ellipse((x, y), style.whole_hole, style.whole_tilt, paper=True)
        return
    pen.ellipse((x, y), style.head, style.tilt)
    if beat == "half":
        pen.ellipse((x, y), style.hole, style.hole_tilt, paper=True)


def flag(pen: Pen, style: Style, x: float, y: float, up: int) -> None:
    """One flag that hangs from a stem's end; ``up`` is 1 for a stem that goes up, else -1."""
    if style.straight_flags:
        path, widths = [(0.0, 0.1), (0.35, 0.75), (0.75, 1.3), (0.95, 1.9)], [0.4, 0.32, 0.22, 0.06]
    else:
        path, widths = [(0.0, 0.1), (0.3, 0.7), (0.85, 1.3), (0.95, 1.9), (0.7, 2.5)], [0.42, 0.34, 0.2, 0.13, 0.05]
    points = [(x + across, y + up * down) for across, down in path]
    pen.curve(points, [style.swelling * width for width in widths])


def sharp(pen: Pen, style: Style, x: float, y: float) -> None:
    """A sharp, its middle at the place."""
    for side in (-0.2, 0.2):
        pen.line((x + side, y - 1.35 - side / 2), (x + side, y + 1.35 - side / 2), style.stem)
        pen.line((x - 0.47, y + 2.2 * side + 0.13), (x + 0.47, y + 2.2 * side - 0.13), 0.27)


def natural(pen: Pen, style: Style, x: float, y: float) -> None:
    """A natural."""
    pen.line((x - 0.28, y - 1.35), (x - 0.28, y + 0.65), style.stem)
    pen.line((x + 0.28, y - 0.65), (x + 0.28, y + 1.35), style.stem)
    for side in (-0.45, 0.45):
        pen.line((x - 0.3, y + side + 0.09), (x + 0.3, y + side - 0.09), 0.26)


def flat(pen: Pen, style: Style, x: float, y: float) -> None:
    """A flat, its bowl at the place."""
    pen.line((x - 0.32, y - 1.8), (x - 0.32, y + 0.65), style.stem)
    bowl = [(x - 0.3, y - 0.25), (x + 0.1, y - 0.48), (x + 0.35, y - 0.2), (x + 0.1, y + 0.25), (x - 0.3, y + 0.62)]
    pen.curve(bowl, [0.1, 0.2, 0.24, 0.18, 0.1])


def double_sharp(pen: Pen, style: Style, x: float, y: float) -> None:
    """A cross with blocks at its ends."""
    for side in (-1, 1):
        pen.line((x - 0.42, y - side * 0.42), (x + 0.42, y + side * 0.42), style.stem)
        for other in (-1, 1):
            pen.ellipse((x + 0.38 * side, y + 0.38 * other), (0.2, 0.2))


ACCIDENTALS = (sharp, natural, flat, double_sharp)


def treble(pen: Pen, style: Style, x: float, bottom: float) -> None:
    """A G clef; ``x`` is the middle of its spiral, ``bottom`` the staff's lowest line."""
    s = style.swelling
    spiral = [(0.05, -1.35), (-0.45, -1.0), (-0.3, -0.4), (0.35, -0.3), (0.85, -0.9), (0.6, -1.75), (-0.1, -1.95)]
    spiral += [(-1.0, -1.4), (-1.25, -0.5), (-0.7, -0.0), (0.15, 0.1)]
    loop = [(-1.2, -0.7), (-1.1, -1.6), (-0.2, -2.9), (0.45, -3.8), (0.55, -4.9), (0.25, -5.5), (-0.15, -5.0)]
    loop += [(-0.2, -4.2), (0.1, -2.6), (0.5, -0.4), (0.65, 0.7), (0.35, 1.4), (-0.25, 1.55), (-0.6, 1.2)]
    for path, widths in (
        (spiral, [0.12, 0.2, 0.26, 0.24, 0.22, 0.3, 0.3, 0.3, 0.34, 0.26, 0.12]),
        (loop, [0.34, 0.36, 0.3, 0.3, 0.3, 0.2, 0.18, 0.16, 0.14, 0.14, 0.14, 0.14, 0.14, 0.2]),
    ):
        pen.curve([(x + a, bottom + b) for a, b in path], [s * width for width in widths])
    pen.ellipse((x - 0.42, bottom + 1.05), (0.4 * s, 0.38 * s))


def bass(pen: Pen, style: Style, x: float, bottom: float) -> None:
    """An F clef with its two dots."""
    s = style.swelling
    path = [(-0.7, -2.75), (-0.95, -3.2), (-0.4, -3.85), (0.35, -3.7), (0.75, -2.9), (0.5, -1.9), (-0.2, -1.0)]
    pen.curve([(x + a, bottom + b) for a, b in [*path, (-1.0, -0.5)]], [0.3, 0.2, 0.24, 0.4, 0.5, 0.4, 0.22, 0.08])
    pen.ellipse((x - 0.65, bottom - 2.95), (0.38 * s, 0.36 * s))
    for y in (-2.5, -3.5):
        pen.ellipse((x + 1.3, bottom + y), (0.18 * s, 0.18 * s))


CLEFS = {"treble": treble, "bass": bass}


def digit(pen: Pen, figure: int, x: float, top: float) -> None:
    """One figure of a time signature, two spaces high."""
    font = ImageFont.load_default(48)
    made = Image.new("L", (60, 70), 0)
    ImageDraw.Draw(made).text((10, 4), str(figure), fill=255, font=font, stroke_width=3)
    stencil = (np.asarray(made) > 127).astype(np.uint8)
    rows, columns = np.flatnonzero(stencil.any(1)), np.flatnonzero(stencil.any(0))
    stencil = stencil[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    width = 1.9 * stencil.shape[1] / stencil.shape[0]
    pen.stencil(stencil, x - width / 2, top + 0.05, width)


def rest(pen: Pen, x: float, bottom: float, beat: str) -> None:
    """A half or whole rest is a block at the third or below the fourth line; a quarter rest zigzags."""
    if beat == "quarter":
        path = [(-0.25, -3.5), (0.25, -2.8), (-0.2, -2.2), (0.35, -1.4), (-0.2, -1.45), (-0.25, -1.0), (0.1, -0.6)]
        pen.curve([(x + a, bottom + b) for a, b in path], [0.1, 0.4, 0.36, 0.12, 0.34, 0.24, 0.06])
        return
    top = bottom - (2.5 if beat == "half" else 3.0)
    pen.box(x - 0.6, top, x + 0.6, top + 0.5)
