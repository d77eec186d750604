"""What the figures about speed are made of; no test says how fast anything is."""

from __future__ import annotations

import itertools
import json
import time

import cv2
import numpy as np
import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.measuring import Contest, alone, in_turn
from benchmarks.report import BEGIN, END, _batch_table, put_between_markers, tables
from benchmarks.rivals import RIVALS, WANTED_CHAINS_MS, WANTED_MS
from ocrprep import __version__, filters
from ocrprep.errors import ConfigError, EngineNotFoundError, OcrPrepError
from ocrprep.evaluation import _memory, cost
from ocrprep.evaluation.benchmark_page import NEED_COLOUR, benchmark_filter, benchmark_page, benchmark_page_for
from ocrprep.evaluation.cost import FilterCost, cost_page_markdown, cost_table_markdown, filter_costs
from ocrprep.page import PixelMode
from ocrprep.testing import FakeRecognizer

SIZE = (310, 438)
KINDS = [kind for kind in filters.registry() if "." not in kind]


@pytest.fixture(scope="module")
def small_page():
    return benchmark_page(*SIZE)


# --- the page


def test_the_page_is_the_same_each_time_and_another_with_another_seed(small_page):
    assert (small_page.width, small_page.height, small_page.mode) == (*SIZE, PixelMode.GRAY)
    assert small_page.dpi == (37.5, 37.5)
    assert (small_page.pixels == benchmark_page(*SIZE).pixels).all()
    assert (small_page.pixels != benchmark_page(*SIZE, seed=8).pixels).mean() > 0.05


def test_the_page_in_colour_has_a_red_stamp_on_yellowish_paper():
    page = benchmark_page(*SIZE, colour=True)
    assert page.mode is PixelMode.RGB
    red, green, blue = (page.pixels[..., channel].astype(int) for channel in range(3))
    assert (red - green > 60).mean() > 0.005
    assert np.median(red - blue) > 5


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
def test_any_size_makes_a_page(size):
    page = benchmark_page(*size)
    assert (page.width, page.height) == size


def test_every_filter_finds_something_to_do():
    width, height = 1240, 1754
    idle = set()
    for kind in sorted({"deskew", "remove_border", "remove_lines", "despeckle", "denoise", "crop_to_content"}):
        page = benchmark_page(width, height)
        made = benchmark_filter(kind, width, height)(page)
        if made.pixels.shape == page.pixels.shape and (made.pixels == page.pixels).all():
            idle.add(kind)
    assert idle == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_filter_can_be_measured_and_changes_the_page(kind):
    page = benchmark_page_for(kind, *SIZE)
    made = benchmark_filter(kind, *SIZE)(page)
    assert kind in {step.kind for step in made.steps}
    # These leave an upright page alone, with dark type on light paper, no desk and no marks at its corners, and what is
    # too small to be judged.
    idle = {
        "align_to_marks",
        "auto",
        "auto_orientation",
        "auto_pad",
        "normalize_polarity",
        "deskew",
        "remove_lines",
        "despeckle",
        "denoise",
        "find_page",
        "set_resolution",
    }
    if kind not in idle:
        assert made.pixels.shape != page.pixels.shape or (made.pixels != page.pixels).any()


def test_an_alias_stands_for_its_filter():
    [(alias, kind)] = [*filters.aliases().items()][:1]
    assert benchmark_filter(alias) == benchmark_filter(kind)


# --- costs


def test_two_filters_are_measured():
    told = []
    costs = filter_costs(600, 400, kinds=["drop_color", "sauvola"], repeats=2, recognizer=slow(), progress=told.append)
    assert [(item.kind, item.call, item.mode) for item in costs] == [
        ("drop_color", "drop_color=red", "rgb"),
        ("sauvola", "sauvola", "gray"),
    ]
    assert told == ["drop_color", "sauvola"]
    for item in costs:
        assert (item.width, item.height) == (600, 400)
        assert item.milliseconds > 0
        assert item.extra_mib is None or 0 <= item.extra_mib < 500
        # The engine slept for a tenth of a second: the share is of that, and nothing else.
        assert 0 < item.recognition_share <= item.milliseconds / 100


