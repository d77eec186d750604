"""Noise, specks, lines and borders go; type stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydantic import ValidationError

from ocrprep.analysis.components import components, run_lengths
from ocrprep.filters.auto_denoising import AutoDenoising
from ocrprep.filters.bilateral import Bilateral
from ocrprep.filters.denoise import Denoise
from ocrprep.filters.despeckle import Despeckle
from ocrprep.filters.median import Median
from ocrprep.filters.non_local_means import NonLocalMeans
from ocrprep.filters.remove_border import RemoveBorder
from ocrprep.filters.remove_lines import RemoveLines
from ocrprep.page import Page, PixelMode
from tests import pages


def typed(lines: list[str], *, size: int = 24, width: int = 640, ink: int = 25, paper: int = 235) -> np.ndarray:
    """Chosen lines of text; (H, W) uint8."""
    picture = Image.new("L", (width, round(size * 1.9 * len(lines)) + 30), paper)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size)
    for row, line in enumerate(lines):
        draw.text((20, 12 + row * size * 1.9), line, ink, font=font)
    return np.asarray(picture).copy()


def binary(gray: np.ndarray) -> np.ndarray:
    return np.where(gray < 128, 0, 255).astype(np.uint8)


def binary_page(gray: np.ndarray) -> Page:
    return pages.page(gray >= 128)


def distance(one: np.ndarray, two: np.ndarray) -> float:
    return float(np.sqrt(np.mean((one.astype(float) - two) ** 2)))


def grain(page: np.ndarray, sigma: float, seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, sigma, page.shape)
    return np.clip(np.rint(page + noise), 0, 255).astype(np.uint8)


def peppered(page: np.ndarray, share: float, seed: int = 2) -> np.ndarray:
    dice = np.random.default_rng(seed).random(page.shape[:2])
    page = page.copy()
    page[dice < share / 2] = 0
    page[dice > 1 - share / 2] = 255
    return page


# denoise


@pytest.mark.parametrize("size", [12, 19, 36])
def test_a_clean_page_is_left_as_it_is_and_the_step_says_so(size: int) -> None:
    page = pages.text_gray(400, 240, size=size)
    result = Denoise()(pages.page(page))
    assert (result.pixels == page).all()
    assert result.steps[-1].found == {
        "noise_sigma": 0.0,
        "salt_pepper": pytest.approx(0, abs=0.0005),
        "specks_removed": False,
        "grain_smoothed": False,
        "changed": False,
    }


@pytest.mark.parametrize("sigma", [5, 15, 30])
def test_grain_goes_and_no_more_is_lost_than_with_non_local_means(sigma: int) -> None:
    page = pages.text_gray(400, 240, size=24)
    noisy = grain(page, sigma)
    ours = distance(Denoise()(noisy), page)
    assert ours < 0.62 * distance(noisy, page)
    assert ours < 1.05 * distance(cv2.fastNlMeansDenoising(noisy, None, sigma, 7, 21), page)


def test_specks_go_from_gray_colour_and_binary_pages() -> None:
    clean = pages.text_gray(400, 240, size=24)
    noisy = peppered(clean, 0.02)
    for page, given in (
        (clean, pages.page(noisy)),
        (np.dstack([clean] * 3), pages.page(np.dstack([noisy] * 3))),
        (binary(clean), binary_page(peppered(binary(clean), 0.02))),
    ):
        result = Denoise()(given)
        assert result.mode is given.mode
        assert result.steps[-1].found["specks_removed"]
        # What touches a letter cannot be told from it.
        assert distance(result.pixels, page) < 0.4 * distance(given.pixels, page)


def test_thin_strokes_and_dots_outlive_the_specks() -> None:
    page = np.full((120, 300), 230, np.uint8)
    page[20:100, 30] = 20  # a stroke one pixel wide
    page[60, 60:140] = 20
    page[20:22, 200:202] = 20  # a full stop of 2×2
    page[40:43, 220:223] = 20
    specks = page.copy()
    specks[5:115:6, 240:296:6] = 10
    result = Denoise()(specks)
    assert (result == page).all()


def test_single_pixels_and_pairs_are_specks_and_three_are_not() -> None:
    page = np.full((60, 200), 220, np.uint8)
    page[5:50:5, 5:100:5] = 20
    page[10, 120:122] = page[20:22, 130] = 20
    page[30, 120], page[31, 121] = 20, 20
    page[40, 120], page[41, 119] = 20, 20
    page[10, 160:163] = 20
    result = Denoise()(page)
    left = np.argwhere(result < 128)
    assert left.tolist() == [[10, 160], [10, 161], [10, 162]]


def test_a_pattern_of_black_and_white_stays_black_and_white() -> None:
    noise = pages.page(np.random.default_rng(8).random((60, 70)) < 0.5)
    assert Denoise()(noise).mode is PixelMode.BINARY
    assert not Denoise()(noise).steps[-1].found["grain_smoothed"]


def test_strength_is_relative_to_the_noise() -> None:
    page = pages.text_gray(300, 200, size=24)
    noisy = grain(page, 12)
    weak, full = (Denoise(strength)(noisy) for strength in (0.3, 1.0))
    assert distance(full, page) < distance(weak, page) < distance(noisy, page)
    # Three levels at a tenth are under what is left alone.
    assert (Denoise(0.1)(grain(page, 3)) == grain(page, 3)).all()


def test_classical_auto_denoising_is_denoise_and_then_black_and_white() -> None:
    noisy = pages.page(grain(pages.text_gray(300, 200, size=24), 10))
    gray, black = Denoise()(noisy), AutoDenoising(method="classical")(noisy)
    assert (gray.mode, black.mode) == (PixelMode.GRAY, PixelMode.BINARY)
    assert [step.kind for step in black.steps] == ["auto_denoising", "convert"]
    assert (black.gray().pixels == gray.pixels).all()
    assert (AutoDenoising(method="classical", binarize=False)(noisy).pixels == gray.pixels).all()
    assert (Denoise(binarize=True)(noisy).pixels == black.pixels).all()


# median, bilateral, non-local means


def test_median_by_hand() -> None:
    page = np.array([[9, 9, 9, 9], [9, 0, 200, 9], [9, 9, 9, 9]], np.uint8)
    assert (Median(3)(page) == 9).all()


def test_a_binary_page_stays_binary_under_the_median() -> None:
    result = Median(5)(binary_page(peppered(pages.text_gray(), 0.05)))
    assert result.mode is PixelMode.BINARY


def test_smoothing_an_even_page_changes_nothing() -> None:
    page = np.full((40, 50, 3), (200, 180, 90), np.uint8)
    for item in (Median(), Bilateral(), NonLocalMeans(), Denoise()):
        assert (item(page) == page).all()


@pytest.mark.parametrize(
    "make",
    [lambda: Median(4), lambda: Median(1), lambda: NonLocalMeans(10, 6), lambda: Denoise(0), lambda: Bilateral(2)],
)
def test_parameters_that_have_no_meaning_are_refused(make) -> None:
    with pytest.raises(ValidationError):
        make()


# despeckle

DOTTED = [
    "Quick: iiij brown foxes; jump, 1.5% over.",
    "Chapter one . . . . . . . . . . . . . . 12",
    "Contents ............................... 7",
    "Hello... and e.g. i.e. what? Oh! End.",
]


@pytest.mark.parametrize("size", [13, 19, 24, 36, 50])
def test_every_dot_of_type_stays(size: int) -> None:
    page = typed(DOTTED, size=size, width=size * 26)
    result = Despeckle()(pages.page(page))
    assert result.steps[-1].found["specks"] == 0
    assert (result.pixels == page).all()
    result = Despeckle()(binary_page(page))
    assert (result.pixels == binary(page)).all()
    assert result.mode is PixelMode.BINARY


def scattered(page: np.ndarray, side: int, away: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Specks of side × side at least ``away`` pixels from any ink; the page, and where they are."""
    free = cv2.distanceTransform(np.where(page > 128, 255, 0).astype(np.uint8), cv2.DIST_L2, 5)
    free[-side:], free[:, -side:] = 0, 0
    rng, places = np.random.default_rng(4), np.zeros(page.shape, bool)
    for row, column in rng.permutation(np.argwhere(free > away))[:count]:
        places[row : row + side, column : column + side] = True
    return np.where(places, 30, page).astype(np.uint8), places


