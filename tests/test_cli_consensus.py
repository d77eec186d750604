"""Several readings on the command line: what asks for them, what comes of it, and how they compete in a bench."""

import json

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.chain import FilterChain
from ocrprep.cli._consensus import consensus_from, variant_from
from ocrprep.cli.app import app
from ocrprep.errors import ConfigError
from ocrprep.evaluation.text_bench import Readers
from ocrprep.testing import FakeRecognizer
from tests.pages import text_gray

engine = pytest.mark.engine

TRUTH = "Quick brown foxes jump over lazy dogs"


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def one_line(result):
    """What was told, in one line, without the frame that a usage error stands in."""
    return " ".join(result.stderr.replace("│", " ").split())


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A page that Tesseract reads well."""
    file = tmp_path_factory.mktemp("scan") / "scan.png"
    Image.fromarray(text_gray(420, 180, size=30, ink=20, paper=252)).save(file, dpi=(300, 300))
    return file


@pytest.fixture(scope="module")
def poor(tmp_path_factory):
    """A page of which Tesseract is unsure."""
    file = tmp_path_factory.mktemp("poor") / "poor.png"
    grain = np.random.default_rng(1).normal(0, 6, (240, 300))
    pixels = cv2.GaussianBlur(text_gray(300, 240, size=11, ink=60, paper=230), (0, 0), 0.7) + grain
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(file)
    return file


def rows(result):
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


# What is asked for


def test_flags_are_what_recognize_takes(tmp_path):
    chain = tmp_path / "chain.yaml"
    chain.write_text("ocrprep: 1\nfilters: [invert]\n")
    assert consensus_from(False, None, None) is None
    assert consensus_from(False, None, []) is None
    assert consensus_from(True, None, None) == "auto"
    assert consensus_from(False, 3, None) == consensus_from(True, 3, None) == 3
    assert consensus_from(False, None, ["identity", "clahe scale=2", str(chain)]) == (
        FilterChain(),
        FilterChain.from_flags(["clahe", "scale=2"]),
        FilterChain.from_flags(["invert"]),
    )


@pytest.mark.parametrize("text", ["clahe scale=", "nonsense", "'clahe", "nowhere.yaml"])
def test_a_variant_that_cannot_be_understood_is_an_error(text):
    with pytest.raises(ConfigError):
        variant_from(text)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--readings", "3", "--variant", "clahe"], 2, "readings or variants, not both"),
        (["--budget", "1.5"], 2, "no effect without"),
        (["--readings", "some"], 2, "--readings"),
        (["--readings", "0"], 4, "a number from 1 to 6"),
        (["--readings", "7"], 4, "a number from 1 to 6"),
        (["--consensus", "--budget", "0.5"], 4, "budget is 1 or more"),
        (["--consensus", "--budget", "nan"], 4, "budget is 1 or more"),
        (["--readings", "3", "--budget", "2"], 4, "a budget goes with readings='auto'"),
        (["--variant", "identity", "--budget", "2"], 4, "a budget goes with readings='auto'"),
        (["--variant", "nonsense"], 4, "nonsense"),
        (["--consensus", "--min-confidence", "101"], 2, "--min-confidence"),
    ],
)
@engine
def test_what_makes_no_sense_is_told_in_one_line_and_nothing_is_read(scan, arguments, code, words):
    result = run("read", scan, *arguments)
    assert result.exit_code == code
    assert words in one_line(result)
    assert "Traceback" not in result.stderr
    assert not result.stdout
    if code == ConfigError.exit_code:
        assert [line.startswith("error: ") for line in result.stderr.splitlines()] == [True]


# What comes


@engine
@pytest.mark.parametrize(
    "arguments",
    [
        ["--consensus"],
        ["--consensus", "--budget", "1.5"],
        ["--readings", "2"],
        ["--variant", "identity", "--variant", "clahe scale=2"],
        ["--consensus", "--min-confidence", "30"],
        ["--consensus", "--auto"],
        ["--consensus", "--auto", "--budget", "1.5"],
    ],
)
def test_a_consensus_of_a_clean_page_is_its_text(scan, arguments):
    result = run("read", scan, *arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split("\n")[:2] == ["Quick brown foxes", "jump, over: lazy dogs."]
    assert not result.stderr


@engine
def test_json_holds_who_read_what(scan):
    [row] = rows(run("read", scan, "--variant", "identity", "--variant", "clahe scale=2", "--json"))
    assert {item["name"] for item in row["readings"]} == {"1: as it is", "2: clahe, scale"}
    assert {"steps", "seconds", "engine", "words", "share"} <= set(row["readings"][0])
    assert len(row["to_source"]) == 9
    assert row["dropped"] == []
    words = [word for line in row["lines"] for word in line["words"]]
    assert all(0 <= word["probability"] <= 1 and isinstance(word["alternatives"], list) for word in words)
    assert words[0]["readings"] == [0, 1]


@engine
def test_a_chain_file_may_be_a_variant(scan, tmp_path):
    chain = tmp_path / "chain.yaml"
    chain.write_text("ocrprep: 1\nfilters: [clahe, {kind: scale, ratio: 2}]\n")
    by_file, by_text = (
        rows(run("read", scan, "--variant", "identity", "--variant", item, "--json"))[0]
        for item in (chain, "clahe scale=2")
    )
    assert by_file["lines"] == by_text["lines"]


@engine
def test_words_that_are_too_doubtful_are_dropped_and_told_apart_in_json(poor):
    [whole] = rows(run("read", poor, "--readings", "3", "--json"))
    [sifted] = rows(run("read", poor, "--readings", "3", "--min-confidence", "90", "--json"))
    assert len(sifted["dropped"]) > len(whole["dropped"])
    kept = [word["probability"] for line in sifted["lines"] for word in line["words"]]
    assert all(probability >= 0.9 for probability in kept)
    assert sum(len(line["words"]) for line in whole["lines"]) == len(kept) + len(sifted["dropped"]) - len(
        whole["dropped"]
    )


@engine
@pytest.mark.parametrize(("arguments", "count"), [(["--readings", "3"], 3), (["--consensus", "--budget", "1"], 1)])
def test_a_page_is_read_as_often_as_one_asks(poor, arguments, count):
    [row] = rows(run("read", poor, *arguments, "--json"))
    assert len(row["readings"]) == count


@engine
def test_a_job_remembers_a_consensus(scan, tmp_path):
    arguments = ["read", scan, "--readings", "2", "--json", "--job", tmp_path / "job"]
    [first], again = rows(run(*arguments)), run(*arguments)
    assert again.stderr == "note: 1 page is done already\n"
    assert rows(again) == [first]
    assert rows(run(*arguments, "--min-confidence", "50"))


# Bench


@pytest.fixture
def texts(tmp_path):
    """Three pages, each of another gray."""
    lines = ["image\tground_truth"]
    for number in range(3):
        Image.fromarray(np.full((20, 30), 100 + number, np.uint8)).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text(TRUTH, encoding="utf-8")
        lines.append(f"{number}.png\t{number}.txt")
    (tmp_path / "pairs.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def reader(monkeypatch):
    """An engine that reads all words, and remembers the pages."""
    fake = FakeRecognizer(TRUTH)
    monkeypatch.setattr("ocrprep.evaluation.text_bench.tesseract_readers", lambda *_: Readers(lambda *_: fake))
    return fake


def contestants(texts, *arguments):
    """The names in the report of a bench, and the report."""
    file = texts / "report.json"
    result = run("bench", "text", texts, *arguments, "--json", file)
    assert result.exit_code == 0, result.output
    report = json.loads(file.read_text(encoding="utf-8"))
    return [item["name"] for item in report["chains"]], report


@pytest.mark.usefixtures("reader")
def test_a_consensus_and_each_budget_are_contestants_beside_the_identity(texts):
    names, report = contestants(texts, "--consensus", "--budget", "1.5", "--budget", "2", "--no-cache")
    assert names == ["identity", "consensus", "consensus of 1.5 readings", "consensus of 2 readings"]
    assert [item["word_f1"] for item in report["chains"]] == [100] * 4
    assert len(report["rows"]) == 12


@pytest.mark.usefixtures("reader")
def test_a_budget_alone_is_a_contestant_and_chains_compete_with_it(texts):
    assert contestants(texts, "--budget", "1.5", "--no-cache")[0] == ["identity", "consensus of 1.5 readings"]
    names, _ = contestants(texts, "--consensus", "--chain", "median", "--no-cache")
    assert names == ["identity", "median", "consensus"]


def test_a_bench_remembers_a_consensus_and_its_budget(texts, reader):
    cache = ("--cache", texts / "bench.sqlite")
    contestants(texts, "--consensus", *cache)
    before = len(reader.pages)
    contestants(texts, "--consensus", *cache)
    assert len(reader.pages) == before
    contestants(texts, "--consensus", "--budget", "1.5", *cache)
    once = len(reader.pages)
    assert once > before
    contestants(texts, "--budget", "2", *cache)
    assert len(reader.pages) > once


@pytest.mark.parametrize(("confidence", "times"), [(95.0, 2), (10.0, 4)])
def test_a_bench_reads_a_page_as_often_as_it_is_doubtful(texts, reader, confidence, times):
    reader._confidence = confidence
    contestants(texts, "--consensus", "--no-cache")
    reads = len(reader.pages) / 3
    assert reads == times if times == 2 else reads >= times


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "name a contestant"),
        (["--budget", "0.5"], 2, "--budget"),
        (["--budget", "21"], 2, "budget"),
        (["--budget", "nan"], 2, "budget"),
        (["--budget", "2", "--budget", "2.0"], 4, "two chains are called 'consensus of 2 readings'"),
    ],
)
def test_a_bench_of_nobody_or_nonsense_is_a_wrong_call(texts, arguments, code, words):
    result = run("bench", "text", texts, "--no-cache", *arguments)
    assert result.exit_code == code
    assert words in one_line(result)


@pytest.mark.usefixtures("reader")
def test_a_consensus_can_be_a_gate(texts):
    limits = ("--fail-under", "word_f1=100")
    assert run("bench", "text", texts, "--consensus", "--no-cache", *limits).exit_code == 0
    (texts / "0.txt").write_text("Something else", encoding="utf-8")
    result = run("bench", "text", texts, "--consensus", "--no-cache", *limits)
    assert result.exit_code == 1
    assert "consensus: word_f1 is" in one_line(result)
