import io

import numpy as np
import pytest
from PIL import Image

from ocrprep.batch import Pages, PageSource, Task, as_source, each, run
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, FilterError
from ocrprep.filters.base import Orientation
from ocrprep.filters.threshold import Threshold
from ocrprep.page import PageRef, PixelMode, Source
from ocrprep.result import PageFailure
from ocrprep.testing import FakeRecognizer
from tests.pages import page, text_gray


def broken(uri: str) -> PageRef:
    def load():
        raise DecodeError("truncated", source=uri)

    return PageRef(Source(uri), load)


def sized(width: int):
    return page(text_gray(width, 40))


def test_pages_come_in_order_through_the_chain():
    source = Pages((sized(50), sized(60)), FilterChain([Threshold(120)]))
    assert list(run(source, lambda item: (item.width, item.mode))) == [
        (50, PixelMode.BINARY),
        (60, PixelMode.BINARY),
    ]


def test_raise_stops_at_the_first_failure_and_opens_no_later_page():
    opened = []
    refs = [PageRef(Source("a"), lambda: opened.append("a") or sized(50)), broken("b"), broken("never")]
    results = run(Pages(refs), lambda item: item.width)
    assert next(results) == 50
    with pytest.raises(DecodeError, match="b: truncated"):
        next(results)
    assert opened == ["a"]


def test_collect_puts_failures_in_their_places():
    results = list(run(Pages([sized(50), broken("b"), sized(60)]), lambda item: item.width, on_error="collect"))
    assert results[0] == 50
    assert isinstance(results[1], PageFailure)
    assert results[1].source.uri == "b"
    assert results[2] == 60


def test_the_source_decides_about_errors_unless_the_caller_does():
    source = Pages([broken("b")], on_error="collect")
    assert isinstance(next(run(source, id)), PageFailure)
    with pytest.raises(DecodeError):
        next(run(source, id, on_error="raise"))


def test_a_page_too_large_for_the_memory_is_a_failure_and_no_crash():
    def greedy():
        raise MemoryError

    task = Task(Source("big.png"), greedy)
    (failure,) = each([task], "collect")
    assert isinstance(failure.error, FilterError)
    assert "big.png" in failure.message
    with pytest.raises(FilterError, match="memory"):
        list(each([task], "raise"))


def test_a_bug_is_not_taken_for_a_bad_page():
    with pytest.raises(ZeroDivisionError):
        list(run(Pages([sized(50)]), lambda _: 1 / 0, on_error="collect"))


def test_pages_are_opened_one_at_a_time():
    events = []

    def ref(name):
        return PageRef(Source(name), lambda: events.append(f"open {name}") or sized(50))

    results = run(Pages(map(ref, "ab")), lambda item: events.append(f"work on {item.width}"))
    next(results)
    assert events == ["open a", "work on 50"]
    next(results)
    assert events == ["open a", "work on 50", "open b", "work on 50"]


def test_evidence_reaches_the_chain(monkeypatch):
    seen = []
    original = Threshold.apply_in

    def apply_in(self, pixels, context):
        seen.append(context.evidence)
        return original(self, pixels, context)

    monkeypatch.setattr(Threshold, "apply_in", apply_in)
    sure = FakeRecognizer(orientation=Orientation(90, 10.0))
    list(run(Pages([sized(50)], FilterChain([Threshold(120)])), id, evidence=sure))
    assert seen == [sure]


def test_one_picture_in_any_form_is_a_batch_of_one(tmp_path):
    pixels = text_gray(60, 40)
    picture = Image.fromarray(pixels)
    path = tmp_path / "scan.png"
    picture.save(path)
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    packed.seek(0)
    for form in (page(pixels), pixels, picture, path, str(path), packed.getvalue(), packed):
        (found,) = run(as_source(form), lambda item: item.pixels)
        assert np.array_equal(found, pixels), type(form)


def test_several_pictures_may_mix_forms_and_keep_earlier_failures(tmp_path):
    failure = PageFailure(Source("old.png"), DecodeError("damaged", source="old.png"))
    forms = [sized(50), text_gray(60, 40), failure, tmp_path / "missing.png"]
    results = list(run(as_source(iter(forms)), lambda item: item.width, on_error="collect"))
    assert results[:2] == [50, 60]
    assert results[2].error is failure.error
    assert results[3].source.uri == str(tmp_path / "missing.png")


def test_a_source_is_taken_as_it_is():
    source = Pages([sized(50)])
    assert isinstance(source, PageSource)
    assert as_source(source) is source
