"""``ocrprep learn``: its commands, what they write, and how they refuse."""

from __future__ import annotations

import importlib.util
import json
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from ocrprep.cli.app import app
from ocrprep.learning.data import FolderPages, TarPages, write_folder, write_tar
from ocrprep.learning.networks import load_tensors, lstm2
from ocrprep.learning.training.state import read_checkpoint
from ocrprep.models import find_model
from ocrprep.models.inference import learned
from ocrprep.models.normalization import normalize
from tests.learning import legacy_files
from tests.learning.toys import Toys
from tests.models import small

TINY = ["--set", "batch=2", "--set", "crop=32", "--set", "workers=0", "--set", "warmup=2", "--set", "losses.dice=2"]


def learn(*words):
    return CliRunner().invoke(app, ["learn", *map(str, words)])


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    write_folder(folder, Toys(12))
    return folder


@pytest.fixture(scope="module")
def trained(pages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    done = learn("train", "--preset", "smoke", "--data", pages, "-o", folder, "--steps", 8, *TINY)
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == [str(folder / "best.pt"), str(folder / "model.onnx")]
    return folder


def test_training_on_a_folder(trained):
    state = read_checkpoint(trained / "last.pt")
    assert (state.step, state.config.losses.dice, state.config.batch) == (8, 2.0, 2)
    assert json.loads((trained / "model.json").read_text())["architecture"] == "unet-nano"


def test_training_on_a_tar_file(tmp_path):
    write_tar(tmp_path / "pages.tgz", Toys(12))
    done = learn("train", "--preset", "lstm2", "--data", tmp_path / "pages.tgz", "-o", tmp_path / "run", "--steps", 3,
                 *TINY, "--no-export")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "run" / "model.onnx").exists()


def test_going_on(trained, pages):
    words = ("train", "--preset", "smoke", "--data", pages, "-o", trained, "--steps", 8, *TINY, "--no-export")
    assert learn(*words).exit_code == 6
    assert learn(*words, "--resume").exit_code == 0


def test_export_and_what_it_says(trained, tmp_path):
    done = learn("export", trained / "best.pt", "-o", tmp_path / "a.onnx", "--precision", "fp16", "--pages", 1)
    assert done.exit_code == 0, done.output
    assert "MB in fp16; runs in onnxruntime" in done.stderr
    assert "against fp32" in done.stderr
    assert done.stdout.strip() == str(tmp_path / "a.onnx")
    assert learn("export", tmp_path / "none.pt", "-o", tmp_path / "b.onnx").exit_code == 6


def test_evaluate_names_the_model_and_the_classical_methods(trained, pages, tmp_path):
    report = tmp_path / "a.json"
    done = learn("evaluate", trained / "model.onnx", pages, "--limit", 2, "--json", report, "--csv", tmp_path / "a.csv")
    assert done.exit_code == 0, done.output
    found = json.loads(report.read_text())
    assert [item["name"] for item in found["chains"]] == ["model.onnx", "otsu", "sauvola", "binarize:quality=best"]
    assert {"f_measure", "pseudo_f_measure", "iou", "dice", "precision", "recall", "psnr", "drd"} <= set(
        found["chains"][0]["mean"]
    )
    assert (tmp_path / "a.csv").read_text().count("\n") == 9
    limited = learn(
        "evaluate", trained / "model.onnx", pages, "--limit", 1, "--chain", "otsu", "--fail-under", "iou=99"
    )
    assert limited.exit_code == 1


def test_calibrate_writes_the_best_level_into_the_manifest(tmp_path, pages):
    file = small.write(tmp_path, threshold=0.9)
    done = learn("calibrate", file, "--data", pages)
    assert done.exit_code == 0, done.output
    fitted = find_model(file).manifest
    assert f"threshold {fitted.threshold:g}: F-measure" in done.output
    # Toys have small, sharp letters.
    assert fitted.small_type is not None
    assert "2 times larger" in done.output
    assert learn("calibrate", file, "-n", 2).exit_code == 0
    assert learn("calibrate", tmp_path / "none.onnx").exit_code == 6


