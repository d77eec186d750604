"""``ocrprep learn degrade --from``: pages of one's own, degraded, with their true masks."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ocrprep.cli._learning import recipe, sources
from ocrprep.cli.app import app
from ocrprep.learning.data import FolderPages, TarPages, augmented_crop, degraded, write_folder, write_tar
from ocrprep.learning.data._pictures import page_of
from ocrprep.page import Page, PixelMode
from tests.learning.toys import Toys
from tests.pages import text_gray

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "pages"


def degrade(*words):
    return CliRunner().invoke(app, ["learn", "degrade", *map(str, words)])


def names(archive):
    pages = TarPages(archive)
    return [pages.example(index).name for index in range(len(pages))]


@pytest.fixture
def scans(tmp_path):
    """Three pages, one of them in a folder and one in an archive, and one that is broken."""
    folder = tmp_path / "scans"
    (folder / "more").mkdir(parents=True)
    Image.fromarray(text_gray()).save(folder / "one.png")
    Image.fromarray(text_gray(200, 90)).save(folder / "more" / "one.png")
    with zipfile.ZipFile(folder / "box.zip", "w") as box:
        box.write(folder / "one.png", "in/two.png")
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    return folder


@pytest.fixture(scope="module")
def truth():
    gray = np.kron(text_gray(), np.ones((2, 2), np.uint8))
    return degraded.truth_of(Page(cv2.GaussianBlur(gray, (0, 0), 0.8), PixelMode.GRAY), "page")


# --- the truth --------------------------------------------------------------------------------------------------------


def test_a_variant_to_which_nothing_happened_has_the_mask_of_its_page_exactly(truth, monkeypatch):
    monkeypatch.setattr(degraded, "draw_degradations", lambda *_: ())
    example = truth.variant(0, 1)
    assert 0.02 < (truth.mask == 0).mean() < 0.3
    assert np.array_equal(example.mask, truth.mask)
    # The strokes have soft edges, so that no network learns stairs.
    assert len(np.unique(example.image)) > 10


def test_picture_and_mask_of_a_variant_lie_on_each_other(truth):
    """By correlation at a tenth of a pixel; one in eight may be too far gone to be measured."""
    close = 0
    for number in range(16):
        example = truth.variant(3, number)
        ink, seen = (255.0 - plane.astype(np.float32) for plane in (example.mask, example.image))
        ink, seen = (plane - cv2.GaussianBlur(plane, (0, 0), 6) for plane in (ink, seen))
        (x, y), _ = cv2.phaseCorrelate(ink, seen, cv2.createHanningWindow(ink.shape[::-1], cv2.CV_32F))
        close += max(abs(x), abs(y)) < 0.5
    assert close >= 14


def test_variants_depend_on_seed_number_and_page_alone(truth):
    first, again = truth.variant(1, 2, 96), truth.variant(1, 2, 96)
    assert all(np.array_equal(getattr(first, part), getattr(again, part)) for part in ("image", "mask", "clean"))
    assert first.image.shape == (96, 96)
    for seed, number in ((2, 2), (1, 3)):
        assert not np.array_equal(first.image, truth.variant(seed, number, 96).image)


def test_light_text_on_dark_is_ink_too():
    page = Page(255 - text_gray(480, 300), PixelMode.GRAY)
    assert (degraded.truth_of(page, "night").mask == 0).mean() < 0.3


@pytest.mark.parametrize("pixels", [np.full((1, 1), 200, np.uint8), np.full((70, 40), 255, np.uint8)])
def test_pages_without_ink(pixels):
    example = degraded.truth_of(Page(pixels, PixelMode.GRAY), "blank").variant(0, 1, 64)
    assert example.mask.shape == pixels[:64].shape
    assert (example.mask == 255).all()


def test_names_tell_the_page():
    assert page_of("in_two-v12") == page_of("in_two-v1") == page_of("in_two-v1-2") == "in_two"
    assert page_of("in_two") == "in_two"


def test_variants_of_one_page_are_not_kept_apart(tmp_path):
    toys = Toys(6)
    examples = [
        replace(toys.example(page), name=f"page{page}-v{number}") for page in range(6) for number in range(1, 5)
    ]
    assert write_tar(tmp_path / "a.tar", iter(examples)) == write_folder(tmp_path / "a", iter(examples)) == 24
    for data in (tmp_path / "a.tar", tmp_path / "a"):
        parts = sources([data], recipe("smoke", None, None))
        learned, kept = ({part.example(index).name.split("-")[0] for index in range(len(part))} for part in parts)
        assert (len(learned), len(kept), learned & kept) == (5, 1, set())


# --- the command ------------------------------------------------------------------------------------------------------


def test_a_set_of_the_sample_pages_can_be_trained_with(tmp_path):
    done = degrade("--from", SAMPLES, "-n", 1, "--size", 96, "-o", tmp_path / "set.tar")
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(tmp_path / "set.tar")
    assert "17 examples of 17 pages" in done.stderr
    pages = TarPages(tmp_path / "set.tar")
    assert {"clean-v1", "report_pdf-p3-v1", "report_tif-p3-v1", "letters_zip_letters_monday-v1"} <= set(
        names(tmp_path / "set.tar")
    )
    rng = np.random.default_rng(1)
    crops = [augmented_crop(pages.example(index), 64, rng) for index in range(len(pages))]
    assert sum(0.01 < crop.ink.mean() < 0.5 for crop in crops) >= 9
    words = ["learn", "train", "--preset", "smoke", "--data", tmp_path / "set.tar", "-o", tmp_path / "run"]
    few = ["--steps", "2", "--set", "batch=2", "--set", "crop=32", "--set", "workers=0", "--set", "warmup=1"]
    trained = CliRunner().invoke(app, [str(word) for word in (*words, *few, "--no-export")])
    assert trained.exit_code == 0, trained.output


def test_one_bad_file_is_told_and_costs_no_other(scans, tmp_path):
    done = degrade("--from", scans, "-r", "-n", 2, "-o", tmp_path / "set.tgz")
    assert done.exit_code == 3
    assert done.stderr.count("error:") == 1
    assert f"error: {scans / 'bad.png'}: " in done.stderr
    assert "6 examples of 3 pages" in done.stderr
    assert names(tmp_path / "set.tgz") == [
        f"{page}-v{number}" for page in ("box_zip_in_two", "more_one", "one") for number in (1, 2)
    ]
    again = degrade("--from", scans, "-r", "-n", 2, "-o", tmp_path / "again.tgz", "--workers", 1)
    assert again.exit_code == 3
    assert (tmp_path / "again.tgz").read_bytes() == (tmp_path / "set.tgz").read_bytes()


def test_nothing_is_written_where_no_page_can_be_read(scans, tmp_path):
    for target in ("set.tar", "folder", "sheet.png"):
        assert degrade("--from", scans / "bad.png", "-o", tmp_path / target).exit_code == 3
        assert not (tmp_path / target).exists()


def test_a_page_of_the_middle_may_be_left_out_without_changing_the_others(scans, tmp_path):
    (scans / "bad.png").unlink()
    assert degrade("--from", scans, "-n", 1, "-o", tmp_path / "all").exit_code == 0
    (scans / "box.zip").unlink()
    assert degrade("--from", scans, "-n", 1, "-o", tmp_path / "few").exit_code == 0
    assert (tmp_path / "all" / "img" / "one-v1.png").read_bytes() == (
        tmp_path / "few" / "img" / "one-v1.png"
    ).read_bytes()


def test_another_chain_makes_the_masks(scans, tmp_path):
    done = degrade("--from", scans / "one.png", "-n", 1, "-f", "crop:area=[0,0,100,80]", "-o", tmp_path / "set")
    assert done.exit_code == 0, done.output
    assert FolderPages(tmp_path / "set").example(0).mask.shape == (80, 100)


def test_a_folder_with_pairs_gives_its_own_masks(tmp_path):
    write_folder(tmp_path / "pairs", Toys(3))
    done = degrade("--from", tmp_path / "pairs", "-n", 2, "-o", tmp_path / "set.tar")
    assert done.exit_code == 0, done.output
    assert "6 examples of 3 pages" in done.stderr
    given, made = FolderPages(tmp_path / "pairs").example(0), TarPages(tmp_path / "set.tar").example(0)
    assert made.mask.shape == given.mask.shape
    assert made.name == f"{given.name}-v1"


def test_the_sheet_shows_each_page_before_and_after(scans, tmp_path):
    shutil.rmtree(scans / "more")
    done = degrade("--from", scans, "-n", 2, "--size", 96, "-o", tmp_path / "sheet.png")
    assert done.exit_code == 3
    assert "2 pages" in done.stderr
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 6 * 96
        assert 2 * 96 < sheet.height < 3 * 96 + 40


@pytest.mark.parametrize(
    "words", [("--kinds", "-o", "k.png"), ("-o", "scans/set.tar"), ("-o", "scans"), ("-o", "scans/sheet.png")]
)
def test_what_makes_no_sense_is_refused(scans, monkeypatch, words):
    monkeypatch.chdir(scans.parent)
    assert degrade("--from", "scans", *words).exit_code == 2
    assert {item.name for item in scans.iterdir()} == {"one.png", "more", "box.zip", "bad.png"}


@pytest.mark.parametrize("words", [("-f", "otsu"), ("--pages", "1"), ("-r",)])
def test_options_of_pages_without_pages_are_refused(tmp_path, words):
    assert degrade("-o", tmp_path / "made.tar", *words).exit_code == 2
