"""Aspose's documented ways of calling, each as a test against the module that mirrors it."""

# ruff: noqa: A001 - their scripts call a batch "input"

from __future__ import annotations

import base64
import io
import re
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

import ocrprep.aspose as ocr
from ocrprep.aspose import (
    AreasType,
    AsposeOcr,
    DefectType,
    DetectAreasMode,
    ImageProcessing,
    InputType,
    OcrInput,
    PixelType,
    PreprocessingFilter,
    RecognitionSettings,
    Rectangle,
    SaveFormat,
    SpellCheckLanguage,
)
from ocrprep.errors import InputError, OutputError
from ocrprep.limits import Limits
from ocrprep.page import PixelMode
from ocrprep.result import PageFailure
from tests.pages import TEXT, text_gray

pytestmark = pytest.mark.engine

DOCS = Path(ocr.__file__).parents[2] / "docs" / "aspose.md"
LINES = [TEXT[row % len(TEXT)] for row in range(6)]
FIRST = LINES[0]
SIZE = (800, 430)


def picture(rows: slice = slice(None)) -> np.ndarray:
    """A page with six lines of text of which the first, or those of ``rows``, are left."""
    return text_gray(*SIZE, size=40)[rows]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    image = Image.fromarray(picture())
    image.save("source.png", dpi=(300, 300))
    pages = [Image.fromarray(text_gray(*SIZE, size=size)) for size in (40, 36, 32)]
    # In this order, as Pillow's JPEG leaves its settings in a picture.
    pages[0].save("book.tiff", save_all=True, append_images=pages[1:])
    pages[0].save("book.pdf", save_all=True, append_images=pages[1:], resolution=100)
    Path("folder").mkdir()
    for name in ("a.png", "b.png"):
        image.save(Path("folder") / name)
    with zipfile.ZipFile("scans.zip", "w") as archive:
        for name in ("a.png", "b.png"):
            archive.write(Path("folder") / name, name)


def read(batch: OcrInput, settings: RecognitionSettings | None = None):
    return AsposeOcr().recognize(batch, settings)


def lines_of(result) -> list[str]:
    return [line.text_in_line for line in result.recognition_lines_result]


# 1. An image.


def test_an_image():
    api = AsposeOcr()
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    result = api.recognize(input)
    assert result[0].recognition_text.splitlines() == LINES
    for line in result[0].recognition_lines_result:
        assert 0 < line.confidence <= 100
        assert 0 <= line.line.left < line.line.right <= SIZE[0]


# 2. A range of a PDF's pages.


def test_a_range_of_a_pdf():
    input = OcrInput(InputType.PDF)
    input.add("book.pdf", 1, 2)
    result = read(input)
    assert [item.source.page_index for item in result] == [1, 2]
    assert all(FIRST in item.recognition_text for item in result)
    with pytest.raises(InputError, match="3 pages"):
        input.add("book.pdf", 5, 1)


# 3. A TIFF of several pages.


def test_a_tiff():
    input = OcrInput(InputType.TIFF)
    input.add("book.tiff")
    assert input.count() == 3
    assert [FIRST in item.recognition_text for item in read(input)] == [True] * 3


# 4. and 5. An archive and a folder.


@pytest.mark.parametrize(("kind", "name"), [(InputType.ZIP, "scans.zip"), (InputType.DIRECTORY, "folder")])
def test_an_archive_and_a_folder(kind, name):
    input = OcrInput(kind)
    input.add(name)
    result = read(input)
    assert [Path(re.split("[/!]", item.file_name)[-1]).name for item in result] == ["a.png", "b.png"]
    assert all(item.recognition_text.splitlines() == LINES for item in result)


# 6. An address.


def test_an_address(tmp_path):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        # This machine's own server is a private address, which a batch refuses unless it is told.
        input = OcrInput(InputType.URL, limits=Limits(allow_private_addresses=True))
        input.add(f"http://127.0.0.1:{server.server_port}/source.png")
        assert read(input)[0].recognition_text.splitlines() == LINES
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# 7. Base64, 8. a stream, 9. pixels.


def test_base64():
    input = OcrInput(InputType.BASE64)
    input.add_base64(base64.b64encode(Path("source.png").read_bytes()).decode())
    assert read(input)[0].recognition_text.splitlines() == LINES


