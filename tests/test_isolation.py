"""Engines that crash, hang, lie and eat memory cost their own page and nothing else."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import ocrprep
from ocrprep.batch import Pages
from ocrprep.batch.children import Child, ChildDied, Children, ChildTimeout, fair_share
from ocrprep.errors import EngineCrashError, RecognizerError, RecognizerTimeoutError
from ocrprep.page import Page, PixelMode, Source
from ocrprep.recognizers import Isolated, TesseractRecognizer, recognize
from ocrprep.result import PageFailure, RecognitionResult
from ocrprep.testing import FakeRecognizer
from tests.engines import Fallback, HostileEngine, Slow, Unready
from tests.pages import page, text_gray

GIB = 1 << 30


def named(name: str) -> Page:
    made = page(text_gray(60, 40))
    return Page(made.pixels, made.mode, made.dpi, source=Source(f"{name}.png", width=60, height=40))


def batch(*names: str) -> Pages:
    return Pages([named(name) for name in names], on_error="collect")


@pytest.fixture
def hostile():
    with Isolated(HostileEngine(), workers=2, timeout=5.0, memory=GIB // 2) as engine:
        yield engine


def test_every_other_page_comes_out_in_order_whatever_a_page_does(hostile):
    bad = ["crash", "hang", "invalid", "bytes", "nothing", "raise", "eat", "exit", "refuse"]
    names = [part for name in bad for part in (f"good-{name}", name)] + ["good-last"]
    output = recognize(hostile, batch(*names), workers=2)
    assert [item.source.stem for item in output] == names
    for name, item in zip(names, output, strict=True):
        if name.startswith("good"):
            assert isinstance(item, RecognitionResult), name
            assert item.recognition_text == f"text of {name}"
        else:
            assert isinstance(item, PageFailure), name
    reasons = {failure.source.stem: failure for failure in output.failures}
    assert isinstance(reasons["crash"].error, EngineCrashError)
    assert "SIGABRT" in reasons["crash"].message
    assert isinstance(reasons["hang"].error, RecognizerTimeoutError)
    assert "5 seconds" in reasons["hang"].message
    assert "invalid text" in reasons["invalid"].message
    assert "bytes where text should be" in reasons["bytes"].message
    assert "NoneType" in reasons["nothing"].message
    assert "ZeroDivisionError: inside the engine" in reasons["raise"].message
    assert isinstance(reasons["eat"].error, EngineCrashError)
    assert "memory" in reasons["eat"].message
    assert "status 0" in reasons["exit"].message
    assert "will not" in reasons["refuse"].message


def test_lies_and_exceptions_cost_one_page_without_isolation_as_well():
    output = recognize(HostileEngine(), batch("a", "invalid", "raise", "nothing", "b"), workers=2)
    assert [type(item) for item in output] == [
        RecognitionResult,
        PageFailure,
        PageFailure,
        PageFailure,
        RecognitionResult,
    ]


def test_a_page_that_killed_its_engine_is_read_once_more_by_the_fallback():
    with Isolated(HostileEngine(), workers=1, timeout=5, fallback=Fallback()) as engine:
        output = recognize(engine, batch("a", "crash", "exit"))
    assert output[1].recognition_text == "second try"
    assert "SIGABRT" in output[1].warnings[0]
    assert "second engine" in output[1].warnings[0]
    assert "second try failed as well" in output[2].message


def test_a_hung_engine_is_killed_and_not_tried_again(hostile):
    started = time.monotonic()
    with pytest.raises(RecognizerTimeoutError):
        hostile.read(named("hang"))
    assert time.monotonic() - started < 60
    assert hostile.read(named("fine")).recognition_text == "text of fine"


def test_engines_stay_warm_and_are_as_many_as_asked_for():
    names = [f"p{number}" for number in range(12)]
    with Isolated(Slow(), workers=2) as engine:
        first = {item.recognition_text for item in recognize(engine, batch(*names), workers=4)}
        again = {item.recognition_text for item in recognize(engine, batch(*names), workers=4)}
    assert len(first) == 2
    assert again == first
    assert str(os.getpid()) not in first


def test_what_an_engine_prints_does_not_get_among_its_answers(hostile, capfd):
    assert hostile.read(named("print")).recognition_text == "printed"
    assert not capfd.readouterr().out


def test_an_opinion_that_kills_the_engine_is_no_opinion(hostile):
    assert hostile.orientation(named("crash")) is None
    assert hostile.orientation(named("fine")) is None


def test_an_engine_that_cannot_be_copied_says_so():
    with pytest.raises(RecognizerError, match="cannot be copied into a child process"):
        Isolated(FakeRecognizer(lambda _: "x"), workers=1)
    with Isolated(Unready(), workers=1) as engine, pytest.raises(OSError, match="no licence"):
        engine.read(named("a"))
    (item,) = recognize(Isolated(Unready(), workers=1), batch("a"))
    assert "no licence" in item.message


def test_pages_arrive_in_the_child_as_they_were(hostile):
    class_ = type(hostile)
    assert class_ is Isolated
    pixels = np.random.default_rng(1).integers(0, 256, (300, 500, 3), np.uint8)
    made = Page(pixels, PixelMode.RGB, (300.0, 200.0), source=Source("x.png", 3, 9, "ab", 500, 300))
    with_before = Page(pixels[..., 0].copy(), PixelMode.GRAY, unbinarized=made)
    children = Children(Echo(), 1)
    for sent in (made, with_before):
        back = children.call("same", sent)
        assert np.array_equal(back.pixels, sent.pixels)
        assert back.source == sent.source
        assert not back.pixels.flags.writeable
    children.close()


class Echo:
    def same(self, thing):
        return thing

    def sleep(self, seconds):
        time.sleep(seconds)

    def unanswerable(self):
        return lambda: None

    def forbidden(self):
        raise Unspeakable(lambda: None)


class Unspeakable(Exception):  # noqa: N818
    pass


def test_answers_and_errors_that_cannot_be_told_are_told_in_words():
    children = Children(Echo(), 1)
    with pytest.raises(RuntimeError, match="pickle"):
        children.call("unanswerable")
    with pytest.raises(RuntimeError, match="Unspeakable"):
        children.call("forbidden")
    assert children.call("same", 3) == 3
    children.close()


def test_a_child_that_was_killed_from_outside_is_replaced():
    children = Children(Echo(), 1)
    assert children.call("same", 1) == 1
    (child,) = children._all
    os.kill(child._process.pid, signal.SIGKILL)
    child._process.wait(10)
    assert children.call("same", 2) == 2
    children.close()
    assert children.call("same", 3) == 3
    children.close()


def test_a_call_ends_with_its_child():
    import pickle

    child = Child(pickle.dumps(Echo()))
    with pytest.raises(ChildTimeout):
        child.call("sleep", 60, timeout=0.2)
    assert not child.alive
    with pytest.raises(ChildDied):
        child.call("same", 1)
    child.kill()


def test_memory_is_shared_out():
    assert fair_share(1) >= fair_share(2) >= fair_share(1000) >= 2 * GIB or fair_share(1) == 0


SCRIPT = """
    import os, sys, time
    from ocrprep.batch import Pages
    from ocrprep.recognizers import Isolated, recognize
    from tests.engines import HostileEngine, Slow
    from tests.test_isolation import named

    engine = Isolated({engine}(), workers=2, timeout=None)
    print("begun", flush=True)
    try:
        for item in recognize(engine, Pages([named(n) for n in {names}]), workers=2):
            print(item.recognition_text, flush=True)
    finally:
        engine.close()
