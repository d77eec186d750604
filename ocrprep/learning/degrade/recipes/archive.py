"""Centuries: aged ink and paper, the other side, dirt, a scanner."""

from __future__ import annotations

from ocrprep.learning.degrade import capture, ink, marks, paper
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.recipes._common import ink_of_age, rules_and_stamps, scanner_light, sensor
from ocrprep.learning.degrade.recipes._draw import Draw


def archive(draw: Draw, x_height: float) -> list[Degradation]:
    """Written long ago, kept somewhere damp, and scanned."""
    small = min(1.0, x_height / 18.0)
    depth = draw.between(0.4, 0.98) if draw.chance(0.72) else draw.between(0.2, 0.5)
    other_side = _other_side(draw, depth)
    steps = [*ink_of_age(draw, x_height, beside=bool(other_side)), ink.InkDepth(depth=depth)]
    if draw.chance(0.2):
        steps.append(ink.InkHalo(amount=draw.skewed(0.05, 0.5), reach=draw.scale(2.0, 20.0)))
    steps += [*_paper_of_age(draw, depth), *other_side, *_dirt(draw, depth), *_make_of_the_sheet(draw)]
    steps += rules_and_stamps(draw, depth, 0.1)
    if draw.chance(0.06):
        steps.append(
            marks.Ghost(amount=depth * draw.between(0.1, 0.4), shift=draw.scale(2, 25), softness=draw.between(0.5, 4))
        )
    steps += scanner_light(draw)
    steps.append(capture.Defocus(sigma=draw.between(0.35, 1.5) * (0.4 + 0.6 * small)))
    if draw.chance(0.3):
        steps.append(capture.Sharpened(amount=draw.skewed(0.2, 2.5), sigma=draw.scale(0.7, 2.5)))
    steps += sensor(draw, 0.5)
    return steps


def _paper_of_age(draw: Draw, depth: float) -> list[Degradation]:
    """The sheet itself; its grain leaves even pale ink readable."""
    calm = min(1.0, depth / 0.6)
    steps: list[Degradation] = [
        paper.PaperTone(reflectance=draw.between(0.5, 0.98)),
        paper.PaperTexture(
            amount=calm * draw.skewed(0.004, 0.09, 2.0),
            finest=draw.scale(1.0, 4.0),
            coarsest=draw.scale(16, 250),
            roughness=draw.between(0.45, 1.15),
        ),
    ]
    if draw.chance(0.22):
        steps.append(
            paper.PaperRelief(
                amount=calm * draw.skewed(0.02, 0.25),
                scale=draw.scale(12, 200),
                angle=draw.between(-180, 180),
                sharpness=draw.between(0, 1),
            )
        )
    return steps


def _other_side(draw: Draw, depth: float) -> list[Degradation]:
    if not draw.chance(0.62):
        return []
    mirrored = draw.chance(0.95)
    way = draw.rng.random()
    if way < 0.35:  # shines through: soft and even
        amount, softness, patchy = draw.between(0.08, 0.5), draw.between(1.5, 5.0), draw.between(0.0, 0.5)
    elif way < 0.75:  # soaked through: dark and patchy
        amount, softness, patchy = draw.between(0.2, 0.8), draw.between(0.7, 3.5), draw.between(0.3, 1.0)
    else:  # thin paper, or set off from the facing page: as sharp as the writing itself
        amount, softness, patchy = draw.between(0.2, 0.75), draw.between(0.2, 1.0), draw.between(0.0, 0.5)
    return [marks.OtherSide(amount=min(0.9, depth * amount), softness=softness, patchy=patchy, mirrored=mirrored)]


def _dirt(draw: Draw, depth: float) -> list[Degradation]:
    """Nothing is much darker than the ink, but some of it is nearly as dark."""
    steps: list[Degradation] = []
    if draw.chance(0.4):
        steps.append(
            marks.Stains(
                amount=min(0.9, depth * draw.skewed(0.1, 0.95)),
                scale=draw.scale(20, 500),
                cover=draw.between(0.02, 0.5),
                rim=draw.between(0, 0.7),
                softness=draw.scale(1.0, 40.0),
            )
        )
    if draw.chance(0.25):
        steps.append(marks.Smudges(amount=depth * draw.skewed(0.1, 0.9), scale=draw.scale(8, 120)))
    if draw.chance(0.25):
        steps.append(paper.Folds(count=int(draw.rng.integers(1, 5)), amount=draw.between(0.05, 0.45)))
    if draw.chance(0.35):
        steps.append(
            marks.Specks(
                count=int(draw.scale(4, 300)),
                amount=min(1.0, depth * draw.between(0.2, 1.1)),
                low=0.8,
                high=draw.scale(2.0, 9.0),
                softness=draw.scale(0.5, 3.0),
            )
        )
    if draw.chance(0.06):
        steps.append(marks.CupRings(count=int(draw.rng.integers(1, 3)), amount=draw.between(0.15, 0.5)))
    return steps


def _make_of_the_sheet(draw: Draw) -> list[Degradation]:
    steps: list[Degradation] = []
    if draw.chance(0.15):
        steps.append(
            paper.LaidLines(
                amount=draw.skewed(0.01, 0.12),
                period=draw.scale(2.5, 30),
                angle=draw.between(-180, 180),
                woven=draw.chance(0.4),
            )
        )
    if draw.chance(0.12):
        steps.append(paper.Patches(count=int(draw.rng.integers(1, 4)), amount=draw.between(0.05, 0.55)))
    if draw.chance(0.12):
        steps.append(marks.Scratches(count=int(draw.rng.integers(1, 14)), amount=draw.between(0.05, 0.4)))
    return steps
