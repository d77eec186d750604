import json

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from ocrprep.chain import FilterChain
from ocrprep.errors import FilterError
from ocrprep.filters import _contrast, _local, _strips
from ocrprep.filters._automatic import automatic_mask
from ocrprep.filters._pieces import outline
from ocrprep.filters._runs import Pieces
from ocrprep.filters._strips import Strip
from ocrprep.filters._touching import touching
from ocrprep.filters._window import resolve
from ocrprep.filters.adaptive_threshold import AdaptiveThreshold
from ocrprep.filters.binarize import Binarize
from ocrprep.filters.bradley import Bradley
from ocrprep.filters.gatos import Gatos, wiener
from ocrprep.filters.isauvola import ISauvola
from ocrprep.filters.multi_otsu import MultiOtsu
from ocrprep.filters.niblack import Niblack
from ocrprep.filters.nick import Nick
from ocrprep.filters.otsu import Otsu
from ocrprep.filters.sauvola import Sauvola
from ocrprep.filters.su import Su
from ocrprep.filters.wolf import Wolf
from tests import pages

WINDOWED = [Sauvola(), Wolf(), Niblack(), Nick(), ISauvola(), Bradley(), Gatos(), Su(), AdaptiveThreshold()]
EVERY = [*WINDOWED, Otsu(), MultiOtsu(), Binarize()]


def name(item):
    return type(item).__name__


def gray_scan(width=240, height=150, seed=7):
    return cv2.cvtColor(pages.scan_rgb(width, height, seed=seed), cv2.COLOR_RGB2GRAY)


def truth(width=240, height=150, size=19):
    return np.where(pages.text_gray(width, height, size=size) > 132, 255, 0).astype(np.uint8)


def f_measure(mask, expected):
    both = np.count_nonzero((mask == 0) & (expected == 0))
    return 2 * both / (np.count_nonzero(mask == 0) + np.count_nonzero(expected == 0))


def noisy(pixels, sigma, seed=1):
    grain = np.random.default_rng(seed).normal(0, sigma, pixels.shape)
    return np.clip(pixels + grain, 0, 255).round().astype(np.uint8)


def exact(pixels, window):
    """Mean and variance of the shrinking window, from sums of Python integers."""
    reach, (height, width) = window // 2, pixels.shape
    values = pixels.astype(object)
    m, v = np.empty(pixels.shape), np.empty(pixels.shape)
    for y in range(height):
        for x in range(width):
            part = values[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].ravel()
            n, total, squares = part.size, int(part.sum()), int((part * part).sum())
            m[y, x], v[y, x] = total / n, (n * squares - total * total) / (n * n)
    return m, v


# --- strips ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("height", [1, 127, 128, 129, 500])
@pytest.mark.parametrize("reach", [0, 3, 200])
def test_strips_cover_each_row_once_and_hold_their_margin(height, reach):
    found = _strips.strips(height, reach)
    assert [row for strip in found for row in range(strip.rows.start, strip.rows.stop)] == list(range(height))
    for strip in found:
        assert strip.padded.start == max(0, strip.rows.start - reach)
        assert strip.padded.stop == min(height, strip.rows.stop + reach)
        rows = np.arange(height)
        assert (rows[strip.padded][strip.inner] == rows[strip.rows]).all()


@pytest.mark.parametrize("item", [*WINDOWED, Binarize(), AdaptiveThreshold("gaussian")], ids=name)
def test_a_page_in_strips_is_bit_equal_to_the_page_at_once(item, monkeypatch):
    pixels = gray_scan(200, 160)
    monkeypatch.setattr(_strips, "ROWS", 10_000)
    whole = item(pixels)
    monkeypatch.setattr(_strips, "ROWS", 11)
    assert (item(pixels) == whole).all()
    assert 0 < np.count_nonzero(whole == 0) < whole.size


def test_each_returns_results_in_order_and_raises_what_the_work_raised(monkeypatch):
    monkeypatch.setattr(_strips, "ROWS", 2)
    assert _strips.each(7, 0, lambda strip: strip.rows.start) == [0, 2, 4, 6]

    def fail(strip: Strip) -> None:
        raise ZeroDivisionError(str(strip.rows.start))

    with pytest.raises(ZeroDivisionError, match="0"):
        _strips.each(7, 0, fail)


