"""Model files made to do harm, and files that were damaged: each is refused, and nothing is run."""

from __future__ import annotations

import io
import os
import pickle
import struct
import time
import tracemalloc

import numpy as np
import pytest

from ocrprep.errors import ModelError
from ocrprep.learning.importing import import_ocrobin, ocrobin
from ocrprep.learning.importing.pickles import RefusedError, Rules, read_pickle
from tests.learning import legacy_files as files
from tests.learning.legacy_files import Call, Global, New, Outside, Raw

CONV = Global("torch.nn.modules.conv", "Conv2d")
PARAMETER = Global("torch.nn.parameter", "Parameter")
REBUILD = Global("torch._utils", "_rebuild_tensor")
BACKEND = Global("torch.nn.backends.thnn", "_get_thnn_function_backend")


def refused(tmp_path, data, message=None):
    path = tmp_path / "model.pt"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=message) as caught:
        import_ocrobin(path)
    assert str(path) in str(caught.value)


def with_pickle(opcodes):
    """A file whose object is a given pickle."""
    saver = files.Saver()
    whole = saver.file(None, keys=[])
    empty = files.Writer().dump(None)
    place = whole.rindex(empty)
    return whole[:place] + opcodes + whole[place + len(empty) :]


class Harm:
    def __init__(self, function, *arguments):
        self.called = function, arguments

    def __reduce__(self):
        return self.called


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (os.system, ("touch {target}",), r"(posix|nt)\.system"),
        (eval, ("open('{target}', 'w')",), r"__builtin__\.eval"),
        (exec, ("open('{target}', 'w')",), r"__builtin__\.exec"),
        (getattr, ("a", "upper"), r"__builtin__\.getattr"),
        (__import__, ("os",), r"__builtin__\.__import__"),
        (open, ("{target}", "w"), r"io\.open|__builtin__\.open"),
        (np.fromfile, ("{target}",), r"numpy\.\S*fromfile"),
        (pickle.loads, (b"N.",), r"_?pickle\.loads"),
    ],
)
@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_calls_are_refused_by_name(tmp_path, function, arguments, name, protocol):
    target = tmp_path / "harm"
    filled = [part.format(target=target) if isinstance(part, str) else part for part in arguments]
    data = pickle.dumps(Harm(function, *filled), protocol=protocol)
    # Other protocols are not PyTorch's; they are refused at their first strange instruction.
    refused(tmp_path, with_pickle(data), f"it asks for '({name})'" if protocol == 2 else "it (asks for|holds)")
    assert not target.exists()


@pytest.mark.parametrize(
    "name",
    [
        Global("torch", "load"),
        Global("torch.nn.modules.module", "Module"),
        Global("torch.nn.modules.container", "Sequential.forward"),
        Global("torch.hub", "load"),
        Global("__main__", "Other"),
        Global("collections", "defaultdict"),
        Global("collections OrderedDict", ""),
        Global("collections.OrderedDict", ""),
        Global("", "collections.OrderedDict"),
        Global("os", "system"),
        Global("x" * 100_000, "y"),
    ],
)
def test_names_outside_the_list_are_refused(tmp_path, name):
    saver = files.Saver()
    refused(tmp_path, saver.file(files.ordered([("0.weight", name)])), "it asks for|is not a tensor")
    assert len(str(refusal(saver.file(Call(name, ()))))) < 500


def refusal(data):
    with pytest.raises(RefusedError) as caught:
        ocrobin.read_legacy(data)
    return caught.value


