"""Copies of copies."""

from __future__ import annotations

from ocrprep.learning.degrade import capture, ink, marks, paper
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.recipes._common import scanner_light
from ocrprep.learning.degrade.recipes._draw import Draw


def copy(draw: Draw, x_height: float) -> list[Degradation]:
    """Copies of copies: fax, carbon paper, photocopies, microfilm."""
    depth = draw.between(0.5, 1.0)
    small = min(1.0, x_height / 22.0)
    steps: list[Degradation] = [
        ink.InkDepth(depth=depth),
        paper.PaperTone(reflectance=draw.between(0.6, 1.0)),
        paper.PaperTexture(amount=draw.skewed(0.002, 0.06), coarsest=draw.scale(10, 200)),
    ]
    if draw.chance(0.5):
        steps.append(ink.RoughEdges(amount=draw.between(0.2, 1.0) * small, grain=draw.scale(1.0, 3.0)))
    if draw.chance(0.25):
        steps.append(ink.BrokenInk(share=draw.skewed(0.02, 0.35), grain=draw.scale(1.0, 4.0)))
    if draw.chance(0.4):
        steps.append(marks.Specks(count=int(draw.scale(10, 400)), amount=draw.between(0.3, 1.0), low=0.7, high=3.0))
    kind = draw.rng.random()
    if kind < 0.3:
        steps.append(
            capture.CarbonCopy(softness=draw.between(0.7, 1.8) * max(0.35, small), grain=draw.between(0.1, 0.8))
        )
    elif kind < 0.45:
        steps.append(capture.Fax(resolution=draw.between(0.5, 1.0), level=draw.between(0.4, 0.7)))
    elif kind < 0.75:
        steps += [
            capture.SensorNoise(read=draw.between(3, 18), shot=draw.between(1, 10), grain=draw.between(1.2, 3.0)),
            capture.ToneCurve(
                gamma=draw.scale(0.6, 1.6), black=draw.between(-0.3, 0.05), white=draw.between(0.95, 1.45)
            ),
        ]
    else:
        steps.append(
            capture.SaltAndPepper(
                share=draw.skewed(0.005, 0.15), depth=draw.between(0.3, 1.0), grain=draw.between(1, 2.5)
            )
        )
    steps += scanner_light(draw)
    steps.append(capture.Defocus(sigma=draw.between(0.3, 1.3) * (0.4 + 0.6 * small)))
    if draw.chance(0.5):
        steps.append(capture.Jpeg(quality=int(100 - draw.skewed(5, 70))))
    return steps
