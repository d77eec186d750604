import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocrprep.errors import DecodeError
from ocrprep.outputs.documents import DocumentOptions, Sheet
from ocrprep.outputs.documents._blocks import Heading, Paragraph, Table, arranged, blocks_of, joined
from ocrprep.outputs.documents._grid import grid_of
from ocrprep.outputs.documents._tables import _LEADER
from ocrprep.page import Source
from ocrprep.result import PageFailure
from tests.documents.laid import HEIGHT, lines, paragraph, prose, run, table
from tests.readings import Row, reading

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tables(blocks) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def words_of(blocks) -> list[str]:
    """All words, sorted."""
    found = []
    for block in blocks:
        text = " ".join(" ".join(row) for row in block.rows) if isinstance(block, Table) else block.text
        found += text.split()
    return sorted(found)


def words_in(read) -> list[str]:
    return sorted(word.text for line in read for word in line.words)


def blocks(*rows):
    return arranged(reading(*rows).lines)


# Tables.

word = st.from_regex(r"[a-jABC0-9.,%]{1,7}[a-jABC0-9]", fullmatch=True).filter(lambda text: not _LEADER.match(text))
cell = st.lists(word, min_size=1, max_size=3).map(" ".join)


@st.composite
def grids(draw):
    """Cells, a fifth of them empty, but at least two in each row and in each column."""
    rows, columns = draw(st.integers(4, 9)), draw(st.integers(2, 6))
    noise = random.Random(draw(st.integers(0, 2**32)))
    cells = [[draw(cell) for _ in range(columns)] for _ in range(rows)]
    for _ in range(rows * columns // 5):
        row, column = noise.randrange(rows), noise.randrange(columns)
        if sum(map(bool, cells[row])) > 2 and sum(bool(other[column]) for other in cells) > 2:
            cells[row][column] = ""
    return cells


@MANY
@given(
    grids(),
    st.lists(st.sampled_from("lrc"), min_size=6, max_size=6),
    st.sampled_from(["rows", "cells", "columns"]),
    st.floats(-1.0, 1.0),
    st.floats(1.7, 6.0),
    st.floats(1.4, 3.0),
    st.integers(0, 1000),
)
def test_a_table_is_found_cell_for_cell(cells, aligned, cut, angle, river, pitch, seed):
    placed, numbers = table(cells, "".join(aligned), river=river, pitch=pitch, cut=cut)
    read = lines(placed, angle=angle, jitter=0.1, seed=seed, blocks=numbers)
    found = arranged(read)
    assert [[*map(list, block.rows)] for block in tables(found)] == [cells]
    assert words_of(found) == words_in(read)


def test_a_form_is_a_table_of_two_columns():
    (found,) = blocks("Name         Ada", "Born in      1815", "Occupation   counts and writes")
    assert found.rows == (("Name", "Ada"), ("Born in", "1815"), ("Occupation", "counts and writes"))


def test_a_table_of_two_rows_needs_wide_rivers():
    (found,) = blocks("one      two", "three    four")
    assert found.rows == (("one", "two"), ("three", "four"))
    assert tables(blocks("one   two", "three four")) == []


def test_dots_that_lead_to_a_number_are_no_text_between_columns():
    (found,) = blocks("Bread ............. 12", "Butter ............ 14", "Apples and pears .. 16")
    assert found.rows == (("Bread .............", "12"), ("Butter ............", "14"), ("Apples and pears ..", "16"))


@pytest.mark.parametrize("marker", ["1.", "-", "•", "e", "(a)"])
def test_a_list_is_no_table(marker):
    rows = [f"{marker.ljust(6)}some text of the list", "      that goes on here"] * 3
    assert tables(blocks(*rows)) == []


def test_what_stands_above_and_below_a_table_is_not_of_it():
    found = blocks(
        Row("An invoice for all that was bought", block=0),
        Row("bread      2   4.80", block=1),
        Row("butter     1   3.15", block=1),
        Row("apples     4   2.00", block=1),
        Row("Thank you for buying at our shop", block=2),
    )
    assert [type(block) for block in found] == [Paragraph, Table, Paragraph]
    assert found[1].rows[0] == ("bread", "2", "4.80")


def test_a_table_that_was_read_within_a_paragraph_divides_it():
    found = blocks(
        "bread and butter is what was bought", "bread      2", "butter     1", "apples     4", "and that is it"
    )
    assert [type(block) for block in found] == [Paragraph, Table, Paragraph]


def test_a_table_from_the_right_begins_on_the_right():
    (found,) = blocks(
        Row("ארבע     לחם", leftwards=True), Row("אחת     חמאה", leftwards=True), Row("שתיים    תפוח", leftwards=True)
    )
    assert found.leftwards
    assert found.rows[0] == ("לחם", "ארבע")


# Running text.


@MANY
@given(st.integers(0, 10**6), st.integers(20, 120), st.floats(26, 60), st.booleans(), st.floats(-1, 1))
def test_a_paragraph_is_no_table(seed, count, wide, justified, angle):
    read = lines(paragraph(prose(seed, count), wide=wide * HEIGHT, justified=justified), angle=angle, jitter=0.1)
    (found,) = arranged(read)
    assert found.text.split() == [word.text for line in read for word in line.words]
    assert len(found.lines) == len(read)


def test_paragraphs_with_wide_gaps_are_no_tables():
    noise, tables_in = random.Random(0), 0
    for _ in range(500):
        placed, space, wide = [], noise.uniform(1.0, 3.5), noise.uniform(26, 50)
        for number in range(noise.randint(3, 9)):
            row, at = [], 100.0
            gap = space * noise.uniform(0.8, 1.2) * HEIGHT
            for text in prose(noise.randrange(10**6), 20):
                row.append((text, at, 100 + number * 45.0))
                at += len(text) * 18 + gap
                if at > wide * HEIGHT:
                    break
            placed.append(row)
        tables_in += bool(tables(arranged(lines(placed, jitter=0.1))))
    # Where the gaps of three such lines happen to stand below each other, nothing tells them from a table.
    assert tables_in <= 5


@MANY
@given(
    st.integers(0, 10**6),
    st.integers(2, 3),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.3, 0.7]),
    st.floats(24, 34),
    st.floats(1.2, 3.0),
)
def test_columns_of_a_newspaper_are_no_table(seed, columns, justified, shift, wide, gutter):
    placed, numbers = [], []
    for column in range(columns):
        rows = paragraph(
            prose(seed + column, 90),
            wide=wide * HEIGHT,
            left=100 + column * (wide + gutter) * HEIGHT,
            top=100 + column * shift * HEIGHT,
            justified=justified,
        )
        placed += rows
        numbers += [column] * len(rows)
    read = lines(placed, jitter=0.05, seed=seed, blocks=numbers)
    found = arranged(read)
    assert tables(found) == []
    assert [block.text.split() for block in found] == [
        [word.text for line in read if line.block == column for word in line.words] for column in range(columns)
    ]


