"""ocrobin's tar files, written and read, and every way in which they may be bad."""

from __future__ import annotations

import gc
import gzip
import io
import os
import pickle
import tarfile

import cv2
import numpy as np
import pytest

from ocrprep.errors import DecodeError, ImageTooLargeError, InputError, InputLimitError, OutputError
from ocrprep.learning.data import Part, TarPages, write_tar
from ocrprep.learning.example import Example
from ocrprep.limits import Limits
from tests.learning import drawn


def png(plane):
    return cv2.imencode(".png", plane)[1].tobytes()


def archive(path, members, mode="w"):
    with tarfile.open(path, mode) as tar:
        for name, data in members:
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.name = name
            body = b"" if isinstance(data, tarfile.TarInfo) else data
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return path


PAGE = drawn.example(1)
GRAY, INK_WHITE = png(PAGE.image), png(255 - PAGE.mask)
GOOD = [("a.gray.png", GRAY), ("a.bin.png", INK_WHITE)]


@pytest.mark.parametrize("ending", [".tar", ".tgz", ".tar.gz"])
@pytest.mark.parametrize("ink", ["white", "black"])
def test_what_is_written_is_read(tmp_path, ending, ink):
    path = tmp_path / "new" / f"pages{ending}"
    assert write_tar(path, drawn.Drawn(3), ink=ink) == 3
    for told in ("auto", ink):
        pages = TarPages(path, ink=told)
        assert len(pages) == 3
        for index in range(3):
            assert drawn.same(pages.example(index), drawn.example(index))
            assert pages.example(index).name == f"page-{index}"
    other = {"white": "black", "black": "white"}[ink]
    assert np.array_equal(TarPages(path, ink=other).example(0).mask, 255 - drawn.example(0).mask)


