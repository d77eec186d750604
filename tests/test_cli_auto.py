"""``--auto``, ``--budget`` and ``--explain``: what is done, and what is told about it, and where."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from typer.testing import CliRunner

from ocrprep import FilterChain
from ocrprep.cli import _evidence
from ocrprep.cli._auto import explanation, whole_chain
from ocrprep.cli.app import app
from ocrprep.filters.auto import Auto
from ocrprep.page import Step

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "samples" / "pages"
CLEAN, SMALL = PAGES / "clean.png", PAGES / "small_type.png"


class Nobody:
    """No engine to ask."""

    def orientation(self, page):
        return None


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setattr(_evidence, "EngineIfThere", Nobody)


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def same(first, second):
    return np.array_equal(pixels(first), pixels(second))


def test_auto_comes_after_the_chain_and_the_filters(tmp_path):
    file = tmp_path / "chain.yaml"
    file.write_text("ocrprep: 1\nfilters: [invert]\n")
    chain = whole_chain(file, ["median"], auto=True, budget=None)
    assert chain == FilterChain.from_flags(["invert", "median", "auto"])
    wider = whole_chain(file, ["median"], auto=True, budget=1.5)
    assert wider == FilterChain.from_flags(["invert", "median", "auto=1.5"])
    assert whole_chain(file, ["median"], auto=False, budget=None) == FilterChain.from_flags(["invert", "median"])
    assert whole_chain(None, None, auto=True, budget=None)[0] == Auto()


@pytest.mark.parametrize("command", ["clean", "read"])
@pytest.mark.parametrize(
    ("arguments", "words"), [(["--budget", "1"], "without --auto"), (["--auto", "--budget", "0"], "greater than 0")]
)
def test_a_budget_that_means_nothing_is_a_wrong_argument(command, arguments, words, tmp_path):
    result = run(command, CLEAN, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert "budget" in result.stderr
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_engine")
def test_auto_is_the_filter_auto_and_tells_nothing_unasked(tmp_path):
    result = run("clean", SMALL, "-o", tmp_path / "a", "--auto")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / "a" / "small_type.png")]
    assert not result.stderr
    run("clean", SMALL, "-o", tmp_path / "b", "-f", "auto")
    assert same(tmp_path / "a" / "small_type.png", tmp_path / "b" / "small_type.png")
    assert pixels(tmp_path / "a" / "small_type.png").shape != pixels(SMALL).shape


@pytest.mark.usefixtures("no_engine")
def test_each_page_is_explained_on_stderr_by_a_chain_file_that_makes_it_again(tmp_path):
    out = tmp_path / "out"
    result = run("clean", CLEAN, SMALL, "-o", out, "-f", "pad=9", "--auto", "--explain", "--steps")
    assert result.exit_code == 0
    assert [Path(line).parent for line in result.stdout.splitlines()] == [out] * 6
    blocks = result.stderr.split("---\n")[1:]
    assert [block.splitlines()[0] for block in blocks] == [f"# {CLEAN}", f"# {SMALL}"]
    assert [len(item["filters"]) >= 1 for item in yaml.safe_load_all(result.stderr)] == [True, True]
    for name, block in zip(("clean", "small_type"), blocks, strict=True):
        assert re.search(r"^# auto: \S", block, re.MULTILINE)
        file = tmp_path / f"{name}.yaml"
        file.write_text(block)
        assert run("clean", PAGES / f"{name}.png", "-o", tmp_path / "again", "-c", file).exit_code == 0
        assert same(out / f"{name}.png", tmp_path / "again" / f"{name}.png")


@pytest.mark.usefixtures("no_engine")
def test_what_a_single_page_was_explained_by_is_a_chain_file_as_it_stands(tmp_path):
    file = tmp_path / "chain.yaml"
    file.write_text(run("clean", SMALL, "-o", tmp_path / "out", "--auto", "--explain").stderr)
    run("clean", SMALL, "-o", tmp_path / "again", "--chain", file)
    assert same(tmp_path / "out" / "small_type.png", tmp_path / "again" / "small_type.png")


@pytest.mark.usefixtures("no_engine")
def test_a_job_that_goes_on_explains_what_it_remembers_and_a_kept_file_cannot(tmp_path):
    arguments = ["clean", SMALL, "-o", tmp_path / "out", "--auto", "--explain"]
    first = run(*arguments, "--job", tmp_path / "job")
    again = run(*arguments, "--job", tmp_path / "job")
    assert again.stdout.endswith("(kept)\n")
    assert again.stderr == f"note: 1 page is done already\n{first.stderr}"
    kept = run(*arguments, "--overwrite", "skip")
    assert "was kept as it is, so nothing was chosen" in kept.stderr
    assert "filters" not in kept.stderr


def test_a_chain_that_chooses_nothing_is_told_too(tmp_path):
    result = run("clean", CLEAN, "-o", tmp_path, "-f", "threshold=150", "--explain")
    assert result.stderr == (
        f"---\n# {CLEAN}\n# no filter chose anything\nocrprep: 1\nfilters:\n- kind: threshold\n  value: 150\n"
    )


def test_facts_are_told_whatever_they_are_and_no_name_breaks_the_yaml():
    found = {
        "reason": "two\nlines and a \x07 bell",
        "worth": {"as it is": 3.5, "larger: twice": -1},
        "x_height": None,
        "regions": [[1, 2], [3, 4]],
        "chain": [{"kind": "otsu"}],
    }
    steps = (Step("auto", {"area": None}, found, implicit=True), Step("otsu", {"area": None}))
    text = explanation("odd\nname\u2028 \x1b[1m \udcff.png, page 2", steps)
    text.encode("utf-8")
    assert FilterChain.from_yaml(text) == FilterChain.from_flags(["otsu"])
    comments = [line[2:] for line in text.splitlines() if line.startswith("# ")]
    assert comments[0] == r"odd\nname\u2028 \x1b[1m \udcff.png, page 2"
    assert comments[1] == r"auto: two\nlines and a \x07 bell"
    told = yaml.safe_load("\n".join(comments[2:]))
    assert told == {name: found[name] for name in ("worth", "x_height", "regions")}


@pytest.mark.engine
def test_read_tells_its_choices_in_json_and_its_reasons_on_stderr():
    result = run("read", SMALL, CLEAN, "--auto", "--json", "--explain")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    told = list(yaml.safe_load_all(result.stderr))
    for row, document in zip(rows, told, strict=True):
        [choice] = row["choices"]
        assert choice["kind"] == "auto"
        assert choice["reason"]
        assert document == {"ocrprep": 1, "filters": choice["chain"]}
        assert f"# auto: {choice['reason']}\n" in result.stderr
    assert rows[0]["choices"][0]["chain"]
    assert rows[1]["choices"][0]["chain"] == []


@pytest.mark.engine
def test_read_writes_the_text_and_nothing_else_to_stdout(tmp_path):
    plain = run("read", SMALL, "--auto")
    explained = run("read", SMALL, "--auto", "--explain")
    assert not plain.stderr
    assert explained.stdout == plain.stdout
    file = tmp_path / "chain.yaml"
    file.write_text(explained.stderr)
    assert run("read", SMALL, "--chain", file).stdout == plain.stdout


@pytest.mark.engine
def test_a_page_is_cleaned_as_it_is_read(tmp_path):
    run("clean", SMALL, "-o", tmp_path, "--auto")
    [row] = [json.loads(line) for line in run("read", SMALL, "--auto", "--json").stdout.splitlines()]
    height, width = pixels(tmp_path / "small_type.png").shape[:2]
    assert row["page_size"] == [width, height]


def test_the_example_in_the_documentation_is_what_is_told():
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    chain = FilterChain.from_yaml(shown)
    facts = yaml.safe_load("\n".join(re.findall(r"^#   (.*)$", shown, re.MULTILINE)))
    name, told = re.findall(r"^# (\S.*)$", shown, re.MULTILINE)
    kind, reason = told.split(": ", 1)
    decision = Step(kind, {}, {"reason": reason, **facts, "chain": chain.to_dict()["filters"]}, implicit=True)
    made = [Step(item.kind, item.parameters()) for item in chain]
    assert f"{explanation(name, (decision, *made))}\n" == shown
    assert chain
