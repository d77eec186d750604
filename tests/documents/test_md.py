from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.documents.flowing import CLEANED, NOTE, PARAGRAPHS, TABLE, controls, pages, saved, text_page
from tests.readings import Row, reading


def parsed(data: bytes):
    """(kind, text) of each block: paragraphs, headings, cells of tables, and breaks between pages."""
    found, kind = [], ""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(data.decode()):
        if token.type.endswith("_open"):
            kind = token.tag
        elif token.type == "inline":
            found.append((kind, "".join(child.content for child in token.children)))
        elif token.type in {"hr", "code_block", "fence", "html_block"}:
            found.append((token.type, token.content))
    return found


def test_paragraphs_tables_and_pages_are_seen_by_a_parser():
    first = [("p", PARAGRAPHS[0])]
    first += [("td" if number else "th", cell) for number, row in enumerate(TABLE) for cell in row]
    first += [("p", text) for text in PARAGRAPHS[1:]]
    rest = [("hr", ""), ("hr", ""), ("em", NOTE), ("hr", ""), ("p", "The last page")]
    found = parsed(saved(pages(), "md"))
    assert [item if item[1] != NOTE else ("em", NOTE) for item in found] == first + rest


def test_the_note_of_a_failed_page_is_emphasized():
    tokens = MarkdownIt("commonmark").parse(saved(pages(), "md").decode())
    (note,) = [item for item in tokens if item.type == "inline" and "could not" in item.content]
    assert next(child.type for child in note.children) == "em_open"


signs = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
markup = "# ## - + * 1. 12) --- === *** > ``` ~~~ | <b> <!-- &amp; \\ [a](b) ![x](y) _a_ **b** ~~c~~ `d` a@b.c :--- |-|"
marked = st.sampled_from([*markup.split(), "https://a.b/c_d", "[x]:", "$x$", "^1"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.one_of(marked, signs), min_size=1, max_size=5), min_size=1, max_size=4))
def test_whatever_was_read_is_text(paragraphs):
    page = reading(*(Row("x" * len(words), block=number) for number, words in enumerate(paragraphs)))
    lines = tuple(
        replace(line, words=tuple(replace(line.words[0], text=text) for text in words))
        for line, words in zip(page.lines, paragraphs, strict=True)
    )
    assert parsed(saved(replace(page, lines=lines), "md")) == [("p", " ".join(words)) for words in paragraphs]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(marked, signs), min_size=6, max_size=6))
def test_whatever_stands_in_a_table_is_text(cells):
    # Two letters first: what may be the number of a list, such as "a)", sets off no column.
    page = reading("aaaa      bbbb", "cccc      dddd", "eeee      ffff")
    left = iter(cells)
    lines = tuple(
        replace(line, words=tuple(replace(word, text=f"aa{next(left)}") for word in line.words)) for line in page.lines
    )
    assert [text for _, text in parsed(saved(replace(page, lines=lines), "md"))] == [f"aa{cell}" for cell in cells]


def test_controls_are_replaced_and_bytes_are_the_same_each_time():
    assert parsed(saved(controls(), "md")) == [("p", CLEANED)]
    assert saved(text_page(), "md") == saved(text_page(), "md")