def storage(saver=None, size=4):
    return (saver or files.Saver()).storage(np.zeros(size))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Call(CONV, (1, 8, 3)), r"a call of 'torch\.nn\.modules\.conv\.Conv2d'"),
        (Call(CONV, ()), "a call of"),
        (New(CONV, {}, (1,)), "an object with arguments"),
        (New(CONV, {}, []), "an object with arguments"),
        (New(files.ordered(), {}), "an object with arguments, or of something else"),
        (New(Global("collections", "OrderedDict"), {}), "something else than a class"),
        (New(5, {}), "something else than a class, 'int'"),
        (New(CONV, 5), "to remember a 'int'"),
        (New(CONV, ({}, {"forward": 5})), "to remember a 'tuple'"),
        (New(CONV, [1]), "to remember a 'list'"),
        (Call(CONV, 5), "a call of"),
        (Call("os.system", ("x",)), "a call of 'str'"),
        (Call(PARAMETER, (5,)), "a parameter that is no tensor"),
        (Call(PARAMETER, ()), "a parameter that is no tensor"),
        (New(PARAMETER, (1, 2, 3, 4, 5)), "to remember a 'tuple'"),
        (Call(BACKEND, ("thnn",)), "with arguments"),
        (Call(Global("collections", "OrderedDict"), (5,)), "OrderedDict"),
        (Call(Global("collections", "OrderedDict"), ([5],)), "something else than pairs"),
        (Call(Global("collections", "OrderedDict"), ([[[], 5]],)), "a key of type 'list'"),
        (Call(Global("collections", "OrderedDict"), ([],), [5]), "to remember a 'list'"),
        ({((),): 5}, "a key of type 'tuple'"),
        (Outside(("module", Global("torch", "FloatStorage"), None, None)), "neither a module's class nor a storage"),
        (Outside(("module", "os.system", None, None)), "neither"),
        (Outside("module"), "neither"),
        (Outside(("storage", CONV, "1", "cpu", 4, None)), "neither"),
        (Outside(("storage", Global("torch", "FloatStorage"), "1", "cpu", -4, None)), "neither"),
        (Outside(("storage", Global("torch", "FloatStorage"), "1", "cpu", True, None)), "neither"),
        (Outside(("storage", Global("torch", "FloatStorage"), "1", "cpu", 1 << 60, None)), "neither"),
        (Outside(("storage", Global("torch", "FloatStorage"), "1", "cpu", 4, ("2", 2, 3))), "a view that leaves"),
        (Outside(("storage", Global("torch", "FloatStorage"), "1", "cpu", 4, "2")), "a view that leaves"),
    ],
)
def test_weird_values_are_refused(tmp_path, value, message):
    refused(tmp_path, files.Saver().file(value), message)


def test_a_state_is_given_only_once(tmp_path):
    again = Raw(files.Writer().dump(New(CONV, {}))[2:-1] + b"}b")
    refused(tmp_path, files.Saver().file(again), "to remember a 'dict'")


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (5,), (1,)),
        (1, (4,), (1,)),
        (-1, (4,), (1,)),
        (0, (4,), (-1,)),
        (0, (-4,), (1,)),
        (0, (4,), (1, 1)),
        (0, (4,), (2,)),
        (0, (1 << 40,), (0,)),
        (0, (1 << 40, 1 << 40), (0, 0)),
        (0, (5,), (0,)),
        (0, (0,), (1,)),
        (0, (True,), (1,)),
        (0, (4.0,), (1,)),
        (0, (1,) * 9, (1,) * 9),
        (1 << 70, (4,), (1,)),
        (0, [4], [1]),
    ],
)
def test_tensors_that_leave_their_storage_are_refused(tmp_path, offset, shape, strides):
    saver = files.Saver()
    value = Call(REBUILD, (storage(saver), offset, shape, strides))
    refused(tmp_path, saver.file(value), "a tensor that leaves its storage")


@pytest.mark.parametrize("arguments", [(), (5, 0, (4,), (1,)), ("94", 0, (4,), (1,))])
def test_tensors_without_a_storage_are_refused(tmp_path, arguments):
    refused(tmp_path, files.Saver().file(Call(REBUILD, arguments)), "a tensor that leaves its storage")


def model(saver):
    return files.whole_model(saver, files.weights())


