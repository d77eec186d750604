"""The hinge of the doors: everything that a picture can be becomes a page, or one of our errors."""

from __future__ import annotations

import io
import os
import pickle
import threading
import warnings

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from ocrprep.decode import PixelType, open_image, page_from_array, page_from_pil
from ocrprep.decode.kinds import Kind, sniff, suffix_kind
from ocrprep.errors import DecodeError, ImageTooLargeError, InputError, InputLimitError, UnsupportedFormatError
from ocrprep.limits import Limits
from ocrprep.page import Page, PixelMode
from tests import samples_for_inputs as samples
from tests.pages import text_gray

BINARY, GRAY, RGB = PixelMode.BINARY, PixelMode.GRAY, PixelMode.RGB
IMAGES = samples.images()


def page_of(image, form: str = "PNG", **options) -> Page:
    return open_image(samples.encoded(image, form, **options))[0]


def small(values, mode: str | None = None) -> Image.Image:
    image = Image.fromarray(np.array(values, np.uint8))
    return image.convert(mode) if mode else image


# Forms of giving


@pytest.mark.parametrize("give", ["bytes", "bytearray", "path", "str", "stream", "file"])
def test_every_way_of_giving_a_file_gives_the_same_page(give, tmp_path):
    data = IMAGES["gray.png"]
    path = tmp_path / "page.png"
    path.write_bytes(data)
    expected = text_gray(120, 80)
    with path.open("rb") as file:
        given = {
            "bytes": data,
            "bytearray": bytearray(data),
            "path": path,
            "str": str(path),
            "stream": io.BytesIO(data),
            "file": file,
        }
        page, give_back = open_image(given[give])
        assert not file.closed
    np.testing.assert_array_equal(page.pixels, expected)
    assert page.mode is GRAY
    assert give_back(page) is page
    assert (page.source.width, page.source.height) == (120, 80)
    assert len(page.source.sha256) == 64
    names = {"bytes": "<bytes>", "bytearray": "<bytes>", "stream": "<stream>"}
    assert page.source.uri == names.get(give, str(path))


def test_a_page_stays_itself():
    page = page_from_array(text_gray())
    assert open_image(page)[0] is page


def test_arrays_and_pictures_come_back_as_what_they_were():
    gray = text_gray()
    page, give_back = open_image(gray)
    back = give_back(page)
    assert isinstance(back, np.ndarray)
    assert back.flags.writeable
    back[:] = 0
    assert gray.max() > 0
    for mode, expected in (("1", "1"), ("L", "L"), ("RGB", "RGB"), ("RGBA", "RGB"), ("CMYK", "RGB")):
        page, give_back = open_image(samples.picture(mode))
        assert give_back(page).mode == expected


def test_a_picture_of_one_bit_survives_there_and_back_with_its_dpi():
    image = Image.open(io.BytesIO(samples.encoded(samples.picture("1"), "PNG", dpi=(300, 200))))
    page, give_back = open_image(image)
    back = give_back(page)
    np.testing.assert_array_equal(np.asarray(back), np.asarray(image))
    assert back.info["dpi"] == (300.0, 200.0)


def test_the_same_bytes_have_the_same_fingerprint_and_other_pixels_another():
    assert page_of(small([[1, 2]])).source.sha256 == page_of(small([[1, 2]])).source.sha256
    first, second = page_from_array(np.zeros((2, 3), np.uint8)), page_from_array(np.zeros((3, 2), np.uint8))
    assert first.source.sha256 != second.source.sha256


@pytest.mark.parametrize("thing", [None, 3, object(), io.StringIO("text"), ["page.png"]])
def test_what_is_no_picture_at_all_is_refused_with_a_hint(thing):
    with pytest.raises(UnsupportedFormatError) as caught:
        open_image(thing)
    assert caught.value.hint


# Arrays