def test_it_is_ocrobins_format(tmp_path):
    write_tar(tmp_path / "a.tgz", drawn.Drawn(1, clean=False))
    with tarfile.open(tmp_path / "a.tgz", "r:gz") as tar:
        assert tar.getnames() == ["page-0.gray.png", "page-0.bin.png"]
        mask = cv2.imdecode(np.frombuffer(tar.extractfile("page-0.bin.png").read(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(mask, 255 - drawn.example(0).mask)


def test_the_same_pages_give_the_same_bytes(tmp_path):
    for name in ("a.tgz", "b.tgz"):
        write_tar(tmp_path / name, drawn.Drawn(2))
    assert (tmp_path / "a.tgz").read_bytes() == (tmp_path / "b.tgz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tgz", "b.tgz"]


def test_names_are_made_fit_and_kept_apart(tmp_path):
    source = Part(drawn.Drawn(3, name="../dir/page 1.png"), [0, 1, 2])
    write_tar(tmp_path / "a.tar", source)
    pages = TarPages(tmp_path / "a.tar")
    names = [pages.example(index).name for index in range(3)]
    assert names == ["dir_page_1_png", "dir_page_1_png-2", "dir_page_1_png-3"]
    write_tar(tmp_path / "b.tar", drawn.Drawn(1, name=""))
    assert TarPages(tmp_path / "b.tar").example(0).name == "000000"


def test_folders_dots_and_other_members_as_in_webdataset(tmp_path):
    folder = tarfile.TarInfo()
    folder.type = tarfile.DIRTYPE
    members = [("./", folder), ("./A/x.bin.png", INK_WHITE), ("./A/x.json", b"{}"), ("./A/x.gray.png", GRAY)]
    members += [("B/x.gray.png", GRAY), ("B/x.bin.png", INK_WHITE), ("README", b"")]
    pages = TarPages(archive(tmp_path / "a.tar", members))
    assert [pages.example(index).name for index in range(2)] == ["A/x", "B/x"]


def test_several_shards_and_other_endings(tmp_path):
    paths = [
        archive(tmp_path / f"{shard}.tar", [(f"{shard}.img.png", GRAY), (f"{shard}.lines.png", INK_WHITE)])
        for shard in "ab"
    ]
    pages = TarPages(paths, image="img.png", mask="lines.png")
    assert [pages.example(index).name for index in range(len(pages))] == ["a", "b"]
    assert pages.example(0).clean is None
    with pytest.raises(ValueError, match="different endings"):
        TarPages(paths, image="img.png", mask="img.png")
    with pytest.raises(ValueError, match="at least one archive"):
        TarPages([])


def test_soft_masks_are_cut_half_way_and_colours_become_gray(tmp_path):
    soft = np.array([[0, 127, 128, 255]], np.uint8)
    colour = np.dstack([np.full((1, 4), 200, np.uint8)] * 3)
    pages = TarPages(archive(tmp_path / "a.tar", [("a.gray.png", png(colour)), ("a.bin.png", png(soft))]), ink="white")
    assert pages.example(0).mask.tolist() == [[255, 255, 0, 0]]
    assert pages.example(0).image.tolist() == [[200] * 4]


@pytest.mark.parametrize("level", [0, 255])
def test_a_mask_of_one_level_has_no_ink(tmp_path, level):
    flat = png(np.full(PAGE.image.shape, level, np.uint8))
    pages = TarPages(archive(tmp_path / "a.tar", [("a.gray.png", GRAY), ("a.bin.png", flat)]))
    assert (pages.example(0).mask == 255).all()


def bad(tmp_path, members, **options):
    path = members if isinstance(members, os.PathLike) else archive(tmp_path / "bad.tar", members)
    pages = TarPages(path, **options)
    return pages.example(0)


def link(kind):
    info = tarfile.TarInfo()
    info.type, info.linkname = kind, "/etc/hostname"
    return info


@pytest.mark.parametrize(
    ("members", "error", "message"),
    [
        (GOOD[:1], InputError, r"bad\.tar!a\.gray\.png: its partner a\.bin\.png is missing"),
        (GOOD[1:], InputError, r"bad\.tar!a\.bin\.png: its partner a\.gray\.png is missing"),
        ([*GOOD, ("A/b.bin.png", GRAY)], InputError, r"bad\.tar!A/b\.bin\.png: its partner b\.gray\.png"),
        ([*GOOD, GOOD[0]], InputError, r"bad\.tar!a\.gray\.png: the archive has two members"),
        ([("readme", b"x")], InputError, r"bad\.tar: no members that end in \.gray\.png and \.bin\.png"),
        ([], InputError, "no members"),
        ([GOOD[0], ("a.bin.png", b"")], DecodeError, r"bad\.tar!a\.bin\.png: the file is empty"),
        ([GOOD[0], ("a.bin.png", INK_WHITE[: len(INK_WHITE) // 2])], DecodeError, r"bad\.tar!a\.bin\.png"),
        ([GOOD[0], ("a.bin.png", b"text")], InputError, r"bad\.tar!a\.bin\.png"),
        ([GOOD[0], ("a.bin.png", png(PAGE.mask[:-1]))], InputError, r"a\.bin\.png: 80x59 but 80x60 pixels in a\.gray"),
        ([*GOOD, ("a.clean.png", png(PAGE.mask[:, 2:]))], InputError, r"a\.clean\.png: 78x60 but 80x60"),
        ([GOOD[0], ("a.bin.png", link(tarfile.SYMTYPE))], InputError, r"a\.bin\.png: a link or a device"),
        ([GOOD[0], ("a.bin.png", link(tarfile.LNKTYPE))], InputError, r"a\.bin\.png: a link or a device"),
        ([GOOD[0], ("a.bin.png", link(tarfile.FIFOTYPE))], InputError, r"a\.bin\.png: a link or a device"),
    ],
)
def test_what_is_bad_is_named(tmp_path, members, error, message):
    with pytest.raises(error, match=message):
        bad(tmp_path, members)


def test_missing_foreign_and_truncated_archives(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        TarPages(tmp_path / "none.tar")
    whole = archive(tmp_path / "a.tar", GOOD).read_bytes()
    second = whole.index(b"a.bin.png")
    with_hole = whole[:second] + bytes(512) + whole[second + 512 :]
    with_noise = whole[:second] + b"\x07" * 512 + whole[second + 512 :]
    (tmp_path / "nonsense.tar").write_bytes(b"\x00\x01nonsense" * 200)
    (tmp_path / "empty.tar").write_bytes(b"")
    (tmp_path / "cut.tar").write_bytes(whole[:3000])
    (tmp_path / "hole.tar").write_bytes(with_hole)
    (tmp_path / "noise.tar").write_bytes(with_noise)
    (tmp_path / "cut.tgz").write_bytes(gzip.compress(whole)[:-30])
    (tmp_path / "bad.tgz").write_bytes(gzip.compress(whole)[:40] + bytes(200))
    for name in ("nonsense.tar", "empty.tar", "cut.tar", "hole.tar", "noise.tar", "cut.tgz", "bad.tgz"):
        with pytest.raises(DecodeError, match=rf"{name}(!a\.\S*)?: "):
            TarPages(tmp_path / name)


def test_an_archive_that_shrinks_later_is_seen(tmp_path):
    path = archive(tmp_path / "a.tar", GOOD)
    pages = TarPages(path)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(DecodeError, match=r"a\.tar!a\.gray\.png: truncated"):
        pages.example(0)


def test_limits(tmp_path):
    with pytest.raises(InputLimitError, match="max_items = 1 "):
        bad(tmp_path, GOOD, limits=Limits(max_items=1))
    with pytest.raises(ImageTooLargeError, match=r"a\.gray\.png"):
        bad(tmp_path, GOOD, limits=Limits(max_pixels=100))
    packed = tmp_path / "a.tgz"
    packed.write_bytes(gzip.compress(archive(tmp_path / "a.tar", GOOD).read_bytes()))
    with pytest.raises(InputLimitError, match="max_total_bytes = 5000"):
        TarPages(packed, limits=Limits(max_total_bytes=5000))


def test_bombs_are_not_unpacked(tmp_path):
    bomb = tmp_path / "bomb.tgz"
    with gzip.open(bomb, "wb") as stream:
        for _ in range(30):
            stream.write(bytes(1 << 20))
    with pytest.raises(InputLimitError, match="max_ratio = 100 "):
        TarPages(bomb, limits=Limits(max_ratio=100))


def test_names_as_long_as_an_archive_are_not_read(tmp_path):
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 5_000_000
    path = tmp_path / "a.tar"
    path.write_bytes(info.tobuf() + bytes(b"a" * 5_000_000))
    with pytest.raises(DecodeError, match="a name of 5000000 bytes"):
        TarPages(path)


def test_the_unpacked_copy_lives_as_long_as_the_source_and_is_shared(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    write_tar(tmp_path / "a.tgz", drawn.Drawn(2))
    pages = TarPages(tmp_path / "a.tgz")
    assert len(list(folder.iterdir())) == 1
    other = pickle.loads(pickle.dumps(pages))
    del other
    gc.collect()
    assert drawn.same(pages.example(1), drawn.example(1))
    del pages
    gc.collect()
    assert not list(folder.iterdir())
    (tmp_path / "cut.tgz").write_bytes((tmp_path / "a.tgz").read_bytes()[:-30])
    with pytest.raises(DecodeError):
        TarPages(tmp_path / "cut.tgz")
    assert not list(folder.iterdir())


def test_writing_fails_with_the_path_and_leaves_nothing(tmp_path):
    with pytest.raises(OutputError, match=r"a\.zip: a data set is written as"):
        write_tar(tmp_path / "a.zip", drawn.Drawn(1))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file"):
        write_tar(tmp_path / "file" / "a.tar", drawn.Drawn(1))
    (tmp_path / "b.tar").write_bytes(b"before")

    class Failing(drawn.Drawn):
        def example(self, index):
            if index:
                raise InputError("gone")
            return super().example(index)

    with pytest.raises(InputError, match="gone"):
        write_tar(tmp_path / "b.tar", Failing(2))
    assert (tmp_path / "b.tar").read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.tar", "file"]


def test_inverted_pages_need_to_be_told(tmp_path):
    class Inverted(drawn.Drawn):
        def example(self, index):
            page = super().example(index)
            return Example(255 - page.image, page.mask)

    path = tmp_path / "a.tar"
    write_tar(path, Inverted(2))
    mask = drawn.example(1).mask
    assert np.array_equal(TarPages(path).example(1).mask, 255 - mask)
    assert np.array_equal(TarPages(path, ink="white").example(1).mask, mask)
