"""The sample of leaves: one command, and its bar at a reduced count."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("sklearn")

from samples.objects.__main__ import main
from samples.objects.leaves import KINDS, leaf
from samples.objects.reading import COLUMNS, read_scenes, trained
from samples.objects.scenes import scene

ROOT = Path(__file__).resolve().parent.parent


def test_the_command_reads_leaves_and_saves_what_it_saw(tmp_path):
    command = [sys.executable, "-m", "samples.objects", tmp_path, "--scenes", "1", "--train", "3", "--seed", "501"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert "of 12 leaves right" in done.stdout
    with (tmp_path / "objects.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 12
    assert set(COLUMNS) < set(rows[0])
    with Image.open(tmp_path / "scene.png") as sheet:
        assert (sheet.format, sheet.mode) == ("PNG", "P")
    assert (tmp_path / "scene.png").stat().st_size < 250_000


def test_pictures_that_it_learns_from_are_not_scored(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["samples.objects", "--seed", "1039"])
    with pytest.raises(SystemExit):
        main()
    assert "another seed" in capsys.readouterr().err


def test_leaves_of_one_kind_differ_and_a_seed_gives_the_same_scene():
    rng = np.random.default_rng(0)
    for kind in KINDS:
        one, other = (leaf(kind, rng)[0] for _ in range(2))
        assert not np.allclose(one[:40], other[:40], atol=0.005)
    assert np.array_equal(scene(7)[0].pixels, scene(7)[0].pixels)


def test_leaves_of_scenes_that_it_has_not_seen_are_named():
    seen, _ = read_scenes(range(1000, 1016))
    found, missed = read_scenes(range(1, 5))
    assert (missed, [item for item in found if not item.kind]) == (0, [])
    forest = trained(seen)
    predicted = forest.predict(np.array([item.features for item in found]))
    # With all forty pictures to learn from it is 95 % and more; here there are sixteen.
    assert np.mean(predicted == [item.kind for item in found]) >= 0.9
