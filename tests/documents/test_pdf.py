"""Searchable PDFs, opened by poppler, pdfium, pikepdf and pdfplumber: where words lie, what is shown."""

import io
import unicodedata
import weakref
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pdfplumber
import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from ocrprep import geometry
from ocrprep.chain import FilterChain
from ocrprep.decode import open_image
from ocrprep.errors import OutputError
from ocrprep.geometry import Box
from ocrprep.inputs import InputType, OcrInput
from ocrprep.outputs.documents import SaveFormat, save_document
from ocrprep.page import Page, PageRef, PixelMode, Source
from ocrprep.recognizers import TesseractRecognizer
from ocrprep.result import Line, OcrOutput, RecognitionResult, Word, as_map, quad_on_source
from tests.documents.pdf_pages import PAGE_KINDS, SIZE, around, boxes, failed, shown, text, turned, words

PAGES = Path(__file__).resolve().parents[2] / "samples" / "pages"
CLOSE = 2.0
"""Pixels of the source by which a word in a PDF may lie beside its place."""


def saved(result, path, **options):
    (made,) = result.save(path, SaveFormat.PDF, **options)
    return made


def bytes_of(result, **options):
    target = io.BytesIO()
    result.save(target, SaveFormat.PDF, **options)
    return target.getvalue()


def images(pdf):
    return [next(iter(page.Resources.XObject.values())) for page in pdf.pages]


def drawn(path, *, dpi=300.0, page=0):
    with pypdfium2.PdfDocument(path) as pdf:
        return np.asarray(pdf[page].render(scale=dpi / 72.0).to_pil().convert("L"))


@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, 270.0, 3.0, -3.0, 93.0])
def test_words_lie_in_their_places(tmp_path, angle):
    result = words("the inkstand and", "extraordinarily few", upright=turned(angle))
    path = saved(result, tmp_path / "a.pdf")
    found = dict(boxes(path))
    for word in result.words:
        assert np.abs(found[word.text] - around(word.source_quad)).max() < CLOSE, word.text


@pytest.mark.parametrize("angle", [5.0, 20.0, 45.0, -70.0, 187.0])
def test_words_are_copied_whole_at_any_angle(tmp_path, angle):
    result = words("the inkstand and", "extraordinarily few", upright=turned(angle))
    path = saved(result, tmp_path / "a.pdf")
    # Poppler cuts words that lean by more than these, at 6 degrees and more; pdfium does not.
    with pypdfium2.PdfDocument(path) as pdf:
        found = pdf[0].get_textpage().get_text_range().split()
    assert sorted(found) == sorted(word.text for word in result.words)


def test_the_height_of_an_upright_box_is_the_quadrilateral_s(tmp_path):
    result = words("one")
    ((_, box),) = boxes(saved(result, tmp_path / "a.pdf"))
    assert box == pytest.approx(around(result.words[0].source_quad), abs=0.1)


@pytest.mark.parametrize("resolution", [72.0, 150.0, 600.0])
def test_the_page_is_as_large_as_the_paper(tmp_path, resolution):
    page = shown()
    page = replace(page, dpi=(resolution, resolution), source=replace(page.source, dpi=(resolution, resolution)))
    result = words("one", page=page)
    path = saved(result, tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        assert [float(side) for side in pdf.pages[0].MediaBox] == pytest.approx(
            [0, 0, *[SIZE * 72 / resolution] * 2], abs=0.01
        )
    ((_, box),) = boxes(path, dpi=resolution)
    assert box == pytest.approx(around(result.words[0].source_quad), abs=CLOSE)


def test_a_page_larger_than_a_pdf_may_have_is_made_smaller(tmp_path):
    page = Page(np.full((8, 30_000), 255, np.uint8), PixelMode.GRAY, (72.0, 72.0))
    page = replace(page, source=Source("wide.png", width=30_000, height=8, dpi=(72.0, 72.0)))
    with pikepdf.open(saved(words("one", page=page), tmp_path / "a.pdf")) as pdf:
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 14_400, 3.84]


