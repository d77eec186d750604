"""Facts about made pages whose truth is known."""

import json
import math

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrprep import Page, PageFacts, PixelMode, inspect_page
from ocrprep.analysis.blankness import is_blank
from ocrprep.analysis.blur import blur
from ocrprep.analysis.contrast import contrast
from ocrprep.analysis.evenness import background_evenness
from ocrprep.analysis.facts import facts_of
from ocrprep.analysis.glare import glare
from ocrprep.analysis.ink_coverage import ink_coverage
from ocrprep.analysis.noise import noise_sigma, salt_pepper
from ocrprep.analysis.ruled_lines import ruled_lines
from ocrprep.analysis.skew import skew
from ocrprep.analysis.stroke_width import stroke_width
from ocrprep.analysis.surroundings import dark_surroundings
from ocrprep.analysis.text_height import text_height
from tests.pages import page as page_of
from tests.typeset import rendered_height, text_page, tilted

WIDTH, HEIGHT = 900, 1200
PAPER, INK = 230, 35


def typed(size=30):
    return text_page(WIDTH, HEIGHT, size)


def lit(pixels, light):
    return np.clip(pixels * light, 0, 255).round().astype(np.uint8)


def grain(pixels, sigma, seed=3):
    noise = np.random.default_rng(seed).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).round().astype(np.uint8)


# --- the page as a whole ----------------------------------------------------------------------------------------------


def test_a_good_page_has_its_facts_and_no_defects():
    facts = facts_of(page_of(typed(), 300.0))
    assert facts.defects == ()
    assert (facts.width, facts.height, facts.mode, facts.dpi) == (WIDTH, HEIGHT, PixelMode.GRAY, (300.0, 300.0))
    assert facts.x_height == pytest.approx(rendered_height("x", 30), rel=0.08)
    assert facts.type_dpi == pytest.approx(15 * facts.x_height)
    assert facts.paper == pytest.approx(PAPER, abs=2)
    assert facts.ink == pytest.approx(INK, abs=6)
    assert facts.contrast == pytest.approx(PAPER - INK, abs=6)
    assert facts.evenness > 0.98
    assert (facts.glare, facts.light_on_dark, facts.dark_borders, facts.blank) == (0.0, 0.0, 0.0, False)
    assert (facts.horizontal_rules, facts.vertical_rules) == (0, 0)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_the_orientation_is_the_turn_that_sets_type_upright(quarters):
    facts = facts_of(np.ascontiguousarray(np.rot90(typed(), -quarters)))
    assert (facts.orientation, facts.orientation_confidence > 0.3) == (90 * quarters, True)
    assert facts_of(np.full((300, 300), 240, np.uint8)).orientation_confidence == 0.0


def test_shared_copies_give_what_each_function_gives_alone():
    pixels = tilted(grain(typed(), 4), 2.0)
    facts, size = facts_of(pixels), text_height(pixels)
    assert facts.skew == skew(pixels).angle
    assert (facts.x_height, facts.cap_height) == (size.x_height, size.capital_height)
    assert facts.stroke_width == stroke_width(pixels)
    assert (facts.noise_sigma, facts.salt_pepper) == (noise_sigma(pixels), salt_pepper(pixels))
    assert facts.evenness == background_evenness(pixels).evenness
    assert facts.ink == contrast(pixels).ink
    assert facts.edge_width == blur(pixels).edge_width
    assert (facts.glare, facts.dark_borders) == (glare(pixels), dark_surroundings(pixels))
    assert facts.ink_coverage == ink_coverage(pixels)


def test_anything_that_can_be_opened_can_be_inspected(tmp_path):
    pixels = typed()
    Image.fromarray(pixels).save(tmp_path / "page.png")
    from_file = inspect_page(tmp_path / "page.png")
    assert isinstance(from_file, PageFacts)
    assert inspect_page(pixels) == inspect_page(Image.fromarray(pixels)) == from_file
    assert isinstance(inspect_page(Page(pixels, PixelMode.GRAY)), PageFacts)


