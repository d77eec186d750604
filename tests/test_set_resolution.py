"""A page is told its resolution, and everyone whom it concerns hears of it."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from ocrprep import geometry
from ocrprep.chain import FilterChain
from ocrprep.errors import RecognizerError
from ocrprep.filters.scale import Scale
from ocrprep.filters.set_resolution import SetResolution
from ocrprep.outputs.encode import encode
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.recognizers._driver import resolution
from tests import pages

MODES = {
    "binary": lambda: pages.page(pages.text_gray() > 128, None),
    "gray": lambda: pages.page(pages.text_gray(), 96.0),
    "rgb": lambda: pages.page(pages.scan_rgb(), 204.0),
}


@pytest.mark.parametrize("name", list(MODES))
def test_only_the_resolution_changes(name):
    page = MODES[name]()
    result = SetResolution(400)(page)
    assert result.dpi == (400.0, 400.0)
    assert result.pixels is page.pixels
    assert result.mode is page.mode
    assert geometry.is_identity(result.to_source)
    before = result.steps[-1].found["before"]
    assert before == (None if page.dpi is None else list(page.dpi))


def test_the_default_and_the_name():
    assert PreprocessingFilter.set_resolution() == SetResolution(300)
    assert SetResolution().compact() == {"kind": "set_resolution"}


@pytest.mark.parametrize("dpi", [69, 2401, 0, -300, 300.5])
def test_what_tesseract_refuses_is_refused(dpi):
    with pytest.raises(ValidationError, match="dpi"):
        SetResolution(dpi)


def test_with_an_area_the_page_is_cut():
    page = MODES["gray"]()
    result = SetResolution(area=(10, 20, 100, 50))(page)
    assert result.dpi == (300.0, 300.0)
    assert np.array_equal(result.pixels, page.pixels[20:70, 10:110])
    assert np.array_equal(result.to_source, geometry.translation(10, 20))


def test_the_steps_tell_it_again():
    page = MODES["binary"]()
    result = FilterChain([Scale(2), SetResolution(250), Scale(0.5)])(page)
    assert result.dpi == (125.0, 125.0)
    assert FilterChain.from_steps(result.steps)(page).dpi == result.dpi


def test_it_reaches_the_file():
    page = SetResolution(250)(MODES["binary"]())
    for image_format in ("png", "tiff", "jpeg"):
        with Image.open(io.BytesIO(encode(page, image_format))) as opened:
            assert opened.info["dpi"] == pytest.approx((250, 250), abs=0.02), image_format


@pytest.mark.skipif(sys.platform == "win32", reason="the engine of the test is a shell script")
def test_it_reaches_the_engine(tmp_path, monkeypatch):
    program, seen = tmp_path / "tesseract", tmp_path / "seen"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n*--version*) echo "tesseract 5.9.9"; exit 0;;\n'
        "*--list-langs*) echo 'List of available languages in \"/t\" (1):'; echo eng; exit 0;;\nesac\n"
        f'echo "$*" > {seen}; exit 1\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(program))
    page = SetResolution(250)(MODES["gray"]())
    assert resolution(page) == 250
    with pytest.raises(RecognizerError):
        TesseractRecognizer(driver="pytesseract").read(page)
    assert "--dpi 250" in seen.read_text()


def test_a_picture_carries_it():
    assert SetResolution()(Image.fromarray(pages.text_gray())).info["dpi"] == (300.0, 300.0)
