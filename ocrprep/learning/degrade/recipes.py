"""Which degradations come together: random but plausible histories of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from ocrprep.learning.degrade import capture, ink, light, marks, paper
from ocrprep.learning.degrade.base import STAGES, Degradation

History = Literal["archive", "office", "copy", "photo"]

HISTORIES: dict[History, float] = {"archive": 0.5, "office": 0.2, "copy": 0.12, "photo": 0.18}
"""Shares of the histories in the pages that the shipped model is trained on."""


class _Draw:
    """Short names for what recipes draw."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def skewed(self, low: float, high: float, power: float = 2.0) -> float:
        """Between ``low`` and ``high``, mostly near ``low``."""
        return float(low + (high - low) * self.rng.random() ** power)

    def scale(self, low: float, high: float) -> float:
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))


def draw_history(rng: np.random.Generator) -> History:
    """One of the histories, by their shares."""
    names = list(HISTORIES)
    return names[int(rng.choice(len(names), p=[HISTORIES[name] for name in names]))]


def draw_degradations(rng: np.random.Generator, history: History, x_height: float) -> tuple[Degradation, ...]:
    """A plausible series of degradations, in the order in which they happen.

    Args:
        rng: draws them.
        history: what kind of life the page had.
        x_height: pixels; strokes of small type bear less spread, fray and blur.
    """
    draw = _Draw(rng)
    steps = _HISTORIES[history](draw, x_height)
    return tuple(sorted(steps, key=lambda step: STAGES.index(step.stage)))


def _ink_of_age(draw: _Draw, x_height: float, *, beside: bool = False) -> list[Degradation]:
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


def _paper_of_age(draw: _Draw, depth: float) -> list[Degradation]:
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


def _other_side(draw: _Draw, depth: float) -> list[Degradation]:
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


def _dirt(draw: _Draw, depth: float) -> list[Degradation]:
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


def _make_of_the_sheet(draw: _Draw) -> list[Degradation]:
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


def _rules_and_stamps(draw: _Draw, depth: float, share: float) -> list[Degradation]:
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


def _archive(draw: _Draw, x_height: float) -> list[Degradation]:
    small = min(1.0, x_height / 18.0)
    depth = draw.between(0.4, 0.98) if draw.chance(0.72) else draw.between(0.2, 0.5)
    other_side = _other_side(draw, depth)
    steps = [*_ink_of_age(draw, x_height, beside=bool(other_side)), ink.InkDepth(depth=depth)]
    if draw.chance(0.2):
        steps.append(ink.InkHalo(amount=draw.skewed(0.05, 0.5), reach=draw.scale(2.0, 20.0)))
    steps += [*_paper_of_age(draw, depth), *other_side, *_dirt(draw, depth), *_make_of_the_sheet(draw)]
    steps += _rules_and_stamps(draw, depth, 0.1)
    if draw.chance(0.06):
        steps.append(
            marks.Ghost(amount=depth * draw.between(0.1, 0.4), shift=draw.scale(2, 25), softness=draw.between(0.5, 4))
        )
    steps += _scanner_light(draw)
    steps.append(capture.Defocus(sigma=draw.between(0.35, 1.5) * (0.4 + 0.6 * small)))
    if draw.chance(0.3):
        steps.append(capture.Sharpened(amount=draw.skewed(0.2, 2.5), sigma=draw.scale(0.7, 2.5)))
    steps += _sensor(draw, 0.5)
    return steps


def _scanner_light(draw: _Draw) -> list[Degradation]:
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


def _sensor(draw: _Draw, jpeg: float) -> list[Degradation]:
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


def _office(draw: _Draw, x_height: float) -> list[Degradation]:
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
    steps += _rules_and_stamps(draw, depth, 0.12)
    if draw.chance(0.15):
        steps.append(
            marks.OtherSide(
                amount=depth * draw.between(0.05, 0.35), softness=draw.between(0.8, 3), patchy=draw.between(0, 0.5)
            )
        )
    if draw.chance(0.5):
        steps += _scanner_light(draw)
    # Half of them as sharp as they were rendered: paper and print simply multiplied.
    if draw.chance(0.5):
        steps.append(capture.Defocus(sigma=draw.between(0.25, 1.2) * (0.4 + 0.6 * small)))
    if draw.chance(0.15):
        steps.append(capture.Sharpened(amount=draw.skewed(0.2, 2.0), sigma=draw.scale(0.6, 1.5)))
    if draw.chance(0.6):
        steps += _sensor(draw, 0.4)
    return steps


def _ink_of_the_office(draw: _Draw, small: float) -> list[Degradation]:
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


def _worn_office_paper(draw: _Draw, depth: float) -> list[Degradation]:
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


def _copy(draw: _Draw, x_height: float) -> list[Degradation]:
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
    steps += _scanner_light(draw)
    steps.append(capture.Defocus(sigma=draw.between(0.3, 1.3) * (0.4 + 0.6 * small)))
    if draw.chance(0.5):
        steps.append(capture.Jpeg(quality=int(100 - draw.skewed(5, 70))))
    return steps


def _photo(draw: _Draw, x_height: float) -> list[Degradation]:
    """Taken by hand: uneven light, shadows, blur, noise and JPEG."""
    depth = draw.between(0.35, 0.97)
    steps: list[Degradation] = []
    if draw.chance(0.4):
        steps += _ink_of_age(draw, x_height)
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
    steps += _rules_and_stamps(draw, depth, 0.15)
    steps += _light_of_a_room(draw)
    return steps + _camera(draw, x_height)


def _light_of_a_room(draw: _Draw) -> list[Degradation]:
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


def _camera(draw: _Draw, x_height: float) -> list[Degradation]:
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


_HISTORIES: dict[History, Callable[[_Draw, float], list[Degradation]]] = {
    "archive": _archive,
    "office": _office,
    "copy": _copy,
    "photo": _photo,
}
