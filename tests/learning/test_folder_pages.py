from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrprep.errors import DecodeError, InputError, OutputError
from ocrprep.learning.data import FolderPages, write_folder
from tests import real_data
from tests.learning import drawn


@pytest.mark.parametrize("clean", [True, False])
def test_what_is_written_is_read(tmp_path, clean):
    folder = tmp_path / "set"
    assert write_folder(folder, drawn.Drawn(3, clean=clean)) == 3
    pages = FolderPages(folder)
    assert len(pages) == 3
    for index in range(3):
        assert drawn.same(pages.example(index), drawn.example(index, clean=clean))
        assert pages.example(index).name == f"page-{index}"
    assert (folder / "pairs.tsv").read_text().splitlines()[:2] == [
        "image\tground_truth",
        "img/page-0.png\tgt/page-0.png",
    ]
    assert (folder / "clean").exists() == clean


def test_soft_masks_are_cut_half_way(tmp_path):
    write_folder(tmp_path, drawn.Drawn(1))
    soft = drawn.example(0).mask.copy()
    soft[0, :2] = 127, 128
    cv2.imwrite(str(tmp_path / "gt" / "page-0.png"), soft)
    assert FolderPages(tmp_path).example(0).mask[0, :3].tolist() == [0, 255, 255]


@pytest.mark.parametrize("part", ["img", "gt", "clean"])
def test_what_is_bad_is_named(tmp_path, part):
    write_folder(tmp_path, drawn.Drawn(2))
    file = tmp_path / part / "page-1.png"
    pages = FolderPages(tmp_path)
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(DecodeError, match=f"{part}.page-1.png"):
        pages.example(1)
    cv2.imwrite(str(file), np.zeros((5, 5), np.uint8))
    with pytest.raises(InputError, match=r"page-1\.png: .*5x5.* pixels in page-1\.png"):
        pages.example(1)
    file.unlink()
    if part == "clean":
        assert pages.example(1).clean is None
    else:
        with pytest.raises(InputError, match=rf"{part}.page-1\.png: no such file"):
            pages.example(1)
    assert drawn.same(pages.example(0), drawn.example(0))
    with pytest.raises(IndexError):
        pages.example(2)


def test_a_folder_without_a_list_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"pairs\.tsv"):
        FolderPages(tmp_path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file"):
        write_folder(tmp_path / "file", drawn.Drawn(1))


@real_data.needs("masks/dibco2009")
def test_a_real_set_is_read():
    pages = FolderPages(real_data.DATA / "masks" / "dibco2009")
    example = pages.example(0)
    assert len(pages) == 10
    assert example.image[example.mask == 0].mean() < example.image[example.mask == 255].mean() - 20
