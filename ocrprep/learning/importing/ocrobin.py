"""ocrobin's binarizer: a convolution, batch normalisation, a two-dimensional LSTM, a convolution (T. Breuel, 2018)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ocrprep.errors import ModelError, ModelNotFoundError
from ocrprep.learning.importing.legacy import MODULES, Tensor, read_legacy
from ocrprep.learning.importing.pickles import Record, RefusedError

_MOST_BYTES = 32_000_000
_MOST_DEPTH, _MOST_TENSORS = 8, 200
_COUNTER = "num_batches_tracked"

_LAYERS = ("Conv2d", "BatchNorm2d", "ReLU", "LSTM2", "Conv2d", "Sigmoid")
_SETTINGS: dict[str, dict[str, Any]] = {
    "0": {"kernel_size": (3, 3), "stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1},
    "1": {"eps": 1e-5},
    "3.hlstm.lstm": {"mode": "LSTM", "num_layers": 1, "bidirectional": 1, "batch_first": False},
    "3.vlstm.lstm": {"mode": "LSTM", "num_layers": 1, "bidirectional": 1, "batch_first": False},
    "4": {"kernel_size": (1, 1), "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1},
}
"""What the layers must be for the network to be ocrobin's; a setting that a file does not have is not asked for."""


def import_ocrobin(path: str | Path) -> dict[str, npt.NDArray[np.float32]]:
    """The weights of a model that ``ocrobin-train`` saved: a whole PyTorch model, or a state dict, in the old format.

    The file is read as data: nothing of it is imported, called or run, and PyTorch is not needed.

    Args:
        path: such as ``bin-000000046-005393.pt``; at most 32 MB.

    Returns:
        float32 arrays by PyTorch's names, in the order of the layers: ``0.*`` convolution [maps, 1, 3, 3], ``1.*``
        batch normalisation with its running mean and variance, ``3.hlstm.lstm.*`` and ``3.vlstm.lstm.*`` LSTMs in
        both directions along rows and along columns, gates in the order input, forget, cell, output, ``4.*``
        convolution [1, 2·hidden, 1, 1].

    Raises:
        ModelNotFoundError: no such file.
        ModelError: not such a file, damaged, another network, or a file that asks for anything but weights; the message
            names what it asked for.
    """
    file = Path(path)
    try:
        return _weights(*read_legacy(_bytes(file)))
    except RefusedError as error:
        raise ModelError(f"{file}: {error.message}", hint=error.hint) from error


def _bytes(file: Path) -> bytes:
    if not file.is_file():
        raise ModelNotFoundError(f"{file}: no such file", hint="check the path and the working directory")
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise RefusedError(f"larger than {_MOST_BYTES} bytes, which no model of this kind is")
        return file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror or error}") from error


def _weights(value: Any, rows: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[np.float32]]:
    tensors: dict[str, Tensor] = {}
    if isinstance(value, dict):
        tensors = {str(name): _as_tensor(str(name), entry) for name, entry in value.items()}
    else:
        modules: dict[str, Record] = {}
        _collect(value, "", tensors, modules)
        _check_layers(modules)
    tensors = {name: tensor for name, tensor in tensors.items() if not name.endswith(_COUNTER)}
    _check_shapes(tensors)
    found = {name: tensors[name].values(rows) for name in shapes()}
    for name, values in found.items():
        if not np.isfinite(values).all():
            raise RefusedError(f"{name} holds numbers that are not finite")
    return found