# --- local statistics -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [3, 9, 31, 201, 9999])
def test_mean_and_variance_equal_exact_arithmetic(window):
    random = np.random.default_rng(window)
    pixels = random.integers(250, 256, (23, 17)).astype(np.uint8)
    m, v = exact(pixels, window)
    found = _local.around(pixels, Strip(slice(0, 23), slice(0, 23)), window)
    assert (found.m == m).all()
    # float64 keeps 16 digits of mean², which is 6.5e4 at most: what is left of the variance has 11 behind the point.
    assert np.abs(found.v - v).max() < 1e-10
    assert np.abs(found.s - np.sqrt(v)).max() < 1e-5


@pytest.mark.parametrize("window", [181, 183, 401])
def test_sums_of_squares_do_not_overflow(window):
    pixels = np.full((410, 410), 255, np.uint8)
    assert _local.square_sum(pixels, window)[205, 205] == 255**2 * min(window, 410) ** 2
    found = _local.around(pixels, Strip(slice(200, 210), slice(0, 410)), window)
    assert (found.m == 255).all()
    assert (found.v == 0).all()


def test_sums_do_not_overflow():
    pixels = np.full((2905, 2905), 255, np.uint8)
    assert _local.box_sum(pixels, 9999)[0, 0] == 255 * 2905**2 > 2**31


def test_float32_would_have_lost_the_variance():
    pixels = noisy(np.full((60, 60), 250.0), 0.6)
    mean32 = cv2.boxFilter(pixels.astype(np.float32), cv2.CV_32F, (31, 31), borderType=cv2.BORDER_REFLECT)
    squares32 = cv2.boxFilter(pixels.astype(np.float32) ** 2, cv2.CV_32F, (31, 31), borderType=cv2.BORDER_REFLECT)
    _, v = exact(pixels, 31)
    found = _local.around(pixels, Strip(slice(0, 60), slice(0, 60)), 31)
    centre = np.s_[20:40, 20:40]
    assert np.abs((squares32 - mean32**2)[centre] - v[centre]).max() > 1e-4
    assert np.abs(found.v - v).max() < 1e-10


# --- formulas, by hand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "is_ink"),
    [
        # A pixel of 140 among eight of 200: m = 193.3, s = 60 · √8 / 9 = 18.9.
        (Sauvola(3, k=0.5, r=128), False),  # T = 193.3 · (1 + 0.5 · (18.9 / 128 − 1)) = 110.9
        (Sauvola(3, k=0.3, r=128), True),  # T = 143.9
        (Sauvola(3, k=0.3, r=255), False),  # T = 139.6
        (Niblack(3, k=-0.2), True),  # T = 193.3 − 3.8 = 189.6
        (Niblack(3, k=-2), True),  # T = 155.6
        (Nick(3, k=-0.2), True),  # T = 193.3 − 0.2 · √(18.9² + 193.3²) = 154.5
        (Nick(3, k=-0.28), False),  # T = 139.0
        (Bradley(3, t=27), True),  # T = 141.1
        (Bradley(3, t=28), False),  # T = 139.2
        (AdaptiveThreshold("mean", 3, 53), True),  # T = 193 − 53 = 140
        (AdaptiveThreshold("mean", 3, 54), False),
    ],
    ids=str,
)
def test_one_darker_pixel(item, is_ink):
    page = np.full((5, 5), 200, np.uint8)
    page[2, 2] = 140
    assert (item(page)[2, 2] == 0) == is_ink


def test_wolf_measures_against_the_contrast_of_the_page():
    # The faint pixel's window has m = 193.3 and s = 18.9 on both pages. Alone, R is that s, so T = m. By a black block,
    # M = 0 and R is at most 100, so T is at most 193.3 − 0.5 · (1 − 18.9 / 100) · 193.3 = 114.9.
    faint = np.full((5, 12), 200, np.uint8)
    faint[2, 2] = 140
    beside = faint.copy()
    beside[1:4, 8:10] = 0
    assert Wolf(3, k=0.5)(faint)[2, 2] == 0
    assert Wolf(3, k=0.5)(beside)[2, 2] == 255
    assert (Wolf(3, k=0.5)(beside)[1:4, 8:10] == 0).all()


