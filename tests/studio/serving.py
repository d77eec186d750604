"""A studio in a process of its own, as a person starts it."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

SAMPLES = Path(__file__).parents[2] / "samples" / "pages"


@dataclass
class Studio:
    link: str
    process: subprocess.Popen
    folder: Path

    @property
    def base(self) -> str:
        return self.link.split("/?")[0]

    @property
    def host(self) -> str:
        return urlsplit(self.link).netloc

    @property
    def token(self) -> str:
        return parse_qs(urlsplit(self.link).query)["token"][0]

    @property
    def cookie(self) -> dict[str, str]:
        return {f"ocrprep_studio_{urlsplit(self.link).port}": self.token}


@contextmanager
def started(folder: Path, *arguments: object) -> Iterator[Studio]:
    """A studio that saves into ``folder``; it is interrupted at the end, and has to end well."""
    pytest.importorskip("nicegui", reason="NiceGUI is not installed")
    command = [sys.executable, "-m", "ocrprep", "studio", "--no-open", "-o", folder, *arguments]
    # NiceGUI behaves otherwise in a process that it takes for a test.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=kept
    )
    try:
        link = process.stdout.readline().strip()
        assert link.startswith("http://127.0.0.1:"), process.stderr.read()
        yield Studio(link, process, folder)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            out, told = process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
    assert process.returncode == 0, told
    assert told.splitlines()[-1] == "ended"
    assert "Traceback" not in told
    assert out == ""


def bomb():
    """A ZIP archive of 50 kB with 50 MB in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("page.png", bytes(50_000_000))
    return target.getvalue()