def test_storages_must_be_as_described(tmp_path):
    saver = files.Saver()
    whole = model(saver)
    key = sorted(saver.rows)[3]
    refused(tmp_path, saver.file(whole, counts={key: 7}), "holds 7 numbers, not")
    refused(tmp_path, saver.file(whole, counts={key: -1}), "holds -1 numbers")
    refused(tmp_path, saver.file(whole, counts={key: 1 << 62}), "numbers, not")
    refused(tmp_path, saver.file(whole, keys=sorted(saver.rows)[1:]), "other storages than its tensors need")
    refused(tmp_path, saver.file(whole, keys=[*sorted(saver.rows), "5"]), "other storages")
    refused(tmp_path, saver.file(whole, keys=[key, key]), "other storages")
    refused(tmp_path, saver.file(whole, keys=[1, 2]), "no list of storages")
    twice = [saver.reference("1", 4), saver.reference("1", 5)]
    refused(tmp_path, saver.file(twice), "described twice")


def test_a_huge_storage_costs_no_memory(tmp_path):
    saver = files.Saver()
    value = saver.tensor(np.zeros(4), saver.reference("1", 1 << 40))
    tracemalloc.start()
    refused(tmp_path, saver.file(value, keys=["1"]), "truncated: storage '1' of 1099511627776 numbers")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_file_cut_anywhere_is_refused(tmp_path):
    saver = files.Saver()
    whole = saver.file(model(saver))
    for length in [*range(0, 400, 7), *range(400, len(whole), 97), len(whole) - 1]:
        refused(tmp_path, whole[:length])