SCRIPTS = {
    "Latin": "Grüße naïve Straße ﬁn",
    "Greek": "Ωραίος ἄνθρωπος",
    "Cyrillic": "Привет Ёлка",
    "Chinese": "漢字文章 简体",
    "Japanese": "ひらがな カタカナ",
    "Arabic": "مرحبا بكم في المدينة",
    "Hebrew": "שלום עולם",
    "Devanagari": "नमस्ते दुनिया",
    "Thai": "สวัสดี",
    "emoji": "😀 🎉",
    "beyond": "𝔄𝔅 𐍈",
    "marks": "e\u0301a q\u0307x",
    "signs": "(a) [b] \\c\\ <d> & \"e\" 'f' {nb}",
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_letter_can_be_found(tmp_path, script):
    rows = SCRIPTS[script]
    if script in {"Arabic", "Hebrew"}:
        # The first word stands at the right.
        rows = " ".join(reversed(rows.split()))
    path = saved(words(rows), tmp_path / "a.pdf")
    copied = unicodedata.normalize("NFC", text(path))
    assert unicodedata.normalize("NFC", SCRIPTS[script]) in copied.replace("\n", " ")


def test_a_page_of_a_leftwards_script_is_copied_as_it_is_read(tmp_path):
    lines = ["مرحبا بكم في (سلام) هنا", "هذا نص عربي طويل كِتَابٌ هنا"]
    # The engine orders words as they are read: the first stands at the right.
    rows = [" ".join(reversed(line.split())) for line in lines]
    copied = text(saved(words(*rows), tmp_path / "a.pdf"))
    for line in lines:
        assert line in copied


def test_letters_beyond_a_byte_are_kept_apart(tmp_path):
    # Some of their codes in the font are those of brackets, backslashes and ends of lines.
    signs = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 600))
    rows = [signs[place : place + 20] for place in range(0, 600, 20)]
    result = words(*rows)
    with pypdfium2.PdfDocument(saved(result, tmp_path / "a.pdf")) as pdf:
        assert signs in pdf[0].get_textpage().get_text_range().replace("\r\n", "").replace(" ", "")


def test_words_of_a_line_are_copied_with_blanks(tmp_path):
    path = saved(words("one two three", "four five"), tmp_path / "a.pdf")
    assert text(path).split("\n")[:2] == ["one two three", "four five"]
    with pdfplumber.open(path) as pdf:
        assert pdf.pages[0].extract_text() == "one two three\nfour five"
    with pypdfium2.PdfDocument(path) as pdf:
        assert pdf[0].get_textpage().get_text_range().split("\r\n") == ["one two three", "four five"]


def test_the_text_is_not_painted(tmp_path):
    blank = replace(shown(), pixels=np.full((SIZE, SIZE), 255, np.uint8))
    assert drawn(saved(words("one two", page=blank), tmp_path / "a.pdf")).min() == 255


@pytest.mark.parametrize("kind", PAGE_KINDS)
def test_the_picture_is_the_page(tmp_path, kind):
    page = shown(kind)
    with pikepdf.open(saved(words("one", page=page), tmp_path / "a.pdf")) as pdf:
        (image,) = images(pdf)
        seen = np.asarray(pikepdf.PdfImage(image).as_pil_image())
    if kind == "photo":
        assert image.Filter == "/DCTDecode"
        assert seen.shape == page.pixels.shape
    else:
        assert image.Filter == ("/CCITTFaxDecode" if kind == "binary" else "/FlateDecode")
        assert np.array_equal(seen.astype(np.uint8) * (255 if seen.dtype == bool else 1), page.pixels)


def test_a_gray_page_of_two_levels_is_stored_in_one_bit(tmp_path):
    page = replace(shown("binary"), mode=PixelMode.GRAY)
    with pikepdf.open(saved(words("one", page=page), tmp_path / "a.pdf")) as pdf:
        (image,) = images(pdf)
        assert (image.Filter, image.BitsPerComponent) == ("/CCITTFaxDecode", 1)
        assert image.DecodeParms.K == -1
        seen = np.asarray(pikepdf.PdfImage(image).as_pil_image())
    assert np.array_equal(seen, page.pixels > 0)


def test_quality_is_of_the_picture():
    result = words("one", page="photo")
    assert len(bytes_of(result, quality=30)) < 0.6 * len(bytes_of(result, quality=90))


def of_file(path):
    page, _ = open_image(path)
    return words("one", page=page)


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_jpeg_is_taken_over_as_it_is(tmp_path, mode):
    path = tmp_path / "photo.jpg"
    Image.fromarray(shown("photo").pixels).convert(mode).save(path, quality=60, dpi=(300, 300))
    result = of_file(path)
    assert path.read_bytes() in bytes_of(result)
    assert path.read_bytes() not in bytes_of(result, quality=60)
    assert path.read_bytes() not in bytes_of(result, image="cleaned")


@pytest.mark.parametrize("why", ["turned", "inks", "a profile of other colours"])
def test_a_jpeg_that_is_another_picture_is_not_taken_over(tmp_path, why):
    path = tmp_path / "photo.jpg"
    picture, exif = Image.fromarray(shown("photo").pixels), Image.Exif()
    extra = {}
    if why == "turned":
        exif[0x0112] = 6
    elif why == "inks":
        picture = picture.convert("CMYK")
    else:
        extra["icc_profile"] = bytes(16) + b"GRAY" + bytes(108)
    picture.save(path, exif=exif, **extra)
    assert path.read_bytes() not in bytes_of(of_file(path))


