"""Where files lie, how they are listed, and what images are called."""

import pytest

from ocrprep.distributed.names import ImageNames
from ocrprep.distributed.storage import Storage
from ocrprep.errors import InputError, InputLimitError, OutputError
from ocrprep.inputs import OcrInput
from ocrprep.limits import DEFAULT_LIMITS, Limits
from ocrprep.page import Source
from tests.samples_for_inputs import encoded, picture

PNG = encoded(picture(), "PNG")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inner").mkdir()
    for name in ("page10.png", "page2.png", "bare", "notes.md", ".hidden.png", "inner/a.png", "inner/Thumbs.db"):
        (tmp_path / name).write_bytes(PNG)
    return tmp_path


@pytest.mark.parametrize("recursive", [False, True])
def test_a_folder_is_listed_as_a_batch_lists_it(folder, recursive):
    batch = OcrInput(recursive=recursive).add(str(folder))
    known = [ref.source.uri for ref in batch.refs()]
    assert list(Storage().listed(str(folder), recursive=recursive)) == known
    assert len(known) == (4 if recursive else 3)


def test_a_file_is_itself_also_where_there_is_none(tmp_path):
    missing = str(tmp_path / "missing.png")
    assert list(Storage().listed(missing, recursive=False)) == [missing]
    with pytest.raises(InputError, match=r"missing\.png: cannot be read"):
        Storage().read(missing, DEFAULT_LIMITS)


def test_an_empty_folder_says_so(tmp_path):
    (tmp_path / "inner").mkdir()
    with pytest.raises(InputError, match="recursive=True"):
        list(Storage().listed(str(tmp_path), recursive=False))


def test_a_file_past_the_limit_is_not_read(folder):
    with pytest.raises(InputLimitError, match="max_total_bytes"):
        Storage().read(str(folder / "page2.png"), Limits(max_total_bytes=10))


def test_fsspec_by_address_and_by_hand():
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe("/scans/b/x.png", PNG)
    try:
        by_address = Storage()
        assert list(by_address.listed("memory://scans", recursive=True)) == ["memory://scans/b/x.png"]
        assert by_address.read("memory://scans/b/x.png", DEFAULT_LIMITS) == PNG
        by_address.write("memory://made/deep/y.bin", b"y")
        assert memory.cat("/made/deep/y.bin") == b"y"
        by_hand = Storage(memory)
        assert list(by_hand.listed("scans", recursive=True)) == ["scans/b/x.png"]
        assert by_hand.read("scans/b/x.png", DEFAULT_LIMITS) == PNG
    finally:
        memory.rm("/scans", recursive=True)
        memory.rm("/made", recursive=True)


def test_an_address_that_no_file_system_knows():
    with pytest.raises(InputError, match="no file system for this address"):
        list(Storage().listed("nowhere://x/y.png", recursive=False))


def test_writing_makes_folders_and_names_what_fails(tmp_path):
    Storage().write(f"{tmp_path}/a/b/c.bin", b"c")
    assert (tmp_path / "a/b/c.bin").read_bytes() == b"c"
    with pytest.raises(OutputError, match=r"a/b/c\.bin"):
        Storage().write(f"{tmp_path}/a/b/c.bin/d", b"d")


def test_a_web_address_shows_no_password_and_reaches_nothing_private():
    address = "http://me:secret@127.0.0.1:9/page.png"
    assert Storage().name(address) == "http://127.0.0.1:9/page.png"
    with pytest.raises(InputError) as caught:
        Storage().read(address, DEFAULT_LIMITS)
    assert "secret" not in str(caught.value)
    assert "allow_private_addresses" in str(caught.value)


def named(inputs, *sources, folder="/out"):
    names = ImageNames.below(folder, inputs)
    return [names.of(source) for source in sources]


def test_images_have_the_places_of_their_sources():
    sources = [
        Source("/in/a/scan.jpg"),
        Source("/in/a/scan.png"),
        Source("/in/b/report.pdf", 2, 30),
        Source("/in/c.zip!lists/x.png"),
        Source("/in/c.zip!lists/inner.zip!x.png"),
    ]
    assert named(["/in/a", "/in/b", "/in/c.zip"], *sources) == [
        "/out/a/scan.jpg",
        "/out/a/scan.png",
        "/out/b/report.pdf_p0003",
        "/out/c.zip/lists/x.png",
        "/out/c.zip/lists/inner.zip/x.png",
    ]


def test_addresses_lose_their_scheme_and_their_bucket():
    assert named(["s3://bucket/scans"], Source("s3://bucket/scans/a/b.png"), folder="s3://other/out/") == [
        "s3://other/out/scans/a/b.png"
    ]


def test_what_file_systems_refuse_is_changed_and_stays_apart():
    first, second = named(["/in"], Source("/in/a:b.png"), Source("/in/a?b.png"))
    assert first != second
    assert ":" not in first
    assert "?" not in second


def test_nothing_leaves_the_folder():
    (place,) = named(["/in"], Source("/in/x.zip!../../evil.png"))
    assert ".." not in place.split("/")
