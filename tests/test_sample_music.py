"""The sample that reads sheet music: its pages are as told, and most of their notes are read."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrprep import PreprocessingFilter
from samples.music.__main__ import cell, sheet_of
from samples.music.engrave import BEATS, Note, engrave, name_of, noisy
from samples.music.reader import Reader
from samples.music.score import score
from samples.music.strips import strips
from tests.real_data import DATA, needs

ROOT = Path(__file__).resolve().parents[1]

# The reader takes some seconds to learn: one process is enough.
pytestmark = pytest.mark.xdist_group("music")


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.mark.parametrize(
    ("position", "clef", "name"),
    [(0, "treble", "E4"), (-2, "treble", "C4"), (5, "treble", "C5"), (0, "bass", "G2"), (10, "bass", "C4")],
)
def test_names_are_those_of_the_clef(position, clef, name):
    assert name_of(position, clef) == name


def test_a_seed_makes_the_same_page_again_and_others_differ():
    first, again, other = engrave(3, 10), engrave(3, 10), engrave(4, 10)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.notes == again.notes
    assert first.notes != other.notes
    assert np.array_equal(noisy(first.pixels, 1), noisy(first.pixels, 1))


@pytest.mark.parametrize("skew", [0.0, 1.0, -1.0])
def test_heads_lie_on_the_page_where_their_names_say(skew):
    sheet = engrave(5, 20, skew)
    found, _ = strips(sheet.pixels)
    assert {note.beat for seed in range(6) for note in engrave(seed, 8).notes} == set(BEATS)
    for note in sheet.notes:
        assert found[note.staff].staff.position(note.x, note.y) == pytest.approx(note.position, abs=0.1)
        if 0 <= note.position <= 8:
            # Past the staff, a ledger line may cross a hollow head.
            filled = sheet.without_staves[round(note.y - 0.5), round(note.x - 0.5)] < 100
            assert filled == (BEATS.index(note.beat) >= 2)


def test_without_staff_lines_symbols_keep_their_ink():
    for space, most in ((8, 0.02), (12, 0.01), (20, 0.01)):
        sheet = engrave(2, space, 1.0)
        bare = PreprocessingFilter.remove_lines(direction="horizontal", min_length=0.25)(sheet.pixels)
        truth, lines = sheet.without_staves < 128, (sheet.pixels < 128) & (sheet.without_staves > 250)
        assert (truth & (bare >= 128)).sum() <= most * truth.sum()
        assert (lines & (bare < 128)).sum() <= 0.05 * lines.sum()


def test_a_missed_head_counts_twice_and_a_false_one_for_itself():
    one = Note(10, 10, 0, 3, "treble", "half")
    far = Note(90, 10, 0, 4, "treble", "quarter")
    wrong = Note(10.2, 10, 0, 3, "treble", "whole")
    got, missed = score((one, far), (wrong, Note(50, 40, 0, 0, "treble", "half")), 8.0)
    assert (got.notes, got.pitch, got.beat, got.missed, got.false) == (2, 1, 0, 1, 1)
    assert missed == (far,)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("space", "condition", "pages"),
    [(8.0, "noise", 8), (8.0, "noise + skew", 8), (12.0, "noise + skew", 5), (20.0, "noise + skew", 5)],
)
def test_most_notes_are_read(reader, space, condition, pages):
    total = cell(reader, space, condition, range(5000, 5000 + pages), None)
    assert total.notes > 100
    assert total.percent(total.pitch) >= 98
    assert total.percent(total.beat) >= 95
    assert total.percent(total.false) < 1


def test_pages_without_music_are_read_as_nothing(reader):
    for odd in (np.zeros((1, 1), np.uint8), np.full((200, 300), 255, np.uint8)):
        assert reader.read(odd).notes == ()


@needs("music")
@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("03.PNG", "C4 D4 E4 F4 G4 A4 B4"),
        ("04.PNG", "C4 D4 E4 F4 G4 A4 B4 C5 D5 E5 F5 G5 A5 B5"),
        ("05.PNG", "E4 E4 E4 E4 E4"),
    ],
)
def test_printed_scales_are_read(reader, name, names):
    page = PreprocessingFilter.to_grayscale()(str(DATA / "music" / "img" / name))
    notes = reader.read(np.asarray(page.pixels)).notes
    assert [note.pitch for note in notes] == names.split()
    assert {note.beat for note in notes} == {"quarter"}


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "samples.music", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_prints_a_table_and_saves_pictures(tmp_path):
    printed = run(tmp_path / "out", "--pages", "1", "--lessons", "6")
    assert "noise + skew" in printed
    for part in ("1-source", "2-without-staves", "3-notes"):
        assert (tmp_path / "out" / f"12-noise-skew-{part}.png").is_file()
    assert (tmp_path / "out" / "overview.png").stat().st_size < 250_000


def test_the_command_reads_pictures_of_ones_own(tmp_path):
    Image.fromarray(sheet_of(1, 12.0, noise=False, skew=0).pixels).save(tmp_path / "mine.png")
    assert "mine.png: 2 staves" in run(tmp_path / "out", "--lessons", "6", "--read", tmp_path / "mine.png")
    with (tmp_path / "out" / "mine.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 10
    assert set(rows[0]) == {"staff", "x", "y", "pitch", "beat"}
