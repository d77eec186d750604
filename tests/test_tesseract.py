import functools
import os
import pickle
import shutil
import stat
import sys
import threading
import time
from contextlib import nullcontext

import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.chain import FilterChain
from ocrprep.errors import (
    EngineCrashError,
    EngineNotFoundError,
    LanguageNotInstalledError,
    RecognizerError,
    RecognizerTimeoutError,
)
from ocrprep.filters import registry
from ocrprep.filters.threshold import Threshold
from ocrprep.page import Page
from ocrprep.recognizers import TesseractRecognizer, _tessdata, _tesserocr
from tests.pages import TEXT, page, text_gray

engine = pytest.mark.engine
drivers = pytest.mark.parametrize("driver", ["tesserocr", "pytesseract"])
LINES = [TEXT[row % len(TEXT)] for row in range(6)]


@functools.cache
def letter() -> Page:
    return page(text_gray(800, 430, size=40), 300.0)


@functools.cache
def long_letter() -> Page:
    return page(text_gray(1200, 800, size=40), 300.0)


@functools.cache
def reader(driver: str, **settings) -> TesseractRecognizer:
    return TesseractRecognizer(driver=driver, **settings)


def program(folder, text: str) -> str:
    """An engine of our own making, which the pytesseract driver takes for Tesseract."""
    path = folder / "tesseract"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


ANSWERS = """case "$*" in
*--version*) echo "tesseract 5.9.9"; exit 0;;
*--list-langs*) echo 'List of available languages in "/t" (1):'; echo eng; exit 0;;
esac
"""


@pytest.fixture
def fake_engine(tmp_path, monkeypatch):
    def install(text: str) -> None:
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", program(tmp_path, ANSWERS + text))

    return install


# Reading.


@engine
@drivers
def test_text_words_boxes_and_confidences(driver):
    read = reader(driver).read(letter())
    assert read.recognition_text.splitlines() == LINES
    assert read.recognition_text.endswith("\n")
    assert [line.text for line in read.lines] == LINES
    assert min(word.confidence for word in read.words) > 60
    assert read.engine.startswith("tesseract ")
    assert driver in read.engine
    assert (read.width, read.height) == (800, 430)
    assert read.seconds > 0
    assert read.warnings == ()


@engine
@drivers
def test_a_words_box_encloses_its_ink(driver):
    word = reader(driver).read(letter()).lines[0].words[0]
    # The first word is the only ink left of the first gap in the first line.
    ink = letter().pixels[20:70, :140] < 128
    rows, columns = np.flatnonzero(ink.any(axis=1)) + 20, np.flatnonzero(ink.any(axis=0))
    assert word.text == "Quick"
    assert abs(word.box.top - rows[0]) <= 2
    assert abs(word.box.bottom - rows[-1] - 1) <= 2
    assert abs(word.box.left - columns[0]) <= 2


@engine
def test_both_drivers_give_the_same_structure():
    first, second = (reader(driver).read(letter()) for driver in ("tesserocr", "pytesseract"))
    assert first.recognition_text == second.recognition_text
    assert [(line.text, line.block, line.paragraph) for line in first.lines] == [
        (line.text, line.block, line.paragraph) for line in second.lines
    ]
    # Two versions of the engine may cut a box elsewhere by a pixel or two.
    for one, other in zip(first.words, second.words, strict=True):
        assert np.abs(one.box.corners() - other.box.corners()).max() <= 2


@engine
@drivers
def test_boxes_lie_on_the_source_of_a_moved_page(driver):
    moved = FilterChain([registry()["scale"](1.5), registry()["pad"](37)])(letter())
    here, there = reader(driver).read(letter()), reader(driver).read(moved)
    assert [word.text for word in there.words] == [word.text for word in here.words]
    for one, other in zip(here.words, there.words, strict=True):
        assert np.abs(one.box.corners() - np.array(other.source_quad)).max() <= 3
    assert there.words[0].box.left > here.words[0].box.left + 37


@engine
@drivers
def test_a_page_without_text_says_so(driver):
    read = reader(driver).read(page(np.full((60, 90), 255, np.uint8), None))
    assert read.recognition_text.strip() == ""
    assert read.lines == ()
    assert read.warnings == ("no text was found on this page",)


@engine
@drivers
@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (3, 3, 3)])
def test_the_smallest_pages_are_read_without_harm(driver, shape):
    assert reader(driver).read(page(np.zeros(shape, np.uint8))).lines == ()


