"""What happens to pages of more than one kind of life."""

from __future__ import annotations

from ocrprep.learning.degrade import capture, ink, light, marks, paper
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.recipes._draw import Draw


def ink_of_age(draw: Draw, x_height: float, *, beside: bool = False) -> list[Degradation]:
    """What became of the ink; ``beside`` ink of the other side it faded less, or nobody could tell them apart."""
    small = min(1.0, x_height / 22.0)
    steps: list[Degradation] = []
    if draw.chance(0.5):
        steps.append(ink.SpreadInk(amount=draw.between(-0.7, 1.3) * small))
    if draw.chance(0.6):
        steps.append(ink.RoughEdges(amount=draw.skewed(0.1, 0.95) * small, grain=draw.scale(1.0, 5.0)))
    if draw.chance(0.5):
        steps.append(ink.ThinPen(share=draw.between(0.2, 0.9)))
    if draw.chance(0.45):
        steps.append(
            ink.FadeInk(least=1.0 - draw.skewed(0.05, 0.4 if beside else 0.75, 1.8), scale=draw.scale(15, 400))
        )
    if draw.chance(0.3):
        least = draw.between(0.4, 0.85) if beside else draw.between(0.25, 0.8)
        steps.append(ink.ChangedInk(least=least, lines=draw.scale(0.7, 8.0)))
    if draw.chance(0.1):
        steps.append(
            ink.BrokenInk(share=draw.skewed(0.01, 0.3), grain=draw.scale(1.0, 5.0), stretch=draw.scale(0.3, 3.0))
        )
    if draw.chance(0.45):
        steps.append(ink.MottledInk(amount=draw.skewed(0.1, 0.9), grain=draw.scale(0.9, 8.0)))
    if draw.chance(0.2):
        steps.append(ink.PooledInk(amount=draw.between(-0.9, 0.9)))
    return steps


def rules_and_stamps(draw: Draw, depth: float, share: float) -> list[Degradation]:
    steps: list[Degradation] = []
    if draw.chance(share):
        steps.append(
            paper.RuledPaper(
                amount=depth * draw.between(0.08, 0.5),
                spacing=draw.scale(14, 120),
                width=draw.between(0.8, 3.0),
                grid=draw.chance(0.25),
                angle=draw.between(-2, 2) + draw.rng.choice([0.0, 90.0]),
            )
        )
    if draw.chance(share * 0.4):
        steps.append(marks.Stamp(amount=depth * draw.between(0.1, 0.4), size=draw.scale(60, 300)))
    return steps


def scanner_light(draw: Draw) -> list[Degradation]:
    steps: list[Degradation] = []
    if draw.chance(0.5):
        steps.append(
            light.LightFalloff(amount=draw.skewed(0.03, 0.6), angle=draw.between(-180, 180), corners=draw.between(0, 1))
        )
    if draw.chance(0.12):
        steps.append(
            light.DarkSurroundings(
                depth=draw.scale(1.5, 120), reflectance=draw.skewed(0.0, 0.5), soft=draw.chance(0.35)
            )
        )
    return steps


def sensor(draw: Draw, jpeg: float) -> list[Degradation]:
    steps: list[Degradation] = []
    if draw.chance(0.7):
        steps.append(
            capture.SensorNoise(
                read=draw.skewed(0.3, 9.0, 2.5), shot=draw.skewed(0.3, 9.0, 2.5), grain=draw.skewed(1.0, 2.5)
            )
        )
    if draw.chance(0.07):
        steps.append(
            capture.SaltAndPepper(
                share=draw.skewed(0.002, 0.12), depth=draw.between(0.2, 0.9), grain=draw.skewed(1.0, 2.5)
            )
        )
    if draw.chance(0.5):
        steps.append(
            capture.ToneCurve(
                gamma=draw.scale(0.55, 1.8), black=draw.between(-0.12, 0.12), white=draw.between(0.85, 1.2)
            )
        )
    if draw.chance(jpeg):
        steps.append(capture.Jpeg(quality=int(100 - draw.skewed(4, 70, 1.6))))
    return steps
