"""The explorer in a real browser: buttons change picture and text, keys move, zoom stays, nothing leaves."""

from __future__ import annotations

import pytest

from ocrprep.explore import explore
from ocrprep.page import Page, PixelMode
from ocrprep.testing import FakeRecognizer
from tests import pages
from tests.browser import opened_page, overflow

pytestmark = pytest.mark.browser

SWEEPS = ["threshold.value=50,100,150,200", "scale.ratio=0.5,1.5"]


def ink(page):
    return f"{int((page.pixels < 128).sum())} pixels of ink on {page.width}x{page.height}"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    given = Page(pages.scan_rgb(480, 300), PixelMode.RGB)
    found = explore(given, SWEEPS, truth="pixels of ink on 480x300", recognizer=FakeRecognizer(ink, confidence=70))
    return found.save(tmp_path_factory.mktemp("explore") / "explore.html").as_uri()


@pytest.fixture
def tab(address):
    with opened_page() as page:
        page.goto(address)
        yield page


def bar(tab, place=0):
    return tab.get_by_role("toolbar").nth(place)


def picture(tab):
    shown = tab.locator("#stage img:visible")
    assert shown.count() == 1
    assert shown.evaluate("(image) => image.complete && image.naturalWidth > 0")
    return shown.get_attribute("data-picture")


def text(tab):
    return tab.locator(".panel:visible .text").inner_text()


def pressed(tab, place=0):
    return (
        bar(tab, place)
        .locator("[aria-pressed=true]")
        .evaluate_all("(all) => all.map((button) => button.firstChild.textContent)")
    )


def press(tab, name, place=0):
    bar(tab, place).locator("button").filter(has_text=name).first.click()


def test_each_button_changes_the_picture_and_the_text(tab):
    seen = []
    for name in ["Source", "Auto", "50", "100", "150", "200"]:
        press(tab, name)
        assert pressed(tab) == [name]
        seen.append((picture(tab), text(tab)))
    assert len({shown for shown, _ in seen}) == len({read for _, read in seen}) == 6


def test_the_histogram_has_the_level_of_the_value(tab):
    for level in ("50", "200"):
        press(tab, level)
        assert tab.locator(".panel:visible .histogram").get_attribute("aria-label").endswith(f"level {level}")
    press(tab, "Auto")
    assert tab.locator(".panel:visible .level").count() == 0


def test_arrow_keys_move_through_the_row(tab):
    press(tab, "50")
    before = text(tab)
    for key, name in [
        ("ArrowRight", "100"),
        ("ArrowLeft", "50"),
        ("End", "200"),
        ("ArrowRight", "Source"),
        ("Home", "Source"),
    ]:
        tab.keyboard.press(key)
        assert pressed(tab) == [name]
        assert tab.evaluate("document.activeElement.firstChild.textContent") == name
        assert bar(tab).locator("[tabindex='0']").count() == 1
    assert text(tab) != before


def test_a_row_is_one_stop_of_the_tab_key(tab):
    press(tab, "50")
    tab.keyboard.press("Tab")
    assert tab.evaluate(
        "document.activeElement.closest('[role=toolbar]') === document.querySelectorAll('[role=toolbar]')[1]"
    )
    tab.keyboard.press("Shift+Tab")
    assert tab.evaluate("document.activeElement.firstChild.textContent") == "50"


def test_what_rows_have_in_common_is_pressed_in_all(tab):
    press(tab, "Source")
    assert (pressed(tab, 0), pressed(tab, 1)) == (["Source"], ["Source"])
    press(tab, "1.5", 1)
    assert (pressed(tab, 0), pressed(tab, 1)) == ([], ["1.5"])
    assert "720x450" in text(tab)