@engine
@drivers
def test_colour_and_black_and_white_pages_are_read(driver):
    for pixels in (np.dstack([letter().pixels] * 3), letter().pixels > 130):
        assert reader(driver).read(page(pixels)).recognition_text.splitlines() == LINES


@engine
def test_small_text_is_warned_about():
    read = reader("tesserocr").read(page(text_gray(240, 150, size=11)))
    assert any("too small" in warning for warning in read.warnings)


@engine
@drivers
def test_what_was_read_before_has_no_influence(driver):
    first = reader(driver).read(letter())
    reader(driver).read(long_letter())
    again = reader(driver).read(letter())
    assert again.recognition_text == first.recognition_text
    assert again.words == first.words


@engine
@drivers
def test_the_engine_is_silent(driver, capfd):
    # An unknown and an impossible resolution are what Tesseract complains about most.
    TesseractRecognizer(driver=driver).read(page(text_gray(400, 100), None))
    TesseractRecognizer(driver=driver).read(page(text_gray(400, 100), 5.0))
    assert capfd.readouterr() == ("", "")


# Settings.


@engine
@drivers
def test_symbols_are_allowed_and_ignored(driver):
    allowed = reader(driver, allowed_symbols="0123456789").read(letter()).recognition_text
    assert set(allowed) <= set("0123456789 \n")
    assert "1234567" in allowed
    # Both kinds of quotation marks, a space and a backslash must arrive as they are.
    kept = reader(driver, allowed_symbols="0123456789 '\"\\$;", ignored_symbols="7").read(letter()).recognition_text
    assert "7" not in kept
    assert "123456" in kept


@engine
@drivers
def test_the_page_segmentation_mode_arrives(driver):
    upper = page(np.ascontiguousarray(letter().pixels[:75]))
    assert reader(driver, page_segmentation_mode=7).read(upper).recognition_text.strip() == LINES[0]
    # One line is what it was told to find, so it finds one in six.
    assert len(reader(driver, page_segmentation_mode=7).read(letter()).lines) <= 1


@engine
@drivers
def test_variables_arrive_and_unknown_ones_are_refused(driver):
    wide = page(np.hstack([letter().pixels[:75, :150], np.full((75, 200), 225, np.uint8), letter().pixels[:75, :150]]))
    plain = reader(driver, page_segmentation_mode=6).read(wide).recognition_text
    spaced = TesseractRecognizer(
        driver=driver, page_segmentation_mode=6, variables={"preserve_interword_spaces": True}
    ).read(wide)
    assert "  " not in plain
    assert "  " in spaced.recognition_text
    with pytest.raises(RecognizerError, match="no variable called 'nope'"):
        TesseractRecognizer(driver=driver, variables={"nope": 1}).read(letter())


@engine
def test_the_gray_page_is_read_where_asked():
    binary = Threshold(120)(letter())
    on_page, on_gray = (reader("tesserocr", recognize_on=where).read(binary) for where in ("page", "gray"))
    assert not any(step.kind == "recognize_on" for step in on_page.steps)
    assert on_gray.steps[-1].parameters == {"mode": "gray"}
    assert on_gray.recognition_text.splitlines() == LINES
    # The network saw other pixels, so it is sure to another degree.
    assert [word.confidence for word in on_gray.words] != [word.confidence for word in on_page.words]
    useless = reader("tesserocr", recognize_on="gray").read(letter())
    assert any("no effect" in warning for warning in useless.warnings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_segmentation_mode": 0},
        {"page_segmentation_mode": 2},
        {"page_segmentation_mode": 14},
        {"engine_mode": 4},
        {"driver": "other"},
        {"recognize_on": "binary"},
        {"timeout": 0},
        {"timeout": -1},
        {"language": "eng; rm"},
        {"language": ""},
        {"allowed_symbols": ""},
        {"allowed_symbols": "a\nb"},
    ],
)
def test_wrong_settings_are_refused_at_once(wrong):
    with pytest.raises(ValidationError):
        TesseractRecognizer(**wrong)


def test_languages_may_be_a_list_and_the_representation_shows_what_was_set():
    recognizer = TesseractRecognizer(["eng", "fra"], page_segmentation_mode=6)
    assert recognizer.settings.language == "eng+fra"
    assert repr(recognizer) == "TesseractRecognizer(language='eng+fra', page_segmentation_mode=6)"


# Languages.


