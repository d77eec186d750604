import io
import stat
import threading
import warnings
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from ocrprep.batch import Pages
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, OutputError
from ocrprep.filters import registry
from ocrprep.filters.base import Orientation
from ocrprep.filters.threshold import Threshold
from ocrprep.outputs import ImageProcessing, RenderedPages, saving
from ocrprep.outputs.encode import encode
from ocrprep.outputs.names import Names, safe_stem
from ocrprep.page import Page, PageRef, PixelMode, Source
from ocrprep.result import PageFailure
from ocrprep.testing import FakeRecognizer
from tests.pages import page, scan_rgb, text_gray

MODES = {"binary": text_gray(61, 40) > 130, "gray": text_gray(61, 40), "rgb": scan_rgb(61, 40)}


def named(uri: str, index: int = 0, count: int = 1, pixels=None) -> Page:
    made = page(text_gray(60, 40) if pixels is None else pixels)
    return replace(made, source=Source(uri, index, count))


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def chain(*filters) -> FilterChain:
    return FilterChain(filters)


# What a file holds.


@pytest.mark.parametrize(
    ("image_format", "mode", "expected", "compression"),
    [
        ("png", "binary", "1", None),
        ("png", "gray", "L", None),
        ("png", "rgb", "RGB", None),
        ("tiff", "binary", "1", "group4"),
        ("tiff", "gray", "L", "tiff_lzw"),
        ("tiff", "rgb", "RGB", "tiff_lzw"),
        ("webp", "rgb", "RGB", None),
    ],
)
def test_formats_without_loss_keep_every_pixel_in_as_few_bits(tmp_path, image_format, mode, expected, compression):
    original = page(MODES[mode])
    (saved,) = ImageProcessing.save(original, tmp_path, format=image_format)
    with Image.open(saved.path) as opened:
        assert opened.mode == expected
        assert opened.format == image_format.upper()
        assert opened.info.get("compression") == compression
        pixels = np.asarray(opened)
    assert np.array_equal(pixels * np.uint8(255) if expected == "1" else pixels, original.pixels)
    assert saved.bytes == saved.path.stat().st_size


@pytest.mark.parametrize("mode", MODES)
def test_jpeg_is_near_and_quality_has_its_price(tmp_path, mode):
    original = page(MODES[mode])
    (good,) = ImageProcessing.save(original, tmp_path / "good", format="jpeg", quality=95)
    (poor,) = ImageProcessing.save(original, tmp_path / "poor", format="jpeg", quality=10)
    assert good.path.name == "made.jpg"
    assert poor.bytes < good.bytes
    with Image.open(good.path) as opened:
        error = np.asarray(opened).astype(float) - original.pixels
    # The eye's tolerance, not ours: JPEG halves the colour's resolution.
    assert np.abs(error).mean() < 6


def test_webp_with_a_quality_loses_something_and_is_smaller():
    original = page(MODES["rgb"])
    assert len(encode(original, "webp", quality=30)) < len(encode(original, "webp"))


@pytest.mark.parametrize("dpi", [(300.0, 300.0), (72.0, 72.0), (204.0, 98.0), (203.2, 203.2)])
def test_the_resolution_is_kept(tmp_path, dpi):
    original = replace(page(MODES["binary"]), dpi=dpi)
    # Half of what a whole pixel per metre is in pixels per inch.
    step = 0.0254 / 2
    for image_format, tolerance in (("png", step), ("tiff", 1e-3), ("jpeg", 0.5)):
        (saved,) = ImageProcessing.save(original, tmp_path, format=image_format)
        with Image.open(saved.path) as opened:
            assert opened.info["dpi"] == pytest.approx(dpi, abs=tolerance), image_format
    for image_format in ("webp", "jpeg"):
        (saved,) = ImageProcessing.save(original, tmp_path, format=image_format)
        with Image.open(saved.path) as opened:
            exif = opened.getexif()
        if image_format == "webp" or dpi[0] != round(dpi[0]):
            assert (float(exif[0x011A]), float(exif[0x011B]), exif[0x0128]) == (*dpi, 2)


def test_a_resolution_from_a_png_goes_into_the_next_png_unchanged(tmp_path):
    (first,) = ImageProcessing.save(page(MODES["gray"], 299.9994), tmp_path / "a")
    with Image.open(first.path) as opened:
        dpi = opened.info["dpi"]
    (second,) = ImageProcessing.save(replace(page(MODES["gray"]), dpi=dpi), tmp_path / "b")
    assert first.path.read_bytes() == second.path.read_bytes()


