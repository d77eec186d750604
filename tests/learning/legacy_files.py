"""Model files as PyTorch 0.3 under Python 2 wrote them, byte by byte, and files that only look so."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from ocrprep.learning.importing import ocrobin

MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
SOURCE = "class LSTM2(nn.Module):\n    raise SystemExit('sources are never run')  # \xe9\n"


@dataclass(frozen=True)
class Global:
    module: str
    name: str


@dataclass(frozen=True, eq=False)
class Call:
    """REDUCE, then BUILD with a state if there is one."""

    called: Any
    arguments: Any
    state: Any = None


@dataclass(frozen=True, eq=False)
class New:
    """NEWOBJ and BUILD."""

    kind: Any
    state: Any
    arguments: Any = ()


@dataclass(frozen=True, eq=False)
class Outside:
    """BINPERSID."""

    identity: Any


@dataclass(frozen=True, eq=False)
class Raw:
    opcodes: bytes


class Writer:
    """Protocol 2 with the strings of Python 2, or of Python 3."""

    def __init__(self, python=2):
        self.python = python
        self.memo: dict[Any, int] = {}
        self.out = bytearray(b"\x80\x02")

    def dump(self, value):
        self.put(value)
        return bytes(self.out) + b"."

    def remember(self, key):
        place = self.memo[key] = len(self.memo)
        self.out += b"q" + bytes([place]) if place < 256 else b"r" + struct.pack("<I", place)

    def recall(self, key):
        place = self.memo[key]
        self.out += b"h" + bytes([place]) if place < 256 else b"j" + struct.pack("<I", place)

    def put(self, value):
        getattr(self, f"put_{type(value).__name__.lower()}")(value)

    def put_nonetype(self, _):
        self.out += b"N"

    def put_bool(self, value):
        self.out += b"\x88" if value else b"\x89"

    def put_int(self, value):
        if 0 <= value < 256:
            self.out += b"K" + bytes([value])
        elif 0 <= value < 65536:
            self.out += b"M" + struct.pack("<H", value)
        elif -(1 << 31) <= value < 1 << 31:
            self.out += b"J" + struct.pack("<i", value)
        else:
            data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
            self.out += b"\x8a" + bytes([len(data)]) + data

    def put_float(self, value):
        self.out += b"G" + struct.pack(">d", value)

    def put_str(self, value):
        if value in self.memo:
            return self.recall(value)
        data = value.encode("latin-1" if self.python == 2 else "utf-8")
        if self.python == 3:
            self.out += b"X" + struct.pack("<I", len(data)) + data
        elif len(data) < 256:
            self.out += b"U" + bytes([len(data)]) + data
        else:
            self.out += b"T" + struct.pack("<i", len(data)) + data
        return self.remember(value)

    def put_tuple(self, value):
        if len(value) > 3:
            self.out += b"("
        for entry in value:
            self.put(entry)
        self.out += {0: b")", 1: b"\x85", 2: b"\x86", 3: b"\x87"}.get(len(value), b"t")

    def put_list(self, value):
        self.out += b"]"
        self.remember(id(value))
        if len(value) == 1:
            self.put(value[0])
            self.out += b"a"
        elif value:
            self.out += b"("
            for entry in value:
                self.put(entry)
            self.out += b"e"

    def put_dict(self, value):
        self.out += b"}"
        self.remember(id(value))
        if len(value) == 1:
            for key, entry in value.items():
                self.put(key)
                self.put(entry)
            self.out += b"s"
        elif value:
            self.out += b"("
            for key, entry in value.items():
                self.put(key)
                self.put(entry)
            self.out += b"u"

    def put_global(self, value):
        if value in self.memo:
            return self.recall(value)
        self.out += f"c{value.module}\n{value.name}\n".encode()
        return self.remember(value)

    def put_call(self, value):
        if id(value) in self.memo:
            return self.recall(id(value))
        self.put(value.called)
        self.put(value.arguments)
        self.out += b"R"
        self.remember(id(value))
        if value.state is not None:
            self.put(value.state)
            self.out += b"b"
        return None

    def put_new(self, value):
        if id(value) in self.memo:
            return self.recall(id(value))
        self.put(value.kind)
        self.put(value.arguments)
        self.out += b"\x81"
        self.remember(id(value))
        if value.state is not None:
            self.put(value.state)
            self.out += b"b"
        return None

    def put_outside(self, value):
        self.put(value.identity)
        self.out += b"Q"

    def put_raw(self, value):
        self.out += value.opcodes


def ordered(entries=()):
    return Call(Global("collections", "OrderedDict"), ([list(pair) for pair in entries],))


class Saver:
    """One file: the tensors' storages and the modules' classes are remembered as torch.save does it."""

    def __init__(self, *, cuda=True, storage="Float", python=2):
        self.rows: dict[str, np.ndarray] = {}
        self.kind = Global("torch.cuda" if cuda else "torch", f"{storage}Storage")
        self.dtype = {"Float": "<f4", "Double": "<f8", "Half": "<f2"}[storage]
        self.location = "cuda:0" if cuda else "cpu"
        self.known: set[Global] = set()
        self.python = python

    def storage(self, row):
        key = str(94_000_000_000_000 + 64 * len(self.rows))
        self.rows[key] = np.ascontiguousarray(row, self.dtype).ravel()
        return self.reference(key, self.rows[key].size)

    def reference(self, key, size, view=None):
        return Outside(("storage", self.kind, key, self.location, size, view))

    def tensor(self, values, storage=None, offset=0):
        values = np.asarray(values)
        storage = storage or self.storage(values)
        strides = tuple(int(np.prod(values.shape[place + 1 :])) for place in range(values.ndim))
        return Call(Global("torch._utils", "_rebuild_tensor"), (storage, offset, values.shape, strides))

    @staticmethod
    def parameter(tensor):
        return Call(Global("torch.nn.parameter", "Parameter"), (tensor,), (True, False, ordered()))

    def module(self, kind, parameters=(), buffers=(), modules=(), **settings):
        state = {
            "_backend": Call(Global("torch.nn.backends.thnn", "_get_thnn_function_backend"), ()),
            "_parameters": ordered(parameters),
            "_buffers": ordered(buffers),
            "_backward_hooks": ordered(),
            "_forward_hooks": ordered(),
            "_forward_pre_hooks": ordered(),
            "_modules": ordered(modules),
            "training": True,
            **settings,
        }
        return New(self.container(kind), state)

    def container(self, kind):
        if kind in self.known:
            return kind
        self.known.add(kind)
        return Outside(("module", kind, "/usr/lib/python2.7/layers.py", SOURCE))

    def file(self, value, *, keys=None, counts=None):
        sizes = {"short": 2, "int": 4, "long": 4}
        info = {"protocol_version": 1001, "type_sizes": sizes, "little_endian": True}
        body = Writer(self.python).dump(value)
        keys = [key for key in sorted(self.rows) if key.encode() in body] if keys is None else keys
        out = MAGIC + b"\x80\x02M\xe9\x03." + Writer(self.python).dump(info) + body + Writer(self.python).dump(keys)
        for key in keys:
            row = self.rows.get(key, np.zeros(0, self.dtype))
            out += struct.pack("<q", (counts or {}).get(key, row.size)) + row.tobytes()
        return out


def weights(maps=8, hidden=4, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(shape, np.float32) for name, shape in ocrobin.shapes(maps, hidden).items()}


def lstm(saver, tensors, prefix, hidden=4):
    """All eight tensors in one storage, as cuDNN wants them."""
    names = [name for name in tensors if name.startswith(prefix)]
    row = np.concatenate([tensors[name].ravel() for name in names])
    storage = saver.storage(row)
    offset, parameters = 0, []
    for name in names:
        tensor = saver.tensor(tensors[name], storage, offset)
        parameters.append((name.removeprefix(prefix), saver.parameter(tensor)))
        offset += tensors[name].size
    plain = [name.removeprefix(prefix) for name in names]
    return saver.module(
        Global("torch.nn.modules.rnn", "LSTM"),
        parameters,
        mode="LSTM",
        input_size=int(tensors[names[0]].shape[1]),
        hidden_size=hidden,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0,
        dropout_state={"desc_0": New(Global("torch.backends.cudnn.rnn", "Unserializable"), "<unserializable>")},
        bidirectional=1,
        _all_weights=[plain[:4], plain[4:]],
        _param_buf_size=row.size,
        _data_ptrs=[1_108_101_562_368 + 4 * place for place in range(8)],
    )


def conv(saver, tensors, path, kernel):
    parameters = [(name, saver.parameter(saver.tensor(tensors[f"{path}.{name}"]))) for name in ("weight", "bias")]
    return saver.module(
        Global("torch.nn.modules.conv", "Conv2d"),
        parameters,
        in_channels=int(tensors[f"{path}.weight"].shape[1]),
        out_channels=int(tensors[f"{path}.weight"].shape[0]),
        kernel_size=(kernel, kernel),
        stride=(1, 1),
        padding=(kernel // 2, kernel // 2),
        dilation=(1, 1),
        transposed=False,
        output_padding=(0, 0),
        groups=1,
    )


def whole_model(saver, tensors, place="__main__", hidden=4, **norm):
    layers = [conv(saver, tensors, "0", 3)]
    parameters = [(name, saver.parameter(saver.tensor(tensors[f"1.{name}"]))) for name in ("weight", "bias")]
    buffers = [(name, saver.tensor(tensors[f"1.{name}"])) for name in ("running_mean", "running_var")]
    settings = {"num_features": 8, "affine": True, "eps": 1e-5, "momentum": 0.1} | norm
    layers.append(saver.module(Global("torch.nn.modules.batchnorm", "BatchNorm2d"), parameters, buffers, **settings))
    layers.append(saver.module(Global("torch.nn.modules.activation", "ReLU"), threshold=0, value=0, inplace=False))
    two = saver.container(Global(place, "LSTM2"))
    row = Global(place, "RowwiseLSTM")
    ways = [
        (way, saver.module(row, modules=[("lstm", lstm(saver, tensors, f"3.{way}.lstm.", hidden))], ndir=2))
        for way in ("hlstm", "vlstm")
    ]
    inner = saver.module(Global(place, "LSTM2"), modules=ways)
    layers.append(New(two, inner.state))
    layers.append(conv(saver, tensors, "4", 1))
    layers.append(saver.module(Global("torch.nn.modules.activation", "Sigmoid")))
    numbered = [(str(index), layer) for index, layer in enumerate(layers)]
    return saver.module(Global("torch.nn.modules.container", "Sequential"), modules=numbered)
