from __future__ import annotations

import numpy as np
import pytest

from ocrprep import FilterChain, PreprocessingFilter
from ocrprep.errors import ConfigError, EngineNotFoundError, InputError, InputLimitError
from ocrprep.limits import Limits
from ocrprep.studio.controls import controls_of
from ocrprep.studio.files import Table
from ocrprep.studio.marks import area_mark, drawn_area, word_marks
from ocrprep.studio.previews import picture_of
from ocrprep.studio.session import Session
from ocrprep.testing import FakeRecognizer
from tests.studio.serving import SAMPLES, bomb

P = PreprocessingFilter


@pytest.fixture
def session():
    made = Session(engine=FakeRecognizer("two words"))
    made.table.add_path(SAMPLES / "skew.png")
    made.choose_sheet("p0")
    return made


def test_a_session_begins_with_its_chain():
    session = Session([P.deskew(), P.binarize()])
    assert session.draft.chain == FilterChain([P.deskew(), P.binarize()])
    assert session.side.selected == session.draft.steps[-1].key
    assert session.job() is None
    assert not session.undo()


def test_editing_ends_in_the_chain_and_can_be_undone(session):
    threshold = session.add("threshold")
    median = session.add("median")
    session.tune(threshold, "value", 100)
    session.move(median, -1)
    assert session.draft.chain == FilterChain([P.median(), P.threshold(100)])
    session.switch(median, False)
    assert session.draft.chain == FilterChain([P.threshold(100)])
    session.remove(threshold)
    assert session.side.selected == median
    for _ in range(3):
        assert session.undo()
    assert session.draft.chain == FilterChain([P.threshold(100), P.median()])
    with pytest.raises(ConfigError):
        session.add("thresold")


def test_moving_a_slider_is_one_change(session):
    key = session.add("threshold")
    for value in range(50, 200, 10):
        session.tune(key, "value", value)
    session.undo()
    assert session.draft.chain == FilterChain([P.threshold()])


def test_a_wrong_value_changes_nothing(session):
    key = session.add("threshold")
    with pytest.raises(ValueError, match="255"):
        session.tune(key, "value", 256)
    assert session.draft.chain == FilterChain([P.threshold()])
    session.tune(key, "value", 9)
    session.reset(key, controls_of(type(P.threshold()))[0])
    assert session.draft.chain == FilterChain([P.threshold()])


def test_what_is_shown_is_the_page_after_the_selected_step(session):
    first = session.add("deskew")
    session.add("threshold")
    assert session.job().chain == FilterChain([P.deskew(), P.threshold()])
    session.select(first)
    assert session.job().chain == FilterChain([P.deskew()])
    assert session.job(whole=True).chain == FilterChain([P.deskew(), P.threshold()])
    session.select(None)
    assert np.array_equal(session.prepared(session.job()).pixels, session.table.page("p0").pixels)


def test_a_preview_is_called_one_only_where_it_is_one(session):
    session.add("threshold")
    page, preview = session.previewed(session.job())
    assert preview
    assert max(page.width, page.height) == 1000
    full = session.prepared(session.job())
    assert session.previewed(session.job()) == (full, False)


def test_two_chains(session):
    session.add("threshold")
    session.copy_to_other()
    session.switch_side("B")
    session.tune(session.side.selected, "value", 77)
    assert session.sides["A"].draft.chain == FilterChain([P.threshold()])
    assert session.sides["B"].draft.chain == FilterChain([P.threshold(77)])


def test_reading(session):
    read = session.read(session.job(whole=True))
    assert read.result.recognition_text.strip() == "two words"
    picture = picture_of(session.table.page("p0"))
    svg = word_marks(read.result.words, picture)
    assert svg.count("<polygon") == 2
    assert "two · 95" in svg


def test_words_are_escaped_in_the_picture(session):
    session.engine = FakeRecognizer("<script>")
    read = session.read(session.job())
    assert "<script>" not in word_marks(read.result.words, picture_of(session.table.page("p0")))


def test_an_engine_that_is_missing_is_told(session):
    session.engine = FakeRecognizer(EngineNotFoundError("there is no Tesseract", hint="install tesseract-ocr"))
    read = session.read(session.job())
    assert read.result is None
    assert "install tesseract-ocr" in read.problem


def test_auto_gives_a_chain_that_makes_the_same_page(session):
    job = session.job()
    chain, reason = session.chosen(job)
    assert reason
    page = session.table.page("p0")
    assert np.array_equal(chain(page).pixels, P.auto()(page, evidence=session.engine).pixels)


def test_an_area_is_drawn_in_pixels_of_the_page(session):
    area = drawn_area((50.0, 10.0), (-5.0, 30.0), 2.0, (90, 200))
    assert tuple(area) == (0, 20, 90, 40)
    assert drawn_area((5, 5), (5, 9), 1.0, (90, 200)) is None
    key = session.add("threshold")
    session.set_area(key, area)
    assert tuple(session.draft.chain[0].area) == (0, 20, 90, 40)
    assert 'width="' in area_mark(area, picture_of(session.table.page("p0")), 1160)
    session.set_area(key, None)
    assert session.draft.chain[0].area is None


def test_documents_give_their_pages_by_name():
    table = Table()
    names = [sheet.name for sheet in table.add_path(SAMPLES / "report.tif")]
    assert names[0] == "report.tif · page 1"
    assert table.page("p1").source.page_index == 1
    with pytest.raises(KeyError):
        table.page("p99")
    with pytest.raises(InputError):
        table.add_path(SAMPLES / "missing.png")


def test_an_upload_has_a_limit_and_all_together_have_one():
    data = (SAMPLES / "clean.png").read_bytes()
    with pytest.raises(InputLimitError, match="max-upload"):
        Table(upload_bytes=len(data) - 1).add_upload(data, "clean.png")
    table = Table(upload_bytes=len(data))
    for _ in range(10):
        table.add_upload(data, "clean.png")
    with pytest.raises(InputLimitError, match="together"):
        table.add_upload(data, "clean.png")


def test_the_name_of_an_upload_is_no_path():
    table = Table()
    data = (SAMPLES / "clean.png").read_bytes()
    for name in ("../../evil.png", "/etc/evil.png", "C:\\evil.png"):
        [sheet] = table.add_upload(data, name)
        assert sheet.ref.source.uri == "evil.png"


def test_a_zip_bomb_is_refused():
    with pytest.raises(InputLimitError, match="max_ratio"):
        Table().add_upload(bomb(), "bomb.zip")
    with pytest.raises(InputLimitError, match="max_total_bytes"):
        Table(limits=Limits(max_total_bytes=1_000_000, max_ratio=5000)).add_upload(bomb(), "bomb.zip")


def test_pages_are_opened_once_and_the_latest_kept():
    table = Table()
    keys = [table.add_path(SAMPLES / "clean.png")[0].key for _ in range(5)]
    pages = [table.page(key) for key in keys]
    assert table.page(keys[-1]) is pages[-1]
    assert table.page(keys[0]) is not pages[0]