@pytest.mark.parametrize("image_format", ["png", "tiff", "jpeg", "webp"])
def test_an_unknown_resolution_is_not_made_up(image_format, tmp_path):
    (saved,) = ImageProcessing.save(page(MODES["gray"], None), tmp_path, format=image_format)
    with Image.open(saved.path) as opened:
        # Pillow calls a TIFF without the tag 1 dpi.
        assert image_format == "tiff" or "dpi" not in opened.info
        assert 0x011A not in opened.getexif()


@pytest.mark.parametrize("image_format", ["png", "tiff", "jpeg", "webp"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1)])
def test_the_smallest_pages_can_be_saved(image_format, mode, shape, tmp_path):
    pixels = np.ascontiguousarray(MODES[mode][: shape[0], : shape[1]])
    (saved,) = ImageProcessing.save(page(pixels), tmp_path, format=image_format)
    with Image.open(saved.path) as opened:
        assert opened.size == (shape[1], shape[0])


def test_a_page_that_a_format_cannot_hold_is_an_error_naming_the_file(tmp_path):
    wide = page(np.full((2, 16384), 255, np.uint8))
    with pytest.raises(OutputError, match="16384x2") as caught:
        ImageProcessing.save(wide, tmp_path, format="webp")
    assert caught.value.path == str(tmp_path / "made.webp")
    assert "16383" in caught.value.hint
    assert names(tmp_path) == []


def test_auto_is_tiff_for_tiff_and_png_for_others(tmp_path):
    pages = [named("a.TIF"), named("b.jpg"), named("c.tiff")]
    ImageProcessing.save(pages, tmp_path, format="auto")
    assert names(tmp_path) == ["a.tiff", "b.png", "c.tiff"]


# Names.


def test_files_are_named_after_their_sources_and_pages(tmp_path):
    pages = [named("in/a.png"), named("b.pdf", 0, 12), named("b.pdf", 11, 12)]
    saved = ImageProcessing.save(pages, tmp_path)
    assert names(tmp_path) == ["a.png", "b_p0001.png", "b_p0012.png"]
    assert [(item.path.name, item.source.uri, item.page) for item in saved] == [
        ("a.png", "in/a.png", 1),
        ("b_p0001.png", "b.pdf", 1),
        ("b_p0012.png", "b.pdf", 12),
    ]


def test_sources_of_one_stem_never_overwrite_each_other(tmp_path):
    pages = [named("x/a.png"), named("y/a.jpg"), named("x/a.png"), named("z/A.png")]
    saved = ImageProcessing.save(pages, tmp_path)
    assert [item.path.name for item in saved] == ["a.png", "a_2.png", "a_3.png", "A_4.png"]


def test_all_pages_of_a_document_share_its_stem(tmp_path):
    pages = [named("x/a.tif", 0, 2), named("x/a.tif", 1, 2), *(named("y/a.tif", index, 3) for index in range(3))]
    saved = ImageProcessing.save(pages, tmp_path)
    assert [item.path.name for item in saved] == [
        *("a_p0001.png", "a_p0002.png"),
        *("a_2_p0001.png", "a_2_p0002.png", "a_2_p0003.png"),
    ]


def test_a_name_that_looks_like_a_step_is_not_overwritten(tmp_path):
    pages = [named("a.png"), named("a_01_threshold.png")]
    saved = ImageProcessing.save(Pages(pages, chain(Threshold(120))), tmp_path, steps=True)
    assert [item.path.name for item in saved] == [
        *("a_01_threshold.png", "a.png"),
        *("a_01_threshold_2_01_threshold.png", "a_01_threshold_2.png"),
    ]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("box.zip!../../etc/passwd.png", "passwd"),
        ("https://host/a/scan%20one.png?size=2", "scan%20one"),
        ("<array>", "array"),
        ("C:\\scans\\letter.png", "letter"),
        ("..", "page"),
        ("con.png", "_con"),
        ("a:b*c.png", "a_b_c"),
        ("line\nbreak.png", "line_break"),
        ("caf\udce9.png", "caf_"),
        ("dir/übung – 1.png", "übung – 1"),
    ],
)
def test_stems_are_safe_on_every_file_system(uri, expected):
    assert Names().claim(Source(uri), [".png"]) == expected


def test_long_stems_are_cut_between_letters():
    stem = safe_stem("ü" * 300)
    assert stem == "ü" * 80


# Steps.


