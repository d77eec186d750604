"""What a notebook shows: pages, chains, results and batches; everything told is escaped, and nothing raises."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrprep import (
    DecodeError,
    FilterChain,
    FilterError,
    InputError,
    InputType,
    OcrInput,
    OcrOutput,
    Page,
    PageFailure,
    PixelMode,
    PreprocessingFilter,
    RecognitionResult,
    Source,
)
from ocrprep.page import PageRef
from ocrprep.pictures import data_uri, png, printable, reduced
from ocrprep.testing import FakeRecognizer
from tests import pages
from tests.browser import leaves, opened_page, overflow

HOSTILE = "<script>alert(1)</script>\"'&\udcff\x00"
CHAIN = PreprocessingFilter([PreprocessingFilter.normalize_background(), PreprocessingFilter.sauvola(k=0.3)])


class Checked(HTMLParser):
    """Tags that open and close in order, and the addresses that they ask for."""

    VOID = frozenset(("img", "br", "image", "rect", "path", "meta", "link", "hr", "input"))

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.addresses, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def checked(html):
    html.encode()
    found = Checked(html)
    assert "script" not in found.tags
    assert not any(leaves(address) for address in found.addresses)
    return found


def png_of(page):
    return Image.open(io.BytesIO(page._repr_png_()))


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_small_page_is_shown_pixel_by_pixel():
    gray = pages.text_gray(120, 80)
    assert (np.asarray(png_of(pages.page(gray))) == gray).all()
    colour = np.dstack([gray, gray // 2, 255 - gray])
    assert (np.asarray(png_of(Page(colour, PixelMode.RGB))) == colour).all()


def test_a_black_and_white_page_has_one_bit_a_pixel_also_when_it_is_reduced():
    small = pages.page(pages.text_gray(120, 80) > 128)
    assert png_of(small).mode == "1"
    assert (np.asarray(png_of(small)) * 255 == small.pixels).all()
    large = np.full((2400, 600), 255, np.uint8)
    large[:, ::50] = large[:, 1::50] = 0
    shown = png_of(Page(large, PixelMode.BINARY))
    assert (shown.mode, shown.size) == ("1", (300, 1200))
    # Strokes of two pixels do not break when the page is halved.
    assert (~np.asarray(shown)[:, ::25]).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (3, 4801)])
def test_the_whole_page_is_shown_however_narrow(shape):
    shown = png_of(Page(np.zeros(shape, np.uint8), PixelMode.GRAY))
    assert max(shown.size) == min(max(shape), 1200)
    assert min(shown.size) >= 1


def test_pictures_need_room_and_tell_their_kind():
    with pytest.raises(ValueError, match="at least one pixel"):
        reduced(np.zeros((4, 4), np.uint8), 0)
    black = np.zeros((40, 40), np.uint8)
    assert data_uri(black, 40, binary=True).startswith("data:image/png;base64,")
    assert data_uri(black, 39, binary=True).startswith("data:image/webp;base64,")
    assert data_uri(black, 40, binary=False).startswith("data:image/webp;base64,")
    assert png(black, 40, binary=True)[:4] == b"\x89PNG"
    assert printable(f"a\n{HOSTILE}") == "a\n<script>alert(1)</script>\"'&\ufffd\ufffd"


# --- chains -----------------------------------------------------------------------------------------------------------


def test_a_chain_is_a_numbered_list_of_what_was_given():
    html = CHAIN._repr_html_()
    found = checked(html)
    assert found.tags.count("li") == 2
    assert "normalize_background()" in found.text
    assert "sauvola(k=0.3) Turn pixels black" in found.text
    assert CHAIN.freeze()._repr_html_() == html


def test_an_empty_chain_says_so():
    assert "empty chain" in checked(FilterChain()._repr_html_()).text


def test_parameters_are_escaped():
    chain = FilterChain([PreprocessingFilter.learned_binarize(model="<b>&model</b>")])
    assert "<b>&model" not in chain._repr_html_()
    assert 'model="<b>&model</b>"' in checked(chain._repr_html_()).text


# --- previews ---------------------------------------------------------------------------------------------------------


def test_a_preview_has_the_page_after_each_step(tmp_path):
    page = pages.page(pages.text_gray(300, 200), dpi=200)
    shown = CHAIN.preview(page, width=120)
    assert [item.mode.value for item in shown.pages] == ["gray", "gray", "binary"]
    assert (shown.pages[-1].pixels == CHAIN(page).pixels).all()
    found = checked(shown._repr_html_())
    assert found.tags.count("img") == 3
    assert re.search(r"2\. sauvola k=0\.3.* · window=.* · \d+\.\d ms", found.text)
    saved = shown.save(tmp_path / "deep" / "preview.html")
    assert saved == tmp_path / "deep" / "preview.html"
    assert "<h1" in saved.read_text(encoding="utf-8")


def test_a_preview_tells_conversions_and_new_sizes():
    chain = FilterChain([PreprocessingFilter.dilate(), PreprocessingFilter.scale(2)])
    text = checked(chain.preview(pages.page(pages.text_gray(60, 40)))._repr_html_()).text
    assert "convert: from" in text
    assert "120 × 80 px" in text


def test_a_preview_of_a_filter_that_chooses_tells_what_it_did():
    chain = FilterChain([PreprocessingFilter.auto()])
    shadow = Path(__file__).parents[1] / "samples" / "pages" / "shadow.jpg"
    text = checked(chain.preview(shadow)._repr_html_()).text
    assert 'reason="' in text
    assert "normalize_background: window=" in text
    assert "chain=" not in text


def test_a_preview_of_a_hostile_name_is_harmless(tmp_path):
    page = Page(np.zeros((4, 4), np.uint8), PixelMode.GRAY, source=Source(HOSTILE))
    saved = FilterChain().preview(page).save(tmp_path / "preview.html").read_text(encoding="utf-8")
    assert "<script>" not in saved
    assert "&lt;script&gt;" in saved


def test_a_preview_raises_what_its_chain_raises():
    page = pages.page(pages.text_gray(60, 40))
    with pytest.raises(FilterError) as caught:
        FilterChain([PreprocessingFilter.invert(), PreprocessingFilter.invert(area=(50, 0, 20, 20))]).preview(page)
    assert caught.value.step == 1
    with pytest.raises(ValueError, match="width"):
        CHAIN.preview(page, width=0)
    with pytest.raises(InputError):
        CHAIN.preview("no such file.png")


def test_a_preview_is_loaded_only_when_it_is_asked_for():
    code = (
        "import sys; from ocrprep import *; c = FilterChain([PreprocessingFilter.invert()]); c._repr_html_();"
        "print(sorted(n for n in sys.modules if n.startswith('ocrprep.explore') or n == 'jinja2'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


# --- results ----------------------------------------------------------------------------------------------------------


def read(text, page=None, **options):
    return FakeRecognizer(text, **options).read(page or pages.page(pages.text_gray(300, 200)))


@pytest.mark.parametrize(("confidence", "marked"), [(95, 0), (80, 0), (79, 3), (10, 3)])
def test_words_are_marked_by_their_confidence(confidence, marked):
    html = read("one two\nthree", confidence=confidence)._repr_html_()
    found = checked(html)
    assert html.count(f'title="confidence {confidence}"') == marked
    assert "one two\nthree" in found.text
    assert f"confidence {confidence:.1f} · 3 words · fake 1 · eng" in found.text


def test_a_result_without_its_page_is_its_text():
    assert "svg" not in checked(read("one")._repr_html_()).tags
    assert "no words" in checked(read("")._repr_html_()).text
    assert "(no text)" in checked(RecognitionResult("")._repr_html_()).text
    assert "only text" in checked(RecognitionResult("only text")._repr_html_()).text


def test_boxes_lie_on_the_page_as_it_came(tmp_path):
    Image.fromarray(pages.text_gray(300, 200)).save(tmp_path / "page.png")
    batch = OcrInput(InputType.AUTO, FilterChain([PreprocessingFilter.scale(2)]))
    batch.add(tmp_path / "page.png")
    [result] = FakeRecognizer("one two").recognize(batch)
    html = result._repr_html_()
    assert checked(html).tags.count("polygon") == 2
    assert 'viewBox="0 0 300 200"' in html
    last = [float(value) for value in re.findall(r'points="([^"]+)"', html)[1].replace(",", " ").split()]
    # The page that was read is twice as large; the box is told on the source.
    assert max(last) == 300


def origin(load):
    return PageRef(Source("page.png"), load)


def failing():
    raise DecodeError(f"gone {HOSTILE}")


def breaking():
    raise ZeroDivisionError


@pytest.mark.parametrize("load", [failing, breaking])
def test_a_page_that_cannot_be_opened_again_leaves_the_text(load):
    found = checked(replace(read("one two"), origin=origin(load))._repr_html_())
    assert "one two" in found.text
    assert "The picture cannot be shown" in found.text


def test_a_file_that_has_changed_is_not_shown():
    page = pages.page(pages.text_gray(60, 40))
    now = replace(page, source=Source("page.png", sha256="b"))
    result = replace(read("one"), source=Source("page.png", sha256="a"), origin=origin(lambda: now))
    assert "has changed" in checked(result._repr_html_()).text


def test_hostile_text_names_and_warnings_are_escaped():
    page = Page(pages.text_gray(60, 40), PixelMode.GRAY, source=Source(HOSTILE))
    result = replace(
        read(HOSTILE.replace("\x00", ""), page, confidence=20), warnings=(HOSTILE,), origin=origin(lambda: page)
    )
    assert "alert(1)" in checked(result._repr_html_()).text
    checked(OcrOutput([result, PageFailure(Source(HOSTILE), InputError(HOSTILE))])._repr_html_())


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_batch_is_a_table_with_failures_in_their_places():
    long = " ".join(f"word{number}" for number in range(30))
    output = OcrOutput([read(long), PageFailure(Source("broken.png"), DecodeError("damaged")), read("")])
    found = checked(output._repr_html_())
    assert found.tags.count("tr") == 4
    assert "word11 …" in found.text
    assert "word12" not in found.text
    assert "broken.png––DecodeError: damaged" in found.text


def test_a_long_batch_is_cut():
    found = checked(OcrOutput([RecognitionResult("x")] * 205)._repr_html_())
    assert found.tags.count("tr") == 201
    assert "and 5 more pages" in found.text
    assert checked(OcrOutput()._repr_html_()).tags.count("tr") == 1


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_is_shown_in_a_narrow_notebook(tmp_path, scheme):
    page = pages.page(pages.text_gray(300, 200))
    result = replace(read("one two three", confidence=50), origin=origin(lambda: page))
    output = OcrOutput([result, PageFailure(Source("a" * 90), DecodeError("damaged"))])
    shown = (CHAIN, CHAIN.preview(page), result, output)
    (tmp_path / "notebook.html").write_text(
        "<!DOCTYPE html><meta charset=utf-8>" + "".join(item._repr_html_() for item in shown), encoding="utf-8"
    )
    with opened_page(390, 800, color_scheme=scheme) as tab:
        tab.goto((tmp_path / "notebook.html").as_uri())
        assert overflow(tab) == 0
        assert tab.evaluate("Array.from(document.images).every((image) => image.naturalWidth > 0)")
        assert tab.locator("polygon").count() == 3