def test_a_table_in_the_margin_of_a_text_is_found_beside_it():
    text = paragraph(prose(3, 90), wide=30 * HEIGHT)
    margin = [
        [*run(label, 36 * HEIGHT, 100 + number * 45), *run(value, 46 * HEIGHT, 100 + number * 45)]
        for number, (label, value) in enumerate([("Price", "46.64"), ("High", "51.04"), ("Low", "18.41")], 2)
    ]
    found = arranged(lines([*text, *margin], blocks=[0] * len(text) + [1, 1, 1]))
    assert [type(block) for block in found] == [Paragraph, Table]
    assert found[1].rows == (("Price", "46.64"), ("High", "51.04"), ("Low", "18.41"))


@MANY
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40), word), min_size=1, max_size=60))
def test_no_word_is_lost_or_doubled_wherever_words_stand(scattered):
    read = lines([[(text, x * 20.0, y * 20.0)] for x, y, text in scattered])
    assert words_of(arranged(read)) == words_in(read)


# Paragraphs and headings.


def test_paragraphs_are_the_engines_where_there_are_no_tables():
    found = blocks(Row("one of", paragraph=0), Row("them", paragraph=0), Row("another", paragraph=1), Row("x", block=1))
    assert [block.lines for block in found] == [("one of", "them"), ("another",), ("x",)]


def test_hyphens_stay_and_soft_hyphens_go():
    assert joined(["re-", "port of the har\N{SOFT HYPHEN}", "bour"]) == "re- port of the harbour"


def test_a_line_that_is_much_larger_than_the_others_is_a_heading():
    body = [run("words of the body", 100, 300 + 45 * number) for number in range(4)]
    title = [("Title", 100.0, 100.0)]
    read = lines([title, *body], blocks=[0, 1, 1, 1, 1])
    small = read[0].words[0]
    large = type(small)(small.text, 95.0, type(small.box)(100, 60, 400, 120), small.source_quad)
    first = type(read[0])((large,), large.box, large.source_quad)
    assert [type(block) for block in arranged((first, *read[1:]))] == [Heading, Paragraph]
    doubtful = type(small)(small.text, 30.0, large.box, small.source_quad)
    first = type(read[0])((doubtful,), large.box, large.source_quad)
    assert [type(block) for block in arranged((first, *read[1:]))] == [Paragraph, Paragraph]
    assert [type(block) for block in arranged(read)] == [Paragraph, Paragraph]


def test_text_that_runs_from_the_right_is_marked_and_keeps_its_order():
    (found,) = blocks(Row("םולש םלוע", leftwards=True))
    assert found.leftwards
    assert found.text == "םלוע םולש"


def test_a_page_that_failed_is_its_note_and_an_empty_one_nothing():
    failure = PageFailure(Source("a.png"), DecodeError("broken"))
    (note,) = blocks_of(Sheet(2, failure, DocumentOptions()))
    assert note.note
    assert note.text == "[page 2 could not be read: broken]"
    assert blocks_of(Sheet(1, reading(), DocumentOptions())) == []


# The grid of a page.


def test_a_line_is_a_row_and_tables_share_their_columns():
    page = grid_of(
        blocks(
            Row("A receipt", block=0),
            Row("bread           2    4.80", block=1),
            Row("butter          1    3.15", block=1),
            Row("Now the sum", block=2),
            Row("total                7.95", block=3),
            Row("paid                 8.00", block=3),
        )
    )
    assert page.rows == (
        ("A receipt", "", ""),
        ("bread", "2", "4.80"),
        ("butter", "1", "3.15"),
        ("Now the sum", "", ""),
        ("total", "", "7.95"),
        ("paid", "", "8.00"),
    )


def test_the_grid_of_a_table_from_the_right_is_marked():
    rows = Row("ארבע     לחם", leftwards=True), Row("אחת     חמאה", leftwards=True)
    page = grid_of(blocks(*rows))
    assert page.leftwards
    assert page.rows[0] == ("לחם", "ארבע")


@MANY
@given(grids(), st.floats(1.7, 4))
def test_the_grid_of_a_table_is_the_table(cells, river):
    placed, numbers = table(cells, "llllll", river=river)
    assert [list(row) for row in grid_of(arranged(lines(placed, blocks=numbers))).rows] == cells
