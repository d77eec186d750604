"""From which probability on a pixel is ink, measured on pages whose truth is known.

A loss that looks at whole masks, as Dice does, leaves probabilities that are good for ranking, not for counting. So the
level is fitted after the training, on pages that the training never saw: one for type as it is, and one for small and
sharp type that is shown enlarged, if that is worth its while.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocrprep.errors import ModelError
from ocrprep.learning.example import Example
from ocrprep.models import Manifest, Model
from ocrprep.models.inference import softness
from ocrprep.models.manifest import SmallType
from ocrprep.models.small_type import is_small_and_sharp
from ocrprep.page import Pixels

LEVELS: npt.NDArray[np.float64] = np.round(np.arange(0.2, 0.901, 0.02), 2)
"""The levels that are tried."""

SMALL = SmallType(x_height=14.0, edge_width=1.7, scale=2.0)
"""Type that is tried enlarged: masks of made pages count its ink from half coverage on, below 13 pixels."""

_LEAST_PAGES = 12
_LEAST_GAIN = 0.2

Curve = npt.NDArray[np.float64]
"""F-measure at each of :data:`LEVELS`, 0–100."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Levels, and how good they are.

    Args:
        manifest: with these levels in it.
        pages: how many were measured, without small type.
        f_measure: mean over these pages, at the level that was and at the one that is now.
        small_pages: how many of small and sharp type.
        small_f_measure: mean over these: as they were handled before, and now.
    """

    manifest: Manifest
    pages: int
    f_measure: tuple[float, float]
    small_pages: int
    small_f_measure: tuple[float, float]


@dataclass(slots=True)
class _Curves:
    usual: list[Curve] = field(default_factory=list)
    small: list[Curve] = field(default_factory=list)
    enlarged: list[Curve] = field(default_factory=list)


def fit_levels(model: Model, pages: Iterable[Example], rule: SmallType = SMALL) -> Fitted:
    """Fit a model's levels.

    Args:
        model: its manifest's own levels do not matter, except for the comparison.
        pages: with known masks; pages without ink are passed over.
        rule: which type is tried enlarged, and how much.

    Returns:
        The manifest with the best levels by mean F-measure. Nothing is enlarged that does not gain 0.2 on average, or
        of which there are fewer than 12 pages.

    Raises:
        ModelError: the model does not run, or no page has ink.
    """
    curves = _Curves()
    for page in pages:
        ink = page.mask == 0
        if ink.any():
            _measure(model, page.image, ink, rule, curves)
    if not curves.usual and not curves.small:
        raise ModelError("levels are fitted on pages with ink, and there was none")
    before = model.manifest
    manifest = before.model_copy(update={"small_type": None})
    if curves.usual:
        manifest = manifest.model_copy(update={"threshold": _best(curves.usual)})
    kept = _fit_small(curves, manifest, rule)
    return Fitted(
        kept,
        len(curves.usual),
        (_at(curves.usual, before.threshold), _at(curves.usual, kept.threshold)),
        len(curves.small),
        (_small(curves, before), _small(curves, kept)),
    )


def _measure(model: Model, gray: Pixels, ink: npt.NDArray[np.bool_], rule: SmallType, curves: _Curves) -> None:
    as_it_is = _curve(softness(gray, model)[0], ink)
    if not is_small_and_sharp(gray, rule):
        curves.usual.append(as_it_is)
        return
    curves.small.append(as_it_is)
    curves.enlarged.append(_curve(softness(gray, model, scale=rule.scale)[0], ink))


def _curve(soft: Pixels, ink: npt.NDArray[np.bool_]) -> Curve:
    """F-measure at each level, from two histograms."""
    found = np.cumsum(np.bincount(soft.ravel(), minlength=256))
    right = np.cumsum(np.bincount(soft[ink], minlength=256))
    last = np.floor(255 * (1 - LEVELS) + 1e-9).astype(np.intp)
    return np.asarray(200.0 * right[last] / (found[last] + np.count_nonzero(ink)))


def _best(curves: list[Curve]) -> float:
    return float(LEVELS[int(np.argmax(np.mean(curves, axis=0)))])


def _at(curves: list[Curve], level: float) -> float:
    return float(np.interp(level, LEVELS, np.mean(curves, axis=0))) if curves else 0.0


def _fit_small(curves: _Curves, manifest: Manifest, rule: SmallType) -> Manifest:
    if len(curves.small) < _LEAST_PAGES:
        return manifest
    fitted = rule.model_copy(update={"threshold": _best(curves.enlarged)})
    gain = _at(curves.enlarged, fitted.threshold) - _at(curves.small, manifest.threshold)
    return manifest.model_copy(update={"small_type": fitted}) if gain >= _LEAST_GAIN else manifest


def _small(curves: _Curves, manifest: Manifest) -> float:
    if manifest.small_type is None:
        return _at(curves.small, manifest.threshold)
    return _at(curves.enlarged, manifest.small_type.threshold)