@pytest.mark.parametrize(
    ("array", "mode", "expected"),
    [
        (np.array([[True, False]]), BINARY, [[255, 0]]),
        (np.array([[7, 9]], np.uint8), GRAY, [[7, 9]]),
        (np.array([[[7], [9]]], np.uint8), GRAY, [[7, 9]]),
        (np.array([[[1, 2, 3]]], np.uint8), RGB, [[[1, 2, 3]]]),
        (np.array([[[0, 100, 255, 255]]], np.uint8), RGB, [[[0, 100, 255]]]),
        (np.array([[[0, 100, 255, 0]]], np.uint8), RGB, [[[255, 255, 255]]]),
        (np.array([[[0, 100, 255, 51]]], np.uint8), RGB, [[[204, 224, 255]]]),
        (np.array([[0, 257, 128 * 257, 65535]], np.uint16), GRAY, [[0, 1, 128, 255]]),
        (np.array([[128, 129, 65406, 65407]], np.uint16), GRAY, [[0, 1, 254, 255]]),
        (np.array([[[0, 65535, 257]]], ">u2"), RGB, [[[0, 255, 1]]]),
    ],
)
def test_arrays(array, mode, expected):
    page = page_from_array(array)
    assert page.mode is mode
    np.testing.assert_array_equal(page.pixels, expected)


def test_orders_of_channels():
    array = np.array([[[1, 2, 3]]], np.uint8)
    np.testing.assert_array_equal(page_from_array(array, pixel_type=PixelType.BGR).pixels, [[[3, 2, 1]]])
    np.testing.assert_array_equal(page_from_array(array, pixel_type=PixelType.RGB).pixels, [[[1, 2, 3]]])
    with pytest.raises(UnsupportedFormatError, match="RGBA has 4"):
        page_from_array(array, pixel_type=PixelType.RGBA)


@pytest.mark.parametrize(
    ("array", "word"),
    [
        (np.zeros((2, 2)), "astype"),
        (np.zeros((2, 2), np.int32), "uint8"),
        (np.zeros((2, 2, 3), bool), "uint8"),
        (np.zeros((0, 2), np.uint8), "no pixels"),
        (np.zeros((3, 20, 20), np.uint8), "moveaxis"),
        (np.zeros((20, 20, 2), np.uint8), "channels"),
        (np.zeros(20, np.uint8), "height, width"),
        (np.zeros((2, 2), object), "uint8"),
    ],
)
def test_arrays_that_are_no_pictures_say_what_to_do(array, word):
    with pytest.raises(UnsupportedFormatError, match=word):
        page_from_array(array)


def test_an_array_that_is_given_is_never_written_to():
    array = text_gray()
    page = page_from_array(array)
    assert array.flags.writeable
    assert not page.pixels.flags.writeable


# Modes of files


@pytest.mark.parametrize("name", IMAGES)
def test_every_format_gives_what_pillow_sees(name):
    page = open_image(IMAGES[name])[0]
    with Image.open(io.BytesIO(IMAGES[name])) as image:
        expected = np.asarray(image.convert("L" if page.mode is not RGB else "RGB"))
    np.testing.assert_array_equal(page.pixels, expected)
    modes = {"gray.png": GRAY, "gray.pgm": GRAY, "bits.png": BINARY, "bits.pbm": BINARY, "g4.tif": BINARY}
    assert page.mode is modes.get(name, RGB)


def test_opacity_is_laid_on_white():
    rgba = Image.new("RGBA", (1, 1), (0, 100, 255, 51))
    np.testing.assert_array_equal(page_of(rgba).pixels, [[[204, 224, 255]]])
    la = Image.new("LA", (1, 1), (0, 51))
    page = page_of(la)
    assert page.mode is GRAY
    np.testing.assert_array_equal(page.pixels, [[204]])


def test_a_transparent_colour_is_white():
    gray = page_of(small([[10, 20]]), transparency=10)
    np.testing.assert_array_equal(gray.pixels, [[255, 20]])
    rgb = page_of(Image.new("RGB", (1, 1), (1, 2, 3)), transparency=(1, 2, 3))
    np.testing.assert_array_equal(rgb.pixels, [[[255, 255, 255]]])
    deep = Image.fromarray(np.array([[0, 65535]], np.uint16))
    np.testing.assert_array_equal(page_of(deep, transparency=0).pixels, [[255, 255]])


def palette(colours, indices) -> Image.Image:
    image = Image.new("P", (len(indices), 1))
    image.putpalette([value for colour in colours for value in colour])
    image.putdata(indices)
    return image


def test_palettes_give_the_poorest_mode_that_holds_their_colours():
    colour = page_of(palette([(255, 0, 0), (0, 0, 255)], [0, 1]))
    assert colour.mode is RGB
    np.testing.assert_array_equal(colour.pixels, [[[255, 0, 0], [0, 0, 255]]])
    gray = page_of(palette([(9, 9, 9), (200, 200, 200)], [0, 1]))
    assert gray.mode is GRAY
    np.testing.assert_array_equal(gray.pixels, [[9, 200]])
    ink = page_of(palette([(255, 255, 255), (0, 0, 0)], [0, 1]))
    assert ink.mode is BINARY
    np.testing.assert_array_equal(ink.pixels, [[255, 0]])


