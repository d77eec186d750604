"""Properties of made-up writing: the same seed gives the same page, on any shape, with any fonts."""

import numpy as np
import pytest

from ocrprep.learning.writing import KINDS, PENS, WritingStyle, fonts, write
from ocrprep.learning.writing.handwriting import make_hand, make_words
from ocrprep.learning.writing.press import pressed
from ocrprep.learning.writing.scripts import SCRIPTS
from ocrprep.learning.writing.strokes import Strokes


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(64, 64), (300, 200), (160, 500)])
def test_a_page_is_coverage_of_its_shape(kind, shape):
    page = write(np.random.default_rng(3), shape, WritingStyle(kind=kind))
    assert page.ink.shape == shape
    assert page.ink.dtype == np.float32
    assert page.ink.min() >= 0
    assert page.ink.max() <= 1
    assert page.kind == kind
    assert 5 <= page.x_height <= 75


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (7, 9), (300, 1000), (33, 257)])
def test_any_shape_will_do(shape):
    for seed in range(6):
        assert write(np.random.default_rng(seed), shape).ink.shape == shape


def test_the_same_seed_gives_the_same_page():
    for seed in range(12):
        first, again = (write(np.random.default_rng([1, seed]), (200, 240)) for _ in range(2))
        assert first.kind == again.kind
        assert np.array_equal(first.ink, again.ink)


def test_seeds_give_different_pages():
    pages = [write(np.random.default_rng(seed), (128, 128)).ink.tobytes() for seed in range(12)]
    assert len(set(pages)) >= 10  # nearly empty pages may agree


def test_pages_hold_some_ink_but_mostly_paper():
    shares = [float(write(np.random.default_rng([2, seed]), (320, 320)).ink.mean()) for seed in range(40)]
    assert 0.04 < np.median(shares) < 0.16  # historical pages with known truth lie at 0.04 to 0.17
    assert max(shares) < 0.5


def test_edges_are_soft_but_only_a_pixel_wide():
    page = write(np.random.default_rng(5), (320, 320), WritingStyle(kind="print", x_height=30.0, press=0.5)).ink
    full, soft = (page > 0.98).sum(), ((page > 0.02) & (page < 0.98)).sum()
    assert 0.1 * full < soft < 2.0 * full


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (-1, 3)])
def test_a_shape_without_pixels_is_an_error(shape):
    with pytest.raises(ValueError, match="at least 1×1"):
        write(np.random.default_rng(0), shape)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "novel"}, {"pen": "laser"}, {"x_height": 1.0}, {"slant": 80.0}, {"press": 9}, {"script": "elvish"}],
)
def test_a_style_out_of_range_is_an_error(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        WritingStyle(**wrong)


def test_a_style_is_kept():
    page = write(np.random.default_rng(0), (200, 200), WritingStyle(kind="handwriting", x_height=31.0))
    assert (page.kind, page.x_height) == ("handwriting", 31.0)


@pytest.mark.parametrize("pen", PENS)
def test_every_pen_writes(pen):
    style = WritingStyle(kind="handwriting", x_height=24.0, pen=pen, slant=20.0, rotation=0.0)
    assert max(write(np.random.default_rng(s), (200, 300), style).ink.max() for s in range(3)) == 1


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_every_script_is_printed_or_latin_in_its_place(script):
    style = WritingStyle(kind="print", script=script, x_height=14.0)
    assert write(np.random.default_rng(4), (200, 300), style).ink.shape == (200, 300)


def test_a_quarter_turn_turns_the_lines():
    rows, columns = (
        write(np.random.default_rng(8), (300, 300), WritingStyle(kind="office", x_height=10.0, rotation=angle)).ink
        for angle in (0.0, 90.0)
    )
    assert np.var(rows.mean(axis=1)) > np.var(rows.mean(axis=0))
    assert np.var(columns.mean(axis=0)) > np.var(columns.mean(axis=1))


def test_without_fonts_pillows_own_draws(monkeypatch, tmp_path):
    monkeypatch.setenv("OCRPREP_FONTS", str(tmp_path))
    (face,) = fonts.faces()
    assert face.path == fonts.BUILT_IN
    for kind in KINDS:
        page = write(np.random.default_rng(1), (200, 200), WritingStyle(kind=kind))
        assert page.ink.shape == (200, 200)
    assert fonts.pick(np.random.default_rng(0), "thai") is None


@pytest.mark.parametrize("value", ["no/such/folder", ":", "~", " ", "/dev/null"])
def test_a_strange_font_path_holds_no_fonts(monkeypatch, value):
    monkeypatch.setattr("os.environ", {"OCRPREP_FONTS": value})
    assert write(np.random.default_rng(1), (64, 64), WritingStyle(kind="print")).ink.shape == (64, 64)


def test_files_that_are_no_fonts_are_passed_over(monkeypatch, tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"this is no font")
    monkeypatch.setenv("OCRPREP_FONTS", str(tmp_path))
    assert fonts.faces()[0].path == fonts.BUILT_IN


def test_a_font_that_is_none_is_an_error(tmp_path):
    path = tmp_path / "broken.ttf"
    path.write_bytes(b"this is no font")
    with pytest.raises(ValueError, match="no font"):
        write(np.random.default_rng(0), (64, 64), WritingStyle(kind="print", font=str(path)))


def test_the_catalogue_is_sorted_and_every_face_draws_something():
    faces = fonts.faces()
    assert list(faces) == sorted(faces, key=lambda face: face.path)
    assert all(face.scripts and 0.15 < face.x_ratio < 1.2 for face in faces)


def test_words_stay_between_ascender_and_descender():
    rng = np.random.default_rng(0)
    words = make_words(rng, make_hand(rng, slant=0.0), 60, fine=6)
    heights = np.concatenate([path[:, 1] for word in words for path in word.paths])
    assert len(words) == 60
    assert -2.2 < heights.min() < 0
    assert 1 < heights.max() < 3.2
    assert all(path[:, 0].min() >= -1e-9 for word in words for path in word.paths)


def test_a_stroke_is_as_wide_as_it_was_asked_to_be():
    strokes = Strokes()
    strokes.add(np.array([(5, 20), (95, 20)], np.float32), 6.0)
    column = strokes.draw((40, 100), finer=4)[:, 50] / 255
    assert column.sum() == pytest.approx(6, abs=0.4)  # OpenCV rounds half a width up
    assert (column * np.arange(40)).sum() / column.sum() == pytest.approx(19.5, abs=0.15)  # y = 20 is a pixel's edge


@pytest.mark.parametrize("grow", [-0.5, 0.3, 1.0])
def test_press_moves_an_edge_by_as_much_as_it_says(grow):
    page = np.zeros((40, 60), np.uint8)
    page[:, 20:40] = 255
    found = pressed(np.random.default_rng(0), page, grow, 0.9, 0.0)
    assert found[20].sum() == pytest.approx(20 + 2 * grow, abs=0.1)  # gray levels are whole numbers


def test_fibres_leave_paper_and_full_ink_alone():
    page = np.zeros((60, 90), np.uint8)
    page[:, 30:60] = 255
    found = pressed(np.random.default_rng(0), page, 0.0, 0.5, 0.3)
    assert found[:, :25].max() == 0
    assert found[:, 35:55].min() == 1
