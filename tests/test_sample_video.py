"""The video sample: its clip, its chain on a folder and on a stream, and its command."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep import FilterChain
from ocrprep.cli.app import app
from samples.video.camera import frames_of
from samples.video.scene import clip

ROOT = Path(__file__).resolve().parent.parent
CHAIN = ROOT / "samples" / "video" / "frames.yaml"


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "samples.video", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def chain():
    return FilterChain.from_yaml(CHAIN.read_text(encoding="utf-8"))


def test_the_clip_is_the_same_each_time_and_moves():
    frames, again = list(clip(5)), list(clip(5))
    assert all(np.array_equal(one, other) for one, other in zip(frames, again, strict=True))
    assert frames[0].shape == (480, 640, 3)
    assert all((one != other).mean() > 0.5 for one, other in itertools.pairwise(frames))


def test_the_chain_takes_flicker_and_grain_away(chain):
    before = list(clip(12))
    after = list(chain.stream(iter(before)))
    assert {frame.shape for frame in after} == {(210, 280)}
    paper, shown = ([float(np.median(frame)) for frame in frames] for frames in (before, after))
    # The lamp changes the paper by more than a factor of two.
    assert max(paper) > 2 * min(paper)
    assert np.ptp(shown) < 0.1 * np.ptp(paper)

    def grain(frame):  # between the lines of text and the gauge
        paper = frame[155:195, 145:185].astype(np.float32)
        return np.std(paper - cv2.GaussianBlur(paper, (0, 0), 3)) / paper.mean()

    darkest = int(np.argmin(paper))
    small = cv2.resize(cv2.cvtColor(before[darkest], cv2.COLOR_RGB2GRAY), None, fx=0.5, fy=0.5)
    assert grain(after[darkest]) < 0.7 * grain(small[15:, 20:])


def test_the_command_line_gives_what_the_stream_gives(chain, tmp_path):
    frames = list(clip(4))
    (tmp_path / "frames").mkdir()
    for number, frame in enumerate(frames):
        Image.fromarray(frame).save(tmp_path / "frames" / f"{number}.png")
    words = ["clean", str(tmp_path / "frames"), "--chain", str(CHAIN), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    for number, streamed in enumerate(chain.stream(frames)):
        with Image.open(tmp_path / "out" / f"{number}.png") as saved:
            assert np.array_equal(np.asarray(saved), streamed)


def test_the_command_of_the_sample(tmp_path):
    done = run(tmp_path / "out", "--frames", 8)
    assert done.returncode == 0, done.stderr
    assert "the stream and the folder give identical pixels" in done.stdout
    for word in ("1 worker", "bilateral", "stretch_histogram", "--chain"):
        assert word in done.stdout
    with Image.open(tmp_path / "out" / "video-frames.png") as picture:
        assert picture.width > 2 * picture.height


def test_a_video_file_is_a_stream_too(tmp_path):
    file = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter_fourcc(*"MJPG"), 25, (640, 480))
    frames = list(clip(6))
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    seen = list(frames_of(str(file), 4))
    assert len(seen) == 4
    # JPEG changes grain, not colours: red and blue are in their places.
    assert all(abs(one.mean((0, 1)) - other.mean((0, 1))).max() < 2 for one, other in zip(seen, frames, strict=False))
    done = run(tmp_path / "out", "--video", file)
    assert done.returncode == 0, done.stderr
    assert "6 frames" in done.stdout
    assert run(tmp_path / "out", "--video", tmp_path / "none.avi").returncode != 0