def test_transparent_entries_of_a_palette_are_white():
    image = palette([(255, 0, 0), (0, 0, 255)], [0, 1])
    np.testing.assert_array_equal(page_of(image, transparency=0).pixels, [[[255, 255, 255], [0, 0, 255]]])
    partly = page_of(image, transparency=bytes([51, 255])).pixels
    np.testing.assert_array_equal(partly, [[[255, 204, 204], [0, 0, 255]]])
    gif = page_of(image, "GIF", transparency=1).pixels
    np.testing.assert_array_equal(gif, [[[255, 0, 0], [255, 255, 255]]])


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
def test_sixteen_bits_are_scaled(form):
    deep = Image.fromarray(np.array([[0, 257, 128 * 257, 65535]], np.uint16))
    page = page_of(deep, form)
    assert page.mode is GRAY
    np.testing.assert_array_equal(page.pixels, [[0, 1, 128, 255]])


def test_the_largest_value_of_a_pnm_is_white():
    page = open_image(b"P5 3 1 1000\n" + np.array([0, 500, 1000], ">u2").tobytes())[0]
    np.testing.assert_array_equal(page.pixels, [[0, 128, 255]])
    np.testing.assert_array_equal(open_image(b"P2 3 1 15\n0 3 15\n")[0].pixels, [[0, 51, 255]])
    np.testing.assert_array_equal(open_image(b"P5 3 1 15\n\x00\x03\x0f")[0].pixels, [[0, 51, 255]])


def test_integers_and_floats_in_memory():
    integers = Image.fromarray(np.array([[0, 65535]], np.int32))
    np.testing.assert_array_equal(page_from_pil(integers).pixels, [[0, 255]])
    np.testing.assert_array_equal(page_from_pil(Image.fromarray(np.array([[0, 200]], np.int32))).pixels, [[0, 200]])
    unit = Image.fromarray(np.array([[0.0, 0.5, 1.0]], np.float32))
    np.testing.assert_array_equal(page_from_pil(unit).pixels, [[0, 128, 255]])
    np.testing.assert_array_equal(page_of(unit, "TIFF").pixels, [[0, 128, 255]])
    for wrong in ([[-1.0, 2.0]], [[np.nan, 1.0]], [[1e9, 0.0]]):
        with pytest.raises(UnsupportedFormatError):
            page_from_pil(Image.fromarray(np.array(wrong, np.float32)))


def test_cmyk_ink_is_dark():
    image = Image.new("CMYK", (2, 1))
    image.putdata([(0, 0, 0, 255), (0, 0, 0, 0)])
    np.testing.assert_array_equal(page_of(image, "TIFF").pixels, [[[0, 0, 0], [255, 255, 255]]])


@pytest.mark.parametrize(
    ("mode", "white"),
    [
        ("YCbCr", (255, 128, 128)),
        ("HSV", (0, 0, 255)),
        ("RGBX", (255, 255, 255, 0)),
        ("RGBa", (0, 0, 0, 0)),
        ("La", (0, 0)),
    ],
)
def test_modes_of_pillow_in_memory(mode, white):
    page = page_from_pil(Image.new(mode, (2, 2), white))
    assert page.mode is (GRAY if mode == "La" else RGB)
    assert page.pixels.min() == 255


