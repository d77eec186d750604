"""The report in a browser: everything that can be moved, chosen and pointed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocrprep.preprocessing import PreprocessingFilter as P
from ocrprep.report import save_report
from ocrprep.result import Alternative, OcrOutput, Reading
from tests.browser import browser_page, opened_page, overflow
from tests.report.made import HOSTILE, images, read

__all__ = ["browser_page"]

pytestmark = pytest.mark.browser

BEFORE = "Some words weer read\nand 0thers"
AFTER = "Some words were read\nand others were"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Three pages read in two ways; the last fails after the chain, the truth of the first is known."""
    folder = tmp_path_factory.mktemp("report")
    files = images(folder / "pages", ("one.png", f"{HOSTILE.replace('/', '⁄')}.png", "three.png"))
    chain = (P.rotate(4), P.scale(2), P.binarize())
    before, after = read(files, (), BEFORE), list(read(files[:2], chain, AFTER, confidence=88.0))
    after += read([files[2]], (P.crop((0, 0, 9999, 9999)),))
    save_report(
        {"identity": before, "chain": OcrOutput([_voted(after[0]), *after[1:]])},
        folder / "report.html",
        truths=[AFTER, None, None],
    )
    return (folder / "report.html").as_uri()


def _voted(result):
    """The first word as a consensus has it, the second doubtful."""
    first, second, *others = result.lines[0].words
    first = replace(first, probability=0.5, readings=(0,), alternatives=(Alternative("Sone", 0.25, (1,)),))
    words = (first, replace(second, confidence=40.0), *others)
    readings = (Reading("prepared", (), "fake", 0.1, 7), Reading("identity", (), "fake", 0.1, 6, 0.5))
    return replace(result, lines=(replace(result.lines[0], words=words), *result.lines[1:]), readings=readings)


@pytest.fixture
def tab(browser_page, report):
    browser_page.goto(report)
    return browser_page


def first(tab):
    return tab.locator("#page-1")


def transforms(tab):
    tab.wait_for_timeout(50)
    return tab.locator("#page-1 .stage").evaluate_all("all => all.map((stage) => stage.style.transform)")


def test_the_slider_moves_by_keys_and_by_dragging(tab):
    handle = first(tab).locator("[role=slider]")
    handle.focus()
    assert handle.get_attribute("aria-valuenow") == "50"
    for key, value in (("ArrowRight", "52"), ("ArrowLeft", "50"), ("Home", "0"), ("End", "100")):
        handle.press(key)
        assert handle.get_attribute("aria-valuenow") == value
    view = first(tab).locator(".view").first
    handle.press("Home")
    box, grip = view.bounding_box(), handle.bounding_box()
    tab.mouse.move(grip["x"] + grip["width"] / 2 + 3, grip["y"] + grip["height"] / 2)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 50, steps=4)
    tab.mouse.up()
    assert handle.get_attribute("aria-valuenow") == "30"
    assert "30" in view.locator(".after").evaluate("layer => getComputedStyle(layer).clipPath")


def test_the_prepared_page_lies_on_the_original(tab):
    view = first(tab).locator(".view").first
    laid = view.locator("img.laid")
    tab.wait_for_function("document.querySelector('#page-1 img.laid').complete")
    # Turned by four degrees and enlarged, it still has its middle in the middle.
    inside, outside = laid.bounding_box(), view.bounding_box()
    for side, size in (("x", "width"), ("y", "height")):
        assert inside[side] + inside[size] / 2 == pytest.approx(outside[side] + outside[size] / 2, abs=3)
    first(tab).get_by_label("laid over the original").uncheck()
    assert first(tab).locator("img.laid").count() == 0
    assert first(tab).locator("[role=slider]").count() == 1


def test_another_variant_changes_pictures_text_and_difference(tab):
    page = first(tab)
    assert page.locator(".texts .text").first.inner_text().split() == AFTER.split()
    assert page.locator(".diff del, .diff ins").count() == 0
    assert page.get_by_text("no difference").count() == 1
    assert page.locator(".step:not(.implicit)").count() == 4
    page.get_by_role("combobox", name="Variant").select_option("identity")
    assert page.locator(".texts .text").first.inner_text().split() == BEFORE.split()
    assert page.locator(".diff del").all_inner_texts() == ["weer", "0thers"]
    assert page.locator(".diff ins").all_inner_texts() == ["were", "others were"]
    assert page.get_by_text("2 words only in identity, 3 only in truth").count() == 1
    assert page.get_by_text("the page was read as it is").count() == 1
    page.get_by_role("combobox", name="compared with").select_option("chain")
    assert page.get_by_text("2 words only in identity, 3 only in chain").count() == 1
    page.get_by_role("combobox", name="compared with").select_option("identity")
    assert page.get_by_text("nothing to compare").count() == 1


def test_all_pictures_of_a_page_move_together(tab):
    count = len(transforms(tab))
    # Two in the slider, one with words, the original and three steps.
    assert count == 7
    first(tab).get_by_label("zoom in").click()
    assert set(transforms(tab)) == {"translate(-12.5%, -12.5%) scale(1.25)"}
    view = first(tab).locator(".step .view").nth(1)
    view.focus()
    for key in ("+", "-", "ArrowLeft"):
        before = set(transforms(tab))
        view.press(key)
        assert len(set(transforms(tab))) == 1
        assert set(transforms(tab)) != before
    view.press("0")
    assert set(transforms(tab)) == {"translate(0%, 0%) scale(1)"}
    view.hover()
    tab.mouse.wheel(0, -400)
    tab.wait_for_timeout(50)
    assert len(set(transforms(tab))) == 1
    before = transforms(tab)[0]
    assert "scale(2.7" in before
    tab.mouse.down()
    tab.mouse.move(0, 0, steps=3)
    tab.mouse.up()
    assert transforms(tab) == [transforms(tab)[0]] * count != [before] * count
    first(tab).get_by_role("combobox", name="Variant").select_option("identity")
    assert set(transforms(tab)) != {"translate(0%, 0%) scale(1)"}
    first(tab).get_by_label("whole page").click()
    assert set(transforms(tab)) == {"translate(0%, 0%) scale(1)"}


