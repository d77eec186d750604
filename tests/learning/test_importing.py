"""ocrobin's published model and what is like it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from ocrprep.errors import ModelError, ModelNotFoundError
from ocrprep.learning.importing import import_ocrobin, legacy, ocrobin
from tests import real_data
from tests.learning import legacy_files as files

PUBLISHED = "models/ocrobin_published_weights.npz"


def imported(tmp_path, data):
    path = tmp_path / "bin-000000046-005393.pt"
    path.write_bytes(data)
    return import_ocrobin(path)


def assert_same(found, expected):
    assert list(found) == list(ocrobin.shapes(*sizes(expected)))
    for name, values in expected.items():
        assert found[name].dtype == np.float32
        assert np.array_equal(found[name], values), name


def sizes(tensors):
    return tensors["0.weight"].shape[0], tensors["3.hlstm.lstm.weight_hh_l0"].shape[1]


@pytest.mark.parametrize("cuda", [True, False])
@pytest.mark.parametrize("python", [2, 3])
@pytest.mark.parametrize("place", ["__main__", "dltrainers.layers"])
def test_a_whole_model_is_read(tmp_path, cuda, python, place):
    tensors = files.weights()
    saver = files.Saver(cuda=cuda, python=python)
    assert_same(imported(tmp_path, saver.file(files.whole_model(saver, tensors, place))), tensors)


@real_data.needs(PUBLISHED)
def test_the_published_weights_are_read(tmp_path):
    tensors = dict(np.load(real_data.DATA / PUBLISHED))
    saver = files.Saver()
    found = imported(tmp_path, saver.file(files.whole_model(saver, tensors)))
    assert_same(found, tensors)
    # The running mean and variance are no parameters.
    assert sum(values.size for values in found.values()) == 1001 + 16


def test_wider_models_are_read(tmp_path):
    tensors = files.weights(12, 6)
    saver = files.Saver()
    assert_same(imported(tmp_path, saver.file(files.whole_model(saver, tensors, hidden=6))), tensors)


@pytest.mark.parametrize(("storage", "dtype"), [("Double", np.float64), ("Half", np.float16)])
def test_other_precisions_become_float32(tmp_path, storage, dtype):
    tensors = {name: values.astype(dtype) for name, values in files.weights().items()}
    saver = files.Saver(storage=storage)
    found = imported(tmp_path, saver.file(files.whole_model(saver, tensors)))
    assert_same(found, {name: values.astype(np.float32) for name, values in tensors.items()})


def test_views_and_strides_are_followed(tmp_path):
    tensors = files.weights()
    saver = files.Saver()
    model = files.whole_model(saver, tensors)
    key = next(iter(saver.rows))
    values = np.arange(200, dtype=np.float32)
    saver.rows[key] = values
    view = saver.reference(key, 200, ("1234", 50, 100))
    strides = (1, 8, 24, 8)
    tensor = files.Call(files.Global("torch._utils", "_rebuild_tensor"), (view, 3, (8, 1, 3, 3), strides))
    parameters = model.state["_modules"].arguments[0][0][1].state["_parameters"].arguments[0]
    parameters[0][1] = saver.parameter(tensor)
    found = imported(tmp_path, saver.file(model))["0.weight"]
    expected = np.lib.stride_tricks.as_strided(values[53:], (8, 1, 3, 3), [4 * stride for stride in strides])
    assert np.array_equal(found, expected)


def test_the_oldest_parameters_are_read(tmp_path):
    """Before 0.2 a Variable was made empty and then told its five parts."""
    tensors = files.weights()
    saver = files.Saver()
    saver.parameter = lambda tensor: files.New(
        files.Global("torch.nn.parameter", "Parameter"), (tensor, None, files.ordered(), True, False)
    )
    assert_same(imported(tmp_path, saver.file(files.whole_model(saver, tensors))), tensors)


def test_later_releases_say_more_about_tensors(tmp_path):
    tensors = files.weights()
    saver = files.Saver(python=3)

    def tensor(values, storage=None, offset=0):
        older = files.Saver.tensor(saver, values, storage, offset)
        return files.Call(
            files.Global("torch._utils", "_rebuild_tensor_v2"), (*older.arguments, False, files.ordered())
        )

    def parameter(tensor):
        return files.Call(files.Global("torch._utils", "_rebuild_parameter"), (tensor, True, files.ordered()))

    saver.tensor, saver.parameter = tensor, parameter
    assert_same(imported(tmp_path, saver.file(files.whole_model(saver, tensors))), tensors)


def test_a_state_dict_is_read(tmp_path):
    tensors = files.weights()
    saver = files.Saver(python=3)
    entries = [(name, saver.tensor(values)) for name, values in tensors.items()]
    entries.insert(6, ("1.num_batches_tracked", saver.tensor(np.array(7.0))))
    state = files.ordered(entries)
    state = files.Call(state.called, state.arguments, {"_metadata": files.ordered([("", {"version": 1})])})
    assert_same(imported(tmp_path, saver.file(state)), tensors)


def test_torchs_own_files_are_read(tmp_path):
    torch = pytest.importorskip("torch")
    tensors = files.weights()
    path = tmp_path / "state.pt"
    saved = {name: torch.from_numpy(values) for name, values in tensors.items()}
    torch.save(saved, path, _use_new_zipfile_serialization=False)
    assert_same(import_ocrobin(path), tensors)
    torch.save(saved, path)
    with pytest.raises(ModelError, match=r"PyTorch 1\.6 or later"):
        import_ocrobin(path)


def test_torch_is_not_needed():
    code = "import sys; from ocrprep.learning.importing import import_ocrobin; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(ModelNotFoundError, match=r"none\.pt: no such file"):
        import_ocrobin(tmp_path / "none.pt")
    with pytest.raises(ModelNotFoundError):
        import_ocrobin(tmp_path)


def test_every_message_names_the_file(tmp_path):
    with pytest.raises(ModelError, match=r"005393\.pt: not a file that PyTorch") as caught:
        imported(tmp_path, b"\x80\x02K\x01.\x80\x02K\x01.\x80\x02K\x01.")
    assert type(caught.value) is ModelError


def changed(model, place, **settings):
    """The same model with other settings of one layer."""
    layer = model
    for name in place:
        layer = dict(layer.state["_modules"].arguments[0])[name]
    layer.state.update(settings)
    return model


@pytest.mark.parametrize(
    ("place", "settings", "message"),
    [
        ("0", {"stride": (2, 2)}, r"stride of layer 0 is not \(1, 1\)"),
        ("0", {"padding": [1, 1]}, "padding of layer 0"),
        ("1", {"eps": 0.5}, "eps of layer 1"),
        ("4", {"kernel_size": None}, "kernel_size of layer 4"),
        (("3", "hlstm", "lstm"), {"bidirectional": 0}, r"bidirectional of layer 3\.hlstm\.lstm"),
        (("3", "vlstm", "lstm"), {"mode": "GRU"}, "mode of layer"),
        ((), {"_modules": files.ordered()}, "layer 0 is None, not Conv2d"),
        ((), {"_modules": None}, "without its _modules"),
        ((), {"_modules": {"0": 3}}, "0 is not one of ocrobin's layers"),
        ("0", {"_parameters": files.ordered([("weight", None)])}, "its convolution or its LSTM is missing"),
        ("0", {"_parameters": files.ordered([("weight", 5)])}, r"0\.weight is not a tensor"),
        ("5", {"_parameters": "none"}, "without its _parameters"),
    ],
)
def test_another_network_is_refused(tmp_path, place, settings, message):
    saver = files.Saver()
    model = changed(files.whole_model(saver, files.weights()), place, **settings)
    with pytest.raises(ModelError, match=message):
        imported(tmp_path, saver.file(model))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tensors: tensors.update({"0.weight": np.zeros((8, 1, 5, 5))}), r"0\.weight is \[8, 1, 5, 5\]"),
        (lambda tensors: tensors.update({"1.bias": np.full(8, np.nan)}), r"1\.bias holds numbers that are not finite"),
        (lambda tensors: tensors.update({"1.bias": np.zeros(9)}), r"1\.bias is \[9\], not \[8\]"),
        (lambda tensors: tensors.update({"extra": np.zeros(9)}), "missing or unknown tensors extra"),
        (lambda tensors: tensors.pop("4.bias"), r"missing or unknown tensors 4\.bias"),
        (lambda tensors: tensors.clear(), "its convolution or its LSTM is missing"),
        (lambda tensors: tensors.update({"0.weight": np.array(1.0)}), "its convolution or its LSTM is missing"),
    ],
)
def test_other_tensors_are_refused(tmp_path, change, message):
    tensors = files.weights()
    change(tensors)
    saver = files.Saver()
    with pytest.raises(ModelError, match=message):
        imported(tmp_path, saver.file(files.ordered((name, saver.tensor(part)) for name, part in tensors.items())))


def test_numbers_too_large_for_float32_are_refused(tmp_path):
    tensors = {name: values.astype(np.float64) for name, values in files.weights().items()}
    tensors["4.bias"][:] = 1e300
    saver = files.Saver(storage="Double")
    with pytest.raises(ModelError, match=r"4\.bias holds numbers that are not finite"):
        imported(tmp_path, saver.file(files.whole_model(saver, tensors)))


def test_the_writer_writes_the_magic_number():
    assert files.Writer().dump(legacy.MAGIC) == files.MAGIC
