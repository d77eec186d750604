"""Folders and archives: what is taken and in which order, what is left out, and what is made to do harm."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from ocrprep.errors import DecodeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.inputs import InputType, OcrInput, blobs
from ocrprep.inputs import zip as zip_door
from ocrprep.inputs.natural import natural_key
from ocrprep.limits import Limits
from ocrprep.result import PageFailure
from tests import samples_for_inputs as samples
from tests.pages import text_gray

PNG = samples.encoded(Image.fromarray(text_gray(120, 80)), "PNG")


def uris(batch) -> list[str]:
    return [one.source.uri.rpartition("!")[2] for one in batch]


def pixels(count: int, size: int) -> bytes:
    """A picture that packs to nothing: ``count`` bytes of raw white."""
    return b"P5 %d %d 255\n" % (size, count // size) + b"\xff" * count


# Archives


def test_members_come_in_natural_order_of_their_paths_and_other_files_are_left_out():
    data = samples.zipped(
        {
            "page10.png": PNG, "page2.png": PNG, "b/2.tif": samples.tiff(2), "b/1.png": PNG,
            "a/deep/er/x.PNG": PNG, "noextension": PNG, "text": b"no picture", "readme.txt": b"hello",
            "notes.xml": b"<a/>",
            "__MACOSX/._page2.png": b"junk", ".hidden/x.png": b"junk", "b/.DS_Store": b"junk", "Thumbs.db": b"junk",
        }
    )  # fmt: skip
    batch = OcrInput(InputType.ZIP).add(data, name="scans.zip")
    assert uris(batch) == ["a/deep/er/x.PNG", "b/1.png", "b/2.tif", "b/2.tif", "noextension", "page2.png", "page10.png"]
    assert batch[0].source.uri == "scans.zip!a/deep/er/x.PNG"
    assert batch[0].source.stem == "x"
    assert batch[0].source.sha256 == OcrInput().add(PNG)[0].source.sha256


def test_a_damaged_member_fails_in_its_place():
    data = samples.zipped({"1.png": PNG, "2.png": PNG[: len(PNG) // 2], "3.png": b"", "4.pdf": b"no", "5.png": PNG})
    batch = OcrInput(on_error="collect").add(data)
    failed = [isinstance(one, PageFailure) for one in batch]
    assert failed == [False, True, True, True, False]
    assert "!2.png" in batch[1].message
    assert "empty" in batch[2].message
    batch = OcrInput().add(data)
    with pytest.raises(InputError, match=r"2\.png"):
        list(batch)


def test_archives_inside_archives_up_to_the_limit():
    data = samples.zipped({"x.png": PNG, "y.tif": samples.tiff(2)})
    for depth in range(4):
        batch = OcrInput(on_error="collect", limits=Limits(max_nesting=2)).add(data, name="a.zip")
        if depth <= 2:
            assert len(batch) == 3
            assert [isinstance(one, PageFailure) for one in batch] == [False] * 3
            assert batch[0].source.uri == "a.zip" + "!in.zip" * depth + "!x.png"
        else:
            assert "max_nesting" in batch[0].message
            assert len(batch) == 1
        data = samples.zipped({"in.zip": data})
    with pytest.raises(InputError, match="max_nesting"):
        list(OcrInput(limits=Limits(max_nesting=0)).add(samples.zipped({"in.zip": samples.zipped({"x.png": PNG})})))


def test_an_inner_archive_is_unpacked_once_however_many_pages_it_has(monkeypatch):
    unpacked = []
    original = zip_door.Member.open
    monkeypatch.setattr(zip_door.Member, "open", lambda self: unpacked.append(self.uri) or original(self))
    inner = samples.zipped({f"{i}.png": PNG for i in range(20)})
    batch = OcrInput().add(samples.zipped({"in.zip": inner}), name="a.zip")
    unpacked.clear()
    assert len(list(batch)) == 20
    assert unpacked.count("a.zip!in.zip") <= 2


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/etc/evil.png", "C:\\evil.png", "..\\evil.png", "C:/evil.png"]
)
def test_names_that_lead_out_of_the_archive_are_refused_in_their_place(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    batch = OcrInput(on_error="collect").add(samples.zipped({name: PNG, "good.png": PNG}))
    failures = [one for one in batch if isinstance(one, PageFailure)]
    assert len(batch) == 2
    assert len(failures) == 1
    assert "leads out" in failures[0].message
    assert list(tmp_path.iterdir()) == []


def test_links_in_an_archive_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    batch = OcrInput(on_error="collect").add(stream.getvalue())
    assert "a link" in batch[0].message


def test_bombs_are_refused_before_they_are_unpacked(monkeypatch):
    bomb = samples.zipped({"bomb.pgm": pixels(12_000_000, 3000), "good.png": PNG})
    monkeypatch.setattr(zip_door.Member, "open", lambda _: pytest.fail("unpacked"))
    with pytest.raises(InputLimitError, match="max_total_bytes"):
        OcrInput(limits=Limits(max_total_bytes=10_000_000)).add(bomb)
    monkeypatch.undo()
    batch = OcrInput(limits=Limits(max_ratio=100), on_error="collect").add(bomb)
    assert "max_ratio" in batch[0].message
    assert not isinstance(batch[1], PageFailure)
    assert OcrInput(limits=Limits(max_ratio=2000)).add(bomb)[0].width == 3000


def test_a_blank_page_that_packs_very_well_is_no_bomb():
    blank = pixels(8_700_000, 2480)
    assert not isinstance(OcrInput().add(samples.zipped({"a.pgm": blank}))[0], PageFailure)


def test_the_bytes_of_inner_archives_count_as_well():
    inner = samples.zipped({"a.pgm": pixels(3_000_000, 1000)})
    data = samples.zipped({f"{i}.zip": inner for i in range(4)})
    batch = OcrInput(limits=Limits(max_total_bytes=10_000_000), on_error="collect").add(data)
    assert [isinstance(one, PageFailure) for one in batch] == [False, False, False, True]
    assert "max_total_bytes" in batch[-1].message
    # Each walk has its own budget.
    assert len(batch) == len(list(batch)) == 4


def test_more_files_than_allowed():
    data = samples.zipped({f"{i}.txt": b"" for i in range(20)} | {"a.png": PNG})
    with pytest.raises(InputLimitError, match="max_items"):
        OcrInput(limits=Limits(max_items=20)).add(data)
    assert len(OcrInput(limits=Limits(max_items=21)).add(data)) == 1


def test_a_table_of_contents_that_is_too_long_is_refused_unread(monkeypatch):
    data = samples.zipped({f"{'x' * 200}{i}.png": b"" for i in range(20)})
    monkeypatch.setattr(zip_door.zipfile, "ZipFile", lambda *_: pytest.fail("read"))
    with pytest.raises(InputLimitError, match="max_items"):
        OcrInput(limits=Limits(max_items=2)).add(data)


def test_a_member_that_is_longer_than_the_table_of_contents_says():
    # The table says 100 bytes; what follows is never read, and the checksum does not fit.
    data = samples.stored_zip("a.png", PNG, size=100)
    batch = OcrInput(on_error="collect").add(data)
    assert isinstance(batch[0].error, DecodeError)


def test_a_member_without_a_name():
    data = samples.stored_zip("", PNG)
    assert "leads out" in OcrInput(on_error="collect").add(data)[0].message


def test_locked_archives():
    data = samples.locked_zip("a.png", PNG, b"key")
    with pytest.raises(DecodeError, match=r"locked with a password.*password="):
        OcrInput().add(data)
    assert OcrInput(password="key").add(data)[0].width == 120
    wrong = OcrInput(password="wrong", on_error="collect").add(data)
    assert isinstance(wrong[0].error, InputError)


def test_archives_without_pages_and_archives_that_are_something_else():
    with pytest.raises(InputError, match="no images or documents"):
        OcrInput().add(samples.zipped({"readme.txt": b"x"}))
    with pytest.raises(InputError, match="no images or documents"):
        OcrInput().add(samples.zipped({}))
    for name in ("[Content_Types].xml", "mimetype"):
        with pytest.raises(UnsupportedFormatError, match="PDF first"):
            OcrInput().add(samples.zipped({name: b"x", "word/media/image1.png": PNG}))


def test_a_truncated_archive_is_an_error_at_once():
    data = samples.zipped({"1.png": PNG, "2.png": PNG})
    with pytest.raises(DecodeError):
        OcrInput().add(data[:-30])


def test_large_members_wait_on_disk_and_leave_nothing_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(blobs, "MEMORY_BYTES", 100)
    monkeypatch.setattr(zip_door, "MEMORY_BYTES", 100)
    batch = OcrInput().add(io.BytesIO(samples.zipped({"a.tif": samples.tiff(3), "b.pdf": samples.pdf(2)})))
    assert len(list(tmp_path.iterdir())) == 1
    assert len(list(batch)) == 5
    assert [samples.number_of(one.pixels) for one in batch][:3] == [0, 1, 2]
    batch.clear()
    assert not any(tmp_path.iterdir())


def test_a_range_of_the_pages_of_an_archive():
    data = samples.zipped({"1.tif": samples.tiff(3), "2.tif": samples.tiff(2)})
    batch = OcrInput().add(data, 2, 2)
    assert uris(batch) == ["1.tif", "2.tif"]
    with pytest.raises(InputError, match="are 5 pages"):
        OcrInput().add(data, 4, 2)


# Folders


@pytest.fixture
def folder(tmp_path):
    for name, data in {
        "page10.png": PNG, "page2.png": PNG, "sub/inner.tif": samples.tiff(2), "sub/.hidden.png": PNG,
        "notes.txt": b"x",
        "scan": PNG, "data": b"no picture", ".secret.png": PNG, ".cache/x.png": PNG, "multi.tif": samples.tiff(2),
        "more.zip": samples.zipped({"x.png": PNG}),
    }.items():  # fmt: skip
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "in"


def relative(batch, folder: Path) -> list[str]:
    return [one.source.uri.removeprefix(f"{folder}{os.sep}") for one in batch]


def test_files_of_a_folder(folder):
    batch = OcrInput(InputType.DIRECTORY).add(folder)
    assert relative(batch, folder) == ["more.zip!x.png", "multi.tif", "multi.tif", "page2.png", "page10.png", "scan"]
    deep = OcrInput(InputType.DIRECTORY, recursive=True).add(str(folder))
    assert len(deep) == 8
    assert relative(deep, folder)[-2:] == ["sub/inner.tif"] * 2


def test_a_damaged_file_of_a_folder_fails_in_its_place(folder):
    (folder / "page2.png").write_bytes(PNG[:200])
    batch = OcrInput(on_error="collect").add(folder)
    assert [isinstance(one, PageFailure) for one in batch] == [False, False, False, True, False, False]
    assert batch[3].source.uri == str(folder / "page2.png")


def test_folders_without_pages_and_missing_ones(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no images or documents"):
        OcrInput().add(tmp_path / "empty")
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    with pytest.raises(InputError, match="recursive=True"):
        OcrInput().add(tmp_path / "outer")
    with pytest.raises(InputError, match="no such folder"):
        OcrInput(InputType.DIRECTORY).add(tmp_path / "absent")
    with pytest.raises(InputLimitError, match="max_items"):
        OcrInput(limits=Limits(max_items=2)).add(folder)


def test_links_to_folders_are_not_followed(folder):
    (folder / "sub" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "linked.png").symlink_to(folder / "page2.png")
    batch = OcrInput(recursive=True).add(folder)
    assert len(batch) == 9


def test_natural_order():
    names = ["b1", "a10", "a9", "a09b", "A2", "a/10", "a/9", "1", "02", "9" * 5000, "x"]
    ordered = sorted(names, key=natural_key)
    assert ordered == ["1", "02", "9" * 5000, "a/9", "a/10", "A2", "a9", "a09b", "a10", "b1", "x"]


# Damage


@pytest.mark.parametrize("seed", range(3))
def test_no_damage_of_an_archive_lets_another_error_out(seed):
    inner = samples.zipped({"x.pdf": samples.pdf(1)})
    data = samples.zipped({"1.png": PNG, "in/2.tif": samples.tiff(2), "3.zip": inner})
    limits = Limits(max_pixels=1_000_000, max_total_bytes=10_000_000)
    chance = random.Random(seed)
    for _ in range(20):
        changed = bytearray(data)
        # Most of the damage where the structure is: in the table of contents at the end.
        place = chance.randrange(len(data) - 400, len(data)) if chance.random() < 0.7 else chance.randrange(len(data))
        changed[place] ^= 1 << chance.randrange(8)
        for one in OcrInput(on_error="collect", limits=limits).add(bytes(changed)):
            assert not isinstance(one, PageFailure) or isinstance(one.error, InputError)
    for length in range(0, len(data), len(data) // 15):
        for one in OcrInput(on_error="collect", limits=limits).add(data[:length]):
            assert isinstance(one.error, InputError)


def test_a_zip64_table_of_contents_is_measured_too():
    data = samples.zipped({"a.png": PNG})
    end = data.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    huge = 10**15
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, huge, start)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    with pytest.raises(DecodeError, match="table of contents"):
        OcrInput().add(data[:end] + record + locator + tail)
