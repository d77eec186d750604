"""What a reading leaves open on its page, and how that is cut out to be read again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocrprep import geometry
from ocrprep.consensus import merge_readings
from ocrprep.consensus._cuttings import cut
from ocrprep.consensus._doubts import doubts
from ocrprep.geometry import Box
from ocrprep.result import Line, RecognitionResult, Word, as_map, as_quad
from tests.pages import page
from tests.readings import Row, places, reading

SIZE = 400, 320
LEFT = 40.0
X_HEIGHT = 10.0
TEXT = ("quick brown foxes", "jump over lazy dogs", "numbers were paid", "that day in full")
ROWS = [Row(text, LEFT, 40.0 + 60.0 * number) for number, text in enumerate(TEXT)]


def drawn(*rows, level=20):
    """A page with the words of the rows in their places."""
    picture = Image.new("L", SIZE, 250)
    font = ImageFont.load_default(19)
    for text, ((left, _), _, (_, bottom), _) in places(*rows):
        ImageDraw.Draw(picture).text((left, bottom - 4), text, level, font=font, anchor="ls")
    return page(np.asarray(picture).copy(), 300)


def read(*rows, **settings):
    """What was read, with probabilities."""
    return merge_readings([reading(*rows, **settings)])


def around(row):
    """The box around a row."""
    return Box.around(np.concatenate([corners for _, corners in places(row)]))


def holds(box, other, slack=4.0):
    return (
        box.left <= other.left + slack
        and box.top <= other.top + slack
        and box.right >= other.right - slack
        and box.bottom >= other.bottom - slack
    )


# Doubts


def test_a_page_that_was_read_surely_leaves_nothing_open():
    assert doubts(drawn(*ROWS), read(*ROWS), X_HEIGHT) == []


@pytest.mark.parametrize("where", range(4))
def test_the_line_of_a_doubtful_word_is_found(where):
    word = TEXT[where].split()[1]
    [found] = doubts(drawn(*ROWS), read(*ROWS, sure={word: 5.0}), X_HEIGHT)
    assert found.box == around(ROWS[where])
    assert found.share == pytest.approx(len(TEXT[where]) / sum(map(len, TEXT)))
    assert 0.0 < found.gain <= len(TEXT[where].split())


def test_the_line_that_promises_most_for_its_length_comes_first():
    rows = [Row("quick brown foxes jump over", LEFT, 40.0), Row("lazy dogs", LEFT, 100.0)]
    found = doubts(drawn(*rows), read(*rows, sure={"quick": 10.0, "lazy": 10.0}), X_HEIGHT)
    assert [item.box for item in found] == [around(rows[1]), around(rows[0])]
    assert found[0].gain / found[0].share > found[1].gain / found[1].share


@pytest.mark.parametrize("where", range(4))
def test_ink_that_nobody_read_is_found(where):
    [found] = doubts(drawn(*ROWS), read(*ROWS[:where], *ROWS[where + 1 :]), X_HEIGHT)
    assert holds(around(ROWS[where]), found.box, slack=6.0)
    assert found.box.width > 0.7 * around(ROWS[where]).width
    assert 0.1 < found.share < 0.4


def test_the_rest_of_a_line_that_was_read_in_part_is_found():
    [found] = doubts(drawn(*ROWS), read(*ROWS[:3], Row("that", LEFT, ROWS[3].top)), X_HEIGHT)
    assert found.box.left > LEFT + 4 * 10
    assert found.box.top >= ROWS[3].top - 6


def test_without_an_x_height_no_unread_ink_is_looked_for():
    assert doubts(drawn(*ROWS), read(*ROWS[:2]), None) == []
    assert len(doubts(drawn(*ROWS), read(*ROWS[:2], sure={"brown": 5.0}), None)) == 1


def test_everything_is_open_where_nothing_was_read():
    found = doubts(drawn(*ROWS), RecognitionResult(""), X_HEIGHT)
    assert len(found) == 4
    assert sum(item.share for item in found) == pytest.approx(1.0)


def test_a_blank_page_leaves_nothing_open():
    blank = page(np.full(SIZE, 240, np.uint8))
    assert doubts(blank, RecognitionResult(""), X_HEIGHT) == []
    assert doubts(blank, RecognitionResult(""), None) == []
    assert doubts(page(np.zeros((1, 1), np.uint8)), RecognitionResult(""), X_HEIGHT) == []


def test_specks_and_rules_are_no_text():
    pixels = drawn(*ROWS).pixels.copy()
    pixels[300:303, 20:380] = 20
    pixels[10:13, 100:103] = pixels[290:294, 300:304] = 20
    assert doubts(page(pixels), read(*ROWS), X_HEIGHT) == []


def test_lines_are_told_on_the_page_that_they_are_to_be_cut_from():
    before = drawn(*ROWS)
    moved = replace(before, to_source=geometry.translation(-300.0, 70.0) @ geometry.scaling(2.0, 2.0))
    seen = read(*ROWS, sure={"over": 5.0}, upright=moved.to_source)
    [found] = doubts(moved, seen, X_HEIGHT)
    assert np.allclose(found.box.corners(), around(ROWS[1]).corners())


# Cuttings

noise = page(np.random.default_rng(3).integers(0, 256, (120, 160), np.uint8), 200)
colour = page(np.random.default_rng(4).integers(0, 256, (120, 160, 3), np.uint8), 200)
spans = st.tuples(st.floats(-20, 180), st.floats(-20, 180)).map(sorted)
boxes = st.builds(lambda x, y: Box(x[0], y[0] * 0.75, x[1], y[1] * 0.75), spans, spans)


def words_at(cuttings, *squares):
    """A result with a word in each box of the cuttings."""
    words = tuple(Word("word", 90.0, box, as_quad(box.corners())) for box in squares)
    whole = Box.around(np.concatenate([box.corners() for box in squares]))
    line = Line(words, whole, as_quad(whole.corners()))
    return RecognitionResult("word", (line,), to_source=as_map(cuttings.page.to_source))


def on_cuttings(cuttings, box):
    """A box of the page, where it lies on the cuttings."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    piece = next(
        item
        for item in cuttings.pieces
        if item.left <= x < item.left + item.width and item.top <= y < item.top + item.height
    )
    across, down = -piece.left, piece.row - piece.top
    return Box(box.left + across, box.top + down, box.right + across, box.bottom + down)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from([noise, colour]), st.lists(boxes, min_size=1, max_size=6))