def test_a_palette_with_opacity_and_lab_colours():
    layers = Image.new("PA", (1, 1), (0, 51))
    layers.putpalette([255, 0, 0])
    np.testing.assert_array_equal(page_from_pil(layers).pixels, [[[255, 204, 204]]])
    lab = ImageCms.profileToProfile(
        Image.new("RGB", (1, 1), (250, 250, 250)),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    np.testing.assert_allclose(page_from_pil(lab).pixels, [[[250, 250, 250]]], atol=3)


# Orientation and resolution

CORNER = [[0, 255, 255], [255, 255, 255]]
UPRIGHT = {
    1: CORNER,
    2: [[255, 255, 0], [255, 255, 255]],
    3: [[255, 255, 255], [255, 255, 0]],
    4: [[255, 255, 255], [0, 255, 255]],
    5: [[0, 255], [255, 255], [255, 255]],
    6: [[255, 0], [255, 255], [255, 255]],
    7: [[255, 255], [255, 255], [255, 0]],
    8: [[255, 255], [255, 255], [0, 255]],
}


@pytest.mark.parametrize("form", ["PNG", "TIFF", "WEBP", "G4"])
@pytest.mark.parametrize("value", UPRIGHT)
def test_exif_orientation(form, value):
    exif = Image.Exif()
    exif[0x0112] = value
    options = {"PNG": {"exif": exif}, "WEBP": {"exif": exif, "lossless": True}, "TIFF": {"tiffinfo": {0x0112: value}}}
    if form == "G4":
        page = page_of(small(CORNER, "1"), "TIFF", compression="group4", tiffinfo={0x0112: value}, dpi=(300, 200))
    else:
        page = page_of(small(CORNER), form, dpi=(300, 200), **options[form])
    pixels = page.pixels if page.pixels.ndim == 2 else page.pixels[..., 0]
    np.testing.assert_array_equal(pixels, UPRIGHT[value])
    assert (page.source.height, page.source.width) == np.shape(UPRIGHT[value])
    if form != "WEBP":
        assert page.dpi == ((200, 300) if value > 4 else (300, 200))


def test_a_picture_in_memory_is_taken_as_it_is_and_an_opened_file_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = Image.open(io.BytesIO(samples.encoded(small(CORNER), "PNG", exif=exif)))
    np.testing.assert_array_equal(page_from_pil(opened).pixels, UPRIGHT[6])
    np.testing.assert_array_equal(page_from_pil(opened.copy()).pixels, CORNER)


@pytest.mark.parametrize(
    ("form", "options", "expected"),
    [
        ("PNG", {"dpi": (300, 300)}, (300, 300)),
        ("PNG", {"dpi": (204, 98)}, (204, 98)),
        ("PNG", {}, None),
        ("PNG", {"dpi": (1, 1)}, None),
        ("JPEG", {"dpi": (150, 150)}, (150, 150)),
        ("JPEG", {}, None),
        ("TIFF", {"dpi": (600, 300)}, (600, 300)),
        ("TIFF", {"x_resolution": 100.0, "y_resolution": 100.0, "resolution_unit": "cm"}, (254, 254)),
        ("TIFF", {"x_resolution": 2.0, "y_resolution": 1.0, "resolution_unit": 1}, None),
        ("TIFF", {"dpi": (0, 0)}, None),
        ("TIFF", {}, None),
        ("BMP", {"dpi": (200, 200)}, (200, 200)),
        ("GIF", {}, None),
        ("PPM", {}, None),
    ],
)
def test_resolution(form, options, expected):
    page = page_of(samples.picture(), form, **options)
    assert page.dpi == expected


def test_resolution_in_exif_alone_and_exif_without_one():
    exif = Image.Exif()
    exif[0x011A], exif[0x011B], exif[0x0128] = 118.0, 118.0, 3
    assert page_of(samples.picture(), "JPEG", exif=exif).dpi == pytest.approx((299.72, 299.72))
    bare = Image.Exif()
    bare[0x010F] = "maker"
    assert page_of(samples.picture(), "JPEG", exif=bare).dpi is None


# Bad input


def test_zero_bytes_and_other_files_are_named():
    with pytest.raises(DecodeError, match="empty"):
        open_image(b"")
    with pytest.raises(UnsupportedFormatError, match="neither"):
        open_image(b"just some text, nothing else")
    with pytest.raises(UnsupportedFormatError, match=r"PDF file.*InputType\.PDF"):
        open_image(samples.pdf(1))
    with pytest.raises(UnsupportedFormatError, match=r"InputType\.ZIP"):
        open_image(samples.zipped({"a.png": b""}))


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(InputError, match=r"absent\.png: no such file"):
        open_image(tmp_path / "absent.png")
    with pytest.raises(UnsupportedFormatError, match="folder"):
        open_image(tmp_path)
    with pytest.raises(InputError):
        open_image("nul\x00byte.png")
    with pytest.raises(InputError):
        open_image("x" * 5000)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(UnsupportedFormatError, match="pipe"):
            open_image(tmp_path / "pipe.png")


def test_several_pages_where_one_was_asked_for_name_the_type_to_use():
    with pytest.raises(InputError, match=r"3 pages.*InputType\.TIFF"):
        open_image(samples.tiff(3))
    frames = samples.numbered(2)
    with pytest.raises(InputError, match=r"2 pages.*InputType\.AUTO"):
        page_of(frames[0], "GIF", save_all=True, append_images=frames[1:])


def test_the_second_picture_of_a_cameras_file_is_no_page():
    first, second = samples.picture(), samples.picture(width=60, height=40)
    page = page_of(first, "MPO", save_all=True, append_images=[second])
    assert (page.width, page.height) == (120, 80)


def test_too_many_pixels_are_seen_in_the_header():
    with pytest.raises(ImageTooLargeError, match=r"max_pixels"):
        open_image(samples.huge_png())
    with pytest.raises(ImageTooLargeError, match="120x80"):
        open_image(IMAGES["rgb.png"], limits=Limits(max_pixels=9599))
    assert open_image(IMAGES["rgb.png"], limits=Limits(max_pixels=9600))[0].width == 120


def test_the_limit_can_be_raised_past_pillows_own(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    assert open_image(IMAGES["rgb.png"])[0].width == 120
    assert Image.MAX_IMAGE_PIXELS == 1000


def test_pillows_settings_are_put_back_and_a_users_own_do_not_repair_files(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    before = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    data = IMAGES["rgb.png"]
    with pytest.raises(DecodeError):
        open_image(data[: len(data) // 2])
    assert ImageFile.LOAD_TRUNCATED_IMAGES
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


def test_threads_leave_pillows_settings_and_the_warning_filters_as_they_were():
    before = Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    threads = [
        threading.Thread(
            target=lambda limit=limit: [open_image(d, limits=Limits(max_pixels=limit)) for d in IMAGES.values()]
        )
        for limit in (10_000, 20_000, 10**9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Image.MAX_IMAGE_PIXELS, list(warnings.filters)) == before


@pytest.mark.parametrize("name", IMAGES)
def test_half_a_file_is_an_error(name):
    data = IMAGES[name]
    with pytest.raises(InputError) as caught:
        open_image(data[: len(data) // 2])
    assert caught.value.source == "<bytes>"
    assert caught.value.hint


@pytest.mark.parametrize("name", IMAGES)
def test_no_damage_lets_another_error_out(name):
    for data in samples.damaged(IMAGES[name], seed=len(name)):
        found = samples.page_or_error(
            lambda data=data: open_image(data, limits=Limits(max_pixels=2_000_000)), InputError
        )
        assert isinstance(found, InputError) or found[0].pixels.size


def test_errors_survive_a_worker_process():
    error = samples.page_or_error(lambda: open_image(IMAGES["rgb.png"][:99]), InputError)
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.source, copy.hint) == (DecodeError, str(error), "<bytes>", error.hint)


def test_a_stream_that_fails_or_never_ends():
    class Broken(io.RawIOBase):
        def read(self, _size=-1):
            raise OSError("the disk is gone")

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return bytes(size)

    with pytest.raises(DecodeError, match="the disk is gone"):
        open_image(Broken())
    with pytest.raises(InputLimitError, match="max_total_bytes"):
        open_image(Endless(), limits=Limits(max_total_bytes=5_000_000))


# Kinds


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (samples.pdf(1)[:1024], Kind.PDF),
        (b"junk before\n%PDF-1.4", Kind.PDF),
        (b"AT&TFORM\x00\x00\x00\x20DJVU", Kind.DJVU),
        (b"PK\x03\x04", Kind.ZIP),
        (b"II+\x00\x08\x00", Kind.TIFF),
        (b"P4\n1 1\n", Kind.IMAGE),
        (b"P4x", None),
        (b"Pretty text", None),
        (b"", None),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
    ],
)
def test_kinds_by_content(head, kind):
    assert sniff(head) is kind


@pytest.mark.parametrize("name", IMAGES)
def test_content_and_suffix_agree(name):
    assert sniff(IMAGES[name][:1024]) is suffix_kind(f"folder.x/{name.upper()}")


def test_suffixes():
    assert suffix_kind("notes.txt") is None
    assert suffix_kind("folder.png/scan") is None
    assert suffix_kind(".png") is None
    assert suffix_kind("x.tiff") is Kind.TIFF


@pytest.mark.parametrize("limit", [100, 9599])
def test_a_picture_that_is_too_large_is_told_one_limit_only(limit):
    with pytest.raises(ImageTooLargeError) as caught:
        open_image(IMAGES["rgb.png"], limits=Limits(max_pixels=limit))
    message = str(caught.value)
    assert f"pixels are more than Limits.max_pixels = {limit} " in message
    assert str(2 * limit) not in message