def test_steps_are_written_in_order_before_the_page(tmp_path):
    filters = chain(registry()["to_grayscale"](), Threshold(120))
    saved = ImageProcessing.save(Pages([named("b.pdf", 0, 2, MODES["rgb"])], filters), tmp_path, steps=True)
    assert [(item.step, item.path.name) for item in saved] == [
        ("01_to_grayscale", "b_p0001_01_to_grayscale.png"),
        ("02_threshold", "b_p0001_02_threshold.png"),
        (None, "b_p0001.png"),
    ]
    with Image.open(saved[0].path) as first, Image.open(saved[1].path) as second:
        assert (first.mode, second.mode) == ("L", "1")
    assert saved[1].path.read_bytes() == saved[2].path.read_bytes()


def test_without_steps_only_the_page_is_written(tmp_path):
    ImageProcessing.save(Pages([named("a.png")], chain(Threshold(120))), tmp_path)
    assert names(tmp_path) == ["a.png"]


# What was there before.


def test_a_second_run_replaces_the_files_of_the_first(tmp_path):
    ImageProcessing.save(named("a.png"), tmp_path)
    (saved,) = ImageProcessing.save(named("a.png", pixels=MODES["rgb"]), tmp_path)
    assert saved.written
    with Image.open(tmp_path / "a.png") as opened:
        assert opened.mode == "RGB"


def test_error_rename_and_skip(tmp_path):
    (tmp_path / "a.png").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"a\.png.*overwrite="):
        ImageProcessing.save(named("a.png"), tmp_path, overwrite="error")
    (renamed,) = ImageProcessing.save(named("a.png"), tmp_path, overwrite="rename")
    assert renamed.path.name == "a_2.png"

    def load():
        raise AssertionError("a page that is skipped need not be opened")

    (skipped,) = ImageProcessing.save(Pages([PageRef(Source("a.png"), load)]), tmp_path, overwrite="skip")
    assert (skipped.written, skipped.bytes) == (False, 4)
    assert (tmp_path / "a.png").read_bytes() == b"mine"
    (saved,) = ImageProcessing.save(named("new.png"), tmp_path, overwrite="skip")
    assert saved.written


