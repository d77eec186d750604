"""Every positional format tells where the words are: on the original, on the page that was read, on paper."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ocrprep import PreprocessingFilter, TesseractRecognizer, geometry
from ocrprep.decode import open_image
from ocrprep.filters.auto_orientation import AutoOrientation
from ocrprep.filters.base import Orientation
from ocrprep.filters.crop import Crop
from ocrprep.filters.crop_to_content import CropToContent
from ocrprep.filters.deskew import Deskew
from ocrprep.filters.pad import Pad
from ocrprep.filters.perspective import Perspective
from ocrprep.filters.resize import Resize
from ocrprep.filters.rotate import Rotate
from ocrprep.filters.scale import Scale
from ocrprep.geometry import Box
from ocrprep.page import Page, PixelMode, Source
from ocrprep.result import Line, RecognitionResult, Word, as_map, quad_on_source
from tests.documents.positional import FORMATS, saved, words_in

SAMPLE = Path(__file__).parents[2] / "samples" / "pages" / "clean.png"
DPI = (100.0, 120.0)
"""Two numbers, so that a mix-up shows."""
# Text, left, top, width, height: far enough apart to stay apart, each with a gray level of its own.
WORDS = [
    ("upper", 30, 40, 24, 14),
    ("right", 120, 30, 40, 20),
    ("middle", 60, 110, 30, 30),
    ("tall", 140, 150, 22, 40),
    ("lower", 25, 200, 60, 18),
]
PAPER, DARKEST, STEP = 235, 10, 20
ALLOWED = 2.0
"""Pixels of the original by which a box may be off. Edges are found to a pixel of the read page, and three formats
round by up to half a pixel more; where the read page has the larger pixels, it is pixels of that."""


def level(place):
    return DARKEST + STEP * place


def page_with_words(words=WORDS, size=(200, 260)):
    """Dark rectangles in the places of words, at known places."""
    pixels = np.full((size[1], size[0]), PAPER, np.uint8)
    for place, (_, left, top, width, height) in enumerate(words):
        pixels[top : top + height, left : left + width] = level(place)
    source = Source("made.png", sha256="0" * 64, width=size[0], height=size[1], dpi=DPI)
    return Page(pixels, PixelMode.GRAY, DPI, source=source)


class Finder:
    """Reads a page by its ink: the upright box around each dark blob; the gray level in it tells which word it is."""

    def read(self, page):
        lines = []
        dark = (page.pixels < PAPER - 60).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
        for number in range(1, count):
            left, top, width, height, area = map(int, stats[number])
            place = round((float(np.median(page.pixels[labels == number])) - DARKEST) / STEP)
            if area < 40 or not 0 <= place < len(WORDS):
                continue
            box = Box(left, top, left + width, top + height)
            quad = quad_on_source(page, box)
            lines.append(Line((Word(WORDS[place][0], 90.0, box, quad),), box, quad, place))
        return RecognitionResult(
            "", tuple(lines), page.source, page.width, page.height, page.steps, to_source=as_map(page.to_source)
        )


class Sure:
    """An engine that knows how a page lies."""

    def __init__(self, quarters):
        self.angle = 90 * quarters

    def orientation(self, page):
        return Orientation(self.angle, 20.0)


def truth(page, words=WORDS):
    """The corners of the words on the original, (4, 2) each, of those that lie on the page with paper around them."""
    from_source = geometry.invert(page.to_source)
    size = np.array([page.width, page.height])
    for text, left, top, width, height in words:
        corners = Box(left, top, left + width, top + height).corners()
        there = geometry.apply(from_source, corners)
        if there.min() >= 3 and (there <= size - 3).all():
            yield text, corners


def steepest(page, corners):
    """Pixels of the original that a pixel of the read page is large, at most, about a word."""
    there = geometry.apply(geometry.invert(page.to_source), corners).mean(axis=0)
    steps = page.source_points(there + np.array([(0, 0), (1, 0), (0, 1)]))
    return float(max(np.hypot(*(steps[1] - steps[0])), np.hypot(*(steps[2] - steps[0]))))


def expected(page, corners, space):
    """Where a word's quadrilateral must be.

    An engine gives the upright box on the page that it reads. Where the word lies aslant there, that box is larger than
    the word: what it adds is no error of the coordinates, and is added here too.
    """
    box = Box.around(geometry.apply(geometry.invert(page.to_source), corners))
    if space == "page":
        return box.corners()
    quad = page.source_points(box.corners())
    return quad * (72.0 / np.array(DPI)) if space == "points" else quad


def assert_found(page, wanted, space, *, read=None):
    """The format tells the words of a page where they are.

    Args:
        page: with the true map to the original.
        wanted: the format.
        space: of its coordinates.
        read: what the engine is given; None is the page.
    """
    result = Finder().read(page if read is None else read)
    found = {word.text: word for word in words_in(wanted, saved(result, wanted, space=space))[0]}
    for text, corners in truth(page):
        word, quad = found[text], expected(page, corners, space)
        coarse = steepest(page, corners)
        pixels = ALLOWED * max(1.0, coarse)
        # On the read page the same distance, in its own pixels; on paper, at the coarser resolution.
        slack = {"source": pixels, "points": pixels * 72.0 / min(DPI), "page": pixels / coarse}[space]
        if word.quad is not None:
            assert np.abs(word.quad - quad).max() <= slack, (wanted, space, text)
        box = np.concatenate([quad.min(axis=0), quad.max(axis=0)])
        assert np.abs(word.box - box).max() <= slack, (wanted, space, text)


share = st.floats(0.0, 0.05)


def corners_inset(page, shares):
    base = Box(0, 0, page.width, page.height).corners()
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    moved = base + inwards * np.array(shares).reshape(4, 2) * (page.width, page.height)
    return tuple((float(x), float(y)) for x, y in moved)


steps = st.one_of(
    st.builds(Scale, st.floats(0.75, 2.0)),
    st.builds(
        lambda x, y: lambda page: Resize(round(page.width * x), round(page.height * y))(page),
        st.floats(0.75, 1.6),
        st.floats(0.75, 1.6),
    ),
    st.builds(Rotate, st.one_of(st.floats(-5, 5), st.floats(-180, 180)), st.just(True)),
    st.builds(lambda quarters: Rotate(90 * quarters), st.integers(1, 3)),
    st.builds(
        lambda quarters: lambda page: AutoOrientation()(page, evidence=Sure(quarters)), st.integers(1, 3)
    ),
    st.just(Deskew(min_confidence=0.0, dead_zone=0.0)),
    st.builds(lambda sides: Pad(3, *sides), st.tuples(*[st.integers(0, 30)] * 4)),
    st.builds(
        lambda left, top: lambda page: Crop((left, top, page.width - 2 * left, page.height - left - top))(page),
        st.integers(0, 12),
        st.integers(0, 12),
    ),
    st.builds(CropToContent, st.integers(4, 20)),
    st.builds(
        lambda shares: lambda page: Perspective(corners_inset(page, shares))(page), st.tuples(*[share] * 8)
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(steps, min_size=1, max_size=4))
def test_words_are_found_through_any_chain_in_every_format_and_space(chain):
    page = page_with_words()
    for step in chain:
        page = step(page)
    assume(list(truth(page)))
    for wanted in FORMATS:
        for space in ("source", "page", "points"):
            assert_found(page, wanted, space)


# The chain of the promise: turned, skewed, scaled.


def tilted_original(angle):
    """An original on which the words lie aslant, and their true corners; made without this package's filters."""
    upright = page_with_words()
    height, width = 420, 420
    turn = geometry.translation(width / 2, height / 2) @ geometry.rotation(angle) @ geometry.translation(-100, -130)
    pixels = cv2.warpPerspective(
        upright.pixels, geometry.to_pixel_centres(turn), (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER
    )
    places = {
        text: geometry.apply(turn, Box(left, top, left + w, top + h).corners()) for text, left, top, w, h in WORDS
    }
    source = Source("tilted.png", width=width, height=height, dpi=DPI)
    return Page(np.ascontiguousarray(pixels), PixelMode.GRAY, DPI, source=source), places


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("angle", [93.0, -87.0, 177.0, 3.0])
def test_a_turned_skewed_and_scaled_page_has_its_boxes_on_the_words_of_the_original(wanted, angle):
    page, places = tilted_original(angle)
    read = Scale(2.0)(Rotate(-angle)(page))
    result = Finder().read(read)
    for space, scale in (("source", np.ones(2)), ("points", 72.0 / np.array(DPI))):
        found = {word.text: word for word in words_in(wanted, saved(result, wanted, space=space))[0]}
        assert sorted(found) == sorted(places)
        for text, corners in places.items():
            # The words stand upright on the page that was read: nothing is added by its boxes.
            word = found[text]
            if word.quad is not None:
                assert np.abs(word.quad / scale - corners).max() < ALLOWED
            box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
            assert np.abs(word.box / np.tile(scale, 2) - box).max() < ALLOWED


def test_the_test_would_see_a_map_that_is_wrong():
    page = Scale(2.0)(Rotate(93.0)(page_with_words()))
    for wanted in FORMATS:
        assert_found(page, wanted, "source")
        shifted = replace(page, to_source=geometry.translation(3.5, 0.0) @ page.to_source)
        with pytest.raises(AssertionError):
            assert_found(page, wanted, "source", read=shifted)


@pytest.mark.engine
def test_what_tesseract_reads_on_a_turned_page_stands_where_it_stood_before():
    upright, _ = open_image(SAMPLE)
    engine = TesseractRecognizer()
    before = {}
    for word in engine.read(upright).words:
        before.setdefault(word.text, []).append(np.array(word.source_quad))
    turned = PreprocessingFilter.rotate(93)(upright)
    # Scanned askew: the picture as it lies is the original now.
    scan = Page(
        turned.pixels, turned.mode, turned.dpi, source=Source("scan.png", width=turned.width, height=turned.height)
    )
    to_scan = geometry.invert(turned.to_source)
    read = engine.read(PreprocessingFilter.scale(2.0)(PreprocessingFilter.rotate(-93)(scan)))
    for wanted in FORMATS:
        found = words_in(wanted, saved(read, wanted))[0]
        compared = 0
        for word in found:
            places = before.get(word.text, [])
            if len(places) != 1 or sum(other.text == word.text for other in found) != 1:
                continue
            corners = geometry.apply(to_scan, places[0])
            box = np.concatenate([corners.min(axis=0), corners.max(axis=0)])
            # Two readings of the engine draw a box tighter or wider by a pixel or two themselves.
            assert np.abs(word.box - box).max() < 2 * ALLOWED, (wanted, word.text)
            compared += 1
        assert compared > len(found) // 2
