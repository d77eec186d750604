"""Archives: one document in black and white for each source, every pixel as it was, and the bytes that it saves."""

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.chain import FilterChain
from ocrprep.cli.app import app
from ocrprep.errors import DecodeError, OutputError
from ocrprep.inputs import InputType, OcrInput
from ocrprep.outputs.archive import Archived, archive, archive_each
from ocrprep.page import Source
from ocrprep.result import PageFailure
from tests.documents.pdf_pages import shown

PAGES = Path(__file__).resolve().parents[2] / "samples" / "pages"


def batch(*paths, flags=(), **options):
    made = OcrInput(InputType.AUTO, FilterChain.from_flags(flags), **options)
    for path in paths:
        made.add(path)
    return made


def scans(path, *sizes):
    """A TIFF of gray pages of 200 dpi."""
    first, *rest = (Image.fromarray(shown("gray", size).pixels) for size in sizes)
    first.save(path, save_all=True, append_images=rest, dpi=(200, 200))
    return path


def frames(path):
    with Image.open(path) as picture:
        for place in range(picture.n_frames):
            picture.seek(place)
            yield picture.info["compression"], picture.info.get("dpi"), np.asarray(picture)


def test_a_tiff_holds_every_pixel(tmp_path):
    source = scans(tmp_path / "book.tif", 500, 640, 333)
    (made,) = archive(batch(source, flags=["threshold=150"]), tmp_path / "out")
    assert made.path == tmp_path / "out" / "book.tiff"
    assert (made.pages, made.bytes_before, made.bytes_after) == (3, source.stat().st_size, made.path.stat().st_size)
    for (compression, dpi, seen), size in zip(frames(made.path), (500, 640, 333), strict=True):
        assert (compression, dpi) == ("group4", (200.0, 200.0))
        assert np.array_equal(seen, shown("gray", size).pixels > 150)


def test_a_pdf_holds_every_pixel(tmp_path):
    source = scans(tmp_path / "book.tif", 500, 640)
    (made,) = archive(batch(source, flags=["threshold=150"]), tmp_path, format="pdf")
    assert made.path == tmp_path / "book.pdf"
    with pikepdf.open(made.path) as pdf:
        for page, size in zip(pdf.pages, (500, 640), strict=True):
            (image,) = page.Resources.XObject.values()
            assert image.Filter == "/CCITTFaxDecode"
            assert np.array_equal(np.asarray(pikepdf.PdfImage(image).as_pil_image()), shown("gray", size).pixels > 150)
            assert [float(side) for side in page.MediaBox] == pytest.approx([0, 0, size * 0.36, size * 0.36], abs=0.01)
    with pypdfium2.PdfDocument(made.path) as pdf:
        seen = np.asarray(pdf[0].render(scale=200 / 72).to_pil().convert("L"))
    assert np.array_equal(seen > 128, shown("gray", 500).pixels > 150)


@pytest.mark.parametrize("kind", ["tiff", "pdf"])
def test_what_is_not_black_and_white_is_binarized(tmp_path, kind):
    (made,) = archive(shown("rgb"), tmp_path, format=kind)
    assert [step.kind for step in made.steps[0] if not step.implicit] == ["binarize"]
    assert (made.bytes_before, made.path.stem) == (None, "rgb")


def test_black_and_white_is_left_alone(tmp_path):
    page = shown("binary")
    (made,) = archive(page, tmp_path)
    assert made.steps == ((),)
    ((_, _, seen),) = frames(made.path)
    assert np.array_equal(seen * np.uint8(255), page.pixels)


def test_each_source_is_a_document(tmp_path):
    first, second = scans(tmp_path / "a.tif", 300, 300), scans(tmp_path / "b.tif", 300)
    made = archive(batch(first, second, first), tmp_path / "out")
    assert [(item.path.name, item.pages) for item in made] == [("a.tiff", 2), ("b.tiff", 1), ("a_2.tiff", 2)]


def test_pages_at_hand_are_documents_of_their_own(tmp_path):
    made = archive([shown("gray").pixels, shown("binary").pixels], tmp_path)
    assert [item.pages for item in made] == [1, 1]
    assert len({item.path for item in made}) == 2


def test_part_of_a_document_counts_as_a_part(tmp_path):
    source = scans(tmp_path / "book.tif", 500, 500, 500, 500)
    some = OcrInput(InputType.AUTO)
    some.add(source, 1, 2)
    (made,) = archive(some, tmp_path / "out")
    assert (made.pages, made.bytes_before) == (2, round(source.stat().st_size / 2))


def test_a_member_of_an_archive_counts_as_it_is_packed(tmp_path):
    source = scans(tmp_path / "a.tif", 400)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(source, "in/a.tif")
        size = packed.getinfo("in/a.tif").compress_size
    (made,) = archive(batch(tmp_path / "all.zip"), tmp_path / "out")
    assert made.bytes_before == size < source.stat().st_size


