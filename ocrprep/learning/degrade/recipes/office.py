"""Print scanned in an office."""

from __future__ import annotations

from ocrprep.learning.degrade import capture, ink, marks, paper
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.recipes._common import rules_and_stamps, scanner_light, sensor
from ocrprep.learning.degrade.recipes._draw import Draw


def office(draw: Draw, x_height: float) -> list[Degradation]:
    """Print scanned in an office, often small, on paper that was creased, stained or copied."""
    depth = draw.between(0.45, 1.0)
    small = min(1.0, x_height / 22.0)
    steps = _ink_of_the_office(draw, small)
    steps.append(ink.InkDepth(depth=depth))
    kind = draw.rng.random()
    steps.append(paper.PaperTone(reflectance=draw.between(0.6, 1.0)))
    if kind < 0.4:
        steps += _worn_office_paper(draw, depth)
    elif kind < 0.8:
        steps.append(paper.PaperTexture(amount=draw.skewed(0.002, 0.05), coarsest=draw.scale(10, 200)))
    steps += rules_and_stamps(draw, depth, 0.12)
    if draw.chance(0.15):
        steps.append(
            marks.OtherSide(
                amount=depth * draw.between(0.05, 0.35), softness=draw.between(0.8, 3), patchy=draw.between(0, 0.5)
            )
        )
    if draw.chance(0.5):
        steps += scanner_light(draw)
    # Half of them as sharp as they were rendered: paper and print simply multiplied.
    if draw.chance(0.5):
        steps.append(capture.Defocus(sigma=draw.between(0.25, 1.2) * (0.4 + 0.6 * small)))
    if draw.chance(0.15):
        steps.append(capture.Sharpened(amount=draw.skewed(0.2, 2.0), sigma=draw.scale(0.6, 1.5)))
    if draw.chance(0.6):
        steps += sensor(draw, 0.4)
    return steps


def _ink_of_the_office(draw: Draw, small: float) -> list[Degradation]:
    steps: list[Degradation] = []
    if draw.chance(0.25):
        steps.append(ink.SpreadInk(amount=draw.between(-0.5, 0.8) * small))
    if draw.chance(0.25):
        steps.append(ink.RoughEdges(amount=draw.skewed(0.05, 0.5) * small, grain=draw.scale(1.0, 3.0)))
    if draw.chance(0.2):
        steps.append(ink.MottledInk(amount=draw.skewed(0.05, 0.6), grain=draw.scale(0.9, 4.0)))
    if draw.chance(0.12):
        steps.append(ink.FadeInk(least=draw.between(0.3, 0.9), scale=draw.scale(30, 400)))
    return steps


def _worn_office_paper(draw: Draw, depth: float) -> list[Degradation]:
    """Folds, crumples, cups and spills, as dark as the print at times."""
    steps: list[Degradation] = []
    if draw.chance(0.5):
        steps.append(
            paper.PaperRelief(
                amount=draw.between(0.05, 0.4),
                scale=draw.scale(15, 250),
                angle=draw.between(-180, 180),
                sharpness=draw.between(0, 1),
            )
        )
    if draw.chance(0.45):
        steps.append(
            marks.CupRings(
                count=int(draw.rng.integers(1, 4)), amount=draw.between(0.15, 0.75), radius=draw.scale(40, 220)
            )
        )
    if draw.chance(0.4):
        steps.append(paper.Folds(count=int(draw.rng.integers(1, 6)), amount=draw.between(0.1, 0.6)))
    if draw.chance(0.4):
        steps.append(
            marks.Stains(
                amount=min(0.85, depth * draw.between(0.15, 0.85)),
                scale=draw.scale(25, 300),
                cover=draw.between(0.02, 0.3),
                rim=draw.between(0, 0.8),
                softness=draw.scale(0.8, 12),
            )
        )
    if draw.chance(0.5):
        steps.append(paper.PaperTexture(amount=draw.skewed(0.005, 0.1), coarsest=draw.scale(10, 200)))
    return steps
