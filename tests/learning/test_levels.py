"""The level from which a probability is ink is that with the best F-measure on pages whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from ocrprep.errors import ModelError
from ocrprep.learning import levels
from ocrprep.learning.example import Example
from ocrprep.learning.levels import LEVELS, fit_levels
from ocrprep.models import find_model
from ocrprep.models.inference import learned, softness
from tests import pages
from tests.models import small


def page(level: int, *, size: int = 40, width: int = 420, height: int = 160) -> Example:
    """Print whose truth is what is darker than a level."""
    gray = pages.text_gray(width, height, size=size)
    return Example(gray, np.where(gray < level, 0, 255).astype(np.uint8))


@pytest.fixture
def model(tmp_path):
    return find_model(small.write(tmp_path))


def f_measure(model, example: Example, level: float) -> float:
    found, real = learned(example.image, model, threshold=level)[0] == 0, example.mask == 0
    return float(200 * (found & real).sum() / (found.sum() + real.sum()))


def test_the_best_level_is_found(model):
    example = page(90)
    scores = [f_measure(model, example, float(level)) for level in LEVELS]
    fitted = fit_levels(model, [example])
    best = max(scores)
    assert f_measure(model, example, fitted.manifest.threshold) == pytest.approx(best, abs=0.3)
    assert fitted.pages == 1
    assert fitted.f_measure == pytest.approx((f_measure(model, example, 0.5), best), abs=0.3)
    assert fitted.manifest.small_type is None


@pytest.mark.parametrize("level", [0.3, 0.7])
def test_the_level_of_a_truth_made_at_it_is_found_again(model, level):
    gray = pages.text_gray(420, 160, size=40)
    fitted = fit_levels(model, [Example(gray, learned(gray, model, threshold=level)[0])])
    assert fitted.manifest.threshold == pytest.approx(level, abs=0.041)
    assert fitted.f_measure[1] > 99.5


def test_curves_are_those_of_masks(model):
    example = page(120)
    curve = levels._curve(softness(example.image, model)[0], example.mask == 0)
    assert curve == pytest.approx([f_measure(model, example, float(level)) for level in LEVELS], abs=0.5)


def test_small_type_is_enlarged_where_that_gains(model):
    few = [page(120, size=16)] * 11
    assert fit_levels(model, few).manifest.small_type is None
    many = [page(120, size=16)] * 12
    fitted = fit_levels(model, many)
    before, after = fitted.small_f_measure
    assert (fitted.pages, fitted.small_pages) == (0, 12)
    rule = fitted.manifest.small_type
    if rule is None:
        assert before == after
    else:
        assert after >= before + 0.2
        assert 0.2 <= rule.threshold <= 0.9
    # A truth that is the enlarged answer itself is met best by enlarging.
    gray = pages.text_gray(420, 160, size=16)
    truth = Example(gray, learned(gray, model, scale=2, threshold=0.6)[0])
    sure = fit_levels(model, [truth] * 12).manifest.small_type
    assert sure is not None
    assert sure.threshold == pytest.approx(0.6, abs=0.05)


def test_pages_without_ink_are_passed_over(model):
    blank = Example(np.full((60, 80), 250, np.uint8), np.full((60, 80), 255, np.uint8))
    assert fit_levels(model, [blank, page(120)]).pages == 1
    with pytest.raises(ModelError, match="pages with ink"):
        fit_levels(model, [blank])
