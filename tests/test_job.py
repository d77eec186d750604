"""A job remembers what is done: after a kill, no finished page is worked on again, and the output is the same."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

import ocrprep
from ocrprep import ImageProcessing, OcrInput, PreprocessingFilter
from ocrprep.batch import Pages
from ocrprep.batch.codecs import READINGS
from ocrprep.batch.job import Job
from ocrprep.chain import FilterChain
from ocrprep.errors import DecodeError, OutputError, RecognizerError
from ocrprep.filters.threshold import Threshold
from ocrprep.page import PageRef, Source
from ocrprep.recognizers import TesseractRecognizer, recognize
from ocrprep.result import PageFailure
from ocrprep.testing import FakeRecognizer
from tests.pages import page, text_gray

ROOT = str(Path(ocrprep.__file__).parents[1])


def files(folder: Path, count: int, **options) -> list[Path]:
    """Pages that differ in the gray of their paper."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"page{number:02d}.png" for number in range(count)]
    for number, path in enumerate(paths):
        Image.fromarray(text_gray(paper=190 + number, **options)).save(path, dpi=(100, 100))
    return paths


def by_name(item) -> str:
    return f"text of {item.source.stem}"


def test_a_page_that_is_known_is_not_read_again(tmp_path):
    paths = files(tmp_path / "in", 4)
    first, second = FakeRecognizer(by_name), FakeRecognizer(by_name)
    told = []
    before = first.recognize(OcrInput().add(paths[0]).add(paths[1]), job=tmp_path / "job")
    batch = OcrInput()
    for path in paths:
        batch.add(path)
    after = second.recognize(batch, job=tmp_path / "job", progress=told.append)
    assert len(first.pages) == 2
    assert [item.source.stem for item in second.pages] == ["page02", "page03"]
    assert tuple(after)[:2] == tuple(before)
    assert [item.recognition_text for item in after] == [f"text of page{number:02d}" for number in range(4)]
    assert [news.step for news in told if news.finished] == ["known", "known", "page", "page"]
    status = Job.status(tmp_path / "job")
    assert (status.done, status.interrupted, status.running, status.failures) == (4, 0, 0, ())


def test_another_chain_engine_resolution_or_content_is_another_page(tmp_path):
    (path,) = files(tmp_path / "in", 1)

    def pages_read(batch, **options):
        fake = FakeRecognizer("x", **options)
        fake.recognize(batch, job=tmp_path / "job")
        return len(fake.pages)

    assert pages_read(OcrInput().add(path)) == 1
    assert pages_read(OcrInput().add(path)) == 0
    assert pages_read(OcrInput(filters=[Threshold(150)]).add(path)) == 1
    assert pages_read(OcrInput(filters=[Threshold(151)]).add(path)) == 1
    assert pages_read(OcrInput().add(path), languages=("fra",)) == 1
    assert pages_read(OcrInput(pdf_dpi=200).add(path)) == 1
    assert pages_read(ImageProcessing.render(OcrInput(filters=[Threshold(9)]).add(path))) == 1
    moved = path.rename(tmp_path / "moved.png")
    assert pages_read(OcrInput().add(moved)) == 0
    Image.fromarray(text_gray(paper=111)).save(moved)
    assert pages_read(OcrInput().add(moved)) == 1


def test_the_result_of_a_moved_file_bears_its_new_name(tmp_path):
    (path,) = files(tmp_path / "in", 1)
    FakeRecognizer("x").recognize(OcrInput().add(path), job=tmp_path / "job")
    moved = path.rename(tmp_path / "moved.png")
    (again,) = FakeRecognizer("never").recognize(OcrInput().add(moved), job=tmp_path / "job")
    assert again.recognition_text == "x"
    assert again.file_name == str(moved)


def test_pixels_without_a_file_are_known_by_their_content(tmp_path):
    pixels = [text_gray(paper=200), text_gray(paper=201), text_gray(paper=200)]
    fake = FakeRecognizer("x")
    recognize(fake, Pages(pixels), job=tmp_path / "job")
    assert len(fake.pages) == 2
    assert len(FakeRecognizer("x").recognize(OcrInput().add(pixels[1]), job=tmp_path / "other")) == 1


def test_what_failed_is_tried_again_and_shown(tmp_path):
    paths = files(tmp_path / "in", 3)
    batch = OcrInput(on_error="collect")
    for path in paths:
        batch.add(path)
    error = RecognizerError("page01: too dark")
    output = FakeRecognizer({"page00": "a", "page01": error, "page02": "c"}).recognize(batch, job=tmp_path / "job")
    assert isinstance(output[1], PageFailure)
    status = Job.status(tmp_path / "job")
    assert status.done == 2
    assert status.failures == ((f"{paths[1]}, page 1", "page01: too dark"),)
    fake = FakeRecognizer("b")
    again = fake.recognize(batch, job=tmp_path / "job")
    assert [item.recognition_text for item in again] == ["a", "b", "c"]
    assert len(fake.pages) == 1
    assert Job.status(tmp_path / "job").failures == ()


