"""Answer sheets: an adaptive threshold reads them under a shadow, a fixed one does not; real ones by templates."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocrprep.errors import ConfigError
from samples.bubbles.experiment import run
from samples.bubbles.printing import printed_sheet, sheet_layout
from samples.bubbles.reading import read
from samples.bubbles.real import read_sheet
from samples.bubbles.sheets import CONDITIONS, make_sheet
from samples.bubbles.snapping import snapped
from samples.bubbles.template import load_template
from tests.real_data import DATA, needs

ROOT = Path(__file__).resolve().parent.parent
OMR = DATA / "omr"


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "samples.bubbles", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_adaptive_reads_every_condition_and_the_fixed_threshold_does_not():
    scores = run(4, workers=1)
    assert list(scores) == list(CONDITIONS)
    for condition, methods in scores.items():
        adaptive = methods["adaptive_threshold"]
        assert adaptive.bubbles == 4 * 305
        assert adaptive.right >= 0.995 * adaptive.bubbles, condition
    fixed = scores["shadow"]["threshold(185)"]
    assert fixed.right < 0.95 * fixed.bubbles
    clean = scores["clean"]["threshold(185)"]
    assert clean.right >= 0.995 * clean.bubbles


def test_a_seed_is_a_sheet():
    one, again, other = make_sheet("pencil", 5), make_sheet("pencil", 5), make_sheet("pencil", 6)
    assert np.array_equal(one.pixels, again.pixels)
    assert not np.array_equal(one.pixels, other.pixels)
    counts = np.concatenate([marks.sum(axis=1) for seed in range(9) for marks in make_sheet("clean", seed).marked])
    assert set(counts) == {0, 1, 2, 3}


def test_an_empty_sheet_has_no_mark():
    mask = np.where(printed_sheet("disc") > 185, 255, 0).astype(np.uint8)
    readings = read(mask, sheet_layout())
    assert not any(reading.marked.any() for reading in readings)
    assert readings[0].value(0) == ""


def test_the_grid_snaps_onto_the_print():
    layout = sheet_layout()
    mask = np.where(printed_sheet("square") > 185, 255, 0).astype(np.uint8)
    coarse = layout.scaled(1.006, 0.995)
    found, located = snapped(mask, coarse)
    assert located == 1.0
    for block, truth in zip(found.blocks, layout.blocks, strict=True):
        assert np.abs(block.centres - truth.centres).max() < 0.8
        assert block.size == pytest.approx(truth.size, abs=1.6)


def test_nothing_to_snap_to():
    layout = sheet_layout()
    found, located = snapped(np.full((900, 700), 255, np.uint8), layout)
    assert located == 0.0
    assert np.array_equal(found.blocks[0].centres, layout.blocks[0].centres)


TEMPLATE = {
    "pageDimensions": [616, 816],
    "bubbleDimensions": [20, 20],
    "preProcessors": [{"name": "CropOnMarkers", "options": {}}, {"name": "Levels"}],
    "fieldBlocks": {
        "id": {
            "fieldType": "QTYPE_INT", "origin": [42, 58], "bubblesGap": 23, "labelsGap": 26, "fieldLabels": ["id1..8"],
        },
        "first": {
            "fieldType": "QTYPE_MCQ5", "origin": [54, 340], "bubblesGap": 26, "labelsGap": 30,
            "fieldLabels": ["q1..14", "last"],
        },
    },
}  # fmt: skip


def test_a_template_is_read(tmp_path):
    path = tmp_path / "template.json"
    path.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    template = load_template(path)
    assert template.aligns
    assert not template.crops
    assert template.ignored == ("Levels",)
    number, first = template.layout.blocks
    assert number.fields == tuple(f"id{n}" for n in range(1, 9))
    assert first.fields[-2:] == ("q14", "last")
    assert number.centres[1, 2].tolist() == [42 + 10 + 26, 58 + 10 + 2 * 23]
    assert first.centres[1, 2].tolist() == [54 + 10 + 2 * 26, 340 + 10 + 30]


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"pageDimensions": [1, 2], "fieldBlocks": {"a": {}}}'])
def test_a_faulty_template_says_what_is_wrong(tmp_path, text):
    path = tmp_path / "template.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"template\.json"):
        load_template(path)


def test_the_command_reads_sheets_by_a_template(tmp_path):
    path, image = tmp_path / "template.json", tmp_path / "sheet.png"
    path.write_text(json.dumps(TEMPLATE), encoding="utf-8")
    sheet = make_sheet("phone", 2)
    cv2.imwrite(str(image), sheet.pixels)
    done = command("--template", path, image, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "Levels" in done.stdout
    assert (tmp_path / "out" / "sheet.png").exists()
    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8") as file:
        rows = {row["field"]: row["value"] for row in csv.DictReader(file)}
    blocks = sheet_layout().blocks
    for block, marks, fields in ((blocks[0], sheet.marked[0], [f"id{n}" for n in range(1, 9)]),
                                 (blocks[1], sheet.marked[1], [*(f"q{n}" for n in range(1, 15)), "last"])):  # fmt: skip
        for field, on in zip(fields, marks, strict=True):
            assert rows[field] == "+".join(value for value, yes in zip(block.values, on, strict=True) if yes)


def test_the_command_compares(tmp_path):
    done = command(tmp_path / "out", "--sheets", 2)
    assert done.returncode == 0, done.stderr
    assert "shadow" in done.stdout
    for condition in CONDITIONS:
        assert cv2.imread(str(tmp_path / "out" / f"bubbles-{condition}.png")) is not None


def test_the_command_refuses_images_without_a_template(tmp_path):
    assert command(tmp_path / "sheet.png").returncode == 2


# Field by field, as a person sees them.
SEEN = {
    "Antibodyy/simple_omr_sheet.jpg": "A C B D E B",
    "ibrahimkilic/yes_no_questionnarie.jpg": "no no no no no",
    "weighted-answers/images/adrian_omr.png": "B E A C B",
    "weighted-answers/images/adrian_omr_2.png": "C E A B B",
}


def values(image):
    sheet = read_sheet(load_template(next(OMR.glob(f"{image.split('/')[0]}/template.json"))), OMR / image)
    return {name: reading.value(i) for reading in sheet.readings for i, name in enumerate(reading.block.fields)}, sheet


@needs("omr")
@pytest.mark.parametrize("image", list(SEEN))
def test_small_real_sheets(image):
    found, sheet = values(image)
    assert " ".join(found.values()) == SEEN[image]
    assert sheet.located == 1.0


@needs("omr")
def test_a_real_sheet_in_a_photograph():
    found, _ = values("sample1/MobileCamera/sheet1.jpg")
    assert found["Medium"] + "".join(found[f"roll{n}"] for n in range(1, 10)) == "E503110026"
    assert "".join(found[f"q{n}"] or "-" for n in (1, 2, 3, 4, *range(10, 21))) == "B-DBBDCDADBACCD"
    assert [found[f"q{n}_1"] + found[f"q{n}_2"] for n in range(5, 10)] == ["6", "11", "20", "7", "16"]


@needs("omr")
def test_real_scans_of_two_hundred_questions():
    found, sheet = values("UmarFarootAPS/scans/scan-type-1.jpg")
    assert [found[f"r{n}"] for n in range(1, 5)] == list("2468")
    # One mark a question, as on the sheet.
    assert all(len(found[f"q{n}"]) == 1 for n in range(1, 201))
    assert sheet.located > 0.98
    found, _ = values("UmarFarootAPS/scans/scan-type-2.jpg")
    assert [found[f"r{n}"] for n in range(1, 5)] == list("0234")
    assert found["q55"] == "A+D"
    assert "".join(found[f"q{n}"] for n in range(1, 17)) == "ABCDCBABCDCBABCD"
    assert [found[f"q{n}"] for n in (53, 54, 131, 144, 156, 168)] == ["", "", "B", "B", "D", "D"]
