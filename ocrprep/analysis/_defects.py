"""From facts to faults: each bound with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocrprep.analysis.facts import PageFacts

_SMALL_TYPE = 10.0
"""x-height in pixels. Tesseract's own advice: below 10 there is very little chance of accurate results."""

_SKEW = 0.5
"""Degrees. A line of text some 80 x-heights long then rises by two thirds of one: lines begin to share rows."""

_SURE = 0.3
"""Confidence in the skew: a few words on a page reach it, pictures and noise do not."""

_UNEVEN = 0.67
"""Darkest over lightest paper. With ink a third as bright as paper, paper in the shadow is then as dark as the middle
between the two in the light: one level for the whole page cuts it off."""

_GRAIN = 1 / 8
"""Of the contrast. Paper and ink lie four standard deviations from the middle: beyond, grain turns into specks."""

_SPECKS = 0.001
"""Share of single pixels: five times what the full stops of very small type come to."""

LOW_CONTRAST = 64.0
"""Gray levels: a quarter of the scale; JPEG's ringing and a sensor's grain are no longer small beside it."""

BLUR = 0.2
"""Edge width over x-height. Strokes are 0.15 to 0.2 of it: from there on their two edges meet, and they lose their full
blackness. Sharp print has 0.05 to 0.13."""

SOFT = 2.5
"""Pixels: type of five pixels reaches that share even when it is sharp; scanners and renderers stay below this."""

_RUN_TOGETHER = (5.0, 0.33)
"""Edge width in pixels, and over stroke width, where letters have run together so that no line of text is found."""

_GLARE = 0.002
"""Share of the page: on A4 an inch and a bit across, a line's worth of words."""

_LIGHT_ON_DARK = 0.002
"""Share of the page: a header's or a button's worth."""

_BORDER = 0.005
"""Share of the page: on A4 a band of 1 mm along one long side."""


def defects_of(facts: PageFacts) -> tuple[str, ...]:
    """The faults of a page, the gravest first; a blank page has no other than that and its border."""
    border = ("dark borders",) if facts.dark_borders > _BORDER else ()
    if facts.blank:
        return ("blank", *border)
    grainy = facts.ink is not None and facts.noise_sigma > _GRAIN * facts.contrast
    found = {
        "too small type": facts.x_height is not None and facts.x_height < _SMALL_TYPE,
        "blurred": _is_blurred(facts),
        "low contrast": facts.contrast < LOW_CONTRAST,
        "glare": facts.glare > _GLARE,
        "uneven light": facts.evenness < _UNEVEN,
        "skewed": abs(facts.skew) > _SKEW and facts.skew_confidence > _SURE,
        "noisy": grainy or facts.salt_pepper > _SPECKS,
        "light on dark": facts.light_on_dark > _LIGHT_ON_DARK,
    }
    return (*(name for name, is_so in found.items() if is_so), *border)


def _is_blurred(facts: PageFacts) -> bool:
    if facts.edge_width is None or facts.blur is None:
        return False
    if facts.x_height is not None:
        return facts.edge_width > max(SOFT, BLUR * facts.x_height)
    width, share = _RUN_TOGETHER
    return facts.edge_width > width and facts.blur > share
