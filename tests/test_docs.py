"""The documentation tells the truth: its Python runs, its reference is the filters' own, its links lead somewhere."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
import typer

from ocrprep import FilterChain, InputType, Limits
from ocrprep.cli._reference import markdown
from ocrprep.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "samples" / "pages"
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "benchmarks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def blocks(language):
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for place, block in enumerate(re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL), 1):
            found.append(pytest.param(block, id=f"{document.stem}-{place}"))
    return found


@pytest.mark.engine
@pytest.mark.parametrize("block", blocks("python"))
def test_python_in_the_documents_runs(block, tmp_path, monkeypatch, capsys):
    shutil.copy(PAGES / "clean.png", tmp_path / "page.png")
    shutil.copy(PAGES / "clean.png", tmp_path / "source.png")
    shutil.copy(PAGES / "report.pdf", tmp_path / "report.pdf")
    script = tmp_path / "block.py"
    script.write_text(block, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script), run_name="__main__")
    printed = [line.split() for line in capsys.readouterr().out.splitlines()]
    # A comment after print() shows the beginning of what it prints.
    for promise in re.findall(r"^print\(.*\)  # ([^:\n]+)", block, re.MULTILINE):
        assert promise.split() in printed


def test_the_same_chain_is_shown_in_every_notation():
    text = (ROOT / "docs" / "chains.md").read_text(encoding="utf-8")
    [yaml], [as_json] = (re.findall(rf"```{name}\n(.*?)```", text, re.DOTALL) for name in ("yaml", "json"))
    chain = FilterChain.from_yaml(yaml)
    assert FilterChain.from_json(as_json) == chain
    flags = shlex.split(re.search(r"ocrprep clean page.png -o out (.*)", text)[1])
    assert FilterChain.from_flags(flags) == chain
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)[:2]:
        names = {}
        exec(block, names)
        assert names["chain"] == chain
    assert json.loads(as_json) == chain.to_dict()


def test_the_filter_reference_is_up_to_date():
    written = (ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
    assert written == markdown(), "run: ocrprep filters --markdown > docs/filters.md"


def anchors(text):
    return {
        re.sub(r"[^\w\- ]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        place = document.parent / file if file else document
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(place.read_text(encoding="utf-8")), target


def commands():
    top = typer.main.get_command(app)
    found = {}
    for name, command in top.commands.items():
        found[(name,)] = command
        for inner, item in getattr(command, "commands", {}).items():
            found[(name, inner)] = item
    return found


def options_of(command):
    return {flag for option in command.params for flag in option.opts if flag.startswith("-")}


def shell_lines():
    named = "clean|read|bench|filters|chain|explore|report|studio|objects|learn|inspect"
    pattern = re.compile(rf"^    ((?:cat \S+ \| )?ocrprep (?:{named}) .*)", re.MULTILINE)
    return [
        pytest.param(line, id=f"{document.stem}: {line}")
        for document in DOCUMENTS
        for line in pattern.findall(document.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("line", shell_lines())
def test_commands_in_the_documents_have_only_options_that_exist(line):
    words = shlex.split(re.split(r"   |\|(?= ocrprep)| > ", line)[0], comments=True)
    known = commands()
    command = known.get(tuple(words[1:3])) or known[(words[1],)]
    used = {word for word in words if re.fullmatch(r"-[a-z]|--[a-z-]+", word)}
    assert used <= options_of(command)
    flags = [words[place + 1] for place, word in enumerate(words) if word in {"-f", "--filter"}]
    FilterChain.from_flags(flags)


def test_every_limit_and_input_type_is_in_the_document_about_inputs():
    text = (ROOT / "docs" / "inputs.md").read_text(encoding="utf-8")
    for name, field in Limits.model_fields.items():
        default = f"{field.default:,}" if type(field.default) is int else f"{field.default}"
        assert re.search(rf"^\| `{name}` \| {re.escape(default.removesuffix('.0'))} \|", text, re.MULTILINE), name
    assert all(f"`{kind.name}`" in text for kind in InputType)


@pytest.mark.parametrize("name", ["clean", "read"])
def test_every_option_is_in_the_document_about_the_command_line(name):
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for option in commands()[(name,)].params:
        flags = [flag for flag in option.opts if flag.startswith("-")]
        assert not flags or any(flag in text for flag in flags), flags