def test_a_stream():
    input = OcrInput(InputType.SINGLE_IMAGE)
    with Path("source.png").open("rb") as stream:
        input.add(stream)
    input.add(io.BytesIO(Path("source.png").read_bytes()))
    assert [item.recognition_text.splitlines() for item in read(input)] == [LINES, LINES]


@pytest.mark.parametrize("kind", PixelType)
def test_pixels(kind):
    gray = picture()
    colours = {PixelType.BYTE: None, PixelType.RGB: 3, PixelType.BGR: 3, PixelType.RGBA: 4}[kind]
    pixels = gray if colours is None else np.dstack([gray] * 3 + [np.full_like(gray, 255)])[..., :colours]
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add(pixels.tobytes(), SIZE[0], SIZE[1], kind)
    assert read(input)[0].recognition_text.splitlines() == LINES


# 10. Filters, also in areas.


def test_filters_in_areas():
    upper = Rectangle(0, 0, SIZE[0], 200)
    spoilt = picture().copy()
    spoilt[: upper.height] = 255 - spoilt[: upper.height]
    filters = PreprocessingFilter()
    filters.add(PreprocessingFilter.invert(upper))
    filters.add(PreprocessingFilter.median(upper))
    filters.add(PreprocessingFilter.binarize())
    input = OcrInput(InputType.SINGLE_IMAGE, filters)
    input.add(spoilt)
    (page,) = ImageProcessing.render(input)
    assert page.mode is PixelMode.BINARY
    (result,) = read(input)
    assert result.recognition_text.splitlines() == LINES
    input.clear_filters()
    input.replace_filters(PreprocessingFilter.default)
    assert [item.kind for item in input.chain] == ["deskew"]


def test_every_documented_filter_runs_and_every_missing_one_says_why():
    filters = PreprocessingFilter()
    make = PreprocessingFilter
    for item in (
        make.auto_skew(),
        make.to_grayscale(),
        make.contrast_correction_filter(binarize=False),
        make.median(),
        make.rotate(0),
        make.scale(1.5, ocr.InterpolationFilterType.LANCZOS3),
        make.resize(*SIZE),
        make.invert(),
        make.invert(),
        make.auto_denoising(),
        make.threshold(0),
        make.binarize(),
        make.dilate(),
        make.binarize_and_dilate(),
    ):
        filters.add(item)
    input = OcrInput(InputType.SINGLE_IMAGE, filters)
    input.add("source.png")
    (page,) = ImageProcessing.render(input)
    assert (page.width, page.height) == SIZE
    with pytest.raises(NotImplementedError, match="find_page"):
        PreprocessingFilter.auto_dewarping()


# 11. Saving images, and results in each format.


def test_prepared_images():
    filters = PreprocessingFilter()
    filters.add(PreprocessingFilter.threshold(150))
    input = OcrInput(InputType.SINGLE_IMAGE, filters)
    input.add("source.png")
    ImageProcessing.save(input, "result")
    with Image.open("result/source.png") as saved:
        assert (saved.mode, saved.size) == ("1", SIZE)


@pytest.mark.parametrize("item", SaveFormat)
def test_a_result_in_each_format(item):
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    (result,) = read(input)
    result.save(f"page{item.suffix}", item)
    stream = io.BytesIO()
    result.save(stream, item)
    assert Path(f"page{item.suffix}").read_bytes() == stream.getvalue()
    assert len(stream.getvalue()) > 100


def test_json_and_xml():
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    (result,) = read(input)
    word = FIRST.split()[0]
    assert f'"{word}"' in result.get_json()
    assert word in result.get_xml()


# 12. One document of many pages.


@pytest.mark.parametrize("item", [item for item in SaveFormat if item is not SaveFormat.PAGE])
def test_one_document_of_many_pages(item):
    input = OcrInput(InputType.TIFF, on_error="collect")
    input.add("book.tiff")
    input.add("missing.tiff")
    api = AsposeOcr()
    result = api.recognize(input)
    assert [isinstance(page, PageFailure) for page in result] == [False, False, False, True]
    AsposeOcr.save_multipage_document(f"book{item.suffix}", item, result)
    api.save_multipage_document(f"again{item.suffix}", item, result)
    assert Path(f"book{item.suffix}").stat().st_size > 300
    with pytest.raises(OutputError, match=r"'\.doc'"):
        result.save("book.doc")


# 13. Skew.


