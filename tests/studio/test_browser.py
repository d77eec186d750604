"""The studio in a real browser: every button, the pictures that follow, and that nothing leaves the machine."""

from __future__ import annotations

import json
import os
import statistics
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.decode import open_image
from tests.browser import opened_page, overflow
from tests.studio.serving import SAMPLES, bomb, started

pytestmark = [pytest.mark.browser, pytest.mark.slow]
P = PreprocessingFilter


class Screen:
    """The studio's page, spoken to by the marks of its parts."""

    def __init__(self, page, studio):
        self.page, self.studio = page, studio

    def __call__(self, mark):
        return self.page.locator(f"[data-mark='{mark}']")

    def settled(self, side="A"):
        """The path of the full-size page, once that is what is shown."""
        self.page.wait_for_function(
            "side => { const link = document.querySelector(`[data-mark='link-${side}']`);"
            " return link && link.offsetParent && link.getAttribute('href'); }",
            arg=side,
            timeout=20_000,
        )
        return self(f"link-{side}").get_attribute("href")

    def changed(self, before, side="A"):
        """The path of the full-size page, once it is another."""
        self.page.wait_for_function(
            "([side, before]) => { const link = document.querySelector(`[data-mark='link-${side}']`);"
            " return link.offsetParent && link.getAttribute('href') !== before; }",
            arg=[side, before],
            timeout=20_000,
        )
        return self(f"link-{side}").get_attribute("href")

    def pixels(self, path):
        return open_image(self.page.request.get(self.studio.base + path).body())[0].pixels

    def source(self, side="A"):
        return self(f"picture-{side}").locator("img").first.get_attribute("src")

    def add(self, kind):
        box = self("add")
        box.click()
        box.fill(kind)
        self.page.locator(".q-menu .q-item", has_text=f"· {kind}:").first.click()
        self.page.wait_for_function(
            "kind => [...document.querySelectorAll('.step.chosen')].some(row => row.textContent.includes(kind))",
            arg=kind,
        )

    def number(self, name, value):
        self(f"control-{name}").locator("input[type=number]").fill(str(value))

    def steps(self):
        return [" ".join(text.split()[1:2]) for text in self.page.locator(".step").all_inner_texts()]

    def yaml(self, *words):
        """The exported chain, once it has these words and was not changed any more."""
        for word in words:
            self.page.wait_for_function(
                "word => document.querySelector(\"[data-mark='code-yaml']\").textContent.includes(word)", arg=word
            )
        return FilterChain.from_yaml(self("code-yaml").inner_text())


@contextmanager
def opened(folder, *arguments, width=1280, height=900, **options):
    with started(folder, *arguments) as studio, opened_page(width, height, **options) as page:
        page.goto(studio.link)
        page.wait_for_selector("[data-mark=add]")
        yield Screen(page, studio)


def test_a_chain_is_built_and_the_exported_file_makes_the_same_pixels(tmp_path):
    with opened(tmp_path, SAMPLES / "skew.png") as screen:
        source = screen.settled()
        assert screen("state-A").inner_text().startswith("1160 × 680 gray")
        assert np.array_equal(screen.pixels(source), open_image(SAMPLES / "skew.png")[0].pixels)

        screen.add("threshold")
        first = screen.changed(source)
        screen.number("value", 90)
        second = screen.changed(first)
        assert not np.array_equal(screen.pixels(first), screen.pixels(second))
        assert np.array_equal(screen.pixels(second), P.threshold(90)(open_image(SAMPLES / "skew.png")[0]).pixels)

        screen.add("median")
        screen.number("size", 5)
        screen.changed(second)
        before = screen.yaml("median", "size: 5")
        assert before == FilterChain([P.threshold(90), P.median(5)])

        with screen.page.expect_download() as waiting:
            screen("download").click()
        file = tmp_path / "chain.yaml"
        waiting.value.save_as(file)
        made = FilterChain.from_yaml(file.read_text())(SAMPLES / "skew.png")
        screen.page.wait_for_timeout(800)
        assert np.array_equal(made.pixels, screen.pixels(screen.settled()))


def test_order_switches_and_removal_change_picture_and_export(tmp_path):
    with opened(tmp_path, SAMPLES / "noise.png", "-f", "invert", "-f", "threshold=100") as screen:
        first = screen.settled()
        assert screen.steps() == ["invert", "threshold"]
        before = screen.pixels(first)
        screen("step-1").locator("[data-mark=later]").click()
        screen.page.wait_for_function("document.querySelector('.step').textContent.includes('threshold')")
        screen.page.wait_for_timeout(1200)
        chain = screen.yaml("threshold")
        assert chain == FilterChain([P.threshold(100), P.invert()])
        after = screen.pixels(screen.settled())
        assert not np.array_equal(before, after)
        assert np.array_equal(after, chain(open_image(SAMPLES / "noise.png")[0]).pixels)

        screen("step-2").locator("[data-mark=on]").click()
        screen.page.wait_for_selector(".step.off")
        screen.page.wait_for_timeout(1200)
        assert screen.yaml("threshold") == FilterChain([P.threshold(100)])
        assert np.array_equal(
            screen.pixels(screen.settled()), P.threshold(100)(open_image(SAMPLES / "noise.png")[0]).pixels
        )

        screen("step-1").locator("[data-mark=remove]").click()
        screen.page.wait_for_function("document.querySelectorAll('.step').length === 1")
        screen("undo").click()
        screen.page.wait_for_function("document.querySelectorAll('.step').length === 2")