def test_the_facts_are_ready_for_json():
    pixels = typed().copy()
    pixels[:100] = 255 - text_page(WIDTH, HEIGHT, 40)[30:130]
    told = json.loads(json.dumps(facts_of(pixels).as_dict(), allow_nan=False))
    assert told["mode"] == "gray"
    assert told["light_on_dark_regions"][0].keys() == {"x", "y", "width", "height"}
    assert "light on dark" in told["defects"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2), (30, 30, 3)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_tiny_and_empty_pages_have_facts_too(shape, level):
    facts = facts_of(np.full(shape, level, np.uint8))
    assert facts.blank
    assert (facts.x_height, facts.ink, facts.stroke_width, facts.edge_width) == (None,) * 4
    assert all(math.isfinite(value) for value in facts.as_dict().values() if isinstance(value, float))


# --- one fault at a time ----------------------------------------------------------------------------------------------


def _salted(pixels):
    chance = np.random.default_rng(4).random(pixels.shape)
    return np.where(chance < 0.01, 0, np.where(chance > 0.99, 255, pixels)).astype(np.uint8)


def _bordered(pixels):
    pixels = pixels.copy()
    pixels[:, :20] = 10
    return pixels


def _shadowed(pixels):
    return lit(pixels, np.linspace(1.0, 0.4, pixels.shape[1]))


