"""A real cluster of two CPUs: the text of one machine, every page once whatever is lost, memory that stays flat."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrprep import OcrInput, PreprocessingFilter, TesseractRecognizer
from ocrprep.distributed import clean_dataset, connected, recognize_dataset
from ocrprep.distributed.written import counted, write_rows
from ocrprep.errors import ConfigError, InputError, OutputError
from ocrprep.testing import FakeRecognizer
from tests.distributed.engines import Marking
from tests.engines import HostileEngine
from tests.samples_for_inputs import encoded, pdf, picture

pytestmark = [
    pytest.mark.xdist_group("cluster"),
    # Ray's own, on its way out.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::FutureWarning:ray", "ignore::DeprecationWarning:ray"
    ),
]

linux = pytest.mark.skipif(sys.platform != "linux", reason="asks the system as Linux does")
ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "samples" / "pages"
PNG = encoded(picture(), "PNG")


@pytest.fixture(scope="module")
def cluster():
    with connected(cpus=2):
        import ray

        ray.data.DataContext.get_current().enable_progress_bars = False
        yield


def filled(folder, count, data=PNG):
    for number in range(count):
        (folder / f"p{number:04d}.png").write_bytes(data)
    return folder


def once(rows, count):
    """Every page of a folder of single images is there exactly once."""
    names = Counter(row["source"] for row in rows)
    return len(names) == count and set(names.values()) == {1}


def test_a_cluster_of_this_machine_is_for_this_machine(cluster):
    import ray

    assert [node["NodeManagerAddress"] for node in ray.nodes()] == ["127.0.0.1"]


@pytest.mark.engine
@pytest.mark.slow
def test_the_same_text_as_on_one_machine(cluster):
    chain = [PreprocessingFilter.normalize_background()]
    rows = recognize_dataset([PAGES, "no-such.png"], chain).take_all()
    with TesseractRecognizer() as engine:
        known = engine.recognize(OcrInput(filters=chain).add(str(PAGES)))
    texts = {(item.source.uri, item.source.page_index + 1): item.recognition_text for item in known}
    words = {(item.source.uri, item.source.page_index + 1): len(item.words) for item in known}
    read = {(row["source"], row["page"]): row for row in rows if not row["failure"]}
    assert {place: row["text"] for place, row in read.items()} == texts
    assert {place: len(row["words"]) for place, row in read.items()} == words
    assert [row["source"] for row in rows if row["failure"]] == ["no-such.png"]


@pytest.mark.slow
def test_a_process_that_is_killed_loses_and_doubles_no_page(cluster, tmp_path):
    notes = tmp_path / "notes"
    notes.mkdir()
    folder = filled(tmp_path, 60)
    rows, killed = [], None
    for row in recognize_dataset(folder, [], Marking(notes), actors=2).iter_rows():
        rows.append(row)
        if killed is None and len(rows) >= 16:
            workers = Counter(name.name.split("-")[1] for name in notes.iterdir())
            killed = int(workers.most_common()[0][0])
            os.kill(killed, signal.SIGKILL)
    assert killed is not None
    assert once(rows, 60)
    assert not any(row["failure"] for row in rows)
    worked = Counter(name.name.split("-")[0] for name in notes.iterdir())
    assert max(worked.values()) >= 2, "nothing was being worked on when the process was killed"
    assert len({name.name.split("-")[1] for name in notes.iterdir()}) >= 3, (
        "no process took the place of the killed one"
    )


@linux
@pytest.mark.slow
def test_memory_is_flat_over_two_thousand_pages(cluster, tmp_path):
    grain = np.random.default_rng(1).integers(0, 256, (200, 300), np.uint8)
    folder = filled(tmp_path, 2000, encoded(Image.fromarray(grain), "PNG"))
    samples, done = [], threading.Event()

    def watch():
        while not done.wait(0.25):
            samples.append(resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        assert sum(1 for _ in recognize_dataset(folder, [], HostileEngine()).iter_rows()) == 2000
    finally:
        done.set()
        watcher.join()
    lives = {process: [each[process] for each in samples if process in each] for each in samples for process in each}
    long = {process: sizes for process, sizes in lives.items() if len(sizes) >= len(samples) // 2}
    assert len(long) >= 3, "neither a process for pages nor its child was seen"
    # A page is 60 kB, and some hundreds go through each process after the first third of its life.
    assert all(max(sizes[-3:]) - max(sizes[: len(sizes) // 3]) < 20 for sizes in long.values()), long


def resident():
    """MiB of each process that pages pass through: this one, those that Ray gives them to, and their children."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        found[status.parent.name] = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    own = str(os.getpid())
    workers = {number for number, fields in found.items() if fields["Name"].strip().startswith("ray::MapWorker")}
    through = {
        number for number, fields in found.items() if number in {own, *workers} or fields["PPid"].strip() in workers
    }
    return {number: int(found[number].get("RssAnon", "0 kB").split()[0]) >> 10 for number in through}