def test_the_window_shrinks_at_the_edges():
    # The corner's window is its 2x2 neighbours: m = (140 + 3 · 200) / 4 = 185 and T = 0.76 · 185 = 140.6; a
    # reflected page would have 193.
    page = np.full((5, 5), 200, np.uint8)
    page[0, 0] = 140
    assert Bradley(3, t=24)(page)[0, 0] == 0
    assert Bradley(3, t=25)(page)[0, 0] == 255


def test_bradley_takes_an_eighth_of_the_width():
    pixels = gray_scan(240, 100)
    page = pages.page(pixels)
    assert Bradley()(page).steps[-1].found["window"] == 31
    assert (Bradley()(pixels) == Bradley(31)(pixels)).all()


def test_adaptive_threshold_is_opencvs():
    pixels = gray_scan(200, 300)
    for method, flag in (("mean", cv2.ADAPTIVE_THRESH_MEAN_C), ("gaussian", cv2.ADAPTIVE_THRESH_GAUSSIAN_C)):
        expected = cv2.adaptiveThreshold(pixels, 255, flag, cv2.THRESH_BINARY, 31, 7)
        assert (AdaptiveThreshold(method, 31, 7)(pixels) == expected).all()


def test_contrast_counts_relative_to_brightness():
    page = np.array([[100, 100, 100, 100], [100, 100, 100, 100], [100, 100, 100, 50]], np.uint8)
    # 255 · (100 − 50) / (100 + 50) = 85, and 84 with the ε; the same step on paper twice as light counts as much.
    assert _contrast.contrast_image(page)[2].tolist() == [0, 0, 84, 84]
    assert _contrast.contrast_image(page * 2)[2].tolist() == [0, 0, 84, 84]


def test_touching_keeps_whole_pieces_with_eight_neighbours():
    ink = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 0, 0]], bool)
    marks = np.zeros((4, 4), np.uint8)
    marks[0, 0] = 9
    marks[0, 1] = 9  # on paper: keeps nothing
    found = touching(np.where(ink, 0, 255).astype(np.uint8), np.where(marks > 8, 0, 255).astype(np.uint8))
    assert (found == 0).tolist() == [[True, False, False, False], [False, True, False, False], [False] * 4, [False] * 4]


def test_edge_spacing_is_the_commonest_distance():
    edges = np.zeros((4, 30), np.uint8)
    edges[:, [2, 7, 12, 22]] = 1
    assert _contrast.edge_spacing(edges) == 5
    assert _contrast.edge_spacing(np.zeros((4, 30), np.uint8)) == 3


def test_paper_beneath_ink_is_the_mean_of_the_paper_around():
    page = np.array([[200, 100, 210], [200, 90, 211], [200, 80, 210]], np.uint8)
    mask = np.where(page < 150, 0, 255).astype(np.uint8)
    found = _local.paper_beneath(page, mask, 3)
    # Above: 200, 200, 210, 211 have the mean 205.25; in the middle all six: 205.17.
    assert found.tolist() == [[200, 205, 210], [200, 205, 211], [200, 205, 210]]
    assert (_local.paper_beneath(page, np.zeros((3, 3), np.uint8), 3) == page).all()


def test_wiener_smooths_grain_and_keeps_edges():
    page = noisy(np.full((60, 60), 200.0), 2)
    page[:, 30:] = 20
    found = wiener(page)
    assert found[:, :28].std() < 0.6 * page[:, :28].std()
    assert (found[:, 31:] == 20).all()
    assert found[:, 29].mean() > 180


# --- behaviour ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", EVERY, ids=name)
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 3), (20, 20)])
@pytest.mark.parametrize("level", [0, 100, 255])
def test_flat_pages_of_any_shape_become_one_colour(item, shape, level):
    found = item(np.full(shape, level, np.uint8))
    assert found.shape == shape
    assert len(np.unique(found)) == 1
    if level == 255:
        assert (found == 255).all()