def test_whatever_is_cut_its_pieces_hold_the_pixels_of_the_page_and_all_that_is_wanted(origin, wanted):
    made = cut(origin, wanted)
    last = 0
    for piece in made.pieces:
        assert piece.row > last
        last = piece.row + piece.height
        there = origin.pixels[piece.top : piece.top + piece.height, piece.left : piece.left + piece.width]
        assert there.shape[:2] == (piece.height, piece.width)
        assert np.array_equal(made.page.pixels[piece.row : last, : piece.width], there)
    assert made.page.height > last
    assert made.page.width == max(piece.width for piece in made.pieces)
    for box in wanted:
        inside = Box(
            *(float(np.clip(value, 0, most)) for value, most in zip(vars_of(box), (160, 120) * 2, strict=True))
        )
        assert any(
            holds(Box(piece.left, piece.top, piece.left + piece.width, piece.top + piece.height), inside, slack=1.0)
            for piece in made.pieces
        )


def vars_of(box):
    return box.left, box.top, box.right, box.bottom


def test_cuttings_are_a_page_of_their_own_in_the_mode_of_the_page():
    bent = replace(colour, to_source=geometry.rotation(30.0), steps=())
    made = cut(bent, [Box(10, 10, 60, 20)])
    assert made.page.mode is colour.mode
    assert made.page.dpi == colour.dpi
    assert np.array_equal(made.page.to_source, geometry.identity())
    assert made.page.pixels.flags.writeable is False


def test_between_the_pieces_is_paper():
    before = drawn(*ROWS)
    made = cut(before, [around(ROWS[0]), around(ROWS[3])])
    first, second = made.pieces
    assert (made.page.pixels[first.row + first.height : second.row] == 250).all()
    assert (made.page.pixels[: first.row] == 250).all()


def test_boxes_that_overlap_are_cut_once():
    made = cut(noise, [Box(20, 20, 80, 32), Box(25, 24, 85, 36), Box(22, 22, 70, 30)])
    assert len(made.pieces) == 1
    assert len(cut(noise, [Box(20, 20, 80, 32)] * 5).pieces) == 1


def test_boxes_far_from_each_other_are_cut_apart_in_the_order_of_the_page():
    wanted = [Box(20, 90, 80, 100), Box(90, 10, 130, 20), Box(10, 50, 40, 60)]
    assert [piece.top for piece in cut(noise, wanted).pieces] == [8, 48, 88]


@pytest.mark.parametrize(
    "box",
    [
        Box(0, 0, 160, 120),
        Box(-9, -9, 12, 8),
        Box(150, 110, 170, 130),
        Box(159.5, 119.5, 160, 120),
        Box(300, 300, 310, 310),
        Box(5, 5, 5, 5),
    ],
)
def test_boxes_at_the_rim_and_beyond_are_cut_to_the_page(box):
    made = cut(noise, [box])
    [piece] = made.pieces
    assert 0 <= piece.left < piece.left + piece.width <= 160
    assert 0 <= piece.top < piece.top + piece.height <= 120


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.floats(-180.0, 180.0),
    st.lists(st.tuples(st.integers(0, 3), st.floats(5, 60), st.floats(8, 60)), min_size=1, max_size=4),
)
def test_words_go_back_to_the_source_through_a_turned_page(angle, given_boxes):
    bent = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1e-4, -2e-4, 1.0]])
    origin = replace(noise, to_source=geometry.rotation(angle, about=(80.0, 60.0)) @ bent)
    wanted = [Box(left, 6.0 + 30 * row, left + width, 16.0 + 30 * row) for row, left, width in given_boxes]
    made = cut(origin, wanted)
    found = made.looked(words_at(made, *(on_cuttings(made, box) for box in wanted)), "again", 0.5)
    assert len(found.result.words) == len(wanted)
    for word, box in zip(found.result.words, wanted, strict=True):
        assert np.abs(np.array(word.source_quad) - origin.source_points(box.corners())).max() < 0.01
    assert np.allclose(sorted(found.areas), sorted(as_quad(origin.source_points(box.corners())) for box in wanted))
    assert (found.name, found.share) == ("again", 0.5)
    assert found.result.source == origin.source


def test_words_between_the_pieces_and_beside_what_is_wanted_are_dropped():
    wanted = [Box(30, 20, 70, 30), Box(30, 80, 120, 90)]
    made = cut(noise, wanted)
    first, second = made.pieces
    between = first.row + first.height
    squares = [
        Box(0, between, 20, second.row),
        Box(first.width + 1, first.row, first.width + 9, first.row + 9),
        Box(0, first.row, 8, first.row + 10),
        Box(0, 0, 9, first.row),
        Box(0, second.row + second.height, 9, made.page.height),
    ]
    assert made.looked(words_at(made, *squares), "again", 1.0).result.lines == ()
    kept = on_cuttings(made, Box(40, 20, 60, 30))
    [line] = made.looked(words_at(made, *squares, kept), "again", 1.0).result.lines
    assert len(line.words) == 1
    assert np.allclose(line.source_quad, Box(40, 20, 60, 30).corners())
