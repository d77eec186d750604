"""PyTorch's file format before 1.6, as data: a header, one pickle, the list of storages, then their raw numbers.

::

    pickle  0x1950a86a20f9469cfc6c
    pickle  1001, the version of the format
    pickle  {"little_endian": True, "protocol_version": 1001, "type_sizes": {…}}
    pickle  the object; persistent ids stand for module classes, ("module", class, file, source), and for storages,
            ("storage", type, key, location, elements, view)
    pickle  the keys of the storages, in the order in which their numbers follow
    then for each: int64 number of elements, the elements; all little-endian

Sources that lie beside the classes are never looked at.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ocrprep.learning.importing.pickles import Name, Record, RefusedError, Rules, plain_key, read_pickle

MAGIC = 0x1950A86A20F9469CFC6C
VERSION = 1001

MODULES = frozenset(
    {
        "torch.nn.modules.container.Sequential",
        "torch.nn.modules.conv.Conv2d",
        "torch.nn.modules.batchnorm.BatchNorm2d",
        "torch.nn.modules.activation.ReLU",
        "torch.nn.modules.activation.Sigmoid",
        "torch.nn.modules.rnn.LSTM",
        "__main__.LSTM2",
        "__main__.RowwiseLSTM",
        "dltrainers.layers.LSTM2",
        "dltrainers.layers.RowwiseLSTM",
    }
)
"""The classes that ocrobin's model is made of; its own two wherever they were defined when it was saved."""

_PARAMETERS = frozenset({"torch.nn.parameter.Parameter", "torch.autograd.variable.Variable"})
# What stands in for cuDNN's dropout state in every LSTM that ran on a GPU.
_UNSERIALIZABLE = "torch.backends.cudnn.rnn.Unserializable"
_TYPES = {"Half": "<f2", "Float": "<f4", "Double": "<f8", "Long": "<i8", "Int": "<i4", "Short": "<i2", "Byte": "u1"}
_STORAGES = {f"torch.{place}{name}Storage": kind for place in ("", "cuda.") for name, kind in _TYPES.items()}
_MOST_DIMENSIONS = 8
_WORTHLESS = object()