"""


def started(engine: str, names: list[str], **options) -> subprocess.Popen:
    root = str(Path(ocrprep.__file__).parents[1])
    script = textwrap.dedent(SCRIPT).format(engine=engine, names=names)
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


def gone(pids: list[int], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() and "Z" not in _state(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@linux
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_engine_outlives_its_program(how):
    process = started("HostileEngine", ["hang-a", "hang-b"])
    try:
        assert process.stdout.readline() == "begun\n"
        deadline = time.monotonic() + 20
        while len(children := children_of(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(children) == 2
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(how)
        process.wait(20)
        assert time.monotonic() - began < 10
        assert gone(children, 10)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.engine
def test_tesseract_is_isolated_when_there_is_something_to_lose():
    pages = [page(text_gray(600, 200, size=40), 300) for _ in range(3)]
    with TesseractRecognizer() as recognizer:
        single = recognizer.recognize(pages[0])
        assert recognizer._engines._isolated is None
        several = recognizer.recognize(pages)
        assert recognizer._engines._isolated is not None
        assert [item.recognition_text for item in several] == [single[0].recognition_text] * 3
        assert several[0].lines == single[0].lines
    with TesseractRecognizer(isolation="none") as recognizer:
        recognizer.recognize(pages)
        assert recognizer._engines._isolated is None
    with TesseractRecognizer(timeout=30) as recognizer:
        assert recognizer.read(pages[0]).recognition_text == single[0].recognition_text
        assert recognizer._engines._isolated is not None


@pytest.mark.engine
def test_a_tesseract_that_dies_is_replaced_by_the_program(monkeypatch):
    pages = [page(text_gray(600, 200, size=40), 300) for _ in range(2)]
    with TesseractRecognizer() as recognizer:
        expected = recognizer.recognize(pages)
        real = recognizer._engines._isolated._children
        monkeypatch.setattr(recognizer._engines._isolated, "_children", Children(HostileTesseract(), 2))
        output = recognizer.recognize(pages)
        recognizer._engines._isolated._children.close()
        real.close()
    assert [item.recognition_text.split() for item in output] == [item.recognition_text.split() for item in expected]
    assert all("(pytesseract)" in item.engine for item in output)
    assert all("SIGABRT" in item.warnings[0] for item in output)


class HostileTesseract(HostileEngine):
    def read(self, page):
        os.abort()


def test_small_calls_wait_for_a_free_engine_rather_than_start_another():
    names = [f"p{number}" for number in range(6)]
    with Isolated(HostileEngine(), workers=2) as engine:
        recognize(engine, batch(*names), workers=2)
        assert len(engine._children._all) <= 2
    children = Children(Echo(), 2)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: children.call("sleep", 0.5, eager=True), range(2)))
    assert len(children._all) == 2
    children.resize(1)
    children.call("same", 1)
    assert len(children._all) == 1
    children.close()
