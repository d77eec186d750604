import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

import ocrprep
import ocrprep.aspose as ocr
from ocrprep import geometry
from ocrprep.aspose import (
    AsposeOcr,
    CharactersAllowedType,
    DetectAreasMode,
    ImageProcessing,
    InputType,
    Language,
    License,
    OcrInput,
    PreprocessingFilter,
    RecognitionSettings,
)
from ocrprep.errors import LanguageNotInstalledError
from ocrprep.filters import registry
from ocrprep.page import PixelMode
from ocrprep.preprocessing import PreprocessingFilter as Builder
from ocrprep.recognizers import TesseractRecognizer
from tests.pages import TEXT, text_gray

engine = pytest.mark.engine
LINES = [TEXT[row % len(TEXT)] for row in range(6)]

SCRIPT = """
api = AsposeOcr()
filters = PreprocessingFilter()
filters.add(PreprocessingFilter.{factory})
input = OcrInput(InputType.SINGLE_IMAGE, filters)
input.add("source.png")
ImageProcessing.save(input, "result")
result = api.recognize(input)
print(result[0].recognition_text)
"""
IMPORTS = {
    "names": "from ocrprep.aspose import AsposeOcr, OcrInput, InputType, ImageProcessing\n"
    "from ocrprep.aspose.models.preprocessingfilters import PreprocessingFilter\n",
    "star": "from ocrprep.aspose import *\n",
    "models": "from ocrprep.aspose import *\nfrom ocrprep.aspose.models import PreprocessingFilter\n",
}


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(text_gray(800, 430, size=40)).save("source.png", dpi=(300, 300))
    return tmp_path / "source.png"


@engine
@pytest.mark.parametrize(
    ("imports", "factory"), [("names", "binarize()"), ("star", "threshold(150)"), ("models", "binarize()")]
)
@pytest.mark.usefixtures("source")
def test_the_documented_script_runs_with_only_its_imports_changed(imports, factory):
    script = IMPORTS[imports] + SCRIPT.format(factory=factory)
    root = str(Path(ocrprep.__file__).parents[1])
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", script],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": root},
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split() == " ".join(LINES).split()
    with Image.open("source.png") as before, Image.open("result/source.png") as saved:
        assert (saved.mode, saved.size) == ("1", before.size)
        assert saved.info["dpi"] == before.info["dpi"] == pytest.approx((300, 300), abs=0.01)
    assert [path.name for path in Path("result").iterdir()] == ["source.png"]


@engine
@pytest.mark.usefixtures("source")
def test_one_import_answers_to_the_same_paths():
    filters = ocr.models.preprocessingfilters.PreprocessingFilter()
    filters.add(ocr.models.preprocessingfilters.PreprocessingFilter.scale(1, ocr.filters.InterpolationFilterType.BOX))
    batch = ocr.OcrInput(ocr.InputType.SINGLE_IMAGE, filters)
    batch.add("source.png")
    (result,) = ocr.AsposeOcr().recognize(batch)
    assert [line.text_in_line for line in result.recognition_lines_result] == LINES
    assert result.file_name.endswith("source.png")


def test_names_are_those_of_the_package_itself():
    assert sorted(ocr.__all__) == ocr.__all__
    assert all(hasattr(ocr, name) for name in ocr.__all__)
    assert issubclass(ocr.PreprocessingFilter, Builder)
    assert ocr.models.PreprocessingFilter is ocr.PreprocessingFilter
    assert ocr.Rectangle is geometry.Rectangle
    assert tuple(ocr.Rectangle(1, 2, 3, 4)) == (1, 2, 3, 4)


def test_a_licence_is_accepted_and_ignored():
    License().set_license("anything.lic")
    assert not Path("anything.lic").exists()


# Settings.


def test_settings_are_tesseracts_arguments():
    settings = RecognitionSettings()
    assert settings.for_tesseract == {
        "language": "eng",
        "page_segmentation_mode": 3,
        "allowed_symbols": None,
        "ignored_symbols": None,
        "areas": None,
        "characters": True,
    }
    settings.language = Language.DEU
    settings.detect_areas_mode = DetectAreasMode.TABLE
    settings.ignored_symbols = "|"
    assert settings.for_tesseract == {
        "language": "deu",
        "page_segmentation_mode": 6,
        "allowed_symbols": None,
        "ignored_symbols": "|",
        "areas": None,
        "characters": True,
    }
    settings.recognize_single_line = True
    assert settings.for_tesseract["page_segmentation_mode"] == 7


def test_alphabet_and_symbols_add_up():
    settings = RecognitionSettings(allowed_characters=CharactersAllowedType.DIGITS, allowed_symbols="€.")
    assert settings.for_tesseract["allowed_symbols"] == "0123456789€."


@pytest.mark.parametrize("language", Language)
def test_every_language_is_one_that_tesseract_can_be_asked_for(language):
    settings = RecognitionSettings(language=language)
    assert TesseractRecognizer(**settings.for_tesseract).settings.language == language.value