def test_a_page_never_replaces_its_own_source(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(MODES["rgb"]).save(path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="the page comes from"):
        ImageProcessing.save(Pages([path], chain(Threshold(120))), tmp_path)
    assert path.read_bytes() == before
    (saved,) = ImageProcessing.save(Pages([path], chain(Threshold(120))), tmp_path, overwrite="rename")
    assert saved.path.name == "a_2.png"


def test_an_error_leaves_no_half_written_file(tmp_path, monkeypatch):
    ImageProcessing.save(named("a.png"), tmp_path)
    before = (tmp_path / "a.png").read_bytes()
    original = saving.Path.open

    class Full(io.FileIO):
        def write(self, data):
            super().write(bytes(data)[:10])
            raise OSError(28, "No space left on device")

    def full_disk(self, mode="r"):
        return Full(self, "w") if "w" in mode else original(self, mode)

    monkeypatch.setattr(saving.Path, "open", full_disk)
    with pytest.raises(OutputError, match="No space left") as caught:
        ImageProcessing.save([named("a.png"), named("b.png")], tmp_path)
    assert caught.value.path == str(tmp_path / "a.png")
    assert names(tmp_path) == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == before


def test_files_have_the_usual_permissions(tmp_path):
    (saved,) = ImageProcessing.save(named("a.png"), tmp_path)
    usual = tmp_path / "usual"
    usual.touch()
    assert stat.S_IMODE(saved.path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


# Folders and failures.


def test_the_folder_is_made(tmp_path):
    ImageProcessing.save(named("a.png"), tmp_path / "x" / "y")
    assert names(tmp_path / "x" / "y") == ["a.png"]


@pytest.mark.parametrize("on_error", ["raise", "collect"])
def test_a_folder_that_cannot_be_is_an_error_before_the_first_page(tmp_path, on_error):
    (tmp_path / "file").write_text("not a folder")
    opened = []
    refs = [PageRef(Source("a.png"), lambda: opened.append(1) or named("a.png"))]
    with pytest.raises(OutputError) as caught:
        ImageProcessing.save(Pages(refs), tmp_path / "file", on_error=on_error)
    assert caught.value.path == str(tmp_path / "file")
    assert caught.value.exit_code == 8
    assert opened == []


def test_a_target_that_is_a_folder_is_an_error_of_its_page(tmp_path):
    (tmp_path / "a.png").mkdir()
    saved = ImageProcessing.save([named("a.png"), named("b.png")], tmp_path, on_error="collect")
    assert isinstance(saved[0], PageFailure)
    assert isinstance(saved[0].error, OutputError)
    assert str(tmp_path / "a.png") in saved[0].message
    assert names(tmp_path) == ["a.png", "b.png"]


def test_failures_stand_in_their_places(tmp_path):
    def load():
        raise DecodeError("truncated", source="b.png")

    refs = [named("a.png"), PageRef(Source("b.png"), load), named("c.png")]
    saved = ImageProcessing.save(Pages(refs), tmp_path, on_error="collect")
    assert isinstance(saved[1], PageFailure)
    assert [item.source.uri for item in saved] == ["a.png", "b.png", "c.png"]
    assert names(tmp_path) == ["a.png", "c.png"]
    with pytest.raises(DecodeError):
        ImageProcessing.save(Pages(refs), tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"format": "gif"}, {"overwrite": "ask"}, {"quality": 0, "format": "jpeg"}, {"quality": 50}]
)
def test_wrong_options_are_refused_before_anything_is_made(tmp_path, wrong):
    with pytest.raises(ValidationError):
        ImageProcessing.save(named("a.png"), tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()


# Rendering.


def test_render_gives_the_prepared_pages_one_at_a_time():
    opened = []
    refs = [PageRef(Source(name), lambda name=name: opened.append(name) or named(name)) for name in "abc"]
    rendered = ImageProcessing.render(Pages(refs, chain(Threshold(120))))
    assert isinstance(rendered, RenderedPages)
    assert opened == []
    first = next(iter(rendered))
    assert first.mode is PixelMode.BINARY
    assert opened == ["a"]
    assert [item.source.uri for item in rendered] == ["a", "b", "c"]
    assert len(rendered) == 3


class Shelf:
    """A source whose pages can be opened only while the walk stands at them, as those of a PDF."""

    chain = FilterChain()
    on_error = "raise"

    def refs(self):
        current = []
        for name in "abc":
            current[:] = name
            yield PageRef(Source(name), lambda name=name: named(name) if current == [name] else 1 / 0)
        current.clear()


def test_rendered_pages_can_be_picked():
    rendered = ImageProcessing.render(Shelf())
    assert [rendered[index].source.uri for index in (0, 2, -1, -3)] == ["a", "c", "c", "a"]
    for index in (3, -4):
        with pytest.raises(IndexError):
            rendered[index]


def test_rendered_pages_are_a_batch_that_is_not_filtered_twice(tmp_path):
    rendered = ImageProcessing.render(Pages([named("a")], chain(registry()["invert"]())))
    (page_,) = rendered
    (read,) = FakeRecognizer("x").recognize(rendered)
    assert [step.kind for step in read.steps] == ["invert"]
    (saved,) = ImageProcessing.save(rendered, tmp_path)
    with Image.open(saved.path) as opened:
        assert np.array_equal(np.asarray(opened), page_.pixels)


def test_rendering_keeps_failures_in_their_places():
    def load():
        raise DecodeError("truncated", source="b")

    refs = Pages([named("a"), PageRef(Source("b"), load)])
    rendered = list(ImageProcessing.render(refs, on_error="collect"))
    assert isinstance(rendered[1], PageFailure)
    assert isinstance(ImageProcessing.render(refs, on_error="collect")[1], PageFailure)
    with pytest.raises(DecodeError):
        list(ImageProcessing.render(refs))


def test_an_engine_can_be_evidence_for_what_is_saved(tmp_path, monkeypatch):
    asked = []
    original = Threshold.apply_in

    def apply_in(self, pixels, context):
        asked.append(context.evidence.orientation(None))
        return original(self, pixels, context)

    monkeypatch.setattr(Threshold, "apply_in", apply_in)
    fake = FakeRecognizer("x", orientation=Orientation(180, 3.0))
    ImageProcessing.save(Pages([named("a")], chain(Threshold(120))), tmp_path, evidence=fake)
    list(ImageProcessing.render(Pages([named("a")], chain(Threshold(120))), evidence=fake))
    assert asked == [Orientation(180, 3.0)] * 2


def test_saving_from_several_threads_does_not_mix_files_up(tmp_path):
    def work(number):
        ImageProcessing.save(named("a.png", pixels=np.full((9, 9), number, np.uint8)), tmp_path)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert names(tmp_path) == ["a.png"]
    with Image.open(tmp_path / "a.png") as opened:
        assert len(np.unique(np.asarray(opened))) == 1


def test_a_rendered_batch_is_not_sliced():
    rendered = ImageProcessing.render(page(np.zeros((5, 7), np.uint8)))
    with pytest.raises(TypeError, match="not slice"):
        rendered[0:1]