@pytest.mark.parametrize("angle", [-7.0, 0.0, 3.5])
def test_skew(angle):
    page = cv2.copyMakeBorder(picture(), 100, 100, 100, 100, cv2.BORDER_CONSTANT, value=255)
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add(cv2.warpAffine(page, turn, (width, height), borderValue=255), name="scan")
    (found,) = AsposeOcr().calculate_skew(input)
    assert found.angle == pytest.approx(angle, abs=0.1)
    assert (found.source, found.page) == ("scan", 0)


# 14. Rectangles of text.


@pytest.mark.parametrize(("areas", "count"), [(AreasType.LINES, 6), (AreasType.PARAGRAPHS, 1), (AreasType.WORDS, None)])
def test_rectangles(areas, count):
    input = OcrInput(InputType.SINGLE_IMAGE, PreprocessingFilter([PreprocessingFilter.scale(0.5)]))
    input.add("source.png")
    (found,) = AsposeOcr().detect_rectangles(input, areas)
    expected = sum(len(line.split()) for line in LINES) if count is None else count
    assert len(found.rectangles) == pytest.approx(expected, abs=1 if count is None else 0)
    ink = cv2.findNonZero((picture() < 128).astype(np.uint8))
    x, y, width, height = cv2.boundingRect(ink)
    left, top = (min(getattr(item, side) for item in found.rectangles) for side in "xy")
    right = max(item.x + item.width for item in found.rectangles)
    bottom = max(item.y + item.height for item in found.rectangles)
    # On the source, whose pixels are half of those that were looked at.
    assert (left, top, right, bottom) == pytest.approx((x, y, x + width, y + height), abs=6)


# 15. Defects.


def test_defects():
    page = np.vstack([picture(), picture(), picture()])
    noisy = page.copy()
    grains = np.random.default_rng(1).random(noisy[:430].shape)
    noisy[:430][grains < 0.06] = 0
    noisy[:430][grains > 0.94] = 255
    api = AsposeOcr()
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add(page)
    input.add(noisy)
    clean, spoilt = api.detect_defects(input, DefectType.ALL)
    assert clean.defect_areas == ()
    assert [item.defect_type for item in spoilt.defect_areas] == [DefectType.SALT_PEPPER_NOISE]
    for area in spoilt.defect_areas[0].rectangles:
        assert area.y + area.height < 600
    _, nothing = api.detect_defects(input, DefectType.BLUR | DefectType.GLARE)
    assert nothing.defect_areas == ()


# 16. Comparing the texts of images.


def test_comparing_texts():
    api = AsposeOcr()
    Image.fromarray(picture(slice(0, 215))).save("half.png")
    Image.fromarray(np.full((200, 400), 255, np.uint8)).save("empty.png")
    assert api.image_has_text("source.png", LINES[1].upper())
    assert not api.image_has_text("source.png", LINES[1].upper(), ignore_case=False)
    assert not api.image_has_text("half.png", "words that nobody wrote")
    assert api.compare_image_texts("source.png", "folder/a.png")
    assert not api.compare_image_texts("source.png", "half.png")
    assert api.image_text_diff("source.png", "folder/a.png") == 1.0
    assert 0.3 < api.image_text_diff("source.png", "half.png") < 0.7
    assert api.image_text_diff("source.png", "empty.png") == 0.0


# 17. Single lines, and in a hurry.


def test_single_lines():
    Image.fromarray(picture(slice(0, 75))).save("line.png")
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("line.png")
    (result,) = AsposeOcr().recognize_lines(input)
    assert result.recognition_text.strip() == FIRST


def test_in_a_hurry():
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    (result,) = AsposeOcr().recognize_fast(input)
    assert result.recognition_text.splitlines() == LINES
    assert result.recognition_characters_list == ()
    # Read reduced; its places are those of the source all the same.
    assert result.width < SIZE[0] * 0.8
    (usual,) = AsposeOcr().recognize(input)
    for fast, slow in zip(result.words, usual.words, strict=True):
        assert np.abs(np.subtract(fast.source_quad, slow.source_quad)).max() < 5


# 18. Settings.


def test_areas_of_the_original_are_read_alone():
    settings = RecognitionSettings()
    settings.recognition_areas = [Rectangle(0, 140, SIZE[0], 70), Rectangle(0, 0, SIZE[0], 75)]
    settings.detect_areas_mode = DetectAreasMode.NONE
    input = OcrInput(InputType.SINGLE_IMAGE, PreprocessingFilter([PreprocessingFilter.scale(1.5)]))
    input.add("source.png")
    (result,) = read(input, settings)
    assert lines_of(result) == [LINES[2], LINES[0]]


