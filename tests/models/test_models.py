"""Models are found by name or path, and never trusted unread."""

from __future__ import annotations

import json
import pickle

import pytest
from pydantic import ValidationError

from ocrprep import models
from ocrprep.errors import ModelError, ModelIntegrityError, ModelNotFoundError
from ocrprep.models import Manifest, find_model
from tests.models import small


def test_a_model_is_found_by_its_path(model_file):
    model = find_model(model_file)
    assert model.content == model_file.read_bytes()
    assert model.manifest.name == "small"
    assert find_model(str(model_file)) is model
    assert find_model(str(model_file.with_suffix(".json"))) is model


def test_a_model_of_the_package_is_found_by_its_name(tmp_path, monkeypatch):
    file = small.write(tmp_path, "default")
    monkeypatch.setattr(models, "SHIPPED", tmp_path)
    assert models.shipped() == ["default"]
    assert find_model().path == file
    with pytest.raises(ModelNotFoundError, match=r"no model is called 'other' \(shipped are default;"):
        find_model("other")


def test_a_file_that_is_not_there_is_told_with_the_next_step(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"none\.onnx: the model or its manifest is missing") as caught:
        find_model(tmp_path / "none.onnx")
    assert caught.value.exit_code == 6
    assert ".json of the same name" in caught.value.hint
    file = small.write(tmp_path)
    file.with_suffix(".json").unlink()
    with pytest.raises(ModelNotFoundError, match="manifest is missing"):
        find_model(file)


def test_a_changed_file_is_refused_even_after_it_was_opened(tmp_path):
    file = small.write(tmp_path)
    find_model(file)
    file.write_bytes(small.graph(seed=6) + b" ")
    with pytest.raises(ModelIntegrityError, match=r"small\.onnx: the file is not the one that small\.json") as caught:
        find_model(file)
    assert "again" in caught.value.hint
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_shipped_file_that_was_changed_says_to_install_again(tmp_path, monkeypatch):
    file = small.write(tmp_path, "default")
    monkeypatch.setattr(models, "SHIPPED", tmp_path)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ModelIntegrityError, match="install ocrprep again"):
        find_model()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"sha256": "12"}, "sha256"),
        ({"file": "../small.onnx"}, "file"),
        ({"channels": 3}, "2 channels, not 3"),
        ({"outputs": ["mask", "mask"]}, "twice"),
        ({"outputs": []}, "outputs"),
        ({"surprise": 1}, "surprise"),
        ({"multiple": 0}, "multiple"),
    ],
)
def test_a_faulty_manifest_is_told_by_its_place(tmp_path, change, place):
    file = small.write(tmp_path)
    beside = file.with_suffix(".json")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), **change}))
    with pytest.raises(ModelError, match=place) as caught:
        find_model(file)
    assert str(beside) in str(caught.value)


def test_a_manifest_is_frozen_and_comes_back_from_json(model_file):
    manifest = find_model(model_file).manifest
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest
    with pytest.raises(ValidationError):
        manifest.halo = 3


def test_every_shipped_model_is_what_its_manifest_says():
    assert models.shipped() == ["default", "lstm2"]
    for name in models.shipped():
        assert find_model(name).manifest.file == f"{name}.onnx"
        assert find_model(name).manifest.licence
