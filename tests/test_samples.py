"""The sample pages are what they claim to be, and every sample script runs."""

from __future__ import annotations

import difflib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrprep import FilterChain, TesseractRecognizer

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = SAMPLES / "pages"
SINGLE = (
    "clean.png",
    "low_contrast.jpg",
    "shadow.jpg",
    "noise.png",
    "skew.png",
    "inverted.png",
    "coloured.jpg",
    "small_type.png",
)


def load(name):
    spec = importlib.util.spec_from_file_location(f"sample_{name}", SAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(script, *arguments, cwd):
    """Run a sample as a newcomer does; returns what it printed."""
    result = subprocess.run(
        [sys.executable, str(SAMPLES / script), *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "OMP_THREAD_LIMIT": "1", "PYTHONUTF8": "1"},
    )
    assert result.returncode == 0, result.stderr
    assert not result.stderr
    return result.stdout


def score(text, truth):
    return difflib.SequenceMatcher(None, " ".join(text.split()), " ".join(truth.split()), autojunk=False).ratio()


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_pages_are_few_small_and_each_has_its_text():
    files = list(PAGES.iterdir())
    assert sum(item.stat().st_size for item in files) < 1_500_000
    pages = [item for item in files if item.suffix != ".txt"]
    assert {item.name for item in pages} == {*SINGLE, "report.pdf", "report.tif", "letters.zip"}
    assert all(item.with_suffix(".txt").is_file() for item in pages)


def test_making_the_pages_again_gives_the_same_pages(tmp_path):
    run("make_samples.py", tmp_path / "again", cwd=tmp_path)
    again = tmp_path / "again"
    assert sorted(item.name for item in again.iterdir()) == sorted(item.name for item in PAGES.iterdir())
    for name in SINGLE:
        with Image.open(PAGES / name) as old, Image.open(again / name) as new:
            assert (old.size, old.mode, old.info["dpi"]) == (new.size, new.mode, new.info["dpi"])
            difference = np.abs(np.asarray(old, np.int16) - np.asarray(new, np.int16)).mean()
        # Another version of Pillow may draw and compress a little differently; a page with other text differs by more.
        assert difference < 1.0, name
    for text in PAGES.glob("*.txt"):
        assert text.read_bytes() == (again / text.name).read_bytes()


def test_the_documents_have_their_pages():
    with Image.open(PAGES / "report.tif") as tiff:
        assert tiff.n_frames == 3
        assert (tiff.mode, tiff.info["compression"]) == ("1", "group4")
    assert (PAGES / "report.txt").read_text(encoding="utf-8").count("\f") == 2
    with zipfile.ZipFile(PAGES / "letters.zip") as archive:
        assert [name.count("/") for name in archive.namelist()] == [1, 1, 2]


@pytest.mark.engine
@pytest.mark.parametrize("name", SINGLE)
def test_a_spoiled_page_is_hard_to_read_and_its_chain_makes_it_readable(name):
    chain = FilterChain.from_flags(load("demo").CHAINS[name])
    truth = (PAGES / name).with_suffix(".txt").read_text(encoding="utf-8")
    recognizer = TesseractRecognizer()
    before = score(recognizer.read(FilterChain()(PAGES / name)).recognition_text, truth)
    after = score(recognizer.read(chain(PAGES / name)).recognition_text, truth)
    # 95 of 100: engines of different versions differ by a letter or two.
    assert after > 0.95
    assert (before > 0.95) if name == "clean.png" else (before < 0.85)


# --- the scripts ------------------------------------------------------------------------------------------------------


@pytest.mark.engine
def test_the_documented_script_runs_on_a_png(tmp_path):
    shutil.copy(PAGES / "clean.png", tmp_path / "source.png")
    printed = run("documented_script.py", cwd=tmp_path)
    assert "lighthouse keeper" in printed
    with Image.open(tmp_path / "result" / "source.png") as saved:
        assert saved.mode == "1"
        assert saved.info["dpi"] == pytest.approx((200, 200), abs=0.1)


def test_the_documented_script_differs_from_the_documentation_in_its_imports_only():
    lines = (SAMPLES / "documented_script.py").read_text(encoding="utf-8").splitlines()
    code = [line.split("  #")[0] for line in lines[lines.index("api = AsposeOcr()") :]]
    assert code == [
        "api = AsposeOcr()",
        "filters = PreprocessingFilter()",
        "filters.add(PreprocessingFilter.binarize())",
        "input = OcrInput(InputType.SINGLE_IMAGE, filters)",
        'input.add("source.png")',
        'ImageProcessing.save(input, "result")',
        "result = api.recognize(input)",
        "print(result[0].recognition_text)",
    ]


@pytest.mark.engine
def test_threshold_against_auto(tmp_path):
    printed = run("threshold_vs_auto.py", cwd=tmp_path)
    texts = dict(part.split(":", 1) for part in printed.split("--- ")[1:])
    assert list(texts) == ["source", "auto", "050", "100", "150", "200"]
    truth = (PAGES / "shadow.txt").read_text(encoding="utf-8")
    scores = {name: score(text.split("\n", 1)[1], truth) for name, text in texts.items()}
    assert max(scores, key=scores.get) == "auto"
    for name in texts:
        with Image.open(tmp_path / "out" / "threshold_vs_auto" / name / "shadow.png") as saved:
            assert saved.mode == ("L" if name == "source" else "1")


def test_intermediates_are_saved_under_sorted_names(tmp_path):
    printed = run("save_intermediates.py", cwd=tmp_path)
    names = [f"skew_{part}.png" for part in ("01_deskew", "02_crop_to_content", "03_pad", "04_binarize")]
    assert sorted(item.name for item in (tmp_path / "out" / "save_intermediates").iterdir()) == ["skew.png", *names]
    assert "angle -9" in printed


@pytest.mark.engine
def test_a_mixed_batch_of_six_kinds_keeps_its_failure_in_its_place(tmp_path):
    printed = run("mixed_batch.py", cwd=tmp_path)
    parts = printed.split("--- ")[1:]
    assert len(parts) == 1 + 2 + 1 + 3 + 3 + 1 + 1
    assert [part.startswith("FAILED") for part in parts].index(True) == 3
    assert "broken.png" in parts[3]
    assert "11 pages read, 1 failed" in printed
    assert len(list((tmp_path / "out" / "mixed_batch" / "pages").iterdir())) == 11


@pytest.mark.engine
def test_the_demo_prints_every_text_and_names_its_folder(tmp_path):
    printed = run("demo.py", cwd=tmp_path)
    for text in ("lighthouse keeper", "copied from a copy", "bridge committee", "Dear Ada", "200 nails"):
        assert text in printed
    folder = tmp_path / "out" / "demo"
    assert f"The cleaned pages are in {Path('out') / 'demo'}" in printed
    assert len(list(folder.glob("*.*"))) == len(SINGLE) + 3 + 3 + 3 + 3
    assert {item.name for item in folder.glob("all.*")} == {"all.pdf", "all.docx", "all.hocr"}


def test_the_picture_of_the_readme_can_be_drawn_again(tmp_path):
    run("before_after.py", "again.png", cwd=tmp_path)
    with Image.open(tmp_path / "again.png") as new, Image.open(SAMPLES.parent / "docs/images/before-after.png") as old:
        assert new.size == old.size