def test_characters_with_alternatives():
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    (result,) = read(input)
    assert "".join(item.text for item in result.recognition_characters_list) == "".join(LINES).replace(" ", "")
    assert all(0 <= item.confidence <= 100 for item in result.recognition_characters_list)


def test_regions():
    input = OcrInput(InputType.SINGLE_IMAGE)
    input.add("source.png")
    (result,) = read(input)
    assert [item.text for item in result.recognition_regions_result] == ["\n".join(LINES)]
    assert [item.text for item in result.regions(AreasType.LINES)] == LINES
    assert [item.text for item in result.regions(AreasType.WORDS)] == " ".join(LINES).split()


# 19. Spelling.


def test_spelling():
    api = AsposeOcr()
    assert api.correct_spelling("The lighthause keeper") == "The lighthouse keeper"
    assert api.correct_spelling("Das Wetter ist schn", SpellCheckLanguage.DEU).startswith("Das Wetter ist ")
    with pytest.raises(NotImplementedError, match="nearest"):
        api.correct_spelling("tekst", SpellCheckLanguage.POL)


# The table of names.

_NAMES = """
AsposeOcr OcrInput InputType ImageProcessing RecognitionSettings RecognitionResult OcrOutput SaveFormat
Language DetectAreasMode License PreprocessingFilter InterpolationFilterType Rectangle PixelType AreasType
DefectType binarize threshold to_grayscale invert median dilate contrast_correction_filter auto_skew rotate
scale resize auto_denoising auto_dewarping binarize_and_dilate default empty BOX TRIANGLE HERMITE BELL
CUBIC_B_SPLINE LANCZOS3 MITCHELL COSINE CATMULL_ROM QUADRATIC QUADRATIC_B_SPLINE CUBIC_CONVOLUTION LANCZOS8
SINGLE_IMAGE PDF TIFF DJVU URL DIRECTORY ZIP BASE64 BYTE RGB RGBA BGR add add_base64 clear clear_filters
replace_filters count get_input_type save render recognize recognize_fast recognize_lines calculate_skew
detect_rectangles detect_defects image_has_text compare_image_texts image_text_diff correct_spelling
save_multipage_document PARAGRAPHS LINES WORDS SALT_PEPPER_NOISE LOW_CONTRAST BLUR GLARE language
detect_areas_mode automatic_color_inversion upscale_small_font lines_filtration recognize_single_line
allowed_characters allowed_symbols ignored_symbols recognition_areas threads_count recognition_text
recognition_lines_result text_in_line line confidence recognition_regions_result recognition_characters_list
file_name warnings get_json get_xml TEXT DOCX PDF_NO_IMG XLSX XML JSON HTML EPUB RTF HOCR MD CSV
"""
NAMES = tuple(_NAMES.split())
"""Every name that the reference of their API has."""

HOMES = [
    ocr,
    ocr.PreprocessingFilter,
    ocr.InterpolationFilterType,
    ocr.InputType,
    ocr.PixelType,
    ocr.OcrInput,
    ocr.ImageProcessing,
    ocr.AsposeOcr,
    ocr.AreasType,
    ocr.DefectType,
    ocr.RecognitionSettings(),
    ocr.RecognitionResult(""),
    ocr.SaveFormat,
    ocr.RecognitionResult,
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there_and_in_the_table(name):
    told = re.findall(r"`([^`]+)`", DOCS.read_text())
    assert any(name in re.findall(r"\w+", item) for item in told)
    from ocrprep.result import Line

    assert any(hasattr(home, name) for home in (*HOMES, Line))


def test_every_row_of_the_table_says_what_the_name_is_here():
    rows = [row for row in DOCS.read_text().splitlines() if re.match(r"\| (`|iteration)", row)]
    kinds = [re.split(r"(?<!\\)\|", row)[2].strip() for row in rows]
    imports = [row for row in rows if "import" in row]
    assert set(kinds[len(imports) :]) == {"same", "better", "different", "absent"}
    absent = [row for row in rows if "| absent |" in row]
    assert [re.findall(r"`(\w+)", row)[0] for row in absent] == ["auto_dewarping"]
