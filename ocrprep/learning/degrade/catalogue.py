"""All degradations: their union for JSON, and one telling example of each."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from ocrprep.learning.degrade import capture, ink, light, marks, paper
from ocrprep.learning.degrade.base import Degradation

AnyDegradation = Annotated[
    ink.SpreadInk
    | ink.RoughEdges
    | ink.FadeInk
    | ink.ChangedInk
    | ink.ThinPen
    | ink.BrokenInk
    | ink.MottledInk
    | ink.PooledInk
    | ink.InkDepth
    | ink.InkHalo
    | paper.PaperTone
    | paper.PaperTexture
    | paper.PaperRelief
    | paper.Folds
    | marks.Stains
    | marks.CupRings
    | marks.Specks
    | paper.LaidLines
    | paper.RuledPaper
    | marks.OtherSide
    | paper.Patches
    | marks.Smudges
    | marks.Scratches
    | marks.Ghost
    | marks.Stamp
    | light.LightFalloff
    | light.Shadow
    | light.Glare
    | light.DarkSurroundings
    | capture.Defocus
    | capture.MotionBlur
    | capture.Sharpened
    | capture.LowResolution
    | capture.SensorNoise
    | capture.SaltAndPepper
    | capture.Jpeg
    | capture.ToneCurve
    | capture.Perspective
    | capture.CurledPage
    | capture.Moire
    | capture.Fax
    | capture.CarbonCopy,
    Field(discriminator="kind"),
]

DEGRADATIONS: TypeAdapter[AnyDegradation] = TypeAdapter(AnyDegradation)
"""Reads one degradation from JSON or a dictionary by its ``kind``."""

EXAMPLES: tuple[Degradation, ...] = (
    ink.SpreadInk(amount=1.2),
    ink.RoughEdges(amount=0.8, grain=2.0),
    ink.FadeInk(least=0.15, scale=120.0),
    ink.ChangedInk(least=0.15, lines=1.0),
    ink.ThinPen(share=0.3),
    ink.BrokenInk(share=0.25, grain=2.0),
    ink.MottledInk(amount=0.8, grain=1.5),
    ink.PooledInk(amount=0.9),
    ink.InkDepth(depth=0.3),
    ink.InkHalo(amount=0.5, reach=6.0),
    paper.PaperTone(reflectance=0.6),
    paper.PaperTexture(amount=0.07),
    paper.PaperRelief(amount=0.25, scale=60.0),
    paper.Folds(count=3, amount=0.4),
    marks.Stains(amount=0.5, scale=120.0, cover=0.2, rim=0.4),
    marks.CupRings(count=2, amount=0.5, radius=120.0),
    marks.Specks(count=120, amount=0.7, high=5.0),
    paper.LaidLines(amount=0.1, period=8.0),
    paper.RuledPaper(amount=0.35, spacing=28.0, grid=True),
    marks.OtherSide(amount=0.4, softness=1.5),
    paper.Patches(count=3, amount=0.4),
    marks.Smudges(amount=0.5, scale=40.0),
    marks.Scratches(count=12, amount=0.5),
    marks.Ghost(amount=0.35, shift=6.0),
    marks.Stamp(amount=0.4, size=180.0),
    light.LightFalloff(amount=0.7, angle=40.0),
    light.Shadow(amount=0.6, softness=12.0),
    light.Glare(amount=0.9, size=70.0),
    light.DarkSurroundings(depth=30.0, reflectance=0.1),
    capture.Defocus(sigma=2.0),
    capture.MotionBlur(length=8.0, angle=25.0),
    capture.Sharpened(amount=2.5, sigma=1.5),
    capture.LowResolution(factor=0.35),
    capture.SensorNoise(read=14.0, shot=10.0, grain=1.5),
    capture.SaltAndPepper(share=0.06),
    capture.Jpeg(quality=12),
    capture.ToneCurve(gamma=1.6, black=0.15, white=0.85),
    capture.Perspective(amount=0.12),
    capture.CurledPage(amount=20.0, scale=200.0),
    capture.Moire(amount=0.25, period=7.0),
    capture.Fax(resolution=0.6),
    capture.CarbonCopy(softness=1.4, grain=0.6),
)
"""One of each kind, strong enough to be seen on a contact sheet."""