@pytest.mark.parametrize(("size", "side"), [(19, 2), (24, 2), (36, 3), (50, 5)])
def test_lonely_specks_vanish_and_the_type_does_not(size: int, side: int) -> None:
    page = typed(DOTTED, size=size, width=size * 30)
    specked, places = scattered(page, side, away=size // 2, count=80)
    result = Despeckle()(specked)
    # Three of eighty may stand in a row at even steps by chance.
    assert (result[places] > 200).mean() >= 0.95
    assert (result[(page < 128) & ~places] < 128).all()


def test_dust_goes_even_beside_letters() -> None:
    page = typed(DOTTED, size=50, width=1300)
    dusted, places = scattered(page, 1, away=3, count=150)
    result = Despeckle()(dusted)
    assert (result[places] > 200).all()
    assert (result[page < 128] < 128).all()


def test_specks_are_painted_with_the_paper_beside_them() -> None:
    gray = typed(["Blue paper, here."], size=36, width=500)
    page = np.dstack([gray // 2, (gray * 0.8).astype(np.uint8), gray])
    page = (page * np.linspace(1, 0.7, 500)[:, None]).astype(np.uint8)
    specked = page.copy()
    specked[80:83, 450:453] = 10
    result = Despeckle()(specked)
    assert np.abs(result[78:85, 448:455].astype(int) - page[78:85, 448:455]).max() <= 4


def test_isolation_0_takes_dots_of_type_too() -> None:
    page = binary(typed(["iiiiiiii"], size=50))
    before = len(components(255 - page))
    after = len(components(255 - Despeckle(max_size=2, isolation=0)(page)))
    assert (before, after) == (16, 8)


# remove_lines

PLAIN = [
    "Quick tEzT: brown fox_ jumps -- over lazy dogs.",
    "HEILT EFTZ LLL |x| = 98.50 (paid) __ 12",
]


def ruled(
    shape: tuple[int, ...], places: list[int], thickness: int, angle: float, *, upright: bool = False
) -> np.ndarray:
    """Where lines are, as booleans; the angle in degrees."""
    layer = np.zeros(shape[::-1] if upright else shape, np.uint8)
    width = layer.shape[1]
    for place in places:
        end = round(place - (width - 20) * np.tan(np.radians(angle)))
        cv2.line(layer, (10, place), (width - 10, end), 255, thickness)
    return (layer.T if upright else layer) > 128


@pytest.mark.parametrize("size", [14, 24, 36, 90])
@pytest.mark.parametrize("direction", ["horizontal", "vertical", "both"])
def test_text_without_lines_is_left_as_it_is(size: int, direction: str) -> None:
    page = typed(PLAIN * 2, size=size, width=size * 26)
    result = RemoveLines(direction)(pages.page(page))
    assert (result.pixels == page).all()
    found = result.steps[-1].found
    assert (found["horizontal"], found["vertical"]) == (0, 0)


@pytest.mark.parametrize("angle", [0, 0.7, 2, -2])
@pytest.mark.parametrize("thickness", [1, 2, 4])
@pytest.mark.parametrize("upright", [False, True])
def test_lines_go_and_the_text_that_they_cross_stays(thickness: int, angle: float, upright: bool) -> None:
    text = typed(PLAIN * 4, size=36, width=900)
    # Lines through the upper part of letters, under the text, and far from it.
    lines = ruled(
        text.shape, [33, 120, 240, 255] if not upright else [8, 300, 601, 890], thickness, angle, upright=upright
    )
    page = np.where(lines, 40, text).astype(np.uint8)
    result = RemoveLines("vertical" if upright else "horizontal")(page)
    ink = text < 128
    # Under a letter that stands on a line, the line stays as its foot.
    reach = 2 * thickness + 5
    near = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    assert (result[lines & ~near] > 200).mean() >= 0.95
    # Feet of letters that end inside a line may lose their last row.
    assert (result[ink & ~lines] < 128).mean() >= 0.985
    # Bars of letters that lie along a line go with it; strokes that go through it do not.
    mask = ink.astype(np.uint8)
    through = (run_lengths(mask.T.copy()).T if upright else run_lengths(mask)) >= thickness + 8
    assert (result[ink & lines & through] < 128).mean() >= 0.98


def test_an_upright_stroke_that_crosses_a_line_is_whole() -> None:
    page = np.full((200, 400), 240, np.uint8)
    page[40:160, 100:105] = page[40:160, 300:305] = 20
    clean = page.copy()
    page[98:101] = 20
    assert (RemoveLines("horizontal")(page) == clean).all()


def test_a_diagonal_stroke_that_crosses_a_line_stays_in_one_piece() -> None:
    clean = np.full((200, 400), 255, np.uint8)
    cv2.line(clean, (150, 40), (250, 160), 0, 5)
    page = binary(clean)
    page[98:101] = 0
    result = RemoveLines("horizontal")(page)
    assert len(components(255 - result)) == 1
    assert ((result == 0) != (binary(clean) == 0)).sum() < 30


def test_a_table_goes_with_its_crossings() -> None:
    page = typed(PLAIN * 2, size=24, width=700)
    table = page.copy()
    for row in (6, 56, 102, 148, 194):
        table[row : row + 3, 5:695] = 30
    for column in (5, 350, 692):
        table[6:197, column : column + 3] = 30
    result = RemoveLines()(pages.page(table))
    found = result.steps[-1].found
    assert (found["horizontal"], found["vertical"]) == (5, 3)
    lines = (table != page) & (cv2.erode(page, np.ones((7, 7), np.uint8)) > 200)
    assert (result.pixels[lines] > 200).mean() > 0.99


def test_staves_go_and_heads_and_stems_stay() -> None:
    page = np.full((160, 600), 255, np.uint8)
    for x in range(60, 560, 50):
        cv2.ellipse(page, (x, 60 + x % 40), (9, 6), 0, 0, 360, 0, -1)
        page[20 + x % 40 : 60 + x % 40, x + 7 : x + 9] = 0
    notes = binary(page)
    staff = notes.copy()
    for row in (40, 54, 68, 82, 96):
        staff[row : row + 2] = 0
    result = RemoveLines("horizontal")(staff)
    lines = (staff == 0) & (cv2.erode(notes, np.ones((7, 7), np.uint8)) == 255)
    assert (result[lines] == 255).mean() >= 0.95
    assert (result[notes == 0] == 0).mean() >= 0.97


def test_a_broken_line_goes_and_a_short_one_stays() -> None:
    page = binary(typed(PLAIN, size=24, width=900))
    clean = page.copy()
    for left in range(20, 860, 70):
        page[-12:-10, left : left + 60] = 0
    assert (RemoveLines()(page) == clean).all()
    clean[-12:-10, 20:60] = 0
    assert (RemoveLines()(clean) == clean).all()


def test_a_thick_bar_is_no_line() -> None:
    page = binary(typed(PLAIN, size=24, width=900))
    page[-18:-4, 20:880] = 0
    assert (RemoveLines()(page) == page).all()
    assert not (RemoveLines(max_thickness=10)(page)[-18:-4, 20:880] == 0).any()


def test_lines_on_coloured_paper_leave_its_colour() -> None:
    page = np.dstack([typed(PLAIN, size=24, width=700)] * 3)
    page = (page * (1.0, 0.9, 0.6)).astype(np.uint8)
    clean = page.copy()
    page[-10:-7, 10:690] = (40, 30, 90)
    result = RemoveLines()(page)
    assert np.abs(result.astype(int) - clean).max() <= 4


def test_lines_by_share_of_the_page() -> None:
    page = binary(typed(PLAIN, size=24, width=900))
    page[-12:-10, 20:200] = 0
    assert RemoveLines(min_length=0.3)(page)[-11, 100] == 0
    assert RemoveLines(min_length=0.1)(page)[-11, 100] == 255


# remove_border


def framed(page: np.ndarray, ink: int = 15) -> tuple[np.ndarray, np.ndarray]:
    """A slanting band on the left and even ones elsewhere; the page, and where they are."""
    border = np.zeros(page.shape[:2], np.uint8)
    height, width = border.shape
    cv2.fillPoly(border, [np.array([[0, 0], [50, 0], [22, height], [0, height]], np.int32)], 255)
    border[:9] = border[height - 14 :] = border[:, width - 8 :] = 255
    page = page.copy()
    page[border > 0] = ink
    return page, border > 0


@pytest.mark.parametrize("mode", ["gray", "rgb", "binary"])
def test_borders_become_paper_and_the_rest_stays(mode: str) -> None:
    gray = np.full((420, 560), 225, np.uint8)
    gray[40:380, 80:520] = pages.text_gray(440, 340, size=24)
    clean = {"gray": gray, "rgb": np.dstack([gray, gray, gray // 2]), "binary": binary(gray)}[mode]
    page, border = framed(clean, 0 if mode == "binary" else 15)
    result = RemoveBorder()(page)
    assert result.shape == page.shape
    paper = clean[20, 300].astype(int)
    assert np.abs(result[border].astype(int) - paper).max() <= 3
    inside = cv2.erode((~border).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert (result[inside] == page[inside]).all()


def test_the_step_tells_how_much_was_border() -> None:
    page, border = framed(pages.text_gray(560, 420))
    share = RemoveBorder()(pages.page(page)).steps[-1].found["share"]
    assert share == pytest.approx(border.mean(), rel=0.1)


def test_text_that_touches_the_edge_stays() -> None:
    page = np.roll(pages.text_gray(500, 400, size=36), -24, axis=1)
    assert (page[:, 0] < 128).any()
    assert (RemoveBorder()(page) == page).all()
    page[:, -12:] = 10
    result = RemoveBorder()(page)
    assert (result[:, -12:] > 200).all()
    assert (result[:, :-16] == page[:, :-16]).all()


def test_a_hairline_along_the_edge_is_a_border() -> None:
    page = pages.text_gray(500, 400, size=24)
    page[:, -2:] = 20
    assert (RemoveBorder()(page)[:, -2:] > 200).all()


@pytest.mark.parametrize("case", ["picture", "dark page", "black", "white", "line across"])
def test_what_is_dark_at_the_edge_but_no_border_stays(case: str) -> None:
    page = pages.text_gray(500, 400, size=24)
    if case == "picture":
        page[200:, :250] = np.random.default_rng(3).integers(0, 90, (200, 250))
    elif case == "line across":
        page[200:203] = 20
    else:
        page = {"dark page": 255 - page, "black": page * 0, "white": page * 0 + 255}[case]
    assert (RemoveBorder()(page) == page).all()