def test_a_file_that_cannot_be_opened_is_a_failure_of_the_job(tmp_path):
    def damaged():
        raise DecodeError("truncated", source="c.png")

    refs = [PageRef(Source("c.png"), damaged), page(text_gray())]
    FakeRecognizer("x").recognize(Pages(refs, on_error="collect"), job=tmp_path / "job")
    status = Job.status(tmp_path / "job")
    assert status.done == 1
    assert "truncated" in status.failures[0][1]


def test_a_reading_comes_back_exactly(tmp_path):
    made = FakeRecognizer("some words\nin lines").read(page(text_gray(), dpi=72.5))
    ref = PageRef(made.source, lambda: None)
    with Job(tmp_path / "job") as job:
        hook = job.around({}, READINGS, lambda _: "t")
        ref = PageRef(Source("made.png", sha256="ab", width=240, height=150), lambda: None)
        assert hook(ref, lambda: made) == (made, False)
        assert hook(ref, lambda: 1 / 0) == (made, True)


def test_one_process_at_a_time(tmp_path):
    with Job(tmp_path / "job"):
        with pytest.raises(OutputError, match="another process works on this job"):
            Job(tmp_path / "job")
        assert Job.status(tmp_path / "job").done == 0
    Job(tmp_path / "job").close()


def test_a_ledger_that_is_none_says_so(tmp_path):
    with pytest.raises(OutputError, match="no job in this folder"):
        Job.status(tmp_path)
    (tmp_path / "ledger.sqlite").write_bytes(b"this is no database at all, but long enough to look at" * 40)
    with pytest.raises(OutputError, match="ledger cannot be used"):
        Job(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="ledger cannot be used"):
        Job(tmp_path / "file")


def test_a_result_of_another_release_is_made_again(tmp_path):
    (path,) = files(tmp_path / "in", 1)
    FakeRecognizer("x").recognize(OcrInput().add(path), job=tmp_path / "job")
    with sqlite3.connect(tmp_path / "job" / "ledger.sqlite") as data:
        data.execute("UPDATE pages SET result = ?", (b"garbage",))
    data.close()
    fake = FakeRecognizer("y")
    (item,) = fake.recognize(OcrInput().add(path), job=tmp_path / "job")
    assert item.recognition_text == "y"


# Saving.


def test_a_page_that_is_saved_is_not_made_again_unless_its_file_is_gone_or_changed(tmp_path):
    paths = files(tmp_path / "in", 4)
    batch = OcrInput(filters=[Threshold(120)])
    for path in paths:
        batch.add(path)
    out = tmp_path / "out"
    first = ImageProcessing.save(batch, out, job=tmp_path / "job")
    assert [item.written for item in first] == [True] * 4
    second = ImageProcessing.save(batch, out, job=tmp_path / "job")
    assert [item.written for item in second] == [False] * 4
    assert [item.path for item in second] == [item.path for item in first]
    (out / "page01.png").unlink()
    (out / "page02.png").write_bytes(b"cut")
    third = ImageProcessing.save(batch, out, job=tmp_path / "job")
    assert [item.written for item in third] == [False, True, True, False]
    elsewhere = ImageProcessing.save(batch, tmp_path / "elsewhere", job=tmp_path / "job")
    assert [item.written for item in elsewhere] == [True] * 4


def test_new_names_are_not_given_to_the_files_of_the_same_job(tmp_path):
    paths = files(tmp_path / "in", 2)
    batch = OcrInput().add(paths[0]).add(paths[1])
    out = tmp_path / "out"
    out.mkdir()
    (out / "page00.png").write_bytes(b"somebody else's")
    options = {"overwrite": "rename", "job": tmp_path / "job", "steps": False}
    first = ImageProcessing.save(batch, out, **options)
    assert [item.path.name for item in first] == ["page00_2.png", "page01.png"]
    second = ImageProcessing.save(batch, out, **options)
    assert [(item.path.name, item.written) for item in second] == [("page00_2.png", False), ("page01.png", False)]


def test_what_a_killed_run_left_half_written_is_swept_away(tmp_path):
    (path,) = files(tmp_path / "in", 1)
    out = tmp_path / "out"
    out.mkdir()
    (out / ".page00.png.0123456789ab.part").write_bytes(b"half")
    (out / ".mine.part").write_bytes(b"somebody else's")
    ImageProcessing.save(OcrInput().add(path), out, job=tmp_path / "job")
    assert sorted(item.name for item in out.iterdir()) == [".mine.part", "page00.png"]