def test_the_source_is_seen_while_the_button_is_held(tab):
    press(tab, "Source")
    source = picture(tab)
    press(tab, "100")
    other, read = picture(tab), text(tab)
    assert other != source
    tab.locator("#hold").hover()
    tab.mouse.down()
    assert picture(tab) == source
    assert tab.locator("#badge").is_visible()
    assert tab.locator("#hold").get_attribute("aria-pressed") == "true"
    tab.mouse.up()
    assert (picture(tab), text(tab)) == (other, read)
    assert not tab.locator("#badge").is_visible()
    for key in (" ", "Enter"):
        tab.locator("#hold").focus()
        tab.keyboard.down(key)
        assert picture(tab) == source
        tab.keyboard.up(key)
        assert picture(tab) == other


def stage(tab):
    return tab.locator("#stage").evaluate("(stage) => stage.style.transform")


def test_zoom_and_place_stay_when_the_picture_changes(tab):
    still = stage(tab)
    tab.locator("#in").click()
    tab.locator("#in").click()
    assert tab.locator("#scale").inner_text() == "225 %"
    box = tab.locator("#view").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    near = stage(tab)
    tab.mouse.move(*middle)
    tab.mouse.down()
    tab.mouse.move(middle[0] + 60, middle[1] + 25)
    tab.mouse.up()
    moved = stage(tab)
    assert len({still, near, moved}) == 3
    for name in ("50", "Source", "200"):
        press(tab, name)
        assert stage(tab) == moved
    tab.locator("#view").focus()
    tab.keyboard.press("ArrowLeft")
    assert stage(tab) != moved
    tab.keyboard.press("0")
    assert stage(tab) == still
    tab.locator("#view").dblclick()
    assert tab.locator("#scale").inner_text() == "200 %"
    tab.locator("#fit").click()
    assert stage(tab) == still


def test_the_wheel_zooms_with_a_key_and_scrolls_without(tab):
    tab.locator("#view").hover()
    tab.mouse.wheel(0, -240)
    assert tab.locator("#scale").inner_text() == "100 %"
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -240)
    tab.keyboard.up("Control")
    tab.wait_for_function("document.getElementById('scale').textContent !== '100 %'")


def test_the_picture_never_leaves_its_frame(tab):
    for _ in range(20):
        tab.locator("#in").click()
    assert tab.locator("#scale").inner_text() == "1600 %"
    tab.locator("#view").focus()
    for _ in range(5):
        tab.keyboard.press("ArrowRight")
    covers = """() => {
      const view = document.getElementById("view").getBoundingClientRect();
      const stage = document.getElementById("stage").getBoundingClientRect();
      return stage.left <= view.left + 2 && stage.right >= view.right - 2 && stage.top <= view.top + 2
        && stage.bottom >= view.bottom - 2;
    }"""
    assert tab.evaluate(covers)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone(address, scheme):
    with opened_page(390, 844, color_scheme=scheme, has_touch=True, is_mobile=True) as tab:
        tab.goto(address)
        assert overflow(tab) == 0
        bar(tab).locator("button").filter(has_text="150").tap()
        assert pressed(tab) == ["150"]
        assert picture(tab)
        assert overflow(tab) == 0


def test_the_best_is_shown_first_and_marked(tab):
    # CER is lowest where the engine said the size of the source; every reading has the same confidence.
    true = bar(tab).locator("button:has(.star.true)")
    assert true.count() >= 1
    assert true.first.get_attribute("aria-pressed") == "true"
    assert bar(tab).locator("button:has(.star.sure)").count() == 6


def test_in_a_notebook_it_works_in_its_frame(tmp_path):
    found = explore(Page(pages.scan_rgb(120, 80), PixelMode.RGB), recognizer=FakeRecognizer(ink))
    (tmp_path / "notebook.html").write_text(f"<!DOCTYPE html><meta charset=utf-8>{found._repr_html_()}", "utf-8")
    with opened_page() as tab:
        tab.goto((tmp_path / "notebook.html").as_uri())
        frame = tab.frame_locator("iframe")
        frame.locator("button").filter(has_text="150").click()
        assert "pixels of ink" in frame.locator(".panel:visible .text").inner_text()
        assert frame.locator("#stage img:visible").count() == 1
