"""Documents are there whole or not at all, in the format that was meant, with failed pages in their places."""

import io
import json
import pickle
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from ocrprep import OcrInput, PreprocessingFilter
from ocrprep.errors import DecodeError, OutputError
from ocrprep.outputs.documents import DocumentOptions, SaveFormat, Sheet, format_of, save_document
from ocrprep.page import Source
from ocrprep.result import OcrOutput, PageFailure, RecognitionResult
from ocrprep.testing import FakeRecognizer
from tests.pages import text_gray
from tests.readings import reading

FAILURE = PageFailure(Source("b.png"), DecodeError("truncated", source="b.png"))
FIRST, LAST = reading("Quick brown"), reading("fox")


# Formats.


@pytest.mark.parametrize("item", SaveFormat)
def test_a_suffix_tells_its_format(item):
    if item is SaveFormat.PDF_NO_IMG:
        assert format_of(f"a{item.suffix}") is SaveFormat.PDF
    else:
        assert format_of(f"a.b{item.suffix.upper()}") is item
    assert format_of(io.BytesIO(), item) is item
    assert format_of("a.unknown", item.name) is format_of("a.unknown", item.value) is item


@pytest.mark.parametrize(
    ("target", "given", "said"),
    [
        ("page.foo", None, "'.foo'"),
        ("page", None, "no suffix"),
        (".pdf", None, "no suffix"),
        ("page.pdf", "word", "'word'"),
        (io.BytesIO(), None, "stream"),
    ],
)
def test_a_format_that_nobody_knows_is_refused_before_anything_is_written(target, given, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match=said) as caught:
        save_document([FIRST], target, given)
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_options_are_checked():
    for wrong in ({"space": "inches"}, {"image": "best"}, {"failures": "hide"}, {"quality": 0}, {"dpi": -1}, {"x": 1}):
        with pytest.raises(ValidationError):
            FIRST.save(io.BytesIO(), "text", **wrong)


# Targets.


def test_one_result_and_many_to_a_path_and_a_stream(tmp_path):
    many = OcrOutput([FIRST, LAST])
    assert FIRST.save(tmp_path / "new" / "one.txt") == [tmp_path / "new" / "one.txt"]
    assert (tmp_path / "new" / "one.txt").read_text() == "Quick brown\n"
    many.save(str(tmp_path / "many.txt"))
    stream = io.BytesIO()
    assert many.save_multipage_document(stream, SaveFormat.TEXT) == []
    assert (tmp_path / "many.txt").read_bytes() == stream.getvalue() == b"Quick brown\n\ffox\n"
    assert not stream.closed


def test_results_may_come_one_by_one():
    stream = io.BytesIO()
    taken = []

    def results():
        for item in (FIRST, LAST):
            taken.append(len(stream.getvalue()))
            yield item

    save_document(results(), stream, "text")
    # The first page was written before the second was asked for.
    assert taken == [0, len(b"Quick brown\n")]


def test_a_target_that_cannot_be_written_says_which(tmp_path):
    (tmp_path / "file").touch()
    for target in (tmp_path / "file" / "a.txt", tmp_path):
        with pytest.raises(OutputError) as caught:
            FIRST.save(target, "text")
        assert str(tmp_path) in str(caught.value)
    closed = io.BytesIO()
    closed.close()
    with pytest.raises(OutputError, match="stream"):
        FIRST.save(closed, "text")
    with pytest.raises(OutputError, match='"wb"'), (tmp_path / "a.txt").open("w") as text:
        FIRST.save(text, "text")
    with pytest.raises(OutputError, match="at least one page"):
        OcrOutput().save(tmp_path / "none.txt")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "a.txt"}


