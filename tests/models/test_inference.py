"""A network walks over pages of any size without seams."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ocrprep.errors import ModelError
from ocrprep.evaluation import _memory
from ocrprep.models import find_model
from ocrprep.models.backends import opened
from ocrprep.models.inference import WHOLE_PAGE_LIMIT, grid, learned
from ocrprep.models.manifest import Manifest
from ocrprep.models.normalization import normalize
from tests import pages
from tests.models import small

SCAN = np.ascontiguousarray(pages.scan_rgb(330, 270)[..., 0])
SEAM = 0.001


def with_(tmp_path, **changes):
    return find_model(small.write(tmp_path, **changes))


def different(one, other) -> float:
    return float((one != other).mean())


def test_it_finds_the_ink(model_file):
    page = pages.text_gray(240, 150)
    mask, backend = learned(page, find_model(model_file))
    assert set(np.unique(mask)) == {0, 255}
    assert different(mask == 0, page < 130) < 0.05
    assert backend


def test_one_part_by_hand(tmp_path):
    """A page that is one part: the network on the page with its mirror image around."""
    model = with_(tmp_path, tile=512)
    page = SCAN[:40, :52].copy()
    rim = 6
    shown = np.pad(normalize(page), ((0, 0), (rim, rim), (rim, rim)), mode="reflect")
    maps = opened(model).run(np.ascontiguousarray(shown[None]))[0, :, rim:-rim, rim:-rim]
    assert np.array_equal(learned(page, model)[0], np.where(maps[0] >= 0.5, 0, 255))
    assert np.array_equal(learned(page, model, "gray")[0], np.rint(255 * (1 - maps[1])))


@pytest.mark.parametrize("tile", [32, 48, 64, 100, 200])
@pytest.mark.parametrize("output", ["mask", "gray"])
def test_parts_make_the_same_page_as_the_whole(tmp_path, tile, output):
    (tmp_path / "whole").mkdir()
    whole, _ = learned(SCAN, with_(tmp_path / "whole", tile=4096), output)
    parts, _ = learned(SCAN, with_(tmp_path, tile=tile), output)
    # Nothing but rounding may differ, as the margin is wider than the network's reach.
    assert np.abs(whole.astype(int) - parts.astype(int)).max() <= (1 if output == "gray" else 0)


def test_a_margin_narrower_than_the_reach_would_show(tmp_path):
    """The test above can fail: without a margin there are seams."""
    (tmp_path / "whole").mkdir()
    whole, _ = learned(SCAN, with_(tmp_path / "whole", tile=4096), "gray")
    parts, _ = learned(SCAN, with_(tmp_path, tile=32, halo=0), "gray")
    assert different(whole, parts) > 10 * SEAM


@pytest.mark.parametrize("shift", [(16, 0), (0, 16), (16, 16), (48, 30)])
def test_a_page_moved_by_part_of_a_tile_gives_the_same_mask(tmp_path, shift):
    model = with_(tmp_path, tile=32)
    down, right = shift
    # The statistics of the moved page are the page's own: what comes in at one side leaves at the other.
    wide = np.tile(SCAN, (3, 3))
    height, width = SCAN.shape
    one, other = (wide[top : top + 2 * height, left : left + 2 * width].copy() for top, left in ((0, 0), (down, right)))
    first, second = (learned(page, model)[0] for page in (one, other))
    inner = slice(110, height), slice(110, width)
    assert different(first[down:, right:][inner], second[inner]) <= SEAM


SIZES = [(1, 1), (1, 7), (9, 1), (2, 3), (31, 33), (64, 64), (65, 64), (5, 400), (301, 3), (127, 129)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("backend", ["onnxruntime", "opencv"])
@pytest.mark.parametrize("changes", [{}, {"tile": 0}, {"multiple": 32, "halo": 40}], ids=["parts", "whole", "coarse"])
def test_any_size(tmp_path, size, backend, changes):
    if backend == "onnxruntime":
        pytest.importorskip("onnxruntime")
    page = np.resize(SCAN, size).astype(np.uint8)
    page.flags.writeable = False
    for output in ("mask", "gray"):
        made, _ = learned(page, with_(tmp_path, **changes), output, backend=backend)
        assert made.shape == size
        assert made.dtype == np.uint8


def test_backends_agree_on_the_page(model_file):
    pytest.importorskip("onnxruntime")
    for output in ("mask", "gray"):
        one, other = (learned(SCAN, find_model(model_file), output, backend=b)[0] for b in ("onnxruntime", "opencv"))
        assert np.abs(one.astype(int) - other).max() <= 1 or different(one, other) <= SEAM


def test_a_higher_threshold_leaves_less_ink(model_file):
    ink = [(learned(SCAN, find_model(model_file), threshold=t)[0] == 0).mean() for t in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert ink == sorted(ink, reverse=True)
    assert ink[0] == 1.0
    assert 0 < ink[2] < 0.5


def test_an_output_that_the_model_lacks_is_told(tmp_path):
    model = with_(tmp_path, content=small.graph(outputs=1), outputs=("mask",))
    learned(SCAN, model)
    with pytest.raises(ModelError, match=r"has no output 'gray' \(it has mask\)"):
        learned(SCAN, model, "gray")


def test_a_manifest_of_another_network_is_told(tmp_path):
    model = with_(tmp_path, content=small.graph(outputs=1))
    with pytest.raises(ModelError, match=r"made \[1, 1, .* manifest does not describe it"):
        learned(SCAN, model)


def test_a_whole_page_has_a_limit(tmp_path):
    manifest = with_(tmp_path, tile=0).manifest
    side = int(WHOLE_PAGE_LIMIT**0.5)
    grid(side, side, manifest)
    with pytest.raises(ModelError, match="34 megapixels"):
        grid(side + 1, side + 1, manifest)


@pytest.mark.parametrize("multiple", [1, 16, 32])
@pytest.mark.parametrize("halo", [0, 5, 64, 200])
@pytest.mark.parametrize("tile", [8, 256, 1408])
def test_the_parts_cover_the_page_once_on_the_networks_steps(multiple, halo, tile):
    manifest = Manifest(
        name="a",
        file="a.onnx",
        sha256="0" * 64,
        architecture="a",
        parameters=1,
        multiple=multiple,
        halo=halo,
        tile=tile,
    )
    step = -(-halo // multiple) * multiple
    for size in [(1, 1), (3508, 2480), (4000, 37), (255, 257), (1408, 1408)]:
        axes = grid(*size, manifest)
        for length, axis in zip(size, axes, strict=True):
            assert axis.tile % multiple == 0
            end = 0
            for start, part in axis.parts():
                assert start % multiple == 0
                assert part.start == end
                assert part.stop > part.start
                assert part.start - start >= (step if part.start else 0)
                assert start + axis.tile - part.stop >= (step if part.stop < length else 0)
                end = part.stop
            assert end == length
        most = max(tile, 2 * step + multiple, 2 * 32 + multiple) ** 2
        assert axes[0].tile * axes[1].tile <= most


MEASURE = """
import sys
import numpy as np
from ocrprep.evaluation import _memory
from ocrprep.models import find_model
from ocrprep.models.inference import learned
model = find_model(sys.argv[1])
page = np.tile(np.arange(250, dtype=np.uint8), (1000 * int(sys.argv[2]), 4))
learned(page[:300, :300].copy(), model, backend=sys.argv[3])
before = _memory.highest()
learned(page, model, backend=sys.argv[3])
print(_memory.highest() - before)
"""


@pytest.mark.skipif(_memory.highest() is None, reason="this system does not tell")
@pytest.mark.parametrize("backend", ["onnxruntime", "opencv"])
def test_memory_grows_with_the_answer_alone(tmp_path, backend):
    if backend == "onnxruntime":
        pytest.importorskip("onnxruntime")
    file = small.write(tmp_path, tile=256)
    used = []
    for megapixels in (4, 16):
        command = [sys.executable, "-c", MEASURE, str(file), str(megapixels), backend]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        used.append(float(done.stdout))
    # Twelve megapixels more: their bytes in the answer, a sixteenth of them as two maps of means, as much while these
    # are made. Whole float maps of the page would take a hundred and more.
    assert used[1] - used[0] < 40