@engine
@drivers
def test_languages_are_known(driver):
    assert {"eng", "osd"} <= set(reader(driver).languages)


@engine
@drivers
def test_a_missing_language_is_named_before_the_first_page(driver):
    opened = []

    def pages():
        opened.append(1)
        yield letter()

    with pytest.raises(LanguageNotInstalledError) as caught:
        TesseractRecognizer("eng+xyz", driver=driver).recognize(pages(), on_error="collect")
    assert opened == []
    assert "xyz" in str(caught.value)
    assert "installed: eng" in str(caught.value)
    if sys.platform == "linux":
        assert "tesseract-ocr-xyz" in caught.value.hint


@engine
def test_a_mode_that_looks_for_the_orientation_needs_its_data(tmp_path):
    folder = _tessdata.find("tesseract")
    shutil.copy(folder / "eng.traineddata", tmp_path)
    assert TesseractRecognizer(driver="tesserocr", tessdata=tmp_path).languages == ("eng",)
    with pytest.raises(LanguageNotInstalledError, match="osd"):
        TesseractRecognizer(driver="tesserocr", tessdata=tmp_path, page_segmentation_mode=1).check()


@engine
@drivers
def test_a_folder_of_ones_own_is_used(driver, tmp_path):
    folder = tmp_path / "with a space"
    folder.mkdir()
    shutil.copy(_tessdata.find("tesseract") / "eng.traineddata", folder / "mine-2.traineddata")
    recognizer = TesseractRecognizer("mine-2", driver=driver, tessdata=folder)
    assert recognizer.languages == ("mine-2",)
    assert recognizer.read(letter()).recognition_text.splitlines() == LINES


@engine
def test_tessdata_prefix_is_heard_in_both_meanings(monkeypatch, tmp_path):
    folder = tmp_path / "tessdata"
    folder.mkdir()
    (folder / "eng.traineddata").write_bytes(b"")
    for value in (folder, tmp_path):
        monkeypatch.setenv("TESSDATA_PREFIX", str(value))
        assert _tessdata.find("tesseract") == folder
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path / "nothing"))
    with pytest.raises(EngineNotFoundError, match="nothing"):
        TesseractRecognizer(driver="tesserocr").check()


# Orientation.


@engine
@drivers
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_orientation_says_how_to_turn_the_page_upright(driver, quarters):
    turned = page(np.ascontiguousarray(np.rot90(long_letter().pixels, quarters)))
    found = reader(driver).orientation(turned)
    assert found.angle == (-90 * quarters) % 360
    assert found.confidence > 1


@engine
@drivers
def test_orientation_is_unknown_where_there_is_too_little_text(driver):
    assert reader(driver).orientation(page(text_gray(200, 60))) is None
    assert reader(driver).orientation(page(np.zeros((1, 1), np.uint8))) is None


# What goes wrong.


@engine
@drivers
def test_a_page_that_takes_too_long_is_given_up(driver):
    with pytest.raises(RecognizerTimeoutError, match=r"made.png.*0.001"):
        TesseractRecognizer(driver=driver, timeout=0.001).read(letter())


@engine
@drivers
def test_one_slow_page_does_not_spoil_the_next(driver):
    output = TesseractRecognizer(driver=driver, timeout=0.001).recognize([letter(), letter()], on_error="collect")
    assert [type(failure.error) for failure in output.failures] == [RecognizerTimeoutError] * 2


def test_a_hanging_engine_is_killed(fake_engine, tmp_path):
    fake_engine(f"echo $$ > {tmp_path}/pid\nexec sleep 60\n")
    started = time.monotonic()
    with pytest.raises(RecognizerTimeoutError):
        TesseractRecognizer(driver="pytesseract", timeout=0.5).read(letter())
    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo 'bad data' >&2\nexit 3\n", "status 3: bad data"),
        ("kill -SEGV $$\n", "status -11"),
        ("exit 0\n", "left no result"),
    ],
)
def test_a_crashing_engine_is_an_error_of_its_page(fake_engine, text, message):
    fake_engine(text)
    with pytest.raises(EngineCrashError, match=message) as caught:
        TesseractRecognizer(driver="pytesseract").read(letter())
    assert caught.value.message.startswith("made.png: ")


