"""PDF/A-2b: our files keep to it, and the checker finds each way in which they might not."""

import io
import shutil

import numpy as np
import pikepdf
import pytest

from ocrprep.outputs.archive import archive
from ocrprep.outputs.documents import SaveFormat
from tests.documents.pdf_pages import PAGE_KINDS, failed, shown, words
from tests.documents.pdfa import unicodes, verapdf, violations


def file_of(output, kind=SaveFormat.PDF, **options):
    target = io.BytesIO()
    output.save(target, kind, pdfa=True, **options)
    return target.getvalue()


@pytest.fixture(scope="module")
def good():
    return file_of(words("Hello", "Ωραίος", "漢字", "سلام"))


@pytest.mark.parametrize("kind", [SaveFormat.PDF, SaveFormat.PDF_NO_IMG])
@pytest.mark.parametrize("page", PAGE_KINDS)
def test_our_files_keep_to_it(page, kind, tmp_path):
    data = file_of(words("Hello", "Ωραίος", "漢字", "سلام", page=page), kind, title="Ein «Titel» & mehr")
    assert violations(data) == []
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert not verapdf(path)


def test_a_failed_page_keeps_to_it():
    assert violations(file_of(failed("no such file"))) == []


def test_an_archive_keeps_to_it(tmp_path):
    (made,) = archive(shown("gray"), tmp_path, format="pdf")
    assert violations(made.path.read_bytes()) == []


def test_an_ordinary_pdf_is_none(tmp_path):
    path = tmp_path / "a.pdf"
    words("Hello").save(path)
    assert violations(path.read_bytes())
    # Two judges where there are two.
    assert shutil.which("verapdf") is None or verapdf(path)


def altered(data, change):
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        target = io.BytesIO()
        pdf.save(
            target,
            static_id=True,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return target.getvalue()


def font(pdf):
    return next(iter(pdf.pages[0].Resources.Font.values()))


def picture(pdf):
    return next(iter(pdf.pages[0].Resources.XObject.values()))


def cid_font(pdf):
    return font(pdf).DescendantFonts[0]


def new_xmp(old, new):
    def change(pdf):
        text = pdf.Root.Metadata.read_bytes().decode()
        assert old in text
        pdf.Root.Metadata = pdf.make_stream(
            text.replace(old, new).encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )

    return change


def put(where, key, value):
    def change(pdf):
        where(pdf)[key] = value(pdf) if callable(value) else value

    return change


def drop(where, key):
    def change(pdf):
        del where(pdf)[key]

    return change


def root(pdf):
    return pdf.Root


def page(pdf):
    return pdf.pages[0]


def info(**entries):
    def change(pdf):
        pdf.trailer["/Info"] = pdf.make_indirect(pikepdf.Dictionary(**entries))

    return change


def script(pdf):
    return pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1"))


def profile(pdf):
    return pdf.Root.OutputIntents[0]


def wide_font(pdf):
    cid_font(pdf).W = pikepdf.Array([0, 999, 77])


def no_glyphs(pdf):
    cid_font(pdf).CIDToGIDMap = pdf.make_stream(bytes(2 * 65_536))


def no_text(pdf):
    text = font(pdf).ToUnicode.read_bytes()
    font(pdf).ToUnicode = pdf.make_stream(text.replace(b"<0048>", b"<0000>"))


def nested(pdf):
    pdf.pages[0].Contents = pdf.make_stream(b"q " * 29 + b"Q " * 29)


def inks(pdf):
    pdf.pages[0].Contents = pdf.make_stream(b"0 0 0 1 k")


def lzw(pdf):
    picture(pdf).write(b"\x80\x0b\x60\x50", filter=pikepdf.Name.LZWDecode)


def see_through(pdf):
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(A=pikepdf.Dictionary(ca=0.5))


def halftone(pdf):
    pdf.pages[0].Resources.ExtGState = pikepdf.Dictionary(A=pikepdf.Dictionary(TR=pikepdf.Name.Identity))


def no_blending_space(pdf):
    pdf.pages[0].Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)


def form(pdf):
    pdf.pages[0].Resources.XObject["/X"] = pdf.make_stream(b"", Subtype=pikepdf.Name.Form)


def wrong_profile(pdf):
    data = bytearray(profile(pdf).DestOutputProfile.read_bytes())
    data[36:40] = b"none"
    profile(pdf).DestOutputProfile = pdf.make_stream(bytes(data), N=3)


def base_font(pdf):
    pdf.pages[0].Resources.Font = pikepdf.Dictionary(
        F1=pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )


CHANGES = {
    "6.1.7.2": lzw,
    "6.1.12": put(root, "/Perms", pikepdf.Dictionary()),
    "6.1.13: a side": put(page, "/MediaBox", [0, 0, 2, 100]),
    "6.1.13: graphics": nested,
    "6.1.13: a name": put(root, "/A", pikepdf.Name("/" + "n" * 200)),
    "6.1.13: a string": put(root, "/A", "s" * 40_000),
    "6.2.3: 0": drop(root, "/OutputIntents"),
    "6.2.3: the output intent has": drop(profile, "/DestOutputProfile"),
    "6.2.3: the output intent does": drop(profile, "/OutputConditionIdentifier"),
    "6.2.3: the profile is not": put(lambda pdf: profile(pdf).DestOutputProfile, "/N", 4),
    "6.2.3: the profile is no ICC": wrong_profile,
    "6.2.4.3: colours of": inks,
    "6.2.4.3: colours /DeviceCMYK": put(picture, "/ColorSpace", pikepdf.Name.DeviceCMYK),
    "6.2.5": halftone,
    "6.2.8: a picture": put(picture, "/Interpolate", True),
    "6.2.8: bits": put(picture, "/BitsPerComponent", 3),
    "6.2.9": form,
    "6.2.10: transparency without": no_blending_space,
    "6.2.10: transparency": see_through,
    "6.2.10: a picture": put(picture, "/SMask", lambda pdf: pdf.make_stream(b"")),
    "6.2.11.4:": base_font,
    "6.2.11.4.1": drop(lambda pdf: cid_font(pdf).FontDescriptor, "/FontFile2"),
    "6.2.11.2": put(cid_font, "/BaseFont", pikepdf.Name.Other),
    "6.2.11.3.1": drop(cid_font, "/CIDSystemInfo"),
    "6.2.11.3.2": drop(cid_font, "/CIDToGIDMap"),
    "6.2.11.3.3": put(font, "/Encoding", pikepdf.Name("/Identity-V")),
    "6.2.11.5": wide_font,
    "6.2.11.7: no": drop(font, "/ToUnicode"),
    "6.2.11.7: the code": no_text,
    "6.2.11.8": no_glyphs,
    "6.3": put(page, "/Annots", pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Text)])),
    "6.4": put(root, "/AcroForm", pikepdf.Dictionary()),
    "6.5.1: the action": put(root, "/OpenAction", script),
    "6.5.1: scripts": put(root, "/Names", pikepdf.Dictionary(JavaScript=pikepdf.Dictionary())),
    "6.5.2": put(page, "/AA", pikepdf.Dictionary()),
    "6.6.2: no": drop(root, "/Metadata"),
    "6.6.2: the metadata are no packet": new_xmp('id="W5', 'bytes="12" id="W5'),
    "6.6.2: the metadata are no XML": new_xmp("</rdf:RDF>", ""),
    "6.6.2: the stream": put(lambda pdf: pdf.Root.Metadata, "/Subtype", pikepdf.Name.Plain),
    "6.6.3: Title": info(Title="another"),
    "6.6.3: CreationDate": info(CreationDate="D:20200101000000Z"),
    "6.6.4": new_xmp("<pdfaid:part>2", "<pdfaid:part>1"),
    "6.8: files": put(root, "/Names", pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())),
    "6.9": put(root, "/OCProperties", pikepdf.Dictionary()),
    "6.10: pres": put(page, "/PresSteps", pikepdf.Dictionary()),
}


def test_a_file_that_is_only_written_again_passes(good):
    assert violations(altered(good, root)) == []


@pytest.mark.parametrize("clause", CHANGES)
def test_the_checker_finds(good, clause):
    assert any(clause in text for text in violations(altered(good, CHANGES[clause])))


@pytest.mark.parametrize(
    ("clause", "old", "new"),
    [
        ("6.1.2: the header", b"%PDF-1.7", b"%PDF-2.0"),
        ("6.1.2: no comment", "%éëñ¿".encode("latin-1"), b"%abcd"),
        ("6.1.3: something", b"%%EOF", b"%%EOF\nmore"),
        ("6.1.3: the trailer", b"/ID [", b"/IX ["),
    ],
)
def test_the_checker_reads_the_bytes(good, clause, old, new):
    assert old in good
    head, tail = good.rsplit(old, 1)
    assert any(clause in text for text in violations(head + new + tail))


def test_the_checker_measures_streams(good):
    # A length that is off by a byte, which readers forgive.
    place = good.index(b"/CIDInit") - 40
    length = good.index(b"/Length ", place) + len(b"/Length ")
    end = length + len(good[length:].split()[0])
    wrong = good[:length] + str(int(good[length:end]) - 1).zfill(end - length).encode() + good[end:]
    assert any("6.1.7.1" in text for text in violations(wrong))


def test_the_checker_refuses_other_files_and_locks(good):
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        picture(pdf)["/F"] = "elsewhere"
        pdf.save(target, static_id=True)
    assert any("another file" in text for text in violations(target.getvalue()))
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(good)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
    assert any("encrypted" in text for text in violations(locked.getvalue()))


def test_every_letter_has_its_meaning(good):
    with pikepdf.open(io.BytesIO(good)) as pdf:
        assert set("HelloΩραίος漢字سلام") <= set("".join(unicodes(font(pdf)).values()))


def test_the_picture_is_a_page_of_its_kind():
    assert {shown(kind).mode.value for kind in PAGE_KINDS} == {"binary", "gray", "rgb"}
    assert all(np.asarray(shown(kind)).size for kind in PAGE_KINDS)