def test_a_failed_page_keeps_its_place_and_says_why(tmp_path):
    path = saved(failed("no such ﬁle: Ωmega\x07"), tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) == 3
        assert "/XObject" not in pdf.pages[1].Resources
        assert float(pdf.pages[1].MediaBox[2]) == 240
    assert "page 2 could not be read: no such ﬁle: Ωmega" in " ".join(text(path, "-f", "2", "-l", "2").split())
    assert drawn(path, page=1).min() < 100
    assert [word for word, _ in boxes(path, page=1)] == ["before"]
    assert [word for word, _ in boxes(path, page=3)] == ["after"]


def test_without_its_picture_it_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match="not at hand"):
        saved(replace(words("one"), origin=None), tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_the_same_pages_give_the_same_bytes():
    document = failed("gone")
    for options in ({}, {"pdfa": True}, {"image": "binary"}):
        assert bytes_of(document, **options) == bytes_of(document, **options)


def test_the_document_has_its_title(tmp_path):
    with pikepdf.open(saved(words("one"), tmp_path / "a.pdf", title="Ä \ud800 & <b>")) as pdf:
        assert str(pdf.docinfo["/Title"]) == "Ä \N{REPLACEMENT CHARACTER} & <b>"
        assert str(pdf.docinfo["/Producer"]).startswith("ocrprep ")
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:19800101")
    with (
        pikepdf.open(saved(words("one"), tmp_path / "b.pdf", pdfa=True, title="Ä & <b>")) as pdf,
        pdf.open_metadata() as meta,
    ):
        assert meta["dc:title"] == "Ä & <b>"
        assert "/Info" not in pdf.trailer


def test_the_same_picture_is_stored_once(tmp_path):
    output = OcrOutput([words("one"), words("two")])
    with pikepdf.open(saved(output, tmp_path / "a.pdf")) as pdf:
        first, second = images(pdf)
        assert first.objgen == second.objgen


def test_blank_pages_of_other_shapes_are_other_pictures(tmp_path):
    def blank(width, height):
        source = Source("blank.png", width=width, height=height)
        return words("one", page=Page(np.full((height, width), 255, np.uint8), PixelMode.BINARY, source=source))

    with pikepdf.open(saved(OcrOutput([blank(800, 1600), blank(1600, 800)]), tmp_path / "a.pdf")) as pdf:
        assert [(image.Width, image.Height) for image in images(pdf)] == [(800, 1600), (1600, 800)]


def test_only_one_picture_lies_in_memory_at_a_time(tmp_path):
    alive, most = [], []

    def load(source):
        page = replace(shown("photo"), source=source)
        alive.append(weakref.ref(page.pixels))
        most.append(sum(item() is not None for item in alive))
        return page

    def results():
        for number in range(6):
            source = Source(f"{number}.png", width=SIZE, height=SIZE, dpi=(300.0, 300.0))
            yield replace(words("one"), source=source, origin=PageRef(source, lambda source=source: load(source)))

    save_document(results(), tmp_path / "a.pdf")
    assert max(most) <= 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6))
@example(["\u0301"])
@example(["\x00", "\n", "\ud800", "\ufeff", "\uffff", "\u200d"])
@example(["\u202e(a", "\u2067א", "א\u0301(1)"])
def test_no_letter_breaks_a_file(tmp_path_factory, texts):
    base = words("x")
    line = base.lines[0]
    lines = tuple(replace(line, words=(replace(line.words[0], text=item),)) for item in texts)
    for kind in (SaveFormat.PDF, SaveFormat.PDF_NO_IMG):
        target = io.BytesIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OCRPREP_FONTS", str(tmp_path_factory.getbasetemp() / "none"))
            replace(base, lines=lines).save(target, kind)
        with pikepdf.open(target) as pdf:
            assert not pdf.check_pdf_syntax()
        with pypdfium2.PdfDocument(target.getvalue()) as pdf:
            pdf[0].get_textpage().get_text_range()


def test_a_word_without_extent_breaks_nothing(tmp_path):
    result = words("one")
    flat = replace(result.words[0], source_quad=((5.0, 5.0),) * 4, box=Box(5, 5, 5, 5))
    result = replace(result, lines=(replace(result.lines[0], words=(flat,), box=Box(5, 5, 5, 5)),))
    for kind in (SaveFormat.PDF, SaveFormat.PDF_NO_IMG):
        (path,) = result.save(tmp_path / f"{kind.value}.pdf", kind)
        with pikepdf.open(path) as pdf:
            assert not pdf.check_pdf_syntax()