def test_a_wrong_value_is_told_beside_its_control_and_the_default_comes_back(tmp_path):
    with opened(tmp_path, SAMPLES / "clean.png", "-f", "median=3") as screen:
        screen.settled()
        screen.number("size", 4)
        told = screen("control-size").locator(".q-field__messages")
        told.wait_for()
        assert "even window" in told.inner_text()
        assert screen.yaml("median") == FilterChain([P.median(3)])
        screen("control-size").locator("[data-mark=reset]").click()
        told.wait_for(state="hidden")
        assert screen("control-size").locator("input[type=number]").input_value() == "3"


@pytest.mark.engine
def test_auto_and_read(tmp_path):
    with opened(tmp_path, SAMPLES / "small_type.png") as screen:
        first = screen.settled()
        screen("read-A").click()
        screen.page.wait_for_function(
            "document.querySelector(\"[data-mark='text-A']\").textContent.length > 10", timeout=60_000
        )
        before = screen("text-A").inner_text()
        assert "mean confidence" in screen("about-A").inner_text()
        assert screen("picture-A").locator("polygon.word").count() > 3

        screen("auto").click()
        screen.page.wait_for_function(
            "document.querySelector(\"[data-mark='reason']\").textContent.startsWith('Auto:')", timeout=60_000
        )
        assert screen.steps()
        screen.changed(first)
        assert "before the last change" in screen("about-A").inner_text()
        screen("read-A").click()
        screen.page.wait_for_function(
            "before => !document.querySelector(\"[data-mark='about-A']\").textContent.match(/change|Reading/)",
            arg=before,
            timeout=60_000,
        )
        assert screen("text-A").inner_text() != before
        screen.page.wait_for_timeout(800)
        chain = screen.yaml("filters")
        wanted = chain(open_image(SAMPLES / "small_type.png")[0])
        assert np.array_equal(screen.pixels(screen.settled()), wanted.pixels)


@pytest.mark.engine
def test_two_chains_side_by_side(tmp_path):
    with opened(tmp_path, SAMPLES / "clean.png", "-f", "threshold=128") as screen:
        screen.settled()
        screen("copy").click()
        screen("compare").click()
        screen("picture-B").locator("img").first.wait_for()
        screen("side").locator("button", has_text="B").click()
        # Each side has links of its own, so that the other's would seem to have changed at once.
        copied = screen.settled("B")
        screen.number("value", 1)
        other = screen.changed(copied, "B")
        screen.page.wait_for_timeout(1000)
        assert screen("link-A").get_attribute("href")
        for side in "AB":
            screen(f"read-{side}").click()
            screen.page.wait_for_function(
                "side => document.querySelector(`[data-mark='about-${side}']`).textContent.includes('words')",
                arg=side,
                timeout=60_000,
            )
        assert screen("text-A").inner_text() != screen("text-B").inner_text()
        _keep(screen.page, "compared-1280")
        assert not np.array_equal(
            screen.pixels(screen("link-A").get_attribute("href")), screen.pixels(screen.settled("B"))
        )
        assert other
        assert overflow(screen.page) == 0


def test_an_area_is_drawn_with_the_pointer(tmp_path):
    with opened(tmp_path, SAMPLES / "clean.png", "-f", "invert") as screen:
        screen.settled()
        screen("draw").click()
        board = screen("draw-A")
        board.wait_for()
        box = board.bounding_box()
        mouse = screen.page.mouse
        mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.25 * box["height"])
        mouse.down()
        mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
        mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
        mouse.up()
        [item] = screen.yaml("area")
        page = open_image(SAMPLES / "clean.png")[0]
        shares = (
            np.array([item.area.x, item.area.width]) / page.width,
            np.array([item.area.y, item.area.height]) / page.height,
        )
        # A pixel of the screen is one to two of the page.
        assert np.allclose(shares[0], [0.25, 0.5], atol=0.01)
        assert np.allclose(shares[1], [0.25, 0.25], atol=0.01)
        screen.page.wait_for_timeout(800)
        assert np.array_equal(screen.pixels(screen.settled()), item(page).pixels)


def test_files_are_uploaded_and_refused(tmp_path):
    with opened(tmp_path) as screen:
        chooser = screen("upload").locator("input[type=file]")
        chooser.set_input_files(SAMPLES / "clean.png")
        screen.settled()
        assert np.array_equal(screen.pixels(screen.settled()), open_image(SAMPLES / "clean.png")[0].pixels)
        broken = tmp_path / "broken.png"
        broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
        chooser.set_input_files(broken)
        alert = screen.page.locator("section[aria-label=Files] [role=alert]")
        screen.page.wait_for_function(
            "document.querySelector('section[aria-label=Files] [role=alert]').textContent !== ''"
        )
        assert "broken.png" in alert.inner_text()
        archive = tmp_path / "bomb.zip"
        archive.write_bytes(bomb())
        chooser.set_input_files(archive)
        screen.page.wait_for_function(
            "document.querySelector('section[aria-label=Files] [role=alert]').textContent.includes('max_ratio')"
        )
        assert "Traceback" not in screen.page.content()