def _washed_out(pixels):
    return (200 + (pixels.astype(np.int32) - 35) // 8).astype(np.uint8)


@pytest.mark.parametrize(
    ("made", "defect"),
    [
        (lambda: typed(14), "too small type"),
        (lambda: tilted(typed(), 1.5), "skewed"),
        (lambda: _shadowed(typed()), "uneven light"),
        (lambda: grain(typed(), 40), "noisy"),
        (lambda: _salted(typed()), "noisy"),
        (lambda: _washed_out(typed()), "low contrast"),
        (lambda: cv2.GaussianBlur(typed(), (0, 0), 3.5), "blurred"),
        (lambda: cv2.blur(typed(), (13, 1)), "blurred"),
        (lambda: 255 - typed(), "light on dark"),
        (lambda: np.full((HEIGHT, WIDTH), PAPER, np.uint8), "blank"),
        (lambda: _bordered(typed()), "dark borders"),
    ],
)
def test_a_made_fault_is_the_one_that_is_named(made, defect):
    assert facts_of(np.asarray(made())).defects == (defect,)


@pytest.mark.parametrize("angle", [-7.0, -0.7, 3.0])
def test_the_skew_is_the_turn_that_levels_the_page(angle):
    facts = facts_of(tilted(typed(), angle))
    assert facts.skew == pytest.approx(-angle, abs=0.05)
    assert facts.skew_confidence > 0.3


# --- light ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("darkest", [0.4, 0.6, 0.8])
def test_evenness_is_the_darkest_over_the_lightest_paper(darkest):
    light = np.linspace(1.0, darkest, HEIGHT)[:, None]
    found = background_evenness(lit(typed(), light))
    # A twentieth of the tiles on either side is left out, and margins have no type.
    assert found.evenness == pytest.approx(darkest, abs=0.06 + 0.1 * (1 - darkest))
    assert found.lightest == pytest.approx(PAPER, abs=12)


def test_a_dark_picture_and_a_dark_table_are_no_shadow():
    pixels = typed().copy()
    pixels[300:600, 500:800] = 20
    pixels[:, -60:] = 5
    assert background_evenness(pixels).evenness > 0.9


def test_black_and_white_has_no_light():
    assert background_evenness(np.where(typed() > 128, 255, 0).astype(np.uint8)).evenness == 1.0


def test_glare_is_a_blown_out_area_that_fades():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = np.hypot(x - 450, y - 600)
    flash = 500.0 * np.exp(-((away / 140.0) ** 2))
    pixels = np.clip(typed() * 0.7 + flash, 0, 255).round().astype(np.uint8)
    white = float((pixels[450:750, 300:600] >= 250).sum()) / pixels.size
    assert glare(pixels) == pytest.approx(white, rel=0.25)
    assert "glare" in facts_of(pixels).defects


def test_white_paper_white_fields_and_a_sheet_on_a_table_are_no_glare():
    white = np.where(typed() > 128, 255, 20).astype(np.uint8)
    form = np.minimum(typed(), 200).copy()
    form[400:600, 200:700] = 255
    table = np.full((HEIGHT + 400, WIDTH + 400), 120, np.uint8)
    table[200:-200, 200:-200] = white
    assert [glare(item) for item in (white, form, table)] == [0.0, 0.0, 0.0]


def test_the_contrast_is_that_of_ink_and_paper_under_any_light():
    pixels = (90 + (typed().astype(np.float32) - INK) * 0.5).astype(np.uint8)
    found = contrast(pixels)
    assert found.paper == pytest.approx(187, abs=3)
    assert found.ink == pytest.approx(90, abs=8)
    assert contrast(np.full((300, 300), 200, np.uint8)).difference == 0.0


def test_a_black_bar_does_not_pass_for_strong_ink():
    pixels = _washed_out(typed())
    pixels[:100] = 0
    assert contrast(pixels).difference < 40


# --- sharpness --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sigma", [1.5, 2.0, 3.0])
def test_the_edge_width_of_a_gaussian_blur(sigma):
    bars = np.full((600, 600), PAPER, np.uint8)
    bars[:, 20::60] = INK
    for column in range(20, 50):
        bars[:, column::120] = INK
    found = blur(cv2.GaussianBlur(bars, (0, 0), sigma))
    # Full contrast over the step in the edge's middle.
    assert found.across == pytest.approx(1 / math.erf(1 / (2 * math.sqrt(2) * sigma)), rel=0.15)


@pytest.mark.parametrize("sigma", [0.0, 2.0])
def test_the_amount_of_text_does_not_matter(sigma):
    little, much = (text_page(WIDTH, HEIGHT, 30, lines=lines) for lines in (3, 1000))
    widths = [blur(cv2.GaussianBlur(item, (0, 0), sigma) if sigma else item).edge_width for item in (little, much)]
    assert widths[0] == pytest.approx(widths[1], rel=0.15)


def test_motion_blurs_one_direction():
    found = blur(cv2.blur(typed(), (9, 1)))
    assert found.across > 2 * found.down
    assert found.edge_width == found.across


def test_too_few_edges_are_not_measured():
    assert blur(np.full((200, 200), 230, np.uint8)) is None


# --- ink and lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("soft", [False, True])
def test_the_coverage_is_the_share_of_ink(scale, soft):
    pixels = text_page(WIDTH * scale, HEIGHT * scale, 30 * scale)
    share = float((PAPER - pixels.astype(np.float64)).sum() / (PAPER - INK) / pixels.size)
    pixels = cv2.GaussianBlur(pixels, (0, 0), 0.8) if soft else pixels
    assert ink_coverage(pixels) == pytest.approx(share, rel=0.15)


def test_a_black_bar_is_ink_and_a_dark_border_is_not():
    pixels = typed().copy()
    before = ink_coverage(pixels)
    pixels[500:700, 200:700] = INK
    assert ink_coverage(pixels) == pytest.approx(before + 200 * 500 / pixels.size, abs=0.03)
    assert ink_coverage(_bordered(typed())) == pytest.approx(before, abs=0.005)


def ruled(angle=0.0, size=24):
    pixels = typed(size).copy()
    for row in range(8):
        cv2.line(pixels, (50, 100 + 130 * row), (850, 100 + 130 * row), INK, 3)
    for column in (50, 300, 600, 850):
        cv2.line(pixels, (column, 100), (column, 1010), INK, 3)
    return tilted(pixels, angle)


@pytest.mark.parametrize("angle", [0.0, 1.5, -6.0])
def test_ruled_lines_are_counted_in_both_directions(angle):
    found = ruled_lines(ruled(angle), -angle)
    assert (found.horizontal, found.vertical) == (8, 4)
    drawn = float(((ruled() < 100) & (typed(24) > 100)).mean())
    # Pixels of soft edges are on the line's or on the paper's side.
    assert found.share == pytest.approx(drawn, rel=0.25)


@pytest.mark.parametrize("size", [10, 20, 60])
def test_type_has_no_ruled_lines(size):
    found = ruled_lines(typed(size))
    assert (found.horizontal, found.vertical) == (0, 0)


def test_the_letters_of_one_cut_out_line_are_no_rules():
    assert ruled_lines(text_page(1800, 120, 40, lines=1)).vertical == 0


def test_a_header_light_on_dark_is_found_where_it_is():
    pixels = typed(26).copy()
    pixels[250:450] = PAPER
    pixels[300:400, 100:800] = 255 - text_page(WIDTH, HEIGHT, 40)[30:130, :700]
    facts = facts_of(pixels)
    assert facts.light_on_dark == pytest.approx(100 * 700 / pixels.size, rel=0.2)
    region = facts.light_on_dark_regions[0]
    assert (region.x, region.y) == (pytest.approx(100, abs=8), pytest.approx(300, abs=8))
    assert facts.evenness > 0.9
    assert facts.dark_borders == 0.0


def test_levels_of_an_inverted_page_are_those_that_are_seen():
    facts = facts_of(255 - typed())
    assert facts.light_on_dark > 0.5
    assert facts.paper == pytest.approx(255 - PAPER, abs=2)
    assert facts.ink == pytest.approx(255 - INK, abs=6)
    assert facts.darkest_paper <= facts.lightest_paper


# --- blank pages ------------------------------------------------------------------------------------------------------


def empty():
    return grain(np.full((HEIGHT, WIDTH), PAPER, np.uint8), 3)


def _dusty(pixels):
    random = np.random.default_rng(2)
    for x, y in zip(random.integers(20, WIDTH - 20, 12), random.integers(20, HEIGHT - 20, 12), strict=True):
        cv2.circle(pixels, (int(x), int(y)), 1, 90, -1)
    return pixels


def _punched(pixels):
    for y in (400, 800):
        cv2.circle(pixels, (50, y), 13, 30, -1)
    return pixels


@pytest.mark.parametrize("made", [lambda page: page, _dusty, _punched, _bordered, lambda page: _dusty(_punched(page))])
def test_dust_holes_borders_and_grain_leave_a_page_blank(made):
    pixels = made(empty())
    assert is_blank(pixels)
    assert facts_of(pixels).blank


def test_colours_of_one_brightness_are_something():
    pixels = np.full((HEIGHT, WIDTH, 3), (110, 110, 110), np.uint8)
    pixels[typed() < 100] = (200, 70, 80)
    facts = facts_of(pixels)
    assert not facts.blank
    assert "low contrast" in facts.defects


def test_a_page_number_is_something():
    picture = Image.fromarray(_punched(empty()))
    ImageDraw.Draw(picture).text((440, 1130), "12", INK, font=ImageFont.load_default(26))
    assert not is_blank(np.asarray(picture))
    assert not facts_of(np.asarray(picture)).blank


# --- what lies around -------------------------------------------------------------------------------------------------


def test_a_table_around_the_sheet_is_dark_and_a_shadow_with_type_is_not():
    table = np.full((HEIGHT + 400, WIDTH + 400), 40, np.uint8)
    table[200:-200, 200:-200] = typed()
    assert dark_surroundings(table) == pytest.approx(1 - WIDTH * HEIGHT / table.size, abs=0.03)
    shadow = lit(typed(), np.where(np.arange(WIDTH) < 450, 0.3, 1.0))
    assert dark_surroundings(shadow) < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_a_page_of_noise_alone_has_facts_too(seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (96, 96), dtype=np.uint8)
    assert inspect_page(pixels).width == 96