@pytest.mark.parametrize("item", EVERY, ids=name)
def test_tiny_pages_of_noise(item):
    random = np.random.default_rng(3)
    for shape in ((1, 7), (7, 1), (2, 2), (3, 5)):
        assert set(np.unique(item(random.integers(0, 256, shape).astype(np.uint8)))) <= {0, 255}


@pytest.mark.parametrize(
    ("item", "least"),
    [
        # Measured on this page: 0.96 automatic; Otsu, which cannot follow the shadow, has 0.43.
        (Binarize(), 0.93),
        (Sauvola(31, k=0.2), 0.85),
        (Wolf(31), 0.85),
        (Nick(), 0.85),
        (ISauvola(25, k=0.15), 0.85),
        (Gatos(31, glyph=21), 0.85),
        (Su(), 0.8),
        (Bradley(31), 0.8),
        (AdaptiveThreshold("mean", 31, 25), 0.8),
    ],
    ids=name,
)
def test_text_is_found_under_a_shadow_and_a_stain(item, least):
    scan = gray_scan()
    without_line = np.s_[:135]
    assert f_measure(item(scan)[without_line], truth()[without_line]) > least


def test_gatos_cleans_specks_on_request():
    pixels = noisy(pages.text_gray(), 2)
    pixels[140, 60] = 40
    kept, cleaned = Gatos(clean=False)(pixels), Gatos(clean=True)(pixels)
    assert kept[140, 60] == 0
    assert cleaned[140, 60] == 255
    assert f_measure(cleaned, truth()) > 0.9


def test_multi_otsu_takes_the_darkest_classes_as_ink():
    page = np.repeat(np.array([[20, 120, 220]], np.uint8), 30, axis=1)
    assert (MultiOtsu(3, 1)(page) == np.where(page == 20, 0, 255)).all()
    assert (MultiOtsu(3, 2)(page) == np.where(page == 220, 255, 0)).all()
    found = MultiOtsu(3, 2)(pages.page(page)).steps[-1].found
    assert found["levels"] == [20, 120]
    assert found["level"] == 120


def test_multi_otsu_needs_a_class_of_paper():
    with pytest.raises(ValidationError, match="ink_classes must be less than classes"):
        MultiOtsu(classes=3, ink_classes=3)


@pytest.mark.parametrize("item", EVERY, ids=name)
def test_what_was_found_is_json(item):
    found = item(pages.page(gray_scan())).steps[-1].found
    assert json.loads(json.dumps(found)) == found


# --- the automatic method -------------------------------------------------------------------------------------------


def test_binarize_finds_clean_text():
    assert f_measure(Binarize()(pages.text_gray()), truth()) > 0.94


def test_binarize_leaves_a_page_of_two_levels_alone():
    mask = truth()
    for dark, light in ((0, 255), (100, 130), (250, 255)):
        assert (Binarize()(np.where(mask == 0, dark, light).astype(np.uint8)) == mask).all()


def test_binarize_turns_light_text_on_dark_round():
    text = noisy(pages.text_gray(480, 300, size=28), 3)
    found = Binarize()(pages.page(255 - text))
    assert found.steps[-1].found["inverted"] is True
    assert f_measure(found.pixels, truth(480, 300, 28)) > 0.95
    assert Binarize()(pages.page(text)).steps[-1].found["inverted"] is False


@pytest.mark.parametrize(("ink", "paper", "grain"), [(150, 225, 5), (200, 225, 2), (213, 225, 1), (20, 60, 2)])
def test_binarize_keeps_faint_ink(ink, paper, grain):
    text = noisy(pages.text_gray(ink=ink, paper=paper), grain)
    assert f_measure(Binarize()(text), truth()) > 0.9