@dataclass(frozen=True, slots=True)
class Storage:
    """A row of numbers, or a part of one.

    Args:
        key: which.
        kind: numpy's name of the type.
        total: elements of the whole row.
        start: where the part begins.
        size: elements of the part.
    """

    key: str
    kind: str
    total: int
    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where in a storage a tensor's numbers lie; offset and strides in elements. Checked when it is made."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def size(self) -> int:
        """Elements."""
        return int(np.prod(self.shape, dtype=object))

    def values(self, rows: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
        """A float32 copy of its numbers.

        Args:
            rows: the storages by key.
        """
        row = rows[self.storage.key][self.storage.start + self.offset :]
        strides = [stride * row.itemsize for stride in self.strides]
        view = np.lib.stride_tricks.as_strided(row, self.shape, strides, writeable=False)
        with np.errstate(over="ignore"):
            return np.array(view, np.float32)


def read_legacy(data: bytes) -> tuple[Any, dict[str, npt.NDArray[Any]]]:
    """The saved object, of records, dicts, lists and tensors; and the storages.

    Args:
        data: the whole file.

    Raises:
        RefusedError: another format, damaged, or it asks for what weights do not need.
    """
    stream = io.BytesIO(data)
    _check_header(stream)
    storages: dict[str, Storage] = {}
    rules = Rules(
        classes=MODULES | _PARAMETERS | {_UNSERIALIZABLE},
        calls=_CALLS,
        names=frozenset(_STORAGES),
        persistent=lambda identity: _persistent(identity, storages),
        build=_remember,
    )
    value = read_pickle(stream, rules)
    return value, _rows(stream, data, storages)


def _check_header(stream: io.BytesIO) -> None:
    head = stream.getvalue()[:512]
    if head.startswith(b"PK\x03\x04"):
        raise RefusedError(
            "a file of PyTorch 1.6 or later, not of PyTorch 0.3",
            hint="load it with torch.load(weights_only=True) and save it with _use_new_zipfile_serialization=False",
        )
    if head[257:262] == b"ustar":
        raise RefusedError("a file of PyTorch before 0.1.10, not of PyTorch 0.3")
    found = [read_pickle(stream, Rules()) for _ in range(3)] if head.startswith(b"\x80") else [None]
    if found[0] != MAGIC:
        raise RefusedError("not a file that PyTorch's torch.save wrote")
    if found[1] != VERSION or not isinstance(found[2], dict) or found[2].get("little_endian") is not True:
        raise RefusedError("another version of PyTorch's format, or another order of bytes")


def _persistent(identity: Any, storages: dict[str, Storage]) -> Any:
    match identity:
        case ("module", Name(dotted) as kind, None | str(), None | str()) if dotted in MODULES:
            return kind
        case ("storage", Name(dotted), str() as key, str(), size, view) if dotted in _STORAGES and _is_count(size):
            whole = Storage(key, _STORAGES[dotted], size, 0, size)
            if storages.setdefault(key, whole) != whole:
                raise RefusedError(f"damaged: storage {key!r} is described twice, and differently")
            return _viewed(whole, view)
    raise RefusedError("it refers to something that is neither a module's class nor a storage")


def _viewed(whole: Storage, view: Any) -> Storage:
    match view:
        case None:
            return whole
        case (str(), start, size) if _is_count(start) and _is_count(size) and start + size <= whole.size:
            return Storage(whole.key, whole.kind, whole.total, start, size)
    raise RefusedError(f"damaged: a view that leaves storage {whole.key!r}")


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 48


def _ordered(arguments: tuple[Any, ...]) -> dict[str | int, Any]:
    # Python 2 gives all entries to the call, Python 3 puts them in afterwards.
    match arguments:
        case ():
            return {}
        case (list() as entries,):
            made: dict[str | int, Any] = {}
            for entry in entries:
                match entry:
                    case (key, value):
                        made[plain_key(key)] = value
                    case _:
                        raise RefusedError("damaged: an OrderedDict of something else than pairs")
            return made
    raise RefusedError("it calls 'collections.OrderedDict' with other arguments than its entries")


def _tensor(arguments: tuple[Any, ...]) -> Tensor:
    match arguments[:4]:
        case (Storage() as storage, offset, tuple() as shape, tuple() as strides):
            numbers = (offset, *shape, *strides)
            if len(shape) == len(strides) <= _MOST_DIMENSIONS and all(map(_is_count, numbers)):
                tensor = Tensor(storage, offset, shape, strides)
                last = offset + sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
                # Overlapping elements would let a small file ask for any amount of memory.
                if 0 < tensor.size <= storage.size and last < storage.size:
                    return tensor
    raise RefusedError("damaged: a tensor that leaves its storage, or without numbers")


def _parameter(arguments: tuple[Any, ...]) -> Tensor:
    match arguments:
        case (Tensor() as tensor, *_) if len(arguments) <= 3:
            return tensor
    raise RefusedError("damaged: a parameter that is no tensor")


def _backend(arguments: tuple[Any, ...]) -> object:
    if arguments:
        raise RefusedError("it calls '_get_thnn_function_backend' with arguments")
    return _WORTHLESS


_CALLS = {
    "collections.OrderedDict": _ordered,
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_parameter": _parameter,
    "torch.nn.backends.thnn._get_thnn_function_backend": _backend,
    **dict.fromkeys(_PARAMETERS, _parameter),
}


def _remember(target: Any, state: Any) -> None:
    """What a file tells an object to remember.

    A module keeps a dict; a parameter has its tensor already, or gets it first of five; what else parameters and dicts
    are told (hooks, flags, versions) is of no use here.
    """
    match target, state:
        case Record(kind=Name(dotted), state=None), dict() if dotted in MODULES:
            target.state = state
        case Record(kind=Name(dotted), state=None), (Tensor(), _, _, _, _) if dotted in _PARAMETERS:
            target.state = state[0]
        case Record(kind=Name(dotted), state=None), str() if dotted == _UNSERIALIZABLE:
            target.state = state
        case (Tensor(), (_, _, _)) | (dict(), dict()):
            pass
        case _:
            kind = target.kind.dotted if isinstance(target, Record) else type(target).__name__
            raise RefusedError(f"it tells a {kind!r} to remember a {type(state).__name__!r}, which no weights need")


def _rows(stream: io.BytesIO, data: bytes, storages: dict[str, Storage]) -> dict[str, npt.NDArray[Any]]:
    keys = read_pickle(stream, Rules())
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise RefusedError("damaged: no list of storages")
    if len(keys) != len(set(keys)) or set(keys) != set(storages):
        raise RefusedError("damaged: other storages than its tensors need")
    rows = {}
    place = stream.tell()
    for key in keys:
        storage = storages[key]
        end = place + 8 + storage.total * np.dtype(storage.kind).itemsize
        if end > len(data):
            raise RefusedError(f"truncated: storage {key!r} of {storage.total} numbers is not whole")
        (count,) = struct.unpack_from("<q", data, place)
        if count != storage.total:
            raise RefusedError(f"damaged: storage {key!r} holds {count} numbers, not {storage.total}")
        rows[key] = np.frombuffer(data, storage.kind, count, place + 8)
        place = end
    return rows
