import html5lib
import pytest
from lxml import etree

from ocrprep.errors import OutputError
from tests.documents.flowing import CLEANED, NOTE, PARAGRAPHS, TABLE, WORDS, controls, pages, saved, text_page
from tests.readings import Row, reading

X = "{http://www.w3.org/1999/xhtml}"


def parsed(data: bytes):
    return html5lib.HTMLParser(strict=True).parse(data, transport_encoding="utf-8")


def texts(node, tag):
    return ["".join(item.itertext()) for item in node.iter(X + tag)]


def test_it_is_valid_html_with_an_article_for_each_page():
    tree = parsed(saved(pages(), "html", title='Title & "more"'))
    assert tree.get("lang") == "en"
    assert texts(tree, "title") == ['Title & "more"']
    articles = list(tree.iter(X + "article"))
    assert [(item.get("id"), item.get("lang")) for item in articles] == [
        ("page-1", "en"),
        ("page-2", "en"),
        ("page-3", "und"),
        ("page-4", "he"),
    ]
    assert "".join(articles[0].itertext()).split() == WORDS
    assert texts(articles[0], "p") == PARAGRAPHS
    assert [texts(row, "td") for row in articles[0].iter(X + "tr")] == TABLE
    assert [list(item) for item in articles][1] == []
    assert texts(articles[2], "em") == [NOTE]
    assert texts(articles[3], "p") == ["The last page"]


def test_the_order_of_paragraphs_and_tables_is_kept():
    body = parsed(saved(text_page(), "html")).find(X + "body")
    assert [item.tag.removeprefix(X) for item in body[0]] == ["p", "table", "p", "p"]


def test_nothing_is_loaded_from_elsewhere():
    tree = parsed(saved(pages(), "html"))
    assert not [item for item in tree.iter() if item.get("src") or item.get("href")]
    assert b"url(" not in saved(pages(), "html")
    assert not list(tree.iter(X + "script"))


def test_another_reader_sees_the_same():
    tree = etree.fromstring(saved(text_page(), "html"), etree.HTMLParser(encoding="utf-8"))
    assert [item.text for item in tree.iter("p")] == PARAGRAPHS


def test_text_from_the_right_is_marked():
    data = saved(reading(Row("םולש םלוע", leftwards=True), Row("plain text", block=1)), "html")
    assert [item.get("dir") for item in parsed(data).iter(X + "p")] == ["rtl", None]


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    assert texts(parsed(saved(controls(), "html")), "p") == [CLEANED]
    assert saved(pages(), "html") == saved(pages(), "html")


@pytest.mark.parametrize("kind", ["html", "epub"])
def test_without_jinja2_the_error_tells_what_to_install(monkeypatch, kind):
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(OutputError, match="jinja2") as caught:
        saved(pages(), kind)
    assert "ocrprep[documents]" in caught.value.hint
