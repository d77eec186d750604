from __future__ import annotations

import shlex

import numpy as np
import pytest

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.decode import open_image
from ocrprep.errors import ConfigError, OutputError
from ocrprep.studio.exports import exported, read_chain, save_pages
from ocrprep.studio.files import Table
from tests.studio.serving import SAMPLES

P = PreprocessingFilter
CHAIN = FilterChain([P.deskew(), P.sauvola(51, k=0.3), P.threshold(120, area=(1, 2, 30, 40))])


def test_what_is_exported_is_the_chain_again():
    assert FilterChain.from_yaml(exported(CHAIN, "yaml")) == CHAIN
    assert FilterChain.from_python(exported(CHAIN, "python")) == CHAIN
    words = shlex.split(exported(CHAIN, "command", "my page.png"))
    assert words[:5] == ["ocrprep", "clean", "my page.png", "-o", "out"]
    assert FilterChain.from_flags(words[5:]) == CHAIN


@pytest.mark.parametrize(("name", "notation"), [("a.yaml", "yaml"), ("a.PY", "python"), ("a", "yaml")])
def test_a_chain_file_is_loaded_by_its_suffix(name, notation):
    assert read_chain(exported(CHAIN, notation), name) == CHAIN


def test_flags_and_faults():
    assert read_chain("--filter deskew --filter threshold=9", "x.flags") == FilterChain([P.deskew(), P.threshold(9)])
    with pytest.raises(ConfigError, match="thresold"):
        read_chain("ocrprep: 1\nfilters: [thresold]", "x.yaml")
    with pytest.raises(ConfigError):
        read_chain("__import__('os').system('true')", "x.py")


@pytest.fixture
def refs():
    table = Table()
    table.add_path(SAMPLES / "clean.png")
    return [sheet.ref for sheet in table.sheets]


def test_images_are_saved_into_the_folder_and_replace_nothing(refs, tmp_path):
    chain = FilterChain([P.threshold(120)])
    first = save_pages(refs, chain, tmp_path, inner="a/b")
    second = save_pages(refs, chain, tmp_path, inner="a/b")
    assert [item.path.parent for item in first + second] == [tmp_path / "a" / "b"] * 2
    assert first[0].path != second[0].path
    wanted = chain(refs[0].load()).pixels
    assert np.array_equal(open_image(first[0].path)[0].pixels, wanted)


def test_images_are_saved_nowhere_else(refs, tmp_path):
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (folder / "link").symlink_to(outside)
    for inner in ("../out", str(outside), "link"):
        with pytest.raises(OutputError):
            save_pages(refs, FilterChain(), folder, inner=inner)
    assert list(outside.iterdir()) == []