def test_a_chain_is_loaded_and_images_are_saved_in_the_folder_only(tmp_path):
    with opened(tmp_path, SAMPLES / "clean.png") as screen:
        first = screen.settled()
        chain = tmp_path / "mine.yaml"
        chain.write_text(FilterChain([P.threshold(77)]).to_yaml())
        screen("load").locator("input[type=file]").set_input_files(chain)
        screen.changed(first)
        screen("folder").fill("../elsewhere")
        screen("save").click()
        screen.page.wait_for_function("document.querySelector('[data-mark=saved]').textContent.includes('Not saved')")
        assert not (tmp_path.parent / "elsewhere").exists()
        screen("folder").fill("inner")
        screen("save").click()
        screen.page.wait_for_function("document.querySelector('[data-mark=saved]').textContent.startsWith('Saved:')")
        saved = open_image(tmp_path / "inner" / "clean.png")[0]
        assert np.array_equal(saved.pixels, P.threshold(77)(open_image(SAMPLES / "clean.png")[0]).pixels)


def test_the_keyboard_is_enough(tmp_path):
    with opened(tmp_path, SAMPLES / "clean.png") as screen:
        first = screen.settled()
        keys = screen.page.keyboard
        screen("add").focus()
        keys.type("· threshold:")
        screen.page.locator(".q-menu .q-item").first.wait_for()
        keys.press("ArrowDown")
        keys.press("Enter")
        screen.page.wait_for_selector(".step.chosen")
        second = screen.changed(first)
        screen("control-value").locator(".q-slider__track-container").focus()
        for _ in range(3):
            keys.press("ArrowRight")
        screen.changed(second)
        screen.yaml("value: 3")
        screen.add("invert")
        screen("step-2").locator("button").first.focus()
        keys.press("Alt+ArrowUp")
        screen.page.wait_for_function("document.querySelector('.step').textContent.includes('invert')")
        screen("step-1").locator("button").first.focus()
        keys.press("Delete")
        screen.page.wait_for_function("document.querySelectorAll('.step').length === 1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_follows_the_colours_of_the_system(tmp_path, width, scheme):
    options = {"width": width, "height": 844 if width == 390 else 900, "color_scheme": scheme}
    with opened(tmp_path, SAMPLES / "shadow.jpg", "-f", "sauvola", "-f", "despeckle", **options) as screen:
        screen.settled()
        screen.page.wait_for_timeout(800)
        assert overflow(screen.page) == 0
        red = screen.page.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
        assert (red < 80) == (scheme == "dark")
        _keep(screen.page, f"{scheme}-{width}")


def _keep(page, name):
    """A picture for the documents, where a folder for them is named."""
    if folder := os.environ.get("OCRPREP_SHOTS"):
        page.mouse.move(2, 2)
        page.wait_for_timeout(4000)
        page.screenshot(path=str(Path(folder) / f"studio-{name}.png"))


_TIMES = """() => {
  const img = document.querySelector("[data-mark='picture-A'] img");
  window.times = []; let since = null;
  document.addEventListener("keydown", () => { since = performance.now(); }, true);
  img.addEventListener("load", () => {
    if (since !== null && !img.src.endsWith(".webp")) { window.times.push(performance.now() - since); since = null; }
  });
}"""


def test_how_soon_the_picture_follows_a_slider(tmp_path, record_property):
    """Measured, logged and not judged: 2480 × 3508 pixels, from the key's event to the new picture's."""
    with Image.open(SAMPLES / "clean.png") as image:
        text = np.asarray(image.convert("L"))
    scan = np.tile(text, (3508 // text.shape[0] + 1, 2480 // text.shape[1] + 1))[:3508, :2480]
    grain = np.random.default_rng(3).normal(0, 4, scan.shape)
    cv2.imwrite(str(tmp_path / "scan.png"), np.clip(scan + grain, 0, 255).astype(np.uint8))
    told = {}
    for flag, control in (("threshold=100", "value"), ("sauvola=75", "k"), ("gamma=1.5", "value")):
        with opened(tmp_path, tmp_path / "scan.png", "-f", flag) as screen:
            screen.settled()
            screen.page.wait_for_timeout(1500)
            screen.page.evaluate(_TIMES)
            slider = screen(f"control-{control}").locator(".q-slider__track-container")
            slider.focus()
            for done in range(1, 26):
                screen.page.keyboard.press("ArrowRight")
                screen.page.wait_for_function("done => window.times.length >= done", arg=done, polling=20)
                screen.page.wait_for_timeout(100)
            times = screen.page.evaluate("window.times")
        told[flag] = {"median_ms": round(statistics.median(times)), "worst_ms": round(max(times)), "moves": len(times)}
    record_property("preview", json.dumps(told))
    if log := os.environ.get("OCRPREP_TIMES"):
        Path(log).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