def test_the_child_gets_one_thread_and_the_caller_keeps_its_own(fake_engine, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    fake_engine(f'echo "$OMP_THREAD_LIMIT" > {tmp_path}/seen\nexit 1\n')
    with pytest.raises(EngineCrashError):
        TesseractRecognizer(driver="pytesseract").read(letter())
    assert (tmp_path / "seen").read_text() == "1\n"
    assert "OMP_THREAD_LIMIT" not in os.environ
    monkeypatch.setenv("OMP_THREAD_LIMIT", "3")
    with pytest.raises(EngineCrashError):
        TesseractRecognizer(driver="pytesseract").read(letter())
    assert (tmp_path / "seen").read_text() == "3\n"


def test_the_child_is_told_the_resolution_only_where_it_is_credible(fake_engine, tmp_path):
    fake_engine(f'echo "$*" > {tmp_path}/seen\nexit 1\n')
    for dpi, told in ((300.4, True), (None, False), (5.0, False)):
        with pytest.raises(EngineCrashError):
            TesseractRecognizer(driver="pytesseract").read(page(text_gray(60, 40), dpi))
        assert ("--dpi 300" in (tmp_path / "seen").read_text()) is told


@pytest.mark.parametrize(("platform", "hint"), [("linux", "apt install"), ("darwin", "brew"), ("win32", "choco")])
def test_a_missing_engine_names_what_to_install(monkeypatch, platform, hint):
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "no-such-program")
    monkeypatch.setattr(_tessdata, "find", lambda _: None)
    # Python's own search for programs asks the real system.
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    monkeypatch.setattr("sys.platform", platform)
    recognizer = TesseractRecognizer()
    with pytest.raises(EngineNotFoundError, match="no Tesseract on this machine") as caught:
        recognizer.recognize([letter()], on_error="collect")
    assert hint in caught.value.hint
    for driver in ("tesserocr", "pytesseract"):
        with pytest.raises(EngineNotFoundError):
            TesseractRecognizer(driver=driver).check()


def test_without_tesserocr_the_other_driver_is_taken(monkeypatch, fake_engine):
    fake_engine("exit 1\n")
    monkeypatch.setitem(sys.modules, "tesserocr", None)
    assert TesseractRecognizer().version == "5.9.9 (pytesseract)"
    with pytest.raises(EngineNotFoundError, match="tesserocr cannot be loaded") as caught:
        TesseractRecognizer(driver="tesserocr").check()
    assert "ocrprep[fast]" in caught.value.hint


@engine
def test_auto_prefers_the_engine_that_stays_warm():
    assert TesseractRecognizer().version.endswith("(tesserocr)")
    assert TesseractRecognizer(timeout=30).version.endswith("(tesserocr)")


@engine
def test_errors_of_the_library_do_not_escape(monkeypatch):
    class Broken:
        def __getattr__(self, name):
            def call(*_):
                if name in {"Recognize", "DetectOrientationScript"}:
                    raise RuntimeError("inside")

            return call

    monkeypatch.setattr(_tesserocr.TesserocrDriver, "_engine", lambda *_: nullcontext(Broken()))
    recognizer = TesseractRecognizer(driver="tesserocr")
    with pytest.raises(EngineCrashError, match="inside"):
        recognizer.read(letter())
    assert recognizer.orientation(letter()) is None


@engine
@drivers
def test_data_that_cannot_be_loaded_is_an_error(driver, tmp_path):
    (tmp_path / "eng.traineddata").write_bytes(b"no data")
    with pytest.raises(EngineCrashError):
        TesseractRecognizer(driver=driver, tessdata=tmp_path).read(letter())


@engine
def test_a_page_too_large_for_the_engine_is_named():
    with pytest.raises(RecognizerError, match="32767"):
        reader("tesserocr").read(page(np.full((3, 32768), 255, np.uint8)))


# Threads, processes, closing.


@engine
def test_threads_share_a_recognizer():
    recognizer = TesseractRecognizer(driver="tesserocr")
    texts = []

    def work():
        texts.append(recognizer.read(letter()).recognition_text)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [text.splitlines() for text in texts] == [LINES] * 3


@engine
@drivers
def test_a_closed_recognizer_starts_anew(driver):
    with TesseractRecognizer(driver=driver) as recognizer:
        before = recognizer.read(letter())
    assert recognizer.read(letter()).words == before.words


@engine
def test_a_recognizer_travels_to_another_process():
    recognizer = TesseractRecognizer(driver="tesserocr", page_segmentation_mode=6)
    recognizer.check()
    again = pickle.loads(pickle.dumps(recognizer))
    assert again.settings == recognizer.settings
    assert again.read(letter()).recognition_text.splitlines() == LINES
