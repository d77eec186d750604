"""``ocrprep report`` as a user types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ocrprep.cli.app import app
from tests.report.made import details, tree

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "pages"

pytestmark = pytest.mark.engine


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, ["report", *(str(item) for item in arguments)], input=stdin)


@pytest.fixture
def pages(tmp_path):
    """Two samples with their texts."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("skew.png", "skew.txt", "clean.png", "clean.txt"):
        shutil.copy(SAMPLES / name, folder)
    return folder


def test_a_chain_is_compared_with_the_page_as_it_is_where_the_truth_is_known(pages, tmp_path):
    target = tmp_path / "out" / "report.html"
    result = run(pages / "skew.png", pages / "clean.png", "-f", "deskew", "-f", "binarize", "--ablation", "-o", target)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [str(target)]
    assert "the true text of 2 of 2 pages was found beside the images" in result.stderr
    told = details(target)
    assert [list(page["variants"]) for page in told] == [["identity", "deskew binarize"]] * 2
    before, after = (told[0]["variants"][name]["scores"]["word_f1"] for name in ("identity", "deskew binarize"))
    assert after > before + 50
    titles = tree(target).xpath("//figcaption/text()")
    assert "Helped and harmed: deskew binarize" in titles
    assert "What each step is worth: deskew binarize" in titles


def test_without_truth_only_the_chain_is_read(pages, tmp_path):
    target = tmp_path / "r.html"
    result = run(pages / "clean.png", "--auto", "--no-truth", "--title", "Clean", "-o", target)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(details(target)[0]["variants"]) == ["auto"]
    assert details(target)[0]["variants"]["auto"]["choices"]
    assert tree(target).xpath("//h1/text()") == ["Clean"]


def test_chains_are_compared_and_truths_lie_elsewhere(pages, tmp_path):
    chain = tmp_path / "mine.yaml"
    chain.write_text("ocrprep: 1\nfilters: [binarize]\n")
    texts = tmp_path / "texts"
    texts.mkdir()
    (pages / "clean.txt").rename(texts / "clean.gt.txt")
    target = tmp_path / "r.html"
    result = run(
        pages / "clean.png",
        "--chain",
        chain,
        "--compare",
        "clahe scale=2",
        "--truth",
        texts,
        "--inline",
        "0",
        "-o",
        target,
    )
    assert result.exit_code == 0, result.stderr
    assert list(details(target)[0]["variants"]) == ["clahe scale=2", "mine.yaml"]
    assert tree(target).xpath("string(//header)").split()[-2:] == ["clahe", "scale=2"]
    assert list((tmp_path / "r_files").iterdir())


def test_a_consensus_shows_its_readings(pages, tmp_path):
    result = run(pages / "clean.png", "--consensus", "--readings", "2", "--no-truth", "-o", tmp_path / "r.html")
    assert result.exit_code == 0, result.stderr
    assert len(details(tmp_path / "r.html")[0]["variants"]["consensus"]["readings"]) == 2


def test_stdin_is_read_once_for_all_chains(pages, tmp_path):
    data = (pages / "clean.png").read_bytes()
    result = run("-", "--compare", "binarize", "-o", tmp_path / "r.html", stdin=data)
    assert result.exit_code == 0, result.stderr
    variants = details(tmp_path / "r.html")[0]["variants"]
    assert all(item["words"] for item in variants.values())


def test_a_page_that_fails_is_reported_once_and_stands_in_the_file(pages, tmp_path):
    (pages / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    result = run(pages / "bad.png", pages / "clean.png", "-f", "binarize", "-o", tmp_path / "r.html")
    assert result.exit_code == 3
    assert result.stderr.count("error: ") == 1
    assert "error" in details(tmp_path / "r.html")[0]["variants"]["binarize"]
    assert len(details(tmp_path / "r.html")) == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--ablation", "--no-truth"], "--no-truth"),
        (["--compare", "identity"], "read anyway"),
        (["--ablation"], "needs"),
        (["--budget", "2"], "no effect"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(pages, tmp_path, arguments, told):
    (pages / "clean.txt").unlink()
    result = run(pages / "clean.png", *arguments, "-o", tmp_path / "r.html")
    assert result.exit_code == 2
    assert told in result.stderr
    assert not (tmp_path / "r.html").exists()
