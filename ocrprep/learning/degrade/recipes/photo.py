"""Pages taken by hand."""

from __future__ import annotations

from ocrprep.learning.degrade import capture, ink, light, marks, paper
from ocrprep.learning.degrade.base import Degradation
from ocrprep.learning.degrade.recipes._common import ink_of_age, rules_and_stamps
from ocrprep.learning.degrade.recipes._draw import Draw


def photo(draw: Draw, x_height: float) -> list[Degradation]:
    """Taken by hand: uneven light, shadows, blur, noise and JPEG."""
    depth = draw.between(0.35, 0.97)
    steps: list[Degradation] = []
    if draw.chance(0.4):
        steps += ink_of_age(draw, x_height)
    steps += [
        ink.InkDepth(depth=depth),
        paper.PaperTone(reflectance=draw.between(0.55, 1.0)),
        paper.PaperTexture(amount=draw.skewed(0.002, 0.06), coarsest=draw.scale(10, 250)),
    ]
    if draw.chance(0.35):
        steps.append(
            paper.PaperRelief(amount=draw.skewed(0.03, 0.3), scale=draw.scale(30, 400), angle=draw.between(-180, 180))
        )
    if draw.chance(0.2):
        steps.append(marks.OtherSide(amount=depth * draw.between(0.05, 0.4), softness=draw.between(1, 4)))
    steps += rules_and_stamps(draw, depth, 0.15)
    steps += _light_of_a_room(draw)
    return steps + _camera(draw, x_height)


def _light_of_a_room(draw: Draw) -> list[Degradation]:
    steps: list[Degradation] = [
        light.LightFalloff(amount=draw.between(0.1, 0.85), angle=draw.between(-180, 180), corners=draw.between(0, 1))
    ]
    if draw.chance(0.6):
        steps.append(light.Shadow(amount=draw.between(0.15, 0.75), softness=draw.scale(1.5, 90)))
    if draw.chance(0.15):
        steps.append(light.Glare(amount=draw.between(0.2, 0.9), size=draw.scale(30, 250)))
    if draw.chance(0.2):
        steps.append(light.DarkSurroundings(depth=draw.scale(8, 160), reflectance=draw.between(0.0, 0.6)))
    return steps


def _camera(draw: Draw, x_height: float) -> list[Degradation]:
    small = min(1.0, x_height / 20.0)
    steps: list[Degradation] = []
    if draw.chance(0.4):
        steps.append(capture.Perspective(amount=draw.skewed(0.01, 0.12)))
    if draw.chance(0.4):
        steps.append(capture.CurledPage(amount=draw.between(1, 16), scale=draw.scale(120, 600)))
    steps.append(capture.Defocus(sigma=draw.between(0.4, 2.0) * (0.35 + 0.65 * small)))
    if draw.chance(0.15):
        steps.append(capture.MotionBlur(length=max(1.0, draw.between(1.5, 7.0) * small), angle=draw.between(-180, 180)))
    if draw.chance(0.2):
        steps.append(capture.LowResolution(factor=draw.between(max(0.35, min(0.9, 9.0 / x_height)), 1.0)))
    if draw.chance(0.06):
        steps.append(
            capture.Moire(amount=draw.between(0.03, 0.2), period=draw.scale(3, 20), angle=draw.between(-90, 90))
        )
    steps.append(
        capture.SensorNoise(read=draw.skewed(0.5, 14.0), shot=draw.skewed(0.5, 10.0), grain=draw.skewed(1.0, 3.0))
    )
    if draw.chance(0.35):
        steps.append(capture.Sharpened(amount=draw.skewed(0.2, 2.0), sigma=draw.scale(0.8, 2.0)))
    if draw.chance(0.5):
        steps.append(
            capture.ToneCurve(gamma=draw.scale(0.5, 1.7), black=draw.between(-0.1, 0.15), white=draw.between(0.8, 1.2))
        )
    steps.append(capture.Jpeg(quality=int(98 - draw.skewed(2, 68, 1.5))))
    return steps
