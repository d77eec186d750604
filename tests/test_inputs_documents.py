"""Documents of many pages: TIFF, animations, PDF, DjVu. Numbered pages tell which one came."""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocrprep.errors import DecodeError, ImageTooLargeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs import InputType, OcrInput, djvu, pdf
from ocrprep.limits import Limits
from ocrprep.page import PixelMode
from tests import samples_for_inputs as samples

needs_djvulibre = pytest.mark.skipif(
    not all(map(shutil.which, ("ddjvu", "djvused", "cjb2", "c44", "djvm"))), reason="DjVuLibre is not installed"
)


def numbers(batch) -> list[int]:
    return [samples.number_of(one.pixels) for one in batch]


# TIFF


def test_pages_of_a_tiff_come_in_order_with_their_place_depth_and_resolution(tmp_path):
    path = tmp_path / "multi.tif"
    path.write_bytes(samples.tiff(5))
    pages = list(OcrInput(InputType.TIFF).add(path))
    assert numbers(pages) == [0, 1, 2, 3, 4]
    assert {one.mode for one in pages} == {PixelMode.BINARY}
    assert {one.dpi for one in pages} == {(300.0, 300.0)}
    assert [one.source.page_index for one in pages] == [0, 1, 2, 3, 4]
    assert {one.source.page_count for one in pages} == {5}
    assert {one.source.sha256 for one in pages} == {hashlib.sha256(path.read_bytes()).hexdigest()}
    assert str(pages[1].source) == f"{path}, page 2"


@pytest.mark.parametrize("form", ["group4", "tiff_lzw", "packbits", "tiff_adobe_deflate", "raw"])
def test_compressions_and_forms_of_a_tiff(form):
    assert numbers(OcrInput().add(samples.tiff(3, compression=form))) == [0, 1, 2]
    assert numbers(OcrInput().add(samples.tiff(3, compression=form, big_tiff=True))) == [0, 1, 2]


def test_each_page_of_a_tiff_has_its_own_size_depth_and_resolution():
    stream = io.BytesIO()
    with Image.new("L", (10, 20), 9) as first:
        second = Image.new("RGB", (30, 5), (1, 2, 3))
        second.encoderinfo = {"dpi": (150, 150)}
        first.save(stream, "TIFF", save_all=True, append_images=[second], dpi=(200, 200))
    one, two = OcrInput().add(stream.getvalue())
    assert (one.width, one.height, one.mode, one.dpi) == (10, 20, PixelMode.GRAY, (200, 200))
    assert (two.width, two.height, two.mode) == (30, 5, PixelMode.RGB)


def test_a_page_that_lies_on_its_side_does_not_turn_the_next_one():
    stream = io.BytesIO()
    first, second = Image.new("L", (10, 20), 9), Image.new("L", (11, 21), 9)
    second.encoderinfo = {"tiffinfo": {0x0112: 1}}
    first.save(stream, "TIFF", save_all=True, append_images=[second], tiffinfo={0x0112: 6})
    batch = OcrInput().add(stream.getvalue())
    assert [(one.width, one.height) for one in batch] == [(20, 10), (11, 21)]
    assert (batch[0].width, batch[1].width, batch[0].width) == (20, 11, 20)


def with_subfile_types(data: bytes, kinds: list[int]) -> bytes:
    """The same little-endian TIFF with new directories at its end, each of which begins with a NewSubfileType."""
    out = bytearray(data) + bytes(len(data) % 2)
    pointer = 4
    for kind in kinds:
        (offset,) = struct.unpack_from("<I", out, pointer)
        (entries,) = struct.unpack_from("<H", out, offset)
        table = out[offset + 2 : offset + 6 + 12 * entries]
        struct.pack_into("<I", out, pointer, len(out))
        pointer = len(out) + 2 + 12 * (entries + 1)
        out += struct.pack("<HHHII", entries + 1, 254, 4, 1, kind) + table
    return bytes(out)


def test_thumbnails_and_masks_in_a_tiff_are_no_pages():
    data = with_subfile_types(samples.tiff(4), [0, 1, 4, 0])
    batch = OcrInput().add(data)
    assert numbers(batch) == [0, 3]
    assert [one.source.page_count for one in batch] == [2, 2]
    assert numbers(OcrInput(InputType.SINGLE_IMAGE).add(with_subfile_types(samples.tiff(2), [1, 0]))) == [1]


