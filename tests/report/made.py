"""Batches that were read by nobody, for reports about them."""

from __future__ import annotations

import json
from pathlib import Path

import lxml.html
from PIL import Image

from ocrprep.inputs import OcrInput
from ocrprep.testing import FakeRecognizer
from tests.pages import scan_rgb

HOSTILE = "</script><img src=x onerror=alert(1)>"


def images(folder: Path, names=("one.png", "two.png"), *, seed: int = 7) -> list[Path]:
    """Small bad scans in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(names):
        Image.fromarray(scan_rgb(seed=seed + place)).save(folder / name, format="png", dpi=(100, 100))
    return [folder / name for name in names]


def read(files, filters=(), script="Some words were read", **options):
    """The files read by a fake engine after filters; what cannot be opened fails in its place."""
    batch = OcrInput("auto", list(filters), on_error="collect")
    for file in files:
        batch.add(file)
    return FakeRecognizer(script, **options).recognize(batch, on_error="collect")


def tree(path: Path):
    """The report as elements."""
    return lxml.html.document_fromstring(path.read_text(encoding="utf-8"))


def details(path: Path) -> list[dict]:
    """What the report's script is told of each page."""
    found = tree(path).xpath("//details/script")
    return [json.loads(item.text) for item in found]
