"""Where a report's pictures lie, and what is left when it cannot be written."""

from __future__ import annotations

import pytest

from ocrprep.errors import InputError, OutputError
from ocrprep.page import Source
from ocrprep.preprocessing import PreprocessingFilter as P
from ocrprep.report import _html, save_report, truths_of
from tests.report.made import details, images, read, tree


@pytest.mark.slow
def test_two_hundred_pages(tmp_path):
    files = images(tmp_path / "pages", [f"{place:03}.png" for place in range(200)])
    output = read(files, (P.binarize(),), "word " * 150)
    target = tmp_path / "report.html"
    written = save_report(output, target, limit=500_000)
    beside = tmp_path / "report_files"
    assert written[0] == target
    assert sorted(written[1:]) == sorted(beside.iterdir())
    assert len(written) == 1 + 600
    assert target.stat().st_size < 200 * 40_000
    thumbs = tree(target).xpath("//img")
    assert len(thumbs) == 400
    assert all(item.get("loading") == "lazy" for item in thumbs)
    assert all((tmp_path / item.get("src")).is_file() for item in thumbs)


def test_few_pictures_are_in_the_file_and_many_beside_it(tmp_path):
    pages = images(tmp_path / "pages")
    target, beside = tmp_path / "my report.html", tmp_path / "my report_files"
    files = save_report(read(pages), target, limit=1)
    assert files == [target, *sorted(beside.iterdir(), key=files.index)]
    told = details(target)
    assert all(name.startswith("my%20report_files/ocrprep-") for page in told for name in page["pictures"])
    assert save_report(read(pages), target) == [target]
    assert not beside.exists()


def test_only_our_own_pictures_are_removed(tmp_path):
    pages = images(tmp_path / "pages")
    target, beside = tmp_path / "r.html", tmp_path / "r_files"
    beside.mkdir()
    (beside / "mine.png").write_bytes(b"mine")
    (beside / f"ocrprep-{'0' * 20}.webp").write_bytes(b"of an older report")
    files = save_report(read(pages), target, limit=1)
    assert {item.name for item in beside.iterdir()} == {"mine.png", *(file.name for file in files[1:])}
    save_report(read(pages), target)
    assert [item.name for item in beside.iterdir()] == ["mine.png"]


@pytest.mark.parametrize("limit", [1, 10**9])
def test_after_an_error_everything_is_as_before(tmp_path, monkeypatch, limit):
    pages = images(tmp_path / "pages")
    target = tmp_path / "r.html"
    target.write_text("before")

    def fails(*args):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(_html, "_data", fails)
    with pytest.raises(RuntimeError, match="in the middle"):
        save_report(read(pages), target, limit=limit)
    assert target.read_text() == "before"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["pages", "r.html"]


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path):
    pages = images(tmp_path / "pages")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        save_report(read(pages), tmp_path / "file" / "r.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(OutputError):
        save_report(read(pages), tmp_path / "folder.html")


# --- true texts -------------------------------------------------------------------------------------------------------


def test_texts_are_found_beside_their_images(tmp_path):
    names = ("a.png", "b.png", "c.png")
    sources = [Source(str(path)) for path in images(tmp_path, names)]
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("another one")
    (tmp_path / "b.gt.txt").write_text("\ufefftwo", encoding="utf-8")
    assert truths_of(sources) == ["one", "two", None]
    assert truths_of([Source("<array>"), Source("ftp://a/a.png"), Source("gone.png")]) == [None] * 3


def test_texts_of_a_document_are_in_parts(tmp_path):
    document = images(tmp_path, ["d.png"])[0]
    sources = [Source(str(document), place, 2) for place in range(2)]
    for text, parts in (("one\fzwei\f", ["one", "zwei"]), ("one", [None, None]), ("\ftwo", [None, "two"])):
        (tmp_path / "d.txt").write_text(text)
        assert truths_of(sources) == parts


def test_texts_may_lie_in_a_folder(tmp_path):
    (tmp_path / "one.txt").write_text("one")
    assert truths_of([Source("letters.zip!in/one.png"), Source("two.png")], tmp_path) == ["one", None]
    with pytest.raises(InputError, match="no folder"):
        truths_of([], tmp_path / "nowhere")
    (tmp_path / "one.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(InputError, match="UTF-8"):
        truths_of([Source("one.png")], tmp_path)