def _collect(module: Any, path: str, tensors: dict[str, Tensor], modules: dict[str, Record], depth: int = 0) -> None:
    """All tensors and modules below a module, by PyTorch's names."""
    if not isinstance(module, Record) or module.kind.dotted not in MODULES or not isinstance(module.state, dict):
        raise RefusedError(f"{path or 'the model'} is not one of ocrobin's layers")
    if depth > _MOST_DEPTH or len(modules) > _MOST_TENSORS or any(module is other for other in modules.values()):
        raise RefusedError("its modules are nested too deeply, or one within itself")
    modules[path] = module
    prefix = f"{path}." if path else ""
    for group in ("_parameters", "_buffers"):
        for name, entry in _entries(module, group).items():
            if entry is not None:
                tensors[prefix + str(name)] = _as_tensor(prefix + str(name), entry)
    for name, child in _entries(module, "_modules").items():
        _collect(child, prefix + str(name), tensors, modules, depth + 1)


def _entries(module: Record, group: str) -> dict[Any, Any]:
    entries = module.state.get(group)
    if not isinstance(entries, dict) or len(entries) > _MOST_TENSORS:
        raise RefusedError(f"a {module.kind.dotted!r} without its {group}")
    return entries


def _as_tensor(name: str, entry: Any) -> Tensor:
    if isinstance(entry, Record):
        entry = entry.state
    if not isinstance(entry, Tensor):
        raise RefusedError(f"{name} is not a tensor")
    return entry


def _check_layers(modules: dict[str, Record]) -> None:
    kinds = {path: module.kind.dotted.rsplit(".", 1)[-1] for path, module in modules.items()}
    wanted = {"": "Sequential", **{str(place): kind for place, kind in enumerate(_LAYERS)}}
    for way in ("hlstm", "vlstm"):
        wanted |= {f"3.{way}": "RowwiseLSTM", f"3.{way}.lstm": "LSTM"}
    if kinds != wanted:
        odd = min(path for path in kinds.keys() | wanted.keys() if kinds.get(path) != wanted.get(path))
        raise RefusedError(
            f"not ocrobin's network: layer {odd or 'outermost'} is {kinds.get(odd)}, not {wanted.get(odd)}"
        )
    for path, settings in _SETTINGS.items():
        for name, value in settings.items():
            found = modules[path].state.get(name, value)
            if type(found) not in {int, bool, float, str, tuple} or found != value:
                raise RefusedError(f"not ocrobin's network: {name} of layer {path} is not {value!r}")


def _check_shapes(tensors: dict[str, Tensor]) -> None:
    """All tensors of a network of any width are there, and no other."""
    try:
        maps = tensors["0.weight"].shape[0]
        hidden = tensors["3.hlstm.lstm.weight_hh_l0"].shape[-1]
    except (KeyError, IndexError):
        raise RefusedError("not ocrobin's network: its convolution or its LSTM is missing") from None
    wanted = shapes(maps, hidden)
    if tensors.keys() != wanted.keys():
        names = ", ".join(sorted(tensors.keys() ^ wanted.keys())[:4])
        raise RefusedError(f"not ocrobin's network: missing or unknown tensors {names}")
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name]:
            raise RefusedError(f"not ocrobin's network: {name} is {list(tensor.shape)}, not {list(wanted[name])}")


def shapes(maps: int = 8, hidden: int = 4) -> dict[str, tuple[int, ...]]:
    """Shapes of all tensors by name, in the order of the layers.

    Args:
        maps: of the first convolution.
        hidden: cells of each LSTM in each direction.
    """
    found: dict[str, tuple[int, ...]] = {"0.weight": (maps, 1, 3, 3), "0.bias": (maps,)}
    found |= {f"1.{name}": (maps,) for name in ("weight", "bias", "running_mean", "running_var")}
    for way, width in (("hlstm", maps), ("vlstm", 2 * hidden)):
        for end in ("", "_reverse"):
            found |= {
                f"3.{way}.lstm.weight_ih_l0{end}": (4 * hidden, width),
                f"3.{way}.lstm.weight_hh_l0{end}": (4 * hidden, hidden),
                f"3.{way}.lstm.bias_ih_l0{end}": (4 * hidden,),
                f"3.{way}.lstm.bias_hh_l0{end}": (4 * hidden,),
            }
    return found | {"4.weight": (1, 2 * hidden, 1, 1), "4.bias": (1,)}