def test_binarize_keeps_faint_text_inside_a_black_margin_and_beside_strong_writing():
    text = pages.text_gray(600, 800, ink=190, paper=230)
    text[:100] = 230
    expected = np.where(text < 210, 0, 255)
    text[:12], text[:, :12], text[-12:], text[:, -12:] = 5, 5, 5, 5
    text[20:70, 60:260] = np.minimum(text[20:70, 60:260], pages.text_gray(200, 50, size=30, ink=10, paper=230))
    found = Binarize()(noisy(text, 1))
    inside = np.s_[320:780, 20:580]
    assert f_measure(found[inside], expected[inside]) > 0.9


def test_binarize_leaves_show_through_out():
    text = pages.text_gray(500, 300, ink=40, paper=225).astype(np.float32)
    back = cv2.GaussianBlur(np.roll(text[:, ::-1], 13, axis=0), (0, 0), 2.5)
    both = np.minimum(text, 225 - 0.3 * (225 - back))
    assert np.count_nonzero(cv2.GaussianBlur(both, (0, 0), 1) < 190) > 1.5 * np.count_nonzero(text < 132)
    assert f_measure(Binarize()(noisy(both, 2)), np.where(text > 132, 255, 0)) > 0.9


@pytest.mark.parametrize("sigma", [1, 4, 8, 15])
def test_binarize_keeps_blank_paper_blank(sigma):
    blank = noisy(np.full((300, 300), 225.0), sigma)
    assert np.mean(Binarize()(blank) == 0) < 0.02


def test_binarize_does_not_darken_a_shadow():
    columns = np.arange(300, dtype=np.float32)
    light = 1 - 0.75 / (1 + np.exp((columns - 150) / 12))
    text = noisy(pages.text_gray(300, 200) * light, 2)
    assert f_measure(Binarize()(text), truth(300, 200)) > 0.85


def test_binarize_fills_solid_bars():
    text = pages.text_gray(300, 240)
    text[100:140] = 40
    found = Binarize()(noisy(text, 4))
    assert np.mean(found[102:138] == 0) > 0.99


def test_binarize_follows_the_stroke_width():
    small, large = (Binarize()(pages.page(noisy(pages.text_gray(800, 400, size=size), 3))) for size in (20, 60))
    windows = [page.steps[-1].found["window"] for page in (small, large)]
    assert windows[1] > 1.8 * windows[0]
    assert f_measure(large.pixels, truth(800, 400, 60)) > 0.97


def test_binarize_measures_type_where_it_stands_on_a_big_page():
    big = np.full((1800, 1800), 225, np.uint8)
    big[:150, :240] = pages.text_gray()
    found = Binarize()(pages.page(noisy(big, 4)))
    alone = Binarize()(pages.page(noisy(pages.text_gray(), 4)))
    assert abs(found.steps[-1].found["window"] - alone.steps[-1].found["window"]) <= 2
    assert f_measure(found.pixels[:150, :240], truth()) > 0.9


def test_binarize_inside_an_area_changes_nothing_else():
    page = pages.page(gray_scan())
    found = Binarize(area=(20, 20, 120, 60))(page)
    outside = np.ones(page.pixels.shape, bool)
    outside[20:80, 20:140] = False
    assert (found.pixels[outside] == page.pixels[outside]).all()
    assert set(np.unique(found.pixels[20:80, 20:140])) == {0, 255}


def test_automatic_mask_leaves_its_argument_alone():
    pixels = gray_scan()
    before = pixels.copy()
    mask, facts = automatic_mask(pixels, None)
    assert (pixels == before).all()
    assert set(facts) == {"inverted", "stroke_width", "window", "k"}
    assert set(np.unique(mask)) == {0, 255}


def test_pieces_know_their_outline_and_the_border():
    mask = np.full((7, 9), 255, np.uint8)
    mask[2:5, 2:5] = 0
    mask[6, 8] = 0
    pieces = Pieces.of(mask)
    assert pieces.count == 3
    square = int(pieces.piece[0])
    edge = outline(mask, Strip(slice(0, 7), slice(0, 7)))
    sharp = np.zeros_like(mask)
    sharp[2, 2:5] = 255
    of_edge, of_sharp = pieces.sums(0, lambda _: (edge, cv2.bitwise_and(edge, sharp)))
    assert of_edge[square] == 8 * 255
    assert of_sharp[square] / of_edge[square] == pytest.approx(3 / 8)
    assert pieces.at_border().tolist() == [False, *(label != square for label in (1, 2))]
    keep = np.zeros(3, bool)
    keep[square] = True
    assert np.count_nonzero(pieces.keep(mask, keep) == 0) == 9


