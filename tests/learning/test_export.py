"""Exported models answer as the network did, in every runtime, at every size, in every storage."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest
import torch
from torch import nn

from ocrprep.errors import ModelError
from ocrprep.learning.architectures import ARCHITECTURES
from ocrprep.learning.export import export_checkpoint, export_network
from ocrprep.learning.export.network import deployable, to_onnx
from ocrprep.learning.networks import build
from ocrprep.learning.training import TrainingConfig
from ocrprep.learning.training.loop import train
from ocrprep.learning.training.validation import validation_pages
from ocrprep.models import find_model
from ocrprep.models.inference import learned
from tests.learning.toys import Toys

onnxruntime = pytest.importorskip("onnxruntime")
PAGES = validation_pages(Toys(3, seed=7))


def lived_in(name):
    """A network whose batch norms have seen something: fresh ones change nothing."""
    torch.manual_seed(3)
    network = build(name)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.uniform_(layer.running_mean, -0.5, 0.5)
            nn.init.uniform_(layer.running_var, 0.5, 2.0)
            nn.init.uniform_(layer.weight, 0.5, 1.5)
            nn.init.uniform_(layer.bias, -0.3, 0.3)
    return network.eval()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    config = TrainingConfig(
        architecture="unet-nano", steps=60, batch=4, crop=64, learning_rate=5e-3, warmup=5, ema=0.9, workers=0
    )
    return train(config, tmp_path_factory.mktemp("trained"), training=Toys(20), validation=Toys(2, seed=9))


@pytest.mark.parametrize("name", ["unet-nano", "unet-small", "lstm2", "lstm2-large"])
def test_the_onnx_file_answers_as_the_network_at_any_size(name):
    network, known = lived_in(name), ARCHITECTURES[name]
    session = onnxruntime.InferenceSession(to_onnx(network, known), providers=["CPUExecutionProvider"])
    for height, width in ((1, 3), (2, 1), (4, 5)):
        inputs = torch.randn(1, known.channels, height * known.multiple, width * known.multiple)
        with torch.no_grad():
            wanted = torch.sigmoid(network(inputs)).numpy()
        (answer,) = session.run(["y"], {"x": inputs.numpy()})
        assert answer.shape == wanted.shape
        assert np.abs(answer - wanted).max() < 1e-5


def test_exporting_changes_nothing_of_the_network():
    network = lived_in("unet-nano")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    ready = deployable(network)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in ready.modules())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_opencv_reads_a_unet_from_its_bytes():
    network, known = lived_in("unet-nano"), ARCHITECTURES["unet-nano"]
    read = cv2.dnn.readNetFromONNX(np.frombuffer(to_onnx(network, known), np.uint8))
    for size in ((32, 48), (64, 32)):
        inputs = torch.randn(1, 2, *size)
        read.setInput(inputs.numpy())
        with torch.no_grad():
            wanted = torch.sigmoid(network(inputs)).numpy()
        assert np.abs(np.array(read.forward()) - wanted).max() < 1e-4


@pytest.mark.parametrize(("storage", "share"), [("fp32", 1.0), ("fp16", 0.6), ("int8", 0.5)])
def test_storages_and_their_manifests(trained, tmp_path, storage, share):
    whole = export_checkpoint(trained.best, tmp_path / "whole.onnx", pages=2)
    made = export_checkpoint(trained.best, tmp_path / "new" / "mine.onnx", storage=storage, pages=2, licence="MIT")
    assert made.file.stat().st_size <= share * whole.file.stat().st_size
    assert made.f_measure > made.whole - 0.5
    model = find_model(made.file)
    manifest = model.manifest
    assert (manifest.name, manifest.licence, manifest.architecture) == ("mine", "MIT", "unet-nano")
    assert manifest.recipe["steps"] == manifest.recipe["trained_steps"] == 60
    assert manifest.recipe["storage"] == storage
    assert manifest.recipe["runtimes"][0] == "onnxruntime"
    assert manifest.made_with["torch"] == torch.__version__
    assert manifest.scores["synthetic pages"]["f_measure"] == round(made.f_measure, 2)
    page = PAGES[0]
    mine, its = (learned(page.image, find_model(item.file))[0] for item in (made, whole))
    assert (mine == its).mean() > 0.98


def test_the_averaged_weights_are_exported(trained, tmp_path):
    export_checkpoint(trained.best, tmp_path / "a.onnx", pages=1)
    guess = learned(PAGES[0].image, find_model(tmp_path / "a.onnx"))[0] == 0
    real = PAGES[0].mask == 0
    assert 2 * (guess & real).sum() / (guess.sum() + real.sum()) > 0.6


def test_names_and_missing_packages_are_told(tmp_path, monkeypatch):
    network = build("lstm2")
    with pytest.raises(ModelError, match=r"ends in \.onnx"):
        export_network(network, ARCHITECTURES["lstm2"], tmp_path / "a.pt", pages=PAGES)
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ModelError, match=r"needs onnx, which is not installed .*ocrprep\[train\]"):
        export_network(network, ARCHITECTURES["lstm2"], tmp_path / "a.onnx", pages=PAGES, storage="fp16")