def test_a_data_set_of_bytes_and_one_of_paths(cluster, tmp_path):
    import ray

    filled(tmp_path, 3)
    (tmp_path / "long.pdf").write_bytes(pdf(12))
    files = ray.data.read_binary_files(str(tmp_path), include_paths=True, num_cpus=0.2)
    rows = recognize_dataset(files, [], FakeRecognizer("text")).take_all()
    assert len({(row["source"], row["page"]) for row in rows}) == len(rows) == 15
    paths = ray.data.from_items([{"path": str(tmp_path / "long.pdf")}])
    assert sorted(row["page"] for row in recognize_dataset(paths, [], FakeRecognizer("text")).take_all()) == [
        *range(1, 13)
    ]
    with pytest.raises(ConfigError, match="include_paths=True"):
        recognize_dataset(ray.data.from_items([{"bytes": b"x"}]), [])


def test_a_step_of_ones_own_may_follow(cluster, tmp_path):
    rows = recognize_dataset(filled(tmp_path, 40), [], FakeRecognizer("text"))
    assert len(rows.map(lambda row: {"length": len(row["text"])}, num_cpus=0.2).take_all()) == 40


@pytest.mark.parametrize("as_json", [False, True])
def test_rows_are_written_and_counted(cluster, tmp_path, as_json):
    folder = tmp_path / "in"
    folder.mkdir()
    (filled(folder, 5) / "bad.png").write_bytes(b"\x89PNG and no more")
    write_rows(recognize_dataset(folder, [], FakeRecognizer("text")), str(tmp_path / "out"), as_json=as_json)
    assert counted(str(tmp_path / "out")) == (6, 1)
    (file,) = (tmp_path / "out").iterdir()
    if as_json:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    else:
        import pyarrow.parquet as pq

        rows = pq.read_table(file).to_pylist()
    assert sorted(row["text"] or "" for row in rows) == ["", *["text"] * 5]
    assert [Path(row["source"]).name for row in rows if row["failure"]] == ["bad.png"]
    with pytest.raises(OutputError, match="not empty"):
        write_rows(recognize_dataset(folder, [], FakeRecognizer("text")), str(tmp_path / "out"))


def test_images_of_a_whole_folder(cluster, tmp_path):
    (tmp_path / "in").mkdir()
    filled(tmp_path / "in", 9)
    rows = clean_dataset(tmp_path / "in", [PreprocessingFilter.binarize()], tmp_path / "out").take_all()
    assert once(rows, 9)
    assert sorted(path.name for path in (tmp_path / "out/in").iterdir()) == [f"p{n:04d}.png.png" for n in range(9)]


def test_what_cannot_be_sent_is_said_at_once(cluster):
    with pytest.raises(ConfigError, match="cannot be sent"):
        recognize_dataset("x.png", [], FakeRecognizer(lambda _: "text"))
    with pytest.raises(InputError, match="no inputs"):
        recognize_dataset([], [])


def test_without_ray_there_is_a_hint(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(ConfigError, match=r"ocrprep\[ray\]"):
        recognize_dataset("x.png", [])


@linux
@pytest.mark.engine
@pytest.mark.slow
def test_the_command_on_a_single_cpu(tmp_path):
    """With as many processes as CPUs there is still something left for reading files."""
    inputs = [str(PAGES / "clean.png"), str(PAGES / "report.pdf"), str(tmp_path / "missing.png")]
    command = [sys.executable, "-m", "ocrprep", "read", "--ray", *inputs, "--json", "-o", str(tmp_path / "out")]
    allowed = os.sched_getaffinity(0)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(allowed)}),
    )
    assert done.returncode == 3, done.stderr
    assert "5 pages, 1 failed" in done.stderr
    (file,) = (tmp_path / "out").iterdir()
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert sum("lighthouse" in (row["text"] or "") for row in rows) == 1