STEPS = st.lists(
    st.sampled_from(["rotate=90", "rotate=-90", "rotate=180", "rotate=3", "rotate=-3", "scale=2", "scale=0.5", "crop"]),
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
@example(["rotate=90", "rotate=3", "scale=2", "crop"])
def test_words_lie_on_the_ink_after_any_chain(tmp_path_factory, steps):
    result, places = inked(steps)
    folder = tmp_path_factory.mktemp("ink")
    for image, scale in (("original", 1.0), ("cleaned", None)):
        path = saved(result, folder / f"{image}.pdf", image=image)
        resolution = 300.0 if scale else 300.0 * places.scale
        seen = drawn(path, dpi=resolution)
        near = CLOSE * max(1.0, resolution / 300.0)
        found = dict(exact_boxes(path, resolution))
        assert set(found) == {word.text for word in result.words}
        for name, box in found.items():
            assert np.abs(ink_around(seen, box) - box).max() < near, (image, name)


def exact_boxes(path, resolution):
    """Words of three letters with the boxes around their letters; poppler's leave out by how much a word climbs."""
    with pdfplumber.open(path) as pdf:
        letters = pdf.pages[0].chars
    for place in range(0, len(letters), 3):
        word = letters[place : place + 3]
        low = [min(letter[side] for letter in word) for side in ("x0", "top")]
        high = [max(letter[side] for letter in word) for side in ("x1", "bottom")]
        yield "".join(letter["text"] for letter in word), np.array([*low, *high]) * resolution / 72.0


class Places:
    """How much larger than its source the page that was read is."""

    def __init__(self, scale):
        self.scale = scale


def inked(steps):
    """A source with black quadrilaterals, which a chain makes upright, and the reading of them as words."""
    white = Page(np.full((SIZE, SIZE), 255, np.uint8), PixelMode.GRAY, (300.0, 300.0))
    white = replace(white, source=Source("ink.png", width=SIZE, height=SIZE, dpi=(300.0, 300.0)))
    chain = FilterChain()
    scale = 1.0
    for step in steps:
        page = chain(white)
        area = f"[{page.width // 8},{page.height // 8},{page.width * 3 // 4},{page.height * 3 // 4}]"
        if step.startswith("scale"):
            scale *= float(step.partition("=")[2])
        chain = chain + FilterChain.from_flags([f"crop={area}" if step == "crop" else step])
    page = chain(white)
    middle, unit = np.array([page.width, page.height]) / 2.0, 60.0 * scale
    made = []
    pixels = white.pixels.copy()
    for place, name in enumerate(("abc", "def", "ghi", "jkl")):
        left, top = middle + unit * np.array([place % 2 * 2.0 - 1.5, place // 2 * 2.0 - 1.5])
        box = Box(left, top, left + unit, top + unit / 2.0)
        quad = quad_on_source(page, box)
        pixels[inside(quad)] = 0
        made.append(Line((Word(name, 95.0, box, quad),), box, quad))
    source = replace(white, pixels=pixels)
    page = chain(source)
    result = RecognitionResult(
        "abc",
        tuple(made),
        source=source.source,
        width=page.width,
        height=page.height,
        steps=page.steps,
        to_source=as_map(page.to_source),
        origin=PageRef(source.source, lambda: source),
    )
    return result, Places(scale)


def inside(quad):
    """The pixels whose centres lie within four corners."""
    y, x = np.mgrid[:SIZE, :SIZE] + 0.5
    corners = np.array(quad)
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return np.all([(bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in sides], axis=0)


def ink_around(seen, box):
    """The box of the black shape whose middle is the box's."""
    left, top, right, bottom = box
    shapes, labels, stats, _ = cv2.connectedComponentsWithStats((seen < 128).astype(np.uint8))
    label = labels[int((top + bottom) / 2), int((left + right) / 2)]
    assert label, "no ink in the middle of the word"
    x, y, width, height, _ = stats[label]
    del shapes
    return np.array([x, y, x + width, y + height], float)


def test_perspective_keeps_words_about_their_middle(tmp_path):
    corners = np.array([(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)], float)
    bent = geometry.homography(corners, np.array([(60, 30), (SIZE - 20, 0), (SIZE, SIZE - 40), (0, SIZE)], float))
    result = words("one", page="gray", upright=bent)
    ((_, box),) = boxes(saved(result, tmp_path / "a.pdf"))
    assert box == pytest.approx(around(result.words[0].source_quad), abs=CLOSE)


@pytest.mark.engine
@pytest.mark.parametrize("image", ["original", "cleaned", "binary"])
def test_what_an_engine_reads_is_found_again(tmp_path, image):
    batch = OcrInput(InputType.AUTO, FilterChain.from_flags(["auto_skew"]))
    batch.add(PAGES / "skew.png")
    batch.add(PAGES / "clean.png")
    output = TesseractRecognizer("eng").recognize(batch)
    (path,) = output.save(tmp_path / "a.pdf", image=image)
    with pypdfium2.PdfDocument(path) as pdf:
        for page, result in zip(pdf, output, strict=True):
            assert page.get_textpage().get_text_range().split() == result.recognition_text.split()
