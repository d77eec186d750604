"""Tasks side by side: order, bounds, failures, the end."""

import threading
import time

import pytest

from ocrprep.batch import Pages, PageSource, Progress, Task, as_source, checkpoint, each, run, several
from ocrprep.batch.engine import Stopped
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, FilterError
from ocrprep.filters.threshold import Threshold
from ocrprep.page import PageRef, Source
from ocrprep.recognizers import recognize
from ocrprep.result import PageFailure
from ocrprep.testing import FakeRecognizer
from ocrprep.threads import cores
from tests.pages import page, text_gray


def task(name, work):
    return Task(Source(str(name)), work)


def test_results_come_in_order_however_long_each_takes():
    def slow(number):
        time.sleep(0.02 * ((7 * number) % 5))
        return number

    tasks = (task(number, lambda number=number: slow(number)) for number in range(30))
    assert list(each(tasks, "raise", workers=4)) == list(range(30))


def test_as_many_at_the_same_time_as_there_are_workers():
    meeting = threading.Barrier(3, timeout=20)
    assert list(each((task(n, lambda: meeting.wait() >= 0) for n in range(6)), "raise", workers=3)) == [True] * 6


def test_one_worker_works_in_the_callers_thread_when_it_is_asked():
    done = []
    results = each((task(n, lambda n=n: done.append((n, threading.get_ident()))) for n in range(3)), "raise")
    next(results)
    assert done == [(0, threading.get_ident())]


def test_zero_workers_are_one_for_each_core():
    here = {threading.get_ident()}
    seen = set(each((task(n, threading.get_ident) for n in range(20)), "raise", workers=0))
    assert not seen & here
    assert len(seen) <= cores()
    with pytest.raises(ValueError, match="-1"):
        next(each([], "raise", workers=-1))


def test_tasks_are_taken_only_when_somebody_will_soon_be_free():
    taken, before, release = [], [], threading.Event()

    def let_go():
        before.append(len(taken))
        release.set()

    def tasks():
        for number in range(100):
            taken.append(number)
            yield task(number, release.wait)

    results = each(tasks(), "raise", workers=2)
    threading.Timer(0.3, let_go).start()
    next(results)
    assert before == [4]


def test_results_do_not_pile_up_behind_a_slow_page():
    release, done = threading.Event(), []

    def tasks():
        yield task("slow", lambda: release.wait(20))
        for number in range(1000):
            yield task(number, lambda number=number: done.append(number))

    results = each(tasks(), "raise", workers=2)
    threading.Timer(0.5, release.set).start()
    next(results)
    assert 60 <= len(done) <= 80
    assert sum(1 for _ in results) == 1000


def test_a_failure_stays_in_its_place_and_the_others_go_on():
    def work(number):
        if number % 3 == 1:
            raise DecodeError(f"bad {number}")
        if number % 3 == 2:
            raise MemoryError
        return number

    results = list(each((task(n, lambda n=n: work(n)) for n in range(9)), "collect", workers=3))
    assert [type(item) for item in results] == [int, PageFailure, PageFailure] * 3
    assert [item.source.uri for item in results[1:3]] == ["1", "2"]
    assert isinstance(results[2].error, FilterError)


def test_the_first_failure_ends_the_batch_when_it_is_raised():
    def work(number):
        if number == 5:
            raise DecodeError("five")
        return number

    results = each((task(n, lambda n=n: work(n)) for n in range(1000)), "raise", workers=3)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(DecodeError, match="five"):
        next(results)
    with pytest.raises(ZeroDivisionError):
        list(each([task("bug", lambda: 1 / 0)], "collect", workers=2))


def test_a_source_that_fails_while_it_is_walked_is_no_page():
    def tasks():
        yield task("a", lambda: 1)
        raise KeyError("the caller's own")

    results = each(tasks(), "collect", workers=2)
    with pytest.raises(KeyError):
        list(results)


def test_whoever_stops_listening_stops_the_work():
    done, stopped = [], threading.Event()

    def work(number):
        try:
            for _ in range(200):
                time.sleep(0.01)
                checkpoint()
        except Stopped:
            stopped.set()
            raise
        done.append(number)

    def tasks():
        yield task("first", lambda: "first")
        for number in range(10):
            yield task(number, lambda number=number: work(number))

    results = each(tasks(), "raise", workers=2)
    assert next(results) == "first"
    results.close()
    assert stopped.wait(5)
    time.sleep(0.1)
    assert not done
    checkpoint()


def sized(width, name="made.png"):
    made = page(text_gray(width, 40))
    return PageRef(Source(name), lambda: made)


def test_progress_tells_every_step_of_every_page_and_never_two_at_once():
    told, inside = [], threading.Lock()

    def tell(news: Progress):
        assert inside.acquire(blocking=False)
        time.sleep(0.001)
        told.append(news)
        inside.release()

    def broken():
        raise DecodeError("truncated", source="bad.png")

    refs = [sized(50, "a.png"), PageRef(Source("bad.png"), broken), sized(60, "c.png")]
    source = Pages(refs, FilterChain([Threshold(120)]), on_error="collect")
    recognize(FakeRecognizer("x"), source, workers=3, progress=tell)
    steps = {name: [news for news in told if news.source.uri == name] for name in ("a.png", "bad.png", "c.png")}
    assert [news.step for news in steps["a.png"]] == ["load", "threshold", "read", "page"]
    assert [news.step for news in steps["bad.png"]] == ["failed"]
    assert "truncated" in steps["bad.png"][0].message
    assert [news.place for news in steps["c.png"]] == [2] * 4
    assert steps["a.png"][-1].engine == "fake 1"
    assert all(news.seconds >= 0 for news in told)
    first, last = steps["a.png"][:3], steps["a.png"][3]
    assert sum(news.seconds for news in first) == pytest.approx(last.seconds, abs=0.05)


def test_what_a_progress_callback_raises_ends_the_batch():
    def tell(news):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        list(run(Pages([sized(50), sized(60)]), id, workers=2, progress=tell))


def test_looking_for_a_second_page_takes_nothing_away():
    opened = []
    refs = [PageRef(Source(str(n)), lambda n=n: opened.append(n) or page(text_gray(50, 40))) for n in range(3)]
    many, source = several(Pages(iter(refs), FilterChain([Threshold(9)]), on_error="collect"))
    assert many
    assert isinstance(source, PageSource)
    assert not opened
    assert (source.chain, source.on_error) == (FilterChain([Threshold(9)]), "collect")
    assert [ref.source.uri for ref in source.refs()] == ["0", "1", "2"]
    again = several(Pages(refs[:1]))
    assert not again[0]
    assert [list(again[1].refs()), list(again[1].refs())] == [refs[:1]] * 2
    assert not several(as_source([]))[0]