def test_an_error_in_the_middle_leaves_the_old_file(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")

    def results():
        yield FIRST
        raise DecodeError("gone", source="c.png")

    with pytest.raises(DecodeError):
        save_document(results(), target)
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_source_is_never_overwritten(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("scan")
    with pytest.raises(OutputError, match="comes from"):
        save_document([replace(FIRST, source=Source(str(target)))], target)
    assert target.read_text() == "scan"


# Failed pages.


def test_a_failed_page_keeps_its_place_with_a_note_or_is_refused(tmp_path):
    output = OcrOutput([FIRST, FAILURE, LAST])
    output.save(tmp_path / "a.txt")
    first, note, last = (tmp_path / "a.txt").read_text().split("\f")
    assert (first, last) == ("Quick brown\n", "fox\n")
    assert "page 2 could not be read" in note
    assert "truncated" in note
    with pytest.raises(DecodeError):
        output.save(tmp_path / "b.txt", failures="refuse")
    assert not (tmp_path / "b.txt").exists()


# The sidecar.


def test_the_sidecar_maps_pages_to_their_sources_and_back(tmp_path):
    image = tmp_path / "scan.png"
    Image.fromarray(text_gray(400, 200)).save(image, dpi=(200, 200))
    batch = OcrInput(filters=PreprocessingFilter([PreprocessingFilter.rotate(90), PreprocessingFilter.scale(2)]))
    batch.add(image)
    output = OcrOutput([*FakeRecognizer("Quick brown").recognize(batch), FAILURE])
    files = output.save(tmp_path / "a.txt", transform=True, space="page")
    assert files == [tmp_path / "a.txt", tmp_path / "a.transform.json"]
    told = json.loads(files[1].read_text())
    page, failed = told["pages"]
    assert told["files"] == ["a.txt"]
    assert (page["source_size"], page["page_size"], page["dpi"]) == (
        [400, 200],
        [400, 800],
        pytest.approx([200, 200], abs=0.01),
    )
    assert (page["space"], page["raster"]) == ("page", [400, 800])
    forth, back = (np.array(page[name]).reshape(3, 3) for name in ("page_to_source", "source_to_page"))
    assert forth @ back == pytest.approx(np.eye(3))
    # The corner that was the upper right is now the upper left.
    assert forth @ (0, 0, 1) == pytest.approx([400, 0, 1])
    assert [step["kind"] for step in page["steps"]] == ["rotate", "scale"]
    assert "truncated" in failed["error"]


# Pictures.


def sheet_of(result, **options) -> Sheet:
    return Sheet(1, result, DocumentOptions(**options))


@pytest.fixture
def read(tmp_path):
    image = tmp_path / "scan.png"
    Image.fromarray(text_gray(400, 200)).save(image)
    batch = OcrInput(filters=PreprocessingFilter([PreprocessingFilter.scale(2), PreprocessingFilter.threshold(100)]))
    batch.add(image)
    (result,) = FakeRecognizer("Quick brown").recognize(batch)
    return image, result


def test_pictures_are_made_again_when_they_are_asked_for(read):
    _, result = read
    original, to_source = sheet_of(result).picture()
    assert np.array_equal(original.pixels, text_gray(400, 200))
    assert np.array_equal(to_source, np.eye(3))
    cleaned, to_source = sheet_of(result, image="cleaned").picture()
    assert (cleaned.mode.value, cleaned.width) == ("binary", 800)
    assert np.allclose(to_source, np.diag([0.5, 0.5, 1]))
    assert sheet_of(FAILURE).picture() is None


def test_a_black_and_white_picture_of_a_page_that_is_not():
    batch = OcrInput(filters=PreprocessingFilter([PreprocessingFilter.scale(2)]))
    batch.add(text_gray(400, 200))
    (result,) = FakeRecognizer("Quick").recognize(batch)
    picture, _ = sheet_of(result, image="binary").picture()
    assert (picture.mode.value, picture.width) == ("binary", 800)


def test_pages_that_were_prepared_already_are_not_prepared_twice():
    from ocrprep import ImageProcessing

    batch = OcrInput(filters=PreprocessingFilter([PreprocessingFilter.scale(2)]))
    batch.add(text_gray(400, 200))
    (result,) = FakeRecognizer("Quick").recognize(ImageProcessing.render(batch))
    first, to_source = sheet_of(result).picture()
    cleaned, _ = sheet_of(result, image="cleaned").picture()
    assert (first.width, cleaned.width) == (800, 800)
    assert np.allclose(to_source, np.diag([0.5, 0.5, 1]))


def test_a_picture_that_is_not_at_hand_is_an_error_that_names_it(read):
    image, result = read
    copied = pickle.loads(pickle.dumps(result))
    assert copied == result
    assert copied.origin is None
    with pytest.raises(OutputError, match="not at hand"):
        sheet_of(copied).picture()
    Image.fromarray(text_gray(400, 200, size=30)).save(image)
    with pytest.raises(OutputError, match="changed"):
        sheet_of(result).picture()
    image.unlink()
    with pytest.raises(OutputError, match=r"scan\.png"):
        sheet_of(result).picture()


def test_a_job_remembers_results_that_have_pictures(read, tmp_path):
    image, _ = read
    batch = OcrInput()
    batch.add(image)
    for _ in range(2):
        (result,) = FakeRecognizer("Quick").recognize(batch, job=tmp_path / "job")
        picture, _ = sheet_of(result).picture()
        assert picture.width == 400


def test_results_of_no_batch_have_no_pictures():
    assert RecognitionResult("text").origin is None