def slow():
    def answer(page):
        assert page.mode is PixelMode.GRAY
        time.sleep(0.1)
        return "text"

    return FakeRecognizer(answer)


@pytest.mark.skipif(_memory.highest() is None, reason="this system does not tell")
def test_memory_is_at_least_that_of_the_page_that_is_made():
    [inverted, enlarged] = filter_costs(2000, 2000, kinds=["invert", "scale"], repeats=1, recognizer=FakeRecognizer())
    page = 2000 * 2000 / 2**20
    # A quarter of a MiB is how far the kernel's count lags behind, for each of a few threads.
    assert page - 1 <= inverted.extra_mib <= 2 * page
    assert enlarged.extra_mib >= 2.25 * page - 1


def test_where_the_peak_cannot_be_set_back_each_filter_has_a_process_of_its_own(monkeypatch, small_page):
    asked = []

    def child(orders):
        asked.append(len(orders))
        return [1.0]

    monkeypatch.setattr(_memory, "_ask_child", child)
    monkeypatch.setattr(_memory, "highest", lambda: 1.0)
    jobs = [(benchmark_filter(kind, *SIZE), small_page, True) for kind in ("invert", "otsu", "median")]
    assert _memory.extra_memory(jobs) == [1.0, 1.0, 1.0]
    assert asked == [3, 2, 1]


def test_where_no_memory_can_be_measured_the_record_says_so(monkeypatch):
    monkeypatch.setattr(_memory, "highest", lambda: None)
    [item] = filter_costs(40, 30, kinds=["invert"], repeats=1, recognizer=FakeRecognizer())
    assert item.extra_mib is None


def test_a_child_that_fails_is_an_error_of_ours(monkeypatch):
    monkeypatch.setattr(_memory, "_CHILD", "raise SystemExit('no memory left')")
    monkeypatch.setattr(_memory, "highest", lambda: 1.0)
    with pytest.raises(OcrPrepError, match="no memory left"):
        filter_costs(40, 30, kinds=["invert"], repeats=1, recognizer=FakeRecognizer())


def test_without_an_engine_there_is_no_share(monkeypatch):
    def missing(_):
        raise EngineNotFoundError("none")

    monkeypatch.setattr(cost.TesseractRecognizer, "check", missing)
    monkeypatch.setattr(cost, "extra_memory", lambda jobs: [None] * len(jobs))
    [item] = filter_costs(40, 30, kinds=["invert"], repeats=1)
    assert item.recognition_share is None
    with pytest.raises(EngineNotFoundError):
        filter_costs(40, 30, kinds=["invert"], repeats=1, recognizer=cost.TesseractRecognizer())


def test_nothing_asked_is_nothing_measured():
    assert filter_costs(40, 30, kinds=[]) == []


def test_wrong_questions_are_refused():
    with pytest.raises(ConfigError, match="median"):
        filter_costs(40, 30, kinds=["medain"])
    for wrong in ({"width": 0}, {"height": 0}, {"repeats": 0}):
        with pytest.raises(ValueError, match="1 or more"):
            filter_costs(**({"width": 40, "height": 30, "kinds": ["invert"]} | wrong))


COSTS = [
    FilterCost("invert", "invert", 40, 30, "gray", 1.26, 8.34, 0.0004),
    FilterCost("drop_color", "drop_color=red", 40, 30, "rgb", 20.0, None, 0.05),
]


