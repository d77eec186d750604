"""Small, sharp type is shown to a network enlarged, and the answer has the page's own size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrprep.models import find_model, small_type
from ocrprep.models.inference import learned, softness
from ocrprep.models.manifest import SmallType
from ocrprep.models.small_type import is_small_and_sharp, scale_for
from tests import pages
from tests.models import small

RULE = SmallType(x_height=14, edge_width=2, scale=2, threshold=0.7)
SMALL = pages.text_gray(400, 200, size=16)
LARGE = pages.text_gray(800, 400, size=40)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return find_model(small.write(tmp_path_factory.mktemp("small"), small_type=RULE.model_dump()))


def test_small_sharp_type_is_enlarged_and_no_other(model):
    blurred = np.asarray(cv2.GaussianBlur(SMALL, (0, 0), 1.5), np.uint8)
    blank = np.full((200, 300), 255, np.uint8)
    wanted = [(SMALL, 2.0), (LARGE, 1.0), (blurred, 1.0), (blank, 1.0)]
    assert [scale_for(page, model.manifest) for page, _ in wanted] == [scale for _, scale in wanted]
    assert is_small_and_sharp(SMALL, RULE)


def test_the_user_has_the_last_word(model, model_file):
    assert scale_for(SMALL, model.manifest, "never") == 1.0
    assert scale_for(LARGE, model.manifest, "always") == 2.0
    assert scale_for(SMALL, find_model(model_file).manifest, "always") == 1.0


def test_a_page_too_large_to_enlarge_stays(model, monkeypatch):
    monkeypatch.setattr(small_type, "_LARGEST", 4 * SMALL.size - 1)
    assert scale_for(SMALL, model.manifest, "always") == 1.0


@pytest.mark.parametrize("output", ["mask", "gray"])
def test_an_enlarged_page_by_hand(model, output):
    larger = np.asarray(cv2.resize(SMALL, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    soft, _ = softness(larger, model, output)
    mean = soft.reshape(200, 2, 400, 2).mean((1, 3))
    made, _ = learned(SMALL, model, output, scale=2)
    if output == "gray":
        assert np.abs(made - mean).max() <= 0.75
        return
    sure = np.abs(mean - 255 * 0.3) > 1
    assert np.array_equal((made == 0)[sure], (mean < 255 * 0.3)[sure])
    # The threshold that is asked for counts before that of the rule.
    assert (learned(SMALL, model, scale=2, threshold=0.2)[0] == 0).sum() > (made == 0).sum()


def test_softness_is_what_masks_are_made_from(model):
    soft, _ = softness(LARGE, model)
    made, _ = learned(LARGE, model, threshold=0.6)
    sure = np.abs(soft - 255 * 0.4) > 1
    assert np.array_equal((made == 0)[sure], (soft < 255 * 0.4)[sure])


def test_any_size_can_be_enlarged(model):
    for size in ((1, 1), (1, 50), (37, 3)):
        assert learned(np.resize(SMALL, size).astype(np.uint8), model, scale=2)[0].shape == size
