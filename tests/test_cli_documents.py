"""``ocrprep read`` that writes documents."""

import io
import json
import subprocess
import sys
import zipfile

import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.cli.app import app
from ocrprep.outputs.documents import SaveFormat
from tests.pages import TEXT, text_gray

pytestmark = pytest.mark.engine


def run(*arguments):
    return CliRunner().invoke(app, ["read", *map(str, arguments)])


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    file = tmp_path_factory.mktemp("scan") / "scan.png"
    Image.fromarray(text_gray(800, 160, size=40)).save(file, dpi=(300, 300))
    return file


@pytest.mark.parametrize("item", [item for item in SaveFormat if item is not SaveFormat.PDF_NO_IMG])
def test_the_suffix_tells_the_format(item, scan, tmp_path):
    target = tmp_path / f"out{item.suffix}"
    done = run(scan, "-o", target)
    assert done.exit_code == 0, done.stderr
    data = target.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(target) as packed:
            data = b"".join(packed.read(name) for name in packed.namelist())
    # The words of a PDF are compressed.
    assert b"%PDF" in data if item is SaveFormat.PDF else TEXT[0].split()[0].encode() in data
    # Plain text is written as before, other documents tell their names.
    assert done.stdout.splitlines() == ([] if item is SaveFormat.TEXT else [str(target)])


def test_a_format_by_name_to_a_file_and_to_stdout(scan, tmp_path):
    done = run(scan, "--to", "hocr", "-o", tmp_path / "out.dat")
    assert done.exit_code == 0
    piped = subprocess.run(
        [sys.executable, "-m", "ocrprep", "read", str(scan), "--to", "hocr"], capture_output=True, check=True
    )
    assert piped.stdout == (tmp_path / "out.dat").read_bytes()
    assert b"ocrx_word" in piped.stdout


def test_what_nobody_knows_is_refused_before_anything_is_read(scan, tmp_path):
    for arguments, said in (
        (("-o", tmp_path / "out.foo"), "'.foo'"),
        (("--to", "word"), "'word'"),
        (("--to", "json", "--transform"), "--output"),
    ):
        done = run(scan, *arguments)
        assert done.exit_code != 0
        assert said in " ".join(done.stderr.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_options_reach_the_document(scan, tmp_path):
    target = tmp_path / "out.json"
    done = run(scan, "-o", target, "--space", "points", "--title", "My scan", "--transform", "-f", "scale=2")
    assert done.exit_code == 0, done.stderr
    told = json.loads(target.read_text())
    assert told["title"] == "My scan"
    frame = told["pages"][0]["frame"]
    assert (frame["space"], frame["width"]) == ("points", pytest.approx(192, abs=0.01))
    assert json.loads((tmp_path / "out.transform.json").read_text())["pages"][0]["page_size"] == [1600, 320]
    assert run(scan, "-o", tmp_path / "out.pdf", "--pdfa", "--image", "binary").exit_code == 0
    assert b"pdfaid" in (tmp_path / "out.pdf").read_bytes()
    assert b"CCITTFaxDecode" in (tmp_path / "out.pdf").read_bytes()


def test_a_page_that_fails_keeps_its_place_and_sets_the_exit_code(scan, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(scan.read_bytes()[:200])
    target = tmp_path / "out.json"
    done = run(scan, broken, scan, "-o", target)
    assert done.exit_code == 3
    assert "broken.png" in done.stderr
    pages = json.loads(target.read_text())["pages"]
    assert [("error" in page) for page in pages] == [False, True, False]
    refused = run(scan, broken, "-o", tmp_path / "none.json", "--on-error", "raise")
    assert refused.exit_code == 3
    assert not (tmp_path / "none.json").exists()
