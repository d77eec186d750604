import numpy as np
import pytest

from ocrprep.learning.degrade import make_example
from ocrprep.learning.degrade.base import STAGES
from ocrprep.learning.degrade.recipes import HISTORIES, draw_degradations


@pytest.mark.parametrize("history", HISTORIES)
class TestEveryHistory:
    def test_it_makes_the_same_page_for_the_same_seed(self, history):
        pages = [make_example(np.random.default_rng(8), (160, 200), history) for _ in range(2)]
        for part in ("image", "mask", "clean"):
            assert (getattr(pages[0], part) == getattr(pages[1], part)).all()

    def test_its_steps_come_in_the_order_of_their_stages(self, history):
        for seed in range(60):
            rng = np.random.default_rng(seed)
            steps = draw_degradations(rng, history, float(rng.uniform(5, 60)))
            stages = [STAGES.index(step.stage) for step in steps]
            assert stages == sorted(stages)

    def test_it_draws_no_step_that_is_out_of_range_for_any_size_of_type(self, history):
        for seed in range(2500):
            rng = np.random.default_rng(seed)
            draw_degradations(rng, history, float(np.exp(rng.uniform(np.log(3), np.log(200)))))

    def test_most_pages_have_ink_that_is_darker_than_their_paper(self, history):
        darker = 0
        for seed in range(12):
            example = make_example(np.random.default_rng(seed), (256, 256), history)
            ink = example.mask == 0
            darker += ink.any() and example.image[ink].mean() < example.image[~ink].mean()
        assert darker >= 9


def test_pages_of_all_shapes():
    for shape in ((64, 64), (90, 400), (300, 70)):
        example = make_example(np.random.default_rng(2), shape)
        assert example.image.shape == example.mask.shape == shape
        assert set(np.unique(example.mask)) <= {0, 255}


def test_other_seeds_make_other_pages():
    one, other = (make_example(np.random.default_rng(seed), (200, 200)) for seed in (1, 2))
    assert (one.image != other.image).any()