def test_the_table():
    assert cost_table_markdown(COSTS).splitlines() == [
        "| filter | measured as | ms | extra MiB | of reading |",
        "|---|---|--:|--:|--:|",
        "| `invert` | `invert` | 1.3 | 8.3 | 0.04 % |",
        "| `drop_color` | `drop_color=red` (rgb) | 20.0 | — | 5.00 % |",
    ]
    unread = [FilterCost("invert", "invert", 40, 30, "gray", 1.26, 8.34, None)]
    assert cost_table_markdown(unread).splitlines()[0] == "| filter | measured as | ms | extra MiB |"
    page = cost_page_markdown(COSTS)
    assert "40×30" in page
    assert f"OpenCV {cv2.__version__}" in page
    assert page.endswith(cost_table_markdown(COSTS))


# --- rivals


def test_rivals_and_bounds_are_of_filters_that_exist():
    assert set(RIVALS) <= set(KINDS)
    assert set(WANTED_MS) <= set(KINDS)
    assert {kind for chain in WANTED_CHAINS_MS for kind in chain} <= set(KINDS)
    assert set(KINDS) >= NEED_COLOUR


@pytest.mark.parametrize(
    ("kind", "rival"),
    [pytest.param(kind, rival, id=f"{kind} {rival.name}") for kind in RIVALS for rival in RIVALS[kind]],
)
def test_a_rival_makes_an_image_of_the_filters_shape(kind, rival):
    page = benchmark_page_for(kind, *SIZE)
    item = benchmark_filter(kind, *SIZE)
    before = page.pixels.copy()
    made = np.asarray(rival.prepare(page.pixels, item)())
    assert made.shape == item(page).pixels.shape
    assert made.dtype in (np.uint8, bool)
    assert made.min() < made.max()
    assert (page.pixels == before).all()


@pytest.mark.parametrize(
    "kind", ["close", "dilate", "erode", "open", "median", "clahe", "gamma", "invert", "otsu", "pad"]
)
def test_a_rival_does_the_same_work(kind, small_page):
    item = benchmark_filter(kind, *SIZE)
    made = np.asarray(RIVALS[kind][0].prepare(small_page.pixels, item)())
    inside = np.s_[12:-12, 12:-12]  # the margins of pad differ in colour
    assert (made[inside] == item(small_page).pixels[inside]).all()


# --- measuring


def test_calls_take_turns():
    called = []
    contest = in_turn(lambda: called.append("A"), lambda: called.append("B"), rounds=3, budget_ms=1000)
    assert len(contest.ours) == len(contest.theirs) == 3
    assert "".join(called) == "A" + "AB" + "AB" * 3


def test_a_slow_rival_is_called_once(monkeypatch):
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr("benchmarks.measuring.time.perf_counter", lambda: next(clock))
    called = []
    contest = in_turn(lambda: called.append("A"), lambda: called.append("B"), rounds=9, budget_ms=3000)
    assert "".join(called) == "AAB"
    assert contest.ratios == [1.0]


@pytest.mark.parametrize(("step", "rounds"), [(0.0, 9), (0.25, 4), (5.0, 1)])
def test_rounds_fit_the_budget(monkeypatch, step, rounds):
    clock = itertools.count(0.0, step)
    monkeypatch.setattr("benchmarks.measuring.time.perf_counter", lambda: next(clock))
    assert len(alone(lambda: None, 9, 1000)) == rounds


def test_ratios_are_of_rounds():
    found = Contest((10.0, 30.0, 20.0), (20.0, 20.0, 80.0)).summary()
    assert (found["ours_ms"], found["theirs_ms"]) == (20.0, 20.0)
    assert (found["ratio"], found["ratio_min"], found["ratio_max"]) == (0.5, 0.25, 1.5)


def test_the_run_writes_the_table_and_the_figures(tmp_path, monkeypatch):
    size = ["--width", "120", "--height", "90", "--rounds", "1", "--batch", "0"]
    monkeypatch.setattr(
        "sys.argv", ["benchmarks", "--out", str(tmp_path), *size, "--only", "median", "normalize_background"]
    )
    benchmarks.main()
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [row["kind"] for row in results["filters"]] == ["median", "normalize_background"]
    assert results["machine"]["ocrprep"] == __version__
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert tables(results) in text
    assert "| `median` |" in text
    assert text.startswith((benchmarks.HERE / "README.md").read_text(encoding="utf-8").partition(BEGIN)[0])


