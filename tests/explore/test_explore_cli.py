"""``ocrprep explore`` as a user types it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.cli.app import app
from tests import pages

PAGES = Path(__file__).parents[2] / "samples" / "pages"


def run(*arguments, stdin=None):
    return CliRunner().invoke(app, ["explore", *map(str, arguments)], input=stdin)


@pytest.fixture
def image(tmp_path):
    Image.fromarray(pages.text_gray(200, 120)).save(tmp_path / "page.png")
    return tmp_path / "page.png"


def buttons(file):
    html = file.read_text(encoding="utf-8")
    return re.findall(r'<button type="button" class="choice[^>]*>([^<]*)', html)


def test_it_writes_the_demo_and_prints_the_file(image, tmp_path):
    result = run(image, "-o", tmp_path / "new" / "explore.html", "--no-text")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines() == [str(tmp_path / "new" / "explore.html")]
    assert not result.stderr
    assert buttons(tmp_path / "new" / "explore.html") == ["Source", "Auto", "50", "100", "150", "200"]
    assert "No text: it was not asked for." in (tmp_path / "new" / "explore.html").read_text(encoding="utf-8")


def test_sweeps_and_the_chain_are_those_of_the_flags(image, tmp_path):
    out = tmp_path / "explore.html"
    flags = ["-f", "invert", "-s", "sauvola.k=0.1,0.2", "--sweep", "gamma.value=0.5,2"]
    assert run(image, "-o", out, "--no-text", *flags).exit_code == 0
    assert buttons(out) == ["Source", "Chain", "Auto", "0.1", "0.2", "Source", "Chain", "0.5", "2"]
    (tmp_path / "chain.yaml").write_text("ocrprep: 1\nfilters: [invert]\n")
    assert run(image, "-o", out, "--no-text", "--chain", tmp_path / "chain.yaml").exit_code == 0
    assert buttons(out)[1] == "Chain"


@pytest.mark.engine
def test_the_text_beside_the_image_is_its_truth(tmp_path):
    shutil.copy(PAGES / "clean.png", tmp_path)
    out = tmp_path / "explore.html"
    assert run(tmp_path / "clean.png", "-o", out, "-s", "threshold.value=120").exit_code == 0
    assert "<dt>CER</dt>" not in out.read_text(encoding="utf-8")
    shutil.copy(PAGES / "clean.txt", tmp_path)
    result = run(tmp_path / "clean.png", "-o", out, "-s", "threshold.value=120")
    assert result.exit_code == 0, result.stderr
    assert f"scored against {tmp_path / 'clean.txt'}" in result.stderr
    assert "<dt>CER</dt>" in out.read_text(encoding="utf-8")
    (tmp_path / "other.txt").write_text("other words", encoding="utf-8")
    result = run(tmp_path / "clean.png", "-o", out, "-s", "threshold.value=120", "--truth", tmp_path / "other.txt")
    assert not result.stderr


@pytest.mark.engine
@pytest.mark.parametrize(("content", "told"), [(b"\xe9\xe9", "no text in UTF-8"), (b" \n", ""), (b"", "")])
def test_a_text_beside_the_image_that_is_of_no_use_is_no_reason_to_stop(image, tmp_path, content, told):
    (tmp_path / "page.txt").write_bytes(content)
    result = run(image, "-o", tmp_path / "explore.html", "-s", "threshold.value=120")
    assert result.exit_code == 0
    assert told in result.stderr
    assert bool(told) == bool(result.stderr)
    assert run(image, "-o", tmp_path / "explore.html", "--truth", tmp_path / "page.txt").exit_code == 3


@pytest.mark.engine
def test_scores_need_a_library_and_say_so(image, tmp_path, monkeypatch):
    import importlib.util

    (tmp_path / "page.txt").write_text("words")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    result = run(image, "-o", tmp_path / "explore.html", "-s", "threshold.value=120")
    assert result.exit_code == 0
    assert "ocrprep[bench]" in result.stderr


@pytest.mark.engine
def test_a_page_of_a_document_can_be_chosen(tmp_path):
    out = tmp_path / "explore.html"
    flags = ["-s", "threshold.value=120", "--page", "2", "--pdf-dpi", "100"]
    result = run(PAGES / "report.pdf", "-o", out, *flags)
    assert result.exit_code == 0
    # The text beside it is that of all its pages.
    assert not result.stderr
    assert "report.pdf, page 2" in out.read_text(encoding="utf-8")


def test_without_an_engine_there_are_pictures_and_a_word_about_it(image, tmp_path, monkeypatch):
    from ocrprep import EngineNotFoundError, TesseractRecognizer

    def none(self):
        raise EngineNotFoundError("Tesseract is not installed", hint="install it")

    monkeypatch.setattr(TesseractRecognizer, "check", none)
    result = run(image, "-o", tmp_path / "explore.html")
    assert result.exit_code == 0
    assert result.stderr == "warning: Tesseract is not installed (install it); pictures and histograms only\n"
    assert "No text: Tesseract is not installed" in (tmp_path / "explore.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["-s", "threshold.value=300"], 4, r"error: --sweep threshold\.value=300: Input should be less than or equal"),
        (["-s", "treshold.value=300"], 4, "did you mean threshold"),
        (["-f", "treshold"], 4, "did you mean threshold"),
        (["--page", "2"], 3, "page"),
        (["--truth", "no.txt", "--no-text"], 2, "--no-text"),
        (["--longest", "0"], 2, "--longest"),
    ],
)
def test_a_wrong_argument_is_one_line_and_its_exit_code(image, tmp_path, arguments, code, told):
    flags = arguments if "--no-text" in arguments else [*arguments, "--no-text"]
    result = run(image, "-o", tmp_path / "explore.html", *flags)
    assert result.exit_code == code, result.stderr
    assert re.search(told, result.stderr)
    assert not (tmp_path / "explore.html").exists()


@pytest.mark.engine
def test_a_language_that_is_not_installed_is_an_error(image, tmp_path):
    result = run(image, "-o", tmp_path / "explore.html", "--lang", "xyz")
    assert result.exit_code == 7
    assert "xyz" in result.stderr


def test_a_place_that_cannot_be_written_is_an_error(image, tmp_path):
    result = run(image, "-o", tmp_path / "page.png" / "explore.html", "--no-text")
    assert result.exit_code == 8
    assert run("none.png", "-o", tmp_path / "explore.html", "--no-text").exit_code == 3


def test_an_image_may_come_from_stdin(image, tmp_path):
    result = run("-", "-o", tmp_path / "explore.html", "--no-text", stdin=image.read_bytes())
    assert result.exit_code == 0
    assert "<h1>stdin</h1>" in (tmp_path / "explore.html").read_text(encoding="utf-8")
