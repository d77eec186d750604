"""PDFs without pictures: seen text in its places, in real fonts."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from ocrprep.errors import OutputError
from ocrprep.outputs.documents import SaveFormat, _fonts
from tests.documents.pdf_pages import SIZE, around, boxes, failed, text, turned, words

CLOSE = 2.0


@pytest.fixture(autouse=True)
def no_fonts(monkeypatch, tmp_path):
    """Only the font that Pillow carries, so that the tests are the same everywhere."""
    monkeypatch.setenv("OCRPREP_FONTS", str(tmp_path / "none"))


def saved(result, path, **options):
    (made,) = result.save(path, SaveFormat.PDF_NO_IMG, **options)
    return made


def drawn(path, page=0):
    with pypdfium2.PdfDocument(path) as pdf:
        return np.asarray(pdf[page].render(scale=300 / 72).to_pil().convert("L"))


def fonts(path):
    with pikepdf.open(path) as pdf:
        return [
            str(font.BaseFont).partition("+")[2]
            for page in pdf.pages
            for font in page.Resources.get("/Font", {}).values()
        ]


@pytest.mark.parametrize("angle", [0.0, 90.0, 180.0, 270.0, 3.0])
def test_words_begin_and_end_where_they_did(tmp_path, angle):
    result = words("the ink and", "top few now", upright=turned(angle))
    found = dict(boxes(saved(result, tmp_path / "a.pdf")))
    for word in result.words:
        wanted, seen = around(word.source_quad), found[word.text]
        along = [1, 3] if angle in {90.0, 270.0} else [0, 2]
        assert np.abs(seen - wanted)[along].max() < CLOSE, word.text


@pytest.mark.parametrize("angle", [0.0, 90.0, 3.0])
def test_their_ink_fills_their_height(tmp_path, angle):
    result = words("Hlgp", upright=turned(angle))
    seen = drawn(saved(result, tmp_path / "a.pdf")) < 128
    rows, columns = np.nonzero(seen.any(axis=1))[0], np.nonzero(seen.any(axis=0))[0]
    left, top, right, bottom = around(result.words[0].source_quad)
    assert rows[[0, -1]] == pytest.approx([top, bottom], abs=3.5)
    # Letters leave some room at both ends of a word.
    assert columns[[0, -1]] == pytest.approx([left, right], abs=5)


def test_the_page_is_as_large_as_the_source(tmp_path):
    with pikepdf.open(saved(words("one"), tmp_path / "a.pdf")) as pdf:
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, SIZE * 0.24, SIZE * 0.24]
        assert "/XObject" not in pdf.pages[0].Resources


def test_a_line_is_of_one_size(tmp_path):
    path = saved(words("Hlgp on Hlgp"), tmp_path / "a.pdf")
    heights = [box[3] - box[1] for _, box in boxes(path)]
    assert heights == pytest.approx([heights[0]] * 3, rel=1e-3)


def test_without_fonts_on_the_system_there_is_pillow_s(tmp_path):
    path = saved(words("Grand?"), tmp_path / "a.pdf")
    assert "Grand?" in text(path)
    assert fonts(path) == ["Aileron-Regular"]


def test_a_letter_that_no_font_has_leaves_a_mark(tmp_path):
    copied = text(saved(words("a漢b"), tmp_path / "a.pdf"))
    assert copied.split()[0] in {"a?b", "a\N{REPLACEMENT CHARACTER}b"}


def made_font(path, letters, *, cff=False, advance=600, no_embedding=False):
    """A font whose letters are black boxes."""
    builder = FontBuilder(1000, isTTF=not cff)
    names = [".notdef", *(f"x{ord(letter):x}" for letter in letters)]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name for letter, name in zip(letters, names[1:], strict=True)})
    if cff:
        pen = T2CharStringPen(advance, None)
        pen.moveTo((50, 0))
        pen.curveTo((200, 0), (400, 0), (550, 0))
        pen.lineTo((550, 700))
        pen.lineTo((50, 700))
        pen.closePath()
        builder.setupCFF("Boxes", {"FullName": "Boxes"}, {name: pen.getCharString() for name in names}, {})
    else:
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        pen = TTGlyphPen(None)
        for place, corner in enumerate([(50, 0), (50, 700), (550, 700), (550, 0)]):
            (pen.lineTo if place else pen.moveTo)(corner)
        pen.closePath()
        builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (advance, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes"})
    builder.setupOS2(fsType=2 if no_embedding else 0)
    builder.setupPost()
    builder.save(path)
    return path


@pytest.mark.parametrize("cff", [False, True])
def test_a_font_of_one_s_own(tmp_path, cff):
    path = made_font(tmp_path / ("own.otf" if cff else "own.ttf"), "漢字 ", cff=cff)
    made = saved(words("漢字 abc"), tmp_path / "a.pdf", font=path)
    assert text(made).split() == ["漢字", "abc"]
    assert set(fonts(made)) == {"Boxes", "Aileron-Regular"}
    with pikepdf.open(made) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            face = TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))
            assert "glyf" in face
    black = (drawn(made) < 128).mean()
    assert black > 0.0003


def test_fonts_of_the_system_are_found(tmp_path, monkeypatch):
    folder = tmp_path / "fonts" / "deep"
    folder.mkdir(parents=True)
    made_font(folder / "b.ttf", "漢")
    made_font(folder / "a.ttf", "字", no_embedding=True)
    (folder / "c.ttf").write_bytes(b"no font")
    monkeypatch.setenv("OCRPREP_FONTS", str(folder.parent))
    first, second = (word for word, _ in boxes(saved(words("漢 字"), tmp_path / "a.pdf")))
    assert first == "漢"
    assert second in {"?", "\N{REPLACEMENT CHARACTER}"}


@pytest.mark.parametrize("what", ["missing", "no font", "not to be embedded"])
def test_a_font_that_cannot_be_used(tmp_path, what):
    path = tmp_path / "own.ttf"
    if what == "no font":
        path.write_bytes(b"no font at all")
    elif what != "missing":
        made_font(path, "abc", no_embedding=True)
    with pytest.raises(OutputError, match="the font cannot be used"):
        saved(words("abc"), tmp_path / "a.pdf", font=path)


def test_favourite_fonts_come_first(tmp_path, monkeypatch):
    for name in ("Aaa.ttf", "Aaa-Bold.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc"):
        (tmp_path / name).touch()
    monkeypatch.setenv("OCRPREP_FONTS", str(tmp_path))
    found = [path.name for path in _fonts._catalogue((tmp_path,))]
    assert found == ["DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "Aaa.ttf", "Aaa-Bold.ttf", "DejaVuSans-Bold.ttf"]


def test_a_failed_page_says_why(tmp_path):
    path = saved(failed("a word " * 40), tmp_path / "a.pdf")
    assert "could not be read: a word a word" in " ".join(text(path, "-f", "2", "-l", "2").split())
    # In several lines, none of which leaves the page.
    edges = np.array([box for _, box in boxes(path, page=2)])
    assert edges.min() > 0
    assert edges.max() < SIZE
    assert len(np.unique(edges[:, 1].round())) > 5


def test_the_same_pages_give_the_same_bytes(tmp_path):
    first, second = (saved(failed("gone"), tmp_path / f"{name}.pdf") for name in "ab")
    assert first.read_bytes() == second.read_bytes()