def bad(page=1, count=3, uri="book.tif"):
    return PageFailure(Source(uri, page, count), DecodeError("torn"))


def pages(count=3, uri="book.tif", wrong=(1,)):
    for place in range(count):
        source = Source(uri, place, count)
        yield bad(place, count, uri) if place in wrong else replace(shown("binary", 64), source=source)


@pytest.mark.parametrize("kind", ["tiff", "pdf"])
def test_a_document_is_written_without_a_page_that_fails(tmp_path, kind):
    failure, made = archive(pages(), tmp_path, format=kind, on_error="collect")
    assert isinstance(failure, PageFailure)
    assert isinstance(made, Archived)
    assert made.pages == 2


def test_or_not_at_all(tmp_path):
    with pytest.raises(DecodeError):
        archive(pages(), tmp_path, on_error="raise")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_every_page_fails(tmp_path):
    assert len(archive(pages(wrong=(0, 1, 2)), tmp_path, on_error="collect")) == 3
    assert list(tmp_path.iterdir()) == []


def test_it_goes_on_while_it_is_watched(tmp_path):
    seen = []
    told = archive_each(pages(wrong=()), tmp_path, progress=lambda news: seen.append(news.step))
    assert [item.pages for item in told] == [3]
    assert seen.count("page") == 3


def test_a_source_is_never_written_over(tmp_path):
    source = scans(tmp_path / "book.tiff", 300)
    before = hashlib.sha256(source.read_bytes()).digest()
    with pytest.raises(OutputError, match="come from"):
        archive(batch(source), tmp_path)
    assert hashlib.sha256(source.read_bytes()).digest() == before
    (made,) = archive(batch(source), tmp_path, overwrite="rename")
    assert made.path.name == "book_2.tiff"


def test_what_is_there(tmp_path):
    source, there = scans(tmp_path / "book.tif", 300), tmp_path / "book.tiff"
    there.write_bytes(b"old")
    with pytest.raises(OutputError, match="there is a file"):
        archive(batch(source), tmp_path, overwrite="error")
    (kept,) = archive(batch(source), tmp_path, overwrite="skip")
    assert (kept.path, kept.written, there.read_bytes()) == (there, False, b"old")
    (made,) = archive(batch(source), tmp_path)
    assert made.written
    assert there.stat().st_size == made.bytes_after


def test_the_same_pages_give_the_same_bytes(tmp_path):
    for kind in ("tiff", "pdf"):
        (first,) = archive(shown("gray"), tmp_path / "a", format=kind)
        (second,) = archive(shown("gray"), tmp_path / "b", format=kind)
        assert first.path.read_bytes() == second.path.read_bytes()


def test_another_format_is_refused(tmp_path):
    with pytest.raises(OutputError, match="djvu"):
        archive(shown("gray"), tmp_path, format="djvu")


def run(*arguments):
    return CliRunner().invoke(app, ["clean", *map(str, arguments)])


@pytest.mark.parametrize("kind", ["tiff", "pdf"])
def test_the_command_tells_what_it_saves(tmp_path, kind):
    result = run(PAGES / "coloured.jpg", PAGES / "report.pdf", "-o", tmp_path, "--auto", "--archive", kind)
    assert result.exit_code == 0, result.stderr
    coloured, report = tmp_path / f"coloured.{kind}", tmp_path / f"report.{kind}"
    assert result.stdout.split() == [str(coloured), str(report)]
    before, after = (PAGES / "coloured.jpg").stat().st_size, coloured.stat().st_size
    assert after < before / 3
    told = f"coloured.{kind}: 1 page, {before:,} bytes -> {after:,} bytes, {after / before:.0%} of the source"
    assert told in result.stderr
    assert f"report.{kind}: 3 pages" in result.stderr
    assert "in all: 2 documents" in result.stderr


def test_the_command_is_honest_where_nothing_is_saved(tmp_path):
    result = run(PAGES / "report.tif", "-o", tmp_path, "--archive", "pdf")
    assert "times larger than the source" in result.stderr


def test_the_command_ends_with_the_code_of_a_failure(tmp_path):
    (tmp_path / "torn.png").write_bytes((PAGES / "clean.png").read_bytes()[:900])
    result = run(tmp_path / "torn.png", PAGES / "clean.png", "-o", tmp_path / "out", "--archive", "tiff")
    assert result.exit_code == DecodeError.exit_code
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["clean.tiff"]


@pytest.mark.parametrize("flag", [["--steps"], ["--format", "webp"], ["--quality", "3"], ["--job", "x"]])
def test_the_command_refuses_what_has_no_effect(tmp_path, flag):
    result = run(PAGES / "clean.png", "-o", tmp_path, "--archive", "tiff", *flag)
    assert result.exit_code == 2
    assert flag[0] in result.stderr