def test_the_table_in_the_repository_is_that_of_the_figures_beside_it():
    text = (benchmarks.HERE / "README.md").read_text(encoding="utf-8")
    results = json.loads((benchmarks.HERE / "results.json").read_text(encoding="utf-8"))
    assert put_between_markers(text, tables(results)) == text, "run: python -m benchmarks"
    assert {row["kind"] for row in results["filters"]} <= set(KINDS), "run: python -m benchmarks"


def test_bounds_and_batches_are_shown_as_they_came_out():
    contest = Contest((10.0,), (20.0,)).summary()
    row = {"kind": "x", "call": "x", "rival": "other", "plus_ms": 0.0, **contest}
    batch = {"pages": 4, "width": 9, "height": 8, "ours": "a", "theirs": "b"}
    batch |= {
        "cores": 2,
        "limit": {
            "chain": "binarize",
            "cpu_seconds": {"decoding": 0.1, "filtering": 0.1, "engine": 1.8},
            "limit": 1.0,
            "pages_per_second": 0.94,
            "share": 0.94,
            "overhead": 0.2 / 1.8,
        },
        "small": Contest((50.0,), (100.0,)).summary(),
        "one_thread": Contest((250.0,), (500.0,)).summary(),
        "unlimited": Contest((250.0,), (125.0,)).summary(),
        "ocrmypdf": {
            "pages": 8,
            "version": "17",
            "chain": "deskew",
            "cleaning": Contest((1000.0,), (5000.0,)).summary(),
            "plain": Contest((1000.0,), (2000.0,)).summary(),
        },
    }
    text = tables(
        {
            "date": "2025-01-01",
            "machine": {"cores": "2"},
            "width": 1,
            "height": 1,
            "filters": [row | {"wanted": 0.5}, row | {"wanted": 0.4}, row | {"wanted": 0.4, "plus_ms": 2.0}],
            "chains": [{"kinds": ["a", "b"], "wanted_ms": 9.0, "ours_ms": 10.0}],
            "batch": batch,
        }
    )
    line = "| `x` | 10.0 | other | 20.0 | **0.50** | 0.50–0.50 | 1 |"
    assert f"{line} ≤ 0.50, met |" in text
    assert f"{line} ≤ 0.40, **missed** |" in text
    assert f"{line} ≤ 0.40 + 2 ms, met |" in text
    assert "| `a` → `b` | 10.0 | ≤ 9 ms, **missed** |" in text
    assert "The limit is 2 ÷ 2.000 = 1.000 pages/s." in text
    assert "| share of the limit | **94.0%** | ≥ 95 %, **missed** |" in text
    assert "| decoding and filtering over the engine | **11.1%** | < 8 %, **missed** |" in text
    assert "40 pieces of 1000×120 pixels | 20.00 | 10.00 | **2.00** | 2.00–2.00 | ≥ 1, met |" in text
    one_thread = "| pytesseract, `OMP_THREAD_LIMIT=1` | 4.00 | 2.00 | **2.00** | 2.00–2.00 | ≥ 2.3, **missed** |"
    assert one_thread in text
    assert "| pytesseract, threads at their default | 4.00 | 8.00 | **0.50** | 0.50–0.50 |  |" in text
    assert "| OCRmyPDF 17, `--deskew --clean` | 8.00 | 1.60 | **5.00** | 5.00–5.00 | ≥ 4, met |" in text
    batch["ocrmypdf"] = {"missing": "not here"}
    assert "OCRmyPDF was not measured: not here." in _batch_table(batch)
    assert "Not measured: no engine" in _batch_table({"missing": "no engine"})


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END} {BEGIN}", f"{BEGIN} {BEGIN} {END}"])
def test_a_readme_without_its_markers_is_refused(text):
    with pytest.raises(ValueError, match="needs one line"):
        put_between_markers(text, "figures")