def test_older_names_of_a_language_are_the_same_language():
    assert Language.CZE is Language.CES
    assert Language.NONE is Language.ENG
    assert RecognitionSettings(language="eng+fra").for_tesseract["language"] == "eng+fra"


@pytest.mark.parametrize("mode", DetectAreasMode)
def test_every_area_mode_reads_text(mode):
    assert TesseractRecognizer(page_segmentation_mode=mode.page_segmentation_mode)


def test_a_misspelt_or_wrong_setting_is_an_error():
    settings = RecognitionSettings()
    with pytest.raises(ValidationError):
        settings.langauge = Language.DEU
    with pytest.raises(ValidationError):
        settings.threads_count = -1
    with pytest.raises(ValidationError):
        RecognitionSettings(upscale="yes")


def test_settings_that_prepare_the_page_are_filters_before_the_batchs_own():
    settings = RecognitionSettings(automatic_color_inversion=True, lines_filtration=True, upscale_small_font=True)
    kinds = [item.kind for item in settings.filters_before]
    assert kinds == ["normalize_polarity", "remove_lines", "scale_to_text_height"]
    assert settings.filters_before[2].min_ratio == 1.0
    assert len(RecognitionSettings().filters_before) == 0


# Recognizing.


def batch_of(*pictures: np.ndarray, filters=None) -> OcrInput:
    batch = OcrInput(InputType.SINGLE_IMAGE, filters or PreprocessingFilter())
    for picture in pictures:
        batch.add(picture)
    return batch


@engine
def test_settings_reach_the_engine_and_its_filters():
    picture = text_gray(800, 430, size=40)
    api = AsposeOcr()
    settings = RecognitionSettings(allowed_characters=CharactersAllowedType.DIGITS)
    (digits,) = api.recognize(batch_of(picture), settings)
    assert set(digits.recognition_text) <= set("0123456789 \n")
    settings = RecognitionSettings(automatic_color_inversion=True)
    filters = PreprocessingFilter([registry()["threshold"](128)])
    (read,) = api.recognize(batch_of(255 - picture, filters=filters), settings)
    assert [step.kind for step in read.steps if not step.implicit] == ["normalize_polarity", "threshold"]
    assert read.recognition_text.splitlines() == LINES


@engine
def test_what_had_no_effect_says_so():
    picture = text_gray(800, 110, size=40)
    settings = RecognitionSettings(threads_count=4, detect_areas_mode=DetectAreasMode.PHOTO)
    settings.recognize_single_line = True
    (read,) = AsposeOcr().recognize(batch_of(picture), settings)
    assert any("detect_areas_mode" in warning for warning in read.warnings)
    assert read.recognition_text.strip() == LINES[0]
    (plain,) = AsposeOcr().recognize(batch_of(picture))
    assert plain.warnings == ()


@engine
def test_a_language_without_data_is_named():
    with pytest.raises(LanguageNotInstalledError, match="script/Cyrillic"):
        AsposeOcr().recognize(batch_of(text_gray()), RecognitionSettings(language=Language.CYRILLIC))


@engine
def test_failures_stay_in_their_places_and_keep_their_message(source):
    (source.parent / "broken.png").write_bytes(source.read_bytes()[:400])
    batch = OcrInput(InputType.SINGLE_IMAGE, on_error="collect")
    for name in ("source.png", "broken.png", "source.png"):
        batch.add(name)
    output = AsposeOcr().recognize(batch, RecognitionSettings(threads_count=2))
    assert [len(output), len(output.results), len(output.failures)] == [3, 2, 1]
    assert "broken.png" in output[1].message


@engine
@pytest.mark.usefixtures("source")
def test_rendered_pages_can_be_recognized():
    batch = OcrInput(InputType.SINGLE_IMAGE, PreprocessingFilter([registry()["threshold"](128)]))
    batch.add("source.png")
    rendered = ImageProcessing.render(batch)
    assert rendered[0].mode is PixelMode.BINARY
    (read,) = AsposeOcr().recognize(rendered)
    assert read.recognition_text.splitlines() == LINES
    assert [step.kind for step in read.steps if not step.implicit] == ["threshold"]


@pytest.mark.parametrize("kind", registry())
def test_a_rectangle_that_ends_the_positions_is_the_area_of_any_filter(kind):
    cls = registry()[kind]
    needed = {name: value for name, value in cls.example() if name != "area" and cls.model_fields[name].is_required()}
    rectangle = ocr.Rectangle(1, 2, 30, 40)
    assert cls(*needed.values(), rectangle) == cls(**needed, area=rectangle)


def test_a_rectangle_by_position_and_an_area_by_name_are_one_too_many():
    with pytest.raises(TypeError, match="area by position and by name"):
        PreprocessingFilter.median(ocr.Rectangle(0, 0, 5, 5), area=ocr.Rectangle(0, 0, 5, 5))
