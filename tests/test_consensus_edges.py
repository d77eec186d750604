"""Pages and engines on which a consensus easily goes wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocrprep import TesseractRecognizer
from ocrprep.chain import FilterChain
from ocrprep.consensus import Consensus, read_with_consensus
from ocrprep.consensus._cuttings import cut
from ocrprep.errors import RecognizerError
from ocrprep.filters.crop_to_content import CropToContent
from ocrprep.geometry import Box
from ocrprep.result import Line, Word, as_quad, quad_on_source
from tests.pages import page, text_gray
from tests.test_consensus import (
    ALL_DOUBTFUL,
    NEVER_SURE,
    UPSIDE_DOWN,
    Rows,
    clean,
    efforts,
    read,
    upside_down,
)
from tests.test_consensus_lines import on_cuttings, words_at


def grainy():
    import cv2

    gray = cv2.GaussianBlur(text_gray(420, 200, size=20, ink=70, paper=190), (0, 0), 1.5).astype(np.float64)
    return page(np.clip(gray + np.random.default_rng(0).normal(0, 8, gray.shape), 0, 255).astype(np.uint8), 150)


def test_the_rim_that_is_cut_off_holds_no_text():
    made = CropToContent()(grainy())
    assert made.width > 200  # the text is 210 wide and 140 high
    assert made.height > 130


@pytest.mark.parametrize("settings", [Consensus(readings=3), Consensus(readings=2), Consensus(budget=1.5)])
def test_several_readings_do_not_lose_the_page(settings):
    reader = TesseractRecognizer(isolation="none")
    plain = reader.read(grainy())
    made = read_with_consensus(grainy(), reader, settings)
    assert len(plain.words) >= 14
    assert len(made.words) >= len(plain.words) / 2


class Flat(Rows):
    def read(self, page):
        result = super().read(page)
        first = result.lines[0]
        box = Box(first.box.left, first.box.top, first.box.left, first.box.bottom)
        quad = quad_on_source(page, box)
        word = Word("a", 5.0, box, quad)
        return replace(result, lines=(Line((word,), box, quad), *result.lines[1:]))


class Nowhere(Rows):
    """An engine that gives text and no places."""

    def read(self, page):
        box, quad = Box(0, 0, 0, 0), ((0.0, 0.0),) * 4
        return replace(super().read(page), lines=(Line((Word("a", 5.0, box, quad),), box, quad),))


@pytest.mark.parametrize("engine", [Flat, Nowhere])
@pytest.mark.parametrize("settings", [Consensus(), Consensus(budget=1.5)])
def test_a_line_without_width_is_no_fault(engine, settings):
    read_with_consensus(clean(), engine(), settings)


@pytest.mark.parametrize("budget", [None, 1.5])
def test_a_reading_of_the_turned_page_that_fails_costs_only_itself(budget):
    reader = Rows(ALL_DOUBTFUL, orientation=UPSIDE_DOWN, errors={2: RecognizerError("too dark")})
    result, _ = read(upside_down(), reader, budget=budget)
    assert "one of the readings failed: too dark" in result.warnings


def test_an_orientation_that_fails_costs_only_itself():
    class Lost(Rows):
        def orientation(self, page):
            raise RecognizerError("no orientation data")

    assert read(upside_down(), Lost(ALL_DOUBTFUL, unsure={1: 15.0}))[0].lines


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("size", [30, 60, 90])
@pytest.mark.parametrize("budget", [1.25, 1.5, 2])
def test_the_effort_of_all_readings_respects_the_budget(size, colour, budget):
    subject = clean(10, size=size)
    subject = page(np.dstack([subject.pixels] * 3), 300) if colour else subject
    reader = Rows(ALL_DOUBTFUL, unsure=NEVER_SURE)
    read(subject, reader, budget=budget)
    assert sum(efforts(reader)) <= 1.05 * budget


@pytest.mark.parametrize("unsure", [{1: 15.0}, {1: 15.0, 2: 2.0}])
@pytest.mark.parametrize("budget", [None, 1.5])
def test_seconds_hold_the_reading_that_was_turned_away(unsure, budget):
    reader = Rows(ALL_DOUBTFUL, unsure=unsure, orientation=UPSIDE_DOWN)
    assert read(upside_down(), reader, budget=budget)[0].seconds == 0.5 * len(reader.pages)


def test_dropped_words_of_cuttings_lie_on_the_source_too():
    origin = page(np.full((300, 300), 250, np.uint8))
    made = cut(origin, [Box(100, 200, 200, 220)])
    there = on_cuttings(made, Box(100, 200, 200, 220))
    word = Word("word", 10.0, there, as_quad(there.corners()))
    again = made.looked(replace(words_at(made, there), dropped=(word,)), "again", 1.0).result
    [dropped] = again.dropped
    assert np.allclose(dropped.source_quad, again.words[0].source_quad)


def test_a_word_counts_only_for_the_boxes_of_its_own_piece():
    origin = page(np.full((300, 1300), 250, np.uint8))
    long, short = Box(20, 100, 1200, 130), Box(20, 131, 120, 161)
    made = cut(origin, [long, short])
    assert len(made.pieces) == 2
    lower = made.pieces[1]
    sliver = Box(40, lower.row, 80, lower.row + 8)  # the feet of the long line, above the short one
    assert made.looked(words_at(made, sliver), "again", 1.0).result.lines == ()


def test_the_report_of_a_bench_tells_the_consensus(tmp_path):
    from PIL import Image

    from ocrprep.evaluation.cache import Cache
    from ocrprep.evaluation.contest import Contestant, with_identity
    from ocrprep.evaluation.pairs import read_pairs
    from ocrprep.evaluation.text_bench import Readers, bench_text
    from ocrprep.testing import FakeRecognizer

    Image.fromarray(clean(2).pixels).save(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "pairs.tsv").write_text("image\tground_truth\na.png\ta.txt\n")
    found = bench_text(
        read_pairs(tmp_path),
        with_identity([Contestant("c", FilterChain(), Consensus(budget=1.5))]),
        readers=Readers(lambda *_: FakeRecognizer("a")),
        cache=Cache(None),
    )
    assert found.as_dict()["chains"][1].get("consensus") == {"readings": "auto", "budget": 1.5}
