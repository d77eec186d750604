from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.decode import open_image
from ocrprep.errors import FilterError
from ocrprep.filters import registry
from ocrprep.filters.base import PixelFilter
from ocrprep.page import PixelMode
from ocrprep.studio.pictures import Pictures
from ocrprep.studio.previews import OutdatedError, Renderer, picture_of, thumbnail
from ocrprep.studio.scaled import reduced, scaled

P = PreprocessingFilter
SLOW_OR_WITHOUT_AN_EXAMPLE_THAT_FITS = {"auto", "learned_binarize", "auto_denoising", "perspective"}


@pytest.fixture
def page():
    rng = np.random.default_rng(5)
    pixels = np.full((1200, 900), 230, np.uint8)
    pixels[200:220, 100:800] = 30
    pixels[600:900, 300:340] = 60
    return open_image((pixels - rng.integers(0, 8, pixels.shape)).astype(np.uint8))[0]


def pixels_of(picture):
    with Image.open(io.BytesIO(picture.data)) as image:
        return np.asarray(image.convert("L"))


def test_a_reduced_page_knows_its_way_to_the_source(page):
    small, ratio = reduced(page, 600)
    assert (small.width, small.height, ratio) == (450, 600, 0.5)
    assert np.allclose(small.source_points(np.array([[450.0, 600.0]])), [[900, 1200]])
    binary = P.threshold(128)(page)
    assert reduced(binary, 600)[0].mode is PixelMode.BINARY
    assert reduced(page, 5000) == (page, 1.0)


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        (P.sauvola(75), P.sauvola(23)),
        (P.sauvola("2x"), P.sauvola("2x")),
        (P.threshold(100), P.threshold(100)),
        (P.pad(100), P.pad(30)),
        (P.rotate(30), P.rotate(30)),
        (P.despeckle(2), P.despeckle(2)),
        (P.threshold(9, area=(10, 20, 100, 50)), P.threshold(9, area=(3, 6, 30, 15))),
        (P.stretch_histogram(2, 90), P.stretch_histogram(2, 90)),
        (P.auto_pad(size=5), P.auto_pad(size=5)),
    ],
)
def test_lengths_in_pixels_shrink_with_the_page_and_nothing_else_does(item, wanted):
    assert scaled(item, 0.3) == wanted


@pytest.mark.parametrize("kind", sorted(registry().keys() - SLOW_OR_WITHOUT_AN_EXAMPLE_THAT_FITS))
def test_every_filter_works_on_a_reduced_page(kind, page):
    small, ratio = reduced(page, 300)
    scaled(registry()[kind].example(), ratio)(small)


def test_an_area_at_the_edge_stays_on_the_page(page):
    small, ratio = reduced(page, 337)
    scaled(P.invert(area=(1, 1, 899, 1199)), ratio)(small)


class Counting(PixelFilter):
    kind: str = "counting"
    level: int = 1
    done: list[int] = []  # noqa: RUF012 - what the test counts

    def apply(self, pixels):
        from ocrprep.filters.base import Found

        self.done.append(self.level)
        return Found(np.maximum(pixels, self.level))

    def __hash__(self):
        return hash(self.level)


def test_steps_before_the_one_that_changed_are_not_done_again(page):
    done = []
    first, second = Counting.model_construct(level=1, done=done, area=None), None
    renderer = Renderer()
    for level in (10, 20, 30):
        second = Counting.model_construct(level=level, done=done, area=None)
        renderer.full("p", page, (first, second))
    assert done == [1, 10, 20, 30]
    renderer.full("p", page, (first, second))
    renderer.full("other", page, (first,))
    assert done == [1, 10, 20, 30, 1]


def test_the_memory_is_bounded(page):
    renderer = Renderer(kept_bytes=3 * page.pixels.nbytes)
    for level in range(1, 20):
        renderer.full("p", page, (P.threshold(level),))
    assert renderer.known("p", (P.threshold(19),)) is not None
    assert renderer.known("p", (P.threshold(1),)) is None


def test_a_page_that_nobody_waits_for_is_not_finished(page):
    renderer = Renderer()
    answers = iter((True, False))
    with pytest.raises(OutdatedError):
        renderer.full("p", page, (P.invert(), P.median()), lambda: next(answers))
    assert renderer.known("p", (P.invert(),)) is not None


def test_a_fault_tells_its_step(page):
    with pytest.raises(FilterError) as told:
        Renderer().full("p", page, (P.invert(), P.crop((0, 0, 5000, 5000))))
    assert told.value.step == 1


def test_the_full_page_is_that_of_the_chain(page):
    chain = FilterChain([P.median(3), P.threshold(120)])
    assert np.array_equal(Renderer().full("p", page, tuple(chain)).pixels, chain(page).pixels)


def test_a_preview_is_like_the_page_made_small(page):
    chain = (P.threshold(120),)
    renderer = Renderer(side=600)
    shown = renderer.preview("p", page, chain)
    wanted = reduced(renderer.full("p", page, chain), 600)[0]
    # Only pixels that an edge runs through may differ.
    assert np.mean(shown.pixels != wanted.pixels) < 0.005
    small = open_image(np.full((30, 20), 200, np.uint8))[0]
    assert renderer.preview("s", small, chain) is renderer.known("s", chain)


def test_a_black_and_white_page_of_full_size_is_shown_exactly():
    page = P.threshold(100)(open_image(np.random.default_rng(1).integers(0, 256, (80, 60), np.uint8))[0])
    picture = picture_of(page)
    assert picture.suffix == "png"
    assert np.array_equal(pixels_of(picture), page.pixels)


def test_pictures_have_colours_in_the_right_order_and_a_bounded_size():
    pixels = np.zeros((2000, 1000, 3), np.uint8)
    pixels[..., 0] = 255
    page = open_image(pixels)[0]
    for preview, suffix in ((True, "jpg"), (False, "webp")):
        picture = picture_of(page, preview=preview)
        assert (picture.suffix, picture.width, picture.height) == (suffix, 800, 1600)
        with Image.open(io.BytesIO(picture.data)) as image:
            assert image.convert("RGB").getpixel((5, 5))[0] > 240
    assert max(thumbnail(page).width, thumbnail(page).height) == 160


def test_pictures_are_found_by_their_names_alone(page):
    pictures = Pictures()
    name = pictures.put(picture_of(page)).rsplit("/", 1)[-1]
    assert pictures.get(name)[1] == "image/webp"
    whole = pictures.put_page(page).rsplit("/", 1)[-1]
    with Image.open(io.BytesIO(pictures.get_page(whole)[0])) as image:
        assert np.array_equal(np.asarray(image), page.pixels)
    for wrong in ("", "..", "../../etc/passwd", "x.png", name + "x"):
        assert pictures.get(wrong) is None
        assert pictures.get_page(wrong) is None