@pytest.mark.engine
def test_evaluate_on_text(trained, pages, tmp_path):
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    cv2.imwrite(str(tmp_path / "a.png"), Toys(1).example(0).image)
    (tmp_path / "pairs.tsv").write_text("image\tground_truth\na.png\ta.txt\n", encoding="utf-8")
    done = learn("evaluate", trained / "model.onnx", "--text", tmp_path, "--chain", "otsu")
    assert done.exit_code == 0, done.output
    for name in ("identity", "model.onnx", "model.onnx (gray)", "otsu", "CER"):
        assert name in done.output


def test_evaluate_asks_for_models_and_pages(trained, pages):
    assert learn("evaluate", pages).exit_code == 2
    assert learn("evaluate", trained / "model.onnx").exit_code == 2
    assert learn("evaluate", "no-such-model", pages).exit_code == 6


def test_degrade_draws_sheets_and_writes_data_sets(tmp_path):
    for name, more in (("pages.png", ("--size", 96, "-n", 2)), ("kinds.png", ("--size", 96, "--kinds"))):
        done = learn("degrade", "-o", tmp_path / name, *more)
        assert done.exit_code == 0, done.output
        assert cv2.imread(str(tmp_path / name)).std() > 10
    assert learn("degrade", "-o", tmp_path / "a.tgz", "-n", 2, "--size", 96).exit_code == 0
    assert learn("degrade", "-o", tmp_path / "folder", "-n", 2, "--size", 96).exit_code == 0
    packed, loose = TarPages(tmp_path / "a.tgz").example(1), FolderPages(tmp_path / "folder").example(1)
    assert np.array_equal(packed.mask, loose.mask)
    assert learn("degrade", "-o", tmp_path / "folder", "--kinds").exit_code == 2


@pytest.mark.parametrize(("maps", "hidden", "parameters"), [(8, 4, 1001), (12, 6, 2077)])
def test_import_ocrobin(tmp_path, maps, hidden, parameters):
    tensors, saver = legacy_files.weights(maps, hidden), legacy_files.Saver()
    tensors["1.running_var"] = np.abs(tensors["1.running_var"]) + 1
    file = tmp_path / "bin.pt"
    file.write_bytes(saver.file(legacy_files.whole_model(saver, tensors, hidden=hidden)))
    done = learn("import-ocrobin", file, "-o", tmp_path / "ocrobin.onnx")
    assert done.exit_code == 0, done.output
    model = find_model(tmp_path / "ocrobin.onnx")
    assert (model.manifest.parameters, model.manifest.normalization) == (parameters, "minmax")
    network = lstm2(1, 1, inside=maps, states=hidden).eval()
    load_tensors(network, tensors)
    page = Toys(1).example(0).image
    with torch.no_grad():
        logits = network(torch.from_numpy(normalize(page, "minmax"))[None])[0, 0].numpy()
    # The walk over a page shows it with a mirrored rim, which the LSTMs read, too.
    sure = np.abs(logits) > np.median(np.abs(logits))
    assert ((learned(page, model)[0] == 0) == (logits > 0))[sure].mean() > 0.95
    assert learn("import-ocrobin", tmp_path / "ocrobin.onnx", "-o", tmp_path / "b.onnx").exit_code == 6


def test_curves_are_drawn(trained, tmp_path):
    done = learn("curves", trained / "log.csv", "-o", tmp_path / "a.svg")
    assert done.exit_code == 0, done.output
    ET.parse(tmp_path / "a.svg")
    assert learn("curves", trained / "model.json", "-o", tmp_path / "b.svg").exit_code == 3


def test_wrong_recipes_are_wrong_arguments(tmp_path, pages):
    out = ("-o", tmp_path / "run")
    assert "no preset is called 'tiny'" in learn("train", "--preset", "tiny", *out).output
    for more in (("--set", "steps"), ("--set", "stairs=3"), ("--set", "crop=33"), ("--data", pages, "--data", pages)):
        assert learn("train", *out, *more).exit_code == 2, more
    assert learn("train", *out, "--data", tmp_path / "none").exit_code == 3


def test_without_torch_the_command_says_what_to_install(tmp_path, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "torch" else real(name, *rest))
    done = learn("train", "-o", tmp_path)
    assert done.exit_code == 6
    assert 'pip install "ocrprep[train]"' in done.stderr