def test_the_wheel_scrolls_past_pictures_that_nobody_clicked(tab):
    first(tab).locator(".view").first.hover()
    before = tab.evaluate("scrollY")
    tab.mouse.wheel(0, 300)
    tab.wait_for_function(f"scrollY > {before}")
    assert set(transforms(tab)) == {"translate(0%, 0%) scale(1)"}


def test_boxes_tell_what_is_known_of_a_word(tab):
    boxes = first(tab).locator(".boxes polygon")
    assert boxes.count() == 7
    assert [boxes.nth(place).get_attribute("class") for place in (0, 1, 2)] == ["fair", "poor", "fair"]
    tab.locator("#page-1 .boxes").scroll_into_view_if_needed()
    boxes.nth(0).hover()
    tip = tab.get_by_role("tooltip")
    told = tip.inner_text()
    for part in (
        "Some",
        "confidence 88.0",
        "probability 50.0 %",
        "read by prepared",
        "“Sone”, 25 % of the votes: identity",
    ):
        assert part in told
    assert first(tab).locator(".word.here").inner_text() == "Some"
    first(tab).locator(".word").nth(1).hover()
    assert "confidence 40.0" in tip.inner_text()
    tab.keyboard.press("Escape")
    assert tip.is_hidden()
    first(tab).get_by_label("words on the original").press("n")
    assert tip.is_visible()
    first(tab).get_by_role("combobox", name="coloured and marked by").select_option("probability")
    assert first(tab).locator(".boxes polygon").nth(0).get_attribute("class") == "poor"


def test_the_threshold_marks_doubtful_words(tab):
    page, slider = first(tab), first(tab).get_by_label("mark words below")
    assert page.locator(".word.low").all_inner_texts() == ["words"]
    slider.fill("90")
    assert page.locator(".word.low").count() == 7
    slider.fill("10")
    assert page.locator(".word.low").count() == 0
    assert page.get_by_text("10: 0 words").count() == 1


def test_readings_and_facts_are_told(tab):
    table = first(tab).locator(".readings table").inner_text()
    for part in ("prepared", "identity", "50 %", "as it is"):
        assert part in table
    first(tab).locator(".facts summary").click()
    assert "evenness" in first(tab).locator(".facts dl").inner_text()


def test_pages_are_built_when_they_are_opened(tab):
    second = tab.locator("#page-2")
    assert second.locator(".body > *").count() == 0
    tab.locator("#pages a", has_text="onerror").click()
    assert second.locator(".step .view").count() == 4
    assert second.evaluate("page => page.open")
    assert tab.locator("img[src=x]").count() == 0
    # A page that failed tells why, and shows what another variant made of it.
    tab.locator("#page-3 > summary").click()
    third = tab.locator("#page-3")
    assert "reaches outside" in third.get_by_role("alert").inner_text()
    third.get_by_role("combobox", name="Variant").select_option("identity")
    assert third.locator(".boxes polygon").count() == 6


def test_pages_can_be_put_in_order(tab):
    def order():
        return tab.locator("#pages tbody tr").evaluate_all("rows => rows.map((row) => row.dataset.number)")

    assert order() == ["1", "2", "3"]
    tab.get_by_label("Order").select_option("words")
    assert order() == ["1", "2", "3"]
    tab.get_by_label("Order").select_option("name")
    assert order() == ["2", "1", "3"]
    assert tab.locator("details.page").evaluate_all("all => all.map((page) => page.dataset.number)") == ["2", "1", "3"]
    tab.get_by_label("Order").select_option("confidence")
    assert order() == ["1", "2", "3"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_wide_and_narrow_light_and_dark(report, scheme, width):
    with opened_page(width, 800, color_scheme=scheme) as page:
        page.goto(report)
        for number in (1, 2, 3):
            page.locator(f"#page-{number}").evaluate("page => { page.open = true; }")
        page.locator("#page-1 .facts summary").click()
        page.wait_for_timeout(100)
        assert overflow(page) <= 0
        paper, ink = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        bright = [sum(map(int, colour[4:-1].split(","))) for colour in (paper, ink)]
        assert (bright[0] > bright[1]) == (scheme == "light")


def test_pictures_beside_the_file_are_shown(browser_page, tmp_path):
    files = images(tmp_path / "pages", ("a # b%20.png", "c.png"))
    target = tmp_path / "a # report%.html"
    save_report(read(files, (P.binarize(),)), target, limit=0)
    browser_page.goto(target.as_uri())
    browser_page.wait_for_function("document.querySelectorAll('#page-1 img').length === 6")
    browser_page.wait_for_function(
        "[...document.querySelectorAll('#page-1 .body img')].some((one) => one.naturalWidth === 240)"
    )


def test_texts_of_results_without_pictures_are_shown(browser_page, tmp_path):
    result = replace(read(images(tmp_path / "pages", ["a.png"]))[0], origin=None)
    save_report(OcrOutput([result]), tmp_path / "r.html")
    browser_page.goto((tmp_path / "r.html").as_uri())
    assert browser_page.get_by_text("not at hand").count() == 1
    assert browser_page.locator(".boxes polygon").count() == 4
    assert browser_page.locator(".word").count() == 4
