"""The batch: what can be added, what each type refuses, order, laziness, failures in their places."""

from __future__ import annotations

import base64
import io
import subprocess
import sys

import numpy as np
import pydantic
import pytest
from PIL import Image

from ocrprep import batch as batches
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, ImageTooLargeError, InputError, UnsupportedFormatError
from ocrprep.filters.threshold import Threshold
from ocrprep.inputs import InputType, OcrInput, PixelType
from ocrprep.limits import Limits
from ocrprep.page import Page, PixelMode
from ocrprep.preprocessing import PreprocessingFilter
from ocrprep.result import PageFailure
from tests import samples_for_inputs as samples
from tests.pages import page, text_gray

PNG = samples.encoded(Image.fromarray(text_gray(120, 80)), "PNG", dpi=(300, 300))


@pytest.fixture
def png(tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(PNG)
    return path


# Giving


def test_everything_that_holds_a_picture_can_be_added(png):
    with png.open("rb") as stream:
        batch = (
            OcrInput(InputType.SINGLE_IMAGE)
            .add(png)
            .add(str(png))
            .add(PNG)
            .add(io.BytesIO(PNG))
            .add(stream)
            .add(text_gray(120, 80))
            .add(Image.open(png))
            .add(page(text_gray(120, 80)))
        )
    pages = list(batch)
    assert len(pages) == len(batch) == batch.count() == 8
    for one in pages:
        np.testing.assert_array_equal(one.pixels, text_gray(120, 80))
    assert [one.source.uri for one in pages] == [
        str(png), str(png), "<bytes 3>", "<stream 4>", str(png), "<array 6>", str(png), "made.png",
    ]  # fmt: skip
    assert pages[0].dpi == (300, 300)
    assert pages[0].source.sha256 == pages[2].source.sha256 != ""


def test_an_array_that_changes_after_it_was_added_does_not_change_the_page():
    array = text_gray()
    batch = OcrInput().add(array)
    array[:] = 0
    assert batch[0].pixels.max() > 0


@pytest.mark.parametrize(
    ("pixels", "kind", "expected"),
    [
        (bytes([1, 2]), PixelType.BYTE, [[1, 2]]),
        ([1, 2], PixelType.BYTE, [[1, 2]]),
        (np.array([1, 2], np.uint8), PixelType.BYTE, [[1, 2]]),
        (bytearray([1, 2, 3, 4, 5, 6]), PixelType.RGB, [[[1, 2, 3], [4, 5, 6]]]),
        (bytes([1, 2, 3, 4, 5, 6]), PixelType.BGR, [[[3, 2, 1], [6, 5, 4]]]),
        (bytes([1, 2, 3, 255, 4, 5, 6, 0]), PixelType.RGBA, [[[1, 2, 3], [255, 255, 255]]]),
    ],
)
def test_raw_pixels(pixels, kind, expected):
    np.testing.assert_array_equal(OcrInput(InputType.SINGLE_IMAGE).add(pixels, 2, 1, kind)[0].pixels, expected)
    named = OcrInput().add(pixels, width=2, height=1, pixel_type=kind.value, name="raw")
    np.testing.assert_array_equal(named[0].pixels, expected)
    assert named[0].source.uri == "raw"


def test_raw_pixels_that_do_not_fit():
    with pytest.raises(InputError, match="6 values, not 5"):
        OcrInput().add(bytes(5), 2, 1, PixelType.RGB)
    with pytest.raises(UnsupportedFormatError, match="0 to 255"):
        OcrInput().add([1, 300], 2, 1, PixelType.BYTE)
    with pytest.raises(pydantic.ValidationError):
        OcrInput().add(bytes(5), 0, 1, PixelType.RGB)
    with pytest.raises(TypeError):
        OcrInput().add(bytes(5), 2, 1, PixelType.RGB, 7)
    with pytest.raises(TypeError):
        OcrInput().add(bytes(5), 2, start_page=1)
    with pytest.raises(pydantic.ValidationError):
        OcrInput().add(PNG, first_page=2)


def test_the_order_of_an_arrays_channels():
    array = np.array([[[1, 2, 3]]], np.uint8)
    np.testing.assert_array_equal(OcrInput().add(array, pixel_type=PixelType.BGR)[0].pixels, [[[3, 2, 1]]])


# Base64


@pytest.mark.parametrize("kind", [InputType.BASE64, InputType.AUTO])
def test_base64(kind, tmp_path):
    text = base64.b64encode(PNG).decode()
    wrapped = base64.encodebytes(PNG).decode()
    url_safe = base64.urlsafe_b64encode(PNG).decode().rstrip("=")
    file = tmp_path / "page.txt"
    file.write_text(text)
    batch = OcrInput(kind).add(text).add(wrapped).add(url_safe).add(f"data:image/png;base64,{text}")
    batch.add(file).add(str(file)).add(text.encode()).add_base64(text)
    assert len(batch) == 8
    for one in batch:
        np.testing.assert_array_equal(one.pixels, text_gray(120, 80))
    assert batch[0].source.uri == "<base64>"
    assert batch[4].source.uri == str(file)


def test_base64_may_hold_a_document():
    text = base64.b64encode(samples.tiff(3)).decode()
    assert len(OcrInput(InputType.BASE64).add(text)) == 3
    assert len(OcrInput(InputType.SINGLE_IMAGE).add_base64(text)) == 3


@pytest.mark.parametrize("text", ["", "  ", "####", "abcde", "data:image/png,abc", "data:", "ÄÖÜ", "aGVsbG8gd29ybGQ="])
def test_what_is_no_base64_of_a_picture(text):
    with pytest.raises(InputError):
        OcrInput(InputType.BASE64).add_base64(text)
    with pytest.raises(InputError):
        OcrInput(InputType.BASE64).add(text)


def test_base64_is_refused_where_something_else_is_meant():
    with pytest.raises(InputError, match="takes no Base64"):
        OcrInput(InputType.PDF).add_base64("aGVsbG8=")


# Types


KINDS = {
    InputType.SINGLE_IMAGE: PNG,
    InputType.TIFF: samples.tiff(2),
    InputType.PDF: samples.pdf(2),
    InputType.ZIP: samples.zipped({"a.png": PNG}),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", KINDS)
def test_a_type_takes_its_own_kind_and_names_the_right_one_otherwise(kind, given):
    batch = OcrInput(kind)
    assert batch.get_input_type() is batch.input_type is kind
    if kind is given:
        assert len(batch.add(KINDS[given])) == (1 if given in {InputType.SINGLE_IMAGE, InputType.ZIP} else 2)
        return
    with pytest.raises(InputError, match=rf"InputType\.{given.name}"):
        batch.add(KINDS[given])
    assert not batch


def test_types_by_name_and_wrong_ones():
    assert OcrInput("pdf").input_type is InputType.PDF
    with pytest.raises(ValueError, match="png"):
        OcrInput("png")


def test_a_tiff_of_one_page_is_a_single_image():
    assert len(OcrInput(InputType.SINGLE_IMAGE).add(samples.tiff(1))) == 1
    with pytest.raises(InputError, match=r"InputType\.TIFF"):
        OcrInput(InputType.SINGLE_IMAGE).add(samples.tiff(2))


@pytest.mark.parametrize("kind", [InputType.PDF, InputType.TIFF, InputType.DJVU, InputType.ZIP, InputType.BASE64])
def test_pixels_in_memory_are_single_images(kind):
    with pytest.raises(UnsupportedFormatError, match="SINGLE_IMAGE"):
        OcrInput(kind).add(text_gray())


def test_folders_addresses_and_files_in_the_wrong_place(png):
    with pytest.raises(UnsupportedFormatError, match="DIRECTORY"):
        OcrInput(InputType.SINGLE_IMAGE).add(png.parent)
    with pytest.raises(UnsupportedFormatError, match="URL"):
        OcrInput(InputType.PDF).add("https://example.org/a.pdf")
    with pytest.raises(InputError, match="not a folder"):
        OcrInput(InputType.DIRECTORY).add(png)
    with pytest.raises(UnsupportedFormatError, match="http://"):
        OcrInput(InputType.URL).add(png)
    with pytest.raises(UnsupportedFormatError, match="takes no files"):
        OcrInput(InputType.DIRECTORY).add(PNG)


def test_auto_takes_a_mixed_batch(png, tmp_path):
    (tmp_path / "multi.tif").write_bytes(samples.tiff(3))
    (tmp_path / "document.pdf").write_bytes(samples.pdf(2))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.png").write_bytes(PNG)
    (tmp_path / "folder" / "b.tif").write_bytes(samples.tiff(2))
    (tmp_path / "archive.zip").write_bytes(samples.zipped({"in/a.png": PNG, "in/b.pdf": samples.pdf(2)}))
    batch = OcrInput(InputType.AUTO)
    batch.add(png).add(tmp_path / "multi.tif").add(tmp_path / "document.pdf").add(tmp_path / "folder")
    batch.add(str(tmp_path / "archive.zip")).add(base64.b64encode(PNG).decode()).add(text_gray()).add(PNG)
    assert len(batch) == 1 + 3 + 2 + 3 + 3 + 1 + 1 + 1
    uris = [one.source.uri.removeprefix(str(tmp_path)) for one in batch]
    assert uris[1:4] == ["/multi.tif"] * 3
    assert uris[6:12] == [
        "/folder/a.png", "/folder/b.tif", "/folder/b.tif",
        "/archive.zip!in/a.png", "/archive.zip!in/b.pdf", "/archive.zip!in/b.pdf",
    ]  # fmt: skip
    assert [one.source.page_index for one in batch][:6] == [0, 0, 1, 2, 0, 1]


# Order, indices, life


def test_indices_and_iteration_agree():
    batch = OcrInput().add(samples.tiff(4)).add(PNG).add(samples.tiff(2))
    numbers = [samples.number_of(one.pixels) for one in batch if one.mode is PixelMode.BINARY]
    assert numbers == [0, 1, 2, 3, 0, 1]
    for index in range(-7, 7):
        np.testing.assert_array_equal(batch[index].pixels, list(batch)[index].pixels)
    for outside in (7, -8):
        with pytest.raises(IndexError):
            batch[outside]
    with pytest.raises(TypeError):
        batch["page"]


def test_clear_forgets_items_and_keeps_filters():
    batch = OcrInput(filters=[Threshold(9)]).add(PNG)
    assert len(batch) == 1
    assert batch
    batch.clear()
    assert len(batch) == 0
    assert not batch
    assert list(batch) == []
    assert len(batch.chain) == 1


def test_a_batch_can_be_iterated_twice_at_the_same_time_and_after_it_was_closed():
    with OcrInput().add(samples.tiff(3)) as batch:
        pairs = [(samples.number_of(a.pixels), samples.number_of(b.pixels)) for a in batch for b in batch]
    assert pairs == [(a, b) for a in range(3) for b in range(3)]
    assert len(list(batch)) == 3


def test_closing_ends_an_iteration_loudly(tmp_path):
    (tmp_path / "a.tif").write_bytes(samples.tiff(3))
    with OcrInput().add(tmp_path / "a.tif") as batch:
        walk = iter(batch)
        refs = batch.refs()
        next(walk)
        kept = next(refs)
    with pytest.raises(InputError, match="closed"):
        next(walk)
    # A page that was handed out opens its file again by itself.
    assert samples.number_of(kept.load().pixels) == 0


def test_a_file_is_closed_when_nobody_iterates_any_more(tmp_path):
    (tmp_path / "a.tif").write_bytes(samples.tiff(3))
    batch = OcrInput().add(tmp_path / "a.tif")
    for _ in batch:
        break
    refs = list(batch.refs())
    assert [samples.number_of(ref.load().pixels) for ref in reversed(refs)] == [2, 1, 0]


def test_nothing_is_decoded_before_its_turn(monkeypatch):
    decoded = []
    from ocrprep.decode import picture

    original = picture.decoded
    monkeypatch.setattr(picture, "decoded", lambda *args: decoded.append(args[1].page_index) or original(*args))
    batch = OcrInput().add(samples.tiff(5))
    assert len(batch) == 5
    walk = batch.refs()
    next(walk), next(walk)
    assert decoded == []
    next(walk).load()
    assert decoded == [2]


# Filters


def test_filters_in_any_form():
    one = Threshold(100)
    for form in (one, [one], (one,), FilterChain([one]), PreprocessingFilter([one]), iter([one])):
        batch = OcrInput(InputType.AUTO, form)
        assert batch.chain == batch.chain == FilterChain([one])
    assert OcrInput(InputType.AUTO, None).chain == FilterChain()
    with pytest.raises(TypeError, match="factory"):
        OcrInput(InputType.AUTO, [Threshold])


def test_a_filter_added_to_the_builder_later_counts():
    builder = PreprocessingFilter()
    batch = OcrInput(InputType.SINGLE_IMAGE, builder).add(PNG)
    builder.add(Threshold(100))
    (result,) = batches.run(batch, lambda ready: ready)
    assert result.mode is PixelMode.BINARY
    assert batch[0].mode is PixelMode.GRAY
    batch.replace_filters(FilterChain())
    assert len(batch.chain) == 0
    batch.replace_filters(builder).clear_filters()
    assert len(batch.chain) == 0
    assert len(builder) == 1


def test_wrong_settings_are_refused():
    for wrong in ({"on_error": "ignore"}, {"pdf_dpi": 3}, {"limits": {"max_pixels": 0}}):
        with pytest.raises(pydantic.ValidationError):
            OcrInput(**wrong)
    assert "secret" not in repr(OcrInput(password="secret")._options)


# Failures


def test_a_batch_of_five_with_a_truncated_and_a_missing_one(tmp_path):
    for number in (1, 2, 3, 5):
        (tmp_path / f"{number}.png").write_bytes(PNG if number != 2 else PNG[: len(PNG) // 2])
    batch = OcrInput(InputType.AUTO, [Threshold(100)], on_error="collect")
    for number in range(1, 6):
        batch.add(tmp_path / f"{number}.png")
    results = list(batches.run(batch, lambda ready: ready))
    assert [type(result) for result in results] == [Page, PageFailure, Page, PageFailure, Page]
    assert isinstance(results[1].error, DecodeError)
    assert "2.png" in results[1].message
    assert "4.png: no such file" in results[3].message
    assert [type(one) for one in batch] == [Page, PageFailure, Page, PageFailure, Page]
    assert isinstance(batch[-2], PageFailure)


def test_raise_is_the_default_and_says_so_in_add():
    batch = OcrInput()
    with pytest.raises(InputError, match=r"absent\.png: no such file"):
        batch.add("absent.png")
    with pytest.raises(DecodeError, match="empty"):
        batch.add(b"")
    with pytest.raises(UnsupportedFormatError, match="neither"):
        batch.add(b"some text")
    with pytest.raises(ImageTooLargeError):
        batch.add(samples.huge_png())
    with pytest.raises(ImageTooLargeError, match="<array>"):
        OcrInput(limits=Limits(max_pixels=5)).add(text_gray())
    with pytest.raises(UnsupportedFormatError, match="cannot open a int"):
        batch.add(3)
    assert len(batch) == 0
    batch.add(PNG[: len(PNG) // 2])
    with pytest.raises(DecodeError):
        list(batch)
    with pytest.raises(DecodeError):
        list(batches.run(batch, lambda ready: ready))


def test_a_file_that_vanishes_between_adding_and_reading_fails_in_its_place(png, tmp_path):
    other = tmp_path / "multi.tif"
    other.write_bytes(samples.tiff(3))
    batch = OcrInput(on_error="collect").add(png).add(other).add(PNG)
    png.unlink()
    other.unlink()
    failures = [one for one in batch if isinstance(one, PageFailure)]
    assert [failure.source.uri for failure in failures] == [str(png), str(other)]
    assert isinstance(list(batch)[-1], Page)


def test_long_and_strange_texts_are_no_surprise():
    for text in ("x" * 10_000, "nul\x00byte", "C:\\folder\\page.png", "\udcff.png", "http:/x.png"):
        for kind in InputType:
            with pytest.raises(InputError):
                OcrInput(kind).add(text)


def test_importing_loads_neither_pdf_nor_http_readers():
    code = "import sys, ocrprep.inputs; print([m for m in ('pypdfium2', 'httpx', 'httpcore') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_base64_may_be_bytes_as_the_standard_library_makes_them():
    data = io.BytesIO()
    Image.new("L", (7, 5), 255).save(data, "PNG")
    made = next(iter(OcrInput(InputType.BASE64).add_base64(base64.b64encode(data.getvalue()))))
    assert (made.width, made.height) == (7, 5)


def test_a_stream_that_was_written_and_not_rewound_is_told_to_be():
    data = io.BytesIO()
    Image.new("L", (7, 5), 255).save(data, "PNG")
    with pytest.raises(DecodeError, match=r"at its end.*seek\(0\)"):
        OcrInput().add(data)
    with pytest.raises(DecodeError, match="is empty"):
        OcrInput().add(io.BytesIO())


def test_pages_are_numbered_with_any_whole_number_and_not_with_slices():
    batch = OcrInput().add(np.zeros((5, 7), np.uint8))
    assert batch[np.int64(0)].width == 7
    with pytest.raises(TypeError, match="not slice"):
        batch[0:1]


@pytest.mark.parametrize("kind", [InputType.AUTO, InputType.SINGLE_IMAGE, InputType.DIRECTORY])
def test_an_empty_path_is_not_the_working_directory(kind):
    with pytest.raises(InputError, match="the path is empty"):
        OcrInput(kind).add("")