# Kill.

SCRIPT = """
    import os, sys, time
    from ocrprep import OcrInput
    from ocrprep.recognizers import recognize
    from ocrprep.testing import FakeRecognizer

    def read(page):
        note("begin", page)
        time.sleep(0.03)
        note("end", page)
        return f"text of {page.source.stem}"

    def note(what, page):
        with open(sys.argv[2], "a") as log:
            log.write(f"{what} {page.source.stem}\\n")

    batch = OcrInput().add(sys.argv[1])
    output = recognize(FakeRecognizer(read), batch, workers=2, job=sys.argv[3])
    print("|".join(item.recognition_text for item in output))
"""


def counting(tmp_path: Path) -> subprocess.Popen:
    arguments = [str(tmp_path / "in"), str(tmp_path / "log"), str(tmp_path / "job")]
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), *arguments],
        env={**os.environ, "PYTHONPATH": ROOT},
        stdout=subprocess.PIPE,
        text=True,
    )


def noted(log: Path, what: str) -> Counter[str]:
    lines = log.read_text().splitlines() if log.exists() else []
    return Counter(line.partition(" ")[2] for line in lines if line.startswith(what))


def wait_until(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_after_a_kill_each_page_of_sixty_is_read_once_apart_from_those_in_flight(tmp_path):
    files(tmp_path / "in", 60)
    process = counting(tmp_path)
    wait_until(lambda: sum(noted(tmp_path / "log", "end").values()) >= 25)
    process.kill()
    process.communicate()
    status = Job.status(tmp_path / "job")
    in_flight = noted(tmp_path / "log", "begin").total() - status.done
    assert 24 <= status.done < 60
    # The ledger knows of a page a little before the engine does.
    assert 0 <= in_flight <= status.interrupted <= 2
    process = counting(tmp_path)
    said, _ = process.communicate()
    assert process.returncode == 0
    assert said == "|".join(f"text of page{number:02d}" for number in range(60)) + "\n"
    read = noted(tmp_path / "log", "begin")
    assert len(read) == 60
    assert read.total() == 60 + in_flight
    assert Job.status(tmp_path / "job").done == 60


@pytest.mark.engine
def test_a_killed_command_goes_on_and_ends_as_if_nothing_had_happened(tmp_path):
    paths = files(tmp_path / "in", 60, width=200, height=60)

    def command(job: str) -> list[str]:
        out = str(tmp_path / f"{job}.txt")
        arguments = ["read", str(tmp_path / "in"), "-o", out, "--job", str(tmp_path / job), "--psm", "6"]
        return [sys.executable, "-m", "ocrprep", *arguments]

    def run(job: str, *more: str) -> subprocess.CompletedProcess:
        return subprocess.run([*command(job), *more], check=False, capture_output=True, text=True, timeout=300)

    assert run("whole").returncode == 0
    process = subprocess.Popen(command("killed"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ledger = tmp_path / "killed" / "ledger.sqlite"
    wait_until(lambda: ledger.exists() and Job.status(ledger.parent).done >= 10)
    process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    process.wait()
    before = Job.status(ledger.parent)
    assert not (tmp_path / "killed.txt").exists()
    shown = run("killed", "--status")
    assert shown.stdout.startswith(f"{before.done} of 60 pages done, ")
    again = run("killed")
    assert again.returncode == 0
    assert f"{before.done} pages are done already" in again.stderr
    assert (tmp_path / "killed.txt").read_bytes() == (tmp_path / "whole.txt").read_bytes()
    with sqlite3.connect(ledger) as data:
        attempts = [count for (count,) in data.execute("SELECT attempts FROM pages")]
    data.close()
    assert len(attempts) == len(paths)
    assert sum(attempts) <= len(paths) + before.interrupted
    assert set(attempts) <= {1, 2}


@pytest.mark.engine
def test_tesseract_keeps_a_job_whatever_its_timeout(tmp_path):
    paths = files(tmp_path / "in", 2, width=600, height=200, size=40)
    batch = OcrInput(filters=PreprocessingFilter([PreprocessingFilter.binarize()])).add(paths[0]).add(paths[1])
    before = TesseractRecognizer().recognize(batch, job=tmp_path / "job")
    told = []
    after = TesseractRecognizer(timeout=99).recognize(batch, job=tmp_path / "job", progress=told.append)
    assert [news.step for news in told] == ["known", "known"]
    assert [item.lines for item in after] == [item.lines for item in before]
    assert FilterChain.from_steps(after[0].steps) == batch.chain