# --- windows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("window", [3, 51, 9999, "2.5x", "2x", ".5x", "0.1in", "3mm", "3 mm"])
def test_windows_survive_every_notation(window):
    item = Sauvola(window=window)
    assert item.window == window
    chain = FilterChain([item])
    assert FilterChain.from_json(chain.to_json()) == chain
    assert FilterChain.from_yaml(chain.to_yaml()) == chain
    assert FilterChain.from_flags(chain.to_flags()) == chain
    assert FilterChain.from_python(chain.to_python()) == chain


@pytest.mark.parametrize("window", [1, 2, 50, -3, 10_001, "51", "2.5", "x", "0x", "-1mm", "2.5X", "3cm", "", 2.5, None])
def test_other_windows_are_refused(window):
    with pytest.raises(ValidationError):
        Sauvola(window=window)


def test_a_refused_window_says_what_one_is():
    with pytest.raises(ValidationError, match="odd number from 3 to 9999, not 50"):
        Sauvola(window=50)
    with pytest.raises(ValidationError, match=r"such as '2\.5x'"):
        Sauvola(window="3cm")


@pytest.mark.parametrize(
    ("window", "dpi", "size"),
    [
        ("0.1in", (300.0, 300.0), 31),
        ("0.1in", (300.0, 200.0), 25),
        ("3mm", (300.0, 300.0), 35),
        ("1mm", (10.0, 10.0), 3),
    ],
)
def test_a_window_in_inches_or_millimetres_follows_the_dpi(window, dpi, size):
    # 0.1 in · 300 dpi = 30, and 31 is as near as 29; 3 mm · 300 / 25.4 = 35.4; less than 3 is 3.
    assert resolve(window, np.zeros((2, 2), np.uint8), dpi, 75) == (size, {"window": size})


def test_a_physical_window_needs_the_dpi():
    page = pages.page(gray_scan(), dpi=None)
    with pytest.raises(FilterError, match=r"needs the page's dpi.*or tell the input its dpi") as caught:
        Sauvola("3mm")(page)
    assert caught.value.kind == "sauvola"
    assert Sauvola("3mm")(pages.page(gray_scan(), dpi=200)).steps[-1].found["window"] == 23


def test_a_window_in_text_heights_grows_with_the_type():
    found = [Sauvola("3x")(pages.page(pages.text_gray(600, 300, size=size))).steps[-1].found for size in (20, 40)]
    assert found[1]["window"] == pytest.approx(2 * found[0]["window"], rel=0.2)
    for facts in found:
        assert facts["window"] % 2 == 1
        assert facts["window"] == pytest.approx(3 * facts["text_height"], abs=1.1)


def test_a_page_without_text_takes_the_documented_window():
    found = Sauvola("3x")(pages.page(np.full((60, 60), 200, np.uint8))).steps[-1].found
    assert found == {"window": 75, "text_height": None}
    assert "75" in Sauvola.model_fields["window"].description


@pytest.mark.parametrize("ink", [60, 90, 110])
@pytest.mark.parametrize("ramp", [(110, 190), (100, 200), (120, 220)])
def test_type_in_a_deep_shadow_is_kept_with_the_type_in_the_light(ink, ramp):
    lit = pages.text_gray(290, 200, size=26, ink=ink, paper=235).astype(np.float64)
    shadow = np.interp(np.arange(290), ramp, (1.0, 0.2))
    dark = np.s_[:, ramp[1] :]
    whole = Binarize()(lit.round().astype(np.uint8))[dark]
    shaded = Binarize()((lit * shadow).round().astype(np.uint8))[dark]
    # A fifth of the light leaves 25 to 35 gray levels between ink and paper, whose rounding moves some edges.
    assert int((shaded != whole).sum()) < 0.05 * int((whole == 0).sum())