def test_a_tiff_whose_pages_run_in_a_circle():
    data = bytearray(samples.tiff(2))
    (first,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, first)
    struct.pack_into("<I", data, first + 2 + 12 * entries, first)
    with pytest.raises(DecodeError, match="circle"):
        OcrInput().add(bytes(data))


def test_a_truncated_tiff_is_an_error_at_once():
    data = samples.tiff(5)
    with pytest.raises(DecodeError, match="truncated"):
        OcrInput().add(data[: len(data) // 2])


def test_frames_of_an_animation_are_pages():
    first, *rest = (page.convert("L") for page in samples.numbered(3))
    for form in ("GIF", "WEBP", "PNG"):
        data = samples.encoded(
            first, form, save_all=True, append_images=rest, **({"lossless": True} if form == "WEBP" else {})
        )
        assert numbers(OcrInput().add(data)) == [0, 1, 2]
        with pytest.raises(InputError, match="3 pages"):
            OcrInput(InputType.SINGLE_IMAGE).add(data)


DOCUMENTS = {
    "tiff": samples.tiff(3),
    "deflated tiff": samples.tiff(3, compression="tiff_adobe_deflate"),
    "bigtiff": samples.tiff(3, compression="raw", big_tiff=True),
    "pdf": samples.pdf(3),
    "locked pdf": samples.locked_pdf("key"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_damage_lets_another_error_out(name):
    for data in samples.damaged(DOCUMENTS[name], seed=len(name)):
        batch = OcrInput(on_error="collect", pdf_dpi=72, limits=Limits(max_pixels=2_000_000), password="key").add(data)
        for one in batch:
            assert isinstance(getattr(one, "error", None), (InputError, type(None)))


# Ranges


@pytest.mark.parametrize("make", [samples.tiff, samples.pdf])
def test_ranges_of_pages(make):
    data = make(5)
    assert numbers(OcrInput(pdf_dpi=72).add(data, 1, 3)) == [1, 2, 3]
    assert numbers(OcrInput(pdf_dpi=72).add(data, start_page=3)) == [3, 4]
    assert numbers(OcrInput(pdf_dpi=72).add(data, pages_count=1)) == [0]
    assert numbers(OcrInput(pdf_dpi=72).add(data, 4, 1)) == [4]
    batch = OcrInput(pdf_dpi=72).add(data, 1, 3)
    assert [one.source.page_index for one in batch] == [1, 2, 3]
    assert len(batch) == 3
    assert samples.number_of(batch[-1].pixels) == 3


@pytest.mark.parametrize(("start", "count"), [(5, None), (0, 6), (4, 2), (9, 1)])
def test_a_range_outside_the_document_is_an_error(start, count):
    for data in (samples.tiff(5), samples.pdf(5)):
        with pytest.raises(InputError, match="are 5 pages"):
            OcrInput().add(data, start, count)
    kept = OcrInput(on_error="collect").add(samples.tiff(5), start, count)
    assert "are 5 pages" in kept[0].message
    assert len(kept) == 1


@pytest.mark.parametrize(("start", "count"), [(-1, None), (0, 0), (0, -2), ("one", None)])
def test_a_range_that_is_none_is_a_wrong_argument(start, count):
    with pytest.raises(ValueError, match="page"):
        OcrInput().add(samples.tiff(2), start, count)


# Limits


def test_limits_of_documents():
    with pytest.raises(InputLimitError, match="max_pages"):
        OcrInput(limits=Limits(max_pages=3)).add(samples.tiff(4))
    with pytest.raises(InputLimitError, match="max_pages"):
        OcrInput(limits=Limits(max_pages=3)).add(samples.pdf(4))
    assert len(OcrInput(limits=Limits(max_pages=4)).add(samples.tiff(4))) == 4
    small = OcrInput(limits=Limits(max_pixels=1000), on_error="collect").add(samples.pdf(1))
    assert isinstance(small[0].error, ImageTooLargeError)


@pytest.mark.slow
def test_five_hundred_pages_never_lie_in_memory_together(tmp_path):
    """A4 at 300 dpi, one bit, G4: 8.7 MB a page decoded, 4.3 GB all of them."""
    page = Image.new("1", (2480, 3508), 1)
    drawing = ImageDraw.Draw(page)
    for row in range(0, 3508, 40):
        drawing.line((100, row, 2300, row), 0, 3)
    page.save(tmp_path / "one.tif", compression="group4", dpi=(300, 300))
    page.save(tmp_path / "long.tif", save_all=True, append_images=[page] * 499, compression="group4", dpi=(300, 300))
    script = textwrap.dedent("""
        import re, sys
        from pathlib import Path
        from ocrprep.batch import run
        from ocrprep.filters.median import Median
        from ocrprep.inputs import InputType, OcrInput
        batch = OcrInput(InputType.TIFF, Median()).add(sys.argv[1])
        inks = list(run(batch, lambda page: int((page.pixels[:, 1000] == 0).sum())))
        assert len(inks) == 500 and len(set(inks)) == 1 and inks[0] > 80, inks
        # getrusage would also count what the parent held when it started this process.
        print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
    """)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(tmp_path / "long.tif")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 400


def test_a_long_tiff_is_read_in_time_that_grows_with_its_length(monkeypatch, tmp_path):
    """Directories that Pillow parses for each page of an iteration: as many for the last as for the first."""
    from PIL import TiffImagePlugin

    parsed = []
    original = TiffImagePlugin.ImageFileDirectory_v2.load
    monkeypatch.setattr(
        TiffImagePlugin.ImageFileDirectory_v2, "load", lambda self, fp: parsed.append(1) or original(self, fp)
    )
    (tmp_path / "a.tif").write_bytes(samples.tiff(60))
    counts = []
    for _ in OcrInput().add(tmp_path / "a.tif"):
        counts.append(len(parsed))
        parsed.clear()
    assert max(counts[1:]) <= 4


# PDF


def test_pages_of_a_pdf_are_drawn_at_the_resolution_that_was_asked_for():
    for dpi in (72, 150, 300.0):
        pages = list(OcrInput(InputType.PDF, pdf_dpi=dpi).add(samples.pdf(3)))
        assert len(pages) == 3
        assert {one.dpi for one in pages} == {(dpi, dpi)}
        assert {(one.width, one.height) for one in pages} == {
            (int(np.ceil(60 * dpi / 72)), int(np.ceil(40 * dpi / 72)))
        }
    assert numbers(OcrInput(pdf_dpi=72).add(samples.pdf(3))) == [0, 1, 2]
    assert OcrInput().add(samples.pdf(1))[0].dpi == (300, 300)


def test_a_pdf_without_colour_is_gray_and_paper_is_white():
    gray = OcrInput(pdf_dpi=72).add(samples.pdf(1))[0]
    assert gray.mode is PixelMode.GRAY
    assert gray.pixels[20, 30] == 255
    red = samples.encoded(Image.new("RGB", (60, 40), (255, 0, 0)), "PDF", resolution=72)
    colour = OcrInput(pdf_dpi=72).add(red)[0]
    assert colour.mode is PixelMode.RGB
    np.testing.assert_allclose(colour.pixels[20, 30], [255, 0, 0], atol=3)
    speck = Image.new("RGB", (60, 40), (255, 255, 255))
    speck.putpixel((33, 21), (200, 0, 0))
    assert OcrInput(pdf_dpi=72).add(samples.encoded(speck, "PDF", resolution=72, quality=95))[0].mode is PixelMode.RGB


def test_a_huge_pdf_page_is_refused_before_it_is_drawn():
    data = samples.minimal_pdf(14_400, 14_400)
    batch = OcrInput(on_error="collect", pdf_dpi=600).add(data)
    assert isinstance(batch[0].error, ImageTooLargeError)
    assert "max_pixels" in batch[0].message
    assert OcrInput(pdf_dpi=10).add(data)[0].width == 2000


def test_annotations_of_a_pdf_are_drawn():
    plain, marked = samples.minimal_pdf(100, 100), samples.minimal_pdf(100, 100, annotation=True)
    assert OcrInput(pdf_dpi=72).add(plain)[0].pixels.min() == 255
    assert OcrInput(pdf_dpi=72).add(marked)[0].pixels.min() < 50


def test_a_locked_pdf_says_how_to_open_it():
    data = samples.locked_pdf("key")
    with pytest.raises(DecodeError, match=r"locked with a password.*password="):
        OcrInput().add(data)
    with pytest.raises(DecodeError, match="another password"):
        OcrInput(password="wrong").add(data)
    assert len(OcrInput(password="key").add(data)) == 1
    kept = OcrInput(on_error="collect").add(data).add(samples.pdf(1))
    assert "locked" in kept[0].message
    assert len(kept) == 2


def test_without_pypdfium2_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(UnsupportedFormatError, match=r"ocrprep\[pdf\]"):
        OcrInput().add(samples.pdf(1))


def test_threads_may_draw_the_pages_of_one_pdf():
    refs = list(OcrInput(pdf_dpi=72).add(samples.pdf(6)).refs())
    found = {}
    threads = [
        threading.Thread(target=lambda i=i, ref=ref: found.update({i: samples.number_of(ref.load().pixels)}))
        for i, ref in enumerate(refs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {i: i for i in range(6)}
    assert not pdf._PDFIUM._is_owned()


# DjVu


@pytest.fixture
def book(tmp_path):
    """Two pages of ink at 300 dpi and one in colour at 150."""
    names = []
    for number, image in enumerate(samples.numbered(2)):
        image.save(tmp_path / f"{number}.pbm")
        subprocess.run(["cjb2", "-dpi", "300", f"{number}.pbm", f"{number}.djvu"], cwd=tmp_path, check=True)
        names.append(f"{number}.djvu")
    Image.new("RGB", (60, 40), (250, 10, 10)).save(tmp_path / "2.ppm")
    subprocess.run(["c44", "-dpi", "150", "2.ppm", "2.djvu"], cwd=tmp_path, check=True)
    subprocess.run(["djvm", "-c", "book.djvu", *names, "2.djvu"], cwd=tmp_path, check=True)
    return tmp_path / "book.djvu"


@needs_djvulibre
def test_pages_of_a_djvu(book):
    pages = list(OcrInput(InputType.DJVU).add(book))
    assert numbers(pages[:2]) == [0, 1]
    assert [one.mode for one in pages] == [PixelMode.BINARY, PixelMode.BINARY, PixelMode.RGB]
    assert [one.dpi for one in pages] == [(300, 300), (300, 300), (150, 150)]
    assert [one.source.page_index for one in pages] == [0, 1, 2]
    assert {one.source.page_count for one in pages} == {3}
    assert {one.source.sha256 for one in pages} == {hashlib.sha256(book.read_bytes()).hexdigest()}
    assert numbers(OcrInput().add(book.read_bytes(), 1, 1)) == [1]


@needs_djvulibre
def test_a_djvu_from_memory_leaves_no_file_behind(book, tmp_path, monkeypatch):
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    batch = OcrInput().add(book.read_bytes())
    walk = iter(batch)
    next(walk)
    assert len(list(place.iterdir())) == 1
    list(walk)
    assert not any(place.iterdir())


@needs_djvulibre
def test_limits_and_damage_of_a_djvu(book):
    data = book.read_bytes()
    with pytest.raises(InputLimitError, match="max_pages"):
        OcrInput(limits=Limits(max_pages=2)).add(book)
    small = OcrInput(limits=Limits(max_pixels=100), on_error="collect").add(book)
    assert isinstance(small[0].error, ImageTooLargeError)
    for damaged in samples.damaged(data, 3):
        for one in OcrInput(on_error="collect", limits=Limits(max_pixels=1_000_000)).add(damaged):
            assert getattr(one, "error", None) is None or isinstance(one.error, InputError)


@needs_djvulibre
def test_a_djvu_that_takes_for_ever(book, monkeypatch):
    monkeypatch.setattr(djvu, "SECONDS", 1e-4)
    with pytest.raises(InputLimitError, match="seconds"):
        OcrInput().add(book)


def test_without_djvulibre_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(djvu.shutil, "which", lambda _: None)
    with pytest.raises(UnsupportedFormatError, match="djvulibre-bin"):
        OcrInput().add(b"AT&TFORM\x00\x00\x00\x20DJVUINFO")
