"""The network as a filter: modes, facts, files, errors; and the denoiser that uses it."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.chain import FilterChain
from ocrprep.errors import ModelIntegrityError, ModelNotFoundError
from ocrprep.filters.auto_denoising import AutoDenoising
from ocrprep.filters.learned_binarize import LearnedBinarize
from ocrprep.geometry import Rectangle
from ocrprep.models import find_model
from ocrprep.models.inference import learned
from ocrprep.page import PixelMode
from ocrprep.preprocessing import PreprocessingFilter
from tests import pages
from tests.models import small


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    return str(small.write(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def scan():
    return pages.page(pages.scan_rgb(300, 200))


def test_a_mask_is_a_binary_page_and_gray_a_gray_one(model, scan):
    for output, mode in (("mask", PixelMode.BINARY), ("gray", PixelMode.GRAY)):
        result = LearnedBinarize(model, output)(scan)
        assert result.mode is mode
        assert [step.kind for step in result.steps] == ["convert", "learned_binarize"]
        wanted, _ = learned(scan.converted(PixelMode.GRAY).pixels, find_model(model), output)
        assert np.array_equal(result.pixels, wanted)


def test_the_page_before_stays_reachable_under_a_mask_alone(model, scan):
    gray = scan.converted(PixelMode.GRAY)
    assert np.array_equal(LearnedBinarize(model)(gray).gray().pixels, gray.pixels)
    soft = LearnedBinarize(model, "gray")(scan)
    assert soft.unbinarized is None
    assert soft.gray() is soft


def test_the_step_tells_which_network_did_it(model, scan):
    found = LearnedBinarize(model)(scan).steps[-1].found
    assert found["model"] == "small"
    assert found["sha256"] == find_model(model).manifest.sha256[:12]
    assert found["backend"].startswith(("onnxruntime", "opencv"))
    assert found["ink"] == pytest.approx((LearnedBinarize(model)(scan).pixels == 0).mean(), abs=1e-5)


def test_a_chain_in_a_file_brings_it_back_and_replays(model, scan):
    chain = FilterChain([LearnedBinarize(model, "gray", threshold=0.4), LearnedBinarize(model)])
    assert FilterChain.from_dict(chain.to_dict()) == chain
    result = chain(scan)
    again = FilterChain.from_steps(result.steps)
    assert again == chain
    assert np.array_equal(again(scan).pixels, result.pixels)


def test_the_builder_offers_it(model, scan):
    item = PreprocessingFilter.learned_binarize(model=model)
    assert item == LearnedBinarize(model)
    assert set(np.unique(item(scan.pixels))) == {0, 255}


def test_an_area_keeps_the_rest(model, scan):
    area = Rectangle(20, 30, 100, 80)
    gray = scan.converted(PixelMode.GRAY)
    result = LearnedBinarize(model, area=area)(gray)
    assert result.mode is PixelMode.GRAY
    outside = np.ones(gray.pixels.shape, bool)
    outside[area.slices] = False
    assert np.array_equal(result.pixels[outside], gray.pixels[outside])
    assert set(np.unique(result.pixels[area.slices])) <= {0, 255}


def test_errors_are_those_of_the_model(tmp_path, scan):
    with pytest.raises(ModelNotFoundError, match="no model is called 'nobody'"):
        LearnedBinarize("nobody")(scan)
    file = small.write(tmp_path)
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(ModelIntegrityError, match=r"small\.onnx"):
        LearnedBinarize(str(file))(scan)
    for wrong in ({"output": "both"}, {"threshold": 1.5}, {"model": ""}):
        with pytest.raises(ValidationError):
            LearnedBinarize(**wrong)


# auto_denoising


@pytest.mark.parametrize("mode", list(PixelMode))
def test_the_learned_denoiser_gives_the_networks_clean_page(model, scan, mode):
    given = pages.page(pages.text_gray() > 128) if mode is PixelMode.BINARY else scan.converted(mode)
    item = AutoDenoising(method="learned", model=model, binarize=False)
    result = item(given)
    assert result.mode is (PixelMode.RGB if mode is PixelMode.RGB else PixelMode.GRAY)
    gray = given.converted(PixelMode.GRAY).pixels
    clean, _ = learned(gray, find_model(model), "gray")
    assert np.array_equal(result.converted(PixelMode.GRAY).pixels, clean)
    assert result.steps[-1].found["model"] == "small"


def test_the_learned_denoiser_ends_black_and_white_with_the_clean_page_beneath(model, scan):
    gray = AutoDenoising(method="learned", model=model, binarize=False)(scan)
    black = AutoDenoising(method="learned", model=model)(scan)
    assert black.mode is PixelMode.BINARY
    assert [step.kind for step in black.steps] == ["auto_denoising", "convert"]
    assert np.array_equal(black.gray().pixels, gray.gray().pixels)


def test_light_text_on_dark_stays_light_on_dark(model):
    page = pages.text_gray(400, 260, size=24)
    item = AutoDenoising(method="learned", model=model, binarize=False)
    result = item(pages.page(255 - page))
    assert result.steps[-1].found["inverted"]
    assert np.array_equal(result.pixels, 255 - item(pages.page(page)).pixels)


def test_half_the_strength_is_half_the_way(model):
    page = pages.text_gray(300, 200)
    full, half = (AutoDenoising(s, method="learned", model=model, binarize=False)(page) for s in (1.0, 0.5))
    assert np.abs(half - (page.astype(int) + full) / 2).max() <= 1


# small type


def test_small_sharp_type_is_shown_enlarged_and_the_step_says_so(tmp_path):
    rule = {"x_height": 14, "edge_width": 2, "scale": 2, "threshold": 0.7}
    file = small.write(tmp_path, small_type=rule)
    gray = pages.text_gray(400, 200, size=16)
    page = pages.page(gray)
    result = LearnedBinarize(str(file))(page)
    assert result.steps[-1].found["enlarged"] == 2.0
    assert result.pixels.shape == gray.shape
    assert np.array_equal(result.pixels, learned(gray, find_model(file), scale=2)[0])
    as_it_is = LearnedBinarize(str(file), enlarge="never")(page)
    assert "enlarged" not in as_it_is.steps[-1].found
    assert np.array_equal(as_it_is.pixels, learned(gray, find_model(file))[0])
    cleaned = AutoDenoising(method="learned", model=str(file), binarize=False)(page)
    assert cleaned.steps[-1].found["enlarged"] == 2.0