def test_a_file_with_any_byte_changed_is_read_or_refused(tmp_path):
    """Weights may change; no other error than the promised one comes out."""
    saver = files.Saver()
    whole = saver.file(model(saver))
    rng = np.random.default_rng(0)
    path = tmp_path / "model.pt"
    outcomes = set()
    for place in rng.integers(0, len(whole), 600):
        data = bytearray(whole)
        data[place] = rng.integers(0, 256)
        path.write_bytes(data)
        try:
            import_ocrobin(path)
            outcomes.add("read")
        except ModelError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize(
    ("opcodes", "message"),
    [
        (b"K\x01", "without an end|damaged"),
        (b".", "takes more than it gave"),
        (b"K\x01K\x02.", "more than one value"),
        (b"(K\x01.", "more than one value"),
        (b"(.", "takes more than it gave"),
        (b"h\x05.", "remembers nothing at place 5"),
        (b"j\xff\xff\xff\xff.", "remembers nothing"),
        (b"q\x05.", "takes more than it gave"),
        (b"R.", "takes more than it gave"),
        (b"Nb.", "takes more than it gave"),
        (b"NNb.", "to remember"),
        (b"t.", "takes more than it gave"),
        (b"e.", "takes more than it gave"),
        (b"N(K\x01e.", "an append to 'NoneType'"),
        (b"NK\x01a.", "an append to"),
        (b"]K\x01K\x01s.", "an entry for 'list'"),
        (b"}(K\x01u.", "a key without a value"),
        (b"NQ.", "neither a module's class nor a storage"),
        (b"P5\n.", "the instruction PERSID"),
        (b"(ios\nsystem\n.", "the instruction INST"),
        (b"(cos\nsystem\no.", r"it asks for 'os\.system'"),
        (b"\x82\x01.", "the instruction EXT1"),
        (b"\x8b\xff\xff\xff\x7f.", "damaged or truncated"),
        (b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", "damaged or truncated"),
        (b"T\xff\xff\xff\x7f.", "damaged or truncated"),
        (b"X\xff\xff\xff\xff.", "damaged or truncated"),
        (b"\x80\x04N.", "the instruction PROTO"),
        (b"\xff.", "damaged or truncated"),
        (b"I99\n.", "the instruction INT"),
        (b"S'a'\n.", "the instruction STRING"),
        (b"2.", "the instruction DUP"),
    ],
)
def test_strange_instructions_are_refused(tmp_path, opcodes, message):
    refused(tmp_path, with_pickle(b"\x80\x02" + opcodes), message)


@pytest.mark.parametrize(
    "opcodes",
    [
        pytest.param(b"r\xff\xff\xff\xff".join([b"N", b"."]), id="memo at the far end"),
        pytest.param(b"(" * 150_000 + b"t" * 150_000 + b".", id="nested tuples"),
        pytest.param(b")" + b"\x85" * 150_000 + b".", id="tuples in tuples"),
        pytest.param(b"}" + b")" + b"\x85" * 150_000 + b"Ns.", id="nested key"),
        pytest.param(b"]q\x00" + b"h\x00h\x00\x86a" * 20_000 + b".", id="a list in itself"),
        pytest.param(b"]" * 3_000_000 + b".", id="many lists"),
        pytest.param(b"]q\x00" + b"h\x00" * 3_000_000 + b".", id="many memories"),
    ],
)
def test_costly_pickles_end_soon(tmp_path, opcodes):
    start = time.process_time()
    refused(tmp_path, with_pickle(b"\x80\x02" + opcodes))
    assert time.process_time() - start < 10


def test_copies_count_as_work():
    entries = b"](" + b"(U\x01aNt" * 2000 + b"eq\x00"
    copies = b"ccollections\nOrderedDict\nq\x01h\x00\x85R" + b"h\x01h\x00\x85R" * 1000
    with pytest.raises(RefusedError, match="more than 200000 instructions"):
        read_pickle(
            io.BytesIO(b"\x80\x02" + entries + copies + b"."), Rules(calls={"collections.OrderedDict": lambda _: {}})
        )


def test_modules_within_themselves_are_refused(tmp_path):
    saver = files.Saver()
    kind = Global("torch.nn.modules.container", "Sequential")
    loop = saver.module(kind)
    loop.state["_modules"] = {"0": loop}
    refused(tmp_path, saver.file(loop), "nested too deeply, or one within itself")
    deep = saver.module(kind)
    for _ in range(40):
        deep = saver.module(kind, modules=[("0", deep)])
    refused(tmp_path, saver.file(deep), "nested too deeply")


def test_shared_modules_do_not_multiply(tmp_path):
    saver = files.Saver()
    kind = Global("torch.nn.modules.container", "Sequential")
    shared = saver.module(kind)
    for _ in range(6):
        shared = saver.module(kind, modules=[(str(place), shared) for place in range(100)])
    refused(tmp_path, saver.file(shared), "nested too deeply, or one within itself")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a file that PyTorch"),
        (b"GIF89a" + bytes(600), "not a file that PyTorch"),
        (b"\x80\x02K\x01." * 3, "not a file that PyTorch"),
        (files.MAGIC, "damaged or truncated"),
        (files.MAGIC + b"\x80\x02M\xe8\x03.\x80\x02}.", "another version"),
        (files.MAGIC + b"\x80\x02M\xe9\x03.\x80\x02N.", "another version"),
        (files.MAGIC + b"\x80\x02M\xe9\x03.\x80\x02}U\rlittle_endian\x89s.", "another order of bytes"),
        (bytes(257) + b"ustar" + bytes(300), r"before 0\.1\.10"),
        (b"PK\x03\x04" + bytes(100), r"PyTorch 1\.6 or later"),
        (struct.pack("<q", 5) * 100, "not a file that PyTorch"),
    ],
)
def test_other_files_are_refused(tmp_path, data, message):
    refused(tmp_path, data, message)


def test_large_files_are_not_read(tmp_path):
    path = tmp_path / "large.pt"
    with path.open("wb") as stream:
        stream.truncate(32_000_001)
    with pytest.raises(ModelError, match="larger than 32000000 bytes"):
        import_ocrobin(path)
