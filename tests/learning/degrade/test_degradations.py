import json

import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.learning.degrade import degraded, example_of
from ocrprep.learning.degrade.base import STAGES, Degradation
from ocrprep.learning.degrade.capture import Defocus, Fax, Jpeg, Perspective
from ocrprep.learning.degrade.catalogue import DEGRADATIONS, EXAMPLES
from ocrprep.learning.degrade.ink import BrokenInk, FadeInk, InkDepth, SpreadInk
from ocrprep.learning.degrade.light import DarkSurroundings, Shadow
from ocrprep.learning.degrade.marks import OtherSide, Stains
from ocrprep.learning.degrade.paper import PaperTexture, RuledPaper
from ocrprep.learning.degrade.sheet import Sheet


def bars(side=128, width=6):
    """Upright strokes, far apart."""
    coverage = np.zeros((side, side), np.float32)
    for left in range(16, side - 16, 24):
        coverage[16:-16, left : left + width] = 1.0
    return Sheet.written(coverage, 24.0)


def written():
    """Broad strokes and hairlines."""
    sheet = bars()
    coverage = sheet.ink.copy()
    coverage[60, 8:-8] = coverage[30:100, 27] = 1.0
    return Sheet.written(coverage, 24.0)


def one(step: Degradation, sheet: Sheet | None = None, seed: int = 3) -> Sheet:
    return degraded(sheet or bars(), [step], np.random.default_rng(seed))


def ink_share(sheet: Sheet) -> float:
    return float((example_of(sheet).mask == 0).mean())


@pytest.mark.parametrize("step", EXAMPLES, ids=lambda step: step.kind)
class TestEveryDegradation:
    def test_it_changes_the_picture_and_keeps_its_size(self, step):
        before, after = example_of(written()), example_of(one(step, written()))
        assert after.image.shape == before.image.shape
        assert (after.image != before.image).any()

    def test_it_is_the_same_for_the_same_seed(self, step):
        assert (example_of(one(step, written())).image == example_of(one(step, written())).image).all()

    def test_its_planes_stay_in_range(self, step):
        sheet = one(step, written())
        for plane in (sheet.ink, sheet.clean, sheet.paper):
            assert plane.dtype == np.float32
            assert np.isfinite(plane).all()
            assert plane.min() >= -1e-5
            assert plane.max() <= 1 + 1e-5

    def test_it_leaves_the_sheet_it_was_given_alone(self, step):
        sheet = written()
        copies = sheet.ink.copy(), sheet.clean.copy(), sheet.paper.copy()
        one(step, sheet)
        assert all((a == b).all() for a, b in zip((sheet.ink, sheet.clean, sheet.paper), copies, strict=True))

    def test_it_comes_back_from_json(self, step):
        assert DEGRADATIONS.validate_python(json.loads(step.model_dump_json())) == step

    @pytest.mark.parametrize("shape", [(1, 1), (5, 200), (97, 33)])
    def test_it_takes_pages_of_any_size(self, step, shape):
        coverage = np.zeros(shape, np.float32)
        coverage[:, ::3] = 1.0
        assert example_of(one(step, Sheet.written(coverage, 10.0))).image.shape == shape

    def test_a_blank_page_has_no_ink(self, step):
        blank = Sheet.written(np.zeros((90, 90), np.float32), 20.0)
        assert (example_of(one(step, blank)).mask == 255).all()


def test_there_is_one_example_of_each_kind_in_the_order_of_their_stages():
    kinds = [step.kind for step in EXAMPLES]
    assert len(kinds) == len(set(kinds))
    stages = [STAGES.index(step.stage) for step in EXAMPLES]
    assert stages == sorted(stages)
    schema = DEGRADATIONS.json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(kinds)


def test_an_unknown_kind_or_a_value_out_of_range_is_refused():
    with pytest.raises(ValidationError, match="kind"):
        DEGRADATIONS.validate_python({"kind": "fire"})
    with pytest.raises(ValidationError, match="quality"):
        DEGRADATIONS.validate_python({"kind": "jpeg", "quality": 0})


class TestTheMask:
    def test_fresh_strokes_keep_their_width(self):
        assert ink_share(bars()) == pytest.approx(float(bars().ink.mean()), rel=1e-6)

    def test_it_does_not_see_what_is_on_the_paper(self):
        for step in (Stains(amount=0.9), RuledPaper(amount=0.8), OtherSide(amount=0.8), PaperTexture(amount=0.1)):
            assert (example_of(one(step)).mask == example_of(bars()).mask).all()

    def test_it_does_not_see_light(self):
        assert (example_of(one(Shadow(amount=0.9))).mask == example_of(bars()).mask).all()

    def test_pale_ink_keeps_its_width(self):
        assert ink_share(one(InkDepth(depth=0.2))) == pytest.approx(ink_share(bars()), rel=0.02)

    def test_ink_too_pale_to_see_is_none(self):
        assert ink_share(one(InkDepth(depth=0.05))) == 0

    def test_a_little_blur_leaves_the_width_about_as_it_was(self):
        assert ink_share(one(Defocus(sigma=1.0))) == pytest.approx(ink_share(bars()), rel=0.15)

    def test_spread_ink_is_wider_and_starved_ink_thinner_by_the_pixels_that_it_says(self):
        for amount in (-1.0, 1.0):
            # Six pixels wide, two edges each.
            expected = (6.0 + 2.0 * amount) / 6.0
            assert ink_share(one(SpreadInk(amount=amount))) / ink_share(bars()) == pytest.approx(expected, abs=0.12)

    def test_broken_ink_is_less_ink(self):
        assert ink_share(one(BrokenInk(share=0.4))) < 0.95 * ink_share(bars())

    def test_faded_ink_stays_ink_while_it_can_be_seen(self):
        assert ink_share(one(FadeInk(least=0.4, scale=60))) > 0.9 * ink_share(bars())

    def test_it_moves_with_the_page(self):
        sheet = one(Perspective(amount=0.15))
        example = example_of(sheet)
        # Black where the mask says ink, white where not: nothing but the geometry happened.
        assert example.image[example.mask == 0].mean() < 90
        assert example.image[example.mask == 255].mean() > 225

    def test_there_is_no_ink_under_dark_surroundings(self):
        full = Sheet.written(np.ones((100, 100), np.float32), 20.0)
        seen = example_of(one(DarkSurroundings(depth=20.0), full))
        assert (seen.mask == 255).any()


def test_the_clean_picture_stays_clean():
    fresh = example_of(bars())
    for step in (Defocus(sigma=3.0), Jpeg(quality=5), InkDepth(depth=0.3), BrokenInk(share=0.4), Fax()):
        assert (example_of(one(step)).clean == fresh.clean).all()


def test_one_more_step_changes_nothing_about_the_others():
    steps = [Stains(amount=0.4), Jpeg(quality=60)]
    rng = np.random.default_rng
    stained = degraded(bars(), steps[:1], rng(1))
    both = degraded(bars(), steps, rng(1))
    assert (stained.paper == both.paper).all()
