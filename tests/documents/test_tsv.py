"""Tesseract's table, read by Python's own reader and compared with what Tesseract writes."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

import pytest

from ocrprep import TesseractRecognizer
from ocrprep.decode import open_image
from ocrprep.errors import DecodeError
from ocrprep.geometry import Box
from ocrprep.page import Source
from ocrprep.result import Line, PageFailure, RecognitionResult, Word, as_quad
from tests.documents.positional import full, saved
from tests.readings import Row, reading

SAMPLE = Path(__file__).parents[2] / "samples" / "pages" / "clean.png"
FAILURE = PageFailure(Source("b.png", width=100, height=50), DecodeError("truncated\n\tin the middle"))
HEADER = [
    "level", "page_num", "block_num", "par_num", "line_num", "word_num",
    "left", "top", "width", "height", "conf", "text",
]  # fmt: skip


def rows(items, **options):
    text = saved(items, "tsv", **options).decode()
    return list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def numbered(row):
    return tuple(int(row[name]) for name in HEADER[:6])


def test_the_columns_are_tesseracts():
    data = saved(full(), "tsv")
    assert data.split(b"\n")[0].decode().split("\t") == HEADER
    assert all(len(line.split(b"\t")) == 12 for line in data.splitlines())
    assert data.endswith(b"\n")


def test_levels_count_within_what_is_around_them():
    told = rows(reading("a b", Row("c"), Row("d", paragraph=1), Row("e", block=1), Row("f", block=4)))
    assert [numbered(row) for row in told] == [
        (1, 1, 0, 0, 0, 0),
        (2, 1, 1, 0, 0, 0), (3, 1, 1, 1, 0, 0), (4, 1, 1, 1, 1, 0), (5, 1, 1, 1, 1, 1), (5, 1, 1, 1, 1, 2),
        (4, 1, 1, 1, 2, 0), (5, 1, 1, 1, 2, 1),
        (3, 1, 1, 2, 0, 0), (4, 1, 1, 2, 1, 0), (5, 1, 1, 2, 1, 1),
        (2, 1, 2, 0, 0, 0), (3, 1, 2, 1, 0, 0), (4, 1, 2, 1, 1, 0), (5, 1, 2, 1, 1, 1),
        (2, 1, 3, 0, 0, 0), (3, 1, 3, 1, 0, 0), (4, 1, 3, 1, 1, 0), (5, 1, 3, 1, 1, 1),
    ]  # fmt: skip
    assert [row["text"] for row in told if row["level"] == "5"] == list("abcdef")
    assert {row["conf"] for row in told if row["level"] != "5"} == {"-1"}
    assert {row["conf"] for row in told if row["level"] == "5"} == {"95"}


def test_pixels_are_whole_and_points_have_decimals():
    pixels, points = rows(full()), rows(full(), space="points")
    assert all(row[name].isdigit() for row in pixels for name in HEADER[6:10])
    assert all(len(row[name].split(".")[1]) == 2 for row in points for name in HEADER[6:10])
    size = [pixels[0][name] for name in HEADER[6:10]]
    assert size == ["0", "0", "640", "480"]
    assert [rows(full(), space="page")[0][name] for name in HEADER[6:10]] == ["0", "0", "1280", "960"]
    assert [points[0][name] for name in HEADER[6:10]] == ["0.00", "0.00", "153.60", "115.20"]


def test_edges_are_the_nearest_and_none_lies_beside_the_page():
    box = Box(10.4, 10.5, 20.6, 1000.0)
    word = Word("word", 91.2345678, box, as_quad(box.corners()))
    line = Line((word,), Box(-8.0, 0.0, 20.6, 40.0), as_quad(Box(-8.0, 0.0, 20.6, 40.0).corners()))
    result = RecognitionResult("word", (line,), Source("a.png", width=100, height=50), 100, 50)
    *_, first, last = rows(result)
    assert [first[name] for name in HEADER[6:10]] == ["0", "0", "21", "40"]
    assert [last[name] for name in HEADER[6:10]] == ["10", "11", "11", "39"]
    assert last["conf"] == "91.234568"


def test_no_word_breaks_the_table():
    box = Box(0.0, 0.0, 9.0, 9.0)
    odd = ['"quoted', "tab\there", "line\nfeed", "two\u2028lines", "half \ud800", "nel\x85"]
    words = tuple(Word(text, 90.0, box, as_quad(box.corners())) for text in odd)
    line = Line(words, box, as_quad(box.corners()))
    data = saved(RecognitionResult("", (line,), Source("a.png", width=9, height=9), 9, 9), "tsv")
    told = data.decode().splitlines()
    assert [row.split("\t")[11] for row in told[5:]] == [
        '"quoted', "tab here", "line feed", "two lines", "half ?", "nel "
    ]  # fmt: skip


def test_a_page_that_failed_is_a_row_with_the_reason():
    told = rows([reading("a"), FAILURE, reading("b")])
    assert [row["page_num"] for row in told if row["level"] == "1"] == ["1", "2", "3"]
    (failed,) = [row for row in told if row["page_num"] == "2"]
    assert "truncated in the middle" in failed["text"]
    assert (failed["width"], failed["height"], failed["conf"]) == ("100", "50", "-1")


@pytest.mark.engine
def test_it_is_what_tesseract_writes_itself():
    command = shutil.which("tesseract")
    if command is None:
        pytest.skip("there is no tesseract command")
    theirs = subprocess.run([command, str(SAMPLE), "-", "--psm", "3", "tsv"], capture_output=True, check=True).stdout
    page, _ = open_image(SAMPLE)
    ours = saved(TesseractRecognizer(driver="pytesseract").read(page), "tsv")
    mine, other = ours.decode().splitlines(), theirs.decode().splitlines()
    assert [row.split("\t")[:10] for row in mine] == [row.split("\t")[:10] for row in other]
    assert [row.split("\t")[11] for row in mine] == [row.split("\t")[11] for row in other]
    for one, two in zip(mine[1:], other[1:], strict=True):
        assert float(one.split("\t")[10]) == pytest.approx(float(two.split("\t")[10]), abs=0.01)
