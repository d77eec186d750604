"""``ocrprep inspect``: what lands on stdout and stderr, and the exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ocrprep import inspect_page
from ocrprep.cli.app import app

PAGES = Path(__file__).resolve().parent.parent / "samples" / "pages"
CLEAN = PAGES / "clean.png"


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, ["inspect", *map(str, arguments)], input=stdin)


def test_a_table_names_the_page_its_facts_and_its_defects():
    result = run(PAGES / "skew.png")
    assert result.exit_code == 0
    assert "skew.png" in result.stdout
    assert "x-height" in result.stdout
    assert [line for line in result.stdout.splitlines() if "defects" in line and "skewed" in line]
    assert not result.stderr


def test_json_is_one_object_a_line_with_the_facts_of_inspect_page():
    result = run(CLEAN, PAGES / "letters.zip", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) > 2
    assert (rows[0]["file"], rows[0]["page"]) == (str(CLEAN), 1)
    facts = inspect_page(CLEAN).as_dict()
    assert {name: rows[0][name] for name in facts} == facts


def test_pages_of_a_document():
    pytest.importorskip("pypdfium2")
    rows = [json.loads(line) for line in run(PAGES / "report.pdf", "--pages", "2", "--json").stdout.splitlines()]
    assert [row["page"] for row in rows] == [2]


@pytest.mark.parametrize(
    ("name", "defect"),
    [
        ("inverted.png", "light on dark"),
        ("low_contrast.jpg", "low contrast"),
        ("noise.png", "noisy"),
        ("shadow.jpg", "uneven light"),
        ("skew.png", "skewed"),
        ("small_type.png", "too small type"),
    ],
)
def test_the_samples_have_the_defects_they_were_made_with(name, defect):
    assert defect in inspect_page(PAGES / name).defects


def test_a_clean_page_has_none():
    assert inspect_page(CLEAN).defects == ()
    assert "none found" in run(CLEAN).stdout


def test_a_failed_page_is_reported_and_the_others_come_through(tmp_path):
    result = run(tmp_path / "missing.png", CLEAN, "--json")
    failed, measured = map(json.loads, result.stdout.splitlines())
    assert failed["error"]["exit_code"] == result.exit_code == 3
    assert measured["file"] == str(CLEAN)
    assert result.stderr.splitlines()[-1] == "1 page failed"


def test_raise_stops_at_the_first_failure(tmp_path):
    result = run(tmp_path / "missing.png", CLEAN, "--on-error", "raise")
    assert (result.exit_code, result.stdout) == (3, "")


def test_stdin_is_an_input():
    result = run("-", "--json", stdin=CLEAN.read_bytes())
    assert json.loads(result.stdout)["file"] == "stdin"


def test_no_input_is_a_usage_error():
    assert run().exit_code == 2
