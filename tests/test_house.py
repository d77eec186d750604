"""The floors that import-linter's layers cannot express, and the floors themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILTERS = sorted((ROOT / "ocrprep" / "filters").glob("[a-z]*.py"))


def test_a_file_imports_only_from_lower_floors():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILTERS, ids=lambda file: file.stem)
def test_a_filter_knows_its_base_and_private_helpers_but_no_other_filter(file):
    names = {node.module or "" for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.ImportFrom)}
    inside = {name.removeprefix("ocrprep.filters.") for name in names if name.startswith("ocrprep.filters")}
    assert {name for name in inside if name != "base" and not name.startswith("_")} == set()
